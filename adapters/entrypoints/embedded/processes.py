"""Processes of the embedded servers: found by their pid file, told from strangers by their command line."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path


def command_line(pid: int) -> str:
    """The command line of a process, or nothing where there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def alive(pid: int, mark: str) -> bool:
    """Whether a process lives and is ours: its command line names ``mark``. Pids are given again, so the pid is no proof."""
    return mark in command_line(pid)


def working_in(folder: Path) -> list[int]:
    """The processes whose working folder this is, as PostgreSQL's servers and backends have it; the dead have none."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if entry.readlink() == folder:
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


def pid_in(path: Path) -> int | None:
    """The pid in the first line of a file, or ``None``."""
    try:
        return int(path.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def end(pid: int, mark: str, *, within: float, first: signal.Signals = signal.SIGTERM) -> bool:
    """Ask a process of ours to end, then make it; whether it is gone."""
    for number, seconds in ((first, within), (signal.SIGKILL, 5.0)):
        if not alive(pid, mark):
            return True
        os.kill(pid, number)
        if wait_until(lambda: not alive(pid, mark), seconds):
            return True
    return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Look every few milliseconds until a condition holds; whether it came to hold in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def port_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def any_port(host: str = "127.0.0.1") -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether somebody listens on a port."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0
