"""A Docker engine: the one that answers, or one of our own where this machine lets us start it."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("docker.io", "iptables", "docker-compose", "debootstrap")
"""Debian's: the engine and what it needs, compose, and what makes a base image."""
_WITHIN_S = 60


class NoEngineError(Exception):
    """No engine answers and none can be started here; says why."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that answers at ``host``; ``ours`` where it is thrown away at the end."""

    host: str
    ours: bool

    def environment(self) -> dict[str, str]:
        """How docker, compose and testcontainers find it; its reaper's image could not be pulled."""
        return {**os.environ, "DOCKER_HOST": self.host, "DOCKER_BUILDKIT": "0", "TESTCONTAINERS_RYUK_DISABLED": "true"}


def answers(host: str) -> bool:
    """Whether an engine answers at an address; empty: where docker looks by itself."""
    docker = shutil.which("docker")
    environment = {**os.environ, "DOCKER_HOST": host} if host else dict(os.environ)
    if docker is None:
        return False
    asked = subprocess.run([docker, "info"], env=environment, capture_output=True, check=False, timeout=60)
    return asked.returncode == 0 and b"Server Version" in asked.stdout


@contextmanager
def engine(folder: Path) -> Iterator[Engine]:
    """An engine while the block runs; one of ours keeps everything below ``folder`` and listens there alone.

    Raises:
        NoEngineError: there is none.
    """
    given = os.environ.get("DOCKER_HOST", "")
    if answers(given):
        yield Engine(given or "unix:///var/run/docker.sock", ours=False)
        return
    _install()
    host = f"unix://{folder}/docker.sock"
    command = ["dockerd", "--host", host, "--data-root", f"{folder}/data", "--exec-root", f"{folder}/run"]
    with (folder / "dockerd.log").open("wb") as log:
        try:
            process = subprocess.Popen([*command, "--pidfile", f"{folder}/pid"], stdout=log, stderr=log, start_new_session=True)
        except OSError as error:
            message = f"dockerd cannot be started ({type(error).__name__})"
            raise NoEngineError(message) from None
    try:
        _wait(process, host, folder / "dockerd.log")
        yield Engine(host, ours=True)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", host: str, log: Path) -> None:
    until = time.monotonic() + _WITHIN_S
    while not answers(host):
        if process.poll() is not None or time.monotonic() > until:
            last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["without a word"]
            message = f"dockerd does not come up on this machine: {last[0][-300:]}"
            raise NoEngineError(message)
        time.sleep(0.3)


def _install() -> None:
    """Fetch the engine where it is missing; Debian's packages, as root."""
    if os.geteuid() != 0:
        raise NoEngineError("no Docker engine answers, and only root can start one")
    missing = [
        name
        for name, program in zip(PACKAGES, ("dockerd", "iptables", "docker-compose", "debootstrap"), strict=True)
        if shutil.which(program) is None
    ]
    if not missing:
        return
    if shutil.which("apt-get") is None:
        message = f"no Docker engine answers, and {', '.join(missing)} cannot be installed without apt-get"
        raise NoEngineError(message)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *missing]):
        try:
            done = subprocess.run(["apt-get", *command], env=quiet, capture_output=True, check=False, timeout=600)
        except subprocess.TimeoutExpired:
            done = None
        if done is None or done.returncode:
            message = f"`apt-get {' '.join(command)}` failed"
            raise NoEngineError(message)
