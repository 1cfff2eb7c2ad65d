"""``kervan up``: the servers, the schema, the streams, the workers and the web, in this order; stopped the other way."""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from adapters.database import migrate, tallies, users
from adapters.entrypoints import bootstrap, report, serve, web_application
from adapters.entrypoints.cli.place import embedded
from adapters.entrypoints.embedded import Urls, state
from adapters.entrypoints.embedded.supervisor import supervised
from adapters.entrypoints.stopping import StoppedError, unless
from adapters.settings import Settings, without_password

Ready = Callable[[str], object]
"""Told one line when everything answers, one where nobody can sign in yet, and one where the data is a sandbox's."""


async def run(settings: Settings, *, ready: Ready) -> None:
    """Run until SIGTERM or SIGINT; ``ready`` is told when everything answers.

    Raises:
        KervanError: something could not start; nothing is left running.
    """
    sockets = await asyncio.to_thread(serve.listening, settings.http_host, settings.http_port)
    stop = serve.until_signal()
    servers = embedded(settings)
    urls = await asyncio.to_thread(servers.start)
    try:
        async with supervised(servers):
            with suppress(StoppedError):
                await _serve(settings, urls, sockets, stop, ready)
    finally:
        await asyncio.to_thread(servers.stop)


async def _serve(settings: Settings, urls: Urls, sockets: list[socket.socket], stop: asyncio.Event, ready: Ready) -> None:
    """Schema, streams, workers and web over servers that are there.

    Raises:
        StoppedError: ``stop`` was set before everything answered.
    """
    await unless(stop, migrate.upgrade_async(urls.database_url))
    await unless(stop, bootstrap.prepare_broker(settings, urls.broker_url))
    async with AsyncExitStack() as stack:
        workers = serve.Workers(settings, urls.database_url, urls.broker_url)
        workers.start()
        stack.push_async_callback(workers.stop)
        web = web_application.web_app(settings, urls.database_url, urls.broker_url)
        app = await unless(stop, stack.enter_async_context(web))
        await stack.enter_async_context(serve.http(app, sockets, stop, web_application.ending(app)))
        http_url = serve.http_url(settings.http_host, settings.http_port)
        data_dir: Path = settings.data_dir.expanduser().absolute()
        state.write(data_dir, state.State(os.getpid(), urls.database_url, urls.broker_url, http_url))
        ready(
            f"Kervan is up: {http_url}  broker {without_password(urls.broker_url)}  "
            f"database {without_password(urls.database_url)}"
        )
        if not await users.any_at_all(app.state.services.pool):
            ready(report.word("nobody", settings.locale))
        if await tallies.holds_sandbox_data(app.state.services.pool):
            ready(report.word("sandbox", settings.locale))
        await stop.wait()
