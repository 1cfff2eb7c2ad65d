"""The counterparts' side of ``kervan.task.>``: an adapter takes tasks and answers on ``kervan.in.>``."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import nats.errors
import nats.js.errors
import orjson
import structlog
from nats.aio.client import Client
from nats.js.api import ConsumerConfig

from events import topology
from events.cancellation import leave_if_cancelled

_log = structlog.get_logger("kervan.tasks")

_QUIET = (TimeoutError, nats.errors.TimeoutError)
_BROKEN = (nats.errors.Error, nats.js.errors.Error, ConnectionError)


@dataclass(frozen=True, slots=True)
class Reply:
    """A CloudEvent that a counterpart publishes ``delay`` seconds after it got the task."""

    subject: str
    message_id: str
    body: bytes
    delay: float = 0.0


Handler = Callable[[dict[str, Any]], Awaitable[Sequence[Reply]]]
"""Does a task (a CloudEvent) and gives what is to be answered; the same task twice gives the same message ids."""


class NotYetError(Exception):
    """The counterpart has not got there yet: the task comes again after ``seconds``; nothing is wrong.

    ``replies`` are said all the same, once the task is given back; since that may be often, the same ids each time.
    """

    def __init__(self, seconds: float, replies: Sequence[Reply] = ()) -> None:
        """Say when to ask again, and what is to be said meanwhile."""
        super().__init__(f"again in {seconds:g} s")
        self.seconds, self.replies = seconds, replies


_ALIVE_S = topology.ACK_WAIT_S / 3
"""How often the broker is told that a task is still worked on: well before it would give it to another."""
_MOST_OPEN = 1000


class TaskWorker:
    """Takes the tasks of one family and code; a task counts as done when all its answers are on the stream.

    However long a handler works, its task is not given to another meanwhile; at most ``_MOST_OPEN`` are open at once.
    """

    def __init__(self, client: Client, family: str, code: str, handler: Handler) -> None:
        """Answer over ``client``."""
        self._client = client
        self._js = client.jetstream()
        self._family, self._code = family, code
        self._handler = handler
        self._open: set[asyncio.Task[None]] = set()
        self.done = 0

    async def run(self) -> None:
        """Work until cancelled."""
        config = ConsumerConfig(ack_wait=topology.ACK_WAIT_S, max_ack_pending=20_000)
        durable = f"{self._family}-{self._code}"
        subscription = await self._js.pull_subscribe(
            topology.task(self._family, self._code), durable=durable, stream=topology.STREAM_TASK, config=config
        )
        try:
            while True:
                if len(self._open) >= _MOST_OPEN:
                    await asyncio.wait(self._open, return_when=asyncio.FIRST_COMPLETED)
                    continue
                try:
                    messages = await subscription.fetch(100, timeout=2)
                except _QUIET:
                    leave_if_cancelled()
                    continue
                except _BROKEN as error:
                    leave_if_cancelled()
                    _log.warning("tasks cannot be fetched", counterpart=durable, error=type(error).__name__)
                    await asyncio.sleep(1)
                    continue
                for message in messages:
                    task = asyncio.create_task(self._do(message))
                    self._open.add(task)
                    task.add_done_callback(self._open.discard)
        finally:
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    async def _do(self, message: Any) -> None:  # noqa: ANN401 - a NATS message
        alive = asyncio.create_task(_keep_alive(message))
        try:
            await self._work(message)
        finally:
            alive.cancel()

    async def _work(self, message: Any) -> None:  # noqa: ANN401 - a NATS message
        try:
            replies = sorted(await self._handler(orjson.loads(message.data)), key=lambda reply: reply.delay)
            waited = 0.0
            for reply in replies:
                if reply.delay > waited:
                    await asyncio.sleep(reply.delay - waited)
                    waited = reply.delay
                await self._js.publish(reply.subject, reply.body)
            await message.ack()
            self.done += 1
        except NotYetError as later:
            with suppress(*_BROKEN):
                for reply in later.replies:
                    await self._js.publish(reply.subject, reply.body)
                await message.nak(delay=later.seconds)
        except Exception as error:  # noqa: BLE001 - whatever a counterpart's code raises, its task must come again
            leave_if_cancelled()
            attempt = message.metadata.num_delivered or 1
            _log.warning("task given back", counterpart=self._family, error=type(error).__name__, attempt=attempt)
            with suppress(*_BROKEN):
                await message.nak(delay=min(60, 2**attempt))


async def _keep_alive(message: Any) -> None:  # noqa: ANN401 - a NATS message
    """Tell the broker, again and again, that a task is being worked on."""
    while True:
        await asyncio.sleep(_ALIVE_S)
        with suppress(*_BROKEN):
            await message.in_progress()
