"""Shipments on an ETGB: they follow what becomes known of it, and leave it when it is cancelled."""

from collections.abc import Collection
from datetime import date, timedelta

from workflow import asking, attention, facts, returned
from workflow.batch import Batch
from workflow.deadlines import etgb_waits
from workflow.etgb import Cause, Etgb
from workflow.message import Message
from workflow.shipment import Shipment
from workflow.stages import Stage, Trigger
from workflow.values import istanbul_day

_AHEAD = timedelta(days=31)
"""Own choice: a day ahead of us by more is a mistyped month or year, not a counterpart's clock."""


def keep(batch: Batch, etgb: Etgb) -> None:
    """Record that an ETGB must be saved, and what it waits for now; what has come is not overdue any more.

    What was due before now is due now: where a shipment joins whose fellows all came back, the timer has told the same moment
    once already, and is not heard twice.
    """
    batch.changes.etgbs[etgb.number] = etgb
    waits = etgb_waits(etgb, batch.policy.allowances, batch.policy.law) if _awaited(batch, etgb) else {}
    for wait in sorted(etgb.overdue - waits.keys()):
        batch.resolve(attention.OVERDUE[wait], etgb.number)
    etgb.overdue &= waits.keys()
    untold = (max(due, batch.world.now) for wait, due in waits.items() if wait not in etgb.overdue)
    etgb.due_at = min(untold, default=None)


def _awaited(batch: Batch, etgb: Etgb) -> bool:
    """Whether anybody still waits for what an ETGB lacks: not where the goods of all its shipments came back."""
    members = batch.world.members.get(facts.by_etgb(etgb.number))
    return not members or any(shipment.stage is not Stage.RETURNED for shipment in members.values())


def enrol(batch: Batch, shipment: Shipment, etgb: Etgb, keys: Collection[str]) -> None:
    """Put a shipment on an ETGB, by the lines that name it under ``keys``: several, where one message spreads it over lines."""
    if shipment.id in etgb.taken_off:
        etgb.taken_off.discard(shipment.id)
        batch.changes.lines_off[etgb.number, shipment.id] = False
    shipment.etgb_number = etgb.number
    batch.enrol(shipment, facts.by_etgb(etgb.number))
    for number, line in enumerate(etgb.lines, start=1):
        if line.key in keys:
            etgb.applied[number] = shipment.id
            batch.changes.etgb_lines[etgb.number, number] = shipment.id
    keep(batch, etgb)


def take_off(batch: Batch, shipment: Shipment) -> None:
    """Remember that a shipment's line was taken off its ETGB, which stands for others: lists that tell of it again are old."""
    etgb = batch.world.etgbs.get(shipment.etgb_number)
    if etgb is not None:
        etgb.taken_off.add(shipment.id)
    batch.changes.lines_off[shipment.etgb_number, shipment.id] = True


def follow(batch: Batch, shipment: Shipment, etgb: Etgb, message: Message) -> None:
    """Let a shipment that has just come onto an ETGB follow what is known of that ETGB already."""
    if etgb.document_url:
        batch.came(shipment, asking.PICKUP)
    if etgb.vedop_cause is not None and shipment.may(Trigger.TRANSFER_TO_VEDOP):
        transfer(batch, shipment, etgb, message, etgb.vedop_cause)
    elif shipment.may(Trigger.FILE_REFUND):
        batch.gather(shipment, etgb, message)


def leave(batch: Batch, shipment: Shipment, message: Message, cause: Cause | None = None) -> None:
    """Take a shipment off its ETGB."""
    batch.unname(shipment, facts.by_etgb(shipment.etgb_number))
    shipment.etgb_number = ""
    batch.move(shipment, Trigger.CANCEL_ETGB, message, cause)


def transfer(batch: Batch, shipment: Shipment, etgb: Etgb, message: Message, cause: Cause | None = None) -> None:
    """Move a shipment to ``vedop_transferred`` and into the open claim of its VAT period."""
    shipment.vedop_seen_on = etgb.vedop_seen_on
    batch.move(shipment, Trigger.TRANSFER_TO_VEDOP, message, cause)
    batch.came(shipment, asking.PICKUP)
    batch.came(shipment, asking.VEDOP_CHECK)
    batch.gather(shipment, etgb, message)


def close(batch: Batch, etgb: Etgb, day: date | None, message: Message) -> bool:
    """Note the closing day (intaç) of an ETGB, whoever told it; shipments that may be filed join their claim.

    The first day told stands, until a person corrects it (:mod:`workflow.handlers.closing`); another one is raised, since only
    customs can say which is right. Returns whether anything
    was learnt.
    """
    if day is None or etgb.closed_on == day:
        return False
    if etgb.closed_on is not None:
        detail = f"ETGB {etgb.number}: {etgb.closed_on} first, then {day}"
        batch.raise_item(attention.Reason.ETGB_CLOSING_DIFFERS, etgb.number, detail, message=message, etgb=etgb.number)
        return False
    stood = returned.of(batch, etgb)
    stands_closed(batch, etgb, day, message)
    returned.follow(batch, stood, message)
    return True


def stands_closed(batch: Batch, etgb: Etgb, day: date, message: Message) -> None:
    """Let a closing day stand; shipments that may be filed and are in no claim join that of its period."""
    etgb.closed_on = day
    weigh_closing(batch, etgb, message)
    keep(batch, etgb)
    for shipment in batch.world.of(facts.by_etgb(etgb.number)):
        batch.changes.links[message.source, message.id, shipment.id] = shipment.seller
        if shipment.may(Trigger.FILE_REFUND) or shipment.stage is Stage.REFUND_FILED:  # the refund of the latter was rejected
            batch.gather(shipment, etgb, message)


def weigh_closing(batch: Batch, etgb: Etgb, message: Message) -> None:
    """Raise a closing day that cannot be, since it decides the VAT period: before the registration, or far ahead.

    Domain section 8: the intaç is not before the ETGB's day. An inferred day of registration proves nothing: it is later than
    the true one.
    """
    if etgb.closed_on is None:
        return
    early = not etgb.day_inferred and etgb.closed_on < etgb.registered_on
    if not early and etgb.closed_on <= istanbul_day(batch.world.now) + _AHEAD:
        return
    detail = f"ETGB {etgb.number} of {etgb.registered_on}: closed on {etgb.closed_on}"
    batch.raise_item(attention.Reason.ETGB_CLOSING_UNLIKELY, etgb.number, detail, message=message, etgb=etgb.number)
