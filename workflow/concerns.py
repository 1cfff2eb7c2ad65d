"""Which keys a fact concerns: what must be locked and loaded before anything is decided on it."""

from collections.abc import Callable
from typing import Any

from workflow import facts
from workflow.facts import Fact
from workflow.refund.purchases import without_supplier
from workflow.shipment import shipment_id


def _key(fact: Any) -> tuple[str, ...]:  # noqa: ANN401 - every fact with a key
    return (fact.key,)


def _etgb(fact: Any) -> tuple[str, ...]:  # noqa: ANN401 - every fact about an ETGB
    return (facts.by_etgb(fact.number),)


CONCERNS: dict[type, Callable[[Any], tuple[str, ...]]] = {
    facts.Drafted: lambda f: (facts.by_id(shipment_id(f.draft.seller.tax_number, f.draft.reference)),),
    facts.Amended: _key,
    facts.ValidationAsked: _key,
    facts.JudgingAsked: lambda f: f.keys,
    facts.TaskFailed: lambda f: (f.key,) if f.key else (),
    facts.SubscriptionDisabled: lambda _: (),
    facts.LogBroken: lambda _: (),
    facts.JudgingContinued: lambda _: (),
    facts.Cancelled: _key,
    facts.OrderRemarked: _key,
    facts.InvoiceIssued: lambda f: (f.key, f"inv:{f.number}"),
    facts.InvoiceRejected: _key,
    facts.InvoiceCancelled: _key,
    facts.Booked: lambda f: (f.key, facts.by_tracking(f.courier, f.tracking_number)),
    facts.Checkpoint: _key,
    facts.HandedOver: lambda f: (f.key, facts.by_tracking(f.courier, f.tracking_number)) if f.tracking_number else (f.key,),
    facts.EtgbIssued: lambda f: (facts.by_etgb(f.number), *(line.key for line in f.lines)),
    facts.EtgbLineIssued: lambda f: (f.key, facts.by_etgb(f.number)),
    facts.EtgbClosed: _etgb,
    facts.ClosingCorrected: _etgb,
    facts.EtgbCancelled: _etgb,
    facts.EtgbLineCancelled: lambda f: (f.key, facts.by_etgb(f.number)) if f.number else (f.key,),
    facts.VedopTransferred: _etgb,
    facts.VedopConfirmed: _key,
    facts.FilingAsked: lambda f: (facts.by_claim(f.claim),),
    facts.FilingAwaited: lambda f: (facts.by_claim(f.claim),),
    facts.ClaimFiled: lambda f: (facts.by_claim(f.claim),),
    facts.ClaimProgressed: lambda f: (facts.by_claim(f.claim),),
    facts.PurchaseBooked: lambda f: (facts.by_purchase(f.purchase.id), facts.by_purchase(without_supplier(f.purchase))),
    facts.PurchaseWithdrawn: lambda f: (facts.by_purchase(f.purchase),),
    facts.PurchaseCorrected: lambda f: (facts.by_purchase(f.corrects), facts.by_purchase(f.purchase.id)),
    facts.VatReturnTold: lambda f: (facts.by_vat_return(f.seller, f.period),),
    facts.RefundFiled: _key,
    facts.GoodsReturned: _key,
    facts.RatesPublished: lambda _: (),
    facts.ShipmentDue: _key,
    facts.EtgbDue: _etgb,
    facts.ClaimDue: lambda f: (facts.by_claim(f.claim),),
    facts.ParkedDue: _key,
    facts.Unreadable: lambda _: (),
    facts.RatesAbsent: lambda _: (),
}
"""For each kind of fact, the keys of all it can read or change."""


def concerns(fact: Fact) -> tuple[str, ...]:
    """The keys of all that ``fact`` can read or change."""
    return CONCERNS[type(fact)](fact)


def lock_name(key: str) -> str:
    """The name under which a key is locked: an invoice number is locked without its seller, who may not be known yet."""
    if key.startswith("inv:"):
        return "inv:" + key.rpartition("/")[2].removeprefix("inv:")
    return key
