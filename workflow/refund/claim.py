"""The VAT refund claim: one per seller and VAT period, a supplementary one for what comes after it was filed; its states."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid5

_NAMESPACE = UUID("a2f1b7a4-5f29-5f0b-b0a4-2a5a0a0f6f21")


class ClaimStatus(StrEnum):
    """How far the tax office is with a claim."""

    OPEN = "open"
    FILED = "filed"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    PAID = "paid"
    REJECTED = "rejected"
    REVERSED = "reversed"


NEXT: dict[ClaimStatus, frozenset[ClaimStatus]] = {
    ClaimStatus.OPEN: frozenset({ClaimStatus.FILED}),
    ClaimStatus.FILED: frozenset(
        {ClaimStatus.UNDER_REVIEW, ClaimStatus.APPROVED, ClaimStatus.PAID, ClaimStatus.REJECTED, ClaimStatus.REVERSED}
    ),
    ClaimStatus.UNDER_REVIEW: frozenset({ClaimStatus.APPROVED, ClaimStatus.PAID, ClaimStatus.REJECTED, ClaimStatus.REVERSED}),
    ClaimStatus.APPROVED: frozenset({ClaimStatus.PAID, ClaimStatus.REJECTED, ClaimStatus.REVERSED}),
    ClaimStatus.PAID: frozenset({ClaimStatus.REVERSED}),
    ClaimStatus.REJECTED: frozenset({ClaimStatus.FILED, ClaimStatus.REVERSED}),
    ClaimStatus.REVERSED: frozenset(),
}
"""Where a claim may go from each status; a rejected claim may be filed again."""

MAY_BE_FILED = frozenset(status for status, following in NEXT.items() if ClaimStatus.FILED in following)
"""Claims whose figures are still those of today; the others keep what they were filed with."""

PASSED: dict[ClaimStatus, frozenset[ClaimStatus]] = {
    ClaimStatus.OPEN: frozenset({ClaimStatus.OPEN}),
    ClaimStatus.FILED: frozenset({ClaimStatus.OPEN, ClaimStatus.FILED}),
    ClaimStatus.UNDER_REVIEW: frozenset({ClaimStatus.OPEN, ClaimStatus.FILED, ClaimStatus.UNDER_REVIEW}),
    ClaimStatus.APPROVED: frozenset({ClaimStatus.OPEN, ClaimStatus.FILED, ClaimStatus.UNDER_REVIEW, ClaimStatus.APPROVED}),
    ClaimStatus.PAID: frozenset(
        {ClaimStatus.OPEN, ClaimStatus.FILED, ClaimStatus.UNDER_REVIEW, ClaimStatus.APPROVED, ClaimStatus.PAID}
    ),
    ClaimStatus.REJECTED: frozenset({ClaimStatus.OPEN, ClaimStatus.REJECTED}),
    ClaimStatus.REVERSED: frozenset({ClaimStatus.OPEN, ClaimStatus.REVERSED}),
}
"""What a claim in each status has behind it: news of that came late and changes nothing."""


def claim_id(seller: str, period: str, supplement: int) -> UUID:
    """The id of a claim follows from what it is for; ``supplement`` 0 is the period's first claim."""
    return uuid5(_NAMESPACE, f"{seller}/{period}/{supplement}")


@dataclass(slots=True)
class Claim:
    """A claim; ``period`` is the VAT period as ``YYYY-MM`` (the Istanbul month of the ETGB's closing day).

    Amounts are in TRY. ``exported_try``, ``refundable_try`` and ``rate_policy`` are the figures it was filed with, ``None`` and
    empty where nobody told them; what was approved, paid and reversed adds up all decisions, since each may be partial.
    What a filed claim asks for is not known where its filing told no amount and the calculation came to nothing, for want of
    its purchases: nobody files for nothing. Then no decision is held against it.
    """

    id: UUID
    seller: str
    period: str
    supplement: int
    status: ClaimStatus = ClaimStatus.OPEN
    petition_number: str = ""
    filed_on: date | None = None
    exported_try: Decimal | None = None
    refundable_try: Decimal | None = None
    rate_policy: str = ""
    override: str = ""
    """Why it was filed although its checklist blocked."""
    approved_try: Decimal | None = None
    paid_try: Decimal | None = None
    paid_on: date | None = None
    """The last day on which money came into the bank."""
    reversed_try: Decimal | None = None
    reason: str = ""
    """Why it was rejected, or reversed."""
    question: str = ""
    """What the tax office asked last."""
    question_due: date | None = None
    """Until when that is to be answered."""
    answered_on: date | None = None
    due_at: datetime | None = None
    """When somebody is to be told that the right to it lapses, or has; ``None`` where nobody is, or was told of both."""
    awaited: bool = False
    """Whether a person was asked to file it."""
    rest: ClaimStatus | None = None
    """Once a part of it was reversed: how far the tax office is with what stands; ``None`` otherwise."""

    @property
    def partly_reversed(self) -> bool:
        """Whether something of it still stands after a reversal; where nobody knows of how much, an amount told is a part."""
        if self.status is not ClaimStatus.REVERSED:
            return False
        if self.refundable_try is None:
            return self.rest is not None
        return self.reversed_try is not None and self.reversed_try < self.refundable_try

    @property
    def stands_as(self) -> ClaimStatus:
        """How far the tax office is with what of it stands: its status, or that of the rest after a part was reversed.

        A reversal of a part decides nothing of the rest (KDVK 32): it is looked into, approved, paid or rejected as if there
        had been none. Where nobody noted how far that was, its amounts say so.
        """
        if not self.partly_reversed:
            return self.status
        told = ((ClaimStatus.PAID, self.paid_try), (ClaimStatus.APPROVED, self.approved_try))
        return self.rest or next((status for status, amount in told if amount is not None), ClaimStatus.FILED)
