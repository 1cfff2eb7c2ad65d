"""Writes workbooks with xlsxwriter: real numbers and days, texts as texts, and the same rows the same bytes.

Sheets are put together in memory: files on disk would carry the process' umask into the archive. That costs some 3 KB a row
while a list is written, one list after the other.
"""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from adapters.dossiers.cells import LONGEST, fitting
from adapters.dossiers.columns import Column, Form, ListForm, Value

R = TypeVar("R")

MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""What the files say of when they were made: always the same, since what counts is what they are made of."""

_HEADINGS_AT = 3
_FIRST_ROW = 4
_FIRST_COLUMN = 1
_A4 = 9
_LONGEST_OWN = 1000
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 13},
    "head": {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1, "bg_color": "#DCE6EA"},
    "note": {"italic": True, "font_color": "#5C6876"},
    "strong": {"bold": True},
    Form.TEXT: {"num_format": "@"},
    Form.COUNT: {"num_format": "0"},
    Form.AMOUNT: {"num_format": "#,##0.00"},
    Form.DAY: {"num_format": "dd.mm.yyyy"},
    Form.RATE: {"num_format": "#,##0.000000"},
    Form.LONG: {"text_wrap": True, "valign": "top"},
}


@dataclass
class Book:
    """A workbook that is being written."""

    book: xlsxwriter.Workbook
    formats: dict[str, Any] = field(default_factory=dict)

    def sheet(self, name: str) -> Worksheet:
        """A further sheet, which prints across one page of A4."""
        found = self.book.add_worksheet(name)
        found.set_landscape()
        found.set_paper(_A4)
        found.fit_to_pages(1, 0)
        return found

    def put(self, sheet: Worksheet, row: int, column: int, value: Value, form: str, most: int = LONGEST) -> None:
        """Write a cell; nothing and an empty text leave it empty. No text is ever read as a formula."""
        if value is None or value == "":
            return
        look = self.formats[form]
        if isinstance(value, str):
            sheet.write_string(row, column, fitting(value, _LONGEST_OWN if form == Form.LONG else most), look)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, datetime.combine(value, time()), look)
        else:
            sheet.write_number(row, column, float(value), look)


@contextmanager
def book(out: io.BytesIO) -> Iterator[Book]:
    """A workbook that is written to ``out`` when the block ends."""
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    made.set_properties({"created": MADE_AT.replace(tzinfo=None), "author": "Kervan"})
    made.set_size(2400, 1400)
    yield Book(made, {str(name): made.add_format(look) for name, look in _FORMATS.items()})
    made.close()


def table(to: Book, sheet: Worksheet, columns: tuple[Column[R], ...], rows: Iterable[R]) -> int:
    """Headings in row 4 from column B, data from B5 with a running number first; gives how many rows there are."""
    to.put(sheet, _HEADINGS_AT, _FIRST_COLUMN, "Sıra No", "head")
    sheet.set_column(0, 0, 2)
    sheet.set_column(_FIRST_COLUMN, _FIRST_COLUMN, 8)
    for place, column in enumerate(columns, _FIRST_COLUMN + 1):
        to.put(sheet, _HEADINGS_AT, place, column.heading, "head", 200)
        sheet.set_column(place, place, column.width)
    sheet.set_row(_HEADINGS_AT, 64)
    sheet.freeze_panes(_FIRST_ROW, 0)
    count = 0
    for count, row in enumerate(rows, 1):
        at = _FIRST_ROW + count - 1
        to.put(sheet, at, _FIRST_COLUMN, count, Form.COUNT)
        for place, column in enumerate(columns, _FIRST_COLUMN + 1):
            to.put(sheet, at, place, column.of(row), column.form)
    return count


def listed(form: ListForm[R], rows: Iterable[R]) -> bytes:
    """A list as an XLSX file, in the tax office's manner."""
    out = io.BytesIO()
    with book(out) as made:
        sheet = made.sheet(form.sheet)
        made.put(sheet, 1, _FIRST_COLUMN, form.title, "title")
        table(made, sheet, form.columns, rows)
    return out.getvalue()
