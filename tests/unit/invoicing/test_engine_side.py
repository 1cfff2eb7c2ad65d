"""What the engine makes of the desk's messages."""

import asyncio
from typing import Any

import pytest

from events.outgoing import outgoing
from events.translate import Unreadable, read
from tests.law import BOOK
from tests.stories import START, draft, invoice, ref, said
from tests.unit.memory import MemoryStore
from workflow.apply import Engine
from workflow.attention import Reason
from workflow.message import Message
from workflow.shipment import Shipment, shipment_id
from workflow.stages import Stage
from workflow.world import Outcome, Policy

ISSUER = "invoicing/nilvera"
ID = shipment_id("1234567890", "o1")


class Told:
    """An engine in memory with one drafted shipment, and what it answered."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.engine = Engine(self.store, lambda: START, Policy(BOOK, tasks={"invoicing": "nilvera"}))
        self.count = 0
        self.tell("orders/shop", "shipment.drafted.v1", draft("o1"))

    def tell(self, source: str, kind: str, data: dict[str, Any]) -> Outcome:
        """Say one thing."""
        self.count += 1
        message = read(said(source, kind, f"m{self.count}", data), START)
        assert isinstance(message, Message), message
        (outcome,) = asyncio.run(self.engine.apply([message]))
        return outcome

    def rejected(self, about: str) -> Outcome:
        """The desk tells that there is no invoice."""
        data = {"shipment": {"id": str(ID)}, "about": about, "reason": "3009 Seri bulunamadı", "number": "KRV2026000000001"}
        return self.tell(ISSUER, "invoice.rejected.v1", data)

    @property
    def shipment(self) -> Shipment:
        """The shipment as it is."""
        return self.store.world.shipments[ID]

    @property
    def tasks(self) -> list[str]:
        """The tasks that the last batch asks for."""
        told = outgoing(self.store.changes[-1], START)
        return [one.message_id for one in told if one.subject.startswith("kervan.task.")]


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ("rejected", Reason.INVOICE_REJECTED),
        ("withheld", Reason.INVOICE_WITHHELD),
        ("unanswered", Reason.INVOICE_UNANSWERED),
        ("not_cancelled", Reason.INVOICE_NOT_CANCELLED),
    ],
)
def test_a_rejection_raises_one_item_on_its_shipment(about: str, reason: Reason) -> None:
    """However often it is told; the item says why and under which number."""
    told = Told()
    told.rejected(about)
    first = told.store.changes[-1].raised
    told.rejected(about)
    (item,) = first.values()
    assert list(told.store.changes[-1].raised) == [item.id]
    assert (item.reason, item.shipment, item.detail) == (reason, ID, "KRV2026000000001: 3009 Seri bulunamadı")
    assert told.shipment.stage is Stage.VALIDATED


def test_an_invoice_resolves_what_was_said_about_its_lack() -> None:
    """All items that speak of a missing invoice, also of a task for it that failed; not the one about a cancellation."""
    told = Told()
    told.rejected("rejected")
    told.tell(ISSUER, "invoice.issued.v1", invoice("o1", 1))
    assert told.shipment.stage is Stage.INVOICED
    gone = {Reason.INVOICE_REJECTED, Reason.INVOICE_WITHHELD, Reason.INVOICE_UNANSWERED, Reason.TASK_FAILED}
    assert told.store.changes[-1].settled == {ID: gone}


def test_an_invoice_with_warnings_raises_one_item_that_names_them() -> None:
    """Those of the document, which the message carries, and those that its particulars show; without any there is none."""
    told = Told()
    told.tell(ISSUER, "invoice.issued.v1", invoice("o1", 1))
    assert not told.store.changes[-1].raised
    told = Told()
    other_year = {"number": "ABC2025000000001", "warnings": ["INV009", "GIB", "INV009"]}
    told.tell("ops/ayse", "shipment.invoice.v1", invoice("o1", 1) | other_year)
    assert told.shipment.stage is Stage.INVOICED
    (item,) = told.store.changes[-1].raised.values()
    assert (item.reason, item.shipment) == (Reason.INVOICE_WARNED, ID)
    assert item.detail == "ABC2025000000001: GIB, INV001, INV009"


@pytest.mark.parametrize("warnings", [["INV009"] * 51, ["inv 9"], ["X" * 40], "INV009", [9]])
def test_warnings_are_codes_and_not_too_many(warnings: object) -> None:
    """Anything else cannot be read."""
    data = invoice("o1", 1) | {"warnings": warnings}
    assert isinstance(read(said("ops/ayse", "shipment.invoice.v1", "w", data), START), Unreadable)


def test_a_rejection_that_comes_after_the_invoice_raises_nothing() -> None:
    """Messages overtake each other."""
    told = Told()
    told.tell(ISSUER, "invoice.issued.v1", invoice("o1", 1))
    assert told.rejected("unanswered").state == "repeated"
    assert not told.store.changes[-1].raised


@pytest.mark.parametrize(("behind", "stage"), [(0, Stage.INVOICED), (1, Stage.VALIDATED)])
def test_an_invoice_for_an_earlier_state_of_the_shipment_is_not_attached(behind: int, stage: Stage) -> None:
    """Total and currency may agree by chance; the sequence it was made for does not."""
    told = Told()
    told.tell("ops/ayse", "shipment.amend.v1", {"shipment": ref("o1"), "incoterm": "DDP"})
    made_for = told.shipment.sequence - behind
    told.tell(ISSUER, "invoice.issued.v1", invoice("o1", 1) | {"shipment_sequence": made_for})
    assert told.shipment.stage is stage


def test_cancelling_an_invoiced_shipment_asks_the_issuer_to_cancel() -> None:
    """The courier is not asked for anything."""
    told = Told()
    told.tell(ISSUER, "invoice.issued.v1", invoice("o1", 1))
    told.tell("ops/ayse", "shipment.cancel.v1", {"shipment": ref("o1"), "reason": "stok yok"})
    assert told.tasks == [f"invoice_cancellation.requested.v1:{ID}:3"]


def test_cancelling_a_shipment_without_invoice_asks_nobody() -> None:
    """There is nothing to cancel."""
    told = Told()
    told.tell("ops/ayse", "shipment.cancel.v1", {"shipment": ref("o1"), "reason": "stok yok"})
    assert told.tasks == []
