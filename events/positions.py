"""How far the streams were taken, what the broker alone holds, and going back to a place: for backups.

The database is the truth, but it does not hold what the broker has and no worker took: messages that wait for the engine, what
goes out and was not noted for subscribers, and tasks that nobody did. Whoever keeps these besides the database has it all.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from events import topology
from workflow.errors import KervanError

if TYPE_CHECKING:
    from nats.aio.msg import Msg

_FOLLOWED = {topology.STREAM_IN: topology.ENGINE, topology.STREAM_OUT: topology.SUBSCRIPTIONS}
"""The consumer of Kervan's own that says how far a stream was taken."""

_AT_ONCE = 500
_FETCH_S = 10.0
_READER_S = 60.0
_IN_FLIGHT = 100
_ID = "Nats-Msg-Id"
_OF_THE_PUBLISHING = ("Nats-Expected-", "Nats-Batch-", "Nats-Required-")
"""Headers that spoke of the place where a message was put, which is another one when it is put again."""


class StreamUnreadableError(KervanError):
    """A stream stopped answering while it was read."""

    def __init__(self, stream: str, at: int) -> None:
        """Name the stream and the place."""
        super().__init__(
            f"The stream {stream} could not be read to its end (at message {at}), so nothing was finished. See that NATS "
            "answers (`kervan doctor`), then begin again."
        )


@dataclass(frozen=True, slots=True)
class Position:
    """A stream at a moment."""

    stream: str
    created: datetime
    """When it was made, aware: tells it from one that was made anew under its name."""
    last: int
    """The sequence of its newest message; 0 where there never was one."""
    taken: int | None
    """All up to here was taken by Kervan's own consumer; ``None`` where it has none."""


@dataclass(frozen=True, slots=True)
class Held:
    """A message as it lies in a stream."""

    stream: str
    sequence: int
    subject: str
    data: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its ``Nats-Msg-Id``, or nothing."""
        return self.headers.get(_ID, "")


async def positions(js: JetStreamContext) -> list[Position]:
    """The streams that are there, as they stand now; what comes in meanwhile counts or not."""
    found = []
    for config in topology.streams():
        name = config.name or ""
        consumer = _FOLLOWED.get(name)
        try:
            info = await js.stream_info(name)
        except NotFoundError:
            continue
        taken = None
        if consumer is not None:
            try:
                floor = (await js.consumer_info(name, consumer)).ack_floor
            except NotFoundError:
                floor = None
            taken = floor.stream_seq if floor is not None else None
        if info.created is None:  # every server says it
            raise StreamUnreadableError(name, 0)
        found.append(Position(name, info.created, info.state.last_seq, taken))
    return found


async def untaken(js: JetStreamContext, known: Sequence[Position]) -> AsyncIterator[Held]:
    """What Kervan's own consumers had not taken at ``known``, and all that came since, in the streams' order."""
    for position in known:
        if position.taken is not None:
            async for message in _read(js, position.stream, position.taken + 1):
                yield message


async def ids_since(js: JetStreamContext, position: Position) -> set[str]:
    """The ids of all that a stream took after a position."""
    return {message.id async for message in _read(js, position.stream, position.last + 1, headers_only=True)}


async def tasks(js: JetStreamContext) -> AsyncIterator[Held]:
    """The tasks that nobody did yet, those that are being done among them.

    A work queue has no second consumer, so it is read message by message.
    """
    at = 0
    while True:
        try:
            found = await js.get_msg(topology.STREAM_TASK, seq=at + 1, subject=topology.SUBJECT_TASK, next=True)
        except NotFoundError:
            return
        at = found.seq or at + 1
        yield Held(topology.STREAM_TASK, at, found.subject or "", found.data or b"", dict(found.headers or {}))


@asynccontextmanager
async def hearing_tasks(client: Client) -> AsyncIterator[list[Held]]:
    """Tasks that are published while the block runs, as anybody on the broker hears them: one may be done at once and gone."""
    heard: list[Held] = []

    async def hear(message: "Msg") -> None:
        heard.append(Held(topology.STREAM_TASK, 0, message.subject, message.data, dict(message.headers or {})))

    subscription = await client.subscribe(topology.SUBJECT_TASK, cb=hear)
    await client.flush()
    try:
        yield heard
        await client.flush()
    finally:
        await subscription.drain()  # type: ignore[no-untyped-call]  # nats-py has it so


async def _read(js: JetStreamContext, stream: str, first: int, *, headers_only: bool = False) -> AsyncIterator[Held]:
    """The messages of a stream from a sequence on, up to the one that is the newest now.

    Raises:
        StreamUnreadableError: it stopped answering before that.
    """
    state = (await js.stream_info(stream)).state
    first = max(first, state.first_seq, 1)
    if not state.messages or first > state.last_seq:
        return
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=first,
        ack_policy=AckPolicy.NONE,
        headers_only=headers_only,
        inactive_threshold=_READER_S,
        mem_storage=True,
        num_replicas=1,
    )
    subject = next(config.subjects[0] for config in topology.streams() if config.name == stream and config.subjects)
    reader = await js.pull_subscribe(subject, config=config, stream=stream)
    at = first - 1
    try:
        while at < state.last_seq:
            try:
                messages = await reader.fetch(_AT_ONCE, timeout=_FETCH_S)
            except (TimeoutError, nats.errors.TimeoutError):
                if (await reader.consumer_info()).num_pending:
                    raise StreamUnreadableError(stream, at + 1) from None
                return  # the rest grew too old meanwhile, and is gone
            for message in messages:
                at = message.metadata.sequence.stream
                if at > state.last_seq:
                    return
                yield Held(stream, at, message.subject, message.data, dict(message.headers or {}))
    finally:
        await reader.unsubscribe()


async def go_back(js: JetStreamContext, position: Position) -> bool:
    """Have Kervan's own consumer take again all that came after a position; whether the stream is still that stream.

    What it takes a second time is known by the inbox (by subscription and message for what subscribers are told).
    """
    try:
        info = await js.stream_info(position.stream)
    except NotFoundError:
        return False
    if info.created != position.created:
        return False
    name = _FOLLOWED.get(position.stream)
    if name is None or position.taken is None:
        return True
    try:
        config = (await js.consumer_info(position.stream, name)).config
    except NotFoundError:
        config = topology.engine_consumer() if name == topology.ENGINE else topology.subscriptions_consumer(position.created)
    else:
        await js.delete_consumer(position.stream, name)
    again = replace(
        config,
        name=name,
        durable_name=name,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=position.taken + 1,
        opt_start_time=None,
    )
    await js.add_consumer(position.stream, again)
    return True


async def newest(js: JetStreamContext, stream: str) -> int:
    """The sequence of a stream's newest message."""
    return (await js.stream_info(stream)).state.last_seq


async def put_again(js: JetStreamContext, held: Sequence[Held], mark: str = "") -> None:
    """Publish messages again, in their order; ``mark`` is put behind their ids, where the stream may know those still."""
    for start in range(0, len(held), _IN_FLIGHT):
        await asyncio.gather(
            *(js.publish(one.subject, one.data, headers=_headers(one, mark)) for one in held[start : start + _IN_FLIGHT])
        )


def _headers(held: Held, mark: str) -> dict[str, str]:
    kept = {name: value for name, value in held.headers.items() if not name.startswith(_OF_THE_PUBLISHING)}
    return kept | {_ID: f"{held.id}{mark}"} if held.id and mark else kept


def without(held: Collection[Held], ids: Collection[str]) -> list[Held]:
    """Those whose id is none of ``ids``, each id once; those without an id all stay."""
    seen, found = set(ids), []
    for one in held:
        if one.id not in seen or not one.id:
            found.append(one)
            seen.add(one.id)
    return found
