"""News of a claim as counterparts tell it, and the claim after it."""

from datetime import UTC, datetime
from typing import Any

from events.translate import Arrival
from tests.stories import SELLER, ref, said, story
from tests.unit.test_disturbed import at
from tests.unit.watched import Watched
from workflow.refund import Claim, claim_id

CLAIM = claim_id(SELLER, "2026-11", 0)


GATHERED = tuple(story(0, claim=False))


NEW_YEAR = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)


COUNT = iter(range(1, 10_000))


def filed(petition: str = "P-1", hours: float = 9, again: str = "", **more: Any) -> Arrival:
    """The claim is filed, asking for 1,000.00 TL; ``again`` makes it another message."""
    figures = {"exported": "5000.00", "refundable": "1000.00", "rate_policy": "intac_prev_bulletin"}
    data = {"claim": str(CLAIM), "petition_number": petition, "filed_on": "2026-11-20", **figures, **more}
    return said("tax_office/ayse", "claim.filed.v1", f"filed-{petition}{again}", data, at=at(hours))


def progress(status: str, on: str = "2026-12-10", **more: Any) -> Arrival:
    """The tax office's word on the claim."""
    number = next(COUNT)
    data = {"claim": str(CLAIM), "status": status, "on": on, **more}
    return said("tax_office/ayse", "claim.progressed.v1", f"p{number}", data, at=at(20 + number / 100))


def after(*arrivals: Arrival) -> tuple[Claim, Watched, list[str]]:
    """The claim after all that, who watched, and what became of each message."""
    watched = Watched()
    watched.tell(*GATHERED)
    outcomes = watched.tell(*arrivals)
    return watched.store.world.claims[CLAIM], watched, [one.code or one.state for one in outcomes]


def back(number: int) -> Arrival:
    """A shipment's goods come back after the filing."""
    data = {"shipment": ref(f"order-{number}"), "reason": "refused by the buyer"}
    return said("ops/ayse", "shipment.return_goods.v1", f"back-{number}", data, at=at(30))


def asked_for(watched: Watched) -> set[str]:
    """The references of the shipments for which a reversal is asked."""
    shipments = watched.store.world.shipments
    asked = [item for item in watched.open.values() if item.reason.value == "claim_reversal_needed"]
    return {shipments[item.shipment].reference for item in asked if item.shipment is not None}


def part_back(name: str, *lines: tuple[int, str]) -> Arrival:
    """Some pieces of the first shipment come back after the filing."""
    pieces = [{"line": line, "quantity": quantity} for line, quantity in lines]
    data = {"shipment": ref("order-0"), "reason": "one was broken", "lines": pieces}
    return said("ops/ayse", "shipment.return_goods.v1", name, data, at=at(30))


def refused(watched: Watched) -> list[tuple[str, str]]:
    """Which messages were refused, and why."""
    return sorted((one.part.message.id, one.code) for changes in watched.store.changes for one in changes.refused)


def purchase(number: str = "TED1", hours: float = 1, **changes: Any) -> Arrival:
    """A purchase invoice."""
    data = {
        "seller": SELLER,
        "supplier": {"tax_number": "4540536920", "name": "Tedarik A.Ş."},
        "invoice_number": number,
        "issued_on": "2026-11-03",
        "period": "2026-11",
        "net": "100.00",
        "vat": "20.00",
    }
    return said("accounting/ayse", "purchase.booked.v1", f"b{next(COUNT)}", data | changes, at=at(hours))
