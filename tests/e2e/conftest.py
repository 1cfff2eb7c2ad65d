"""What the tests of whole installations share."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.entrypoints.embedded import processes
from tests.e2e.installation import begun
from tests.integration.conftest import broker, connections, database_url, template, urls

__all__ = ["broker", "connections", "database_url", "template", "up", "urls"]


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Any]:
    """Starts ``kervan up`` and ends whatever is left of it."""
    started: list[subprocess.Popen[str]] = []

    def start(**more: str) -> "subprocess.Popen[str]":
        process = begun(tmp_path, "up", **{"KERVAN_HTTP_PORT": str(processes.any_port()), **more})
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)
    if started:
        for name in ("nats/nats.pid", "postgres/postmaster.pid"):
            pid = processes.pid_in(tmp_path / name)
            assert pid is None or not processes.alive(pid, str(tmp_path)), f"{name} was left running"
