"""UPS's status types and codes in the contract's words."""

from workflow.delivery import DeliveryStatus as S

NOT_A_SCAN = frozenset({"U"})
"""Types that tell nothing of the parcel: "update (… normally the scheduled delivery has been updated …)"."""

BY_CODE: dict[tuple[str, str], S] = {
    ("M", "MP"): S.ANNOUNCED,  # Shipment Ready for UPS (label created or billing information received)
    ("I", "OR"): S.PICKED_UP,  # On the Way; "UPS has your package", the origin scan
    ("I", "DP"): S.IN_TRANSIT,  # On the Way (arrival or departure from a UPS building)
    ("I", "YP"): S.IN_TRANSIT,  # Preparing for Delivery (also: loaded on vehicle)
    ("I", "OT"): S.OUT_FOR_DELIVERY,  # Out for Delivery
    ("D", "OT"): S.OUT_FOR_DELIVERY,  # the same, under the type that the FAQ gives it
    ("D", "FS"): S.DELIVERED,  # Delivered
}
"""By type and code, as in UPS's own examples."""

BY_TYPE: dict[str, S] = {
    "M": S.ANNOUNCED,  # manifest information
    "MV": S.CANCELLED,  # manifest void
    "X": S.ON_HOLD,  # exception: something out of the normal happened, but it may still be delivered on time
    "I": S.IN_TRANSIT,  # in-progress: on the way or moving normally through the UPS network
    "D": S.OUT_FOR_DELIVERY,  # delivery information: loaded on delivery vehicle, out for delivery, delivered
}
"""By type alone, where the code is not in the table; of what a type may mean, the least."""


def status(kind: str, code: str, *, delivered: bool) -> S | None:
    """The contract's word; ``delivered`` where the day of delivery is given; ``None`` where neither type nor code is known."""
    found = BY_CODE.get((kind, code))
    if found is None and kind == "D" and delivered:
        return S.DELIVERED
    return found or BY_TYPE.get(kind)
