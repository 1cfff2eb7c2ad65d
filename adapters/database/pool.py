"""Connections to PostgreSQL."""

import socket
from typing import Any

import asyncpg

from adapters.database import hosts, seller_lock
from adapters.database.hosts import CONNECT_S
from workflow.errors import StoreUnavailableError

APPLICATION = "kervan"
FROZEN_S = 30
"""How long a transaction may be open with nothing said: its process hangs, and others wait for its locks."""


def plain_url(database_url: str) -> str:
    """The URL as asyncpg wants it: without the driver's name that SQLAlchemy puts after the scheme."""
    return database_url.replace("postgresql+asyncpg://", "postgresql://", 1)


def alchemy_url(database_url: str) -> str:
    """The URL as SQLAlchemy wants it, naming the driver."""
    return plain_url(database_url).replace("postgresql://", "postgresql+asyncpg://", 1)


class DatabaseUnreachableError(StoreUnavailableError):
    """PostgreSQL does not let anybody in."""

    def __init__(self, error: BaseException) -> None:
        """Say why by the error's kind; its text may quote the URL, and the URL has a password."""
        why = next((text for kind, text in _WHY if isinstance(error, kind)), "")
        super().__init__(
            f"PostgreSQL cannot be reached ({type(error).__name__}{why and ': '}{why}), so nothing was read or changed. "
            "Start it, or correct KERVAN_DATABASE_URL; empty, it means the one that comes with Kervan."
        )


_WHY: tuple[tuple[type[BaseException], str], ...] = (
    (asyncpg.InvalidAuthorizationSpecificationError, "it does not accept the user or the password"),
    (asyncpg.InvalidCatalogNameError, "it has no database of this name"),
    (asyncpg.CannotConnectNowError, "it is starting or stopping"),
    (asyncpg.TooManyConnectionsError, "all its connections are in use"),
    (asyncpg.TargetServerAttributeNotMatched, "none of the servers can be written to"),
    (asyncpg.ObjectNotInPrerequisiteStateError, "it was told to let nobody into this database"),
    (ConnectionRefusedError, "nothing listens there"),
    (FileNotFoundError, "there is no socket in that folder"),
    (socket.gaierror, "the name of its machine is not known"),
    (TimeoutError, "it did not answer in time"),
)
UNREACHABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ObjectNotInPrerequisiteStateError,
)
"""What asyncpg raises when it cannot connect."""


async def _as_it_is(_: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Give a connection back as it is: nobody here leaves settings, cursors or locks behind, so the round trip is saved."""


async def connect(database_url: str, *, size: int = 4) -> "asyncpg.Pool[asyncpg.Record]":
    """Open a pool of at most ``size`` connections; times come back aware, and statements are prepared once.

    For whoever is bound to sellers it gives connections behind the second lock (:mod:`adapters.database.seller_lock`).

    Raises:
        DatabaseUnreachableError: PostgreSQL does not answer, or does not let us in.
    """
    way: Any = hosts.connect  # asyncpg's types want each of its own parameters by name
    try:
        return await asyncpg.create_pool(
            plain_url(database_url),
            connect=way,
            min_size=1,
            max_size=size,
            timeout=CONNECT_S,
            max_inactive_connection_lifetime=300,
            setup=seller_lock.close,
            reset=_as_it_is,
            server_settings=hosts.SERVER
            | {
                "application_name": APPLICATION,
                "timezone": "UTC",
                "jit": "off",
                # many short questions at once: starting parallel workers costs more than they bring
                "max_parallel_workers_per_gather": "0",
                "idle_in_transaction_session_timeout": f"{FROZEN_S}s",
            },
        )
    except UNREACHABLE as error:
        raise DatabaseUnreachableError(error) from None
