"""Both embedded servers as one: started together, stopped in order, one set a data folder."""

import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from adapters.entrypoints.embedded import state
from adapters.entrypoints.embedded.nats import Nats
from adapters.entrypoints.embedded.postgres import Postgres


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the servers answer."""

    database_url: str
    broker_url: str


class EmbeddedServers:
    """The servers of a data folder; those with a URL given are somebody else's and not started."""

    def __init__(
        self,
        data_dir: Path,
        *,
        database_url: str = "",
        broker_url: str = "",
        broker_port: int = 4222,
        fixed_port: bool = False,
        broker: bool = True,
    ) -> None:
        """Nothing is started yet; the folder is made absolute, since the servers work elsewhere.

        ``broker`` is false where nobody needs one: none is started, and its URL is empty.
        """
        self._data_dir = data_dir.expanduser().absolute()
        self._given = Urls(database_url, broker_url)
        self._broker_port, self._fixed_port, self._broker = broker_port, fixed_port, broker
        self._working = threading.Lock()
        self._lock: state.Lock | None = None
        self._postgres: Postgres | None = None
        self._nats: Nats | None = None

    def start(self) -> Urls:
        """Take the folder, start what is needed, and say where it answers.

        Raises:
            KervanError: one of :mod:`adapters.entrypoints.embedded.errors`; nothing is left running then.
        """
        self._lock = state.Lock(self._data_dir)
        try:
            database_url, broker_url = self._given.database_url, self._given.broker_url
            if self._broker and not broker_url:
                nats = Nats(self._data_dir, self._broker_port, fixed=self._fixed_port)
                nats.start()
                self._nats, broker_url = nats, nats.url
            if not database_url:
                postgres = Postgres(self._data_dir)
                postgres.start()
                self._postgres, database_url = postgres, postgres.url
        except BaseException:
            self.stop()
            raise
        return Urls(database_url, broker_url)

    def fallen(self) -> list[str]:
        """The names of servers that were started and do not run any more."""
        return [name for name, server in self._started().items() if not server.alive()]

    def revive(self, name: str) -> None:
        """Start a fallen server again, on its port and its data; one that was stopped meanwhile stays stopped.

        Raises:
            KervanError: it does not start.
        """
        with self._working:
            server = self._started().get(name)
            if server is not None and not server.alive():
                server.start()

    def _started(self) -> "dict[str, Nats | Postgres]":
        both = {"NATS": self._nats, "PostgreSQL": self._postgres}
        return {name: server for name, server in both.items() if server is not None}

    def stop(self) -> None:
        """Stop what was started and give the folder free."""
        with self._working:  # a revival under way comes to its end first
            self._stop()

    def _stop(self) -> None:
        state.clear(self._data_dir)
        try:
            if self._nats is not None:
                self._nats.stop()
        finally:
            self._nats = None
            try:
                if self._postgres is not None:
                    self._postgres.stop()
            finally:
                self._postgres = None
                if self._lock is not None:
                    self._lock.release()
                self._lock = None

    def __enter__(self) -> Self:
        """Start."""
        self.urls = self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop."""
        self.stop()
