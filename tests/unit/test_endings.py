"""Whatever cause can go, its item is resolved by Kervan itself: each reason, with the news that ends it."""

from typing import Any

import pytest

from events import topology
from events.translate import Arrival
from tests.stories import SELLER, draft, etgb_number, invoice, known_id, ref, said, story
from tests.unit.test_disturbed import at, courier, issued, ops, progress, scan
from tests.unit.test_timing import test_what_does_not_come_is_raised_once_and_resolved_when_it_comes as silence
from tests.unit.watched import Watched
from workflow.attention import Reason
from workflow.endings import ENDED_BY, ENDS
from workflow.refund import claim_id
from workflow.stages import Trigger

ORDER = ref("order-0")
DRAFT, INVOICE, BOOKED, SCAN, ETGB, CLOSED, VEDOP, FILED = story(0)
OUT = (DRAFT, INVOICE, BOOKED, SCAN)
NEIGHBOUR = tuple(story(1))[:4]
IN_VEDOP = (*OUT, ETGB, CLOSED, VEDOP)

CANCEL = ops("cancel", "cancel", 10, reason="withdrawn")
AMEND = ops("amend", "amend", 10, incoterm="DDP")
LINES = ops("amend", "lines", 10, lines=draft("x")["lines"][:1])
BACK = ops("return_goods", "back", 30, reason="refused by the buyer")
CANCEL_INVOICE = ops("cancel_invoice", "invoice gone", 10, reason="wrong")
WARNED = said("ops/ayse", "shipment.invoice.v1", "warned", invoice("order-0", 0) | {"warnings": ["INV009"]})
CANCEL_ETGB = courier("etgb.cancelled.v1", "gone", 12, number=etgb_number(0), reason="wrong")
REVERSED = progress("reversed", 40)


def rejection(about: str) -> Arrival:
    """The issuer's word."""
    data = {"shipment": ORDER, "about": about, "reason": "3009", "number": "KRV2026000000001"}
    return said("invoicing/nilvera", "invoice.rejected.v1", about, data)


def remark(what: str) -> Arrival:
    """The order channel's word on an order."""
    data = {"shipment": ORDER, "remark": what, "about": "C536379", "detail": "two rows"}
    return said("orders/shop", "order.remarked.v1", what, data)


EARLY = said("courier/pts", "etgb.issued.v1", "early", {
    "number": etgb_number(0), "registered_on": "2026-11-19", "courier": "pts", "lines": [{"shipment": ORDER}]})  # fmt: skip
OFF = issued(0, "off", 5, amount="99.00", currency="EUR")
RIGHT = issued(0, "right", 6, amount="42.00", currency="EUR")
OTHER_DAY = said("customs/feed", "etgb.closed.v1", "other", {"number": etgb_number(0), "closed_on": "2026-11-25"})
TOO_EARLY = said("customs/feed", "etgb.closed.v1", "early", {"number": etgb_number(0), "closed_on": "2026-11-20"})
CORRECTED = said("ops/ayse", "etgb.correct_closing.v1", "corrected", {
    "number": etgb_number(0), "closed_on": "2026-11-25", "reason": "customs confirmed it"})  # fmt: skip
WRONG = said("invoicing/file", "invoice.issued.v1", "wrong", invoice("order-0", 0, total="41.00"))
NOT_CANCELLED = rejection("not_cancelled")


def undone(number: str, name: str = "undone", **more: Any) -> Arrival:
    """The issuer's word that an invoice is cancelled."""
    data = {"shipment": ORDER, "number": number, "reason": "in the portal", **more}
    return said("invoicing/nilvera", "invoice.cancelled.v1", name, data, at=at(12))


OWN = "ABC2026000000000"
UNDONE = undone(OWN)
OLD_UNDONE = undone("KRV2026000000001", shipment_sequence=0)
ANOTHER = said("invoicing/nilvera", "invoice.issued.v1", "another", invoice("order-0", 2, shipment_sequence=1))

SHARED = said("courier/pts", "etgb.issued.v1", "shared", {
    "number": etgb_number(0), "registered_on": "2026-11-21", "courier": "pts",
    "lines": [{"shipment": ORDER}, {"shipment": ref("order-1")}]})  # fmt: skip
OFF_LINE = courier("etgb.cancelled.v1", "off", 31, number=etgb_number(0), reason="came back", shipment=ORDER)

ACME = (DRAFT, INVOICE, said("courier/acme", "courier.booked.v1", "b", {
    "shipment": ORDER, "courier": "acme", "tracking_number": "A1"}))  # fmt: skip
FOLLOWED = said(topology.TASKS_DESK, "task.failed.v1", "failed", {
    "subject": "kervan.task.courier.navlungo", "code": "not_found", "detail": "it knows no such parcel", "tries": 12,
    "task": {"id": f"pickup.requested.v1:{known_id(0)}:2", "type": "pickup.requested.v1",
             "data": {"shipment": {"id": known_id(0)}}}})  # fmt: skip
ASKED_FOR = said(topology.TASKS_DESK, "task.failed.v1", "no invoice", {
    "subject": "kervan.task.invoicing.nilvera", "code": "failed", "detail": "KeyError", "tries": 12,
    "task": {"id": f"invoice.requested.v1:{known_id(0)}:1", "type": "invoice.requested.v1",
             "data": {"shipment": {"id": known_id(0)}}}})  # fmt: skip
TAKEN = said("courier/acme", "courier.checkpoint.v1", "t", {
    "courier": "acme", "tracking_number": "A1", "status": "picked_up", "occurred_at": "2026-11-21T09:00:00+03:00"})  # fmt: skip

AWAITED = said("tax_office/manual", "claim.filing_awaited.v1", "awaited", {"claim": str(claim_id(SELLER, "2026-11", 0))})
QUESTION, ANSWER = (
    said("tax_office/vedop", "claim.progressed.v1", name, {
        "claim": str(claim_id(SELLER, "2026-11", 0)), "status": "under_review", "on": "2026-12-01", **more})
    for name, more in (("q", {"note": "which rate?", "due_on": "2026-12-10"}), ("a", {"answered": True}))
)  # fmt: skip

APPROVED, PAID_MORE, APPROVED_REST = (
    said("tax_office/vedop", "claim.progressed.v1", name, {
        "claim": str(claim_id(SELLER, "2026-11", 0)), "status": status, "on": "2026-12-01", "amount": amount})
    for name, status, amount in (("some", "approved", "5.00"), ("more", "paid", "8.00"), ("rest", "approved", "3.00"))
)  # fmt: skip

CASES: list[tuple[Reason, tuple[Arrival, ...], Arrival]] = [
    (Reason.CLAIM_TO_FILE, (*IN_VEDOP, AWAITED), FILED),
    (Reason.CLAIM_TO_FILE, (*IN_VEDOP, AWAITED), BACK),
    (Reason.ETGB_BEFORE_INVOICE, (*OUT, EARLY), CANCEL_ETGB),
    (Reason.ETGB_BEFORE_INVOICE, (*OUT, EARLY), BACK),
    (Reason.CLAIM_QUESTION, (*IN_VEDOP, FILED, QUESTION), ANSWER),
    (Reason.CLAIM_QUESTION, (*IN_VEDOP, FILED, QUESTION), progress("approved", 40)),
    (Reason.CLAIM_PAID_ABOVE, (*IN_VEDOP, FILED, APPROVED, PAID_MORE), APPROVED_REST),
    (Reason.ETGB_AMOUNT_OFF, (*OUT, OFF), CANCEL_ETGB),
    (Reason.ETGB_AMOUNT_OFF, (*OUT, OFF), BACK),
    (Reason.ETGB_AMOUNT_OFF, (*OUT, OFF), RIGHT),
    (Reason.ETGB_AMOUNT_OFF, (*OUT, OFF), ops("cancel_etgb", "off", 9, reason="wrong amount")),
    (Reason.ETGB_CANCELLED_LATE, (*IN_VEDOP, CANCEL_ETGB), BACK),
    (Reason.ETGB_CANCELLED_LATE, (*IN_VEDOP, FILED, CANCEL_ETGB), REVERSED),
    (Reason.ETGB_REGISTRATION_DIFFERS, (*OUT, ETGB, EARLY), CANCEL_ETGB),
    (Reason.ETGB_CLOSING_DIFFERS, (*OUT, ETGB, CLOSED, OTHER_DAY), CANCEL_ETGB),
    (Reason.ETGB_CLOSING_UNLIKELY, (*OUT, ETGB, TOO_EARLY), CANCEL_ETGB),
    (Reason.ETGB_CLOSING_DIFFERS, (*OUT, ETGB, CLOSED, OTHER_DAY), CORRECTED),
    (Reason.ETGB_CLOSING_UNLIKELY, (*OUT, ETGB, TOO_EARLY), CORRECTED),
    (Reason.GOODS_COMING_BACK, (*OUT, scan("returned", 20, "returned")), BACK),
    (Reason.GOODS_COMING_BACK, (*OUT, scan("returned", 20, "returned")), scan("there", 22, "delivered")),
    (Reason.CLAIM_REVERSAL_NEEDED, (*IN_VEDOP, FILED, BACK), REVERSED),
    (Reason.ORDER_CREDITED, (DRAFT, remark("credit_note")), CANCEL),
    (Reason.ORDER_CREDITED, (DRAFT, remark("credit_note")), LINES),
    (Reason.ORDER_CREDITED, (*OUT, remark("credit_note")), BACK),
    (Reason.ORDER_ROWS_APART, (DRAFT, remark("rows_apart")), CANCEL),
    (Reason.ORDER_ROWS_APART, (DRAFT, remark("rows_apart")), LINES),
    (Reason.ORDER_ROWS_APART, (*OUT, remark("rows_apart")), BACK),
    *(
        (reason, (DRAFT, rejection(about)), ends)
        for reason, about in (
            (Reason.INVOICE_REJECTED, "rejected"),
            (Reason.INVOICE_WITHHELD, "withheld"),
            (Reason.INVOICE_UNANSWERED, "unanswered"),
        )
        for ends in (INVOICE, AMEND, CANCEL)
    ),
    (Reason.INVOICE_WARNED, (DRAFT, WARNED), CANCEL_INVOICE),
    (Reason.INVOICE_WARNED, (DRAFT, WARNED), CANCEL),
    (Reason.COURIER_CANNOT_CARRY, ACME, CANCEL),
    (Reason.COURIER_CANNOT_CARRY, (*ACME, ops("cancel_invoice", "i-off", 8, reason="wrong courier")), AMEND),
    (Reason.COURIER_CANNOT_CARRY, (*ACME, TAKEN), BACK),
    *((Reason.TASK_FAILED, (DRAFT, ASKED_FOR), ends) for ends in (INVOICE, AMEND, CANCEL)),
    *((Reason.TASK_FAILED, (DRAFT, INVOICE, FOLLOWED), ends) for ends in (CANCEL, CANCEL_INVOICE)),
    (Reason.TASK_FAILED, (*OUT, FOLLOWED), BACK),
    (Reason.INVOICE_WARNED, (DRAFT, WARNED, BOOKED, SCAN), BACK),
    (Reason.INVOICE_NOT_CANCELLED, (DRAFT, INVOICE, CANCEL), UNDONE),
    (Reason.INVOICE_NOT_CANCELLED, (DRAFT, NOT_CANCELLED), OLD_UNDONE),
    (Reason.INVOICE_NOT_CANCELLED, (DRAFT, INVOICE, NOT_CANCELLED), OLD_UNDONE),
    (Reason.INVOICE_NOT_CANCELLED, (DRAFT, NOT_CANCELLED), ANOTHER),
    (Reason.INVOICE_NOT_CANCELLED, (*OUT, BACK), UNDONE),
    (Reason.INVOICE_NOT_CANCELLED, (*OUT, BACK), ETGB),
    (Reason.ETGB_NOT_CANCELLED, (*OUT, ETGB, BACK), CANCEL_ETGB),
    (Reason.ETGB_NOT_CANCELLED, (*OUT, ETGB, BACK), CLOSED),
    (Reason.ETGB_NOT_CANCELLED, (*OUT, ETGB, BACK), VEDOP),
    (Reason.ETGB_NOT_CANCELLED, (*OUT, *NEIGHBOUR, ETGB, BACK), SHARED),
    (Reason.ETGB_NOT_CORRECTED, (*OUT, *NEIGHBOUR, SHARED, BACK), CANCEL_ETGB),
    (Reason.ETGB_NOT_CORRECTED, (*OUT, *NEIGHBOUR, SHARED, BACK), OFF_LINE),
    (Reason.ETGB_NOT_CORRECTED, (*OUT, *NEIGHBOUR, SHARED, BACK), CLOSED),
    (Reason.ETGB_NOT_CORRECTED, (*OUT, *NEIGHBOUR, SHARED, BACK), VEDOP),
    (Reason.GOODS_NOT_BROUGHT_IN, (*OUT, ETGB, CLOSED, BACK), CANCEL_ETGB),
]
"""What raises an item, and what ends it."""

ELSEWHERE = {
    Reason.MESSAGE_REFUSED: "test_a_refused_message_that_is_replayed_ends_its_item, below",
    Reason.MESSAGE_UNREADABLE: "tests/integration/test_http_messages.py",
    Reason.ETGB_LINE_UNMATCHED: "tests/integration/test_list_matching.py",
    Reason.SUBSCRIPTION_DISABLED: "tests/integration/test_subscriptions.py",
    Reason.VALIDATED_NOW_BLOCKED: "tests/unit/test_held.py",
    Reason.VEDOP_LAPSING: "tests/unit/test_lapsing.py",
    Reason.CLAIM_LAPSING: "tests/unit/test_lapsing.py",
    Reason.CLAIM_LAPSED: "tests/unit/test_lapsing.py",
}
"""Reasons whose end needs more than a message, or years, and where it is tried."""


@pytest.mark.parametrize(("reason", "before", "ends"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_the_item_of_a_cause_that_has_gone_is_resolved(reason: Reason, before: tuple[Arrival, ...], ends: Arrival) -> None:
    """It is open before, and gone after, in the same batch as the news."""
    watched = Watched()
    watched.tell(*before)
    assert reason in watched.reasons
    (outcome,) = watched.tell(ends)
    assert outcome.state in {"applied", "repeated"}
    assert reason not in watched.reasons


def test_every_reason_ends_or_says_why_only_a_person_can() -> None:
    """A new reason that says neither fails here, and so does one whose end is not tried."""
    assert set(ENDS) == set(Reason)
    by_itself = {reason for reason, ending in ENDS.items() if ending.triggers or ending.news}
    assert all(ENDS[reason].person for reason in set(Reason) - by_itself)
    (mark,) = silence.pytestmark  # type: ignore[attr-defined]
    tried = {case[0] for case in CASES} | {case[1] for case in mark.args[1]} | set(ELSEWHERE)
    assert tried == by_itself


def test_every_move_that_ends_a_reason_is_tried() -> None:
    """Each trigger of the table, for each reason, has its case; the moves of overdue items are tried by silence."""
    moves = {CANCEL: Trigger.CANCEL, AMEND: Trigger.AMEND, BACK: Trigger.RETURN_GOODS, INVOICE: Trigger.INVOICE,
             CANCEL_ETGB: Trigger.CANCEL_ETGB, CANCEL_INVOICE: Trigger.CANCEL_INVOICE}  # fmt: skip
    tried = {(reason, moves[ends]) for reason, _, ends in CASES if ends in moves}
    assert tried >= {(reason, trigger) for trigger, reasons in ENDED_BY.items() for reason in reasons}


def test_a_refused_message_that_is_replayed_ends_its_item() -> None:
    """The invoice disagreed with the draft; the draft is corrected, and the same message tried again."""
    watched = Watched()
    watched.tell(DRAFT, WRONG)
    assert watched.reasons == {Reason.MESSAGE_REFUSED}
    lines = draft("x")["lines"]
    watched.tell(ops("amend", "a", 1, lines=[lines[0], lines[1] | {"unit_price": "10.00"}]))
    watched.store.inbox.clear()
    assert watched.tell(Arrival(WRONG.subject, WRONG.body, WRONG.token, replay=True))[0].state == "applied"
    assert watched.open == {}


def test_goods_that_were_delivered_after_all_raise_nothing_late() -> None:
    """The courier's word that they come back arrives after its later word that they are there."""
    watched = Watched()
    watched.tell(*OUT, scan("there", 22, "delivered"), scan("returned", 20, "returned"))
    assert watched.open == {}


def test_other_shipments_items_stay() -> None:
    """What ends one order's item says nothing of another's."""
    watched = Watched()
    watched.tell(DRAFT, *[*story(1)][:1], rejection("rejected"))
    other = said("invoicing/nilvera", "invoice.rejected.v1", "o", {
        "shipment": ref("order-1"), "about": "rejected", "reason": "3009"})  # fmt: skip
    watched.tell(other, AMEND)
    (left,) = watched.open.values()
    assert (left.reason, str(left.shipment)) == (Reason.INVOICE_REJECTED, known_id(1))
