"""Returns: what follows where goods come back, by how far they had come.

A return before the goods have left undoes the sale's papers: first the ETGB, then the invoice, since an invoice that is gone
cannot be given back to an ETGB that customs close after all. Once they have left nothing is undone: they come back as returned
goods (geri gelen eşya), and what was refunded is given back (domain section 1.3).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflow.etgb import Etgb
from workflow.refund import Claim, ClaimStatus


class Standing(StrEnum):
    """How far returned goods had come, as far as is known now; news that comes later may still change it."""

    UNDECLARED = "undeclared"
    DECLARED = "declared"
    DECLARED_WITH_OTHERS = "declared_with_others"
    EXPORTED = "exported"
    CLAIMED = "claimed"


class Consequence(StrEnum):
    """What somebody has to do about returned goods."""

    CANCEL_INVOICE = "cancel_invoice"
    CANCEL_ETGB = "cancel_etgb"
    CORRECT_ETGB = "correct_etgb"
    BRING_IN = "bring_in"
    REVERSE_CLAIM = "reverse_claim"


CONSEQUENCES: dict[Standing, frozenset[Consequence]] = {
    Standing.UNDECLARED: frozenset({Consequence.CANCEL_INVOICE}),
    Standing.DECLARED: frozenset({Consequence.CANCEL_ETGB}),
    Standing.DECLARED_WITH_OTHERS: frozenset({Consequence.CORRECT_ETGB}),
    Standing.EXPORTED: frozenset({Consequence.BRING_IN}),
    Standing.CLAIMED: frozenset({Consequence.BRING_IN, Consequence.REVERSE_CLAIM}),
}
"""From ``handed_to_courier`` a shipment is returned undeclared; from ``etgb_issued`` declared, or exported where its ETGB was
closed; from ``vedop_transferred`` exported, and it leaves its open claim; from ``refund_filed`` claimed. Once the ETGB of a
declared one is cancelled it is undeclared, and its invoice is asked for; once it is closed, exported."""


_NOTHING_ASKED = frozenset({ClaimStatus.OPEN, ClaimStatus.REJECTED, ClaimStatus.REVERSED})
"""Claims by which nothing is asked of the tax office now."""


def standing(etgb: Etgb | None, claim: Claim | None, *, shared: bool) -> Standing:
    """How far goods had come: by the ETGB they are on, and the filed claim they are in; ``shared`` with other shipments."""
    if claim is not None and (claim.partly_reversed or claim.status not in _NOTHING_ASKED):
        return Standing.CLAIMED
    if etgb is None or etgb.cancel_cause is not None:
        return Standing.UNDECLARED
    if etgb.closed_on is not None or etgb.vedop_seen_on is not None:
        return Standing.EXPORTED
    return Standing.DECLARED_WITH_OTHERS if shared else Standing.DECLARED


@dataclass(frozen=True, slots=True)
class ReEntry:
    """Goods that left on or after ``valid_from`` may come back free of import duty for ``years``."""

    valid_from: date
    years: int
    source: str


RE_ENTRY: tuple[ReEntry, ...] = (
    ReEntry(date(1, 1, 1), 3, "Gümrük Kanunu 168 and Gümrük Yönetmeliği, by kizilkaya.com.tr 07.11.2025; likely, not read"),
)
"""The newest row that had begun when the goods left holds."""


def back_until(closed_on: date, table: tuple[ReEntry, ...] = RE_ENTRY) -> date:
    """The last day on which goods whose ETGB was closed on a day may come back as returned goods."""
    years = max((row for row in table if row.valid_from <= closed_on), key=lambda row: row.valid_from).years
    try:
        return closed_on.replace(year=closed_on.year + years)
    except ValueError:  # the 29th of February, in a year that has none
        return date(closed_on.year + years, 2, 28)
