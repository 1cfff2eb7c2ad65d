"""What Kervan tells itself of its logs."""

from events.contracts.base import Name, Text, Wire


class LogBroken(Wire):
    """``log.broken.v1``, from Kervan to itself: a row of a log is not as it was written."""

    place: Name
    detail: Text
    shipment: Name | None = None
