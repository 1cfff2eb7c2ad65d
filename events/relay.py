"""The outbox's way to the broker: one leader, in id order, many at a time.

A batch carries ``Nats-Batch-*`` headers (NATS ADR-50) and each message its id as ``Nats-Msg-Id``. The server stages every
atomic batch in a folder of its own, which costs it milliseconds; so a few messages go as a chain instead: sent without
waiting for each other, each naming the one that must stand before it, so that one that fails takes those after it along.

If the relay dies between publishing and noting it, the same ids go out again: the stream rejects the batch for its first
repeated id (a chain for the first one after it), and the relay then publishes one by one, where a repeated id is
acknowledged as a duplicate. So every transition is on the stream, in its shipment's order, and under one id.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol
from uuid import uuid4

import nats.errors
import nats.js.errors
import orjson
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from events import tracing
from events.cancellation import leave_if_cancelled
from workflow.errors import StoreUnavailableError

_log = structlog.get_logger("kervan.relay")

Row = tuple[int, str, str, bytes]
"""Id in the outbox, message id, subject, payload."""

_BATCH = 500
_CHAIN = 16
"""Up to so many go as a chain: one write and one sync each, at about a third of a millisecond; a batch begins at five."""
_IDLE_S = 1.0
_FOLLOWER_S = 1.0
_ACK_S = 10.0
_FAILED = (
    nats.errors.Error,
    nats.js.errors.Error,
    StoreUnavailableError,
    ConnectionError,
    TimeoutError,
)


class OutboxSource(Protocol):
    """The outbox as the relay needs it."""

    async def lead(self) -> bool:
        """Try to become, or stay, the one leader."""
        ...

    async def take(self, limit: int) -> list[Row]:
        """The oldest open rows, in id order."""
        ...

    async def done(self, ids: Sequence[int]) -> None:
        """Remove rows that the broker has acknowledged."""
        ...

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - the wait itself is the point
        """Wait until something may be there."""
        ...

    async def close(self) -> None:
        """Give up the lead."""
        ...


class BatchRejectedError(Exception):
    """The stream did not take an atomic batch, or all of a chain; the messages go one by one."""


class Relay:
    """Publishes the outbox; run one in every worker, one of them leads."""

    def __init__(self, source: OutboxSource, client: Client) -> None:
        """Publish over ``client``, which connects again by itself."""
        self._source = source
        self._client = client
        self._js: JetStreamContext = client.jetstream(timeout=_ACK_S)
        self.leading = False
        self.published = 0

    async def run(self) -> None:
        """Publish until cancelled; a failure is logged once and tried again with growing pauses."""
        failures = 0
        try:
            while True:
                try:
                    await self._turn()
                    if failures:
                        _log.info("relay works again", after=failures)
                    failures = 0
                except _FAILED as error:
                    leave_if_cancelled()
                    failures += 1
                    self.leading = False
                    if failures == 1:
                        _log.warning("relay cannot publish", error=type(error).__name__, why=str(error))
                    await asyncio.sleep(min(5.0, 0.1 * 2 ** min(failures, 6)) * random.uniform(0.5, 1))  # noqa: S311
        finally:
            await self._source.close()

    async def _turn(self) -> None:
        """Publish all there is now, then wait."""
        if not self.leading:
            self.leading = await self._source.lead()
            if not self.leading:
                await asyncio.sleep(_FOLLOWER_S)
                return
            _log.info("relay leads")
        while rows := await self._source.take(_BATCH):
            by_stream: defaultdict[str, list[Row]] = defaultdict(list)
            for row in rows:  # a batch goes to one stream; within a stream the order stays
                by_stream[row[2].split(".", 2)[1]].append(row)
            for same_stream in by_stream.values():
                with tracing.publishing([(row[2], row[3]) for row in same_stream]):
                    await self._publish(same_stream)
                await self._source.done([row[0] for row in same_stream])
                self.published += len(same_stream)
        await self._source.wait(_IDLE_S)

    async def _publish(self, rows: list[Row]) -> None:
        if len(rows) == 1:
            await self._one(rows[0])
            return
        try:
            await (self._chain(rows) if len(rows) <= _CHAIN else self._atomic(rows))
        except BatchRejectedError as error:
            _log.info("batch goes one by one", messages=len(rows), why=str(error))
            for row in rows:
                await self._one(row)

    async def _one(self, row: Row) -> None:
        _, message_id, subject, payload = row
        await self._js.publish(subject, payload, headers={"Nats-Msg-Id": message_id})

    async def _chain(self, rows: list[Row]) -> None:
        """Publish all at once, each only if the one before it is the stream's last.

        Raises:
            BatchRejectedError: from some message on, none was taken.
        """
        sending: list[asyncio.Task[Msg]] = []
        before = ""
        for _, message_id, subject, payload in rows:
            headers = {"Nats-Msg-Id": message_id} | ({"Nats-Expected-Last-Msg-Id": before} if before else {})
            sending.append(asyncio.create_task(self._client.request(subject, payload, timeout=_ACK_S, headers=headers)))
            before = message_id
        answers = await asyncio.gather(*sending, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, nats.errors.NoRespondersError):
                raise nats.js.errors.NoStreamResponseError from answer
            if isinstance(answer, BaseException):
                raise answer
            _raise_if_rejected(answer)

    async def _atomic(self, rows: list[Row]) -> None:
        """Publish all or none.

        Raises:
            BatchRejectedError: none was taken.
        """
        batch = uuid4().hex
        last = len(rows)
        for place, (_, message_id, subject, payload) in enumerate(rows, start=1):
            headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(place), "Nats-Msg-Id": message_id}
            if place < last:
                await self._client.publish(subject, payload, headers=headers)
                continue
            headers["Nats-Batch-Commit"] = "1"
            try:
                answer = await self._client.request(subject, payload, timeout=_ACK_S, headers=headers)
            except nats.errors.NoRespondersError as error:
                raise nats.js.errors.NoStreamResponseError from error
        _raise_if_rejected(answer)


def _raise_if_rejected(answer: Msg) -> None:
    told = orjson.loads(answer.data)
    if "error" in told:
        raise BatchRejectedError(str(told["error"].get("err_code")))
