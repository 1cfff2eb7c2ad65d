"""ORD001: rows of the order that are no lines of the shipment."""

from decimal import Decimal

from tests.unit.rules.cases import draft, first, found
from workflow.draft import SetAside, SetAsideReason

MANUAL, VOUCHER = SetAsideReason.MANUAL, SetAsideReason.GIFT_VOUCHER


def row(sku: str = "M", quantity: str | None = "2", price: str | None = "1.50") -> SetAside:
    return SetAside(MANUAL, sku, "", None if quantity is None else Decimal(quantity), None if price is None else Decimal(price))


def named(*rows: SetAside) -> str:
    return first("ORD001", draft(set_aside=rows)).params["rows"]


def test_it_warns_once_a_reason_and_says_how_much() -> None:
    """At the draft's field, in the order of the reasons."""
    given = draft(set_aside=(SetAside(VOUCHER, "GV"), row(), row("N")))
    assert found("ORD001", given) == [("warn", "set_aside", "manual"), ("warn", "set_aside", "gift_voucher")]
    assert first("ORD001", given).params == {
        "count": "2",
        "rows": "M 2 × 1.50, N 2 × 1.50",
        "amount": "6.00",
        "currency": "EUR",
    }
    assert found("ORD001", draft()) == []


def test_three_rows_are_named_and_more_are_hinted_at() -> None:
    """What could not be read is left out; where nothing could, a question mark stands."""
    assert named(row("A"), row("B"), row("C")) == "A 2 × 1.50, B 2 × 1.50, C 2 × 1.50"
    assert named(row("A"), row("B"), row("C"), row("D")) == "A 2 × 1.50, B 2 × 1.50, C 2 × 1.50, …"
    assert named(row("A", quantity=None), row("B", price=None), row("", None, None)) == "A, B, ?"
