"""How a sandbox counterpart behaves: late, twice, and out of order, but the same way for the same seed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

from events import topology
from events.outgoing import envelope
from events.tasks import Reply


@dataclass(frozen=True, slots=True)
class Manners:
    """Delays in seconds, and the shares of messages that come twice or overtake the ones before them."""

    delay: float = 0.05
    jitter: float = 0.05
    duplicates: float = 0.0
    disorder: float = 0.0
    seed: int = 0

    def apply(self, task_id: str, replies: Iterable[Reply]) -> list[Reply]:
        """Give answers their delays; what chance decides follows from the seed and the task, so a repeat is the same."""
        chance = Random(f"{self.seed} {task_id}")  # noqa: S311 - repeatable on purpose
        found = list(self._timed(replies, chance))
        return sorted(found, key=lambda one: one.delay)

    def _timed(self, replies: Iterable[Reply], chance: Random) -> Iterator[Reply]:
        at = 0.0
        for one in replies:
            at += one.delay or self.delay + chance.random() * self.jitter
            due = chance.random() * at if chance.random() < self.disorder else at
            yield replace(one, delay=due)
            if chance.random() < self.duplicates:
                yield replace(one, delay=due + chance.random() * self.delay)


def reply(source: str, message_id: str, kind: str, at: datetime, data: dict[str, Any], *, task: dict[str, Any]) -> Reply:
    """An answer in a counterpart's name, carrying on what the task said of its cause."""
    body = envelope(
        source=source,
        id=message_id,
        type=kind,
        time=at,
        data=data,
        correlationid=str(task.get("correlationid", "")),
        causationid=str(task["id"]),
        traceparent=str(task.get("traceparent", "")),
    )
    return Reply(topology.subject_of(source), message_id, body)
