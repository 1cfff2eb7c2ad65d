"""LIM001, LIM002 and FX001: what one shipment may weigh and be worth."""

from collections.abc import Iterator
from decimal import Decimal

from workflow.draft import Draft
from workflow.rules.findings import Finding, Severity
from workflow.rules.law import CourierLimit, LawBook, Rates
from workflow.values import to_cents

_NEAR = Decimal("0.95")
_FAR_BELOW = Decimal("0.25")
_NONE = CourierLimit()


def weight(draft: Draft, law: LawBook) -> Iterator[Finding]:
    """LIM001: the gross weight within the limit of the planned day and the courier's own."""
    kg = draft.gross_weight_kg
    if kg <= 0:
        yield Finding("LIM001", Severity.BLOCK, "gross_weight_kg", "missing", {"weight": str(kg)})
        return
    limit = law.limit(draft.planned_on)
    if kg > limit.max_gross_kg:
        params = {"weight": str(kg), "limit": str(limit.max_gross_kg), "day": draft.planned_on.isoformat()}
        yield Finding("LIM001", Severity.BLOCK, "gross_weight_kg", "", params)
        return
    own = law.courier_limits.get(draft.courier, _NONE).max_gross_kg
    if own is not None and kg > own:
        params = {"weight": str(kg), "limit": str(own), "courier": draft.courier}
        yield Finding("LIM001", Severity.BLOCK, "gross_weight_kg", "courier", params)


def value(draft: Draft, law: LawBook, rates: Rates) -> Iterator[Finding]:
    """LIM002: the value within the limit in euro; FX001 where the day has no rate.

    Without a rate nothing is guessed: the draft is held, unless the newest bulletin there is puts it below a quarter of
    the limit, where no movement between two bulletins could carry it over. It is judged again when the rate arrives.
    """
    total, day = draft.total, draft.planned_on
    limit = law.limit(day)
    euro = total if draft.currency == "EUR" else rates.to_eur(total, draft.currency, day)
    if euro is None:
        yield _no_rate(draft, limit.max_eur, rates)
        return
    params = {"value": str(to_cents(euro)), "limit": str(limit.max_eur), "day": day.isoformat()}
    if euro > limit.max_eur:
        yield Finding("LIM002", Severity.BLOCK, "lines", "", params)
        return
    own = law.courier_limits.get(draft.courier, _NONE).max_eur
    if own is not None and euro > own:
        own_params = {"value": params["value"], "limit": str(own), "courier": draft.courier}
        yield Finding("LIM002", Severity.BLOCK, "lines", "courier", own_params)
    elif euro >= limit.max_eur * _NEAR:
        yield Finding("LIM002", Severity.WARN, "lines", "near", params)


def _no_rate(draft: Draft, max_eur: Decimal, rates: Rates) -> Finding:
    params = {"currency": draft.currency, "day": draft.planned_on.isoformat()}
    rough = rates.roughly(draft.total, draft.currency)
    if rough is None or rough[0] >= max_eur * _FAR_BELOW:
        return Finding("FX001", Severity.BLOCK, "currency", "", params)
    params |= {"value": str(to_cents(rough[0])), "bulletin": rough[1].isoformat(), "limit": str(max_eur)}
    return Finding("FX001", Severity.WARN, "currency", "far_below", params)
