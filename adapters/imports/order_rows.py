"""Reads order files (columns of UCI "Online Retail") row by row, and groups the rows that stand together.

Whatever a file holds, memory stays bounded: lines, joined lines and groups all have a largest size, and what exceeds it
is set aside like any other row.
"""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from adapters.imports.reasons import fault
from workflow.errors import SaidError
from workflow.values import ISTANBUL

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")

MAX_LINE = 64 * 1024
"""Bytes; a longer line is set aside."""
MAX_JOINED = 20
"""Over so many lines a quoted text may run; a quotation mark that is not closed by then spoils its own line only."""
MAX_GROUP = 10_000
"""Rows of one order in memory; an order of more fits into no message anyway."""
MAX_RAW = 2000
"""Characters of a row that are kept where it is set aside."""

_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
"""A quantity or a price as the wire takes it."""
_LENGTHS = (200, 1000, 1000, 20, 40, 20, 150, 200)
"""The longest text of each column that the wire takes."""
_UNFINISHED = "unexpected end of data"
"""What :mod:`csv` says of a quotation mark that is not closed."""


class WrongColumnsError(SaidError):
    """A file does not have the columns of an order export."""

    TEXTS = (
        (
            "{file} dosyasının sütunları {found}; bir sipariş dosyasınınkiler {wanted}. Hiçbir şey içe aktarılmadı. Mağazanın "
            "dışa aktardığı dosyayı, başlık satırıyla birlikte, UTF-8 CSV olarak verin."
        ),
        (
            "{file} has the columns {found}; an order file has {wanted}. Nothing was imported. Give the export of the shop, "
            "with its heading row, as CSV in UTF-8."
        ),
    )

    def __init__(self, file: str, columns: Sequence[str]) -> None:
        """Show both."""
        found = ", ".join(columns)[:200] or ("(yok)", "(none)")
        super().__init__(file=file, found=found, wanted=", ".join(COLUMNS))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file, read; ``number`` counts from 1 after the heading."""

    number: int
    raw: str
    invoice: str
    code: str
    description: str
    quantity: Decimal
    at: datetime
    price: Decimal
    customer: str
    country: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that cannot be read: ``detail`` is a fault of :mod:`adapters.imports.reasons`, ``invoice`` the first cell."""

    number: int
    raw: str
    detail: str
    invoice: str = ""


@dataclass(slots=True)
class Group:
    """Rows of one order number that stand together; ``cut`` where they were too many to be held at once.

    ``unread`` counts those among them (or right before them) that could not be read.
    """

    invoice: str
    rows: list[Row] = field(default_factory=list)
    cut: bool = False
    unread: int = 0


def check_heading(path: Path) -> None:
    """Look whether a file is an order file.

    Raises:
        WrongColumnsError: it is not.
    """
    with path.open("rb") as file:
        _heading(file, path.name)


def read(path: Path) -> Iterator[Row | Unread]:
    """The rows of a file, one at a time; empty lines are no rows.

    Raises:
        WrongColumnsError: it is no order file.
    """
    with path.open("rb") as file:
        _heading(file, path.name)
        for number, found in enumerate(_records(_lines(file)), start=1):
            if isinstance(found, _Spoiled):
                yield Unread(number, found.raw[:MAX_RAW], found.detail)
            else:
                raw, cells = found
                yield read_row(number, cells, raw)


def read_row(number: int, cells: Sequence[str], raw: str = "") -> Row | Unread:
    """Read a row's cells; times without an offset are the shop's, read as Istanbul's."""
    raw = (raw or ",".join(cells))[:MAX_RAW]
    texts = [cell.strip() for cell in cells]
    detail = _fault(texts)
    if detail:
        return Unread(number, raw, detail, texts[0][: _LENGTHS[0]] if texts else "")
    invoice, code, description, quantity, at, price, customer, country = texts
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ISTANBUL)
    customer = customer.removesuffix(".0")
    return Row(number, raw, invoice, code, description, Decimal(quantity), moment, Decimal(price), customer, country)


def _fault(texts: Sequence[str]) -> str:
    """What is wrong with a row's cells, or nothing."""
    if len(texts) != len(COLUMNS):
        return fault("columns", len(texts))
    for column, text, longest in zip(COLUMNS, texts, _LENGTHS, strict=True):
        if len(text) > longest:
            return fault("too_long", column)
    cells = dict(zip(COLUMNS, texts, strict=True))
    if not cells["InvoiceNo"]:
        return fault("empty", "InvoiceNo")
    for column in ("Quantity", "UnitPrice"):
        if not _DECIMAL.fullmatch(cells[column]):
            return fault("not_a_number", column)
    try:
        datetime.fromisoformat(cells["InvoiceDate"])
    except ValueError:
        return fault("not_a_time", "InvoiceDate")
    return ""


def grouped(rows: Iterable[Row | Unread]) -> Iterator[Group | Unread]:
    """Group rows that stand together by order number, one group in memory at a time; unread rows pass by, and are counted."""
    group = Group("")
    before = Group("")
    for row in rows:
        if isinstance(row, Unread):
            if row.invoice not in {group.invoice, before.invoice}:
                before = Group(row.invoice)
            (group if row.invoice == group.invoice else before).unread += 1
            yield row
            continue
        if row.invoice != group.invoice:
            if group.rows:
                yield group
            group = Group(row.invoice, unread=before.unread if before.invoice == row.invoice else 0)
            before = Group("")
        elif len(group.rows) == MAX_GROUP:
            group.cut = True
            yield group
            group = Group(row.invoice, cut=True)
        group.rows.append(row)
    if group.rows:
        yield group


@dataclass(frozen=True, slots=True)
class _Spoiled:
    """A line that is no record of a CSV file."""

    raw: str
    detail: str


def _heading(file: BinaryIO, name: str) -> None:
    text = file.readline(MAX_LINE).removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="replace")
    cells = [cell.strip() for cell in next(csv.reader([text]), [])]
    if cells != list(COLUMNS):
        raise WrongColumnsError(name, cells)


def _lines(file: BinaryIO) -> Iterator[str | _Spoiled]:
    """The lines as text; of one that is too long, the rest is passed over."""
    while line := file.readline(MAX_LINE):
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            yield _Spoiled(line[:MAX_RAW].decode("utf-8", errors="replace").replace("\0", ""), fault("line_too_long"))
            while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                continue
            continue
        try:
            text = line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            yield _Spoiled(line.decode("utf-8", errors="replace").replace("\0", "").rstrip("\r\n"), fault("not_utf8"))
            continue
        if "\0" in text:
            yield _Spoiled(text.replace("\0", ""), fault("nul_character"))
        elif text.strip():
            yield text


def _records(lines: Iterator[str | _Spoiled]) -> Iterator[tuple[str, list[str]] | _Spoiled]:
    """The records, each with its text; a quoted text may run over lines, if it makes a whole row in the end."""
    ahead = deque[str | _Spoiled]()
    while True:
        line = ahead.popleft() if ahead else next(lines, None)
        if line is None:
            return
        if isinstance(line, _Spoiled):
            yield line
            continue
        found = _parse(line)
        if found is None:
            yield _joined(line, ahead, lines) or _Spoiled(line, fault("open_quotation"))
        else:
            yield found


def _joined(line: str, ahead: deque[str | _Spoiled], lines: Iterator[str | _Spoiled]) -> tuple[str, list[str]] | None:
    """The record that a line makes with those after it; ``None``, and they stay ``ahead``, where it makes none."""
    text = line
    for position in range(MAX_JOINED - 1):
        if position == len(ahead):
            following = next(lines, None)
            if following is None:
                return None
            ahead.append(following)
        piece = ahead[position]
        if isinstance(piece, _Spoiled):
            return None
        text += "\n" + piece
        found = _parse(text)
        if found is None:
            continue
        if isinstance(found, _Spoiled) or len(found[1]) != len(COLUMNS):
            return None
        for _ in range(position + 1):
            ahead.popleft()
        return found
    return None


def _parse(text: str) -> tuple[str, list[str]] | _Spoiled | None:
    """The cells of a text; ``None`` where a quotation mark is still open at its end."""
    try:
        return text, next(csv.reader([text], strict=True))
    except csv.Error as error:
        return None if str(error) == _UNFINISHED else _Spoiled(text, fault("not_csv"))
