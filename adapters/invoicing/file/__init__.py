"""``file``: the seller's own software issues the invoice; documents and answers go through two folders.

Under the folder of the setting ``KERVAN_INVOICING__FILE__FOLDER``, with ``<name>`` = ``<number>_<ettn>``:

===================================  =======================================================================
``out/<name>.xml``                   Kervan's unsigned UBL document, whole as soon as it is seen. Take it away or leave it.
``out/<name>.cancel.txt``            Kervan asks to cancel; the reason, UTF-8.
``in/<name>.signed.xml``             the answer: the signed document, same number, ETTN and amounts.
``in/<name>.rejected.txt``           the answer: it will not be issued; the reason, UTF-8, at most 4 KiB are read.
``in/<name>.cancelled.txt``          the answer: the invoice is cancelled.
``in/<name>.not-cancelled.txt``      the answer: it cannot be cancelled; the reason.
``sent/<name>``                      Kervan's own mark that a document was dropped; leave it.
===================================  =======================================================================

Answers should be written under another name and renamed; one that is not whole yet is read again later. Kervan deletes
nothing here. Where a crash falls between dropping a document and marking it, the same document is dropped again under the
same name: software that takes files away must know a number it has seen.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import mkstemp
from typing import ParamSpec, TypeVar

from adapters.invoicing import essence
from adapters.invoicing.ports import (
    Absent,
    Answer,
    Handover,
    Issued,
    IssuerUnavailableError,
    Pending,
    Reference,
    Rejected,
    Withdrawn,
)

CODE = "file"
_NOTE_BYTES = 4096

_P = ParamSpec("_P")
_T = TypeVar("_T")


class FileIntegrator:
    """Drops documents and reads answers; all file work is done in threads."""

    code = CODE

    def __init__(self, folder: Path) -> None:
        """Work under ``folder``; it is made on first use."""
        self._out, self._in, self._sent = folder / "out", folder / "in", folder / "sent"

    async def deliver(self, document: Handover) -> Rejected | None:
        """Drop a document, whole or not at all."""
        await self._safely(self._drop, document)
        return None

    async def look_up(self, reference: Reference) -> Answer:
        """Read what the seller's software has answered."""
        return await self._safely(self._answer, reference)

    async def withdraw(self, reference: Reference, reason: str) -> Rejected | None:
        """Drop a request to cancel."""
        refused = await self._safely(self._refused_to_cancel, reference)
        if refused is None:
            await self._safely(_write, self._out / f"{_name(reference)}.cancel.txt", reason.encode())
        return refused

    async def _safely(self, work: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T:
        try:
            return await asyncio.to_thread(work, *arguments, **named)
        except OSError as error:
            message = (
                f"The folder of the invoice software cannot be used ({error.strerror}): {error.filename}. "
                "Nothing is lost; see to its rights and its disk (KERVAN_INVOICING__FILE__FOLDER)."
            )
            raise IssuerUnavailableError(message) from error

    def _drop(self, document: Handover) -> None:
        for folder in (self._out, self._in, self._sent):
            folder.mkdir(parents=True, exist_ok=True)
        _write(self._out / f"{_name(document)}.xml", document.xml)
        _write(self._sent / _name(document), b"")

    def _answer(self, reference: Reference) -> Answer:
        name = _name(reference)
        if (self._in / f"{name}.cancelled.txt").exists():
            return Withdrawn()
        signed = self._in / f"{name}.signed.xml"
        if signed.exists():
            return _signed(signed)
        note = self._in / f"{name}.rejected.txt"
        if note.exists():
            return Rejected(_note(note))
        if (self._sent / name).exists() or (self._out / f"{name}.xml").exists():
            return Pending(f"the invoice software has not answered yet (in/{name}.signed.xml or .rejected.txt)")
        return Absent()

    def _refused_to_cancel(self, reference: Reference) -> Rejected | None:
        note = self._in / f"{_name(reference)}.not-cancelled.txt"
        return Rejected(_note(note)) if note.exists() else None


def _name(reference: Reference) -> str:
    return f"{reference.number}_{reference.ettn}"


def _signed(path: Path) -> Answer:
    with path.open("rb") as file:
        content = file.read(essence.MAX_BYTES + 1)
    try:
        essence.read(content)
    except essence.UnreadableDocumentError as error:
        return Pending(f"{path.name}: {error}")
    return Issued(content)


def _note(path: Path) -> str:
    with path.open("rb") as file:
        text = file.read(_NOTE_BYTES).decode("utf-8", errors="replace").replace("\x00", "").strip()
    return text or f"{path.name} gives no reason"


def _write(path: Path, content: bytes) -> None:
    """Write a file under another name in the same folder, and rename it when it is on disk."""
    handle, temporary = mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o640)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
