"""Finance's own figures: purchase invoices, and what a person tells of VAT returns."""

from dataclasses import replace

from workflow import facts
from workflow.batch import Batch, Refused, Repeated, Verdict
from workflow.message import Part
from workflow.refund import Booked, VatReturn, Word


def purchase_booked(batch: Batch, part: Part, fact: facts.PurchaseBooked) -> Verdict:
    """Keep a purchase invoice, or its correction; the last word stands until a claim is filed with it."""
    known = batch.world.purchases.get(fact.purchase.id)
    if known is not None:
        if known.told_at > part.message.at:
            return Repeated("a later word on this purchase invoice stands")
        if known.purchase == fact.purchase:
            _book(batch, replace(known, told_at=part.message.at), part)  # a correction from in between is an older word now
            return Repeated("the purchase invoice is booked like this already")
        if known.claim is not None:
            return Refused("purchase_claimed", f"purchase {fact.purchase.invoice_number} is in claim {known.claim}")
    _book(batch, Booked(fact.purchase, part.message.at), part)
    return None


def _book(batch: Batch, booked: Booked, part: Part) -> None:
    batch.world.purchases[booked.purchase.id] = booked
    batch.changes.purchases[booked.purchase.id] = (booked, part.message)


def vat_return_told(batch: Batch, part: Part, fact: facts.VatReturnTold) -> Verdict:
    """Keep what a person tells of a VAT return; the last word on each figure stands, in whichever order the words come."""
    place = (fact.seller, fact.period)
    known = batch.world.vat_returns.get(place, VatReturn(*place))
    told = known.heard(Word(part.message.at, *part.message.identity), fact.carried_try, fact.turnover_try)
    if told == known:
        return Repeated("a later word on this VAT return stands")
    batch.world.vat_returns[place] = batch.changes.vat_returns[place] = told
    if told.figures == known.figures:  # kept all the same: what was told in between and comes later is an older word now
        return Repeated("this is known of the VAT return already")
    return None
