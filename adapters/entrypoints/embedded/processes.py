"""Processes of the embedded servers: found by their pid file, told from strangers by their command line."""

import errno
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

_GIVEN_FROM = 32768
"""Where Linux begins with the ports it gives to connections going out (``net.ipv4.ip_local_port_range``)."""
_BELOW = 16384
_PORT_TRIES = 20
_NO_SUCH_ADDRESS = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


def command_line(pid: int) -> str:
    """The command line of a process, or nothing where there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def alive(pid: int, mark: str) -> bool:
    """Whether a process lives and is ours: its command line names ``mark``. Pids are given again, so the pid is no proof."""
    return mark in command_line(pid)


def working_in(folder: Path, program: str = "postgres") -> list[int]:
    """The processes of a program whose working folder this is, as PostgreSQL's backends have it; the dead have none."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if entry.readlink() == folder and _names(int(entry.parent.name), program):
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


def _names(pid: int, program: str) -> bool:
    """Whether a process is called so: by its file, or as servers name their children (``postgres: checkpointer``)."""
    return Path(command_line(pid).partition(" ")[0]).name.partition(":")[0] == program


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


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets bound to every address that a host's name stands for, IPv4 and IPv6; they do not listen yet.

    Raises:
        OSError: its ``errno`` says why: the port is in use, is not allowed, or the host is not this machine;
            ``socket.gaierror`` where the name is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    bound: list[socket.socket] = []
    missing: OSError | None = None
    for family, kind, protocol, _, address in found:
        one = socket.socket(family, kind, protocol)
        try:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
        except OSError as error:
            one.close()
            if error.errno not in _NO_SUCH_ADDRESS:
                for other in bound:
                    other.close()
                raise
            missing = error  # "localhost" may stand for an IPv6 address that this machine does not have
        else:
            bound.append(one)
    if missing is not None and not bound:
        raise missing
    return bound


def port_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a port can be listened on."""
    try:
        bound = listen(host, port)
    except OSError:
        return False
    for one in bound:
        one.close()
    return True


def any_port(host: str = "127.0.0.1") -> int:
    """A port that is free now, and that no connection going out takes before it is used: those get theirs from above.

    Where many are taken the kernel is asked for any.
    """
    for _ in range(_PORT_TRIES):
        port = _GIVEN_FROM - 1 - secrets.randbelow(_BELOW)
        if port_free(port, host):
            return port
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether somebody listens on a port."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0
