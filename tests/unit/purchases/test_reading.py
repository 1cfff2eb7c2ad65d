"""Lists of purchases as GİB's forms and accounting programs have them, row by row."""

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from adapters.imports import list_files, purchases
from adapters.imports.list_files import UnreadableFileError
from adapters.imports.purchases import Beside, Reading, a_period, a_share

BESIDE = Beside("1234567890")
HEADS = "Fatura Tarihi;Fatura No;Satıcı Ünvanı;VKN/TCKN;Cinsi;Miktar;Matrah;KDV Tutarı"
ROW = "02.11.2026;TED2026000000007;İplik A.Ş.;4540536920;Pamuk ipliği;500 kg;10.000,00;2.000,00"


def read(*lines: str, beside: Beside = BESIDE) -> Reading:
    """A list of CSV lines."""
    return purchases.read(list_files.cells("\n".join(lines).encode()), beside)


def only(found: Reading) -> dict[str, Any]:
    """The one purchase, nothing set aside."""
    assert found.aside == []
    (bought,) = found.bought.values()
    return bought.data


def reasons(found: Reading) -> list[str]:
    """Why rows were set aside."""
    return [reason for _, reason, _ in found.aside]


def test_an_accounting_programs_list_is_read() -> None:
    """Turkish numbers and days; the period is that of the invoice, the kind what was said beside the file."""
    assert only(read(HEADS, ROW)) == {
        "seller": "1234567890",
        "supplier": {"tax_number": "4540536920", "name": "İplik A.Ş."},
        "invoice_number": "TED2026000000007",
        "issued_on": "2026-11-02",
        "period": "2026-11",
        "kind": "direct",
        "description": "Pamuk ipliği",
        "quantity": "500 kg",
        "net": "10000.00",
        "vat": "2000.00",
    }


GIB: list[list[Any]] = [
    ["", "Yüklenilen KDV Listesi"],
    [],
    [],
    [
        "",
        "Sıra No",
        "Alış Faturasının Tarihi",
        "Alış Faturasının Serisi",
        "Alış Faturasının Sıra No'su",
        "Satıcının Adı-Soyadı/Ünvanı",
        "Satıcının VKN/TCKN",
        "Alınan Mal/Hizmetin Cinsi",
        "Alınan Mal/Hizmetin Miktarı",
        "Alınan Mal/Hizmetin KDV Hariç Tutarı",
        "KDV'si",
        "Bünyeye Giren Mal/Hizmetin KDV'si",
        "GGB Tescil No",
        "Belgenin İndirim Hakkının Kullanıldığı KDV Dönemi",
    ],
    ["", 1, "02.11.2026", "TED", "2026000000007", "İplik A.Ş.", "4540536920", "İplik", "5", 10000, 2000, 1234.56, "", "202612"],
    ["", 2, "03.11.2026", "A5", 17, "Kargo A.Ş.", 10000017, "Taşıma", "1", 100, 20.0, 20.0, "26341200IM00137190", "202611"],
]  # fmt: skip
"""The tax office's own form: titles, headings in row 4, data from B5, series and sequence in two columns."""


def workbook(rows: list[list[Any]]) -> bytes:
    """Rows as a workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(at, place, cell)
    book.close()
    return out.getvalue()


def test_the_tax_offices_own_form_is_read() -> None:
    """Series and sequence become one number, the incurred VAT is kept to the kuruş, leading noughts of a VKN come back."""
    found = purchases.read(list_files.cells(workbook(GIB)), BESIDE)
    assert found.aside == []
    first, second = (one.data for one in found.bought.values())
    assert (first["invoice_number"], first["period"], first["incurred"]) == ("TED2026000000007", "2026-12", "1234.56")
    assert (second["invoice_number"], second["supplier"]["tax_number"]) == ("A517", "0010000017")
    assert second["customs_number"] == "26341200IM00137190"


def test_an_imports_document_is_its_customs_declaration() -> None:
    """A row without an invoice's number has the declaration's; the seller abroad has none, or the one that stands for all."""
    head, row = f"{HEADS};GGB Tescil No", ROW.replace("TED2026000000007", "").replace("4540536920", "")
    found = only(read(head, f"{row};26341200IM00137190"))
    assert (found["invoice_number"], found["customs_number"]) == ("26341200IM00137190", "26341200IM00137190")
    assert found["supplier"] == {"tax_number": "", "name": "İplik A.Ş."}
    assert only(read(HEADS, ROW.replace("4540536920", "1111111111")))["supplier"]["tax_number"] == "1111111111"


def test_a_running_number_is_no_invoice_number() -> None:
    """`Sıra No` counts the rows, unless it stands beside a series and nothing else is the invoice's number."""
    with_series = "Fatura Tarihi;Seri;Sıra No;Matrah;KDV"
    assert only(read(with_series, "02.11.2026;A;17;100;20"))["invoice_number"] == "A17"
    counted = "Sıra No;Fatura Tarihi;Fatura No;Matrah;KDV"
    assert only(read(counted, "1;02.11.2026;X9;100;20"))["invoice_number"] == "X9"
    assert reasons(read("Sıra No;Fatura Tarihi;Matrah;KDV", "1;02.11.2026;100;20")) == ["no_purchase_number"]


def test_rows_of_one_invoice_add_up() -> None:
    """One document with two VAT rates stands in two rows: 10,000.00 and 500.00 net, 2,000.00 and 50.00 VAT."""
    other = ROW.replace("10.000,00;2.000,00", "500,00;50,00")
    found = only(read(HEADS, ROW, other))
    assert (found["net"], found["vat"]) == ("10500.00", "2050.00")


def test_the_very_same_row_again_counts_once() -> None:
    """A file that was put together from two has some rows twice; it is said."""
    found = read(HEADS, ROW, ROW)
    assert reasons(found) == ["purchase_row_repeated"]
    assert [one.data["vat"] for one in found.bought.values()] == ["2000.00"]


def test_rows_of_one_invoice_must_agree() -> None:
    """Direct in one row and general in the next: the second is set aside."""
    found = read(f"{HEADS};Tür", f"{ROW};doğrudan", f"{ROW.replace('2.000,00', '3,00')};Genel Gider")
    assert reasons(found) == ["purchase_rows_differ"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Doğrudan", "direct"),
        ("GENEL GİDER", "general"),
        ("ATİK", "depreciation"),
        ("Amortisman", "depreciation"),
        ("", "general"),
    ],
)
def test_kinds_are_known_in_turkish(said: str, kind: str) -> None:
    """In whatever case; an empty cell is what was said beside the file."""
    assert only(read(f"{HEADS};Türü", f"{ROW};{said}", beside=Beside("1234567890", "general")))["kind"] == kind


def test_an_order_number_binds_a_purchase_to_a_shipment() -> None:
    """Of the same seller."""
    found = only(read(f"{HEADS};Sipariş No", f"{ROW};536370"))
    assert found["shipment"] == {"seller": "1234567890", "reference": "536370"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROW.replace("TED2026000000007", ""), "no_purchase_number"),
        (ROW.replace("02.11.2026", "dün"), "purchase_date_malformed"),
        (ROW.replace("2.000,00", "-5,00"), "purchase_amount_malformed"),
        (ROW.replace("2.000,00", ""), "purchase_amount_malformed"),
        (ROW.replace("10.000,00", "on bin"), "purchase_amount_malformed"),
        (ROW.replace("4540536920", "4540536921"), "supplier_number_wrong"),
        (ROW.replace("4540536920", "17291716050"), "supplier_number_wrong"),
        (ROW.replace("4540536920", "2222222222"), "supplier_number_wrong"),
        (ROW.replace("4540536920", "DE123456789"), "supplier_number_wrong"),
    ],
)
def test_a_row_that_says_too_little_is_set_aside(row: str, reason: str) -> None:
    """And holds no other."""
    found = read(HEADS, row, ROW.replace("0007", "0008"))
    assert reasons(found) == [reason]
    assert len(found.bought) == 1


@pytest.mark.parametrize(
    ("head", "cell", "reason"),
    [
        ("Tür", "belki", "purchase_kind_unknown"),
        ("KDV Dönemi", "202613", "purchase_period_malformed"),
        ("Pay", "1,5", "purchase_share_malformed"),
        ("Pay", "0", "purchase_share_malformed"),
        ("Bünyeye giren KDV", "2.000,01", "purchase_incurred_above"),
        ("Bünyeye giren KDV", "x", "purchase_amount_malformed"),
    ],
)
def test_what_more_a_row_says_must_make_sense(head: str, cell: str, reason: str) -> None:
    """Kind, period, share, incurred VAT."""
    assert reasons(read(f"{HEADS};{head}", f"{ROW};{cell}")) == [reason]


def test_a_missing_supplier_is_no_reason_to_leave_a_purchase_out() -> None:
    """The claim's checklist tells of it; the VAT counts."""
    assert only(read(HEADS, ROW.replace("4540536920", "")))["supplier"] == {"tax_number": "", "name": "İplik A.Ş."}


@pytest.mark.parametrize("number", ["4540536920", "17291716060", " 454 053 69 20 "])
def test_a_suppliers_number_is_a_vkn_or_a_tckn(number: str) -> None:
    """Of a company or of a person, however it is spaced."""
    supplier = only(read(HEADS, ROW.replace("4540536920", number)))["supplier"]
    assert supplier["tax_number"] == "".join(number.split())


def test_a_spreadsheets_tail_of_a_float_is_rounded() -> None:
    """2,000.0000000001 is 2,000.00."""
    assert only(read(HEADS, ROW.replace("2.000,00", "2000.0000000001")))["vat"] == "2000.00"


@pytest.mark.parametrize(
    ("text", "period"),
    [("202611", "2026-11"), ("2026-11", "2026-11"), ("11.2026", "2026-11"), ("3/2026", "2026-03"), ("202600", ""), ("x", "")],
)
def test_periods_are_months_however_they_are_written(text: str, period: str) -> None:
    """As GİB writes them, with a hyphen, or the month first."""
    assert a_period(text) == period


@pytest.mark.parametrize(
    ("text", "share"),
    [("0,35", "0.35"), ("%35", "0.35"), ("35 %", "0.35"), ("1", "1"), ("", ""), ("0", None), ("101%", None), ("x", None)],
)
def test_shares_are_parts_or_percents(text: str, share: str | None) -> None:
    """Above nought, up to one."""
    assert a_share(text) == share


@pytest.mark.parametrize("heads", ["Fatura Tarihi;Cinsi;KDV", "Fatura No;Cinsi;KDV", "Fatura No;Fatura Tarihi;Matrah"])
def test_a_list_without_number_date_or_vat_is_none(heads: str) -> None:
    """It is said which column lacks, and how to map one."""
    with pytest.raises(UnreadableFileError, match=r"no column is headed"):
        read(heads, "a;b;c")


def test_the_demonstrations_list_is_read_whole() -> None:
    """What the README says to import."""
    content = (Path(__file__).parents[3] / "deploy" / "demo" / "purchases.csv").read_bytes()
    found = purchases.read(list_files.cells(content), BESIDE)
    assert [one.data["invoice_number"] for one in found.bought.values()] == ["A000117", "B002041", "C000009"]
    assert [one.data["kind"] for one in found.bought.values()] == ["direct", "direct", "general"]
    assert found.aside == []
