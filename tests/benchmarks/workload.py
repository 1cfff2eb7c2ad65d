"""The load: whole stories of shipments, interleaved as a day's traffic is."""

from collections.abc import Sequence

from events.translate import Arrival
from tests.stories import SELLERS, TRIGGERS, said, story
from workflow.refund import claim_id

WAVE = 500
TRANSITIONS = len(TRIGGERS)
"""Transitions of one shipment: validate, invoice, hand_over, issue_etgb, transfer_to_vedop, file_refund."""
MESSAGES = 7
"""Messages of one shipment; the eighth, the claim's filing, is shared by a seller's shipments."""
PERIOD = "2026-11"


def journeys(shipments: int, first: int = 0) -> list[Arrival]:
    """All messages but the claims': drafts of a wave of shipments first, then its invoices, and so on, wave by wave."""
    found: list[Arrival] = []
    for begin in range(first, first + shipments, WAVE):
        for step in steps(begin, min(begin + WAVE, first + shipments)):
            found.extend(step)
    return found


def steps(first: int, end: int) -> list[tuple[Arrival, ...]]:
    """The messages of some shipments, a step of the journey at a time."""
    return list(zip(*(story(n, owner(n), claim=False) for n in range(first, end)), strict=True))


def claims(sellers: Sequence[str] = SELLERS) -> list[Arrival]:
    """The filing of every seller's claim."""
    found = []
    for seller in sellers:
        filed = {"claim": str(claim_id(seller, PERIOD, 0)), "petition_number": f"P-{seller}", "filed_on": "2026-11-24"}
        found.append(said("tax_office/vedop", "claim.filed.v1", f"filed-{seller}", filed))
    return found


def owner(n: int) -> str:
    """Whose shipment it is."""
    return SELLERS[n % len(SELLERS)]
