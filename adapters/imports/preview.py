"""What a file looks like before it is imported: its first rows, and what each of its columns is taken for."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.imports import checkpoint_import, headings, list_files, pdf, purchase_import, purchases, status_words
from adapters.imports.headings import CHECKPOINTS, DECLARATIONS, Mapped, Vocabulary
from adapters.imports.order_rows import COLUMNS
from adapters.imports.purchase_headings import PURCHASES

SHOWN = 8
"""Rows that are shown."""
_MOST_WORDS = 20

VOCABULARIES: dict[str, Vocabulary] = {
    "etgb": DECLARATIONS,
    "vedop": DECLARATIONS,
    checkpoint_import.KIND: CHECKPOINTS,
    purchase_import.KIND: PURCHASES,
}
"""The columns of each kind of list; orders have fixed ones."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the file: as it is headed, and which of ours it is taken for (empty: none)."""

    text: str
    column: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A file before it is imported; ``missing`` names the columns of which one has to be there and is not."""

    headings: list[Heading]
    rows: list[list[str]]
    count: int
    missing: list[tuple[str, ...]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """Status words that nobody knows."""
    choices: tuple[str, ...] = ()
    """The columns that a heading can be mapped to; empty where they are fixed."""
    aside: tuple[tuple[int, str], ...] = ()
    """Rows of purchases that would be set aside as they stand: their numbers, and each one's reason."""


def fingerprints(kind: str, content: bytes) -> list[str]:
    """What the headings of a file may be remembered by: of one kind of list several rows may have them.

    Raises:
        UnreadableFileError, UnreadablePdfError: it cannot be read.
    """
    if pdf.is_pdf(content):
        return [headings.OF_PDF]
    rows = list_files.cells(content)
    return headings.fingerprints(purchases.may_head(rows) if kind == purchase_import.KIND else rows[:1])


def whose(kind: str, seller: str, courier: str) -> str:
    """Under whose name the meaning of headings is remembered."""
    return f"{purchase_import.KIND}/{seller}" if kind == purchase_import.KIND else courier


def look(kind: str, content: bytes, mapped: Mapped, said: Mapped) -> Preview:
    """Look at a file; ``mapped`` is what its headings mean by hand, ``said`` what status words do.

    Raises:
        UnreadableFileError, UnreadablePdfError: it cannot be read.
    """
    if kind == "orders":
        return _orders(content)
    vocabulary = VOCABULARIES[kind]
    rows = list_files.cells(content, mapped)
    if not rows:
        raise list_files.UnreadableFileError("empty")
    place = _headed(kind, rows, mapped)
    found = [Heading(cell.strip(), headings.column(cell, mapped, vocabulary).name) for cell in rows[place]]
    there = {one.column for one in found}
    body = [row for row in rows[place + 1 :] if any(cell.strip() for cell in row)]
    missing = [tuple(sorted(needed.names)) for needed in vocabulary.needed if not there & needed.names]
    words = _unknown(found, body, said) if kind == checkpoint_import.KIND else []
    aside = _aside(rows, mapped) if kind == purchase_import.KIND and not missing else ()
    return Preview(found, _even(body[:SHOWN], len(found)), len(body), missing, words, vocabulary.columns, aside)


def _aside(rows: list[list[str]], mapped: Mapped) -> tuple[tuple[int, str], ...]:
    """What rows of purchases say too little, whoever's they are and whatever is said beside them."""
    return tuple((number, reason) for number, reason, _ in purchases.read(rows, purchases.Beside(""), mapped).aside)


def _headed(kind: str, rows: list[list[str]], mapped: Mapped) -> int:
    """Which row has the headings: the tax office's form has lines above them."""
    return purchases.headed(rows, mapped) if kind == purchase_import.KIND else 0


def _orders(content: bytes) -> Preview:
    """Orders have the columns of a shop's export, in its order, or are none."""
    if content[:2] == b"PK":
        rows = list_files.cells(content)
    else:
        text = content.decode("utf-8-sig", "replace").replace("\0", "")
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    if not rows:
        raise list_files.UnreadableFileError("empty")
    given = [cell.strip() for cell in rows[0]]
    found = [Heading(cell, cell if COLUMNS[n : n + 1] == (cell,) else "") for n, cell in enumerate(given)]
    there = {one.column for one in found}
    missing: list[tuple[str, ...]] = [(name,) for name in COLUMNS if name not in there]
    if not missing and given != list(COLUMNS):
        missing = [COLUMNS]
    return Preview(found, _even(rows[1 : SHOWN + 1], len(found)), len(rows) - 1, missing)


def _unknown(found: Sequence[Heading], body: Sequence[Sequence[str]], said: Mapped) -> list[str]:
    """The words of the column of statuses that neither the table nor anybody knows, each once."""
    places = [n for n, one in enumerate(found) if one.column == "status"]
    words: dict[str, None] = {}
    for row in body:
        for place in places:
            word = row[place].strip() if place < len(row) else ""
            if word and status_words.status((word,), said) is None:
                words[word] = None
    return list(words)[:_MOST_WORDS]


def _even(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Rows of one width, for a table."""
    return [[*row[:width], *[""] * (width - len(row))] for row in rows]
