"""PostgreSQL and a replica that every commit waits for, either of which may be the one that is written to."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from adapters.entrypoints.embedded import processes
from adapters.entrypoints.embedded.system_user import programs, system_user

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "max_locks_per_transaction": "256",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "wal_sender_timeout": "20s",
    "wal_receiver_timeout": "20s",
    "wal_retrieve_retry_interval": "200ms",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_WAIT_S = 60


class PostgresFailedError(Exception):
    """One of PostgreSQL's programs failed; the message has what it said."""


class Node:
    """One server in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._user = system_user()
        self._bin = programs(self._user)
        self.folder = folder
        self.data = folder / "data"
        self.port = processes.any_port()
        folder.mkdir(parents=True, exist_ok=True)
        if self._user is not None:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)

    def initialise(self) -> None:
        """Make an empty cluster."""
        self._run("initdb", "-D", str(self.data), "-U", "kervan", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-k", "-N")

    def copy_of(self, other: "Node") -> None:
        """Become a replica of another: its files as they are now, and what it writes from now on."""
        shutil.rmtree(self.data, ignore_errors=True)
        source = f"host=127.0.0.1 port={other.port} user=kervan application_name=replica"
        self._run("pg_basebackup", "-D", str(self.data), "-d", source, "-R", "-c", "fast", "-X", "stream")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = " ".join(f"-c {name}='{value}'" for name, value in (*_SETTINGS.items(), ("port", str(self.port))))
        log = str(self.folder / "server.log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", str(_WAIT_S), "-s", "-l", log, "-o", options, "start")

    def stop(self, mode: str) -> None:
        """Stop it: ``fast`` sends the clients away, ``immediate`` leaves the rest to the recovery."""
        if self.alive():
            self._run("pg_ctl", "-D", str(self.data), "-w", "-t", str(_WAIT_S), "-s", "-m", mode, "stop")

    def promote(self) -> None:
        """Make a replica the one that is written to; it waits for nobody until it has a replica of its own."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", str(_WAIT_S), "-s", "promote")
        self.wait_for_replica(False)

    def wait_for_replica(self, wanted: bool) -> None:
        """Whether a commit is one only when the replica has it too."""
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{'*' if wanted else ''}'")
        self.sql("SELECT pg_reload_conf()")

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What ``psql`` says."""
        arguments = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "kervan", "-d", database, "-X", "-q", "-t", "-A")
        return self._run("psql", *arguments, "-c", statement).strip()

    def pids(self) -> list[int]:
        """The server and its children."""
        return processes.working_in(self.data)

    def alive(self) -> bool:
        """Whether a server works in the folder."""
        pid = processes.pid_in(self.data / "postmaster.pid")
        return pid is not None and processes.alive(pid, str(self.data))

    def send_signal(self, number: signal.Signals) -> None:
        """Signal the server first, then its children."""
        first = processes.pid_in(self.data / "postmaster.pid")
        for pid in sorted(self.pids(), key=lambda pid: pid != first):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def kill(self) -> None:
        """End it without warning, all of it, as a machine that loses its power."""
        self.send_signal(signal.SIGKILL)
        if not processes.wait_until(lambda: not self.pids(), 10):
            message = f"PostgreSQL in {self.data} does not die"
            raise PostgresFailedError(message)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs; a server that it leaves behind keeps what it writes to, so that is a file."""
        user = self._user
        said = self.folder / "programs.log"
        with said.open("w", encoding="utf-8") as out:
            done = subprocess.run(
                [self._bin / program, *arguments],
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=() if user else None,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "5"},
                cwd="/",
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=120,
            )
        told = said.read_text(encoding="utf-8", errors="replace")
        if done.returncode:
            log = self.folder / "server.log"
            tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:] if log.exists() else []
            raise PostgresFailedError("\n".join([f"{program} {arguments}: {told}", *tail]))
        return told


class Pair:
    """The two: one is written to, the other follows; a fail-over changes their parts."""

    def __init__(self, folder: Path) -> None:
        self.nodes = (Node(folder / "a"), Node(folder / "b"))
        self.primary, self.replica = self.nodes

    def start(self) -> None:
        """Both, from nothing."""
        self.primary.initialise()
        self.primary.start()
        self.primary.sql("CREATE DATABASE kervan")
        self.replicate()

    def replicate(self) -> None:
        """Have the other follow anew, and let commits wait for it from then on."""
        self.replica.copy_of(self.primary)
        self.replica.start()
        self.primary.wait_for_replica(True)

    def fail_over(self) -> None:
        """Write to the other one from now on; the one before must be dead."""
        self.primary, self.replica = self.replica, self.primary
        self.primary.promote()

    def revive(self) -> None:
        """Start whichever does not run any more by itself."""
        for node in (self.primary, self.replica):
            if not node.alive():
                node.kill()
                node.start()

    def stop(self) -> None:
        """End both."""
        for node in self.nodes:
            node.kill()
