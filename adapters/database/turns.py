"""Whose turn a piece of work is, by an advisory lock that goes with its connection: one process alone, or many at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg


@asynccontextmanager
async def turn(pool: "asyncpg.Pool[asyncpg.Record]", name: int) -> AsyncIterator[bool]:
    """Whether the work called ``name`` is ours to do now; nobody waits for it.

    Where it cannot be told whether the lock was given back, its connection is not used any more, and the lock goes with it.
    """
    async with pool.acquire() as connection:
        given_back = False
        try:
            mine: bool = await connection.fetchval("SELECT pg_try_advisory_lock($1)", name)
            try:
                yield mine
            finally:
                if mine and not connection.is_closed():
                    await connection.execute("SELECT pg_advisory_unlock($1)", name)
                given_back = True
        finally:
            if not given_back:
                connection.terminate()


@asynccontextmanager
async def beside(
    pool: "asyncpg.Pool[asyncpg.Record]", name: int
) -> "AsyncIterator[asyncpg.pool.PoolConnectionProxy[asyncpg.Record]]":
    """A connection that others may have at the same time for ``name``, while whoever needs it alone waits (:func:`alone`).

    No transaction is begun on it before: one that begins within sees all that was done alone.
    """
    async with pool.acquire() as connection:
        given_back = False
        try:
            await connection.execute("SELECT pg_advisory_lock_shared($1)", name)
            try:
                yield connection
            finally:
                if not connection.is_closed():
                    await connection.execute("SELECT pg_advisory_unlock_shared($1)", name)
            given_back = True
        finally:
            if not given_back:
                connection.terminate()


async def alone(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", name: int) -> None:
    """Have ``name`` alone until the connection's transaction ends, once those beside it are done.

    Raises:
        LockNotAvailableError: they were not within the transaction's ``lock_timeout``.
    """
    await connection.execute("SELECT pg_advisory_xact_lock($1)", name)
