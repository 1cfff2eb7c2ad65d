"""The rows of list files, from CSV, XLSX or PDF, under their headings.

CSV may have commas, semicolons or tabs, and be UTF-8 or, as a Turkish Excel writes it, Windows-1254.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import python_calamine

from adapters.imports import file_words, pdf, pdf_tables
from adapters.imports.headings import DECLARATIONS, Column, Mapped, Vocabulary, column
from adapters.imports.pdf_tables import Total
from workflow.errors import SaidError

MAX_BYTES = 10 * 1024 * 1024
MAX_RAW = 2000
"""So much of a row is kept as it stood."""
_SHOWN_HEADINGS = 20
_MAX_ROWS = 50_000
_MAX_UNZIPPED = 100 * 1024 * 1024
_EXACT = 10**15
"""A number cell keeps fifteen digits: a longer number was spoiled before it came here."""
_SEPARATORS = (",", ";", "\t")


class UnreadableFileError(SaidError):
    """A file is no CSV, XLSX or PDF that can be read."""

    TEXTS = (
        "Dosya okunamadı: {why}. Hiçbir şey içe aktarılmadı. UTF-8 CSV, XLSX ya da metni olan bir PDF gönderin.",
        "The file cannot be read: {why}. Nothing was imported. Send CSV in UTF-8, XLSX, or a PDF that has text.",
    )

    def __init__(self, code: str, **values: object) -> None:
        """Say why, by one of :data:`adapters.imports.file_words.WHYS`."""
        super().__init__(why=file_words.why(code, **values))


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file as read: its rows, headings first, and the lines of a PDF that give totals."""

    rows: list[list[str]]
    totals: Sequence[Total] = ()


def check_size(content: bytes) -> None:
    """See that a list is not too large to be read.

    Raises:
        UnreadableFileError: it is.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFileError("too_large", limit=MAX_BYTES)


def cells(content: bytes, mapped: Mapped | None = None) -> list[list[str]]:
    """The rows of a file alone; see :func:`read`."""
    return read(content, mapped).rows


def read(content: bytes, mapped: Mapped | None = None) -> ListFile:
    """A CSV, XLSX or PDF file.

    ``mapped`` is what an operator's headings were mapped to by hand; only a PDF needs it to find its tables.

    Raises:
        UnreadableFileError: it is none of these, or too large unpacked.
        UnreadablePdfError: it is a PDF that gives no table.
    """
    if pdf.is_pdf(content):
        rows, totals = pdf_tables.rows(pdf.pages(content), mapped)
        return ListFile(_all(rows), totals)
    return ListFile(_xlsx(content) if content[:2] == b"PK" else _csv(content))


def _csv(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        return _all([row for row in csv.reader(io.StringIO(text), delimiter=separator) if row])
    except csv.Error as error:
        raise UnreadableFileError("not_csv", error=error) from error


def _decoded(content: bytes) -> str:
    """CSV as text: in UTF-8, or else in what a Turkish Windows writes; text in neither has NULs, or bytes that 1254 lacks."""
    for encoding in ("utf-8-sig", "cp1254"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UnreadableFileError("not_text")


def _all(rows: list[list[str]]) -> list[list[str]]:
    """The rows, if they are not too many: no row may be left out silently."""
    if len(rows) > _MAX_ROWS + 1:
        raise UnreadableFileError("too_many_rows", limit=_MAX_ROWS)
    return rows


def _xlsx(content: bytes) -> list[list[str]]:
    try:
        _unpacks(content)
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=True, nrows=_MAX_ROWS + 2)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise UnreadableFileError("not_xlsx") from error
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound) as error:
        raise UnreadableFileError("not_xlsx") from error
    return _all([[_text(cell) for cell in row] for row in rows])


def _unpacks(content: bytes) -> None:
    """Unpack everything once and throw it away: what an archive says of its sizes may be a lie."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(item.file_size for item in archive.infolist()) > _MAX_UNZIPPED:
            raise UnreadableFileError("unpacks_too_large")
        if archive.testzip() is not None:
            raise UnreadableFileError("damaged")


def _text(cell: object) -> str:
    """A cell as text: a whole number without a point, a day as ``2026-11-20``, a time as ``2026-11-20 09:10:00``."""
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.5E}" if abs(cell) >= _EXACT else str(int(cell))
    return str(cell).strip()


def check_columns(
    rows: list[list[str]],
    mapped: Mapped | None = None,
    *,
    vocabulary: Vocabulary = DECLARATIONS,
) -> list[Column]:
    """The columns of a list.

    Raises:
        UnreadableFileError: it is empty, or a column lacks that no such list can be without.
    """
    if not rows:
        raise UnreadableFileError("empty")
    columns = [column(cell, mapped, vocabulary) for cell in rows[0]]
    there = {one.name for one in columns}
    for needed in vocabulary.needed:
        if not there & needed.names:
            heads = ", ".join(repr(cell.strip()) for cell in rows[0][:_SHOWN_HEADINGS])
            raise UnreadableFileError("column_lacks", example=needed.example, headings=heads, mapped=needed.mapped)
    return columns


def records(
    rows: list[list[str]], mapped: Mapped | None, vocabulary: Vocabulary = DECLARATIONS
) -> list[tuple[int, dict[str, str], str]]:
    """Rows by column name, with their numbers and as they stood; unknown columns have no name.

    Of two columns with one name (an amount, and the invoice's total) the first that is not empty counts.
    """
    columns = check_columns(rows, mapped, vocabulary=vocabulary)
    return [
        (number, _named(columns, row), ";".join(row)[:MAX_RAW])
        for number, row in enumerate(rows[1:], start=1)
        if any(cell.strip() for cell in row)
    ]


def _named(columns: Sequence[Column], row: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one, cell in zip(columns, row, strict=False):
        if one.name and not found.get(one.name):
            found[one.name] = cell.strip()
            if one.currency and cell.strip():
                found.setdefault("currency", one.currency)
    return found
