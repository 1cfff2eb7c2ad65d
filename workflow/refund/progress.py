"""What the tax office's decisions do to a claim: how far it is by them, and its amounts, which add up.

It approves, pays and reverses in parts. A decision by which an amount would exceed what the claim asked for is none on this
claim and is refused: the message is kept, and can be replayed. Money beyond what was approved is taken, since it is in the
bank: the rest of the approval may come later, it may be the tax office's interest (VUK 112/5), another claim's money, or a
slip. Which it is no message says, so finance is asked, and told by how much (``claim_paid_above``). That is our own choice: to
refuse it would lose sight of money, and would depend on which of the two was told first.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from workflow.refund.calculation import NOTHING
from workflow.refund.claim import Claim, ClaimStatus


def _left(whole: Decimal | None, done: Decimal | None) -> Decimal | None:
    """The rest of an amount, so far as that is known."""
    return None if whole is None else max(whole - (done or NOTHING), NOTHING)


def _standing(claim: Claim) -> Decimal | None:
    """What the claim asks for without what was reversed of it."""
    return _left(claim.refundable_try, claim.reversed_try)


def _due(claim: Claim) -> Decimal | None:
    """What is to be paid in all: what was approved, or what is asked for, and no more than that."""
    known = [one for one in (claim.approved_try, _standing(claim)) if one is not None]
    return min(known, default=None)


def _approve(claim: Claim, amount: Decimal | None, _: date) -> None:
    whole = _left(_standing(claim), claim.approved_try) if amount is None else amount
    if whole is not None:
        claim.approved_try = (claim.approved_try or NOTHING) + whole


def _pay(claim: Claim, amount: Decimal | None, on: date) -> None:
    whole = _left(_due(claim), claim.paid_try) if amount is None else amount
    if whole is not None:
        claim.paid_try = (claim.paid_try or NOTHING) + whole
    claim.paid_on = on if claim.paid_on is None else max(claim.paid_on, on)


def _reverse(claim: Claim, amount: Decimal | None, _: date) -> None:
    whole = _standing(claim) if amount is None else amount
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


def told_before(claim: Claim, status: ClaimStatus) -> Decimal:
    """What earlier decisions of a status that has an amount came to."""
    done: Decimal | None = getattr(claim, _COUNTED[status][0])
    return done or NOTHING


def too_much(claim: Claim, status: ClaimStatus, amount: Decimal | None) -> Decimal:
    """By how much a decision would bring an amount above what the claim asked for, so far as that is known."""
    if amount is None or claim.refundable_try is None or status not in _COUNTED:
        return NOTHING
    return max(told_before(claim, status) + amount - claim.refundable_try, NOTHING)


def paid_above(claim: Claim) -> Decimal:
    """By how much what was paid is above what was approved; nothing where no approval was told."""
    if claim.approved_try is None:
        return NOTHING
    return max((claim.paid_try or NOTHING) - claim.approved_try, NOTHING)


def move(claim: Claim, status: ClaimStatus) -> None:
    """Let a claim go to a status that is one of the next; after a part was reversed it is the rest that goes on.

    A rejection ends the whole, which may be filed again, without what was reversed.
    """
    stood = claim.stands_as
    if status is ClaimStatus.REVERSED:
        claim.status, claim.rest = status, stood
    elif claim.partly_reversed and status is not ClaimStatus.REJECTED:
        claim.rest = status
    else:
        claim.status, claim.rest = status, None


def count(claim: Claim, status: ClaimStatus, amount: Decimal | None, on: date) -> None:
    """Add a decision's amount; one without an amount is about all that is left."""
    if status in _COUNTED:
        _COUNTED[status][1](claim, amount, on)
    whole = status is ClaimStatus.REVERSED and amount is None and claim.refundable_try is None
    if whole or not claim.partly_reversed:
        claim.rest = None
