"""Days of registration that nobody tells: inferred, replaced by the true one, and compared with invoices only then."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from events.translate import Arrival
from tests.stories import etgb_number, ref, said, story
from tests.unit.watched import Watched
from workflow.attention import Reason
from workflow.etgb import Etgb

OUT = tuple(story(0))[:4]
INVOICED_ON = date(2026, 11, 20)
FEW = tuple(story(1))[:4]


def etgb(name: str, day: str, *, inferred: bool = False, orders: tuple[str, ...] = ("order-0",), **more: Any) -> Arrival:
    """A message about the ETGB: Navlungo's, with the day on which it was first told, or a list's, with the true one."""
    data = {
        "number": etgb_number(0),
        "registered_on": day,
        "courier": "pts",
        "lines": [{"shipment": ref(order)} for order in orders],
        **more,
    }
    source = "courier/pts" if inferred else "customs/file"
    return said(source, "etgb.issued.v1", name, data | ({"registered_on_inferred": True} if inferred else {}))


def known(watched: Watched) -> Etgb:
    """The ETGB."""
    (found,) = watched.store.world.etgbs.values()
    return found


def told(*arrivals: Arrival) -> Watched:
    """Tell some messages, one by one."""
    watched = Watched()
    watched.tell(*arrivals)
    return watched


def reasons(watched: Watched) -> list[Reason]:
    """Why items are open."""
    return [item.reason for item in watched.open.values()]


def test_an_inferred_day_is_marked_and_raises_nothing() -> None:
    """Even where it lies before the invoice: what is not known is not held against anybody."""
    watched = told(*OUT, etgb("a", "2026-11-19", inferred=True))
    assert (known(watched).registered_on, known(watched).day_inferred) == (date(2026, 11, 19), True)
    assert reasons(watched) == []


def test_the_true_day_replaces_the_inferred_one() -> None:
    """Without an attention item where it fits; another inferred one later takes nothing back."""
    watched = told(
        *OUT, etgb("a", "2026-11-26", inferred=True), etgb("b", "2026-11-21"), etgb("c", "2026-11-20", inferred=True)
    )
    assert (known(watched).registered_on, known(watched).day_inferred) == (date(2026, 11, 21), False)
    assert reasons(watched) == []


def test_a_true_day_before_the_invoice_is_raised_when_it_comes() -> None:
    """For each shipment on the ETGB, also for one that the message with the true day does not name."""
    both = etgb("a", "2026-11-26", inferred=True, orders=("order-0", "order-1"))
    watched = told(*OUT, *FEW, both)
    assert reasons(watched) == []
    watched.tell(etgb("b", "2026-11-19"))
    assert reasons(watched) == [Reason.ETGB_BEFORE_INVOICE] * 2
    assert len({item.shipment for item in watched.open.values()}) == 2
    assert all("2026-11-19" in item.detail for item in watched.open.values())


def test_of_two_inferred_days_the_earlier_stands() -> None:
    """Nobody can tell of an ETGB before it is there."""
    for days in permutations(("2026-11-27", "2026-11-25", "2026-11-26")):
        watched = told(*OUT, *(etgb(f"m{day}", day, inferred=True) for day in days))
        assert (known(watched).registered_on, known(watched).day_inferred) == (date(2026, 11, 25), True)


@pytest.mark.parametrize("true_day", ["2026-11-19", "2026-11-22"])
def test_any_order_of_day_and_shipment_ends_alike(true_day: str) -> None:
    """Inferred, true, and the shipment's own messages after both: the same day, the same items."""
    inferred, true = etgb("a", "2026-11-26", inferred=True), etgb("b", true_day)
    wanted = [Reason.ETGB_BEFORE_INVOICE] if date.fromisoformat(true_day) < INVOICED_ON else []
    for order in ((*OUT, inferred, true), (*OUT, true, inferred), (inferred, true, *OUT), (true, *OUT, inferred)):
        watched = told(*order)
        assert (known(watched).registered_on, known(watched).day_inferred) == (date.fromisoformat(true_day), False)
        assert reasons(watched) == wanted, order


def test_what_the_etgb_waits_for_is_counted_from_the_true_day() -> None:
    """A true day that is earlier brings its waits forward."""
    watched = told(*OUT, etgb("a", "2026-11-26", inferred=True))
    before = known(watched).due_at
    watched.tell(etgb("b", "2026-11-20"))
    after = known(watched).due_at
    assert before is not None
    assert after is not None
    assert after < before


def test_another_day_that_is_told_is_raised_once_with_both() -> None:
    """The first stands, whoever tells the other, and however often."""
    watched = told(*OUT, etgb("a", "2026-11-21"), etgb("b", "2026-11-23"), etgb("c", "2026-11-23"), etgb("d", "2026-11-21"))
    assert known(watched).registered_on == date(2026, 11, 21)
    assert reasons(watched) == [Reason.ETGB_REGISTRATION_DIFFERS]
    (item,) = watched.open.values()
    assert item.detail == f"ETGB {etgb_number(0)}: 2026-11-21 first, then 2026-11-23 (customs/file)"
    assert item.etgb == etgb_number(0)


def test_another_day_that_is_inferred_is_no_contradiction() -> None:
    """It is the day on which the number was heard of, not one that anybody told."""
    assert reasons(told(*OUT, etgb("a", "2026-11-21"), etgb("b", "2026-11-26", inferred=True))) == []
