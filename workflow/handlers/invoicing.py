"""Invoices: issued, or cancelled."""

from datetime import date

from workflow import asking, attention, facts, withdrawal
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.handlers import returns
from workflow.handlers.orders import unknown
from workflow.message import Part
from workflow.rules.agreement import Expected, agreement
from workflow.rules.findings import Finding, Severity
from workflow.rules.invoice import invoice
from workflow.rules.law import LawBook
from workflow.shipment import Shipment
from workflow.stages import Stage, Trigger
from workflow.stated import by_message
from workflow.values import istanbul_day

ABOUT: dict[str, attention.Reason] = {
    "rejected": attention.Reason.INVOICE_REJECTED,
    "withheld": attention.Reason.INVOICE_WITHHELD,
    "unanswered": attention.Reason.INVOICE_UNANSWERED,
    "not_cancelled": attention.Reason.INVOICE_NOT_CANCELLED,
}
"""What an ``invoice.rejected.v1`` may be about, and the attention item it raises, one a shipment."""
_ANSWERED = (
    attention.Reason.INVOICE_REJECTED,
    attention.Reason.INVOICE_WITHHELD,
    attention.Reason.INVOICE_UNANSWERED,
)
"""What is asked of a shipment only while it waits for its invoice."""


def disagreement(shipment: Shipment, fact: facts.InvoiceIssued, today: date, law: LawBook) -> str:
    """Why an invoice cannot be this shipment's: the findings that block, with their texts; empty where none does.

    A message tells particulars, not lines. So the draft, which is not always loaded, is not asked: the same message gets
    the same answer in every batch. That its proforma says what the draft says was found when the draft was judged.
    """
    found = (one for one in _findings(shipment, fact, today, law) if one.severity is Severity.BLOCK)
    return " ".join(f"{one.code}: {one.text('en')} ({one.text('tr')})" for one in found)


def _findings(shipment: Shipment, fact: facts.InvoiceIssued, today: date, law: LawBook) -> tuple[Finding, ...]:
    said = by_message(fact)
    owed = Expected(shipment.seller, shipment.currency, shipment.total)
    return (*invoice(said, today, law), *agreement(said, owed))


def invoice_issued(batch: Batch, part: Part, fact: facts.InvoiceIssued) -> Verdict:
    """Attach the invoice to a validated shipment that it agrees with, and that no finding holds.

    Who enters an invoice for a shipment that is held is refused, and told why. One that comes from an issuer exists at the
    tax office already, whatever is found here: it is not lost but waits, as it does for a draft, until nothing holds the
    shipment any more. Meanwhile the item of the shipment that is held names it, since whoever amends or cancels has to know.
    """
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if shipment.invoice_number == fact.number:
        return Repeated("the shipment has this invoice already")
    if fact.sequence is not None and fact.sequence != shipment.sequence:
        return Repeated("the shipment has changed since this invoice was asked for; who issued it withdraws it")
    if not shipment.may(Trigger.INVOICE):
        return batch.later(shipment, Trigger.INVOICE, "invoice_too_late")
    today, law = istanbul_day(part.message.received_at), batch.policy.law
    why = disagreement(shipment, fact, today, law)
    if why:
        return Refused("invoice_disagrees", why)
    key = facts.by_invoice(shipment.seller, fact.number)
    other = batch.world.named.get(key)
    if other is not None and other is not shipment:
        return Refused("invoice_number_taken", f"invoice {fact.number} stands on shipment {other.id} already")
    if shipment.held:
        return _held(batch, part, fact, shipment)
    shipment.invoice_number, shipment.invoice_ettn = fact.number, fact.ettn
    shipment.invoice_issued_on, shipment.invoice_total = fact.issued_on, fact.total
    batch.move(shipment, Trigger.INVOICE, part.message)
    batch.name(shipment, key)
    if fact.sequence is not None and not part.message.attended:  # the desk's: it issues one only once none is left
        batch.settle(shipment, (attention.Reason.INVOICE_NOT_CANCELLED,))
    warned = {one.code for one in _findings(shipment, fact, today, law) if one.severity is Severity.WARN} | set(fact.warnings)
    if warned:
        detail = f"{fact.number}: {', '.join(sorted(warned))}"
        batch.raise_item(attention.Reason.INVOICE_WARNED, str(shipment.id), detail, shipment=shipment.id, message=part.message)
    return None


def _held(batch: Batch, part: Part, fact: facts.InvoiceIssued, shipment: Shipment) -> Verdict:
    if part.message.attended:
        return Refused("findings_block", "findings block the shipment; an invoice can be entered once none does")
    detail = f"invoice {fact.number} of {fact.issued_on} was issued and waits"
    reason = attention.Reason.VALIDATED_NOW_BLOCKED
    batch.raise_item(reason, str(shipment.id), detail, shipment=shipment.id, message=part.message)
    return Parked(facts.by_id(shipment.id), "findings block the shipment; the invoice waits until none does")


def invoice_rejected(batch: Batch, part: Part, fact: facts.InvoiceRejected) -> Verdict:
    """Tell a person that a shipment has no invoice, or still has one that it should not have."""
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    reason = ABOUT[fact.about]
    if reason in _ANSWERED and not shipment.may(Trigger.INVOICE):
        return Repeated("the shipment does not wait for an invoice any more")
    detail = f"{fact.number}: {fact.reason}" if fact.number else fact.reason
    cause = withdrawal.cause(shipment, fact.number if reason is attention.Reason.INVOICE_NOT_CANCELLED else "")
    batch.raise_item(reason, cause, detail, shipment=shipment.id, message=part.message)
    batch.changes.links[part.message.source, part.message.id, shipment.id] = shipment.seller
    return None


def invoice_cancelled(batch: Batch, part: Part, fact: facts.InvoiceCancelled) -> Verdict:
    """Take the invoice off a shipment that has not been handed over.

    Where the shipment itself was cancelled, or amended since, this is what was still asked of the issuer. Of goods that are
    under way the issuer's word waits for their return, which may be told later; a person is refused.
    """
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    told = not part.message.attended  # by the issuer, and not asked for by a person
    if told:
        withdrawal.done(batch, shipment, fact.number)
        batch.came(shipment, asking.CANCELLATION)
    if told and shipment.stage is Stage.RETURNED:
        return returns.invoice_cancelled(batch, part, fact, shipment)
    if told and (shipment.stage is Stage.CANCELLED or _earlier(part, fact, shipment)):
        batch.changes.links[part.message.source, part.message.id, shipment.id] = shipment.seller
        return None
    if told and shipment.may(Trigger.RETURN_GOODS) and fact.number in ("", shipment.invoice_number):
        why = (
            f"invoice {shipment.invoice_number} is cancelled and its goods are {shipment.stage}: only their return explains it"
        )
        return Parked(facts.by_id(shipment.id), why)
    if not shipment.may(Trigger.CANCEL_INVOICE):
        return batch.later(shipment, Trigger.CANCEL_INVOICE, "cannot_cancel_invoice")
    if fact.number and shipment.invoice_number != fact.number:
        return Refused("other_invoice", f"the shipment's invoice is {shipment.invoice_number}, not {fact.number}")
    withdrawal.take_off(batch, shipment)
    batch.move(shipment, Trigger.CANCEL_INVOICE, part.message)
    return None


def _earlier(part: Part, fact: facts.InvoiceCancelled, shipment: Shipment) -> bool:
    """Whether an invoice that was made for an earlier state of a shipment is cancelled, and not the one that it has."""
    if not fact.number or shipment.invoice_number == fact.number:
        return False
    before = shipment.may(Trigger.CANCEL_INVOICE) and part.message.at < shipment.stage_since
    return before or (fact.sequence is not None and fact.sequence != shipment.sequence)
