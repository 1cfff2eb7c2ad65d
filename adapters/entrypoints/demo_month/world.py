"""Kervan and the sandboxes around it, on a clock that is set: what is due is told, tasks are done, and the clock goes on."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, TypeAlias

import orjson
from nats.aio.client import Client
from nats.js import JetStreamContext

from adapters.database import months, showing
from adapters.entrypoints import bootstrap
from adapters.entrypoints.timing import Timer
from events import topology
from events.intake import Intake
from events.pull import fetch_now
from events.tasks import Handler, NotYetError, Reply, TaskRefusedError, given_up
from events.translate import Arrival

Act: TypeAlias = Callable[[], Awaitable[None]]

CODE: Final = "sandbox"
_STEP: Final = timedelta(hours=10)
"""What falls due within so long is told at once: fewer batches, and messages that overtake each other by some hours."""
_AT_ONCE: Final = 500
_ASKED_AGAIN: Final = timedelta(hours=8)
"""A counterpart that asks to be asked again later is so after that, whatever it says: its seconds are of the real clock."""
_PUBLISHED_WITHIN_S: Final = 30.0
_A_MOMENT_S: Final = 0.002


class SetClock:
    """A clock that stands where it was set; no two of its moments are the same."""

    def __init__(self, at: datetime) -> None:
        """Begin at a moment."""
        self._at = at

    def __call__(self) -> datetime:
        """The time."""
        self._at += timedelta(microseconds=1)
        return self._at

    def forward(self, to: datetime) -> None:
        """Let it be a moment, unless it has passed."""
        self._at = max(self._at, to)


@dataclass(slots=True)
class World:
    """The past, lived step by step."""

    parts: bootstrap.Parts
    intake: Intake
    client: Client
    clock: SetClock
    handlers: Mapping[str, Handler]
    """The counterparts, by family."""
    _due: "list[tuple[datetime, int, Reply | dict[str, Any] | Act]]" = field(default_factory=list)
    _number: "count[int]" = field(default_factory=count)
    _tasks: "dict[str, JetStreamContext.PullSubscription]" = field(default_factory=dict)
    _months: set[months.Month] = field(default_factory=set)

    def plan(self, at: datetime, what: "Reply | dict[str, Any] | Act") -> None:
        """Have a message told, a task asked again, or something done at a moment."""
        heapq.heappush(self._due, (at, next(self._number), what))

    async def live(self, until: datetime) -> None:
        """Go on to a moment; what is planned after it never happens."""
        js = self.client.jetstream()
        for family in self.handlers:
            config = topology.tasks_consumer(family, CODE)
            self._tasks[family] = await js.pull_subscribe(
                config.filter_subject or "", durable=config.durable_name, stream=topology.STREAM_TASK, config=config
            )
        try:
            while self._due and self._due[0][0] <= until:
                await self._step(min(self._due[0][0] + _STEP, until))
            self.clock.forward(until)
            await self.look()
            await self._published()
        finally:
            for subscription in self._tasks.values():
                await subscription.unsubscribe()

    async def look(self) -> None:
        """Have the timer look, as it does all the time."""
        await Timer(self.intake, self.parts.pool, self.clock).run()

    async def _step(self, to: datetime) -> None:
        """Let it be a moment: tell what is due by then, then do what is to be done, then have the tasks done."""
        self.clock.forward(to)
        await self._keep_months(to)
        replies, tasks, acts = [], [], []
        while self._due and self._due[0][0] <= to:
            _, _, what = heapq.heappop(self._due)
            if isinstance(what, Reply):
                replies.append(what)
            elif isinstance(what, dict):
                tasks.append(what)
            else:
                acts.append(what)
        for begin in range(0, len(replies), _AT_ONCE):
            await self.intake.take([Arrival(r.subject, r.body, r.message_id) for r in replies[begin : begin + _AT_ONCE]])
        for act in acts:
            await act()
        await asyncio.gather(*(self._do(task) for task in [*tasks, *await self._asked()]))

    async def _keep_months(self, to: datetime) -> None:
        month = months.Month.of(to)
        if month not in self._months:
            await months.make_ahead(self.parts.pool, to)
            self._months.add(month)

    async def _asked(self) -> list[dict[str, Any]]:
        """What the engine asks of the counterparts now, once the relay has published it."""
        await self._published()
        found = []
        for family, subscription in self._tasks.items():
            while True:
                messages: list[Any] = []
                await fetch_now(messages, subscription, _AT_ONCE)
                for message in messages:
                    found.append(orjson.loads(message.data) | {"family": family})
                    await message.ack()
                if len(messages) < _AT_ONCE:
                    break
        return found

    async def _published(self) -> None:
        """Wait until the relay has published all there is."""
        async with asyncio.timeout(_PUBLISHED_WITHIN_S):
            while await self.parts.pool.fetchval(showing.LEFT):  # noqa: ASYNC110 - the outbox sets no event
                await asyncio.sleep(_A_MOMENT_S)

    async def _do(self, task: dict[str, Any]) -> None:
        """Have a counterpart do a task; what it says is told when it says it."""
        family, now = task["family"], self.clock()
        asked = {name: value for name, value in task.items() if name != "family"}
        try:
            replies = await self.handlers[family](asked)
        except NotYetError as later:
            replies = later.replies
            self.plan(now + _ASKED_AGAIN, task)
        except TaskRefusedError as error:
            replies = [*error.replies, given_up(topology.task(family, CODE), asked, error, 1, "1", now)]
        for reply in replies:
            self.plan(now + timedelta(seconds=reply.delay), reply)
