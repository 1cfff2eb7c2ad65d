"""What a running Kervan tells others about itself: ``run/state.json`` in the data folder, guarded by ``run/lock``."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from adapters.entrypoints.embedded.errors import AlreadyRunningError, FolderNotWritableError


@dataclass(frozen=True, slots=True)
class State:
    """Where a running Kervan can be reached."""

    pid: int
    database_url: str
    broker_url: str
    http_url: str = ""


class Lock:
    """One Kervan a data folder; the kernel frees the lock when its holder dies, however it dies."""

    def __init__(self, data_dir: Path) -> None:
        """Take the lock.

        Raises:
            FolderNotWritableError: the folder cannot be made or written.
            AlreadyRunningError: somebody holds it.
        """
        self._path = data_dir / "run" / "lock"
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.parent.mkdir(exist_ok=True)
            self._file: IO[str] = self._path.open("a+", encoding="utf-8")
        except OSError as error:
            raise FolderNotWritableError(data_dir, error.strerror or str(error)) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read().strip()
            self._file.close()
            raise AlreadyRunningError(data_dir, holder) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Give the lock back."""
        self._file.truncate(0)
        self._file.close()


def write(data_dir: Path, state: State) -> None:
    """Tell others."""
    path = data_dir / "run" / "state.json"
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(state)), encoding="utf-8")
    part.chmod(0o600)
    part.replace(path)


def clear(data_dir: Path) -> None:
    """Nothing runs any more."""
    (data_dir / "run" / "state.json").unlink(missing_ok=True)


def running(data_dir: Path) -> State | None:
    """The Kervan that works on a data folder now, or ``None``; what a dead one left behind does not count.

    Raises:
        FolderNotWritableError: this user may not look into the folder.
    """
    path = data_dir / "run" / "state.json"
    try:
        with (data_dir / "run" / "lock").open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return State(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise FolderNotWritableError(data_dir, error.strerror or str(error)) from None
    return None
