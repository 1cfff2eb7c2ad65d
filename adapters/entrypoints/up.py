"""``kervan up``: the servers, the schema, the streams, the workers and the web, in this order; stopped the other way."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from adapters.database import migrate
from adapters.entrypoints import bootstrap, serve
from adapters.entrypoints.cli.place import embedded
from adapters.entrypoints.embedded import processes, state
from adapters.entrypoints.embedded.errors import PortTakenError
from adapters.settings import Settings, without_password
from events import topology


async def run(settings: Settings, *, ready: Callable[[str], object]) -> None:
    """Run until SIGTERM or SIGINT; ``ready`` is told one line when everything answers.

    Raises:
        KervanError: something could not start; nothing is left running.
    """
    if not processes.port_free(settings.http_port, settings.http_host):
        raise PortTakenError(settings.http_port, "KERVAN_HTTP_PORT")
    stop = serve.until_signal()
    servers = embedded(settings)
    urls = await asyncio.to_thread(servers.start)
    try:
        await migrate.upgrade_async(urls.database_url)
        client = await bootstrap.connect_broker(urls.broker_url, "kervan up")
        await topology.declare(client.jetstream())
        await client.close()
        workers = serve.Workers(settings, urls.database_url, urls.broker_url)
        workers.start()
        try:
            async with bootstrap.web_app(settings, urls.database_url, urls.broker_url) as app:
                http_url = f"http://{settings.http_host}:{settings.http_port}"
                serving = asyncio.create_task(serve.http(app, settings.http_host, settings.http_port, stop))
                data_dir: Path = settings.data_dir.expanduser().absolute()
                state.write(data_dir, state.State(os.getpid(), urls.database_url, urls.broker_url, http_url))
                ready(
                    f"Kervan is up: {http_url}  broker {without_password(urls.broker_url)}  "
                    f"database {without_password(urls.database_url)}"
                )
                await serving
        finally:
            await workers.stop()
    finally:
        await asyncio.to_thread(servers.stop)
