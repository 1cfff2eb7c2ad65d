"""LIM003: shipments that are within the limits one by one and above them together look like one that was split.

It warns and never blocks: no rule is known that adds a day's shipments up, but customs may ask. The finding stands at the
shipment that was judged last, and names the others; those that were there before keep theirs until they are judged again. It
stays, too, when one of the others is cancelled later, until then.
"""

from collections.abc import Iterator
from decimal import Decimal

from workflow.draft import Draft
from workflow.rules.findings import Finding, Severity
from workflow.rules.law import InForce, Rates
from workflow.together import Others
from workflow.values import shown, to_cents


def together(draft: Draft, law: InForce, rates: Rates, others: Others) -> Iterator[Finding]:
    """LIM003 by weight and by value; FX001 where the others' currency has no rate that day and it may matter.

    A draft that is above a limit by itself is held for that (LIM001, LIM002), and one without a rate of its own for want of it
    (FX001): of these nothing more is said here.
    """
    if not others.count:
        return
    limit = law.limit
    said = {"count": str(others.count), "others": others.named(), "day": draft.planned_on.isoformat()}
    weight = draft.gross_weight_kg + others.gross_kg
    if draft.gross_weight_kg <= limit.max_gross_kg < weight:
        params = said | {"weight": shown(weight), "limit": shown(limit.max_gross_kg)}
        yield Finding("LIM003", Severity.WARN, "gross_weight_kg", "weight", params)
    own = _euro(draft.total, draft.currency, draft, rates)
    if own is None or own > limit.max_eur:
        return
    converted = {currency: _euro(total, currency, draft, rates) for currency, total in sorted(others.totals.items())}
    value = sum((euro for euro in converted.values() if euro is not None), own)
    if value > limit.max_eur:
        params = said | {"value": str(to_cents(value)), "limit": shown(limit.max_eur)}
        yield Finding("LIM003", Severity.WARN, "lines", "value", params)
        return
    for currency in (currency for currency, euro in converted.items() if euro is None):
        params = {"currency": currency, "day": draft.planned_on.isoformat()}
        yield Finding("FX001", Severity.WARN, "currency", "together", params)


def _euro(total: Decimal, currency: str, draft: Draft, rates: Rates) -> Decimal | None:
    return total if currency == "EUR" else rates.to_eur(total, currency, draft.planned_on)
