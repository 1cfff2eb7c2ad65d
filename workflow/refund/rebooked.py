"""What the correction or withdrawal of a purchase would do to claims: told before it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from workflow.refund.claim import ClaimStatus
from workflow.refund.readiness import Check
from workflow.refund.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a claim stands, in TRY; ``bad_suppliers`` counts the purchases whose supplier data keep it from being filed."""

    incurred_try: Decimal
    refundable_try: Decimal
    bad_suppliers: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A claim that would come to other figures than it does."""

    claim: UUID
    period: str
    supplement: int
    status: ClaimStatus
    before: Stand
    after: Stand


def shifts(before: Sequence[Sheet], after: Sequence[Sheet]) -> tuple[Shift, ...]:
    """The claims that come to other figures; ``after`` has the same claims. What was filed stays, and is none of them."""
    now = {sheet.claim.id: _stand(sheet) for sheet in after}
    return tuple(
        Shift(claim.id, claim.period, claim.supplement, claim.status, stand, now[claim.id])
        for sheet in before
        for claim, stand in ((sheet.claim, _stand(sheet)),)
        if now[claim.id] != stand
    )


def _stand(sheet: Sheet) -> Stand:
    bad = next((item.count for item in sheet.checklist if item.check is Check.SUPPLIERS), 0)
    return Stand(sheet.calculation.incurred_try, sheet.refundable_try, bad)
