"""Tables for spreadsheets: numbers are numbers, days are days, and nothing is a formula."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from adapters.spreadsheets import Cell, Column, as_csv, as_xlsx

Row = tuple[Cell, ...]


def columns() -> tuple[Column[Row], ...]:
    """Five columns, one for each kind of cell, and one that may be empty."""

    def of(place: int) -> Any:
        return lambda row: row[place]

    names = (("Ad", "Name"), ("Tutar", "Amount"), ("Gün", "Day"), ("Sayı", "Count"), ("Boş", "Empty"))
    return tuple(Column(tr, en, of(place)) for place, (tr, en) in enumerate(names))


ROWS: list[Row] = [
    ("Işık; A.Ş.", Decimal("1234567.80"), date(2026, 11, 3), 7, None),
    ("=1+1", Decimal("-0.50"), date(2026, 1, 9), 0, None),
]


def test_turkish_excel_reads_the_csv() -> None:
    """Semicolons, decimal commas, Turkish days, a BOM; a text with a semicolon is quoted, a formula is text."""
    lines = as_csv(columns(), ROWS, "tr").decode().splitlines()
    assert lines == ["\ufeffAd;Tutar;Gün;Sayı;Boş", '"Işık; A.Ş.";1234567,80;03.11.2026;7;', "'=1+1;-0,50;09.01.2026;0;"]


def test_english_csv_has_commas_and_points() -> None:
    """And days as ISO 8601."""
    lines = as_csv(columns(), ROWS, "en").decode().splitlines()
    assert lines[1] == "Işık; A.Ş.,1234567.80,2026-11-03,7,"


@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_workbook_has_real_numbers_and_days(language: str) -> None:
    """Under the headings of the language; a formula stays the text that it is."""
    book = as_xlsx("tablo", columns(), ROWS, language)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert rows[0][1] == ("Tutar" if language == "tr" else "Amount")
    assert rows[1] == ["Işık; A.Ş.", 1234567.8, date(2026, 11, 3), 7.0, ""]
    assert rows[2][0] == "=1+1"


def test_the_same_table_is_the_same_bytes() -> None:
    """Nothing in it tells of the moment."""
    assert as_xlsx("t", columns(), ROWS, "tr") == as_xlsx("t", columns(), ROWS, "tr")
