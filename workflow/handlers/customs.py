"""Customs: an ETGB is registered, closed (intaç), or cancelled."""

from workflow import asking, facts, on_etgb, returned
from workflow.attention import Reason
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.etgb import Etgb, cause_of
from workflow.handlers import declared, returns, voices
from workflow.handlers.orders import unknown
from workflow.message import Part
from workflow.shipment import Shipment
from workflow.stages import Stage, Trigger
from workflow.values import is_detailed_declaration, is_etgb_number
from workflow.waits import Wait

_OF_DAYS = (Reason.ETGB_REGISTRATION_DIFFERS, Reason.ETGB_CLOSING_DIFFERS, Reason.ETGB_CLOSING_UNLIKELY)
"""What is raised of an ETGB's days: of one that is cancelled they matter no more."""


def etgb_unknown(number: str) -> Parked:
    """The verdict on a message whose ETGB is not known yet."""
    return Parked(facts.by_etgb(number), f"ETGB {number} is not known yet")


def malformed(number: str) -> Refused | None:
    """Refuse what is not an ETGB number, saying what it is where that can be told."""
    if is_etgb_number(number):
        return None
    if is_detailed_declaration(number):
        return Refused("not_an_etgb", f"{number} is the number of a detailed declaration (GÇB, 18 characters), not an ETGB")
    return Refused("etgb_number_malformed", f"{number!r} is not an ETGB number: yy, customs office (6), EX, 6 digits")


def _not_now(batch: Batch, fact: facts.EtgbIssued) -> str:
    """Why no line of an ETGB can move its shipment now; empty where one can."""
    why = ""
    for line in fact.lines:
        shipment = batch.world.named.get(line.key)
        if shipment is None:
            why = "its shipment is not known"
        elif shipment.may(Trigger.ISSUE_ETGB):
            return ""
        else:
            why = shipment.why_not(Trigger.ISSUE_ETGB)
    return why


def etgb_issued(batch: Batch, part: Part, fact: facts.EtgbIssued) -> Verdict:
    """Make the ETGB known, or add lines and document to it; its lines move their shipments one by one.

    Where somebody waits for the answer and it would be no, nothing is left behind.
    """
    refused = malformed(fact.number)
    if refused is not None:
        return refused
    why = _not_now(batch, fact) if part.message.attended else ""
    if why:
        return Refused("not_now", why)
    etgb = batch.world.etgbs.get(fact.number)
    refused = voices.may_not_tell(batch, part, fact, etgb)
    if refused is not None:
        return refused
    if etgb is not None and etgb.cancel_cause is not None and part.message.attended:
        return Refused("etgb_cancelled", f"ETGB {fact.number} was cancelled; enter the one that replaced it")
    if etgb is None:
        etgb = Etgb(fact.number, fact.registered_on, fact.courier, fact.document_url, fact.day_inferred)
        batch.world.etgbs[fact.number] = etgb
        batch.woken.append(facts.by_etgb(fact.number))
    else:
        _learn_day(batch, etgb, fact, part)
        if fact.document_url:
            etgb.document_url = fact.document_url
            for shipment in batch.world.of(facts.by_etgb(etgb.number)):
                batch.came(shipment, asking.PICKUP)
    stood = returned.of(batch, etgb)
    known = {line.key for line in etgb.lines}
    for line in fact.lines:
        if line.key not in known and voices.declares_anothers(part, batch.world.named.get(line.key)) is None:
            etgb.lines.append(line)
            etgb.new_lines.append((len(etgb.lines), line))
    on_etgb.keep(batch, etgb)
    returned.follow(batch, stood, part.message)
    return None


def _learn_day(batch: Batch, etgb: Etgb, fact: facts.EtgbIssued, part: Part) -> None:
    """Take the day of registration for an inferred one, and compare it with the invoices at last.

    Of two inferred days the earlier stands: nobody can tell of an ETGB before it is registered. Of two that were told the
    first does, and the other is raised, since only customs can say which is right.
    """
    if not etgb.day_inferred:
        if not fact.day_inferred and fact.registered_on != etgb.registered_on and etgb.cancel_cause is None:
            detail = f"ETGB {etgb.number}: {etgb.registered_on} first, then {fact.registered_on} ({part.message.source})"
            reason = Reason.ETGB_REGISTRATION_DIFFERS
            batch.raise_item(reason, etgb.number, detail, message=part.message, etgb=etgb.number)
        return
    if fact.day_inferred:
        etgb.registered_on = min(etgb.registered_on, fact.registered_on)
        return
    etgb.registered_on, etgb.day_inferred = fact.registered_on, False
    on_etgb.weigh_closing(batch, etgb, part.message)  # an inferred day raised nothing; this one may
    for shipment in batch.world.of(facts.by_etgb(etgb.number)):
        batch.changes.links[part.message.source, part.message.id, shipment.id] = shipment.seller
        declared.compare_day(batch, shipment, etgb.number, etgb.registered_on, part)


def etgb_line_issued(batch: Batch, part: Part, fact: facts.EtgbLineIssued) -> Verdict:
    """Move one shipment of an ETGB; what does not fit moves it too, and is raised for a person."""
    refused = malformed(fact.number)
    if refused is not None:
        return refused
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if shipment.etgb_number == fact.number:
        declared.told_again(batch, shipment, batch.etgb(fact.number), part)
        return Repeated("the shipment stands on this ETGB already")
    etgb = batch.etgb(fact.number)
    gone = _gone(batch, part, shipment, etgb) or voices.declares_anothers(part, shipment)
    if gone is not None:
        return gone
    if shipment.stage is Stage.RETURNED and not part.message.attended:
        return returns.declared_after_all(batch, part, shipment, etgb)
    if not shipment.may(Trigger.ISSUE_ETGB):
        if shipment.may(Trigger.HAND_OVER) and not part.message.attended:
            _await_scan(batch, shipment, part)
        return batch.later(shipment, Trigger.ISSUE_ETGB, "etgb_too_late")
    on_etgb.enrol(batch, shipment, etgb, declared.keys(batch, shipment, part))
    declared.compare(batch, shipment, fact, etgb, part)
    batch.move(shipment, Trigger.ISSUE_ETGB, part.message)
    on_etgb.follow(batch, shipment, etgb, part.message)
    return None


def _gone(batch: Batch, part: Part, shipment: Shipment, etgb: Etgb) -> Repeated | None:
    """The verdict on a line that stands no more: its ETGB was cancelled, or it was taken off, and no person puts it back."""
    if etgb.cancel_cause is not None:
        if shipment.stage is Stage.RETURNED:
            returned.second_gone(batch, shipment, etgb)
        return Repeated("the ETGB was cancelled; its shipments wait for a new one")
    of_a_person = part.message.attended or part.message.source.startswith("ops/")
    if shipment.id in etgb.taken_off and not of_a_person:
        return Repeated("the shipment's line was taken off this ETGB; only a person can put it back (issue_etgb)")
    return None


def _await_scan(batch: Batch, shipment: Shipment, part: Part) -> None:
    """Give the missing scan a time of its own: after it the ETGB is the evidence (:mod:`workflow.handlers.timing`).

    It begins with the first line that says so, or with the booking where that comes later: without a tracking number there is
    no scan to wait for. Lists overlap, and what they tell again moves nothing.
    """
    if lines_waiting(batch, shipment):
        return
    booked = shipment.booked_at if shipment.tracking_number else None
    since = part.message.at if booked is None else max(part.message.at, booked)
    due = batch.policy.allowances.after(Wait.EVIDENCE, since, *shipment.whose)
    if due is None:
        return
    if shipment.overdue and booked is not None:
        due = max(due, batch.world.now)  # the number was missing when the time was over; the timer tells the same moment once
    if due != shipment.due_at:
        if shipment.overdue:
            batch.on_time(shipment)
        shipment.due_at = due
        batch.touch(shipment)


def lines_waiting(batch: Batch, shipment: Shipment) -> list[Part]:
    """The lines of ETGBs, none of them cancelled, that wait for a shipment's hand-over."""
    waiting = batch.world.waiting.get(facts.by_id(shipment.id), ())
    lines = ((part, part.fact) for part in waiting)
    return [
        part for part, fact in lines if isinstance(fact, facts.EtgbLineIssued) and batch.etgb(fact.number).cancel_cause is None
    ]


def etgb_cancelled(batch: Batch, part: Part, fact: facts.EtgbCancelled) -> Verdict:
    """Cancel an ETGB: its shipments wait for a new one, those past VEDOP are raised for finance.

    Raises:
        WiderWorldNeededError: not all shipments of its lines were looked for.
    """
    etgb = batch.world.etgbs.get(fact.number)
    if etgb is None:
        return malformed(fact.number) or etgb_unknown(fact.number)
    refused = voices.speaks_for_another(part, etgb)
    if refused is not None:
        return refused
    if etgb.cancel_cause is not None:
        return Repeated("the ETGB is cancelled already")
    stood = returned.of(batch, etgb)
    etgb.cancel_cause = cause_of(part.message)
    etgb.cancelled_reason, etgb.replaced_by = fact.reason, fact.replaced_by
    on_etgb.keep(batch, etgb)
    for reason in _OF_DAYS:
        batch.resolve(reason, etgb.number)
    for line in etgb.lines:  # one that still waits for its shipment closes with its ETGB
        batch.world.need(line.key)
        meant = batch.world.named.get(line.key)
        batch.woken.append(line.key if meant is None else facts.by_id(meant.id))
    for shipment in batch.world.of(facts.by_etgb(fact.number)):
        if shipment.may(Trigger.CANCEL_ETGB):
            on_etgb.leave(batch, shipment, part.message)
        elif shipment.stage is Stage.RETURNED:
            returns.left_etgb(batch, shipment)
        else:
            detail = f"ETGB {fact.number} was cancelled ({fact.reason}); the shipment is in {shipment.stage}"
            batch.raise_item(
                Reason.ETGB_CANCELLED_LATE,
                f"{shipment.id} {fact.number}",
                detail,
                shipment=shipment.id,
                message=part.message,
            )
    returned.follow(batch, stood, part.message)
    return None


def etgb_line_cancelled(batch: Batch, part: Part, fact: facts.EtgbLineCancelled) -> Verdict:
    """Take one shipment off its ETGB, on a person's word or on that of who made the ETGB."""
    if fact.number:
        etgb = batch.world.etgbs.get(fact.number)
        if etgb is None:
            return malformed(fact.number) or etgb_unknown(fact.number)
        refused = voices.speaks_for_another(part, etgb)
        if refused is not None:
            return refused
        if etgb.cancel_cause is not None:
            return Repeated("the ETGB is cancelled altogether")
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if fact.number and shipment.etgb_number != fact.number:
        return _off_already(shipment, batch.etgb(fact.number))
    if shipment.stage is Stage.RETURNED and not part.message.attended:
        return returns.line_cancelled(batch, part, shipment)
    if not shipment.may(Trigger.CANCEL_ETGB):
        return batch.later(shipment, Trigger.CANCEL_ETGB, "cannot_cancel_etgb")
    if not fact.number and not part.message.attended and shipment.stage_since > part.message.at:
        return Repeated("the shipment has come onto another ETGB since; the one that was meant is gone")
    on_etgb.take_off(batch, shipment)
    on_etgb.leave(batch, shipment, part.message)
    return None


def _off_already(shipment: Shipment, etgb: Etgb) -> Verdict:
    """A line is taken off that has not moved its shipment: it waits for that, unless another ETGB took its place."""
    if shipment.etgb_number:
        return Repeated(f"the shipment stands on ETGB {shipment.etgb_number}")
    if shipment.id in etgb.taken_off:
        return Repeated("the shipment's line was taken off this ETGB already")
    if shipment.stage is Stage.RETURNED or shipment.may_later(Trigger.CANCEL_ETGB):
        return Parked(facts.by_id(shipment.id), f"the shipment has not come onto ETGB {etgb.number}")
    return Refused("cannot_cancel_etgb", shipment.why_not(Trigger.CANCEL_ETGB))
