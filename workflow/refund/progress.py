"""What the tax office's decisions do to a claim's amounts: they add up, since it approves and pays in parts."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from workflow.refund.calculation import NOTHING
from workflow.refund.claim import Claim, ClaimStatus


def _left(claim: Claim, of: Decimal | None, done: Decimal | None) -> Decimal | None:
    """The rest of an amount; the amount is the claim's own where there is no other."""
    whole = claim.refundable_try if of is None else of
    return None if whole is None else max(whole - (done or NOTHING), NOTHING)


def _approve(claim: Claim, amount: Decimal | None, _: date) -> None:
    whole = _left(claim, None, claim.approved_try) if amount is None else amount
    if whole is not None:
        claim.approved_try = (claim.approved_try or NOTHING) + whole


def _pay(claim: Claim, amount: Decimal | None, on: date) -> None:
    whole = _left(claim, claim.approved_try, claim.paid_try) if amount is None else amount
    if whole is not None:
        claim.paid_try = (claim.paid_try or NOTHING) + whole
    claim.paid_on = on if claim.paid_on is None else max(claim.paid_on, on)


def _reverse(claim: Claim, amount: Decimal | None, _: date) -> None:
    whole = _left(claim, None, claim.reversed_try) if amount is None else amount
    if whole is not None:
        claim.reversed_try = (claim.reversed_try or NOTHING) + whole


_COUNTED: dict[ClaimStatus, tuple[str, Callable[[Claim, Decimal | None, date], None]]] = {
    ClaimStatus.APPROVED: ("approved_try", _approve),
    ClaimStatus.PAID: ("paid_try", _pay),
    ClaimStatus.REVERSED: ("reversed_try", _reverse),
}
"""The statuses that have an amount: in which field it stands, and how a decision counts."""


def counts(status: ClaimStatus) -> bool:
    """Whether a status carries an amount."""
    return status in _COUNTED


def too_much(claim: Claim, status: ClaimStatus, amount: Decimal | None) -> bool:
    """Whether a decision would bring an amount above what the claim asked for, so far as that is known."""
    if amount is None or claim.refundable_try is None or status not in _COUNTED:
        return False
    done: Decimal | None = getattr(claim, _COUNTED[status][0])
    return (done or NOTHING) + amount > claim.refundable_try


def count(claim: Claim, status: ClaimStatus, amount: Decimal | None, on: date) -> None:
    """Add a decision's amount; one without an amount is about all that is left."""
    if status in _COUNTED:
        _COUNTED[status][1](claim, amount, on)
