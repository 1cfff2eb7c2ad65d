"""The HTTP server in this process's loop, and worker processes beside it."""

import asyncio
import errno
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from adapters.entrypoints.embedded import processes
from adapters.entrypoints.embedded.errors import HostNotHereError, PortForbiddenError, PortTakenError
from adapters.settings import Settings

_log = structlog.get_logger("kervan")

_HOST = "KERVAN_HTTP_HOST"
_PORT = "KERVAN_HTTP_PORT"


def listening(host: str, port: int, setting: str = _PORT) -> list[socket.socket]:
    """Take the HTTP address, whose port ``setting`` gives; nobody is answered yet.

    Raises:
        PortTakenError: the port is in use.
        PortForbiddenError: this user may not use it.
        HostNotHereError: the host is not known, or is another machine.
    """
    try:
        return processes.listen(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(port, setting) from None
        if error.errno in {errno.EACCES, errno.EPERM}:
            raise PortForbiddenError(port, setting) from None
        raise HostNotHereError(host, _HOST, error.strerror or type(error).__name__) from None


def http_url(host: str, port: int) -> str:
    """Where people find it; an IPv6 address stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


HEAD_S = 20.0
"""How long the head of a request may take; what its body may take says :mod:`adapters.web.time_limits`."""


class Punctual(H11Protocol):
    """Uvicorn's connection, which by itself waits for the rest of a head for ever.

    Many that say nothing would take all the connections there are. The same limit ends whoever goes on sending a body that was
    answered before it had come.
    """

    _waits: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A head must come."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """A part of a head, a whole one, or of a body."""
        before = self.cycle
        answered: bool = getattr(before, "response_complete", True)  # there is no request at first, whatever its type says
        if self._waits is None and answered:
            self._wait()
        super().data_received(data)
        if self.cycle is not before:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waits = self.loop.call_later(HEAD_S, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None


class Server(uvicorn.Server):
    """Uvicorn, leaving the signals to us, and telling when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Nothing is started yet."""
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.listens.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals end the whole, not only the server."""
        yield


@asynccontextmanager
async def http(
    app: ASGIApp, sockets: list[socket.socket], stop: asyncio.Event, closing: Callable[[], None] = lambda: None
) -> AsyncIterator[None]:
    """Answer HTTP while the block runs, from its first line on; a server that ends by itself sets ``stop``.

    ``closing`` ends what browsers wait for without end, else the server would wait for them.

    Raises:
        OSError: the port was taken between binding and listening.
    """
    config = uvicorn.Config(
        app, http=Punctual, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=5
    )
    server = Server(config)
    task = asyncio.create_task(server.serve(sockets))
    task.add_done_callback(lambda _: stop.set())
    listens = asyncio.create_task(server.listens.wait())
    await asyncio.wait({task, listens}, return_when=asyncio.FIRST_COMPLETED)
    listens.cancel()
    try:
        if not task.done():
            yield
    finally:
        server.should_exit = True
        closing()
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
            "KERVAN_DATA_DIR": str(settings.data_dir),
            "KERVAN_OUTSIDE__HTTP": str(settings.outside.http),
            "KERVAN_OUTSIDE__NETWORKS": json.dumps([str(one) for one in settings.outside.networks]),
            "KERVAN_LOG_FORMAT": settings.log_format,
            "KERVAN_LOG_LEVEL": settings.log_level,
            SUPERVISOR: str(os.getpid()),
        }
        self._metrics_port = settings.metrics_port
        self._count = settings.workers
        self._keepers: list[asyncio.Task[None]] = []
        self.restarts = 0

    def start(self) -> None:
        """Start them all."""
        self._keepers = [asyncio.create_task(self._keep(number)) for number in range(self._count)]

    async def stop(self) -> None:
        """End them; one that does not within ten seconds is killed, and its messages come again."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def _keep(self, number: int) -> None:
        """Keep one worker running; each has a port of its own for its figures, where they have any."""
        port = self._metrics_port and self._metrics_port + number
        environment = {**self._environment, "KERVAN_METRICS_PORT": str(port)}
        deaths = 0
        while True:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "adapters.entrypoints.cli",
                "worker",
                env=environment,
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
