"""The parcel's own axis: what its courier last said of it, whatever stage its papers are in."""

from datetime import datetime
from enum import StrEnum


class DeliveryStatus(StrEnum):
    """Where the parcel is, in the contract's words."""

    ANNOUNCED = "announced"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    ATTEMPT_FAILED = "attempt_failed"
    ON_HOLD = "on_hold"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


PHYSICAL = frozenset(
    {
        DeliveryStatus.PICKED_UP,
        DeliveryStatus.IN_TRANSIT,
        DeliveryStatus.OUT_FOR_DELIVERY,
        DeliveryStatus.READY_FOR_PICKUP,
        DeliveryStatus.ATTEMPT_FAILED,
        DeliveryStatus.DELIVERED,
    }
)
"""Statuses that prove that the courier holds, or held, the parcel.

``on_hold`` and ``returned`` are not among them: couriers report both for parcels that never left the sender.
"""

DELIVERY_LABELS: dict[DeliveryStatus, tuple[str, str]] = {
    DeliveryStatus.ANNOUNCED: ("Bildirildi", "Announced"),
    DeliveryStatus.PICKED_UP: ("Teslim alındı", "Picked up"),
    DeliveryStatus.IN_TRANSIT: ("Yolda", "In transit"),
    DeliveryStatus.OUT_FOR_DELIVERY: ("Dağıtımda", "Out for delivery"),
    DeliveryStatus.READY_FOR_PICKUP: ("Şubede bekliyor", "Ready for pick-up"),
    DeliveryStatus.ATTEMPT_FAILED: ("Teslim edilemedi", "Delivery attempt failed"),
    DeliveryStatus.ON_HOLD: ("Bekletiliyor", "On hold"),
    DeliveryStatus.DELIVERED: ("Teslim edildi", "Delivered"),
    DeliveryStatus.RETURNED: ("Geri döndü", "Returned"),
    DeliveryStatus.CANCELLED: ("İptal edildi", "Cancelled"),
    DeliveryStatus.UNKNOWN: ("Bilinmiyor", "Unknown"),
}
"""What people read for a status: Turkish, English."""

_RANK = {
    status: rank
    for rank, status in enumerate(
        (
            DeliveryStatus.UNKNOWN,
            DeliveryStatus.ANNOUNCED,
            DeliveryStatus.PICKED_UP,
            DeliveryStatus.IN_TRANSIT,
            DeliveryStatus.ON_HOLD,
            DeliveryStatus.OUT_FOR_DELIVERY,
            DeliveryStatus.ATTEMPT_FAILED,
            DeliveryStatus.READY_FOR_PICKUP,
            DeliveryStatus.CANCELLED,
            DeliveryStatus.RETURNED,
            DeliveryStatus.DELIVERED,
        )
    )
}


def merge(
    status: DeliveryStatus | None, at: datetime | None, new: DeliveryStatus, new_at: datetime
) -> tuple[DeliveryStatus, datetime] | None:
    """Merge a scan into what is known; ``None`` where it changes nothing.

    The scan with the later time wins, and of two with the same time the one further along: so any order and any
    repetition of the same scans end alike. ``unknown``, a word that is in no table, says nothing of where the parcel is: it
    stands only while nothing else is known.
    """
    if status is not None and at is not None and _weight(new, new_at) <= _weight(status, at):
        return None
    return new, new_at


def _weight(status: DeliveryStatus, at: datetime) -> tuple[bool, datetime, int]:
    return status is not DeliveryStatus.UNKNOWN, at, _RANK[status]
