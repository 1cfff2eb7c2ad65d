"""Reads answers out of the folder, and moves each to where it can be found again."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import structlog

from adapters.tax_office.file.office import CODE
from adapters.tax_office.ports import FAMILY
from events import topology
from events.outgoing import envelope
from events.translate import MAX_BYTES, Arrival
from workflow.refund import claim_id
from workflow.values import ISTANBUL
from workflow.world import Outcome

_log = structlog.get_logger("kervan.tax_office")

SOURCE = f"{FAMILY}/{CODE}"
_SUBJECT = topology.subject_of(SOURCE)
_HALF = timedelta(minutes=1)
"""How long an answer may be half written."""
_AT_ONCE = 200
_UNFINISHED = (".part", ".tmp")
_OF_CLAIMS = ("status", "on", "amount", "note", "due_on", "answered")
_OF_VEDOP = ("etgb_number", "seen_on", "closed_on", "evidence")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that lies in the folder, as a message."""

    path: Path
    arrival: Arrival


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer as it is listed: where it lies now (``in``, ``kept``, ``refused``), since when, and why it was refused."""

    name: str
    state: str
    at: datetime
    reason: str = ""


class AnswerFolder:
    """The folder of answers; blocking, to be used in a thread."""

    def __init__(self, folder: Path) -> None:
        """Read ``in`` under ``folder``."""
        self._in, self._kept, self._refused = folder / "in", folder / "kept", folder / "refused"

    def waiting(self, now: datetime) -> list[Answer]:
        """The answers that are whole, by name; the folder is made, so that somebody finds where they go.

        Raises:
            OSError: it cannot be read.
        """
        self._in.mkdir(parents=True, exist_ok=True)
        found: list[Answer] = []
        for path in sorted(self._in.iterdir()):
            if len(found) == _AT_ONCE:
                break
            answer = _read(path, now)
            if answer is not None:
                found.append(answer)
        return found

    def settle(self, answer: Answer, outcome: Outcome, now: datetime) -> None:
        """Move an answer that was taken, or refused, out of the way; one that another process moved already stays there.

        Raises:
            OSError: it cannot be moved; it comes again and changes nothing.
        """
        if outcome.state == "refused":
            target = _free(self._refused, answer.path.name)
            answer.path.rename(target)
            target.with_name(f"{target.name}.reason.txt").write_text(f"{outcome.code}: {outcome.detail}\n", encoding="utf-8")
        else:
            answer.path.rename(_free(self._kept / f"{now.astimezone(ISTANBUL):%Y-%m}", answer.path.name))

    def listed(self) -> list[Listed]:
        """All answers, the latest first."""
        found = [_listed(path, state) for state, path in self._all()]
        return sorted(found, key=lambda one: (one.at, one.name), reverse=True)

    def _all(self) -> Iterator[tuple[str, Path]]:
        for state, folder, pattern in (("in", self._in, "*"), ("kept", self._kept, "*/*"), ("refused", self._refused, "*")):
            for path in folder.glob(pattern):
                if path.is_file() and not path.name.endswith(".reason.txt"):
                    yield state, path


def _listed(path: Path, state: str) -> Listed:
    note = path.with_name(f"{path.name}.reason.txt")
    reason = note.read_text(encoding="utf-8").strip() if note.exists() else ""
    return Listed(path.name, state, datetime.fromtimestamp(path.stat().st_mtime, UTC), reason)


def _read(path: Path, now: datetime) -> Answer | None:
    """An answer, or nothing where it is none, is being written, may not be read, or has just been taken by another process."""
    if path.name.startswith(".") or path.name.endswith(_UNFINISHED) or path.is_symlink() or not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
            written_at = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except FileNotFoundError:
        return None
    except PermissionError:
        _log.error("an answer may not be read; see to its rights: it waits in the folder, and the others go on")
        return None
    try:
        said = orjson.loads(content)
    except orjson.JSONDecodeError:
        if now - written_at < _HALF:
            return None
        said = None
    token = f"answer:{sha256(content).hexdigest()[:40]}"
    body = _message(said, token, written_at) if isinstance(said, dict) and len(content) <= MAX_BYTES else content
    return Answer(path, Arrival(_SUBJECT, body, token))


def _message(said: dict[str, Any], token: str, at: datetime) -> bytes:
    kind, data = _meant(said)
    return envelope(source=SOURCE, id=token, type=kind, time=at, data=data)


def _meant(said: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The message that an answer stands for; what is wrong with it is found where every message is read."""
    if isinstance(said.get("type"), str) and isinstance(said.get("data"), dict):
        return said["type"], said["data"]
    if "etgb_number" in said:
        return "vedop.transferred.v1", {name: said[name] for name in _OF_VEDOP if name in said}
    about = {"claim": _claim(said)}
    if said.get("status") == "filed":
        return "claim.filed.v1", about | {"petition_number": said.get("petition_number"), "filed_on": said.get("on")}
    told = {name: said[name] for name in _OF_CLAIMS if name in said}
    return "claim.progressed.v1", about | told


def _claim(said: dict[str, Any]) -> str | None:
    """The claim's id: told, or by what it is for."""
    if "claim" in said:
        return str(said["claim"])
    if isinstance(said.get("seller"), str) and isinstance(said.get("period"), str):
        supplement = said.get("supplement", 0)
        if isinstance(supplement, int):
            return str(claim_id(said["seller"], said["period"], supplement))
    return None


def _free(folder: Path, name: str) -> Path:
    """A path that is not taken; the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / name, 1
    while path.exists():
        number += 1
        path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return path
