"""Karrio's words in the contract's; pure."""

from datetime import UTC
from hashlib import sha256
from typing import Any

from adapters.couriers.karrio.times import When
from adapters.couriers.reading import UnclearError, checkpoint
from workflow.delivery import DeliveryStatus as S

STATUSES: dict[str, S] = {
    "pending": S.ANNOUNCED,  # shipment info received, awaiting pickup; label created
    "picked_up": S.PICKED_UP,  # package physically picked up by carrier
    "in_transit": S.IN_TRANSIT,  # in-transit/processing
    "out_for_delivery": S.OUT_FOR_DELIVERY,  # out for delivery
    "ready_for_pickup": S.READY_FOR_PICKUP,  # hold at location, available for collection
    "delivery_failed": S.ATTEMPT_FAILED,  # delivery exception, refused
    "delivery_delayed": S.ON_HOLD,  # delay, delivery delay
    "on_hold": S.ON_HOLD,  # on hold, exception, customs delay
    "return_to_sender": S.RETURNED,  # return to shipper
    "cancelled": S.CANCELLED,  # shipment cancelled, void
    "delivered": S.DELIVERED,  # delivered
    "unknown": S.UNKNOWN,  # any unrecognized status codes
}
"""``TrackingEvent.status``, which are the names of Karrio's ``TrackingStatus``; an event without one is in no table."""

OTHERWISE: dict[tuple[str, str], S] = {
    ("dhl_universal", "pre-transit"): S.ANNOUNCED,  # DHL: before the first scan; Karrio has no word for it
    ("dhl_universal", "failure"): S.ON_HOLD,  # DHL: any trouble, also of a parcel that it never had; Karrio: delivery_failed
    ("dhl_universal", "unknown"): S.UNKNOWN,  # Karrio: delivery_delayed
    ("fedex", "AP"): S.ANNOUNCED,  # FedEx: "At pickup", the driver is there; Karrio: picked_up
    ("mydhl", "PU"): S.PICKED_UP,  # DHL: "Shipment picked up"; Karrio: pending here, picked_up in its other DHL connector
    ("mydhl", "PL"): S.IN_TRANSIT,  # DHL: "Processed at …"; Karrio: pending here
    ("mydhl", "WC"): S.OUT_FOR_DELIVERY,  # DHL: "With delivery courier"; Karrio: in_transit, and this as well
    ("ups", "OR"): S.PICKED_UP,  # UPS: "Origin Scan"; Karrio: in_transit for all of its type I
    ("ups", "OT"): S.OUT_FOR_DELIVERY,  # UPS: "Out for Delivery", also under its type D; Karrio: delivered for all of type D
}
"""By carrier and ``TrackingEvent.code``: where Karrio's word says more than the carrier's, or nothing."""

UNKNOWN_NUMBERS = frozenset(
    {
        "404",  # DHL: "No shipment with given tracking number found."
        "TW0001",  # UPS: "Tracking Information Not Found"
        "TRACKING.TRACKINGNUMBER.NOTFOUND",  # FedEx
    }
)
"""``Message.code`` of carriers that do not know a tracking number."""


def status(carrier: str, code: str, word: str) -> S | None:
    """The contract's word; ``None`` where it is in no table."""
    return OTHERWISE.get((carrier, code)) or STATUSES.get(word)


def scan(courier: str, carrier: str, number: str, event: Any, when: When | None, **carried: str) -> tuple[str, bytes, S | None]:  # noqa: ANN401 - the SDK's own
    """A ``TrackingEvent`` as a message: its id, which follows from what the carrier said, its bytes, and its status.

    Raises:
        UnclearError: it has no time.
    """
    if when is None:
        raise UnclearError("wrong_data", "its date or time cannot be read.")
    code, description, place = _text(event.code), _text(event.description), _text(event.location)
    told = "\0".join([number, _text(event.date), _text(event.time), code, description, place])
    message_id = f"scan:{sha256(told.encode()).hexdigest()}"
    found = status(carrier, code, _text(event.status))
    body = checkpoint(
        courier,
        message_id,
        tracking_number=number,
        status=found,
        code=code,
        description=description,
        occurred_at=when.at.astimezone(UTC),
        occurred_at_inferred=when.inferred,
        location=(place,),
        reason=_text(event.reason),
        **carried,
    )
    return message_id, body, found


def _text(said: Any) -> str:  # noqa: ANN401 - texts, and what a connector gives in their place
    return "" if said is None else str(said).strip()
