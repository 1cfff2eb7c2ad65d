"""Couriers' webhooks: stored many at a time while their senders wait, read later by whoever has the time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

from adapters.database.save import columns
from adapters.database.store import LOST
from events.webhooks import Webhook
from workflow.errors import StoreUnavailableError
from workflow.ports import Clock

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_KEEP = """
INSERT INTO webhook (digest, courier, message_id, body, received_at, traceparent)
SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::bytea[], $5::timestamptz[], $6::text[])
ON CONFLICT DO NOTHING RETURNING digest
"""
_OLDEST = """
SELECT digest, courier, message_id, body, received_at, traceparent FROM webhook WHERE handled_at IS NULL
ORDER BY received_at LIMIT $1 FOR UPDATE SKIP LOCKED
"""
_HANDLED = "UPDATE webhook SET handled_at = $2 WHERE digest = ANY($1::bytea[])"
_FIND = "SELECT digest, courier, message_id, body, received_at, traceparent FROM webhook WHERE digest = $1"

_AT_ONCE, _BYTES_AT_ONCE = 500, 8 * 1024 * 1024


class Webhooks:
    """The table ``webhook``, for one process.

    Whoever stores one waits until it is on disk. While one transaction is under way the next ones gather, and go together: so
    load alone makes the batches large, as with messages.
    """

    def __init__(self, pool: Pool, clock: Clock) -> None:
        """Store and read over a pool."""
        self._pool, self._clock = pool, clock
        self._waiting: list[tuple[Webhook, asyncio.Future[bool]]] = []
        self._writer: asyncio.Task[None] | None = None
        self.totals: Counter[str] = Counter()

    async def keep(self, new: Webhook) -> bool:
        """Store a webhook and say whether it is new; the same one again changes nothing.

        Raises:
            StoreUnavailableError: it is not stored; it may be sent again.
        """
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((new, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        fresh = await future
        self.totals["stored" if fresh else "repeated"] += 1
        return fresh

    async def _write(self) -> None:
        while self._waiting:
            batch = self._next()
            try:
                fresh = await self._insert([new for new, _ in batch])
            except LOST as error:
                message = f"PostgreSQL does not answer ({type(error).__name__}). The webhook was not stored; send it again."
                _settle(batch, StoreUnavailableError(message))
            except BaseException as error:  # whatever it is, those who wait must not wait for ever
                _settle(batch, error if isinstance(error, Exception) else StoreUnavailableError("Kervan is stopping."))
                raise
            else:
                for new, future in batch:
                    if not future.done():
                        future.set_result(new.digest in fresh)
                    fresh.discard(new.digest)  # of two that are the same the first one is new

    def _next(self) -> list[tuple[Webhook, asyncio.Future[bool]]]:
        """Those that go together: as many as there are, up to a number and a size."""
        size = taken = 0
        for new, _ in self._waiting[:_AT_ONCE]:
            size += len(new.body)
            if taken and size > _BYTES_AT_ONCE:
                break
            taken += 1
        batch, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return batch

    async def _insert(self, rows: Sequence[Webhook]) -> set[bytes]:
        unique = {new.digest: new for new in reversed(rows)}
        records = [(r.digest, r.courier, r.message_id, r.body, r.received_at, r.traceparent) for _, r in sorted(unique.items())]
        return {found[0] for found in await self._pool.fetch(_KEEP, *columns(records, 6))}

    @asynccontextmanager
    async def oldest(self, limit: int) -> AsyncIterator[list[Webhook]]:
        """The oldest that wait, nobody else's meanwhile; they wait no more once the block has ended well.

        Raises:
            StoreUnavailableError: they still wait.
        """
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                found = [_row(record) for record in await connection.fetch(_OLDEST, limit)]
                yield found
                if found:
                    await connection.execute(_HANDLED, [one.digest for one in found], self._clock())
        except LOST as error:
            message = f"PostgreSQL does not answer ({type(error).__name__}). The webhooks wait; they are read when it is back."
            raise StoreUnavailableError(message) from error

    async def find(self, digest: bytes) -> Webhook | None:
        """A webhook, whether it waits or not."""
        record = await self._pool.fetchrow(_FIND, digest)
        return None if record is None else _row(record)


def _row(record: asyncpg.Record) -> Webhook:
    return Webhook(record["courier"], record["message_id"], record["body"], record["received_at"], record["traceparent"])


def _settle(batch: Sequence[tuple[Webhook, "asyncio.Future[bool]"]], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
