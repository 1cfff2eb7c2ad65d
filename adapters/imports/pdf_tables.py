"""From the words of a PDF to the rows of its list: labels such as "ETGB NO: …" over a table, or a table alone.

No operator's real PDF was had. What is read here follows what exporters' own scripts and shops' documents tell of them ("ETGB
NO", "ETGB TARİH", a table with order number, FATURA NO, FATURA TARİHİ, amount, "Fatura Toplamı"), in any arrangement that has
headings over its columns. What stands in a table and is no row of it is given as a row too, so that it is set aside and seen.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from adapters.imports.headings import Column, Mapped, column, heading
from adapters.imports.pdf import UnreadablePdfError, Word
from workflow.values import fold

OF_DOCUMENT = ("number", "registered_on", "courier", "currency", "seller", "country")
"""What a label over a table may say for all its rows."""
_OF_LINE = frozenset({"reference", "tracking_number", "invoice_number", "amount", "seen_on", "closed_on", "evidence"})
"""A table with none of these says something of the document, not of lines."""
_NAMES = frozenset({"reference", "tracking_number", "invoice_number"})
_LONGEST = 4
"""Of how many words a heading may be."""
_SAME_LINE = 0.5
_SAME_CELL = 0.6
"""How far apart, in heights, words of one cell may stand."""
_CLOSE_BELOW = 0.9
"""How far below a row, in heights, a line may begin that goes on with it."""
_TOTALS = tuple(fold(word) for word in ("toplam", "genel toplam", "ara toplam", "fatura toplamı", "total", "grand total"))
_PAGE_NUMBER = re.compile(r"((sayfa|page)\s*:?\s*)?\d{1,4}(\s*(/|of|-)\s*\d{1,4})?", re.ASCII)
_DIGIT = re.compile(r"\d", re.ASCII)
_BREAK = re.compile(r"\s*:\s*")

Line = list[Word]


@dataclass(frozen=True, slots=True)
class _Heading:
    column: Column
    left: float
    right: float

    def overlap(self, word: Word) -> float:
        """How much of a word stands under the heading; below zero: how far beside it."""
        return min(self.right, word.right) - max(self.left, word.left)


@dataclass(frozen=True, slots=True)
class Total:
    """A line that gives a total: its words, the ETGB whose label stood above it, and how many rows did."""

    text: str
    etgb: str
    above: int


@dataclass(slots=True)
class _Reading:
    """Where a reading stands."""

    mapped: Mapped
    said: dict[str, str] = field(default_factory=dict)
    """What labels said for all rows that follow."""
    table: list[_Heading] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    below: Word | None = None
    """A word of the row above, while a line may go on with it."""


def rows(pages: Sequence[Sequence[Word]], mapped: Mapped | None = None) -> tuple[list[list[str]], list[Total]]:
    """The rows of all tables of a PDF under one line of headings, as a CSV would have them, and what stands below as totals.

    Raises:
        UnreadablePdfError: no table of it has two headings that are known.
    """
    reading = _Reading(mapped or {})
    tables = 0
    for page in pages:
        reading.below = None
        lines = list(_lines(page))
        skip = False
        for index, line in enumerate(lines):
            if skip:
                skip = False
                continue
            found, skip = _headings(line, lines[index + 1] if index + 1 < len(lines) else [], reading.mapped)
            if found:
                reading.table, reading.below = found, None
                tables += 1
            else:
                _take(reading, line)
    if not tables or not reading.rows:
        raise UnreadablePdfError("pdf_no_table")
    names = [name for name in dict.fromkeys(name for row in reading.rows for name in row) if name]
    return [names, *([row.get(name, "") for name in names] for row in reading.rows)], reading.totals


def _lines(page: Sequence[Word]) -> Iterator[Line]:
    """Words that stand side by side, from top to bottom, each line from left to right."""
    line: Line = []
    for word in sorted(page, key=lambda w: -(w.bottom + w.top)):
        middle = (word.bottom + word.top) / 2
        if line and abs(middle - (line[0].bottom + line[0].top) / 2) > _SAME_LINE * (line[0].top - line[0].bottom):
            yield sorted(line, key=lambda w: w.left)
            line = []
        line.append(word)
    if line:
        yield sorted(line, key=lambda w: w.left)


def _joined(words: Sequence[Word]) -> Word:
    return Word(
        " ".join(w.text for w in words),
        min(w.left for w in words),
        min(w.bottom for w in words),
        max(w.right for w in words),
        max(w.top for w in words),
    )


def _cells(line: Line) -> list[Line]:
    """Words of a line that stand close to each other."""
    found: list[Line] = []
    for word in line:
        if found and word.left - found[-1][-1].right < _SAME_CELL * (word.top - word.bottom):
            found[-1].append(word)
        else:
            found.append([word])
    return found


def _headings(line: Line, following: Line, mapped: Mapped) -> tuple[list[_Heading], bool]:
    """The headings that a line is, and whether the following line belongs to them; none where it is no line of headings."""
    if any(_DIGIT.search(word.text) for word in line):
        return [], False
    alone = _named(line, mapped)
    if not any(_DIGIT.search(word.text) for word in following):
        both = _stacked(line, following, mapped)
        if _known(both) > _known(alone) and _known(both) > 1:
            return both, True
    return (alone if _known(alone) > 1 and _known(alone) * 2 >= len(alone) else []), False


def _known(found: Sequence[_Heading]) -> int:
    return sum(bool(one.column.name) for one in found)


def _named(line: Line, mapped: Mapped) -> list[_Heading]:
    """Headings of one line; neighbours that stand close are told apart by what they are called."""
    found: list[_Heading] = []
    for cell in _cells(line):
        place = 0
        while place < len(cell):
            for length in range(min(_LONGEST, len(cell) - place), 0, -1):
                one = _joined(cell[place : place + length])
                known = column(one.text, mapped)
                if known.name or length == 1:
                    found.append(_Heading(known, one.left, one.right))
                    place += length
                    break
    return found


def _stacked(line: Line, following: Line, mapped: Mapped) -> list[_Heading]:
    """Headings that are broken over two lines, one word over the other."""
    upper, lower = [_joined(cell) for cell in _cells(line)], [_joined(cell) for cell in _cells(following)]
    found: list[_Heading] = []
    for one in upper:
        below = [w for w in lower if min(one.right, w.right) > max(one.left, w.left)]
        whole = _joined([one, *below])
        found.append(_Heading(column(whole.text, mapped), whole.left, whole.right))
        lower = [w for w in lower if w not in below]
    found += [_Heading(column(w.text, mapped), w.left, w.right) for w in lower]
    return sorted(found, key=lambda one: one.left)


def _take(reading: _Reading, line: Line) -> None:
    """Take what one line says: of the document, as a row, as more of the row above it, or nothing."""
    text = " ".join(word.text for word in line)
    labels = _labels(line, reading.mapped)
    if labels:
        reading.said |= labels
        if "number" in labels:
            reading.table, reading.below = [], None
        return
    row = _row(reading.table, line) if reading.table else {}
    total = heading(text).startswith(_TOTALS)
    if total:
        reading.totals.append(Total(text, reading.said.get("number", ""), len(reading.rows)))
    if reading.rows and not total and _goes_on(reading.below, line, row):
        _go_on(reading.rows[-1], row)
        reading.below = line[0]
        return
    reading.below = None
    if not reading.table or total or _PAGE_NUMBER.fullmatch(fold(text)):
        return
    of_line = _OF_LINE & row.keys()
    if not of_line and "number" in row and not any(one.column.name in _OF_LINE for one in reading.table):
        reading.said |= {name: value for name, value in row.items() if name in OF_DOCUMENT}
        reading.table = []
    elif _DIGIT.search(text):
        reading.rows.append({**reading.said, **row})
        reading.below = line[0]


def _goes_on(above: Word | None, line: Line, row: dict[str, str]) -> bool:
    """Whether a line is more of the row above: close below it, without an amount, and with no name that begins a row."""
    if above is None or "amount" in row or "number" in row or len(_NAMES & row.keys()) > 1:
        return False
    return above.bottom - line[0].top < _CLOSE_BELOW * (line[0].top - line[0].bottom) and len(row) == 1


def _go_on(row: dict[str, str], more: dict[str, str]) -> None:
    for name, text in more.items():
        row[name] = row.get(name, "") + ("" if name in _NAMES else " ") + text


def _labels(line: Line, mapped: Mapped) -> dict[str, str]:
    """What "ETGB NO: …" and the like say; with or without a colon, several in a line or one."""
    cells = [_joined(cell).text for cell in _cells(line)]
    pieces = [piece for cell in cells for piece in _BREAK.split(cell) if piece]
    found: dict[str, str] = {}
    for label, value in pairwise(pieces):
        name = column(label, mapped).name
        if name in OF_DOCUMENT and _DIGIT.search(value) and not column(value, mapped).name:
            found[name] = value
    if found:
        return found
    for cell in cells:  # all in one piece, as "ETGB NO 26341453EX000001"
        words = cell.split()
        for length in range(min(_LONGEST, len(words) - 1), 0, -1):
            name = column(" ".join(words[:length]), mapped).name
            if name in {"number", "registered_on"} and _DIGIT.search(words[length]):
                found[name] = words[length]
    return found


def _row(table: Sequence[_Heading], line: Line) -> dict[str, str]:
    """The words of a line under their headings; what the heading says of the currency stands beside."""
    found: dict[str, list[str]] = {}
    currency = ""
    for cell in _cells(line):
        above = [one for one in table if one.overlap(_joined(cell)) > 0]
        pieces = [[word] for word in cell] if len(above) > 1 else [cell]
        for piece in pieces:
            whole = _joined(piece)
            best = max(table, key=lambda one, whole=whole: one.overlap(whole))  # type: ignore[misc]
            if best.column.name:
                found.setdefault(best.column.name, []).append(whole.text)
                currency = best.column.currency or currency
    row = {name: " ".join(texts) for name, texts in found.items()}
    return {"currency": currency, **row} if currency and row.get("amount") else row
