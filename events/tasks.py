"""The counterparts' side of ``kervan.task.>``: an adapter takes tasks and answers on ``kervan.in.>``."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import nats.errors
import nats.js.errors
import orjson
import structlog
from nats.aio.client import Client

from events import topology
from events.cancellation import leave_if_cancelled
from events.outgoing import envelope

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


def carried_on(task: dict[str, Any]) -> dict[str, str]:
    """The extension attributes that what a task causes carries on."""
    return {
        "correlationid": str(task.get("correlationid", "")),
        "causationid": str(task["id"]),
        "traceparent": str(task.get("traceparent", "")),
    }


Handler = Callable[[dict[str, Any]], Awaitable[Sequence[Reply]]]
"""Does a task (a CloudEvent) and gives what is to be answered; the same task twice gives the same message ids."""


class TaskRefusedError(Exception):
    """A counterpart's clear word that it will not do a task: tried again it says the same, so a person has to look."""

    code = "failed"
    final = True

    def __init__(self, detail: str, replies: Sequence[Reply] = ()) -> None:
        """Say why, in words for a person; no personal data. ``replies`` are what was learnt before, and said all the same."""
        super().__init__(detail)
        self.detail, self.replies = detail, replies


class RejectedError(TaskRefusedError):
    """The counterpart understood what was asked and will not do it."""

    code = "rejected"


class ProtocolChangedError(TaskRefusedError):
    """The counterpart's answer does not have the form that the adapter knows: the adapter has to be mended first."""

    code = "changed_protocol"


class NotFoundError(TaskRefusedError):
    """The counterpart does not know what was asked about; it may come to know it, so the task is tried some more times."""

    code = "not_found"
    final = False


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
MOST_TRIES = 12
"""How often a task may fail before a person is told: with the pauses below, for some forty minutes."""
_LONGEST_PAUSE_S = 300.0
_FAILURES = "Kervan-Failures"
"""How often in a row a task has failed; being asked to wait (:class:`NotYetError`) is no failure."""
_NOT_BEFORE = "Kervan-Not-Before"
"""Seconds of the epoch: a task that failed is left alone until then."""


def pause_after(failures: int) -> float:
    """How long to wait before the next try: twice as long each time, never quite the same for two tasks."""
    return min(_LONGEST_PAUSE_S, 2.0**failures) * random.uniform(0.7, 1)  # noqa: S311 - no secret


class TaskWorker:
    """Takes the tasks of one family and code; a task counts as done when all its answers are on the stream.

    However long a handler works, its task is not given to another meanwhile; at most ``_MOST_OPEN`` are open at once.
    """

    def __init__(self, client: Client, family: str, code: str, handler: Handler, going: asyncio.Event | None = None) -> None:
        """Answer over ``client``; while ``going`` is not set, tasks stay in the stream, and those under way are finished."""
        self._client = client
        self._going = going
        self._js = client.jetstream()
        self._family, self._code = family, code
        self._handler = handler
        self._open: set[asyncio.Task[None]] = set()
        self.done = 0

    async def run(self) -> None:
        """Work until cancelled."""
        config = topology.tasks_consumer(self._family, self._code)
        durable = config.durable_name or ""
        await self._js.add_consumer(topology.STREAM_TASK, config)  # one of an earlier release is brought to this shape
        subscription = await self._js.pull_subscribe(
            config.filter_subject or "", durable=durable, stream=topology.STREAM_TASK, config=config
        )
        try:
            while True:
                if self._going is not None:
                    await self._going.wait()
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
                if self._going is not None and not self._going.is_set():  # paused while it was fetched
                    with suppress(*_BROKEN):
                        for message in messages:
                            await message.nak()
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
        early = _stated(message, _NOT_BEFORE) - time.time()
        if early > 0:
            with suppress(*_BROKEN):
                await message.nak(delay=early)
            return
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
                if _stated(message, _FAILURES):  # the counterpart has answered: what failed before counts no more
                    await self._put_back(message, 0, later.seconds)
                else:
                    await message.nak(delay=later.seconds)
        except Exception as error:  # noqa: BLE001 - whatever a counterpart's code raises, its task must not be lost
            leave_if_cancelled()
            await self._failed(message, error)

    async def _failed(self, message: Any, error: Exception) -> None:  # noqa: ANN401 - a NATS message
        """Have a task come again later, or, after its last try, tell a person."""
        tries = int(_stated(message, _FAILURES)) + 1
        refused = error if isinstance(error, TaskRefusedError) else None
        last = tries >= MOST_TRIES or (refused is not None and refused.final)
        _log.warning(
            "task failed", counterpart=f"{self._family}/{self._code}", error=type(error).__name__, attempt=tries, last=last
        )
        with suppress(*_BROKEN):
            for reply in refused.replies if refused is not None else ():
                await self._js.publish(reply.subject, reply.body)
            if last:
                await self._tell(message, error, tries)
                await message.ack()
            else:
                await self._put_back(message, tries, pause_after(tries))

    async def _put_back(self, message: Any, failures: int, seconds: float) -> None:  # noqa: ANN401 - a NATS message
        """Have a task come again after ``seconds``, with how often it failed: the stream knows it, whoever takes it next.

        JetStream counts deliveries, and waiting is one too; so the count goes along with the message. Should this process die
        before the first copy is acknowledged, it is put back once more under the same id, which the stream knows.
        """
        headers = {
            **(message.headers or {}),
            "Nats-Msg-Id": f"put back:{message.metadata.sequence.stream}",
            _FAILURES: str(failures),
            _NOT_BEFORE: f"{time.time() + seconds:.3f}",
        }
        await self._js.publish(message.subject, message.data, headers=headers)
        await message.ack()

    async def _tell(
        self,
        message: Any,  # noqa: ANN401 - a NATS message
        error: Exception,
        tries: int,
    ) -> None:
        """Tell the engine of a task that is given up."""
        try:
            task = orjson.loads(message.data)
        except orjson.JSONDecodeError:
            task = None
        if not isinstance(task, dict):  # nobody here made it: there is no task to be asked again
            return
        told = given_up(message.subject, task, error, tries, str(message.metadata.sequence.stream), datetime.now(UTC))
        await self._js.publish(told.subject, told.body)


def given_up(subject: str, task: dict[str, Any], error: Exception, tries: int, serial: str, at: datetime) -> Reply:
    """What tells the engine of a task that is given up after so many tries; ``serial`` tells it from others under its id."""
    refused = error if isinstance(error, TaskRefusedError) else None
    detail = refused.detail if refused is not None else type(error).__name__
    code = refused.code if refused is not None else "failed"
    data = {"subject": subject, "task": task, "code": code, "detail": detail[:900], "tries": tries}
    message_id = f"failed:{task.get('id')}:{serial}"
    body = envelope(source=topology.TASKS_DESK, id=message_id, type="task.failed.v1", time=at, data=data)
    return Reply(topology.subject_of(topology.TASKS_DESK), message_id, body)


def _stated(message: Any, header: str) -> float:  # noqa: ANN401 - a NATS message
    """A number in a header; 0 where there is none, or what was put there by hand is none."""
    try:
        stated = float((message.headers or {}).get(header, "0"))
    except ValueError:
        return 0.0
    return stated if isfinite(stated) else 0.0


async def _keep_alive(message: Any) -> None:  # noqa: ANN401 - a NATS message
    """Tell the broker, again and again, that a task is being worked on."""
    while True:
        await asyncio.sleep(_ALIVE_S)
        with suppress(*_BROKEN):
            await message.in_progress()
