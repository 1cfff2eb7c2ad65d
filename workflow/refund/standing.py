"""How the refunds of one seller stand, in one line: for whoever looks after many sellers.

The figures are sums of the same sheets that the seller's own year is told by.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflow.refund import ageing, terms
from workflow.refund.calculation import NOTHING
from workflow.refund.claim import MAY_BE_FILED
from workflow.refund.readiness import SOON_DAYS
from workflow.refund.sheet import Sheet
from workflow.refund.waiting import Waiting, ceiling
from workflow.rules.law import LawBook


@dataclass(frozen=True, slots=True)
class Standing:
    """A seller's refunds on a day; amounts in TRY, each beside the number of its claims.

    Attributes:
        claimable_try: of claims that can be filed as they are, and that come to something.
        blocked_try: of the other claims in time: their checklist forbids to file them, or they come to nothing yet.
        outstanding_try: of filed claims, still to come; ``out_since`` is the day on which the oldest of them was filed.
        lapsing_try: of what can be claimed or is blocked, all that lapses within 90 days.
        lapsed_try: of claims that were not filed in time.
        waiting_try: at most this will be refunded of what is in no claim and has not lapsed, its ETGBs (``waiting`` of them,
            with ``waiting_shipments``) being closed and not seen in VEDOP; in none of the other amounts.
        lapses_on: the next day after which something worth money can be claimed no more.
        unvalued: rates are missing, so that there is more than the figures say.
    """

    seller: str
    claimable: int
    claimable_try: Decimal
    blocked: int
    blocked_try: Decimal
    outstanding: int
    outstanding_try: Decimal
    out_since: date | None
    lapsing: int
    lapsing_try: Decimal
    lapsed: int
    lapsed_try: Decimal
    waiting: int
    waiting_shipments: int
    waiting_try: Decimal
    lapses_on: date | None
    unvalued: bool


def standing(seller: str, sheets: Iterable[Sheet], law: LawBook, today: date, outside: Sequence[Waiting] = ()) -> Standing:
    """Sum up a seller's claims; those that are settled may be left out, since nothing of them is told.

    ``outside`` is what the seller exported and is in no claim yet.

    Raises:
        LawMissingError: a table of the law says nothing of a claim's period.
    """
    told = [one for one in sheets if one.shipments or one.claim.status not in MAY_BE_FILED]
    fileable = [one for one in told if one.claim.status in MAY_BE_FILED]
    left = {one.claim.id: terms.days_left(law, one.claim.period, today) for one in fileable}
    in_time = [one for one in fileable if left[one.claim.id] >= 0]
    lapsed = [one for one in fileable if left[one.claim.id] < 0]
    ready = [one for one in in_time if one.refundable_try and not one.blocked]
    blocked = [one for one in in_time if one not in ready]
    lapsing = [one for one in in_time if left[one.claim.id] <= SOON_DAYS]
    out = [(one.claim, amount) for one in told if (amount := ageing.outstanding(one.claim, one.refundable_try))]
    waits = [one for one in outside if terms.days_left(law, one.period, today) >= 0]
    worth = {one.claim.period for one in in_time if one.refundable_try} | {one.period for one in waits if one.value_try}
    return Standing(
        seller=seller,
        claimable=len(ready),
        claimable_try=_refundable(ready),
        blocked=len(blocked),
        blocked_try=_refundable(blocked),
        outstanding=len(out),
        outstanding_try=sum((amount for _, amount in out), NOTHING),
        out_since=min((claim.filed_on for claim, _ in out if claim.filed_on is not None), default=None),
        lapsing=len(lapsing),
        lapsing_try=_refundable(lapsing),
        lapsed=len(lapsed),
        lapsed_try=_refundable(lapsed),
        waiting=len({number for one in waits for number in one.etgbs}),
        waiting_shipments=sum(one.shipments for one in waits),
        waiting_try=ceiling(waits, law),
        lapses_on=min((terms.deadline(law, period) for period in worth), default=None),
        unvalued=any(one.unvalued for one in told) or any(one.value_try is None for one in waits),
    )


def _refundable(sheets: Iterable[Sheet]) -> Decimal:
    return sum((one.refundable_try for one in sheets), NOTHING)
