"""The engine's subscribers: they take batches from the broker and acknowledge what was committed."""

import random
import traceback
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import nats.errors
import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.security import BaseSecurity

from events import topology
from events.connection import PING_S, UNANSWERED, servers, trusting
from events.intake import Intake
from events.pull import give_back, make_eager
from events.translate import Arrival
from workflow.errors import BatchConflictError, StoreUnavailableError

if TYPE_CHECKING:
    from faststream.message import StreamMessage
    from nats.aio.msg import Msg

_log = structlog.get_logger("kervan.consumers")

_PREFETCH_LIMIT = 256 * 1024 * 1024


async def _raw(message: "StreamMessage[list[Msg]]") -> "list[Msg]":
    """Hand the messages on as they are: the intake reads them, and keeps what cannot be read."""
    return message.raw_message


def arrival(message: "Msg") -> Arrival:
    """A message of the stream, named by its place in it and what it says: a stream that was made anew counts from one."""
    digest = blake2b(message.subject.encode() + b"\n" + message.data, digest_size=8).hexdigest()
    return Arrival(message.subject, message.data, f"{topology.STREAM_IN}:{message.reply.split('.')[-4]}:{digest}")


def build(
    broker_url: str, intake: Intake, *, batch_size: int = 500, concurrency: int = 2, authority: Path | None = None
) -> NatsBroker:
    """A broker whose ``concurrency`` subscribers share the engine's consumer: one decides while another's data is saved.

    ``authority`` as in :func:`events.connection.trusting`.
    """
    broker = NatsBroker(
        servers(broker_url),
        security=BaseSecurity(ssl_context=trusting(authority)),
        apply_types=False,
        logger=None,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        ping_interval=PING_S,
        max_outstanding_pings=UNANSWERED,
        name="kervan worker",
        error_cb=_note_error,
    )

    async def take(messages: "list[Msg]") -> None:
        """What the outside tells Kervan, a batch at a time; all that is logged of a batch carries its id."""
        with structlog.contextvars.bound_contextvars(batch=uuid4().hex[:12]):
            await take_batch(messages)

    async def take_batch(messages: "list[Msg]") -> None:
        try:
            await intake.take([arrival(message) for message in messages])
        except (StoreUnavailableError, BatchConflictError) as error:
            _log.warning("batch given back", messages=len(messages), why=str(error))
            await give_back(messages, delay=random.uniform(1, 3))  # noqa: S311 - spreads retries, no secret
            return
        except Exception as error:  # noqa: BLE001 - a fault of ours, which FastStream would swallow without a word
            # the place, not the text: a database's error text may quote a person's data
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{place.filename}:{place.lineno}"
            _log.error("batch given back", messages=len(messages), error=type(error).__name__, where=where)
            await give_back(messages, delay=random.uniform(10, 15))  # noqa: S311 - the same
            return
        try:
            for message in messages:
                await message.ack()
        except (nats.errors.Error, ConnectionError) as error:
            _log.warning("batch not acknowledged; the inbox will know it when it comes again", error=type(error).__name__)

    for _ in range(concurrency):
        subscriber = broker.subscriber(
            topology.SUBJECT_IN,
            stream=JStream(topology.STREAM_IN, declare=False),
            durable=topology.ENGINE,
            config=topology.engine_consumer(),
            pull_sub=PullSub(batch_size=batch_size, timeout=2, batch=True),
            ack_policy=AckPolicy.MANUAL,
            decoder=_raw,
            pending_bytes_limit=_PREFETCH_LIMIT,
        )
        subscriber(take)
        make_eager(subscriber)
    return broker


async def _note_error(error: Exception) -> None:
    if not isinstance(error, nats.errors.SlowConsumerError):
        _log.warning("broker connection", connection="kervan worker", error=type(error).__name__)
