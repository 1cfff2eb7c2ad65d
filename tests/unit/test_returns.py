"""Goods that come back: what is asked at each stage, what ends by itself, and that the order of the news does not matter."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.translate import Arrival
from tests.stories import SELLER, START, etgb_number, known_id, ref, said, story
from tests.unit.test_disturbed import at, courier, issued, ops, progress, scan
from tests.unit.watched import Watched
from workflow.attention import Reason
from workflow.etgb import Cause, Etgb
from workflow.lifecycle import FIRST
from workflow.refund import Claim, ClaimStatus, claim_id
from workflow.returns import CONSEQUENCES, Consequence, Standing, back_until, standing
from workflow.stages import Stage, Trigger

ORDER = ref("order-0")
TRACKED = {"courier": "pts", "tracking_number": "TRK0"}
DRAFT, INVOICE, BOOKED, SCAN, ETGB, CLOSED, VEDOP, FILED = story(0)
OUT = (DRAFT, INVOICE, BOOKED, SCAN)
BACK = ops("return_goods", "back", 30, reason="refused by the buyer")
GONE = courier("etgb.cancelled.v1", "gone", 31, number=etgb_number(0), reason="the goods came back")
AGAIN = issued(7, "again", 32)
CLOSED_AGAIN = said("customs/feed", "etgb.closed.v1", "closed-7", {"number": etgb_number(7), "closed_on": "2026-11-25"})
UNDONE = said("invoicing/nilvera", "invoice.cancelled.v1", "undone", {
    "shipment": ORDER, "number": "ABC2026000000000", "reason": "the goods came back"}, at=at(33))  # fmt: skip
DELIVERED = scan("there", 34, "delivered")
OFF = courier("etgb.cancelled.v1", "off", 31, number=etgb_number(0), reason="came back", shipment=ORDER)
SHARED = said("courier/pts", "etgb.issued.v1", "shared", {
    "number": etgb_number(0), "registered_on": "2026-11-21", "courier": "pts",
    "lines": [{"shipment": ORDER}, {"shipment": ref("order-1")}]}, at=at(4))  # fmt: skip
TOLD_AGAIN = said("courier/pts", "etgb.issued.v1", "shared again", {
    "number": etgb_number(0), "registered_on": "2026-11-21", "courier": "pts",
    "lines": [{"shipment": ORDER}, {"shipment": ref("order-1")}]}, at=at(40))  # fmt: skip
NEIGHBOUR = tuple(story(1))[:4]
CAUSE = Cause("customs/feed", "x", at(0))
REASON = {
    Consequence.CANCEL_INVOICE: Reason.INVOICE_NOT_CANCELLED,
    Consequence.CANCEL_ETGB: Reason.ETGB_NOT_CANCELLED,
    Consequence.CORRECT_ETGB: Reason.ETGB_NOT_CORRECTED,
    Consequence.BRING_IN: Reason.GOODS_NOT_BROUGHT_IN,
    Consequence.REVERSE_CLAIM: Reason.CLAIM_REVERSAL_NEEDED,
}
STAGES: list[tuple[Stage, tuple[Arrival, ...], set[Consequence]]] = [
    (Stage.HANDED_TO_COURIER, OUT, {Consequence.CANCEL_INVOICE}),
    (Stage.ETGB_ISSUED, (*OUT, ETGB), {Consequence.CANCEL_ETGB}),
    (Stage.ETGB_ISSUED, (*OUT, *NEIGHBOUR, SHARED), {Consequence.CORRECT_ETGB}),
    (Stage.ETGB_ISSUED, (*OUT, ETGB, CLOSED), {Consequence.BRING_IN}),
    (Stage.VEDOP_TRANSFERRED, (*OUT, ETGB, CLOSED, VEDOP), {Consequence.BRING_IN}),
    (Stage.VEDOP_TRANSFERRED, (*OUT, ETGB, VEDOP), {Consequence.BRING_IN}),
    (Stage.REFUND_FILED, (*OUT, ETGB, CLOSED, VEDOP, FILED), {Consequence.BRING_IN, Consequence.REVERSE_CLAIM}),
]
"""Where a shipment stands, how it came there, and all that its return asks."""


@pytest.mark.parametrize("consequence", Consequence)
@pytest.mark.parametrize(("stage", "before", "expected"), STAGES, ids=[f"{row[0]}-{n}" for n, row in enumerate(STAGES)])
def test_a_return_asks_what_its_stage_needs_and_nothing_else(
    stage: Stage, before: tuple[Arrival, ...], expected: set[Consequence], consequence: Consequence
) -> None:
    """Each stage against each consequence; an item says whose it is and names what it is about."""
    watched = Watched()
    watched.tell(*before)
    shipment = watched.named("order-0")
    assert shipment.stage is stage
    (outcome,) = watched.tell(BACK)
    assert (outcome.state, watched.named("order-0").stage) == ("applied", Stage.RETURNED)
    mine = {item.reason: item for item in watched.open.values() if str(item.shipment) == known_id(0)}
    assert set(mine) == {REASON[one] for one in expected}
    assert (REASON[consequence] in mine) == (consequence in expected)


def test_every_stage_that_allows_a_return_is_tried() -> None:
    """The table above has each, and each standing is reached."""
    assert {row[0] for row in STAGES} == {stage for stage in Stage if FIRST.allowed(stage, Trigger.RETURN_GOODS)}
    assert set(CONSEQUENCES) == set(Standing)
    assert {frozenset(row[2]) for row in STAGES} == set(CONSEQUENCES.values())


STANDINGS = [
    (None, None, Standing.UNDECLARED),
    ({}, None, Standing.DECLARED),
    ({"cancel_cause": CAUSE}, None, Standing.UNDECLARED),
    ({"closed_on": date(2026, 11, 22)}, None, Standing.EXPORTED),
    ({"vedop_seen_on": date(2026, 11, 22)}, None, Standing.EXPORTED),
    ({"closed_on": date(2026, 11, 22), "cancel_cause": CAUSE}, None, Standing.UNDECLARED),
    ({"closed_on": date(2026, 11, 22)}, ClaimStatus.OPEN, Standing.EXPORTED),
    ({"closed_on": date(2026, 11, 22)}, ClaimStatus.REVERSED, Standing.EXPORTED),
    ({"closed_on": date(2026, 11, 22)}, ClaimStatus.REJECTED, Standing.EXPORTED),  # nothing was refunded; it leaves the claim
    *(
        ({"closed_on": date(2026, 11, 22)}, status, Standing.CLAIMED)
        for status in ClaimStatus
        if status not in {ClaimStatus.OPEN, ClaimStatus.REJECTED, ClaimStatus.REVERSED}
    ),
]


@pytest.mark.parametrize(("etgb", "claim", "expected"), STANDINGS)
def test_where_goods_stand_follows_from_their_papers(
    etgb: dict[str, object] | None, claim: ClaimStatus | None, expected: Standing
) -> None:
    """Whatever way they came there; only the part of a declared one depends on whether others share its ETGB."""
    known = None if etgb is None else Etgb(etgb_number(0), date(2026, 11, 21), "pts", **etgb)  # type: ignore[arg-type]
    filed = None if claim is None else Claim(claim_id(SELLER, "2026-11", 0), SELLER, "2026-11", 0, claim)
    assert standing(known, filed, shared=False) is expected
    with_others = Standing.DECLARED_WITH_OTHERS if expected is Standing.DECLARED else expected
    assert standing(known, filed, shared=True) is with_others


def test_goods_may_come_back_free_of_duty_for_three_years() -> None:
    """To the same day of the third year; the 29th of February becomes the 28th."""
    assert back_until(date(2026, 11, 22)) == date(2029, 11, 22)
    assert back_until(date(2028, 2, 29)) == date(2031, 2, 28)


def test_the_invoice_is_asked_for_once_the_etgb_is_cancelled() -> None:
    """An invoice that is gone could not be given back to an ETGB that customs close after all."""
    watched = Watched()
    watched.policy.tasks["invoicing"] = "nilvera"
    watched.tell(*OUT, ETGB, BACK)
    asked = [task.type for changes in watched.store.changes for task in changes.tasks]
    assert "invoice_cancellation.requested.v1" not in asked
    watched.tell(GONE)
    (task,) = watched.store.changes[-1].tasks
    assert (task.family, task.type, str(task.cause.id)) == ("invoicing", "invoice_cancellation.requested.v1", "gone")
    assert (watched.open, watched.shipment.etgb_number) == ({}, "")
    watched.tell(UNDONE)
    assert (watched.shipment.invoice_number, watched.open) == ("", {})


def test_a_person_cannot_cancel_the_invoice_of_goods_under_way() -> None:
    """Who stands at the screen hears it at once; only the issuer's word, which is a fact, waits for the return."""
    watched = Watched()
    watched.tell(*OUT)
    by_hand = Arrival(UNDONE.subject, UNDONE.body, UNDONE.token, attended=True)
    (outcome,) = watched.tell(by_hand)
    assert outcome.state == "refused"
    other = {"shipment": ORDER, "number": "ABC2026000000099", "reason": "wrong"}
    (outcome,) = watched.tell(said("invoicing/nilvera", "invoice.cancelled.v1", "other", other, at=at(33)))
    assert (outcome.state, outcome.code) == ("refused", "cannot_cancel_invoice")


def test_an_issuer_that_is_not_set_is_a_persons_to_ask() -> None:
    """The item names the invoice, and ends when somebody tells that it is cancelled."""
    watched = Watched()
    watched.tell(*OUT, BACK)
    (item,) = watched.open.values()
    assert (item.reason, "ABC2026000000000" in item.detail) == (Reason.INVOICE_NOT_CANCELLED, True)
    watched.tell(UNDONE)
    assert watched.open == {}


def test_an_etgb_that_closes_after_all_means_that_the_goods_had_left() -> None:
    """Its cancellation is asked no more, the invoice stays, and the goods are to be brought in."""
    watched = Watched()
    watched.tell(*OUT, ETGB, BACK, CLOSED)
    (item,) = watched.open.values()
    assert item.reason is Reason.GOODS_NOT_BROUGHT_IN
    assert "2029-11-22" in item.detail
    assert watched.shipment.invoice_number == "ABC2026000000000"


def test_an_etgb_of_others_is_not_asked_to_be_cancelled_and_stands_for_them() -> None:
    """Only the line is; the news of that takes this shipment off, and the neighbour goes on."""
    watched = Watched()
    watched.tell(*OUT, *NEIGHBOUR, SHARED, BACK)
    assert watched.reasons == {Reason.ETGB_NOT_CORRECTED}
    watched.tell(OFF)
    assert watched.reasons == {Reason.INVOICE_NOT_CANCELLED}
    assert (watched.named("order-0").etgb_number, watched.named("order-1").stage) == ("", Stage.ETGB_ISSUED)
    watched.tell(CLOSED, VEDOP)
    assert watched.named("order-1").stage is Stage.VEDOP_TRANSFERRED
    assert watched.reasons == {Reason.INVOICE_NOT_CANCELLED}


def test_a_line_that_joins_later_makes_the_etgb_a_shared_one() -> None:
    """What was to be cancelled as a whole is to be corrected now."""
    watched = Watched()
    watched.tell(*OUT, *NEIGHBOUR, ETGB, BACK)
    assert watched.reasons == {Reason.ETGB_NOT_CANCELLED}
    watched.tell(SHARED)
    assert watched.reasons == {Reason.ETGB_NOT_CORRECTED}


def test_a_line_is_taken_off_a_shipment_that_goes_on_too() -> None:
    """Where nothing came back it waits for another ETGB; the courier's word twice is one; the word before the line waits."""
    for order in ((SHARED, OFF), (OFF, SHARED)):
        watched = Watched()
        watched.tell(*OUT, *NEIGHBOUR, *order)
        assert (watched.named("order-0").stage, watched.named("order-1").stage) == (Stage.HANDED_TO_COURIER, Stage.ETGB_ISSUED)
        assert not any(watched.store.world.waiting.values())
    foreign = said("courier/x", "etgb.cancelled.v1", "f", {"number": etgb_number(0), "reason": "mine", "shipment": ORDER})
    watched.tell(foreign)
    assert watched.reasons == {Reason.MESSAGE_REFUSED}


@pytest.mark.parametrize("before", [(), (BACK,)], ids=["corrected", "returned"])
def test_a_line_that_was_taken_off_is_not_put_back_by_a_list(before: tuple[Arrival, ...]) -> None:
    """Lists overlap: the same ETGB told again, under another id and by other names, is old news of this line."""
    watched = Watched()
    by_number = {"number": etgb_number(0), "registered_on": "2026-11-21", "courier": "pts", "lines": [{"shipment": TRACKED}]}
    watched.tell(*OUT, *NEIGHBOUR, SHARED, *before, OFF)
    stage = watched.named("order-0").stage
    again = said("courier/pts", "etgb.issued.v1", "by its tracking number", by_number, at=at(41))
    off_again = courier("etgb.cancelled.v1", "off again", 42, number=etgb_number(0), reason="came back", shipment=ORDER)
    outcomes = watched.tell(TOLD_AGAIN, again, off_again)
    assert [outcome.state for outcome in outcomes[1:]] == ["repeated", "repeated"]
    assert (watched.named("order-0").stage, watched.named("order-0").etgb_number) == (stage, "")
    assert watched.named("order-1").etgb_number == etgb_number(0)
    assert not any(watched.store.world.waiting.values())


def test_a_person_can_put_a_line_back() -> None:
    """It was taken off by mistake; from then on lists may tell of it again, and it may be taken off again."""
    watched = Watched()
    back_on = {"number": etgb_number(0), "registered_on": "2026-11-21"}
    watched.tell(*OUT, *NEIGHBOUR, SHARED, OFF, ops("issue_etgb", "back on", 43, **back_on))
    assert (watched.named("order-0").stage, watched.named("order-0").etgb_number) == (Stage.ETGB_ISSUED, etgb_number(0))
    watched.tell(
        courier("etgb.cancelled.v1", "off at last", 44, number=etgb_number(0), reason="wrong", shipment=ORDER), TOLD_AGAIN
    )
    assert watched.named("order-0").stage is Stage.HANDED_TO_COURIER


def test_a_person_hears_that_a_returned_shipment_has_no_etgb_to_cancel_by_hand() -> None:
    """The trigger belongs to etgb_issued; what the courier did with the line is the courier's to tell."""
    watched = Watched()
    watched.tell(*OUT, ETGB, BACK)
    body = ops("cancel_etgb", "by hand", 35, reason="taken off")
    (outcome,) = watched.tell(Arrival(body.subject, body.body, body.token, attended=True))
    assert (outcome.state, outcome.code) == ("refused", "cannot_cancel_etgb")


def test_a_returned_shipment_leaves_its_open_claim() -> None:
    """It is counted in none, and comes into none when more is told; the claim's other shipments are filed without it."""
    watched = Watched()
    other = tuple(story(1, claim=False))
    watched.tell(*OUT, ETGB, CLOSED, VEDOP, *other)
    (claim,) = watched.store.world.claims.values()
    assert len(watched.store.world.of(f"claim:{claim.id}")) == 2
    watched.tell(BACK, FILED)
    assert (watched.named("order-0").claim, watched.named("order-0").stage) == (None, Stage.RETURNED)
    assert watched.named("order-1").stage is Stage.REFUND_FILED
    assert [s.reference for s in watched.store.world.of(f"claim:{claim.id}")] == ["order-1"]


def test_a_late_claim_is_asked_for_no_more_when_its_last_shipment_leaves() -> None:
    """While it has another one it is."""
    watched = Watched()
    other = tuple(story(1, claim=False))
    watched.tell(*OUT, ETGB, CLOSED, VEDOP, *other)
    watched.wait(days=120)
    assert Reason.REFUND_OVERDUE in watched.reasons
    watched.tell(BACK)
    assert Reason.REFUND_OVERDUE in watched.reasons
    watched.tell(said("ops/ayse", "shipment.return_goods.v1", "back-1", {"shipment": ref("order-1"), "reason": "lost"}))
    assert watched.reasons == {Reason.GOODS_NOT_BROUGHT_IN}


def test_a_claim_is_to_be_filed_no_more_when_its_last_shipment_leaves() -> None:
    """While it has another one it is."""
    watched = Watched()
    awaited = {"claim": str(claim_id(SELLER, "2026-11", 0))}
    watched.tell(*OUT, ETGB, CLOSED, VEDOP, *story(1, claim=False))
    watched.tell(said("tax_office/manual", "claim.filing_awaited.v1", "awaited", awaited), BACK)
    assert Reason.CLAIM_TO_FILE in watched.reasons
    watched.tell(said("ops/ayse", "shipment.return_goods.v1", "back-1", {"shipment": ref("order-1"), "reason": "lost"}))
    assert watched.reasons == {Reason.GOODS_NOT_BROUGHT_IN}


def test_a_reversed_claim_is_not_asked_to_be_reversed() -> None:
    """The tax office was told before the goods were back."""
    watched = Watched()
    watched.tell(*OUT, ETGB, CLOSED, VEDOP, FILED, progress("reversed", 20), BACK)
    assert watched.reasons == {Reason.GOODS_NOT_BROUGHT_IN}


def test_nothing_is_awaited_of_goods_that_came_back() -> None:
    """Neither they nor an ETGB that has only them fall due any more; what was overdue is over."""
    watched = Watched()
    watched.tell(*OUT, ETGB)
    watched.wait(days=30)
    assert {Reason.ETGB_DOCUMENT_OVERDUE, Reason.CLOSING_OVERDUE} <= watched.reasons
    watched.tell(BACK)
    assert (watched.reasons, watched.etgb.due_at, watched.shipment.due_at) == ({Reason.ETGB_NOT_CANCELLED}, None, None)
    watched.tell(CLOSED)
    assert watched.wait(days=400) == 0


def test_an_etgb_waits_as_long_as_one_of_its_shipments_does() -> None:
    """The neighbour still needs its document and its closing."""
    watched = Watched()
    watched.tell(*OUT, *NEIGHBOUR, SHARED, BACK)
    assert watched.etgb.due_at is not None
    watched.wait(days=30)
    assert Reason.CLOSING_OVERDUE in watched.reasons


def test_an_etgb_is_late_again_for_a_shipment_that_joins_after_the_others_came_back() -> None:
    """Its items ended with the last of the others; the newcomer waits for the same document and closing, so they are back."""
    watched = Watched()
    watched.tell(*OUT, ETGB)
    watched.wait(days=30)
    watched.tell(BACK, *NEIGHBOUR, SHARED)
    assert not {Reason.ETGB_DOCUMENT_OVERDUE, Reason.CLOSING_OVERDUE} & watched.reasons
    watched.wait(minutes=1)
    assert {Reason.ETGB_DOCUMENT_OVERDUE, Reason.CLOSING_OVERDUE} <= watched.reasons
    assert watched.wait(days=1) == 0


def test_goods_that_never_left_can_only_be_cancelled() -> None:
    """A return that is told before the hand-over waits for it."""
    watched = Watched()
    outcomes = watched.tell(DRAFT, INVOICE, BOOKED, BACK, SCAN)
    assert [one.state for one in outcomes] == ["applied"] * 3 + ["parked", "applied"]
    assert watched.shipment.stage is Stage.RETURNED


def left(*arrivals: Arrival) -> tuple[object, ...]:
    """What some news leaves: stage, ETGB, claim, open items, what waits, what was refused.

    It is all received once it has all happened, whatever comes first.
    """
    watched = Watched(now=START + timedelta(days=2))
    watched.tell(*arrivals)
    shipment = watched.named("order-0")
    return (
        shipment.stage,
        shipment.etgb_number,
        shipment.claim,
        shipment.due_at,
        sorted(item.reason for item in watched.open.values() if item.shipment == shipment.id),
        [part.message.id for parts in watched.store.world.waiting.values() for part in parts],
        [one.code for changes in watched.store.changes for one in changes.refused],
    )


NEWS: dict[str, tuple[Arrival, ...]] = {
    "the export runs on": (BACK, ETGB, CLOSED, VEDOP, DELIVERED),
    "the ETGB is cancelled": (BACK, ETGB, GONE, DELIVERED),
    "the ETGB is made again": (BACK, ETGB, GONE, AGAIN),
    "the ETGB is made again and closed": (BACK, ETGB, GONE, AGAIN, CLOSED_AGAIN),
    "the invoice is cancelled": (BACK, ETGB, GONE, UNDONE),
    "the invoice is cancelled and no ETGB was made": (BACK, UNDONE, DELIVERED),
    "the invoice is cancelled and the ETGB closes": (BACK, ETGB, CLOSED, UNDONE),
    "the line is taken off": (BACK, SHARED, OFF, DELIVERED),
    "the line is taken off and told again": (BACK, SHARED, OFF, TOLD_AGAIN),
}
"""News around a return."""


@settings(max_examples=150)
@given(st.data())
def test_news_around_a_return_ends_alike_in_any_order(data: st.DataObject) -> None:
    """Stage, ETGB, claim, open items, what waits and what was refused do not depend on which was told first, or twice."""
    news = NEWS[data.draw(st.sampled_from(sorted(NEWS)))]
    told = data.draw(st.permutations(news))
    again = data.draw(st.lists(st.sampled_from(told), max_size=2))
    end = left(*OUT, *NEIGHBOUR, *news)
    assert end[0] is Stage.RETURNED
    assert (end[5], end[6]) == ([], [])
    assert left(*OUT, *NEIGHBOUR, *told, *again) == end


def test_the_log_of_a_return_has_no_gap() -> None:
    """What comes after it is noted and moves nothing."""
    watched = Watched()
    watched.tell(*OUT, ETGB, BACK, CLOSED, VEDOP, DELIVERED)
    log = watched.store.log
    assert all(a.target is b.origin and a.sequence + 1 == b.sequence for a, b in pairwise(log))
    assert log[-1].target is Stage.RETURNED
    assert watched.shipment.vedop_seen_on == date(2026, 11, 23)
