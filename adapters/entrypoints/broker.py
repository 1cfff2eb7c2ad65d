"""Connections to NATS: one that waits for its server and comes back by itself, one that tries once, and their end."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import nats
import nats.errors
import structlog
from nats.aio.client import Client

from workflow.errors import KervanError

_log = structlog.get_logger("kervan")

_ONCE_S = 5.0
_CLOSE_S = 5.0
_SAY_AGAIN_S = 15.0


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


async def connect(url: str, name: str) -> Client:
    """A connection that waits for its server and comes back by itself, for ever; its errors are logged by their kind."""
    return await nats.connect(
        url, name=name, max_reconnect_attempts=-1, reconnect_time_wait=0.5, connect_timeout=5, error_cb=_noting(name)
    )


async def connect_once(url: str, name: str) -> Client:
    """A connection made now or not at all.

    Raises:
        BrokerUnreachableError: it could not be made within a few seconds.
    """
    why = ["TimeoutError"]

    async def note(error: Exception) -> None:
        why.append(type(error).__name__)

    try:
        async with asyncio.timeout(_ONCE_S):
            return await nats.connect(
                url,
                name=name,
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0.1,
                connect_timeout=2,
                error_cb=note,
            )
    except (nats.errors.Error, OSError, ValueError) as error:
        raise BrokerUnreachableError(why[-1] if len(why) > 1 else type(error).__name__) from None


async def close(client: Client) -> None:
    """End a connection; one whose transport is gone already is no error."""
    try:
        async with asyncio.timeout(_CLOSE_S):
            await client.close()
    except (nats.errors.Error, OSError, RuntimeError) as error:  # RuntimeError: uvloop, of a transport that is closed
        _log.debug("connection was gone already", error=type(error).__name__)
