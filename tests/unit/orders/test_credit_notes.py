"""Which orders a credit note may belong to."""

from decimal import Decimal

import pytest

from adapters.imports import credit_notes
from adapters.imports.credit_notes import Sold
from adapters.imports.order_rows import Group
from tests.unit.orders.sheets import row

SIX = Sold("600001", "Customer 17850", "85123A", Decimal(6), Decimal("2.55"))


def note(*quantities: str, number: str = "C600009", **changes: str) -> Group:
    """A note that takes back some of one kind of goods."""
    return Group(number, [row(number, "85123A", number=1, quantity=quantity, **changes) for quantity in quantities])


@pytest.mark.parametrize(
    ("credited", "sold", "found"),
    [
        (note("-6"), [SIX], ["600001"]),
        (note("-2", "-4"), [SIX], ["600001"]),
        (note("-2", "-5"), [SIX], []),
        (note("-7"), [SIX, SIX], ["600001"]),
        (note("-1", price="2.56"), [SIX], []),
        (note("-1", customer="1"), [SIX], []),
        (note("-1", customer=""), [SIX], []),
        (note("-1", number="C600001"), [SIX], []),
        (note("-1", number="C600000"), [SIX], []),
        (note("-1", number="C"), [SIX], []),
        (note("1"), [SIX], []),
        (note("-1"), [], []),
    ],
)
def test_an_order_must_have_sold_all_of_it_before(credited: Group, sold: list[Sold], found: list[str]) -> None:
    """To the same customer, at the same price, as many or more over all its lines, under an earlier number."""
    assert credit_notes.orders_of(credited, sold) == found


def test_charges_and_discounts_of_a_note_decide_nothing() -> None:
    """Postage that is given back with the goods does not hide their order; a note of postage alone names none."""
    postage = row("C600009", "POST", number=2, quantity="-1", price="18")
    assert credit_notes.orders_of(Group("C600009", [*note("-6").rows, postage]), [SIX]) == ["600001"]
    assert credit_notes.orders_of(Group("C600009", [postage]), [SIX]) == []


def test_each_purchase_is_looked_up_once() -> None:
    """Whatever the number of notes; guests' are not looked up at all."""
    assert credit_notes.wanted([note("-1", "-2"), note("-1"), note("-1", customer="")]) == [("Customer 17850", "85123A")]
