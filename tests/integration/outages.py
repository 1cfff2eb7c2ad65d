"""Outages that tests make by themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg


@asynccontextmanager
async def shut(database_url: str) -> AsyncIterator[None]:
    """A database that lets nobody in, and has thrown out whoever was there."""
    base, _, query = database_url.partition("?")
    server, _, name = base.rpartition("/")
    admin = await asyncpg.connect(f"{server}/postgres" + (f"?{query}" if query else ""))
    try:
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        try:
            yield
        finally:
            await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    finally:
        await admin.close()
