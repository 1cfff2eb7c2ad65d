"""Messages that came too early and wait too long: what they wait for does not come, and somebody has to ask why."""

from collections.abc import Callable
from datetime import timedelta

from workflow import attention, facts
from workflow.batch import Batch, Repeated, Verdict
from workflow.message import Part
from workflow.shipment import Shipment
from workflow.stages import Stage, Trigger
from workflow.values import istanbul_day

_AGAIN = timedelta(days=1)
"""When the timer looks again at what waits for a shipment that has an allowance of its own."""
_UNTOLD: dict[type, Callable[[Shipment], bool]] = {
    facts.InvoiceCancelled: lambda shipment: shipment.may(Trigger.RETURN_GOODS),
    facts.EtgbLineCancelled: lambda shipment: shipment.stage is Stage.RETURNED,
}
"""Where a shipment is known, and what would let its parts go on has no allowance: by fact, which shipments.

Everything else that waits for a known shipment waits for what the shipment, its ETGB or its claim waits for too, and their
items tell of it; a second item would be about the same cause.
"""
_WHAT = {
    "trk": "tracking number {1} of {0}",
    "inv": "invoice {1} of seller {0}",
    "etgb": "ETGB {0}",
    "claim": "claim {0}",
    "bought": "purchase {0}",
}
"""What a key stands for, in words, by its kind."""


def parked_due(batch: Batch, _: Part, fact: facts.ParkedDue) -> Verdict:
    """Have somebody ask for what parts wait for: one item for all that wait for the same, until none does."""
    waiting = batch.world.waiting.get(fact.key, [])
    late = [one for one in waiting if one.due_at is not None and one.due_at <= batch.world.now]
    if not late:
        return Repeated("nothing waits for this any more, or not too long yet")
    shipment = batch.world.named.get(fact.key)
    late = [one for one in late if _untold(shipment, one)]
    if not late or _booked_for(fact):
        again = any(not _among_others(one) for one in waiting)
        batch.changes.looks[fact.key] = batch.world.now + _AGAIN if again else None
        return None
    if fact.key not in batch.told_of:
        first = min(late, key=lambda one: one.order)
        batch.raise_item(
            attention.Reason.PARKED_OVERDUE,
            fact.key,
            _detail(fact, shipment, first, len(waiting)),
            shipment=shipment.id if shipment is not None else None,
            message=first.message,
        )
    batch.told_of.add(fact.key)
    batch.changes.looks[fact.key] = None
    return None


def _booked_for(fact: facts.ParkedDue) -> str:
    """The order for which a tracking number is booked, where that order is what has not come: its own item tells of it."""
    return fact.about if fact.key.startswith("trk:") else ""


def _among_others(part: Part) -> bool:
    """Whether what a part waits for may be nobody's here, and is missed elsewhere if it is ours: our ETGB waits for VEDOP."""
    return isinstance(part.fact, facts.VedopTransferred) and part.fact.among_others


def booked(batch: Batch, tracking: str) -> None:
    """A booking waits for its order: what waits for its tracking number waits for the same, and is one item with it.

    Raises:
        WiderWorldNeededError: what waits for the tracking number was not loaded.
    """
    batch.world.need(tracking)
    if tracking in batch.told_of:
        batch.told_elsewhere.add(tracking)


def _untold(shipment: Shipment | None, part: Part) -> bool:
    """Whether somebody has to be asked for what a part waits for, and no other item tells of it."""
    if _among_others(part):
        return False
    untold = _UNTOLD.get(type(part.fact))
    return shipment is None or (untold is not None and untold(shipment))


def _detail(fact: facts.ParkedDue, shipment: Shipment | None, first: Part, number: int) -> str:
    kind, _, name = fact.key.partition(":")
    what = f"order {shipment.reference}" if shipment is not None else fact.about
    if not what:
        what = _WHAT.get(kind, "shipment {0}").format(*name.split("/", 1), "")
    message = first.message
    since = istanbul_day(message.received_at)
    return f"{what}: {number} waiting since {since}, first {message.type} {message.id} ({message.source})"


def settle(batch: Batch) -> None:
    """At the end of a batch, resolve the items of keys for which nothing waits untold any more.

    Where the item stays, what came to wait is told of by it; where an order has come, and its parts wait for more of it, the
    timer looks again.
    """
    for key in sorted(batch.told_of):
        left = batch.world.waiting.get(key, [])
        stays = key not in batch.told_elsewhere and any(_untold(batch.world.named.get(key), part) for part in left)
        for part in left:
            part.told = stays
        if not stays:
            batch.resolve(attention.Reason.PARKED_OVERDUE, key)
        if left and not stays:
            batch.changes.looks[key] = batch.world.now + _AGAIN
