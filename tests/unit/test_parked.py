"""Messages that wait for something that does not come: one item for each thing, ended when nothing waits for it any more."""

from datetime import timedelta

import orjson
import pytest

from events.translate import Arrival
from tests.stories import SELLER, etgb_number, known_id, ref, said, story
from tests.unit.test_disturbed import at, courier, issued, ops, progress
from tests.unit.watched import Watched
from workflow.attention import Reason
from workflow.deadlines import Allowances
from workflow.stages import Stage
from workflow.waits import Wait

DRAFT, INVOICE, BOOKED, SCAN, ETGB, CLOSED, VEDOP, FILED = story(0)
OUT = (DRAFT, INVOICE, BOOKED, SCAN)
NEIGHBOUR = tuple(story(1))[:4]
OTHERS = said("courier/pts", "etgb.issued.v1", "others", {
    "number": etgb_number(0), "registered_on": "2026-11-21", "courier": "pts",
    "lines": [{"shipment": ref("order-1")}]})  # fmt: skip
BACK = ops("return_goods", "back", 30, reason="refused by the buyer")
UNDONE = said("invoicing/nilvera", "invoice.cancelled.v1", "undone", {
    "shipment": ref("order-0"), "number": "ABC2026000000000", "reason": "in the portal"}, at=at(33))  # fmt: skip


def scans(number: int, tracking_number: str = "PTS-NOBODYS") -> list[Arrival]:
    """So many scans of a parcel that nobody booked."""
    at_once = {"courier": "pts", "tracking_number": tracking_number, "status": "in_transit"}
    return [
        said("courier/pts", "courier.checkpoint.v1", f"{tracking_number}-{n}", at_once | {"occurred_at": at(n).isoformat()})
        for n in range(number)
    ]


@pytest.mark.parametrize(
    ("early", "comes"),
    [
        (INVOICE, DRAFT),
        (SCAN, BOOKED),
        (CLOSED, ETGB),
        (VEDOP, ETGB),
        (ETGB, DRAFT),
    ],
    ids=["an order", "a tracking number", "an ETGB that closes", "an ETGB in VEDOP", "the order of an ETGB's line"],
)
def test_what_never_comes_is_raised_once_and_over_when_it_comes(early: Arrival, comes: Arrival) -> None:
    """In five working days nobody is told; then there is one item, which the awaited thing ends by itself."""
    watched = Watched()
    watched.tell(*(() if comes is DRAFT else (DRAFT, INVOICE)), early)
    watched.wait(days=3)
    assert Reason.PARKED_OVERDUE not in watched.reasons
    watched.wait(days=5)
    (item,) = [one for one in watched.open.values() if one.reason is Reason.PARKED_OVERDUE]
    assert item.message == identity(early)
    before = watched.open.copy()
    watched.wait(days=1)
    assert {one for one in watched.open.values() if one.reason is Reason.PARKED_OVERDUE} == {before[item.id]}
    watched.tell(comes)
    assert Reason.PARKED_OVERDUE not in watched.reasons


def identity(arrival: Arrival) -> tuple[str, str]:
    """The identity of a message."""
    body = orjson.loads(arrival.body)
    return body["source"], body["id"]


def test_twenty_scans_of_one_unknown_number_are_one_cause() -> None:
    """The item counts them and names the number, the courier and the first; those that come later are its own too."""
    watched = Watched()
    watched.tell(*scans(20), *scans(1, "PTS-ANOTHER"))
    watched.wait(days=9)
    first, other = sorted(watched.open.values(), key=lambda item: item.detail, reverse=True)
    assert first.detail.startswith(
        "tracking number PTS-NOBODYS of pts: 20 waiting since 2026-11-20, first courier.checkpoint.v1 "
    )
    assert "PTS-ANOTHER" in other.detail
    watched.tell(*scans(21)[20:])
    assert watched.wait(days=30) == 0
    assert len(watched.open) == 2
    watched.tell(DRAFT, INVOICE)
    number = {"shipment": ref("order-0"), "courier": "pts", "tracking_number": "PTS-NOBODYS"}
    watched.tell(said("courier/pts", "courier.booked.v1", "booked at last", number))
    assert watched.shipment.stage is Stage.HANDED_TO_COURIER
    assert set(watched.open) == {other.id}


def test_nobody_is_asked_for_the_etgbs_of_others_in_a_list_of_vedop() -> None:
    """It names all that a company declared: one that is not known waits unnoticed, and applies should it become known."""
    seen = {"etgb_number": etgb_number(0), "seen_on": "2026-11-23", "evidence": {"kind": "list"}, "among_others": True}
    watched = Watched()
    watched.tell(said("tax_office/liste", "vedop.transferred.v1", "row 7", seen))
    watched.wait(days=9)
    assert watched.open == {}
    watched.tell(*OUT, ETGB)
    assert watched.shipment.stage is Stage.VEDOP_TRANSFERRED
    watched = Watched()
    watched.tell(said("tax_office/liste", "vedop.transferred.v1", "row 7", seen), CLOSED)
    watched.wait(days=9)
    assert watched.reasons == {Reason.PARKED_OVERDUE}, "what customs tell of an ETGB is asked about as before"


def test_a_lost_order_is_one_item_however_its_counterparts_name_it() -> None:
    """The invoice names the order, the scans name the number that is booked for it: what is missing is the order."""
    watched = Watched()
    watched.tell(INVOICE, BOOKED, SCAN)
    watched.wait(days=9)
    (item,) = watched.open.values()
    assert item.reason is Reason.PARKED_OVERDUE
    assert watched.wait(days=3) == 1, "the number is looked at again, in case the booking goes and the scans stay"
    assert len(watched.open) == 1
    watched.tell(DRAFT)
    assert (watched.shipment.stage, watched.open) == (Stage.HANDED_TO_COURIER, {})


def test_a_booking_that_comes_late_joins_the_item_of_its_number_with_that_of_its_order() -> None:
    """The scans were asked about first; from then on the order is what is asked for."""
    watched = Watched()
    watched.tell(SCAN)
    watched.wait(days=9)
    assert len(watched.open) == 1
    watched.tell(BOOKED)
    assert watched.open == {}
    watched.wait(days=9)
    (item,) = watched.open.values()
    assert item.message == identity(BOOKED)


def test_one_that_is_ignored_is_not_raised_again() -> None:
    """A person resolved the item: what else comes for the same waits with the others, and nobody is asked twice."""
    watched = Watched()
    watched.tell(*scans(1))
    watched.wait(days=9)
    watched.open.clear()
    watched.tell(*scans(3))
    assert watched.wait(days=30) == 0
    assert watched.open == {}


def test_one_that_is_refused_when_its_time_comes_is_over() -> None:
    """It does not wait any more; why it was refused is another item."""
    watched = Watched()
    other = ops("amend", "early", 1, reference="another")
    watched.tell(other)
    watched.wait(days=9)
    assert watched.reasons == {Reason.PARKED_OVERDUE}
    watched.tell(DRAFT)
    assert watched.reasons == {Reason.MESSAGE_REFUSED}


def test_an_order_that_is_known_has_its_own_allowance() -> None:
    """A line that waits for the hand-over, an invoice for findings: the shipment's item tells of it, and it alone."""
    watched = Watched()
    watched.tell(DRAFT, ETGB)
    watched.wait(days=30)
    assert watched.reasons == {Reason.INVOICE_OVERDUE, Reason.ETGB_DOCUMENT_OVERDUE, Reason.CLOSING_OVERDUE}


@pytest.mark.parametrize("before", [(), (ETGB,), (ETGB, CLOSED, VEDOP), (ETGB, CLOSED, VEDOP, FILED)])
def test_an_invoice_cancelled_under_way_is_asked_after(before: tuple[Arrival, ...]) -> None:
    """Nothing else awaits the return that would explain it; the item is the shipment's, and the return ends it."""
    watched = Watched()
    watched.tell(*OUT, *before, UNDONE)
    watched.wait(days=9)
    (item,) = [one for one in watched.open.values() if one.reason is Reason.PARKED_OVERDUE]
    assert (str(item.shipment), item.detail.split(":")[0]) == (known_id(0), "order order-0")
    watched.tell(BACK)
    if not before:
        assert watched.open == {}
    watched.tell(courier("etgb.cancelled.v1", "gone", 31, number=etgb_number(0), reason="came back"))
    assert Reason.PARKED_OVERDUE not in watched.reasons


def test_an_order_that_has_come_is_asked_after_again_where_nothing_else_tells() -> None:
    """Its line was taken off an ETGB that never had it: first the order is missing, then, of goods that came back, the line."""
    watched = Watched()
    off = courier("etgb.cancelled.v1", "off", 31, number=etgb_number(0), reason="came back", shipment=ref("order-0"))
    watched.tell(*NEIGHBOUR, OTHERS, off)
    watched.wait(days=9)
    assert Reason.PARKED_OVERDUE in watched.reasons
    watched.tell(*OUT)
    assert Reason.PARKED_OVERDUE not in watched.reasons
    watched.tell(BACK)
    watched.wait(days=9)
    (item,) = [one for one in watched.open.values() if one.reason is Reason.PARKED_OVERDUE]
    assert str(item.shipment) == known_id(0)
    assert item.detail.startswith("order order-0: 1 waiting")


def test_a_claim_that_is_unknown_or_not_filed_is_asked_for() -> None:
    """News of its progress waits for the petition."""
    watched = Watched()
    watched.tell(progress("approved", 20))
    watched.wait(days=9)
    (item,) = watched.open.values()
    assert item.detail.startswith("claim ")


def test_the_allowance_is_the_installations_own() -> None:
    """Of a courier too; switched off, nobody is told, however long it lasts."""
    never = Watched(Allowances({Wait.PARKED: None}))
    never.tell(*scans(1))
    assert (never.wait(days=400), never.open) == (0, {})
    courier_alone = Watched(Allowances(of_courier={"pts": {Wait.PARKED: None}}))
    courier_alone.tell(*scans(1), INVOICE)
    courier_alone.wait(days=9)
    assert ["pts" in item.detail for item in courier_alone.open.values()] == [False]


def test_raised_and_over_in_one_batch_is_not_raised() -> None:
    """The awaited thing comes with the timer's word."""
    watched = Watched()
    watched.tell(INVOICE)
    watched.now += timedelta(days=9)
    watched.together(
        watched.timer("message.overdue.v1", "x", waits_on=f"id:{known_id(0)}", about=f"order order-0 of {SELLER}"), DRAFT
    )
    assert watched.open == {}


def test_an_order_that_has_come_ends_the_item_though_its_line_waits_on() -> None:
    """The line waits for the hand-over of an order that is known by now, whose own items tell the rest."""
    watched = Watched()
    watched.tell(issued(0, "line", 3))
    watched.wait(days=9)
    assert watched.reasons >= {Reason.PARKED_OVERDUE}
    watched.tell(DRAFT)
    assert Reason.PARKED_OVERDUE not in watched.reasons
    watched.wait(days=30)
    assert Reason.PARKED_OVERDUE not in watched.reasons
