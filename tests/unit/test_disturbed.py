"""Journeys with cancellations, corrections and returns: told one by one in any of some orders, they end alike."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from events.translate import Arrival
from tests.stories import SELLER, START, draft, etgb_number, invoice, ref, said, story
from tests.unit.test_any_order import outcome
from workflow import apply
from workflow.decide import decide
from workflow.errors import WiderWorldNeededError
from workflow.message import Message
from workflow.refund import claim_id
from workflow.world import Changes, World

ORDER = ref("order-0")
DRAFT, INVOICE, BOOKED, SCAN, ETGB, CLOSED, VEDOP, FILED = story(0)
CLAIM = str(claim_id(SELLER, "2026-11", 0))


@dataclass(frozen=True)
class End:
    """What some messages leave of a shipment."""

    stage: str
    triggers: tuple[str, ...]
    tracking: str
    etgb: str
    waiting: int
    refused: tuple[str, ...]
    raised: tuple[str, ...]


def end(*arrivals: Arrival) -> End:
    """Tell the messages one by one."""
    log, store = outcome([[arrival] for arrival in arrivals])
    (shipment,) = store.world.shipments.values()
    refused = Counter(r.code for changes in store.changes for r in changes.refused)
    raised = {item.id: item.reason.value for changes in store.changes for item in changes.raised.values()}
    return End(
        shipment.stage.value,
        tuple(entry[4] for entry in log),
        shipment.tracking_number,
        shipment.etgb_number,
        sum(len(queue) for queue in store.world.waiting.values()),
        tuple(sorted(refused.elements())),
        tuple(sorted(raised.values())),
    )


def at(hours: float) -> datetime:
    """So many hours into the story."""
    return START + timedelta(hours=hours)


def from_shop(kind: str, name: str, hours: float, **data: Any) -> Arrival:
    """The order channel's word."""
    return said("orders/shop", kind, name, {"shipment": ORDER, **data}, at=at(hours))


def ops(trigger: str, name: str, hours: float, **data: Any) -> Arrival:
    """A person's word."""
    return said("ops/ayse", f"shipment.{trigger}.v1", name, {"shipment": ORDER, **data}, at=at(hours))


def courier(kind: str, name: str, hours: float, **data: Any) -> Arrival:
    """The courier's word."""
    return said("courier/pts", kind, name, data, at=at(hours))


def scan(name: str, hours: float, status: str, number: str = "TRK0") -> Arrival:
    """A scan."""
    when = at(hours).isoformat()
    return courier("courier.checkpoint.v1", name, hours, courier="pts", tracking_number=number, status=status, occurred_at=when)


def issued(number: int, name: str, hours: float, **line: Any) -> Arrival:
    """An ETGB for the one shipment."""
    lines = [{"shipment": ORDER, **line}]
    data = {"number": etgb_number(number), "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    return courier("etgb.issued.v1", name, hours, **data)


def progress(status: str, hours: float) -> Arrival:
    """The tax office's word on the claim."""
    data = {"claim": CLAIM, "status": status, "on": "2026-12-01"}
    return said("tax_office/vedop", "claim.progressed.v1", f"{status}-{hours}", data, at=at(hours))


def seen(name: str, hours: float, **data: Any) -> Arrival:
    """The ETGB was seen in VEDOP."""
    told = {"etgb_number": etgb_number(0), "seen_on": "2026-11-23", "evidence": {"kind": "list"}, **data}
    return said("tax_office/vedop", "vedop.transferred.v1", name, told, at=at(hours))


CANCEL = from_shop("shipment.cancelled.v1", "cancel", 10, reason="withdrawn")
UNDO = ops("cancel_invoice", "undo", 10, reason="wrong")
BOOKED_2 = courier("courier.booked.v1", "booked-2", 2.5, shipment=ORDER, courier="pts", tracking_number="TRK2")
SCAN_2 = scan("scan-2", 3, "picked_up", "TRK2")
BY_HAND = ops("hand_over", "by-hand", 3)
RETURNED, HELD = scan("back", 20, "returned"), scan("held", 21, "on_hold")
GONE = courier("etgb.cancelled.v1", "gone", 5, number=etgb_number(0), reason="wrong", replaced_by=etgb_number(7))
AGAIN = issued(7, "again", 6)
FILE = ops("file_refund", "file", 9)
NOTED = {"kind": "note", "reference": "KDVİRA"}
SEEN_BY_HAND = ops("transfer_to_vedop", "by-hand", 6, seen_on="2026-11-23", evidence=NOTED)
BEFORE = (DRAFT, INVOICE, BOOKED, SCAN)

ALIKE: dict[str, tuple[tuple[Arrival, ...], ...]] = {
    "what waits is tried by the time of its event, whatever it waits for": (
        (DRAFT, INVOICE, BOOKED, SCAN, CANCEL),
        (CANCEL, SCAN, BOOKED, INVOICE, DRAFT),
        (SCAN, CANCEL, INVOICE, BOOKED, DRAFT),
    ),
    "an invoice cannot be undone once the parcel has gone": (
        (DRAFT, INVOICE, BOOKED, SCAN, UNDO),
        (UNDO, SCAN, BOOKED, INVOICE, DRAFT),
    ),
    "of two bookings the later one stands": (
        (DRAFT, INVOICE, BOOKED, BOOKED_2, SCAN_2),
        (DRAFT, INVOICE, BOOKED_2, BOOKED, SCAN_2),
        (SCAN_2, BOOKED_2, DRAFT, BOOKED, INVOICE),
    ),
    "a hand-over waits for the tracking number": (
        (DRAFT, INVOICE, BOOKED, BY_HAND),
        (DRAFT, INVOICE, BY_HAND, BOOKED),
        (BY_HAND, BOOKED, INVOICE, DRAFT),
    ),
    "goods that come back are told even if a later scan came first": (
        (*BEFORE, RETURNED, HELD),
        (*BEFORE, HELD, RETURNED),
    ),
    "a refund that is filed for the whole claim needs no filing of its own": (
        (*BEFORE, ETGB, CLOSED, VEDOP, FILED, FILE),
        (*BEFORE, ETGB, CLOSED, VEDOP, FILE, FILED),
        (FILE, *BEFORE, ETGB, CLOSED, VEDOP, FILED),
    ),
    "a payment that is told before its approval stands": (
        (*BEFORE, ETGB, CLOSED, VEDOP, FILED, progress("approved", 10), progress("paid", 11)),
        (*BEFORE, ETGB, CLOSED, VEDOP, FILED, progress("paid", 11), progress("approved", 10)),
        (*BEFORE, ETGB, CLOSED, VEDOP, progress("paid", 11), progress("approved", 10), FILED),
    ),
    "two closing days for one ETGB are raised, whoever tells them": (
        (*BEFORE, ETGB, CLOSED, seen("late", 6, closed_on="2026-11-25")),
        (*BEFORE, ETGB, seen("late", 6, closed_on="2026-11-25"), CLOSED),
    ),
    "the closing day may come by either way": (
        (*BEFORE, ETGB, CLOSED, VEDOP, FILED),
        (*BEFORE, ETGB, VEDOP, seen("more", 7, closed_on="2026-11-22"), FILED),
        (*BEFORE, ETGB, SEEN_BY_HAND,
         seen("more", 7, closed_on="2026-11-22"), FILED),
        (*BEFORE, ETGB, CLOSED, SEEN_BY_HAND, FILED),
    ),
}  # fmt: skip
"""Orders of the same news that must end alike."""


@pytest.mark.parametrize("orders", ALIKE.values(), ids=ALIKE.keys())
def test_ends_alike(orders: tuple[tuple[Arrival, ...], ...]) -> None:
    """Whichever way the same news is told, stage, log, numbers, refusals and attention are the same."""
    ends = [end(*order) for order in orders]
    assert ends == [ends[0]] * len(ends)


def test_cancelled_etgbs_lines_close_quietly() -> None:
    """A re-issue that overtakes everything: the shipment stands on the new ETGB, and the dead one leaves nothing to do."""
    found = end(*BEFORE, AGAIN, GONE, ETGB)
    assert (found.stage, found.etgb, found.waiting) == ("etgb_issued", etgb_number(7), 0)
    assert (found.refused, found.raised) == ((), ())


def test_a_cancelled_etgb_told_again_changes_nothing() -> None:
    """Its shipment waits for a new one; the log has the one issue and the one cancellation."""
    found = end(*BEFORE, ETGB, GONE, issued(0, "again-the-same", 7))
    assert found.stage == "handed_to_courier"
    assert found.triggers == ("validate", "invoice", "hand_over", "issue_etgb", "cancel_etgb")


def test_taking_a_shipment_off_twice_does_not_take_it_off_the_next_etgb() -> None:
    """The second click waits, and when a new ETGB comes it is not the one that was meant."""
    off = [ops("cancel_etgb", f"off-{n}", 5 + n / 10, reason="wrong") for n in (1, 2)]
    found = end(*BEFORE, ETGB, *off, AGAIN)
    assert (found.stage, found.etgb, found.waiting) == ("etgb_issued", etgb_number(7), 0)


def test_validating_what_is_validated_changes_nothing() -> None:
    """It is not kept to be refused later."""
    found = end(DRAFT, ops("validate", "v", 0.5), INVOICE, BOOKED, SCAN)
    assert (found.stage, found.waiting, found.refused) == ("handed_to_courier", 0, ())


def test_progress_does_not_file_a_claim() -> None:
    """Only the petition files it, with all its shipments; progress told before waits for that."""
    told = end(*BEFORE, ETGB, CLOSED, VEDOP, progress("filed", 8))
    assert (told.stage, told.waiting) == ("vedop_transferred", 1)
    filed = end(*BEFORE, ETGB, CLOSED, VEDOP, progress("filed", 8), FILED)
    assert (filed.stage, filed.waiting, filed.refused) == ("refund_filed", 0, ())


def test_a_courier_does_not_speak_for_anothers_etgb() -> None:
    """Closing and cancelling are for the courier that made it, and for customs."""
    foreign = [
        said("courier/x", "etgb.cancelled.v1", "c", {"number": etgb_number(0), "reason": "mine now"}, at=at(5)),
        said("courier/x", "etgb.closed.v1", "d", {"number": etgb_number(0), "closed_on": "2026-11-22"}, at=at(5)),
    ]
    found = end(*BEFORE, ETGB, *foreign)
    assert (found.stage, found.refused) == ("etgb_issued", ("other_couriers_etgb", "other_couriers_etgb"))


def test_a_courier_adds_nothing_to_anothers_etgb() -> None:
    """Neither lines nor the first document, though the line's shipment is there and waits for an ETGB."""
    told = {"number": etgb_number(0), "registered_on": "2026-11-21", "courier": "x", "document_url": "https://x.example/e.pdf"}
    foreign = said("courier/x", "etgb.issued.v1", "more", told | {"lines": [{"shipment": ref("order-1")}]}, at=at(6))
    log, store = outcome([[one] for one in (*BEFORE, *tuple(story(1))[:4], ETGB, foreign)])
    (etgb,) = store.world.etgbs.values()
    assert (etgb.document_url, len(etgb.lines), etgb.courier) == ("", 1, "pts")
    assert [entry[4] for entry in log].count("issue_etgb") == 1
    assert [r.code for changes in store.changes for r in changes.refused] == ["other_couriers_etgb"]


def test_a_courier_declares_only_what_it_carries() -> None:
    """A new ETGB of a parcel that another courier carries is not made; beside its own parcels that one line is refused."""
    told = {"number": etgb_number(5), "registered_on": "2026-11-21", "courier": "x"}
    alone = said("courier/x", "etgb.issued.v1", "alone", told | {"lines": [{"shipment": ORDER}]}, at=at(6))
    found = end(*BEFORE, alone)
    assert (found.stage, found.etgb, found.refused) == ("handed_to_courier", "", ("other_couriers_shipment",))
    beside = said("courier/x", "etgb.issued.v1", "beside", told | {"lines": [{"shipment": ORDER}, {"shipment": ref("later")}]})
    found = end(*BEFORE, beside)
    assert (found.stage, found.waiting, found.refused) == ("handed_to_courier", 1, ("other_couriers_shipment",))


def test_customs_may_tell_of_every_parcel() -> None:
    """A customs feed, or a list that operations import, speaks for no courier of its own."""
    told = {"number": etgb_number(0), "registered_on": "2026-11-21", "courier": "x", "lines": [{"shipment": ORDER}]}
    assert end(*BEFORE, said("customs/feed", "etgb.issued.v1", "c", told, at=at(6))).stage == "etgb_issued"


def test_a_paper_invoice_has_no_ettn_and_others_must() -> None:
    """The field is the contract's; where it is missing the message is not of its form."""
    told = invoice("order-0", 0)
    del told["ettn"]
    without = said("invoicing/file", "invoice.issued.v1", "i", told)
    with pytest.raises(AssertionError, match="required"):
        end(DRAFT, without)
    paper = invoice("order-0", 0, ettn="", profile="PAPER", number="A 17")
    assert end(DRAFT, said("ops/ayse", "shipment.invoice.v1", "p", paper)).stage == "invoiced"


def test_no_two_orders_share_an_id() -> None:
    """Seller 123 with order 4/5 is not seller 123/4 with order 5."""
    drafts = [draft("4/5"), draft("5")]
    drafts[0]["seller"]["tax_number"], drafts[1]["seller"]["tax_number"] = "123", "123/4"
    _, store = outcome([[said("orders/shop", "shipment.drafted.v1", f"d{n}", told)] for n, told in enumerate(drafts)])
    assert len(store.world.shipments) == 2


def test_a_batch_that_always_wakes_more_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it asks for, it asks for more the next time: half of it is tried alone, and so on, and all of it applies."""
    sizes: list[int] = []

    def insatiable(world: World, batch: list[Message], *given: Any) -> Changes:
        sizes.append(len(batch))
        if len(batch) > 2:
            raise WiderWorldNeededError("id:" + str(len(sizes)))
        return decide(world, batch, *given)

    monkeypatch.setattr(apply, "decide", insatiable)
    log, _ = outcome([[DRAFT, INVOICE, BOOKED, SCAN]])
    assert [entry[4] for entry in log] == ["validate", "invoice", "hand_over"]
    assert sizes[-2:] == [2, 2]
