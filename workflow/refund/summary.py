"""A seller's year in figures: period by period, and how long what is out has been out; plain values like the listing's."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from workflow.refund import ageing, terms
from workflow.refund.calculation import NOTHING
from workflow.refund.claim import MAY_BE_FILED
from workflow.refund.listing import exported, money
from workflow.refund.readiness import SOON_DAYS
from workflow.refund.sheet import InCurrency, Sheet, below_minimum
from workflow.refund.unclaimed import Unclaimed, unclaimed
from workflow.refund.waiting import Waiting, lacking, waiting
from workflow.rules.law import LawBook


def summary(
    seller: str,
    year: int,
    sheets: Sequence[Sheet],
    law: LawBook,
    today: date,
    before: Sequence[Sheet] = (),
    outside: Sequence[Waiting] = (),
    apart: Sequence[Unclaimed] = (),
) -> dict[str, Any]:
    """A seller's year, period by period, with sums and the ageing of what is out.

    ``before`` are the claims of earlier years that may still be filed: what is too small of them is in each period's view, as
    at the claim itself. ``outside`` is what was exported in the year and is in no claim yet, ``apart`` what was bought in it
    and counts in none.
    """
    periods = sorted({*(one.claim.period for one in sheets), *(one.period for one in outside), *(one.period for one in apart)})
    small = below_minimum([*before, *sheets], law, today)
    rows: list[dict[str, Any]] = []
    for period in periods:
        alike = [one for one in sheets if one.claim.period == period]
        rolled = _sum(one.refundable_try for one in small if one.claim.period < period)
        waits = [one for one in outside if one.period == period]
        bought = [one for one in apart if one.period == period]
        rows.append({**_figures(alike, waits, bought, law, today), "period": period, "rolled_in_try": money(rolled)})
    return {
        "seller": seller,
        "year": year,
        "as_of": today.isoformat(),
        "periods": rows,
        "total": _figures(sheets, outside, apart, law, today),
        "ageing": _ages(sheets, today),
    }


def _figures(
    sheets: Sequence[Sheet], outside: Sequence[Waiting], apart: Sequence[Unclaimed], law: LawBook, today: date
) -> dict[str, Any]:
    claims = [one.claim for one in sheets]
    currencies: dict[str, InCurrency] = {}
    for one in (part for sheet in sheets for part in sheet.exported):
        so_far = currencies.get(one.currency, InCurrency(one.currency, NOTHING, NOTHING))
        currencies[one.currency] = InCurrency(one.currency, so_far.amount + one.amount, so_far.value_try + one.value_try)
    left = {one.claim.id: terms.days_left(law, one.claim.period, today) for one in sheets}
    fileable = [one for one in sheets if one.claim.status in MAY_BE_FILED]
    return {
        "claims": len(sheets),
        "shipments": sum(one.shipments for one in sheets),
        "exported": [exported(currencies[name]) for name in sorted(currencies)],
        "exported_try": money(_sum(one.exported_try for one in sheets)),
        "back_try": money(_sum(one.calculation.back_try for one in sheets)),
        "refundable_try": money(_sum(one.refundable_try for one in sheets)),
        "filed_try": money(_sum(one.refundable_try for one in sheets if one not in fileable)),
        "approved_try": money(_sum(one.approved_try for one in claims)),
        "paid_try": money(_sum(one.paid_try for one in claims)),
        "reversed_try": money(_sum(one.reversed_try for one in claims)),
        "outstanding_try": money(_sum(ageing.outstanding(one.claim, one.refundable_try) for one in sheets)),
        "lapsing_try": money(_sum(one.refundable_try for one in fileable if 0 <= left[one.claim.id] <= SOON_DAYS)),
        "lapsed_try": money(_sum(one.refundable_try for one in fileable if left[one.claim.id] < 0)),
        "unvalued": sorted({currency for one in sheets for currency in one.unvalued}),
        "waiting": waiting(outside, law, today),
        "unclaimed": unclaimed(apart),
        "lacking": lacking(outside, sheets),
    }


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((one for one in amounts if one is not None), NOTHING)


def _ages(sheets: Iterable[Sheet], today: date) -> list[dict[str, Any]]:
    """What is out, by how long."""
    asked = [(one.claim, one.refundable_try) for one in sheets]
    aged = [(ageing.days(*one, today), ageing.outstanding(*one)) for one in asked]
    out = [(ageing.bucket(age), amount) for age, amount in aged if age is not None and amount]
    return [
        {
            "days": name,
            "claims": sum(found == name for found, _ in out),
            "outstanding_try": money(_sum(amount for found, amount in out if found == name)),
        }
        for name in (*(name for name, _ in ageing.BUCKETS), ageing.OLDEST)
    ]
