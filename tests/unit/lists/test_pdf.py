"""ETGB lists as PDF: tables are read whatever their layout, and no PDF can hold the process that asks."""

import sys
from datetime import date

import pytest

from adapters.imports import declarations, list_files, pdf, pdf_process, pdf_tables, totals
from adapters.imports.headings import read_mapping
from tests.unit.lists import papers

NUMBER, DAY = "25341453EX025864", "01.10.2025"
TURKISH = ("SIRA", "SİPARİŞ NO", "FATURA NO", "FATURA TARİHİ", "TUTAR (USD)")
ROWS = [
    ("1", "3001234567", "ABC2025000000011", "29.09.2025", "1.234,50"),
    ("2", "3001234568", "ABC2025000000012", "30.09.2025", "17,00"),
    ("3", "3001234569", "ABC2025000000013", "30.09.2025", "299,99"),
]
SUM = "#align(right)[Fatura Toplamı: 1.551,49]\nSayfa 1 / 1"


def read(content: bytes, mapped: dict[str, str] | None = None) -> declarations.Reading:
    """A PDF as the importer reads it."""
    return declarations.read_etgbs(list_files.cells(content, mapped), "1234567890", "pts", mapped)


def lines(content: bytes, number: str = NUMBER) -> list[tuple[str, str, str, str]]:
    """What the lines of an ETGB say: order, invoice, amount, currency."""
    found = read(content)
    assert not found.aside
    return [
        (line["shipment"]["reference"], line.get("invoice_number", ""), line.get("amount", ""), line.get("currency", ""))
        for line in found.groups[number].data["lines"]
    ]


WANTED = [
    ("3001234567", "ABC2025000000011", "1234.50", "USD"),
    ("3001234568", "ABC2025000000012", "17.00", "USD"),
    ("3001234569", "ABC2025000000013", "299.99", "USD"),
]


@pytest.mark.parametrize("form", ["colon", "one line", "cells", "bare", "over"])
@pytest.mark.parametrize("options", ["", "stroke: none, inset: 3pt, ", "align: right, ", "align: center, "])
def test_a_consolidated_list_is_read_in_any_layout(form: str, options: str) -> None:
    """Number and day stand over the table, in every way that labels are written; columns may be set to either side."""
    content = papers.pdf(papers.labels(NUMBER, DAY, form=form) + papers.table(TURKISH, ROWS, options) + SUM)
    assert lines(content) == WANTED
    assert read(content).groups[NUMBER].data["registered_on"] == "2025-10-01"


def test_english_headings_and_a_currency_of_its_own_column() -> None:
    """The table may name the ETGB in each row, and its currency too."""
    heads = ("ETGB No", "ETGB Date", "Order No", "Invoice No", "Amount", "Currency")
    rows = [(NUMBER, "2025-10-01", row[1], row[2], row[4], "USD") for row in ROWS]
    assert lines(papers.pdf(papers.table(heads, rows))) == WANTED


def test_headings_over_two_lines_and_amounts_with_their_currency() -> None:
    """A narrow column breaks its heading; the amount may carry its currency with it."""
    heads = ("SİPARİŞ NO", "FATURA NO", "FATURA TARİHİ", "FATURA TUTARI")
    rows = [(*row[1:4], f"{row[4]} USD") for row in ROWS]
    table = papers.table(heads, rows, columns="(1.6cm, 4cm, 1.6cm, 2.5cm)")
    assert lines(papers.pdf(papers.labels(NUMBER, DAY) + table + SUM)) == WANTED


def test_a_list_over_many_pages_with_or_without_headings_on_each() -> None:
    """A table goes on overleaf; several ETGBs may stand in one file."""
    many = [(str(n), f"30012{n:05d}", f"ABC2025{n:09d}", "29.09.2025", f"{n},10") for n in range(1, 181)]
    other = "25341453EX025865"
    second = papers.labels(other, "02.10.2025") + papers.table(TURKISH, ROWS)
    content = papers.pdf(papers.labels(NUMBER, DAY) + papers.table(TURKISH, many) + "#pagebreak()\n" + second)
    assert lines(content) == [(row[1], row[2], f"{n}.10", "USD") for n, row in enumerate(many, start=1)]
    assert lines(content, other) == WANTED


def test_an_order_number_that_is_broken_over_two_lines_is_put_together() -> None:
    """What stands close below a row, in one column alone, belongs to it."""
    rows = [("300 1234567890123", "ABC2025000000011", "29.09.2025", "17,00")]
    table = papers.table(TURKISH[1:], rows, columns="(1.9cm, 4cm, 3cm, 3cm)")
    assert lines(papers.pdf(papers.labels(NUMBER, DAY) + table)) == [("3001234567890123", "ABC2025000000011", "17.00", "USD")]


def differing(content: bytes) -> list[tuple[str, str, str]]:
    """What totals differ from what the lines add up to."""
    file = list_files.read(content)
    return [(one.etgb, str(one.told), str(one.lines)) for one in totals.differing(file.rows, file.totals)]


@pytest.mark.parametrize(
    "foot",
    [
        "Fatura Toplamı: 1.551,49",
        "FATURA TOPLAMI (USD) 1.551,49",
        "Genel Toplam 3 1.551,49 USD",
        "Total: 1,551.49",
        "Toplam Adet: 3",
        "Toplam Ağırlık: 12,50 kg",
        "",
    ],
)
def test_a_total_that_is_right_or_of_something_else_warns_of_nothing(foot: str) -> None:
    """Under the table, with or without a count beside it."""
    assert differing(papers.pdf(papers.labels(NUMBER, DAY) + papers.table(TURKISH, ROWS) + papers.said(foot))) == []


@pytest.mark.parametrize("foot", ["Fatura Toplamı: 1.600,00", "Toplam 3 1.600,00 USD", "Grand Total: USD 1,600.00"])
def test_a_total_that_the_lines_do_not_add_up_to_is_told(foot: str) -> None:
    """A line may have been missed or misread; all that were read are taken all the same."""
    content = papers.pdf(papers.labels(NUMBER, DAY) + papers.table(TURKISH, ROWS) + papers.said(foot))
    assert differing(content) == [(NUMBER, "1600.00", "1551.49")]
    assert lines(content) == WANTED


def test_a_total_inside_the_table_is_compared_too() -> None:
    """As its last row; an amount that cannot be read makes it differ."""
    foot, broken = ("", "", "", "TOPLAM", "1.551,49"), ("3", "3001234569", "ABC2025000000013", "30.09.2025", "yok 9")
    assert differing(papers.pdf(papers.labels(NUMBER, DAY) + papers.table(TURKISH, [*ROWS, foot]))) == []
    found = differing(papers.pdf(papers.labels(NUMBER, DAY) + papers.table(TURKISH, [*ROWS[:2], broken, foot])))
    assert found == [(NUMBER, "1551.49", "1251.50")]


def test_totals_of_pages_of_etgbs_and_of_the_file() -> None:
    """Each is right if it is the sum of any of these; one that is of none is told with its ETGB."""
    other = "25341453EX025865"
    sheets = (
        papers.labels(NUMBER, DAY),
        papers.table(TURKISH, ROWS[:2]),
        "#align(right)[Ara Toplam: 1.251,50]\n#pagebreak()\n",
        papers.table(TURKISH, ROWS[2:]),
        "#align(right)[Fatura Toplamı: 1.551,49]\n#pagebreak()\n",
        papers.labels(other, DAY),
        papers.table(TURKISH, [("1", "3001234570", "ABC2025000000014", "30.09.2025", "10,00")]),
    )
    right = "#align(right)[Toplam: 10,00]\n\n#align(right)[Genel Toplam: 1.561,49]\n"
    wrong = "#align(right)[Toplam: 12,00]\n\n#align(right)[Genel Toplam: 1.561,49]\n"
    assert differing(papers.pdf("".join(sheets) + right)) == []
    assert differing(papers.pdf("".join(sheets) + wrong)) == [(other, "12.00", "10.00")]


def test_rounded_amounts_may_be_off_by_what_rounding_takes() -> None:
    """Three whole amounts: a lira and a half at the most."""
    whole = [(*row[:4], amount) for row, amount in zip(ROWS, ("1235 USD", "17 USD", "300 USD"), strict=True)]
    assert differing(papers.pdf(papers.labels(NUMBER, DAY) + papers.table(TURKISH, whole) + SUM)) == []
    off = SUM.replace("1.551,49", "1.554,00")
    assert len(differing(papers.pdf(papers.labels(NUMBER, DAY) + papers.table(TURKISH, whole) + off))) == 1


def test_what_is_no_row_is_set_aside_and_seen() -> None:
    """A line in the table that names no shipment is not dropped."""
    rows = [*ROWS, ("4", "", "", "30.09.2025", "5,00")]
    found = read(papers.pdf(papers.labels(NUMBER, DAY) + papers.table(TURKISH, rows) + SUM))
    assert [(number, reason) for number, reason, _ in found.aside] == [(4, "no_shipment")]


@pytest.mark.parametrize(
    ("number", "reason"), [("26341200EX00137190", "not_an_etgb"), ("243414X001232", "etgb_number_malformed")]
)
def test_a_number_that_is_none_is_set_aside_with_its_reason(number: str, reason: str) -> None:
    """A detailed declaration's 18 characters are told from a number that is merely wrong."""
    found = read(papers.pdf(papers.labels(number, DAY) + papers.table(TURKISH, ROWS)))
    assert [given for _, given, _ in found.aside] == [reason] * 3


def test_headings_that_nobody_knows_can_be_mapped_by_hand() -> None:
    """An operator's own words, once said what they mean."""
    heads = ("Dosya", "Gönderi Kodu", "Kıymet")
    content = papers.pdf(papers.labels(NUMBER, DAY) + papers.table(heads, [("7", "3001234567", "17,00")]))
    with pytest.raises(pdf.UnreadablePdfError, match="no table"):
        read(content)
    found = read(content, read_mapping(["Gönderi Kodu=reference", "KIYMET=amount"]))
    (line,) = found.groups[NUMBER].data["lines"]
    assert (line["shipment"]["reference"], line["amount"]) == ("3001234567", "17.00")


def test_a_vedop_list_may_be_a_pdf_too() -> None:
    """One row an ETGB."""
    content = papers.pdf(papers.table(("ETGB NO", "İNTAÇ TARİHİ"), [(NUMBER, "03.10.2025")]))
    found = declarations.read_vedop(list_files.cells(content), date(2025, 10, 5))
    assert found.groups[NUMBER].data["closed_on"] == "2025-10-03"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\nnothing of a PDF follows", "no PDF that opens"),
        (papers.pdf("#circle()"), "no text layer"),
        (papers.pdf("Sayın yetkili, ETGB ektedir."), "no table"),
        (papers.pdf("#pagebreak()\n" * (pdf_process.MAX_PAGES + 1)), "more than 200;"),
    ],
)
def test_a_pdf_that_gives_no_table_is_refused_with_what_to_do(content: bytes, words: str) -> None:
    """Broken, a scan, a letter, too long: nothing is guessed."""
    with pytest.raises(pdf.UnreadablePdfError, match=words) as found:
        pdf_tables.rows(pdf.pages(content))
    assert "CSV or XLSX" in str(found.value)


def test_a_pdf_that_takes_too_long_is_given_up() -> None:
    """Its process is ended, and the one that asks goes on."""
    sleeping = (sys.executable, "-c", "import time; time.sleep(60)")
    with pytest.raises(pdf.UnreadablePdfError, match=r"within 0\.2 s"):
        pdf.pages(b"%PDF-1.7", within_s=0.2, command=sleeping)


def test_a_pdf_that_breaks_its_reader_is_refused() -> None:
    """Also where the library falls over with its process."""
    dying = (sys.executable, "-c", "import os; os.abort()")
    with pytest.raises(pdf.UnreadablePdfError, match="the reading ended with -6"):
        pdf.pages(b"%PDF-1.7", command=dying)
