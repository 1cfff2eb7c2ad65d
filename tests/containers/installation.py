"""``deploy/compose.yaml`` as an operator brings it up, and what can happen to it."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from adapters.entrypoints.embedded import processes
from tests.containers import images
from workflow.waits import Wait

ROOT = Path(__file__).parents[2]
FILES = (ROOT / "deploy" / "compose.yaml", Path(__file__).parent / "compose.yaml")
PROJECT = "kervan-test"
DEMO = "/opt/kervan/lib/python3.11/site-packages/adapters/entrypoints/demo_data"
NATS = ("nats-1", "nats-2", "nats-3")


class Installation:
    """One installation; ``folder`` has its certificates and passwords, ``more`` are compose files besides."""

    def __init__(self, folder: Path, *more: Path) -> None:
        self._port = processes.any_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._files = (*FILES, *more)
        self._environment = folder / "env"
        self.certificates = folder / "certificates"
        subprocess.run(["bash", str(ROOT / "deploy" / "certificates.sh"), str(self.certificates)], check=True)
        told = {
            "POSTGRES_PASSWORD": secrets.token_hex(16),
            "KERVAN_DATABASE_PASSWORD": secrets.token_hex(16),
            "KERVAN_NATS_PASSWORD": secrets.token_hex(16),
            "KERVAN_HTTP_BIND": f"127.0.0.1:{self._port}",
            "KERVAN_CERTIFICATES": str(self.certificates),
            "KERVAN_IMAGE": images.KERVAN,
            "NATS_IMAGE": images.NATS,
            "POSTGRES_IMAGE": images.POSTGRES,
        }
        self._environment.write_text("".join(f"{name}={value}\n" for name, value in told.items()))
        self._broker = told["KERVAN_NATS_PASSWORD"]
        self.secrets = tuple(value for name, value in told.items() if name.endswith("_PASSWORD"))
        self._compose = ["docker-compose"] if shutil.which("docker-compose") else ["docker", "compose"]

    def compose(self, *arguments: str, given: str | None = None, check: bool = True) -> str:
        """Run compose on it."""
        files = [word for path in self._files for word in ("-f", str(path))]
        command = [*self._compose, "-p", PROJECT, "--env-file", str(self._environment), *files, *arguments]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=300)
        assert not check or done.returncode == 0, f"{arguments}: {done.stderr[-3000:]}"
        return done.stdout

    def up(self) -> float:
        """Bring it up; seconds until it says that it is ready."""
        began = time.monotonic()
        self.compose("up", "--detach", "--no-build")
        self.until(self.ready, 120)
        return time.monotonic() - began

    def down(self) -> None:
        """End it, with all that it kept."""
        self.compose("down", "--volumes", "--timeout", "1")

    def ready(self) -> bool:
        """Whether ``/readyz`` says so."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=10).status_code == 200
        except httpx.HTTPError:
            return False

    def kervan(self, *arguments: str, check: bool = True) -> str:
        """Run a command where the web side runs."""
        return self.compose("exec", "-T", "web", "kervan", *arguments, check=check)

    def asked(self, sql: str) -> Any:
        """What the database says, as JSON; ``None`` where it does not answer."""
        query = f"SELECT coalesce(json_agg(row), '[]') FROM ({sql}) row"
        command = ("exec", "-T", "postgres", "psql", "-U", "kervan", "-d", "kervan", "-At", "-c", query)
        said = self.compose(*command, check=False).strip()
        return json.loads(said) if said else None

    def in_network(self, script: Path, *arguments: str) -> "subprocess.Popen[str]":
        """Run a script of ours in a container of its own beside the servers, as a counterpart's program would run."""
        servers = ",".join(f"tls://kervan:{self._broker}@{name}:4222" for name in NATS)
        mounts = ("-v", f"{script}:/script.py:ro", "-v", f"{self.certificates}/ca.crt:/ca.crt:ro")
        settings = ("-e", f"KERVAN_BROKER_URL={servers}", "-e", "KERVAN_BROKER_CA=/ca.crt")
        run = ["docker", "run", "--rm", "-i", "--network", f"{PROJECT}_inside", *mounts, *settings, "--entrypoint", "python3"]
        pipe = subprocess.PIPE
        command = [*run, images.KERVAN, "/script.py", *arguments]
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def container(self, service: str) -> str:
        """The id of a service's container."""
        return self.compose("ps", "-q", service).strip()

    def state(self, service: str, what: str) -> str:
        """What the engine tells of a service's container."""
        command = ["docker", "inspect", "-f", f"{{{{.State.{what}}}}}", self.container(service)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def health(self, service: str) -> str:
        """``starting``, ``healthy`` or ``unhealthy``."""
        return self.state(service, "Health.Status")

    def crash(self, service: str) -> None:
        """End a service's process from outside without warning, as the kernel would; its restart policy finds it dead."""
        os.kill(int(self.state(service, "Pid")), signal.SIGKILL)

    def lose(self, service: str) -> None:
        """A service is killed and stays away."""
        self.compose("kill", service)

    def back(self, service: str) -> None:
        """A service that was lost comes back."""
        self.compose("start", service)

    def restart(self, service: str) -> None:
        """A service is stopped as it should be, and started."""
        self.compose("restart", service)

    def logs(self) -> str:
        """The last lines of each service."""
        return self.compose("logs", "--no-color", "--tail", "30", check=False)

    def until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait for what other processes do."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"did not come true in {seconds} s\n{self.logs()}"
            time.sleep(0.2)


def without_deadlines() -> dict[str, Any]:
    """A part of a compose file: the stories have fixed dates, so what of them is overdue would depend on the test's day."""
    off = {f"KERVAN_ALLOWANCES__{wait.upper()}": "off" for wait in Wait}
    return {"services": {name: {"environment": off} for name in ("worker-1", "worker-2", "web")}}
