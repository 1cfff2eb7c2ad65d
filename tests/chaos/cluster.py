"""Three NATS servers in a cluster, with proxies on the ways between them and before them."""

import asyncio
import os
import signal
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import nats

from adapters.entrypoints.embedded import processes
from tests.chaos.proxy import Proxy

_CONFIG = """\
listen: "127.0.0.1:{port}"
server_name: "{name}"
log_file: "{folder}/server.log"
max_payload: 1048576
write_deadline: "2s"
max_pending: 4194304
jetstream {{ store_dir: "{folder}/jetstream", sync_interval: always }}
cluster {{
  name: "kervan"
  listen: "127.0.0.1:{cluster_port}"
  # who is told of a way that leads nowhere stays with those it was given, which are proxies
  advertise: "127.0.0.1:9"
  no_advertise: true
  ping_interval: "2s"
  routes: [{routes}]
}}
"""
SIZE = 3


class ServerFailedError(Exception):
    """A NATS server did not stay; the message has the end of its log."""


class Server:
    """One server of the three."""

    def __init__(self, number: int, folder: Path) -> None:
        beside = Path(sys.executable).parent / "nats-server"
        self._binary = str(beside) if beside.exists() else "nats-server"
        self.number, self.folder = number, folder
        self.name = f"nats-{number}"
        self.port, self.cluster_port = processes.any_port(), processes.any_port()
        self.before = Proxy(self.port)
        """What Kervan connects to."""
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, routes: list[Proxy]) -> None:
        """Write its configuration."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = _CONFIG.format(
            port=self.port,
            name=self.name,
            folder=self.folder,
            cluster_port=self.cluster_port,
            routes=", ".join(f'"nats://127.0.0.1:{way.port}"' for way in routes),
        )
        (self.folder / "nats.conf").write_text(text, encoding="utf-8")

    def start(self) -> None:
        """Start it; whether it is of use is the cluster's to say."""
        quiet = subprocess.DEVNULL
        command = [self._binary, "-c", str(self.folder / "nats.conf")]
        self._process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)

    async def joined(self) -> None:
        """Wait until it is of the cluster.

        Raises:
            ServerFailedError: it ended.
        """
        while True:
            if self._process is not None and self._process.poll() is not None:
                raise ServerFailedError((self.folder / "server.log").read_text(encoding="utf-8", errors="replace")[-2000:])
            try:
                client = await nats.connect(f"nats://127.0.0.1:{self.port}", allow_reconnect=False, connect_timeout=1)
            except (nats.errors.Error, OSError, TimeoutError):
                await asyncio.sleep(0.2)
                continue
            try:
                await client.jetstream(timeout=1).account_info()
            except (nats.errors.Error, nats.js.errors.Error, TimeoutError):
                await asyncio.sleep(0.2)
            else:
                return
            finally:
                await client.close()

    def send_signal(self, number: signal.Signals) -> None:
        """Signal it."""
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, number)

    def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End it, and wait until it is gone."""
        self.send_signal(number)
        if self._process is not None:
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(5)


class Cluster:
    """All three."""

    def __init__(self, folder: Path) -> None:
        self.servers = [Server(n, folder / f"nats-{n}") for n in range(1, SIZE + 1)]
        self._ways = {(a.number, b.number): Proxy(b.cluster_port) for a, b in permutations(self.servers, 2)}

    @property
    def url(self) -> str:
        """Where Kervan connects: through the proxies."""
        return ",".join(f"nats://127.0.0.1:{one.before.port}" for one in self.servers)

    @property
    def outside(self) -> list[str]:
        """Where counterparts connect."""
        return [f"nats://127.0.0.1:{one.port}" for one in self.servers]

    async def start(self) -> None:
        """Start all, and wait until each of them knows the leader: two would do without the third, three copies not.

        Raises:
            ServerFailedError: one of them ended.
        """
        for way in (*self._ways.values(), *(one.before for one in self.servers)):
            await way.start()
        for one in self.servers:
            one.configure([way for (source, _), way in self._ways.items() if source == one.number])
            one.start()
        async with asyncio.timeout(60):
            for one in self.servers:
                await one.joined()

    def isolate(self, server: Server) -> None:
        """Cut a server off from the two others and from Kervan; all of them run on."""
        for way in self._around(server):
            way.silence()

    def join(self, server: Server) -> None:
        """The network is whole again; what hung in it is broken, as by its own time-outs."""
        for way in self._around(server):
            way.reset()
            way.speak()

    async def stop(self) -> None:
        """End all."""
        for one in self.servers:
            await asyncio.to_thread(one.end)
        for way in (*self._ways.values(), *(one.before for one in self.servers)):
            way.speak()
            await way.stop()

    def _around(self, server: Server) -> list[Proxy]:
        return [way for ends, way in self._ways.items() if server.number in ends] + [server.before]
