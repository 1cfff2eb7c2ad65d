"""The HTTP server in this process's loop, and worker processes beside it."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterator

import structlog
import uvicorn
from fastapi import FastAPI

from adapters.entrypoints.embedded import processes
from adapters.entrypoints.embedded.errors import PortTakenError
from adapters.settings import Settings

_log = structlog.get_logger("kervan")


class Server(uvicorn.Server):
    """Uvicorn, leaving the signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals end the whole, not only the server."""
        yield


async def http(app: FastAPI, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve until ``stop``.

    Raises:
        PortTakenError: the port is in use.
    """
    if not processes.port_free(port, host):
        raise PortTakenError(port, "KERVAN_HTTP_PORT")
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=5
    )
    server = Server(config)
    task = asyncio.create_task(server.serve())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopped.cancel()
    await task


def until_signal() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


SUPERVISOR = "KERVAN_SUPERVISOR_PID"
"""Tells a worker whose child it is."""


async def while_supervised(stop: asyncio.Event) -> None:
    """Set ``stop`` when the process that started this worker is gone: nobody would ever stop it then."""
    supervisor = os.environ.get(SUPERVISOR)
    while supervisor is not None and os.getppid() == int(supervisor):  # noqa: ASYNC110 - the kernel tells no event
        await asyncio.sleep(1)
    if supervisor is not None:
        _log.warning("the supervisor is gone; this worker stops")
        stop.set()


class Workers:
    """Worker processes: started, started again with growing pauses when they die, and stopped."""

    def __init__(self, settings: Settings, database_url: str, broker_url: str) -> None:
        """Nothing is started yet; the workers get their settings by the environment."""
        nested = {f"KERVAN_TASKS__{family}": code for family, code in settings.tasks.items()}
        self._environment = {
            **os.environ,
            **nested,
            "KERVAN_DATABASE_URL": database_url,
            "KERVAN_BROKER_URL": broker_url,
            "KERVAN_LOG_FORMAT": settings.log_format,
            "KERVAN_LOG_LEVEL": settings.log_level,
            SUPERVISOR: str(os.getpid()),
        }
        self._count = settings.workers
        self._keepers: list[asyncio.Task[None]] = []
        self.restarts = 0

    def start(self) -> None:
        """Start them all."""
        self._keepers = [asyncio.create_task(self._keep()) for _ in range(self._count)]

    async def stop(self) -> None:
        """End them; one that does not within ten seconds is killed, and its messages come again."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def _keep(self) -> None:
        deaths = 0
        while True:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "adapters.entrypoints.cli",
                "worker",
                env=self._environment,
                start_new_session=True,
            )
            began = asyncio.get_running_loop().time()
            try:
                code = await process.wait()
            except asyncio.CancelledError:
                process.terminate()
                try:
                    await asyncio.wait_for(process.wait(), 10)
                except TimeoutError:
                    process.kill()
                    await process.wait()
                raise
            deaths = deaths + 1 if asyncio.get_running_loop().time() - began < 30 else 1
            self.restarts += 1
            _log.error("a worker ended by itself; another starts", code=code, deaths=deaths)
            await asyncio.sleep(min(30.0, 0.5 * 2 ** min(deaths, 6)))
