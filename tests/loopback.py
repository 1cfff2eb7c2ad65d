"""Servers on the loopback that play a counterpart's part: each brings its own words, the socket is the same."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network

from adapters.calls.addresses import Outside

LOOPBACK = Outside(networks=(ip_network("127.0.0.0/8"),), http=True)
"""Where URLs that such a counterpart gives may lead."""

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(serve: Serve, over: asyncio.Event | None = None) -> AsyncIterator[str]:
    """The address at which connections are answered until the block ends; answers that hang wait for ``over``."""
    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        if over is not None:
            over.set()
        listening.close()
        await listening.wait_closed()
