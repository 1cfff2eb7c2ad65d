"""Silence: what was awaited has not come by its day.

The timer only says that something fell due; whether it still waits is decided here, under the shipment's or the ETGB's lock.
"""

from datetime import date, datetime, timedelta

from workflow import attention, facts, on_etgb
from workflow.batch import Batch, Repeated, Verdict
from workflow.deadlines import etgb_waits
from workflow.etgb import Cause, Etgb, cause_of
from workflow.handlers.customs import lines_waiting
from workflow.message import Part
from workflow.refund import terms
from workflow.shipment import Shipment
from workflow.stages import Trigger
from workflow.values import istanbul_day, vat_period
from workflow.waits import Wait

_NOT_NOW = Repeated("it does not wait for this any more, or is not due yet")


def shipment_due(batch: Batch, part: Part, fact: facts.ShipmentDue) -> Verdict:
    """Have somebody ask after a shipment that waits too long.

    An invoiced one that has its ETGB and shows no scan is handed over: goods that customs have registered are the courier's.
    """
    shipment = batch.world.named.get(fact.key)
    if shipment is None or shipment.overdue or shipment.due_at != fact.due_at or fact.due_at > batch.world.now:
        return _NOT_NOW
    evidence = _declared(batch, shipment)
    if evidence is not None:
        cause = cause_of(part.message)
        batch.move(shipment, Trigger.HAND_OVER, part.message, Cause(cause.source, cause.id, evidence.message.at))
        return None
    wait = shipment.wait
    batch.touch(shipment)
    batch.changes.links[part.message.source, part.message.id, shipment.id] = shipment.seller
    if wait is None or (wait is Wait.REFUND and shipment.claim is None):
        shipment.due_at = None  # an earlier release let it wait for what its ETGB waits for now
        return None
    shipment.overdue = True
    if wait is Wait.REFUND:
        _refund(batch, shipment, part)
    else:
        detail = f"{wait}: since {istanbul_day(shipment.stage_since)}, until {last_day(fact.due_at)}"
        reason = attention.OVERDUE[wait]
        batch.raise_item(reason, str(shipment.id), detail, shipment=shipment.id, message=part.message)
    return None


def _declared(batch: Batch, shipment: Shipment) -> Part | None:
    """The line of an ETGB that waits for this shipment's hand-over, where nothing but the scan is missing.

    Where the installation allows no time after which an ETGB is evidence, it never is.
    """
    if not shipment.may(Trigger.HAND_OVER) or not shipment.tracking_number:
        return None
    if batch.policy.allowances.of(Wait.EVIDENCE, *shipment.whose) is None:
        return None
    return min(lines_waiting(batch, shipment), key=lambda part: part.order, default=None)


def last_day(due: datetime) -> date:
    """The last day on which it would have been in time."""
    return istanbul_day(due - timedelta(microseconds=1))


def _refund(batch: Batch, shipment: Shipment, part: Part) -> None:
    """One item for the whole claim, whichever of its shipments is the first to fall due."""
    claim = batch.world.claims.get(shipment.claim) if shipment.claim is not None else None
    if claim is not None:
        detail = f"refund: seller {claim.seller}, period {claim.period}, claim {claim.id}"
        batch.raise_item(attention.Reason.REFUND_OVERDUE, str(claim.id), detail, message=part.message, claim=claim.id)


def _until(batch: Batch, etgb: Etgb, wait: Wait, due: datetime) -> date:
    """The last day on which an ETGB would be in time with what it lacks; of a lapse, that of the right itself."""
    if wait is Wait.VEDOP_LAPSE and etgb.closed_on is not None:
        return terms.deadline(batch.policy.law, vat_period(etgb.closed_on))
    return last_day(due)


def etgb_due(batch: Batch, part: Part, fact: facts.EtgbDue) -> Verdict:
    """Have somebody ask after an ETGB: one item for each thing that it waits for too long, however many shipments it has."""
    etgb = batch.world.etgbs.get(fact.number)
    now = batch.world.now
    if etgb is None or etgb.due_at is None or etgb.due_at > now:
        return _NOT_NOW
    for wait, due in etgb_waits(etgb, batch.policy.allowances, batch.policy.law).items():
        if due <= now and wait not in etgb.overdue:
            etgb.overdue |= {wait}
            detail = f"ETGB {etgb.number} of {etgb.registered_on} ({etgb.courier}): until {_until(batch, etgb, wait, due)}"
            batch.raise_item(attention.OVERDUE[wait], etgb.number, detail, message=part.message, etgb=etgb.number)
    on_etgb.keep(batch, etgb)
    return None
