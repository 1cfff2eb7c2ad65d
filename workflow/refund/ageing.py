"""How long the money of a filed claim has been awaited, and how much of it is still out."""

from datetime import date
from decimal import Decimal

from workflow.refund.calculation import NOTHING
from workflow.refund.claim import Claim, ClaimStatus

_AWAITED = frozenset(
    {ClaimStatus.FILED, ClaimStatus.UNDER_REVIEW, ClaimStatus.APPROVED, ClaimStatus.PAID, ClaimStatus.REVERSED}
)

BUCKETS: tuple[tuple[str, int], ...] = (("0-30", 30), ("31-60", 60), ("61-90", 90), ("91-180", 180))
"""Names of the buckets of ageing, and their last day; whatever is older is in :data:`OLDEST`."""
OLDEST = "181+"


def outstanding(claim: Claim, asked: Decimal) -> Decimal:
    """What is still to come, in TRY: of what was approved, else of what was asked for, less what was reversed.

    ``asked`` is what the claim comes to (:attr:`workflow.refund.sheet.Sheet.refundable_try`): who tells of a filing need not
    tell its figures. Where it is not known what a claim asks for, all that was approved is to come.
    """
    if claim.status not in _AWAITED or (claim.status is ClaimStatus.REVERSED and not claim.partly_reversed):
        return NOTHING
    approved = claim.approved_try
    whole = approved if claim.refundable_try is None and approved is not None else asked
    standing = whole - (claim.reversed_try or NOTHING)
    due = standing if approved is None else min(approved, standing)
    return max(due - (claim.paid_try or NOTHING), NOTHING)


def days(claim: Claim, asked: Decimal, today: date) -> int | None:
    """The days from filing to the last payment, or to today where money is still out; ``None`` for one that is not filed."""
    if claim.filed_on is None or claim.status not in _AWAITED:
        return None
    settled = claim.paid_on is not None and not outstanding(claim, asked)
    return ((claim.paid_on if settled and claim.paid_on else today) - claim.filed_on).days


def bucket(age: int) -> str:
    """The bucket of an age in days."""
    return next((name for name, last in BUCKETS if age <= last), OLDEST)
