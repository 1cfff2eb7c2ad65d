"""Lists of ETGBs and of what was seen in VEDOP: a wrong cell is told by its row, and holds no other."""

from datetime import date

import pytest

from adapters.imports import declarations, reasons

ETGB = "26000000EX000001"
GOOD = {"number": ETGB, "registered_on": "21.11.2026", "reference": "order-1", "amount": "1.234,56", "currency": "eur"}
TODAY = date(2026, 11, 25)


def sheet(*rows: dict[str, str]) -> list[list[str]]:
    """Rows as cells, headings first; one column has a heading that nobody knows."""
    names = ["number", "registered_on", "reference", "invoice_number", "amount", "currency", "seen_on", "closed_on", "note"]
    return [names, *([row.get(name, "") for name in names] for row in rows)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": "1"}, "etgb_number_malformed"),
        ({"reference": ""}, "no_shipment"),
        ({"registered_on": "yarın"}, "no_date"),
        ({"amount": "kırk iki"}, "amount_malformed"),
        ({"amount": "42.123"}, "amount_malformed"),
        ({"currency": "avro"}, "currency_malformed"),
        ({"invoice_number": "ABC2026000000001 ABC2026000000002 ABC2026000000003"}, "name_too_long"),
        ({"reference": "x" * 201}, "name_too_long"),
        ({"reference": "", "invoice_number": "x" * 41}, "name_too_long"),
    ],
)
def test_a_wrong_cell_of_an_etgb_list_holds_its_own_row_only(changes: dict[str, str], reason: str) -> None:
    """It is kept whole, unknown columns too, with a reason in both languages; the other row of the ETGB is taken."""
    found = declarations.read_etgbs(sheet(GOOD | changes | {"note": "Ayşe"}, GOOD), "1234567890", "pts")
    ((number, given, raw),) = found.aside
    assert (number, given) == (1, reason)
    assert raw.endswith(";Ayşe")
    assert reasons.said(given, "")["tr"] != given
    (group,) = found.groups.values()
    assert [row for row, _ in group.rows] == [2]
    assert [(line["amount"], line["currency"]) for line in group.data["lines"]] == [("1234.56", "EUR")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"seen_on": "dün"}, "seen_on_malformed"), ({"closed_on": "Kasım"}, "closed_on_malformed"), ({"number": "1"}, None)],
)
def test_a_wrong_day_in_a_vedop_list_is_no_other_day(changes: dict[str, str], reason: str | None) -> None:
    """A day that cannot be read is not taken for today, nor for none."""
    found = declarations.read_vedop(sheet({"number": ETGB} | changes), TODAY)
    assert [given for _, given, _ in found.aside] == [reason or "etgb_number_malformed"]
    assert not found.groups


@pytest.mark.parametrize("words", ["Kapanmamış", "KAPANMAMIŞ", "not closed", ""])
def test_an_etgb_that_is_not_closed_has_no_closing_day(words: str) -> None:
    """What the customs query says in its place is understood; without a day of its own it was seen today."""
    found = declarations.read_vedop(sheet({"number": ETGB, "closed_on": words}), TODAY)
    (group,) = found.groups.values()
    assert group.data == {
        "etgb_number": ETGB,
        "seen_on": "2026-11-25",
        "evidence": {"kind": "list", "reference": ""},
        "among_others": True,
    }


def test_a_marketplaces_export_is_read_as_it_comes() -> None:
    """Trendyol's field names; its day is in epoch milliseconds, and is Istanbul's. Orders without an ETGB wait for it."""
    rows = [
        ["orderNumber", "micro", "etgbNo", "etgbDate"],
        ["1045678901", "true", "25341453EX025864", "1759352400000"],
        ["1045678902", "true", "", ""],
    ]
    found = declarations.read_etgbs(rows, "1234567890", "pts")
    assert found.groups["25341453EX025864"].data == {
        "number": "25341453EX025864",
        "registered_on": "2025-10-02",
        "courier": "pts",
        "lines": [{"shipment": {"seller": "1234567890", "reference": "1045678901"}}],
    }
    assert [(number, reason) for number, reason, _ in found.aside] == [(2, "no_number")]


def test_n11s_export_is_read_as_it_comes() -> None:
    """Its names are Trendyol's, beside others; the day may be written too, and the country is the consignee's."""
    rows = [
        ["orderNumber", "countryCode", "productOrigin", "micro", "hsCode", "etgbNo", "etgbDate"],
        ["208123456789", "DE", "TR", "true", "610910", "25341453EX025864", "02.10.2025"],
        ["208123456790", "DE", "TR", "false", "", "", ""],
    ]
    found = declarations.read_etgbs(rows, "1234567890", "pts", today=TODAY)
    data = found.groups["25341453EX025864"].data
    assert data["registered_on"] == "2025-10-02"
    assert "registered_on_inferred" not in data
    assert data["lines"] == [{"shipment": {"seller": "1234567890", "reference": "208123456789"}}]
    assert [entry.line.country for entry in found.entries] == ["DE"]
    assert [(number, reason) for number, reason, _ in found.aside] == [(2, "no_number")]


def test_hepsiburadas_export_has_no_day_so_it_is_inferred() -> None:
    """Its orders name the ETGB alone: the day on which it is told stands in, and is said to be inferred."""
    rows = [["OrderNumber", "EtgbNo"], ["4123456789", "25341453EX025864"], ["4123456790", ""]]
    found = declarations.read_etgbs(rows, "1234567890", "pts", today=TODAY)
    assert found.groups["25341453EX025864"].data == {
        "number": "25341453EX025864",
        "registered_on": "2026-11-25",
        "registered_on_inferred": True,
        "courier": "pts",
        "lines": [{"shipment": {"seller": "1234567890", "reference": "4123456789"}}],
    }
    assert [(number, reason) for number, reason, _ in found.aside] == [(2, "no_number")]


def test_a_list_that_has_a_column_for_the_day_does_not_have_it_inferred() -> None:
    """A row without its day is set aside, whatever day it is today."""
    found = declarations.read_etgbs(sheet(GOOD | {"registered_on": ""}, GOOD), "1234567890", "pts", today=TODAY)
    assert [(number, reason) for number, reason, _ in found.aside] == [(1, "no_date")]


@pytest.mark.parametrize("number", ["26341200EX00137190", "26.341200.IM-00137190"])
def test_a_detailed_declaration_is_told_from_a_malformed_number(number: str) -> None:
    """18 characters are a GÇB's, which is no ETGB; the row says so in both kinds of list."""
    for found in (
        declarations.read_etgbs(sheet(GOOD | {"number": number}), "1234567890", "pts"),
        declarations.read_vedop(sheet({"number": number}), TODAY),
    ):
        assert [given for _, given, _ in found.aside] == ["not_an_etgb"]


@pytest.mark.parametrize(
    ("amount", "currency", "wanted"),
    [
        ("17,00 USD", "", ("17.00", "USD")),
        ("€ 1.234,50", "", ("1234.50", "EUR")),
        ("12.5 TL", "", ("12.5", "TRY")),
        ("12.5 USD", "eur", ("12.5", "EUR")),
    ],
)
def test_a_currency_may_stand_beside_its_amount(amount: str, currency: str, wanted: tuple[str, str]) -> None:
    """The currency's own column counts before it."""
    found = declarations.read_etgbs(sheet(GOOD | {"amount": amount, "currency": currency}), "1234567890", "pts")
    ((line,),) = (group.data["lines"] for group in found.groups.values())
    assert (line["amount"], line["currency"]) == wanted
