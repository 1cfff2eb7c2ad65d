"""Whose turn a piece of work is: one process at a time, by an advisory lock that goes with its connection."""

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
