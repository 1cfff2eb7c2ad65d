"""The load: whole stories of shipments, interleaved in waves as a day's traffic is."""

from collections.abc import Iterator

from events.translate import Arrival
from tests.stories import SELLERS, said, story
from workflow.refund import claim_id

WAVE = 500
TRANSITIONS = 6
"""Transitions of one shipment: validate, invoice, hand_over, issue_etgb, transfer_to_vedop, file_refund."""


def journeys(shipments: int) -> list[Arrival]:
    """All messages of some shipments: drafts of a wave first, then its invoices, and so on; the claims at the end."""
    found: list[Arrival] = []
    for begin in range(0, shipments, WAVE):
        stories = [list(story(n, owner(n), claim=False)) for n in range(begin, min(begin + WAVE, shipments))]
        found.extend(arrival for step in zip(*stories, strict=True) for arrival in step)
    return found


def claims() -> Iterator[Arrival]:
    """The filing of every seller's claim."""
    for seller in SELLERS:
        filed = {"claim": str(claim_id(seller, "2026-11", 0)), "petition_number": f"P-{seller}", "filed_on": "2026-11-24"}
        yield said("tax_office/vedop", "claim.filed.v1", f"filed-{seller}", filed)


def owner(n: int) -> str:
    """Whose shipment it is."""
    return SELLERS[n % len(SELLERS)]
