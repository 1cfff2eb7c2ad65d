"""What a backup says of itself: ``manifest.json`` with the SHA-256 of every other file."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from adapters.entrypoints.backups.errors import BackupDamagedError, BackupNewerError
from events.positions import Position

FORMAT = 1
NAME = "manifest.json"
DATABASE = "database.dump"
STREAMS = "streams.jsonl"
DOCUMENTS = "documents"
SIGNING_KEY = "signing.key"

PERSONAL_DATA = (
    "This backup holds personal data (names, addresses and tax numbers of consignees and sellers), invoices, and hashes of "
    "passwords. Keep it encrypted, let nobody have it who may not see all shipments, and delete it by the dates "
    "of your retention policy: an erasure that was made after it has to be made again after it is restored."
)
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileSum:
    """A file's size in bytes and its SHA-256 in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of."""

    id: str
    taken_at: datetime
    """The moment of its snapshot, aware."""
    kervan: str
    """The release that took it."""
    schema: str
    """The revision of the database's schema."""
    postgresql: str
    positions: list[Position]
    files: dict[str, FileSum] = field(default_factory=dict)
    """By their names in the backup, with ``/`` between folders."""
    lacking: dict[str, str] = field(default_factory=dict)
    """Documents that were not there, or not what was kept, by their SHA-256: which of the two."""


def sum_of(path: Path) -> FileSum:
    """A file's size and SHA-256."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return FileSum(size, digest.hexdigest())


def written(manifest: Manifest, folder: Path) -> str:
    """Write a manifest into its backup and give its own SHA-256."""
    found: dict[str, Any] = {
        "format": FORMAT,
        "id": manifest.id,
        "taken_at": manifest.taken_at.isoformat(),
        "kervan": manifest.kervan,
        "schema": manifest.schema,
        "postgresql": manifest.postgresql,
        "personal_data": PERSONAL_DATA,
        "positions": [
            {"stream": one.stream, "created": one.created.isoformat(), "last": one.last, "taken": one.taken}
            for one in manifest.positions
        ],
        "lacking": manifest.lacking,
        "files": {name: {"size": one.size, "sha256": one.sha256} for name, one in sorted(manifest.files.items())},
    }
    content = json.dumps(found, indent=1, ensure_ascii=False).encode() + b"\n"
    (folder / NAME).write_bytes(content)
    return sha256(content).hexdigest()


def read(folder: Path, backup: Path) -> Manifest:
    """The manifest of a backup; ``backup`` is how whoever asked calls it.

    Raises:
        BackupDamagedError: there is none, or it is not one.
        BackupNewerError: a newer release wrote it in another form.
    """
    try:
        found = json.loads((folder / NAME).read_bytes())
        if found["format"] > FORMAT:
            raise BackupNewerError(backup, f"form {found['format']}")
        return Manifest(
            id=found["id"],
            taken_at=datetime.fromisoformat(found["taken_at"]),
            kervan=found["kervan"],
            schema=found["schema"],
            postgresql=found["postgresql"],
            positions=[
                Position(one["stream"], datetime.fromisoformat(one["created"]), one["last"], one["taken"])
                for one in found["positions"]
            ],
            files={name: FileSum(one["size"], one["sha256"]) for name, one in found["files"].items()},
            lacking=found["lacking"],
        )
    except FileNotFoundError:
        raise BackupDamagedError(backup, f"there is no {NAME}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupDamagedError(backup, f"{NAME} cannot be read: {type(error).__name__}") from None


def verify(manifest: Manifest, folder: Path, backup: Path, checked: Callable[[int], object]) -> None:
    """Compare every file with its sum; ``checked`` is told how many more were.

    Raises:
        BackupDamagedError: one is missing, is another, or was put in.
    """
    there = set(_names(folder)) - {NAME}
    for name in sorted(manifest.files.keys() - there):
        raise BackupDamagedError(backup, f"{name} is missing")
    for name in sorted(there - manifest.files.keys()):
        raise BackupDamagedError(backup, f"{name} is not in its manifest")
    for name in (DATABASE, STREAMS):
        if name not in manifest.files:
            raise BackupDamagedError(backup, f"{name} is missing")
    for name, expected in manifest.files.items():
        if sum_of(folder / name) != expected:
            raise BackupDamagedError(backup, f"{name} is not what was written")
        checked(1)


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            yield str(PurePosixPath(path.relative_to(folder)))
