"""What an ETGB declares of an invoice is the sum of its lines; it is raised where that is not the invoice's amount."""

from decimal import Decimal

import pytest

from events.translate import Arrival
from tests.stories import etgb_number, ref, said, story
from tests.unit.watched import Watched
from workflow.attention import Reason

OUT = tuple(story(0))[:4]
NEIGHBOUR = tuple(story(1))[:4]
OFF = Reason.ETGB_AMOUNT_OFF
Line = tuple[str | None, str]


def declared(name: str, *lines: Line, number: str = etgb_number(0), **names: str) -> Arrival:
    """An ETGB with lines of the one order, 42.00 EUR by its invoice: amount and currency of each."""
    return said("courier/pts", "etgb.issued.v1", name, {
        "number": number, "registered_on": "2026-11-21", "courier": "pts",
        "lines": [{"shipment": names or ref("order-0"), "amount": amount, "currency": currency} for amount, currency in lines],
    })  # fmt: skip


def raised(*arrivals: Arrival) -> list[str]:
    """The details of the items that are open once all is told."""
    watched = Watched()
    watched.tell(*arrivals)
    return [item.detail for item in watched.open.values() if item.reason is OFF]


SUMS: list[tuple[tuple[Line, ...], bool]] = [
    ((("20.00", "EUR"), ("22.00", "EUR")), False),  # 42.00 of 42.00, though neither line is near it
    ((("20.00", "EUR"), ("24.10", "EUR")), False),  # 44.10 is 5.0 % above
    ((("20.00", "EUR"), ("24.11", "EUR")), True),
    ((("42.00", "EUR"), ("42.00", "EUR")), True),  # each line agrees, their sum does not
    ((("20.00", "EUR"), ("22.00", "USD")), True),  # not to be summed up
    (((None, "EUR"), ("42.00", "EUR")), False),  # a line without an amount tells nothing
    (((None, "EUR"),), False),
]


@pytest.mark.parametrize(("lines", "off"), SUMS)
def test_the_lines_of_an_order_are_summed_up_before_they_are_compared(lines: tuple[Line, ...], off: bool) -> None:
    """An ETGB may declare an order by its goods, each on a line."""
    assert bool(raised(*OUT, declared("a", *lines))) is off


def test_the_item_says_the_sum() -> None:
    """Not one of the lines, which agrees with nothing."""
    assert raised(*OUT, declared("a", ("20.00", "EUR"), ("30.00", "EUR"))) == [
        f"ETGB {etgb_number(0)}: 50.00 EUR; invoice: 42.00 EUR"
    ]


def test_lines_that_waited_are_summed_up_too() -> None:
    """The ETGB is told before the scan."""
    early = declared("a", ("20.00", "EUR"), ("22.00", "EUR"))
    assert raised(*OUT[:3], early, OUT[3]) == []


def test_lines_by_different_names_of_one_order_are_one_sum() -> None:
    """One line by the order number, one by the tracking number, in one message."""
    lines = [
        {"shipment": ref("order-0"), "amount": "20.00", "currency": "EUR"},
        {"shipment": {"courier": "pts", "tracking_number": "TRK0"}, "amount": "22.00", "currency": "EUR"},
    ]
    data = {"number": etgb_number(0), "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    assert raised(*OUT, said("courier/pts", "etgb.issued.v1", "a", data)) == []


def test_each_order_of_a_shared_etgb_is_held_against_its_own_invoice() -> None:
    """The neighbour's lines count for the neighbour alone."""
    watched = Watched()
    lines = [{"shipment": ref(f"order-{n}"), "amount": "21.00", "currency": "EUR"} for n in (0, 0, 1)]
    data = {"number": etgb_number(0), "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    watched.tell(*OUT, *NEIGHBOUR, said("courier/pts", "etgb.issued.v1", "a", data))
    (item,) = watched.open.values()
    assert (item.reason, item.shipment) == (OFF, watched.named("order-1").id)


def test_another_message_tells_the_same_lines_again_and_adds_nothing() -> None:
    """Courier and customs tell of one ETGB each in its own words: 42.00 twice is not 84.00."""
    watched = Watched()
    by_tracking = declared("b", ("42.00", "EUR"), courier="pts", tracking_number="TRK0")
    watched.tell(*OUT, declared("a", ("20.00", "EUR"), ("22.00", "EUR")), declared("again", ("42.00", "EUR")), by_tracking)
    assert watched.open == {}
    assert [watched.etgb.lines[n - 1].amount for n in watched.etgb.applied] == [Decimal("20.00"), Decimal("22.00")]


@pytest.mark.parametrize("right", [(("42.00", "EUR"),), (("20.00", "EUR"), ("22.00", "EUR"))])
def test_a_sum_that_fits_ends_the_item_and_stands_in_place_of_the_wrong_one(right: tuple[Line, ...]) -> None:
    """Told in as many lines or in fewer: claims compare with what stands."""
    watched = Watched()
    watched.tell(*OUT, declared("a", ("20.00", "EUR"), ("30.00", "EUR")))
    assert watched.reasons == {OFF}
    watched.tell(declared("b", *right))
    assert watched.open == {}
    assert sum(watched.etgb.lines[n - 1].amount or 0 for n in watched.etgb.applied) == Decimal("42.00")


def test_the_first_amount_that_is_told_is_compared_however_late_it_comes() -> None:
    """The courier tells the number alone, customs' list the amount: 47.00 of 42.00 EUR."""
    assert raised(*OUT, declared("a", (None, "EUR")), declared("b", ("47.00", "EUR"))) == [
        f"ETGB {etgb_number(0)}: 47.00 EUR; invoice: 42.00 EUR"
    ]


def test_an_invoice_over_two_etgbs_is_held_against_the_one_its_shipment_stands_on() -> None:
    """VEDOP shows of it what that one declares; the other waits, and a person sees both."""
    second = declared("b", ("17.00", "EUR"), number=etgb_number(7))
    assert raised(*OUT, declared("a", ("25.00", "EUR")), second) == [f"ETGB {etgb_number(0)}: 25.00 EUR; invoice: 42.00 EUR"]
