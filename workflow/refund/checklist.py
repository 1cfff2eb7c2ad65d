"""Makes a claim's checklist of what was looked at."""

from datetime import date
from decimal import Decimal

from workflow.refund import periods, terms
from workflow.refund.claim import Claim
from workflow.refund.purchases import Purchase, number_in_lists, number_is_wrong, shared_by_value
from workflow.refund.readiness import OF_SHIPMENTS, SOON_DAYS, Check, Item, Lacking, Looked, Severity
from workflow.rules.law import LawBook
from workflow.values import shown


def checklist(looked: Looked, law: LawBook, today: date) -> list[Item]:
    """The checklist of a claim on a day (Istanbul)."""
    figures = Severity.BLOCK if looked.purchases else Severity.ADVISE
    return [
        _period(looked.claim, today),
        Item(Check.SHIPMENTS, Severity.BLOCK, looked.shipments > 0, {"count": str(looked.shipments)}),
        *_of_shipments(looked),
        _rates(looked, figures),
        Item(Check.PURCHASES, Severity.ADVISE, bool(looked.purchases), {"count": str(len(looked.purchases))}),
        *_late(looked),
        *_unplaced(looked),
        *_of_purchases(looked),
        Item(Check.CARRIED, figures, looked.calculation.carried_try is not None, _tl(looked.calculation.carried_try)),
        *_of_amount(looked, law, figures),
        _deadline(looked.claim, law, today),
    ]


def _period(claim: Claim, today: date) -> Item:
    """Whether the period is over: its return, in which the refund has to stand, is made after its end (KDVK 32, 41)."""
    last = periods.last_day(claim.period)
    return Item(Check.PERIOD, Severity.BLOCK, today > last, {"last": last.isoformat()})


def _of_shipments(looked: Looked) -> list[Item]:
    found = []
    for check, severity in OF_SHIPMENTS.items():
        lacking = looked.lacking.get(check, Lacking(0))
        params = {"count": str(lacking.count), "percent": shown(looked.tolerance * 100)}
        found.append(Item(check, severity, not lacking.count, params, lacking.count, lacking.shipments))
    return found


def _rates(looked: Looked, severity: Severity) -> Item:
    days = sorted({day for missing in looked.unvalued.values() for day in missing})
    params = {"currencies": ", ".join(sorted(looked.unvalued))}
    if days:
        params |= {"since": days[0].isoformat(), "until": days[-1].isoformat()}
    return Item(Check.RATES, severity, not days, params, len(days))


def is_complete(purchase: Purchase) -> bool:
    """Whether the supplier of a purchase is named as the tax office's lists want it: name, and a number that checks.

    An import's is by its customs declaration, since its seller has no number here.
    """
    number = number_in_lists(purchase)
    return bool(purchase.supplier_name and number) and not number_is_wrong(number)


def _late(looked: Looked) -> list[Item]:
    """Of a supplementary claim: whether it takes what earlier ones of its period were filed without."""
    if not looked.claim.supplement:
        return []
    count = looked.late_purchases
    return [Item(Check.LATE_PURCHASES, Severity.ADVISE, not count, {"count": str(count)}, count)]


def _unplaced(looked: Looked) -> list[Item]:
    """Whether a purchase counts nowhere, since the order that it is for is in no claim: a wrong number, or not exported yet."""
    if looked.unplaced is None:
        return [Item(Check.ORDERS, Severity.ADVISE, met=True)] if looked.purchases else []
    count, found = looked.unplaced.count, looked.unplaced
    params = {"count": str(count), "amount": shown_try(found.vat_try), "first": ", ".join(found.first)}
    return [Item(Check.ORDERS, Severity.ADVISE, met=False, params=params, count=count)]


def _of_purchases(looked: Looked) -> list[Item]:
    if not looked.purchases:
        return []
    bad = [one.purchase.invoice_number for one in looked.purchases if not is_complete(one.purchase)]
    open_shares = [one for one in looked.purchases if shared_by_value(one.purchase)] if not looked.turnover_try else []
    return [
        Item(Check.SUPPLIERS, Severity.BLOCK, not bad, {"count": str(len(bad)), "first": ", ".join(bad[:3])}, len(bad)),
        Item(Check.SHARES, Severity.ADVISE, not open_shares, {"count": str(len(open_shares))}, len(open_shares)),
    ]


def _of_amount(looked: Looked, law: LawBook, severity: Severity) -> list[Item]:
    if not looked.purchases:
        return []
    amount, period = looked.calculation.refundable_try, looked.claim.period
    least, most = terms.minimum(law, period), terms.inspection_limit(law, period)
    return [
        Item(Check.MINIMUM, severity, amount >= least, {"amount": shown_try(amount), "least": shown_try(least)}),
        Item(Check.INSPECTION, Severity.ADVISE, amount <= most, {"amount": shown_try(amount), "most": shown_try(most)}),
    ]


def _deadline(claim: Claim, law: LawBook, today: date) -> Item:
    last = terms.deadline(law, claim.period)
    left = terms.days_left(law, claim.period, today)
    severity = Severity.BLOCK if left < 0 else Severity.ADVISE
    return Item(Check.DEADLINE, severity, left > SOON_DAYS, {"last": last.isoformat(), "days": str(left)})


def _tl(amount: Decimal | None) -> dict[str, str]:
    return {} if amount is None else {"amount": shown_try(amount)}


def shown_try(amount: Decimal) -> str:
    """Lira as both languages can read them: ``10000.00``."""
    return f"{amount:.2f}"
