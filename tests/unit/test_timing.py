"""Silence is noticed: one item a cause, told by the timer, gone when what was awaited comes."""

from datetime import timedelta

import pytest

from events.translate import Arrival
from tests.stories import SELLER, START, draft, etgb_number, ref, said, story
from tests.unit.test_disturbed import ops
from tests.unit.watched import Watched
from workflow.attention import OVERDUE, Reason
from workflow.deadlines import Allowances
from workflow.lifecycle import FIRST
from workflow.refund import claim_id
from workflow.stages import Stage
from workflow.waits import Wait

DRAFT, INVOICE, BOOKED, SCAN, ETGB, CLOSED, VEDOP, FILED = story(0)
STEPS = (DRAFT, INVOICE, BOOKED, SCAN, ETGB, CLOSED, VEDOP, FILED)
HELD = said("orders/shop", "shipment.drafted.v1", "held", draft("order-0", gross_weight_kg="900"))


def told(*arrivals: Arrival) -> Watched:
    """Messages, told one by one."""
    found = Watched()
    found.tell(*arrivals)
    return found


def document(number: int = 0) -> Arrival:
    """The ETGB again, with its document."""
    lines = [{"shipment": ref("order-0")}]
    data = {"number": etgb_number(number), "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    return said("courier/pts", "etgb.issued.v1", "document", data | {"document_url": "https://example.com/1.pdf"})


@pytest.mark.parametrize(
    ("before", "reason", "ends"),
    [
        ((HELD,), Reason.FINDINGS_OVERDUE, ops("amend", "a", 1, gross_weight_kg="1.2")),
        ((DRAFT,), Reason.INVOICE_OVERDUE, INVOICE),
        ((DRAFT, INVOICE, BOOKED), Reason.FIRST_SCAN_OVERDUE, SCAN),
        ((DRAFT, INVOICE, BOOKED, SCAN), Reason.ETGB_OVERDUE, ETGB),
        ((DRAFT, INVOICE, BOOKED, SCAN, ETGB, CLOSED, VEDOP), Reason.ETGB_DOCUMENT_OVERDUE, document()),
        ((DRAFT, INVOICE, BOOKED, SCAN, ETGB, document()), Reason.CLOSING_OVERDUE, CLOSED),
        ((DRAFT, INVOICE, BOOKED, SCAN, ETGB, document(), CLOSED), Reason.VEDOP_OVERDUE, VEDOP),
        ((DRAFT, INVOICE, BOOKED, SCAN, ETGB, document(), CLOSED, VEDOP), Reason.REFUND_OVERDUE, FILED),
        ((INVOICE,), Reason.PARKED_OVERDUE, DRAFT),
    ],
)
def test_what_does_not_come_is_raised_once_and_resolved_when_it_comes(
    before: tuple[Arrival, ...], reason: Reason, ends: Arrival
) -> None:
    """In time nobody is told; then there is one item, however often the timer looks; the awaited fact ends it."""
    watched = told(*before)
    assert watched.wait(days=1) == 0
    assert watched.open == {}
    watched.wait(days=99)
    assert watched.reasons - {Reason.REFUND_OVERDUE} == {reason} - {Reason.REFUND_OVERDUE}
    assert reason in watched.reasons
    assert watched.wait(days=99) == 0
    assert len(watched.open) == len(watched.reasons)
    watched.tell(ends)
    assert reason not in watched.reasons


def test_every_wait_is_tried_here() -> None:
    """The table above has each reason that silence may have, but for rights that lapse (``test_lapsing``)."""
    (mark,) = test_what_does_not_come_is_raised_once_and_resolved_when_it_comes.pytestmark  # type: ignore[attr-defined]
    assert {case[1] for case in mark.args[1]} == set(OVERDUE.values()) - {Reason.VEDOP_LAPSING, Reason.CLAIM_LAPSING}


def test_a_journey_in_time_leaves_nothing_overdue() -> None:
    """The timer says nothing that would change anything."""
    watched = told(*STEPS)
    watched.tell(document())
    assert watched.wait(days=999) == 0
    assert watched.open == {}
    assert (watched.shipment.stage, watched.shipment.due_at, watched.etgb.due_at) == (Stage.REFUND_FILED, None, None)


def test_what_moved_on_meanwhile_is_not_overdue() -> None:
    """The timer's word was on its way when the invoice came: it changes nothing, and raises nothing."""
    watched = told(DRAFT)
    due = watched.shipment.due_at
    late = watched.timer("shipment.overdue.v1", "late", shipment={"id": str(watched.shipment.id)}, due_at=due)
    watched.tell(INVOICE)
    watched.now += timedelta(days=99)
    assert watched.tell(late)[0].state == "repeated"
    assert (watched.open, watched.shipment.overdue) == ({}, False)


def test_nobody_is_told_before_the_time() -> None:
    """A timer whose clock is fast, or somebody who plays it, does not decide."""
    watched = told(DRAFT)
    due = watched.shipment.due_at
    early = watched.timer("shipment.overdue.v1", "early", shipment={"id": str(watched.shipment.id)}, due_at=due)
    assert watched.tell(early)[0].state == "repeated"
    assert watched.open == {}


def test_an_etgb_of_many_shipments_is_one_cause() -> None:
    """Three parcels on one declaration that does not close: one item, not three."""
    watched = Watched()
    for n in range(3):
        watched.tell(*[*story(n)][:4])
    lines = [{"shipment": ref(f"order-{n}")} for n in range(3)]
    data = {"number": etgb_number(9), "registered_on": "2026-11-21", "courier": "pts", "lines": lines, "document_url": "x"}
    watched.tell(said("courier/pts", "etgb.issued.v1", "all", data))
    watched.wait(days=99)
    assert [item.reason for item in watched.open.values()] == [Reason.CLOSING_OVERDUE]
    watched.tell(said("customs/feed", "etgb.closed.v1", "c", {"number": etgb_number(9), "closed_on": "2026-11-22"}))
    assert watched.open == {}
    watched.wait(days=99)
    assert [item.reason for item in watched.open.values()] == [Reason.VEDOP_OVERDUE]


def test_a_claim_of_many_shipments_is_one_cause() -> None:
    """Two shipments of one month: one item with the seller and the period; filing the claim ends it."""
    watched = Watched()
    for n in range(2):
        watched.tell(*[*story(n)][:7])
    watched.wait(days=120)
    (item,) = [item for item in watched.open.values() if item.reason is Reason.REFUND_OVERDUE]
    assert (item.shipment, item.detail) == (
        None,
        f"refund: seller {SELLER}, period 2026-11, claim {claim_id(SELLER, '2026-11', 0)}",
    )
    assert all(shipment.overdue for shipment in watched.store.world.shipments.values())
    watched.tell(FILED)
    assert Reason.REFUND_OVERDUE not in watched.reasons
    assert not any(shipment.overdue for shipment in watched.store.world.shipments.values())


def test_a_cancelled_etgb_waits_for_nothing_and_its_shipment_for_another() -> None:
    """Its items end; the shipment waits for an ETGB again."""
    watched = told(*STEPS[:5])
    watched.wait(days=99)
    assert watched.reasons == {Reason.ETGB_DOCUMENT_OVERDUE, Reason.CLOSING_OVERDUE}
    watched.tell(said("customs/feed", "etgb.cancelled.v1", "x", {"number": etgb_number(0), "reason": "wrong"}, at=watched.now))
    assert watched.open == {}
    watched.wait(days=99)
    assert watched.reasons == {Reason.ETGB_OVERDUE}


def test_an_etgb_is_the_evidence_where_no_scan_ever_shows() -> None:
    """After its allowance the parcel is taken as handed over, by the timer, at the time of the ETGB's news; nobody is asked."""
    watched = told(DRAFT, INVOICE, BOOKED, ETGB)
    assert watched.shipment.stage is Stage.INVOICED
    watched.wait(days=1)
    assert watched.shipment.stage is Stage.INVOICED
    watched.wait(days=4)
    assert (watched.shipment.stage, watched.open) == (Stage.ETGB_ISSUED, {})
    (inferred,) = [entry for entry in watched.store.log if entry.trigger == "hand_over"]
    assert (inferred.actor, inferred.occurred_at) == ("engine/timer", watched.store.log[-1].occurred_at)
    watched.tell(SCAN)
    assert (watched.shipment.stage, watched.shipment.delivery_status, watched.open) == (Stage.ETGB_ISSUED, "picked_up", {})


def test_an_etgb_that_comes_after_the_alarm_ends_it_and_is_given_its_own_time() -> None:
    """First no scan is raised; the ETGB comes: the item goes, and two working days later the hand-over is inferred."""
    watched = told(DRAFT, INVOICE, BOOKED)
    watched.wait(days=20)
    assert watched.reasons == {Reason.FIRST_SCAN_OVERDUE}
    lines = [{"shipment": ref("order-0")}]
    data = {"number": etgb_number(0), "registered_on": "2026-12-10", "courier": "pts", "lines": lines, "document_url": "x"}
    watched.tell(said("courier/pts", "etgb.issued.v1", "late", data, at=watched.now))
    assert (watched.open, watched.shipment.overdue, watched.shipment.stage) == ({}, False, Stage.INVOICED)
    watched.wait(days=5)
    assert (watched.shipment.stage, watched.open) == (Stage.ETGB_ISSUED, {})


@pytest.mark.parametrize("told_late", [True, False], ids=["booked now", "booked in time, told now"])
def test_a_booking_that_comes_after_the_alarm_gives_the_etgb_its_time(told_late: bool) -> None:
    """The ETGB was there and the number was not: the item goes with the booking, and the hand-over is inferred in its time."""
    watched = told(DRAFT, INVOICE, ETGB)
    watched.wait(days=30)
    assert Reason.FIRST_SCAN_OVERDUE in watched.reasons
    booking = {"shipment": ref("order-0"), "courier": "pts", "tracking_number": "PTS000"}
    watched.tell(said("courier/pts", "courier.booked.v1", "late", booking, at=watched.now if told_late else START))
    assert (Reason.FIRST_SCAN_OVERDUE in watched.reasons, watched.shipment.stage) == (False, Stage.INVOICED)
    watched.wait(minutes=1)
    assert watched.shipment.stage is (Stage.INVOICED if told_late else Stage.ETGB_ISSUED)
    watched.wait(days=5)
    assert (watched.shipment.stage, watched.reasons) == (
        Stage.ETGB_ISSUED,
        {Reason.ETGB_DOCUMENT_OVERDUE, Reason.CLOSING_OVERDUE},
    )


@pytest.mark.parametrize("missing", ["tracking number", "etgb"])
def test_a_hand_over_is_not_inferred_where_more_is_missing(missing: str) -> None:
    """Without a tracking number, or with an ETGB that was cancelled meanwhile, a person is asked."""
    watched = told(DRAFT, INVOICE, *([] if missing == "tracking number" else [BOOKED]), ETGB)
    if missing == "etgb":
        watched.tell(said("customs/feed", "etgb.cancelled.v1", "x", {"number": etgb_number(0), "reason": "wrong"}))
    watched.wait(days=30)
    assert watched.shipment.stage is Stage.INVOICED
    assert Reason.FIRST_SCAN_OVERDUE in watched.reasons


def test_where_an_etgb_is_never_evidence_a_person_is_asked() -> None:
    """An installation that wants a scan or a person's word for every hand-over says so."""
    watched = Watched(Allowances({Wait.EVIDENCE: None}))
    watched.tell(DRAFT, INVOICE, BOOKED, ETGB)
    watched.wait(days=30)
    assert watched.shipment.stage is Stage.INVOICED
    assert Reason.FIRST_SCAN_OVERDUE in watched.reasons


def test_the_couriers_own_allowance_counts_once_it_is_known() -> None:
    """The booking names the courier after the invoice came."""
    off = Watched(Allowances(of_courier={"pts": {Wait.FIRST_SCAN: None}}))
    off.tell(DRAFT, INVOICE)
    assert off.shipment.due_at is not None
    off.tell(BOOKED)
    assert off.shipment.due_at is None


def test_raised_and_gone_in_one_batch_is_not_raised() -> None:
    """The last word of a batch counts, for items too."""
    watched = told(DRAFT)
    watched.now += timedelta(days=99)
    shipment = watched.shipment
    due = {"shipment": {"id": str(shipment.id)}, "due_at": shipment.due_at}
    watched.together(watched.timer("shipment.overdue.v1", "x", **due), INVOICE)
    assert watched.open == {}


def test_what_an_earlier_release_let_a_shipment_wait_for_is_forgotten() -> None:
    """A shipment on an ETGB with a day of its own: the ETGB waits, not the shipment."""
    watched = told(*STEPS[:5])
    watched.shipment.due_at = watched.now
    assert watched.wait(minutes=1) == 1
    after = watched.store.world.shipments[watched.shipment.id]
    assert after.due_at is None
    assert (after.overdue, watched.open) == (False, {})


def test_only_stages_in_which_nothing_more_happens_by_itself_wait_for_nothing() -> None:
    """Beside the ETGB's stage, whose waits are the ETGB's."""
    assert {stage for stage, wait in FIRST.waits.items() if wait is None} == {
        Stage.ETGB_ISSUED,
        Stage.REFUND_FILED,
        Stage.CANCELLED,
        Stage.RETURNED,
    }


def test_an_etgb_that_is_told_again_does_not_begin_the_wait_for_the_scan_anew() -> None:
    """Couriers' lists overlap: whatever tells of the ETGB later, the hand-over is inferred when it would have been."""
    watched = told(DRAFT, INVOICE, BOOKED, ETGB)
    due = watched.shipment.due_at
    watched.wait(days=3)
    again = {"number": etgb_number(0), "registered_on": "2026-11-21", "courier": "pts", "lines": [{"shipment": ref("order-0")}]}
    watched.tell(said("customs/list", "etgb.issued.v1", "the next list", again, at=watched.now))
    assert watched.shipment.due_at == due
    watched.wait(days=5)
    assert (watched.shipment.stage, watched.reasons) == (Stage.ETGB_ISSUED, {Reason.ETGB_DOCUMENT_OVERDUE})


def test_an_etgb_that_is_told_again_leaves_the_item_of_the_scan_alone() -> None:
    """Without a tracking number nothing can be inferred: the item was raised once, and stays."""
    watched = told(DRAFT, INVOICE, ETGB)
    watched.wait(days=9)
    before = dict(watched.open)
    assert Reason.FIRST_SCAN_OVERDUE in watched.reasons
    again = {"number": etgb_number(0), "registered_on": "2026-11-21", "courier": "pts", "lines": [{"shipment": ref("order-0")}]}
    watched.tell(said("customs/list", "etgb.issued.v1", "the next list", again, at=watched.now))
    assert watched.open == before


def test_no_courier_puts_another_document_in_the_place_of_anothers() -> None:
    """The courier that made the ETGB may send it anew; of another one only the line counts."""
    watched = told(DRAFT, INVOICE, BOOKED, SCAN, ETGB, document())
    data = {"number": etgb_number(0), "registered_on": "2026-11-21", "lines": [{"shipment": ref("order-0")}]}
    for courier in ("ups", "pts"):
        url = f"https://{courier}.example/2.pdf"
        watched.tell(said(f"courier/{courier}", "etgb.issued.v1", "2", data | {"courier": courier, "document_url": url}))
        assert (watched.etgb.document_url == url) is (courier == "pts")
