"""A task that failed needs nobody any more once what it asked for has come in another way."""

import pytest

from events import topology
from events.translate import Arrival
from tests.stories import etgb_number, known_id, ref, said, story
from tests.unit.test_disturbed import issued
from tests.unit.watched import Watched
from workflow import asking
from workflow.asking import CANCELLATION, INVOICE, PICKUP, RATES, VEDOP_CHECK
from workflow.attention import Reason
from workflow.lifecycle import FIRST
from workflow.stages import Stage

DRAFT, INVOICED, BOOKED, SCAN, ETGB, CLOSED, VEDOP, _ = story(0)
TASKS = {"invoicing": "nilvera", "courier": "navlungo", "tax_office": "feed", "rates": "tcmb"}
CANCEL = said("ops/ayse", "shipment.cancel.v1", "cancel", {"shipment": ref("order-0"), "reason": "withdrawn"})
DAY = "2026-11-19"


def failed(asked: tuple[str, str], task_id: str, about: bool = True) -> Arrival:
    """The word that a task is given up."""
    data = {"shipment": {"id": known_id(0)}} if about else {"days": [DAY]}
    family, kind = asked
    task = {"id": task_id, "type": kind, "data": data}
    subject = topology.task(family, TASKS[family])
    told = {"subject": subject, "task": task, "code": "failed", "detail": "KeyError", "tries": 12}
    return said(topology.TASKS_DESK, "task.failed.v1", f"failed {task_id}", told)


def about(asked: tuple[str, str], sequence: int) -> Arrival:
    """The same, for the task that the shipment's move with this sequence asked for."""
    return failed(asked, f"{asked[1]}:{known_id(0)}:{sequence}")


def with_document(name: str = "document") -> Arrival:
    """The ETGB is told again, with where its document is."""
    return said("customs/feed", "etgb.issued.v1", name, {
        "number": etgb_number(0), "registered_on": "2026-11-21", "courier": "pts", "document_url": "https://x/e.pdf",
        "lines": [{"shipment": ref("order-0")}]})  # fmt: skip


RATES_OF_THE_DAY = said("rates/file", "rates.published.v1", "bulletin", {
    "published_on": DAY, "bulletin": "2026/1", "rates": [{"currency": "USD", "unit": 1, "forex_buying": "42.0"}]})  # fmt: skip
NO_RATES = said("rates/file", "rates.absent.v1", "absent", {"days": [DAY]})
CANCELLED_THERE = said("invoicing/nilvera", "invoice.cancelled.v1", "c", {
    "shipment": ref("order-0"), "number": "KRV2026000000001", "reason": "in the portal"})  # fmt: skip

CASES = [
    ("document of an ETGB that it stands on", (DRAFT, INVOICED, BOOKED, SCAN, ETGB), about(PICKUP, 2), with_document()),
    ("ETGB with its document", (DRAFT, INVOICED, BOOKED, SCAN), about(PICKUP, 2), with_document()),
    ("sight in VEDOP", (DRAFT, INVOICED, BOOKED, SCAN, ETGB, CLOSED), about(VEDOP_CHECK, 4), VEDOP),
    ("sight in VEDOP, for the courier", (DRAFT, INVOICED, BOOKED, SCAN, ETGB, CLOSED), about(PICKUP, 2), VEDOP),
    ("issuer's word", (DRAFT, INVOICED, CANCEL), about(CANCELLATION, 3), CANCELLED_THERE),
    ("bulletin", (DRAFT,), failed(RATES, f"rates.requested.v1:tcmb:{DAY}", about=False), RATES_OF_THE_DAY),
    ("word that there is none", (DRAFT,), failed(RATES, f"rates.requested.v1:tcmb:{DAY}", about=False), NO_RATES),
]


@pytest.mark.parametrize(("before", "fails", "news"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_item_ends_when_it_comes(before: tuple[Arrival, ...], fails: Arrival, news: Arrival) -> None:
    """Open until then; and where the failure is told after the news, nobody is called at all."""
    watched = Watched(tasks=TASKS)
    watched.tell(*before, fails)
    assert watched.reasons == {Reason.TASK_FAILED}
    watched.tell(news)
    assert watched.reasons == set()


@pytest.mark.parametrize(
    ("before", "late"),
    [
        ((DRAFT, INVOICED), about(INVOICE, 1)),
        ((DRAFT, INVOICED, CANCEL), about(PICKUP, 2)),
        ((DRAFT, INVOICED, BOOKED, SCAN, with_document()), about(PICKUP, 2)),
        ((DRAFT, INVOICED, BOOKED, SCAN, ETGB, CLOSED, VEDOP), about(VEDOP_CHECK, 4)),
    ],
    ids=["invoiced", "cancelled", "document there", "in VEDOP"],
)
def test_a_failure_that_is_told_late_calls_nobody(before: tuple[Arrival, ...], late: Arrival) -> None:
    """A person entered it while the worker still tried."""
    watched = Watched(tasks=TASKS)
    watched.tell(*before)
    (outcome,) = watched.tell(late)
    assert (outcome.state, watched.reasons) == ("repeated", set())


def test_an_etgb_without_its_document_does_not_end_what_the_courier_was_asked_for() -> None:
    """The document is still to come; nor does a courier's document end what the tax office was asked for."""
    watched = Watched(tasks=TASKS)
    watched.tell(DRAFT, INVOICED, BOOKED, SCAN, about(PICKUP, 2), issued(0, "etgb", 5))
    assert watched.reasons == {Reason.TASK_FAILED}
    watched.tell(about(VEDOP_CHECK, 4), with_document())
    (left,) = watched.open.values()
    assert left.detail.startswith("vedop_check")


def test_each_thing_that_is_asked_about_a_shipment_says_where_it_is_needed() -> None:
    """A new request that says nothing would call a person for ever, or never."""
    asked = {wanted[1] for stage in Stage if (wanted := asking.after(FIRST, stage)) is not None} | {CANCELLATION[1]}
    assert len(asked) == 4
    for kind in asked:
        assert {asking.needed(kind, FIRST, stage) for stage in Stage} == {True, False}
