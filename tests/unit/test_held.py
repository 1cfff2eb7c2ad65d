"""A validated shipment that is judged again and held: it gets no invoice, and goes on once nothing holds it."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from events.translate import Arrival, read
from tests.law import BOOK
from tests.stories import START, draft, invoice, known_id, ref, said
from tests.unit.memory import MemoryStore
from workflow.apply import Engine
from workflow.message import Message
from workflow.rules.law import LawBook
from workflow.rules.tables import Certainty, CourierLimit
from workflow.shipment import Shipment
from workflow.world import Outcome, Policy

ORDER = ref("order-0")
STRICT: LawBook = replace(
    BOOK, limits=(replace(BOOK.limits[-1], valid_from=date.min, max_gross_kg=Decimal(1)),), version="strict"
)
"""The draft of the stories weighs 1.2 kg."""
DRAFT = said("orders/shop", "shipment.drafted.v1", "d", draft("order-0"))
INVOICE = said("invoicing/file", "invoice.issued.v1", "i", invoice("order-0", 0))
CANCEL = said("ops/ayse", "shipment.cancel.v1", "c", {"shipment": ORDER, "reason": "stok yok"})


def judged(name: str) -> Arrival:
    """The engine has the shipment judged again."""
    return said("engine/judge", "shipment.judge.v1", name, {"shipments": [{"id": known_id(0)}]})


class House:
    """An engine on a store in memory, under one law after another; what it raises stays open until it is resolved."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.open: dict[str, str] = {}

    def tell(self, law: LawBook, arrival: Arrival) -> Outcome:
        """One message, judged by a law."""
        message = read(arrival, START + timedelta(days=4))
        assert isinstance(message, Message), message
        (found,) = asyncio.run(Engine(self.store, lambda: START, Policy(law)).apply([message]))
        changes = self.store.changes[-1]
        for item in changes.resolved:
            self.open.pop(str(item), None)
        self.open |= {str(item.id): f"{item.reason}: {item.detail}" for item in changes.raised.values()}
        return found

    @property
    def shipment(self) -> Shipment:
        """The one there is."""
        (found,) = self.store.world.shipments.values()
        return found

    @property
    def items(self) -> list[str]:
        """The open attention items."""
        return sorted(self.open.values())


@pytest.fixture
def house() -> House:
    """A shipment that was validated, and that the strict law holds now."""
    made = House()
    made.tell(BOOK, DRAFT)
    assert (made.shipment.stage, made.shipment.held) == ("validated", False)
    made.tell(STRICT, judged("strict"))
    assert (made.shipment.stage, made.shipment.held) == ("validated", True)
    assert made.items == ["validated_now_blocked: LIM001"]
    return made


def test_an_issuers_invoice_waits_and_a_person_is_told_of_it(house: House) -> None:
    """It exists at the tax office, so it is neither attached nor lost; the item of the shipment names it."""
    assert house.tell(STRICT, INVOICE).state == "parked"
    assert (house.shipment.stage, house.shipment.invoice_number) == ("validated", "")
    assert house.items == ["validated_now_blocked: invoice ABC2026000000000 of 2026-11-20 was issued and waits"]


def test_it_is_attached_once_nothing_holds_the_shipment(house: House) -> None:
    """Judged clear by a milder law: the invoice that waited is attached by itself, and the item is closed."""
    house.tell(STRICT, INVOICE)
    house.tell(BOOK, judged("mild"))
    assert (house.shipment.stage, house.shipment.held, house.items) == ("invoiced", False, [])
    assert not any(house.store.world.waiting.values())


def test_who_enters_an_invoice_is_refused_and_told_why(house: House) -> None:
    """Nothing is kept to be attached later: the person sees the findings and decides."""
    entered = replace(INVOICE, subject="kervan.in.ops.ayse", body=INVOICE.body.replace(b"invoicing/file", b"ops/ayse"))
    entered = replace(entered, body=entered.body.replace(b"invoice.issued.v1", b"shipment.invoice.v1"), attended=True)
    told = house.tell(STRICT, entered)
    assert (told.state, told.code) == ("refused", "findings_block")
    assert (house.shipment.stage, house.items) == ("validated", ["validated_now_blocked: LIM001"])


def test_an_invoice_that_disagrees_is_refused_at_once(house: House) -> None:
    """Waiting would not make it this shipment's."""
    other = said("invoicing/file", "invoice.issued.v1", "i", invoice("order-0", 0, total="43.00"))
    assert house.tell(STRICT, other).code == "invoice_disagrees"


def amend(**changes: Any) -> Arrival:
    return said("ops/ayse", "shipment.amend.v1", "a", {"shipment": ORDER, **changes})


@pytest.mark.parametrize(
    ("arrival", "law", "stage"),
    [
        (judged("mild"), BOOK, "validated"),
        (amend(gross_weight_kg="0.9"), STRICT, "validated"),
        (amend(packages=2), STRICT, "draft"),
        (CANCEL, STRICT, "cancelled"),
    ],
    ids=["judged clear", "amended so that it fits", "amended, a draft again", "cancelled"],
)
def test_the_item_closes_by_itself(house: House, arrival: Arrival, law: LawBook, stage: str) -> None:
    """Once nothing holds it, or it is not validated any more; a draft that is held says so by its stage and findings."""
    house.tell(law, arrival)
    assert (house.shipment.stage, house.items) == (stage, [])


def test_the_same_shipment_held_again_is_the_same_item(house: House) -> None:
    """Judged by law after law there is one thing to look at."""
    house.tell(replace(STRICT, version="stricter"), judged("stricter"))
    assert house.items == ["validated_now_blocked: LIM001"]
    house.tell(BOOK, judged("mild"))
    house.tell(STRICT, judged("strict again"))
    assert house.items == ["validated_now_blocked: LIM001"]


def test_what_waits_for_a_cancelled_shipment_is_refused(house: House) -> None:
    """So that somebody cancels the invoice at its issuer."""
    house.tell(STRICT, INVOICE)
    house.tell(STRICT, CANCEL)
    assert house.items == [item for item in house.items if item.startswith("message_refused: ")] != []


def booked(courier: str, hours: int = 1) -> Arrival:
    """A courier takes the parcel, which nobody had declared it for."""
    data = {"shipment": ORDER, "courier": courier, "tracking_number": f"T-{courier}"}
    return said(f"courier/{courier}", "courier.booked.v1", f"b-{courier}", data, at=START + timedelta(hours=hours))


def test_a_courier_that_comes_with_its_booking_is_judged_before_the_invoice() -> None:
    """Validated without one: the booking stands, SCP003 holds the shipment, and an authorised courier lets it go on."""
    house = House()
    house.tell(BOOK, DRAFT)
    assert house.tell(BOOK, booked("acme")).state == "applied"
    assert (house.shipment.courier, house.shipment.held) == ("acme", True)
    assert house.items == ["validated_now_blocked: SCP003"]
    house.tell(BOOK, judged("again"))
    assert house.items == ["validated_now_blocked: SCP003"]
    house.tell(BOOK, booked("ptt", 2))
    assert (house.shipment.courier, house.shipment.held, house.items) == ("ptt", False, [])


def limited(kg: str) -> LawBook:
    """PTS takes so many kilograms."""
    row = CourierLimit(
        valid_from=date.min,
        valid_to=date.max,
        source="a test",
        certainty=Certainty.VERIFIED,
        courier="pts",
        max_gross_kg=Decimal(kg),
    )
    return replace(BOOK, courier_limits=(row,))


@pytest.mark.parametrize(
    ("law", "courier", "code"), [(BOOK, "acme", "SCP003"), (limited("1.1"), "pts", "LIM001"), (limited("1.2"), "pts", "")]
)
def test_a_courier_that_comes_after_the_invoice_raises_an_item_where_it_cannot_carry(
    law: LawBook, courier: str, code: str
) -> None:
    """The parcel is there already, so nothing is refused; the next courier that can carry it closes the item."""
    house = House()
    house.tell(law, DRAFT)
    house.tell(law, INVOICE)
    assert house.tell(law, booked(courier)).state == "applied"
    assert (house.shipment.stage, house.shipment.courier) == ("invoiced", courier)
    assert [item.partition(": ")[2][:6] for item in house.items] == ([code] if code else [])
    house.tell(law, booked("ptt", 2))
    assert house.items == []
