"""An installation as a person runs it: the command line, in a folder of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

KERVAN = (sys.executable, "-m", "adapters.entrypoints.cli")


def environment(data: Path, **more: str) -> dict[str, str]:
    """An environment that points to a folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KERVAN_")}
    return clean | {"KERVAN_DATA_DIR": str(data), "KERVAN_LOG_LEVEL": "warning", "KERVAN_LOCALE": "en"} | more


def kervan(data: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end, which must come."""
    command = [*KERVAN, *arguments]
    return subprocess.run(command, env=environment(data, **more), capture_output=True, text=True, check=False, timeout=60)


def begun(data: Path, *arguments: str, **more: str) -> "subprocess.Popen[str]":
    """Begin one command."""
    pipe = subprocess.PIPE
    return subprocess.Popen([*KERVAN, *arguments], env=environment(data, **more), stdout=pipe, stderr=pipe, text=True)


def ready(process: "subprocess.Popen[str]") -> float:
    """Wait for the line that says so; how long it took."""
    began = time.monotonic()
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Kervan is up"), process.communicate()[1]
    return time.monotonic() - began


def said_on_stderr(process: "subprocess.Popen[str]", text: str) -> None:
    """Wait until a line of the process's errors and logs has a text."""
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if text in line:
            return
    pytest.fail(f"it ended without saying {text!r}: {''.join(seen)}")


def ended(process: "subprocess.Popen[str]") -> tuple[int, float, str]:
    """End it by SIGTERM: its code, how long that took, and what it said."""
    began = time.monotonic()
    process.terminate()
    _, err = process.communicate(timeout=30)
    return process.returncode, time.monotonic() - began, err


def well(url: str, within: float) -> dict[str, Any]:
    """Wait until ``/readyz`` says that all is well."""
    until = time.monotonic() + within
    while True:
        answer = httpx.get(f"{url}/readyz", timeout=10)
        if answer.status_code == 200:
            found: dict[str, Any] = answer.json()
            return found
        assert time.monotonic() < until, answer.text
        time.sleep(0.1)
