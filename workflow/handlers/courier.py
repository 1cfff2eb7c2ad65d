"""Couriers: the parcel is booked, scanned, handed over, or comes back."""

from decimal import Decimal

from workflow import attention, delivery, facts
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.delivery import DeliveryStatus
from workflow.handlers import judging, parked
from workflow.handlers.orders import unknown
from workflow.message import Part
from workflow.rules import limits, scope
from workflow.rules.findings import Severity
from workflow.shipment import Shipment
from workflow.stages import Stage, Trigger


def _taken(batch: Batch, shipment: Shipment, courier: str, tracking_number: str) -> Refused | None:
    key = facts.by_tracking(courier, tracking_number)
    batch.world.need(key)
    other = batch.world.named.get(key)
    if other is None or other is shipment:
        return None
    return Refused("tracking_number_taken", f"{courier}/{tracking_number} stands on shipment {other.id} already")


def _set_tracking(batch: Batch, shipment: Shipment, courier: str, tracking_number: str, part: Part) -> None:
    before = shipment.courier
    if shipment.tracking_number:
        batch.unname(shipment, facts.by_tracking(shipment.courier, shipment.tracking_number))
    shipment.courier, shipment.tracking_number = courier, tracking_number
    shipment.booked_at = part.message.at
    if shipment.may(Trigger.HAND_OVER) and not shipment.overdue:
        batch.begin_to_wait(shipment)  # this courier may have an allowance of its own
    batch.touch(shipment)
    batch.name(shipment, facts.by_tracking(courier, tracking_number))
    batch.woken.append(facts.by_id(shipment.id))  # a hand-over may wait for the number
    if courier != before:
        _judge_courier(batch, shipment, before, part)


def _judge_courier(batch: Batch, shipment: Shipment, before: str, part: Part) -> None:
    """Judge what depends on the courier that has just come.

    The parcel is that courier's already, so the booking stands. A shipment that has no invoice yet is judged again; one that
    has is not held any more by findings, so a person is told.
    """
    if shipment.decided_by_findings:
        judging.judge_again(batch, shipment, part.message)
        return
    cause, why = str(shipment.id), _cannot_carry(batch, shipment, shipment.courier)
    if why:
        reason = attention.Reason.COURIER_CANNOT_CARRY
        batch.raise_item(reason, cause, why, shipment=shipment.id, message=part.message)
    elif _cannot_carry(batch, shipment, before):
        batch.resolve(attention.Reason.COURIER_CANNOT_CARRY, cause)


def _cannot_carry(batch: Batch, shipment: Shipment, courier: str) -> str:
    """Why a courier cannot carry a shipment, in both languages; empty where it can.

    Raises:
        WiderWorldNeededError: the value is not in euro, and the rates of its day come with the draft.
    """
    book, rates = batch.policy.law, batch.world.rates
    now = book.on(shipment.planned_on)
    euro: Decimal | None = shipment.total
    if shipment.currency != "EUR" and any(own.max_eur is not None for own in now.courier_limits(courier)):
        batch.draft(shipment)
        euro = rates.to_eur(shipment.total, shipment.currency, shipment.planned_on)
    found = (
        *scope.carrier(courier, shipment.planned_on, book, now),
        *limits.of_courier(courier, shipment.gross_weight_kg, euro, now),
    )
    return " ".join(f"{f.code}: {f.text('en')} ({f.text('tr')})" for f in found if f.severity is Severity.BLOCK)


def booked(batch: Batch, part: Part, fact: facts.Booked) -> Verdict:
    """Note courier and tracking number of a shipment that has not been handed over; of two bookings the later one stands."""
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        parked.booked(batch, facts.by_tracking(fact.courier, fact.tracking_number))
        return unknown(fact.key)
    if (shipment.courier, shipment.tracking_number) == (fact.courier, fact.tracking_number):
        return Repeated("the shipment has this tracking number already")
    if shipment.booked_at is not None and part.message.at < shipment.booked_at:
        return Repeated(f"the shipment was booked again later; {shipment.courier}/{shipment.tracking_number} stands")
    if not shipment.may_later(Trigger.HAND_OVER):
        return Refused("booked_too_late", f"the shipment is in {shipment.stage}; its courier cannot change any more")
    refused = _taken(batch, shipment, fact.courier, fact.tracking_number)
    if refused is not None:
        return refused
    _set_tracking(batch, shipment, fact.courier, fact.tracking_number, part)
    batch.changes.links[part.message.source, part.message.id, shipment.id] = shipment.seller
    return None


def checkpoint(batch: Batch, part: Part, fact: facts.Checkpoint) -> Verdict:
    """Merge the scan into the delivery status; the first physical one hands an invoiced shipment over.

    The delivery status is its own axis, so it moves at once even where the stage must wait. Merging is idempotent: the
    part that waits merges again without effect.
    """
    latest = part.message.received_at + batch.policy.scan_ahead
    if fact.occurred_at > latest:
        return Refused(
            "scan_in_future",
            f"scanned at {fact.occurred_at.isoformat()}, received at {part.message.received_at.isoformat()}; "
            "no later scan could change the delivery status",
        )
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if shipment.delivery_at is not None and shipment.delivery_at > latest:
        shipment.delivery_status = shipment.delivery_at = None  # of an earlier release, which believed every time
    merged = delivery.merge(shipment.delivery_status, shipment.delivery_at, fact.status, fact.occurred_at)
    overtaken = shipment.delivery_at is not None and fact.occurred_at < shipment.delivery_at
    there = shipment.delivery_status is DeliveryStatus.DELIVERED
    if merged is not None:
        shipment.delivery_status, shipment.delivery_at = merged
        batch.touch(shipment)
    if fact.status is DeliveryStatus.DELIVERED and merged is not None:
        batch.settle(shipment, (attention.Reason.GOODS_COMING_BACK,))
    news = merged is not None or (overtaken and not there)
    if fact.status is DeliveryStatus.RETURNED and shipment.stage is not Stage.RETURNED and news:
        detail = f"{fact.courier} reports {fact.tracking_number} as returned"
        batch.raise_item(
            attention.Reason.GOODS_COMING_BACK, str(shipment.id), detail, shipment=shipment.id, message=part.message
        )
    if fact.status not in delivery.PHYSICAL or not shipment.may_later(Trigger.HAND_OVER):
        if shipment.stage is Stage.CANCELLED and fact.status in delivery.PHYSICAL:
            return Refused("cancelled_but_moving", "the shipment is cancelled, but its courier carries the parcel")
        batch.changes.links[part.message.source, part.message.id, shipment.id] = shipment.seller
        return None
    if not shipment.may(Trigger.HAND_OVER):
        return batch.later(shipment, Trigger.HAND_OVER, "hand_over_too_late")
    batch.move(shipment, Trigger.HAND_OVER, part.message)
    return None


def handed_over(batch: Batch, part: Part, fact: facts.HandedOver) -> Verdict:
    """Hand a shipment over on a person's word; its tracking number must be known or given."""
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if not shipment.may(Trigger.HAND_OVER):
        return batch.later(shipment, Trigger.HAND_OVER, "hand_over_too_late")
    courier, number = fact.courier or shipment.courier, fact.tracking_number or shipment.tracking_number
    if not courier or not number:
        why = "the shipment has no tracking number yet; give courier and tracking_number, or wait for its booking"
        return Parked(facts.by_id(shipment.id), why)
    if (courier, number) != (shipment.courier, shipment.tracking_number):
        refused = _taken(batch, shipment, courier, number)
        if refused is not None:
            return refused
        _set_tracking(batch, shipment, courier, number, part)
    batch.move(shipment, Trigger.HAND_OVER, part.message)
    return None
