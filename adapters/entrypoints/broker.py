"""Connections to NATS: one that waits for its server and comes back by itself, one that tries once, and their end."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import nats
import nats.errors
import stamina
import structlog
from nats.aio.client import Client
from nats.js.errors import APIError, ServiceUnavailableError

from events import topology
from events.connection import PING_S, UNANSWERED, servers, trusting
from workflow.errors import KervanError

_log = structlog.get_logger("kervan")

_ONCE_S = 5.0
_CLOSE_S = 5.0
_SAY_AGAIN_S = 15.0
_LEADER_S = 60.0
_NO_LEADER = (TimeoutError, nats.errors.TimeoutError, nats.errors.NoRespondersError, ServiceUnavailableError)
_NO_PEERS, _NO_CLUSTER = 10005, 10074
"""The server's codes for replicas that it has no servers for: not yet, or never since it stands alone."""


class BrokerUnreachableError(KervanError):
    """NATS does not answer."""

    def __init__(self, why: str) -> None:
        """Name the kind of the error."""
        super().__init__(
            f"NATS cannot be reached ({why}), so no message comes in and none goes out. Start it, or correct KERVAN_BROKER_URL."
        )


def _noting(connection: str) -> Callable[[Exception], Awaitable[None]]:
    """Log a connection's errors by their kind; the same one not more often than every few seconds."""
    said: dict[str, float] = {}

    async def note(error: Exception) -> None:
        kind, now = type(error).__name__, time.monotonic()
        if now - said.get(kind, -_SAY_AGAIN_S) >= _SAY_AGAIN_S:
            said[kind] = now
            _log.warning("broker connection", connection=connection, error=kind)

    return note


async def connect(url: str, name: str, *, authority: Path | None = None) -> Client:
    """A connection that waits for its server and comes back by itself, for ever; its errors are logged by their kind.

    ``authority`` as in :func:`events.connection.trusting`.
    """
    return await nats.connect(
        servers(url),
        name=name,
        tls=trusting(authority),
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.5,
        connect_timeout=5,
        ping_interval=PING_S,
        max_outstanding_pings=UNANSWERED,
        error_cb=_noting(name),
    )


async def connect_once(url: str, name: str, *, authority: Path | None = None) -> Client:
    """A connection made now or not at all; ``authority`` as in :func:`events.connection.trusting`.

    Raises:
        BrokerUnreachableError: it could not be made within a few seconds.
    """
    why = ["TimeoutError"]

    async def note(error: Exception) -> None:
        why.append(type(error).__name__)

    try:
        async with asyncio.timeout(_ONCE_S):
            return await nats.connect(
                servers(url),
                name=name,
                tls=trusting(authority),
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0.1,
                connect_timeout=2,
                error_cb=note,
            )
    except (nats.errors.Error, OSError, ValueError) as error:
        raise BrokerUnreachableError(why[-1] if len(why) > 1 else type(error).__name__) from None


class BrokerNotReadyError(KervanError):
    """The broker answers and keeps no streams."""

    def __init__(self) -> None:
        """Say what to look at."""
        super().__init__(
            f"NATS answers, but for {_LEADER_S:.0f} seconds it would not make or change the streams; nothing was taken and "
            "nothing is lost. A cluster needs most of its servers: see their logs (`JetStream cluster`), and that "
            "KERVAN_BROKER_REPLICAS is not above their number."
        )


class BrokerStandsAloneError(KervanError):
    """One server cannot keep several copies."""

    def __init__(self, replicas: int) -> None:
        """Say which of the two settings to correct."""
        super().__init__(
            f"KERVAN_BROKER_REPLICAS is {replicas}, and this NATS server is not in a cluster, so no stream was made. Set it to "
            "1, or name a cluster's servers in KERVAN_BROKER_URL."
        )


def _may_come_right(error: Exception) -> bool:
    """Whether a cluster that is still choosing its leader, or counting its servers, says this."""
    return isinstance(error, _NO_LEADER) or (isinstance(error, APIError) and error.err_code == _NO_PEERS)


async def declare(client: Client, replicas: int) -> None:
    """Bring streams and consumer to this release's shape; a cluster that is still choosing its leader is waited for.

    Raises:
        BrokerNotReadyError: for a minute it did not come to that.
        BrokerStandsAloneError: several copies are wanted of one server.
    """
    try:
        async for attempt in stamina.retry_context(on=_may_come_right, attempts=None, timeout=_LEADER_S, wait_max=2):
            with attempt:
                await topology.declare(client.jetstream(), replicas)
    except (*_NO_LEADER, APIError) as error:
        if isinstance(error, APIError) and error.err_code == _NO_CLUSTER:
            raise BrokerStandsAloneError(replicas) from None
        if not _may_come_right(error):
            raise
        raise BrokerNotReadyError from error


async def close(client: Client) -> None:
    """End a connection; one whose transport is gone already is no error."""
    try:
        async with asyncio.timeout(_CLOSE_S):
            await client.close()
    except (nats.errors.Error, OSError, RuntimeError) as error:  # RuntimeError: uvloop, of a transport that is closed
        _log.debug("connection was gone already", error=type(error).__name__)
