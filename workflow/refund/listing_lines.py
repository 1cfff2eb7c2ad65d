"""The lines of claims in plain values: shipments, purchases, and what was told of VAT returns."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from workflow.refund import seen, unclaimed
from workflow.refund.listing import money, on
from workflow.refund.purchases import Booked, Charged, Purchase, Withdrawn
from workflow.refund.unclaimed import InNoClaim
from workflow.refund.valuation import Valued


def line(one: Valued, asked: Decimal) -> dict[str, Any]:
    """A shipment of a claim, with what of the refund is asked for it."""
    of = one.export
    return {
        "shipment": str(of.shipment),
        "reference": of.reference,
        "invoice_number": of.invoice_number,
        "invoiced_on": on(of.invoiced_on),
        "etgb": of.etgb_number,
        "registered_on": on(of.registered_on),
        "registered_on_inferred": of.registered_on_inferred,
        "hand_over_inferred": of.hand_over_inferred,
        "closed_on": on(of.closed_on),
        "currency": of.currency,
        "amount": money(of.amount),
        "back": money(of.back),
        "rate": str(one.rate.rate),
        "rate_of": on(one.rate.published_on),
        "rate_source": one.rate.source,
        "value_try": money(one.value_try),
        "refundable_try": money(asked),
    }


def purchase(one: Charged, asked: Decimal) -> dict[str, Any]:
    """A purchase of a claim, with the VAT that it bears and asks for."""
    figures = {"incurred_try": money(one.vat_try), "claimed_try": money(asked)}
    return {"id": str(one.purchase.id), **_bought(one.purchase), **figures}


def booked(one: Booked) -> dict[str, Any]:
    """A purchase as it is kept; ``claim`` is the one that was filed with it."""
    incurred = money(one.purchase.incurred_try)
    claimed = None if one.claim is None else str(one.claim)
    figures = {"incurred_try": incurred, "claim": claimed, "withdrawn": None, "seen": seen.of(one)}
    return {"id": str(one.purchase.id), **_bought(one.purchase), **figures}


def in_no_claim(one: InNoClaim) -> dict[str, Any]:
    """A purchase that counts in no claim, with the order that it is for, and why it does not count."""
    return {**booked(one.booked), "order": one.order or None, "unclaimed": unclaimed.said(one.why)}


def gone(one: Withdrawn) -> dict[str, Any]:
    """A purchase that counts no more, with who withdrew it or corrected it to another one, and why."""
    told = {
        "at": one.told.at.isoformat(),
        "actor": one.told.source,
        "reason": one.reason,
        "replaced_by": None if one.replaced_by is None else str(one.replaced_by),
    }
    figures = {"incurred_try": money(one.purchase.incurred_try), "claim": None, "withdrawn": told, "seen": seen.of(one)}
    return {"id": str(one.purchase.id), **_bought(one.purchase), **figures}


def kept(one: Booked | Withdrawn) -> dict[str, Any]:
    """A purchase as it is kept, whether it counts or was withdrawn."""
    return booked(one) if isinstance(one, Booked) else gone(one)


def vat_return(row: Mapping[str, Any]) -> dict[str, Any]:
    """What was told of a VAT return, and by whom: last of all, and of each figure."""
    return {
        "period": row["period"],
        "carried_try": money(row["carried_try"]),
        "turnover_try": money(row["turnover_try"]),
        "told_at": row["told_at"].isoformat(),
        "actor": row["source"],
        "carried_told_at": _moment(row["carried_told_at"]),
        "carried_actor": row["carried_source"],
        "turnover_told_at": _moment(row["turnover_told_at"]),
        "turnover_actor": row["turnover_source"],
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _bought(of: Purchase) -> dict[str, Any]:
    return {
        "supplier": {"tax_number": of.supplier_tax_number, "name": of.supplier_name},
        "invoice_number": of.invoice_number,
        "issued_on": on(of.issued_on),
        "period": of.period,
        "kind": of.kind.value,
        "description": of.description,
        "quantity": of.quantity,
        "net_try": money(of.net_try),
        "vat_try": money(of.vat_try),
        "share": None if of.share is None else str(of.share),
        "shipment": None if of.shipment is None else str(of.shipment),
        "customs_number": of.customs_number or None,
    }
