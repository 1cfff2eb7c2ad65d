"""Messages for tests: a shipment's whole story, as counterparts would tell it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from events import topology
from events.outgoing import envelope
from events.translate import Arrival
from workflow.refund import claim_id
from workflow.shipment import shipment_id
from workflow.values import is_valid_vkn

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
SELLER = "1234567890"


def said(source: str, kind: str, message_id: str, data: dict[str, Any], *, at: datetime = START, **more: Any) -> Arrival:
    """One message at a door."""
    body = envelope(source=source, id=message_id, type=kind, time=at, data=data)
    return Arrival(topology.subject_of(source), body, f"{source}:{message_id}", **more)


def draft(reference: str, seller: str = SELLER, **changes: Any) -> dict[str, Any]:
    """The payload of a draft with nothing against it: two lines, 42.00 EUR, 1.2 kg to Berlin, freight paid by the buyer."""
    line = {
        "kind": "goods",
        "sku": "A1",
        "description": "T-SHIRT",
        "description_tr": "tişört",
        "gtip": "610910000000",
        "origin": "TR",
        "quantity": "2",
        "unit_price": "10.50",
    }
    found = {
        "seller": {"tax_number": seller, "name": "Örnek Ltd.", "address": {"city": "İstanbul", "country": "TR"}},
        "reference": reference,
        "consignee": {"name": "Erika Mustermann", "address": {"city": "Berlin", "country": "DE"}},
        "currency": "EUR",
        "lines": [line, line],
        "gross_weight_kg": "1.2",
        "planned_on": "2026-11-20",
        "incoterm": "FCA",
    }
    return found | changes


def ref(reference: str, seller: str = SELLER) -> dict[str, str]:
    """A shipment by its seller's order number."""
    return {"seller": seller, "reference": reference}


def etgb_number(n: int) -> str:
    """A well-formed ETGB number."""
    return f"26341453EX{n:06d}"


def invoice(reference: str, n: int, seller: str = SELLER, **changes: Any) -> dict[str, Any]:
    """An invoice that agrees with :func:`draft`."""
    found = {
        "shipment": ref(reference, seller),
        "number": f"ABC2026{n:09d}",
        "ettn": "0b0f3a52-5f0e-4c5c-8a56-3f0f6a2d9c10",
        "issued_on": "2026-11-20",
        "profile": "EARSIVFATURA",
        "type": "ISTISNA",
        "exemption_code": "301",
        "currency": "EUR",
        "total": "42.00",
    }
    return found | changes


def story(n: int, seller: str = SELLER, claim: bool = True) -> Iterator[Arrival]:
    """The eight messages of one shipment's undisturbed journey, each an hour after the one before."""
    reference, tracking, number = f"order-{n}", f"TRK{n}", etgb_number(n)
    hours = (START + timedelta(hours=h) for h in range(24))
    to = {"name": f"Erika Mustermann {n}", "address": {"city": "Berlin", "country": "DE"}}
    yield said("orders/shop", "shipment.drafted.v1", f"draft-{n}", draft(reference, seller, consignee=to), at=next(hours))
    yield said("invoicing/file", "invoice.issued.v1", f"invoice-{n}", invoice(reference, n, seller), at=next(hours))
    booking = {"shipment": ref(reference, seller), "courier": "pts", "tracking_number": tracking}
    yield said("courier/pts", "courier.booked.v1", f"booked-{n}", booking, at=next(hours))
    at = next(hours)
    scan = {"courier": "pts", "tracking_number": tracking, "status": "picked_up", "occurred_at": at.isoformat()}
    yield said("courier/pts", "courier.checkpoint.v1", f"scan-{n}", scan, at=at)
    lines = [{"shipment": ref(reference, seller), "amount": "42.00", "currency": "EUR"}]
    etgb = {"number": number, "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    yield said("courier/pts", "etgb.issued.v1", f"etgb-{n}", etgb, at=next(hours))
    yield said("customs/feed", "etgb.closed.v1", f"closed-{n}", {"number": number, "closed_on": "2026-11-22"}, at=next(hours))
    seen = {"etgb_number": number, "seen_on": "2026-11-23", "evidence": {"kind": "list"}}
    yield said("tax_office/vedop", "vedop.transferred.v1", f"vedop-{n}", seen, at=next(hours))
    if claim:
        filed = {"claim": str(claim_id(seller, "2026-11", 0)), "petition_number": f"P-{n}", "filed_on": "2026-11-20"}
        yield said("tax_office/vedop", "claim.filed.v1", f"filed-{n}", filed, at=next(hours))


TRIGGERS = ("validate", "invoice", "hand_over", "issue_etgb", "transfer_to_vedop", "file_refund")
"""The log of an undisturbed journey."""


def known_id(n: int, seller: str = SELLER) -> str:
    """The id of a story's shipment."""
    return str(shipment_id(seller, f"order-{n}"))


SELLERS = ("1234567890", "4540536920", "1460415308", "3900383669", "3900892152", "9240481875")
"""Tax numbers that pass their check digits."""


def sellers(count: int) -> list[str]:
    """Tax numbers that pass their check digits, one a shipment, so that each has a claim of its own."""
    found = []
    for serial in range(300000000, 400000000, 7):
        found += [number for digit in range(10) if is_valid_vkn(number := f"{serial}{digit}")]
        if len(found) >= count:
            break
    return found[:count]
