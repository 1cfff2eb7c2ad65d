"""Finance's own figures: purchase invoices (booked, corrected, withdrawn), and what a person tells of VAT returns."""

from dataclasses import replace
from uuid import UUID

from workflow import facts
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.message import Part
from workflow.refund import Booked, Purchase, VatReturn, Withdrawn, Word, seen
from workflow.refund.purchases import (
    TOLD_WITH_SUPPLIER,
    WITHDRAWN_BEFORE,
    are_two,
    number_is_wrong,
    the_same_but_for_the_supplier,
    without_supplier,
)
from workflow.values import istanbul_day


def purchase_booked(batch: Batch, part: Part, fact: facts.PurchaseBooked) -> Verdict:
    """Keep a purchase invoice, or its correction; the last word stands until a claim is filed with it.

    Where it is told both with its supplier's number and without, both are the one, whichever comes first.
    One that was withdrawn stays so, whatever lists say of it and whenever: only who names it as what they correct has it count
    again. Otherwise an older list would count twice what was corrected since.
    """
    gone = batch.world.withdrawn.get(fact.purchase.id)
    if gone is not None:
        return Repeated(WITHDRAWN_BEFORE) if gone.purchase == fact.purchase else _stays_withdrawn(gone)
    known = batch.world.purchases.get(fact.purchase.id)
    told = fact.purchase
    verdict = _known_as_other(batch, part, told) if known is None else _known_by_number(batch, part, known, told)
    if verdict is not None:
        return verdict
    if number_is_wrong(fact.purchase.supplier_tax_number):
        return _wrong_number(fact.purchase)
    unnamed = batch.world.purchases.get(without_supplier(fact.purchase)) if known is None else None
    if unnamed is not None and the_same_but_for_the_supplier(unnamed.purchase, fact.purchase):
        if unnamed.claim is not None:
            return _claimed(unnamed)
        _withdraw(batch, unnamed, part, "", fact.purchase.id)
    _book(batch, Booked(fact.purchase, part.message.at), part)
    return None


def _known_by_number(batch: Batch, part: Part, known: Booked, told: Purchase) -> Verdict:
    """What becomes of a booking whose number is booked already; ``None`` where it corrects what is booked."""
    if are_two(known.purchase, told):
        of, day = known.purchase, known.purchase.issued_on
        whose, declared = of.supplier_name or "?", of.customs_number or "–"
        why = f"purchase {of.invoice_number} is booked of {whose} of {day}, customs declaration {declared}"
        return Refused("purchase_number_shared", why)
    if known.told_at > part.message.at:
        return Repeated("a later word on this purchase invoice stands")
    if known.purchase == told:
        _book(batch, replace(known, told_at=part.message.at), part)  # a correction from in between is an older word now
        return Repeated("the purchase invoice is booked like this already")
    return None if known.claim is None else _claimed(known)


def _known_as_other(batch: Batch, part: Part, told: Purchase) -> Verdict:
    """What becomes of a booking whose invoice was told with its supplier's number and this one without it, or the other way.

    Without the number it is what was told with it. With it, it stays withdrawn where somebody withdrew it without it.
    """
    world = batch.world
    if told.supplier_tax_number:
        gone = world.withdrawn.get(without_supplier(told))
        if gone is None or gone.replaced_by is not None or not the_same_but_for_the_supplier(gone.purchase, told):
            return None
        alike = replace(told, id=gone.purchase.id, supplier_tax_number="", supplier_name=gone.purchase.supplier_name)
        return Repeated(WITHDRAWN_BEFORE) if alike == gone.purchase else _stays_withdrawn(gone)
    counting = [one.purchase for one in world.purchases.values() if the_same_but_for_the_supplier(told, one.purchase)]
    no_more = [one.purchase for one in world.withdrawn.values() if the_same_but_for_the_supplier(told, one.purchase)]
    named = sorted(one.id for one in counting or no_more)
    if not named:
        return None
    _withdraw(batch, Booked(told, part.message.at), part, "", named[0])
    batch.woken.append(facts.by_purchase(told.id))
    return Repeated(TOLD_WITH_SUPPLIER if counting else WITHDRAWN_BEFORE)


def purchase_withdrawn(batch: Batch, part: Part, fact: facts.PurchaseWithdrawn) -> Verdict:
    """Let a purchase count nowhere any more; what is filed with a claim stays as it was filed.

    It holds against every booking, told before it or after. Before any booking it waits for one. What was booked without its
    supplier's number is by now what a list told with it.
    """
    gone = batch.world.withdrawn.get(fact.purchase)
    now = gone.replaced_by if gone is not None and not gone.reason and gone.replaced_by is not None else fact.purchase
    known = batch.world.purchases.get(now)
    if known is None:
        if gone is not None:
            return Repeated("the purchase invoice is withdrawn already")
        return Parked(facts.by_purchase(fact.purchase), f"purchase {fact.number} is not booked yet")
    if known.claim is not None:
        return _claimed(known)
    if _is_other(known, fact.seen):
        return _changed(known)
    _withdraw(batch, known, part, fact.reason)
    return None


def purchase_corrected(batch: Batch, part: Part, fact: facts.PurchaseCorrected) -> Verdict:
    """Book a purchase as it should have been, and withdraw what was booked in its place, in one step: it counts once.

    Where the right invoice is booked already, both become the one. What was withdrawn counts again, unless it was corrected to
    another invoice: then that one is to be corrected. What is filed with a claim stays as it was filed.
    """
    verdict = _not_correct(batch, part, fact)
    if verdict is not None:
        return verdict
    world, right, at = batch.world, fact.purchase, part.message.at
    old, gone, other = world.purchases.get(fact.corrects), world.withdrawn.get(fact.corrects), world.purchases.get(right.id)
    stands = other is not None and (other.purchase == right or other.told_at > at)
    if other is None or not stands:
        _book(batch, Booked(right, at), part)
    elif other.told_at < at:
        _book(batch, replace(other, told_at=at), part)
    if fact.corrects != right.id and old is not None:
        _withdraw(batch, old, part, fact.reason, right.id)
    elif fact.corrects != right.id and gone is not None and gone.replaced_by is None:
        _keep_withdrawn(batch, replace(gone, replaced_by=right.id))
    elif stands:
        return Repeated("the purchase invoice is booked like this already")
    return None


def _not_correct(batch: Batch, part: Part, fact: facts.PurchaseCorrected) -> Verdict:
    """Why a correction does not apply; ``None`` where it does."""
    world, right = batch.world, fact.purchase
    old, gone = world.purchases.get(fact.corrects), world.withdrawn.get(fact.corrects)
    other, other_gone = world.purchases.get(right.id), world.withdrawn.get(right.id)
    if old is None and gone is None:
        return Parked(facts.by_purchase(fact.corrects), f"purchase {fact.number} is not booked yet")
    elsewhere = [
        one for one in (gone, other_gone) if one is not None and one.replaced_by not in {None, fact.corrects, right.id}
    ]
    if elsewhere:
        return _stays_withdrawn(elsewhere[0])
    if number_is_wrong(right.supplier_tax_number):
        return _wrong_number(right)
    filed = [one for one in (old, other) if one is not None and one.claim is not None and one.purchase != right]
    if filed:
        return _claimed(filed[0])
    stands = old or gone
    if stands is not None and _is_other(stands, fact.seen):
        return _changed(stands)
    if other_gone is not None and other_gone.told.at > part.message.at:
        return Repeated("a later word on this purchase invoice stands")
    return None


def _book(batch: Batch, booked: Booked, part: Part) -> None:
    purchase = booked.purchase.id
    batch.world.purchases[purchase] = booked
    batch.changes.purchases[purchase] = (booked, part.message)
    if batch.world.withdrawn.pop(purchase, None) is not None:
        batch.changes.withdrawn[purchase] = None
    batch.woken.append(facts.by_purchase(purchase))


def _withdraw(batch: Batch, booked: Booked, part: Part, reason: str, replaced_by: UUID | None = None) -> None:
    purchase = booked.purchase.id
    batch.world.purchases.pop(purchase, None)
    batch.changes.purchases.pop(purchase, None)
    told = Word(part.message.at, *part.message.identity)
    _keep_withdrawn(batch, Withdrawn(booked.purchase, told, reason, replaced_by))


def _keep_withdrawn(batch: Batch, gone: Withdrawn) -> None:
    batch.world.withdrawn[gone.purchase.id] = batch.changes.withdrawn[gone.purchase.id] = gone


def _claimed(known: Booked) -> Refused:
    return Refused("purchase_claimed", f"purchase {known.purchase.invoice_number} is in claim {known.claim}")


def _is_other(stands: Booked | Withdrawn, was_seen: str) -> bool:
    """Whether a purchase is otherwise than whoever speaks of it has seen; nobody has to say what they saw."""
    return bool(was_seen) and was_seen != seen.of(stands)


def _changed(stands: Booked | Withdrawn) -> Refused:
    number = stands.purchase.invoice_number
    return Refused("purchase_changed", f"purchase {number} is otherwise by now than it was seen")


def _stays_withdrawn(gone: Withdrawn) -> Refused:
    on = istanbul_day(gone.told.at)
    if gone.replaced_by is not None:
        why = gone.reason or "its supplier's number was told"
        detail = f"purchase {gone.purchase.invoice_number} was corrected to invoice {gone.replaced_by} on {on}: {why}"
    else:
        detail = f"purchase {gone.purchase.invoice_number} was withdrawn on {on}: {gone.reason}"
    return Refused("purchase_withdrawn", detail)


def _wrong_number(wrong: Purchase) -> Refused:
    number = wrong.supplier_tax_number
    return Refused("supplier_number_wrong", f"purchase {wrong.invoice_number}: {number} is neither a VKN nor a TCKN")


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
