"""The outbox as the relay reads it: one leader, rows in id order, gone once they are acknowledged."""

import asyncio
from collections.abc import Sequence

import asyncpg

from adapters.database import hosts
from adapters.database.pool import APPLICATION, FROZEN_S, plain_url
from adapters.database.store import LOST
from workflow.errors import StoreUnavailableError

_LEADER = 0x72656C6179  # "relay": the advisory lock that makes a relay the leader
_TAKE = "SELECT id, message_id, subject, payload FROM outbox WHERE id > $1 ORDER BY id LIMIT $2"
_DONE = "DELETE FROM outbox WHERE id = ANY($1::bigint[])"


class PostgresOutbox:
    """Reads the outbox over a connection of its own, which also holds the leader's lock.

    A transaction that was given lower ids may commit after one with higher ids; so rows are taken from the beginning each
    time, not from the last id on: what is done is deleted, so what is there is what is open. Rows of one shipment cannot
    overtake each other, because their ids were drawn while the shipment was locked.
    """

    def __init__(self, database_url: str) -> None:
        """Connect on first use."""
        self._url = plain_url(database_url)
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Tell the relay of this process that something was committed."""
        self._woken.set()

    async def lead(self) -> bool:
        """Try to become, or stay, the one leader; the lock goes with the connection."""
        connection = await self._connect()
        try:
            return bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LEADER))
        except LOST as error:
            raise await self._lost(error) from error

    async def take(self, limit: int) -> list[tuple[int, str, str, bytes]]:
        """The oldest open rows: id, message id, subject, payload."""
        connection = await self._leading()
        try:
            found = await connection.fetch(_TAKE, 0, limit)
        except LOST as error:
            raise await self._lost(error) from error
        return [(row[0], row[1], row[2], row[3]) for row in found]

    async def done(self, ids: Sequence[int]) -> None:
        """Remove rows that the broker has acknowledged."""
        connection = await self._leading()
        try:
            await connection.execute(_DONE, list(ids))
        except LOST as error:
            raise await self._lost(error) from error

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - the wait itself is the point
        """Wait until something may be there, at most ``timeout`` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._woken.wait()
        except TimeoutError:
            return
        finally:
            self._woken.clear()

    async def close(self) -> None:
        """Give up the lead and the connection."""
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            await connection.close(timeout=2)

    async def _connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        if self._connection is None or self._connection.is_closed():
            try:
                self._connection = await hosts.connect(
                    self._url,
                    server_settings=hosts.SERVER
                    | {
                        "application_name": f"{APPLICATION} relay",
                        "timezone": "UTC",
                        # it asks every second; one that does not is frozen, and another shall lead
                        "idle_session_timeout": f"{FROZEN_S}s",
                        # a deletion that a power failure undoes only publishes the same ids again
                        "synchronous_commit": "off",
                    },
                )
                await self._connection.add_listener("kervan_outbox", lambda *_: self._woken.set())
            except LOST as error:
                raise await self._lost(error) from error
        return self._connection

    async def _leading(self) -> "asyncpg.Connection[asyncpg.Record]":
        """The connection that holds the lock: once it is gone, so is the lead, and a new one would not have it."""
        if self._connection is None or self._connection.is_closed():
            raise await self._lost(ConnectionResetError())
        return self._connection

    async def _lost(self, error: BaseException) -> StoreUnavailableError:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
        message = (
            f"The relay lost PostgreSQL ({type(error).__name__}). Nothing is published meanwhile and nothing is lost: the "
            "outbox waits. It connects again by itself; check that PostgreSQL runs."
        )
        return StoreUnavailableError(message)
