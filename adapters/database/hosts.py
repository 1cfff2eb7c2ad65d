"""One connection to PostgreSQL, whichever of several servers may be written to, and soon aware of a server that is gone.

A URL may name several servers (``postgresql://user@a:5432,b:5432/kervan?target_session_attrs=read-write``). asyncpg tries
them in turn too, but within one time-out for all: a first one whose machine is gone takes it whole, and the one that was
promoted in its place is never asked. Here each has its own share of the time, and the one that answered last is asked first.

A machine that loses its power says no farewell, and who waits for its answer would wait for as long as the kernel sends again
(a quarter of an hour), or for ever where nothing is under way. So the kernels of both sides ask whether the other is there.
"""

import asyncio
import socket
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

CONNECT_S = 10.0
"""How long the attempts to connect may take, all servers together."""

_CLIENT: dict[str, int] = {
    "TCP_KEEPIDLE": 10,
    "TCP_KEEPINTVL": 5,
    "TCP_KEEPCNT": 2,
    "TCP_USER_TIMEOUT": 20_000,
}
"""Linux's names (seconds, seconds, tries, milliseconds): a server that is gone is noticed within 20 s. Where a system does not
have one of them its own default stands."""

SERVER: dict[str, str] = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "20000",
}
"""The same the other way: locks of a client whose machine is gone, the relay's lead among them, go after 20 s."""

_NEXT = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ObjectNotInPrerequisiteStateError,
)
"""Why another server is tried."""

_answered: dict[str, str] = {}
"""By a URL of several servers, the one that could be used last."""


def servers(url: str) -> list[str]:
    """One URL for each server that a URL names."""
    parts = urlsplit(url)
    user, at, places = parts.netloc.rpartition("@")
    return [urlunsplit(parts._replace(netloc=f"{user}{at}{place}")) for place in places.split(",")]


async def connect(
    url: str,
    *,
    timeout: float = CONNECT_S,  # noqa: ASYNC109 - asyncpg's own
    **more: Any,  # noqa: ANN401 - the same
) -> "asyncpg.Connection[asyncpg.Record]":
    """Connect to the first server that is as ``target_session_attrs`` in the URL wants it.

    Raises:
        OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError: what the last one said.
    """
    named = servers(url)
    first = _answered.get(url, named[0])
    last: BaseException = ConnectionRefusedError()
    for one in sorted(named, key=lambda server: server != first):
        try:
            connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(one, timeout=timeout / len(named), **more)
        except _NEXT as error:
            last = error
            continue
        _answered[url] = one
        _notice_the_end_of(connection)
        return connection
    raise last


def _notice_the_end_of(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    found: asyncio.Transport = connection._transport  # type: ignore[attr-defined]  # noqa: SLF001 - asyncpg has no public way to its socket
    its = found.get_extra_info("socket")
    if its is None or its.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    its.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _CLIENT.items():
        if (option := getattr(socket, name, None)) is not None:
            its.setsockopt(socket.IPPROTO_TCP, option, value)
