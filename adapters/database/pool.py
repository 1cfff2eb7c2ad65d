"""Connections to PostgreSQL."""

import asyncpg

APPLICATION = "kervan"


def plain_url(database_url: str) -> str:
    """The URL as asyncpg wants it: without the driver's name that SQLAlchemy puts after the scheme."""
    return database_url.replace("postgresql+asyncpg://", "postgresql://", 1)


def alchemy_url(database_url: str) -> str:
    """The URL as SQLAlchemy wants it, naming the driver."""
    return plain_url(database_url).replace("postgresql://", "postgresql+asyncpg://", 1)


async def connect(database_url: str, *, size: int = 4) -> "asyncpg.Pool[asyncpg.Record]":
    """Open a pool of at most ``size`` connections; times come back aware, and statements are prepared once."""
    return await asyncpg.create_pool(
        plain_url(database_url),
        min_size=1,
        max_size=size,
        max_inactive_connection_lifetime=300,
        server_settings={"application_name": APPLICATION, "timezone": "UTC", "jit": "off"},
    )
