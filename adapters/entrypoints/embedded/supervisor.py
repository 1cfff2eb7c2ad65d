"""Watches the embedded servers and starts again what died: a killed server must not end Kervan."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from adapters.entrypoints.embedded.servers import EmbeddedServers
from workflow.errors import KervanError

_log = structlog.get_logger("kervan")

_LOOK_S = 0.25
_LONGEST_PAUSE_S = 30.0
_WELL_AFTER_S = 60.0
"""A server that lived so long has no death on its account any more."""


@asynccontextmanager
async def supervised(servers: EmbeddedServers) -> AsyncIterator[None]:
    """Keep the servers that were started alive while the block runs."""
    watch = asyncio.create_task(_watch(servers))
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)


async def _watch(servers: EmbeddedServers) -> None:
    """Look at all servers a few times a second; each dead one starts again, after pauses that grow with its deaths."""
    deaths: dict[str, int] = {}
    died: dict[str, float] = {}
    due: dict[str, float] = {}
    while True:
        await asyncio.sleep(_LOOK_S)
        now = time.monotonic()
        for name in servers.fallen():
            if name not in due:
                deaths[name] = deaths.get(name, 0) + 1 if now - died.get(name, now) < _WELL_AFTER_S else 1
                died[name] = now
                pause = min(_LONGEST_PAUSE_S, 0.25 * 2 ** min(deaths[name] - 1, 7))
                due[name] = now + pause
                _log.error(
                    "an embedded server ended by itself; it starts again", server=name, deaths=deaths[name], pause_s=pause
                )
            elif now >= due[name]:
                del due[name]
                await _revive(servers, name)


async def _revive(servers: EmbeddedServers, name: str) -> None:
    try:
        await asyncio.to_thread(servers.revive, name)
    except KervanError as error:
        _log.error("an embedded server does not start", server=name, why=str(error))
    else:
        _log.warning("an embedded server runs again", server=name)
