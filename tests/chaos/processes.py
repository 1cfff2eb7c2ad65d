"""Kervan's own processes, each started again when it ends, as a supervisor of an operator's would."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from adapters.entrypoints.embedded import processes


class Process:
    """One worker or web."""

    def __init__(self, name: str, command: str, environment: dict[str, str], clock: Path, log: Path) -> None:
        self.name = name
        self.port = processes.any_port()
        """Where it tells how it is."""
        self.ended_by_itself: list[int] = []
        """The codes with which it ended though nobody killed it."""
        self._command = [sys.executable, "-m", "tests.chaos.skewed", str(clock), command]
        port = {"web": "KERVAN_HTTP_PORT", "worker": "KERVAN_METRICS_PORT"}[command]
        self._environment = environment | {port: str(self.port)}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it."""
        self._killed = False
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def send_signal(self, number: signal.Signals) -> None:
        """Signal it; by ``SIGKILL`` it is killed."""
        self._killed = self._killed or number is signal.SIGKILL
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, number)

    def tend(self) -> None:
        """Start it again where it has ended."""
        if self._process is None or self._process.poll() is None:
            return
        if not self._killed:
            self.ended_by_itself.append(self._process.returncode)
        self.start()

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self.send_signal(signal.SIGCONT)
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(5)

    async def well(self, client: httpx.AsyncClient) -> bool:
        """Whether it says that database and broker answer it."""
        try:
            return (await client.get(f"{self.url}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False

    async def leads(self, client: httpx.AsyncClient) -> bool:
        """Whether its relay is the one that publishes."""
        try:
            return "\nkervan_relay_leads 1" in (await client.get(f"{self.url}/metrics")).text
        except httpx.HTTPError:
            return False


async def tended(all_of_them: list[Process]) -> None:
    """Start again whatever ends, half a second later, until cancelled."""
    while True:
        await asyncio.sleep(0.5)
        for one in all_of_them:
            one.tend()
