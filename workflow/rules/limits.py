"""LIM001, LIM002 and FX001: what one shipment may weigh and be worth."""

from collections.abc import Iterator
from decimal import Decimal

from workflow.draft import Draft
from workflow.rules.findings import Finding, Severity
from workflow.rules.law import InForce, Rates
from workflow.rules.tables import Certainty, CourierLimit
from workflow.values import to_cents

_NEAR = Decimal("0.95")


def weight(draft: Draft, law: InForce) -> Iterator[Finding]:
    """LIM001: the gross weight within the limit of the planned day and the courier's own."""
    kg, limit = draft.gross_weight_kg, law.limit
    if kg <= 0:
        yield Finding("LIM001", Severity.BLOCK, "gross_weight_kg", "missing", {"weight": str(kg)}, limit)
    elif kg > limit.max_gross_kg:
        params = {"weight": str(kg), "limit": str(limit.max_gross_kg), "day": draft.planned_on.isoformat()}
        yield Finding("LIM001", Severity.BLOCK, "gross_weight_kg", "", params, limit)
    else:
        yield from of_courier(draft.courier, kg, None, law)


def value(draft: Draft, law: InForce, rates: Rates) -> Iterator[Finding]:
    """LIM002: the value within the limit in euro; FX001 where the day has no rate.

    Without a rate nothing is guessed, neither from an older bulletin nor from a later one: the draft is held, and judged
    again when the rate arrives.
    """
    total, day, limit = draft.total, draft.planned_on, law.limit
    euro = total if draft.currency == "EUR" else rates.to_eur(total, draft.currency, day)
    if euro is None:
        params = {"currency": draft.currency, "day": day.isoformat()}
        yield Finding("FX001", Severity.BLOCK, "currency", "", params)
        return
    if euro > limit.max_eur:
        yield Finding("LIM002", Severity.BLOCK, "lines", "", _against(limit.max_eur, euro, draft), limit)
        return
    held = False
    for own in law.courier_limits(draft.courier):
        if own.max_eur is not None and euro > own.max_eur:
            params = {"value": str(to_cents(euro)), "limit": str(own.max_eur), "courier": draft.courier}
            one = _of_the_courier("LIM002", "lines", params, own)
            held = held or one.severity is Severity.BLOCK
            yield one
    if not held and euro >= limit.max_eur * _NEAR:
        yield Finding("LIM002", Severity.WARN, "lines", "near", _against(limit.max_eur, euro, draft), limit)


def of_courier(courier: str, kg: Decimal, euro: Decimal | None, law: InForce) -> Iterator[Finding]:
    """LIM001 and LIM002 by a courier's own limits alone; the value is not asked where it is not known in euro."""
    for own in law.courier_limits(courier):
        if own.max_gross_kg is not None and kg > own.max_gross_kg:
            params = {"weight": str(kg), "limit": str(own.max_gross_kg), "courier": courier}
            yield _of_the_courier("LIM001", "gross_weight_kg", params, own)
        if own.max_eur is not None and euro is not None and euro > own.max_eur:
            params = {"value": str(to_cents(euro)), "limit": str(own.max_eur), "courier": courier}
            yield _of_the_courier("LIM002", "lines", params, own)


def _against(max_eur: Decimal, euro: Decimal, draft: Draft) -> dict[str, str]:
    return {"value": str(to_cents(euro)), "limit": str(max_eur), "day": draft.planned_on.isoformat()}


def _of_the_courier(code: str, path: str, params: dict[str, str], own: CourierLimit) -> Finding:
    """A courier's own limit holds the shipment, unless nobody could confirm it: then the courier has to be asked."""
    if own.certainty is Certainty.UNVERIFIED:
        return Finding(code, Severity.WARN, path, "courier_unsure", params, own)
    return Finding(code, Severity.BLOCK, path, "courier", params, own)
