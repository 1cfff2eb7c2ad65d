"""What a file looks like before it is imported."""

import pytest

from adapters.imports import preview, status_words
from adapters.imports.list_files import UnreadableFileError
from adapters.imports.order_rows import COLUMNS

LIST = "Beyan Kodu;Sipariş No;Tutar (EUR)\n26341453EX000001;a-1;42,00\n26341453EX000002;a-2;43,00\n;;\n"
SCANS = "Takip No,Durum,Tarih-Saat\nT1,Yolda,20.11.2026 09:10\nT2,Şubede,20.11.2026 09:10\nT3,Şubede,20.11.2026 09:10\n"


def seen(found: preview.Preview) -> dict[str, str]:
    """Headings and what they are taken for."""
    return {one.text: one.column for one in found.headings}


def test_headings_that_are_known_are_named_and_one_that_is_needed_is_missed() -> None:
    """Nobody knows what a Beyan Kodu is, and without a number a list of ETGBs says nothing."""
    found = preview.look("etgb", LIST.encode(), {}, {})
    assert seen(found) == {"Beyan Kodu": "", "Sipariş No": "reference", "Tutar (EUR)": "amount"}
    assert (found.missing, found.count) == ([("number",)], 2)
    assert found.rows[0] == ["26341453EX000001", "a-1", "42,00"]
    assert "number" in found.choices


def test_what_was_said_of_a_heading_counts() -> None:
    """Then nothing is missing."""
    found = preview.look("etgb", LIST.encode("cp1254"), {"beyan kodu": "number"}, {})
    assert (seen(found)["Beyan Kodu"], found.missing) == ("number", [])


def test_status_words_that_nobody_knows_are_asked_for_once() -> None:
    """Yolda is known, Şubede may mean two things; said once it is asked for no more."""
    assert preview.look("checkpoints", SCANS.encode(), {}, {}).words == ["Şubede"]
    said = status_words.checked({"Şubede": "ready_for_pickup"})
    assert preview.look("checkpoints", SCANS.encode(), {}, said).words == []


def test_the_tax_offices_form_has_lines_above_its_headings() -> None:
    """The headings are found where they are, as the import finds them."""
    heads = "Sıra No;Alış Faturasının Tarihi;Satıcının Vergi Kimlik Numarası / TC Kimlik Numarası;KDV'si"
    rows = f"İNDİRİLECEK KDV LİSTESİ;;;\n{heads}\n1;01.11.2026;1234567890;10\n"
    found = preview.look("purchases", rows.encode(), {}, {})
    assert found.count == 1
    assert seen(found)["Alış Faturasının Tarihi"] == "issued_on"


@pytest.mark.parametrize(
    ("heading", "missing"),
    [
        (",".join(COLUMNS), []),
        (",".join(COLUMNS[1:]), [(name,) for name in COLUMNS]),
        (",".join(COLUMNS[:-1]), [("Country",)]),
        (",".join((*COLUMNS, "More")), [COLUMNS]),
    ],
)
def test_orders_have_the_columns_of_a_shops_export_and_no_others(heading: str, missing: list[tuple[str, ...]]) -> None:
    """In its order; what the import will refuse is said before."""
    found = preview.look(
        "orders", f"{heading}\n536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n".encode(), {}, {}
    )
    assert (found.missing, found.count, found.choices) == (missing, 1, ())


def test_rows_of_purchases_that_would_be_set_aside_are_told_before() -> None:
    """By number and reason; where a column is still missing nothing is told, since nothing can be read yet."""
    heads, row = "Fatura Tarihi;Fatura No;VKN/TCKN;Matrah;KDV Tutarı", "02.11.2026;A1;4540536920;100,00;20,00"
    rows = "\n".join((heads, row, row.replace("A1", "A2").replace("6920", "6921"), row.replace("A1", "")))
    found = preview.look("purchases", rows.encode(), {}, {})
    assert found.aside == ((2, "supplier_number_wrong"), (3, "no_purchase_number"))
    assert preview.look("purchases", rows.replace("KDV Tutarı", "Tutarı").encode(), {}, {}).aside == ()


@pytest.mark.parametrize("kind", ["orders", "etgb", "checkpoints", "purchases"])
def test_an_empty_file_is_said_to_be_empty(kind: str) -> None:
    """And nothing else is said of it."""
    with pytest.raises(UnreadableFileError, match="empty"):
        preview.look(kind, b"", {}, {})
