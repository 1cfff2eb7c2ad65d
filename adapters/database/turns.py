"""Whose turn a piece of work is, by an advisory lock that goes with its connection: one process alone, or many at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"


@asynccontextmanager
async def turn(pool: "asyncpg.Pool[asyncpg.Record]", name: int) -> AsyncIterator[bool]:
    """Whether the work called ``name`` is ours to do now; nobody waits for it."""
    async with _held(pool, name, take="pg_try_advisory_lock", give="pg_advisory_unlock") as (_, mine):
        yield mine


@asynccontextmanager
async def beside(pool: "asyncpg.Pool[asyncpg.Record]", name: int) -> AsyncIterator[Connection]:
    """A connection that others may have at the same time for ``name``, while whoever needs it alone waits (:func:`alone`).

    No transaction is begun on it before: one that begins within sees all that was done alone.
    """
    async with _held(pool, name, take="pg_advisory_lock_shared", give="pg_advisory_unlock_shared") as (connection, _):
        yield connection


@asynccontextmanager
async def _held(
    pool: "asyncpg.Pool[asyncpg.Record]", name: int, *, take: str, give: str
) -> AsyncIterator[tuple[Connection, bool]]:
    """A connection with a lock, and whether it has it, which is refused where the lock is only tried.

    Where it cannot be told whether the lock was given back, its connection is not used any more, and the lock goes with it.
    """
    async with pool.acquire() as connection:
        given_back = False
        try:
            mine = await connection.fetchval(f"SELECT {take}($1)", name) is not False  # one that waits gives nothing
            try:
                yield connection, mine
            finally:
                if mine and not connection.is_closed():
                    await connection.execute(f"SELECT {give}($1)", name)
                given_back = True
        finally:
            if not given_back:
                connection.terminate()


async def alone(connection: Connection, name: int) -> None:
    """Have ``name`` alone until the connection's transaction ends, once those beside it are done.

    Raises:
        LockNotAvailableError: they were not within the transaction's ``lock_timeout``.
    """
    await connection.execute("SELECT pg_advisory_xact_lock($1)", name)
