"""How a sandbox counterpart behaves: slow, late, and saying things twice, but the same way for the same seed.

Pure: from a task and what happens at the counterpart follow the messages, each with the seconds after which it is said.
No clock is asked. What happens is dated from the task's own time, so a task that comes again is answered with the very
same bytes under the very same ids, and changes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from events import topology
from events.outgoing import envelope
from events.tasks import Reply, carried_on

_LATE_STEPS = 8
"""A message that is held back comes up to so many steps late: enough for others to overtake it."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at a counterpart; where ``clocked``, its data tells when, as ``occurred_at``.

    ``steps`` is how many steps after the event before it happens. What a script does to it, whatever the shares: it is told
    ``twice``, so ``late`` that those after it are told first, or ``spoiled``: its body breaks off in the middle.
    """

    id: str
    type: str
    data: dict[str, Any]
    clocked: bool = False
    steps: int = 1
    twice: bool = False
    late: bool = False
    spoiled: bool = False


@dataclass(frozen=True, slots=True)
class Manners:
    """Seconds from one event to the next (``delay_s`` and up to ``jitter_s`` more), and the shares of messages that misbehave.

    ``duplicate_share`` of them come twice; ``disorder_share`` come late, so that those after them overtake.
    """

    delay_s: float = 0.05
    jitter_s: float = 0.05
    duplicate_share: float = 0.0
    disorder_share: float = 0.0
    seed: int = 0

    def faster(self, speed: float) -> "Manners":
        """The same manners at so many times the pace."""
        return replace(self, delay_s=self.delay_s / speed, jitter_s=self.jitter_s / speed)

    def plan(
        self, source: str, task: dict[str, Any], events: Iterable[Event], *, since: datetime | None = None, after: int = 0
    ) -> list[Reply]:
        """The messages in which a counterpart tells of events, in the order in which they are said.

        Args:
            source: the counterpart, as ``<family>/<code>``.
            task: the CloudEvent that asked.
            events: what happens, in its true order.
            since: when it begins; the task's own time if not given.
            after: how many steps pass before the first event, on top of its own.
        """
        said = list(self._said(source, task, events, since or asked_at(task), after))
        return sorted(said, key=lambda one: one.delay)

    def _said(self, source: str, task: dict[str, Any], events: Iterable[Event], since: datetime, after: int) -> Iterator[Reply]:
        at = after * (self.delay_s + self.jitter_s)
        for event in events:
            chance = Random(f"{self.seed} {source} {event.id}")  # noqa: S311 - repeatable on purpose
            at += self.delay_s + chance.random() * self.jitter_s + (event.steps - 1) * (self.delay_s + self.jitter_s)
            happened = since + timedelta(seconds=at)
            said = _message(source, task, event, happened, delay=at)
            if chance.random() < self.disorder_share:
                said = replace(said, delay=said.delay + chance.random() * self._late_s)
            if event.late:
                said = replace(said, delay=said.delay + self._late_s)
            yield said
            if chance.random() < self.duplicate_share or event.twice:
                yield replace(said, delay=said.delay + chance.random() * self._late_s)

    @property
    def _late_s(self) -> float:
        return _LATE_STEPS * (self.delay_s + self.jitter_s)


def asked_at(task: dict[str, Any]) -> datetime:
    """When a task was asked for: the time of what caused it."""
    return datetime.fromisoformat(task["time"])


def _message(source: str, task: dict[str, Any], event: Event, happened: datetime, *, delay: float) -> Reply:
    """An event as a message in the counterpart's name; it carries on what the task said of its cause."""
    body = envelope(
        source=source,
        id=event.id,
        type=event.type,
        time=happened,
        data=event.data | {"occurred_at": happened.isoformat()} if event.clocked else event.data,
        **carried_on(task),
    )
    return Reply(topology.subject_of(source), event.id, body[: len(body) // 2] if event.spoiled else body, delay)
