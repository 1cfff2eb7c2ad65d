"""Finance's own figures: purchase invoices, and what a person tells of VAT returns."""

from dataclasses import replace

from workflow import facts
from workflow.batch import Batch, Refused, Repeated, Verdict
from workflow.message import Part
from workflow.refund import Booked, VatReturn


def purchase_booked(batch: Batch, part: Part, fact: facts.PurchaseBooked) -> Verdict:
    """Keep a purchase invoice, or its correction; the last word stands until a claim is filed with it."""
    known = batch.world.purchases.get(fact.purchase.id)
    if known is not None:
        if known.purchase == fact.purchase:
            return Repeated("the purchase invoice is booked like this already")
        if known.told_at > part.message.at:
            return Repeated("a later word on this purchase invoice stands")
        if known.claim is not None:
            return Refused("purchase_claimed", f"purchase {fact.purchase.invoice_number} is in claim {known.claim}")
    booked = Booked(fact.purchase, part.message.at)
    batch.world.purchases[fact.purchase.id] = booked
    batch.changes.purchases[fact.purchase.id] = (booked, part.message)
    return None


def vat_return_told(batch: Batch, part: Part, fact: facts.VatReturnTold) -> Verdict:
    """Keep what a person tells of a VAT return; the last word stands, figure by figure."""
    place = (fact.seller, fact.period)
    known = batch.world.vat_returns.get(place, VatReturn(*place))
    if known.told_at is not None and known.told_at > part.message.at:
        return Repeated("a later word on this VAT return stands")
    told = replace(
        known,
        carried_try=known.carried_try if fact.carried_try is None else fact.carried_try,
        turnover_try=known.turnover_try if fact.turnover_try is None else fact.turnover_try,
    )
    if told == known:
        return Repeated("this is known of the VAT return already")
    told = replace(told, told_at=part.message.at)
    batch.world.vat_returns[place] = told
    batch.changes.vat_returns[place] = (told, part.message)
    return None
