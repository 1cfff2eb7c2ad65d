"""Lists of ETGBs and of what was seen in VEDOP: a wrong cell is told by its row, and holds no other."""

from datetime import date

import pytest

from adapters.imports import declarations, reasons

ETGB = "26000000EX000001"
GOOD = {"number": ETGB, "registered_on": "21.11.2026", "reference": "order-1", "amount": "1.234,56", "currency": "eur"}
TODAY = date(2026, 11, 25)


def sheet(*rows: dict[str, str]) -> list[list[str]]:
    """Rows as cells, headings first; one column has a heading that nobody knows."""
    names = ["number", "registered_on", "reference", "amount", "currency", "seen_on", "closed_on", "note"]
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
    }
