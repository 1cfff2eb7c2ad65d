"""The lists are what the tax office reads: first sheet, from B5, a document a row, numbers and days as such."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.dossiers.cells import LONGEST
from adapters.dossiers.columns import DEDUCTIBLE, ETGBS, EVIDENCE, INCURRED, SALES, STEPS, Form, ListForm
from adapters.dossiers.numbers import split
from adapters.dossiers.workbook import listed
from tests.unit.dossiers.made import cells, etgb, made, purchase, sale

FULL = made()
LISTS: dict[str, tuple[ListForm[Any], Sequence[Any]]] = {
    "etgbs": (ETGBS, FULL.etgbs),
    "sales": (SALES, FULL.sales),
    "incurred": (INCURRED, FULL.incurred),
    "deductible": (DEDUCTIBLE, FULL.deductible),
    "evidence": (EVIDENCE, FULL.evidence),
    "steps": (STEPS, FULL.steps),
}
TYPES: dict[Form, tuple[type, ...]] = {
    Form.TEXT: (str,),
    Form.LONG: (str,),
    Form.COUNT: (float, int),
    Form.AMOUNT: (float, int),
    Form.DAY: (date,),
}


@pytest.mark.parametrize("name", LISTS)
def test_data_begin_at_b5_with_headings_above(name: str) -> None:
    """Row 4 has the headings, row 5 the first document, column B the running number; nothing follows the last document."""
    form, rows = LISTS[name]
    read = cells(listed(form, rows))
    assert read[3] == ["", "Sıra No", *(column.heading for column in form.columns)]
    assert [row[1] for row in read[4:]] == list(range(1, len(rows) + 1))
    assert {row[0] for row in read} == {""}


@pytest.mark.parametrize("name", LISTS)
def test_a_cell_has_the_type_of_its_column(name: str) -> None:
    """Amounts are numbers and days are days; numbers of documents and taxpayers stay texts."""
    form, rows = LISTS[name]
    for line in cells(listed(form, rows))[4:]:
        for column, cell in zip(form.columns, line[2:], strict=True):
            assert cell == "" or isinstance(cell, TYPES[column.form]), (column.heading, cell)


def test_the_lists_of_exports_end_with_the_word_etgb() -> None:
    """The tax office wants GÇB or ETGB in the last column of both (announcement of 02.12.2016)."""
    for form, rows in (LISTS["etgbs"], LISTS["sales"]):
        read = cells(listed(form, rows))
        assert read[3][-1] == "GÇB/ETGB"
        assert {row[-1] for row in read[4:]} == {"ETGB"}


def test_a_row_says_what_it_was_made_of() -> None:
    """An ETGB, an invoice, and a purchase, field by field."""
    assert cells(listed(ETGBS, [etgb(1)]))[4][2:] == [
        "26341453EX000001", date(2026, 11, 2), date(2026, 11, 4), "341453", "Almanya", "Pamuklu örme tişört (6109.10.00.00.11)",
        "100 adet", "EUR", 1234.56, 68886.12, "PTS", "ETGB",
    ]  # fmt: skip
    assert cells(listed(SALES, [sale(42)]))[4][2:] == [
        date(2026, 10, 30), "ABC", "2026000000042", "Beispiel GmbH", "2222222222", "Pamuklu örme tişört (6109.10.00.00.11)",
        "100 adet", 68886.12, "26341453EX000042", "ETGB",
    ]  # fmt: skip
    assert cells(listed(INCURRED, [purchase(9)]))[4][2:] == [
        date(2026, 9, 15), "A5", "000009", "İplik A.Ş.", "0010000017", "Pamuk ipliği", "500 kg", 10000, 2000, 1500.05, "",
        "301", "Doğrudan", "202609", "202611",
    ]  # fmt: skip


def test_the_periods_of_incurred_vat_are_the_columns_that_the_tax_office_announced() -> None:
    """Columns 14 and 15, counted from the date (announcement of December 2015)."""
    assert [column.heading for column in INCURRED.columns[13:15]] == [
        "Belgenin İndirime Konu Edildiği KDV Dönemi",
        "Belgenin Yüklenildiği KDV Dönemi",
    ]


def test_up_to_the_vat_both_lists_of_purchases_are_alike() -> None:
    """GİB asks for it: what stands in one stands in the other."""
    assert INCURRED.columns[:9] == DEDUCTIBLE.columns[:9]


def test_an_etgb_that_is_not_closed_has_an_empty_day() -> None:
    """Nothing is made up."""
    assert cells(listed(ETGBS, [replace(etgb(1), closed_on=None)]))[4][4] == ""


def test_a_long_text_is_cut_where_the_tax_office_ends() -> None:
    """At 72 characters, and it shows; one of 72 stays whole."""
    long = "Ğ" * 73
    assert cells(listed(SALES, [replace(sale(1), buyer=long)]))[4][5] == "Ğ" * 71 + "…"
    assert cells(listed(SALES, [replace(sale(1), buyer=long[1:])]))[4][5] == "Ğ" * 72


@pytest.mark.parametrize("evil", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(1)", "{=1}", "http://example.org"])
def test_no_text_is_ever_a_formula_or_a_link(evil: str) -> None:
    """It stands in the cell as the text that it is."""
    workbook = listed(SALES, [replace(sale(1), buyer=evil)])
    assert cells(workbook)[4][5] == evil


@given(st.text(max_size=200))
def test_any_text_can_be_written_and_read_back_without_what_cannot_be_seen(text: str) -> None:
    """One line, at most 72 characters, and no broken file."""
    found = cells(listed(SALES, [replace(sale(1), buyer=text)]))[4][5]
    assert isinstance(found, str)
    assert len(found) <= LONGEST
    assert "\n" not in found


@given(st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2))
def test_an_amount_comes_back_to_the_kurus(amount: Decimal) -> None:
    """A number of Excel holds fifteen digits, which is enough."""
    found = cells(listed(SALES, [replace(sale(1), amount_try=amount)]))[4][9]
    assert Decimal(str(found)).quantize(Decimal("0.01")) == amount


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("ABC2026000000042", ("ABC", "2026000000042")),
        ("A-5 001234", ("A5", "001234")),
        ("A/5 7", ("A5", "7")),
        ("001234", ("", "001234")),
        ("FİŞ", ("", "FİŞ")),
        (" ABC2026000000042 ", ("ABC", "2026000000042")),
        ("2026ABC", ("", "2026ABC")),
    ],
)
def test_series_and_number_stand_apart(number: str, parts: tuple[str, str]) -> None:
    """As the lists want them."""
    assert split(number) == parts


def test_ten_thousand_documents_are_ten_thousand_rows() -> None:
    """None is left out and none comes twice."""
    read = cells(listed(SALES, [sale(place) for place in range(10_000)]))
    assert len(read) == 10_004
    assert len({row[4] for row in read[4:]}) == 10_000
