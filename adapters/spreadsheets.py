"""Tables for people's spreadsheets: CSV as Excel reads it in each language, and XLSX with numbers and days as such.

No cell is ever taken for a formula. May import ``workflow`` and what is outside of Kervan.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Generic, TypeAlias, TypeVar

import xlsxwriter

SEPARATOR = {"tr": ";", "en": ","}
"""Excel takes the list separator of its own language."""
BOM = "\ufeff"
"""Without it Excel does not read UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula."""
_MAKING = datetime(2000, 1, 1)  # noqa: DTZ001 - the property of an XLSX file has no zone
"""What the files say of when they were made, so that the same table is the same bytes."""
_WIDTH = 16

Plain: TypeAlias = "str | int | Decimal | date | None"
Cell: TypeAlias = "Plain | tuple[str, str]"
"""A pair is one text in Turkish and in English: the table's language says which stands there."""
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A column: its heading in Turkish and English, and what of a row stands in it."""

    tr: str
    en: str
    of: Callable[[R], Cell]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def line(cells: Sequence[str], language: str) -> str:
    """A line of CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=SEPARATOR[language]).writerow(cells)
    return text.getvalue()


def as_csv(columns: Sequence[Column[R]], rows: Iterable[R], language: str) -> bytes:
    """A table as CSV: for Turkish with semicolons, decimal commas and days as 24.11.2026."""
    headings = [column.tr if language == "tr" else column.en for column in columns]
    lines = [line(headings, language)]
    lines += [line([_written(_told(column.of(row), language), language) for column in columns], language) for row in rows]
    return (BOM + "".join(lines)).encode()


def _told(cell: Cell, language: str) -> Plain:
    """A pair's text in the table's language, any other cell as it is."""
    return cell[0 if language == "tr" else 1] if isinstance(cell, tuple) else cell


def _written(cell: Plain, language: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}" if language == "tr" else cell.isoformat()
    text = format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    return text.replace(".", ",") if language == "tr" else text


def as_xlsx(name: str, columns: Sequence[Column[R]], rows: Iterable[R], language: str) -> bytes:
    """A table as a workbook of one sheet, headings in the first row."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": _MAKING, "author": "Kervan"})
    sheet = book.add_worksheet(name[:31])
    head, day = book.add_format({"bold": True}), book.add_format({"num_format": 14})
    money, rate = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "#,##0.000000"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, _WIDTH)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.tr if language == "tr" else column.en, head)
    for at, row in enumerate(rows, 1):
        for place, column in enumerate(columns):
            cell = _told(column.of(row), language)
            if isinstance(cell, str):
                sheet.write_string(at, place, cell)
            elif isinstance(cell, date):
                sheet.write_datetime(at, place, datetime.combine(cell, time()), day)
            elif isinstance(cell, Decimal):
                sheet.write_number(at, place, float(cell), money if cell == round(cell, 2) else rate)
            elif cell is not None:
                sheet.write_number(at, place, cell)
    book.close()
    return out.getvalue()
