"""What Navlungo refuses, and why: one class a cause, so that what follows can be decided."""

from workflow.errors import KervanError


class NavlungoError(KervanError):
    """Base of all that goes wrong between Kervan and Navlungo."""


class NothingYetError(NavlungoError):
    """What was asked for is not there yet; nothing is wrong."""


class TrackingNotThereYetError(NothingYetError):
    """The tracking number was not assigned yet (``trackingnotfound.error``)."""


class NotDeliveredYetError(NothingYetError):
    """An ETGB is given for delivered parcels only (``shipmentnotdelivered.error``)."""


class EtgbNotThereYetError(NothingYetError):
    """The parcel is delivered and its ETGB is not there yet (``etgbdocumentnotfound.error``)."""


class TooManyRequestsError(NavlungoError):
    """The client's share of requests is used up, by our own count or by Navlungo's (429)."""

    def __init__(self, seconds: float) -> None:
        """Say how long to wait."""
        super().__init__(f"Navlungo may be asked again in {seconds:.1f} s.")
        self.seconds = seconds


class NavlungoUnavailableError(NavlungoError):
    """Navlungo does not answer, or says that it cannot now; asking later may help."""

    def __init__(self, what: str, why: str, seconds: float = 0.0) -> None:
        """Name what was asked for, what happened, and when to ask again where that is known."""
        super().__init__(
            f"Navlungo did not answer about {what} ({why}). It is asked again. The test environment is closed at night and at "
            "weekends; else check the way there (proxy, firewall)."
        )
        self.seconds = seconds


class NotAuthorisedError(NavlungoError):
    """Navlungo does not accept the client, or the client lacks a right."""

    def __init__(self, why: str) -> None:
        """Say what Navlungo calls it."""
        super().__init__(
            f"Navlungo refuses the client ({why}). Check KERVAN_COURIERS__NAVLUNGO__CLIENT_ID, __CLIENT_SECRET and "
            "__ENVIRONMENT; the client needs the scope shipping_shipments_read. Restart the workers after a change."
        )
        self.why = why


class UnknownReferenceError(NavlungoError):
    """Navlungo has no such shipment, or it belongs to another account (``record.not.found``)."""

    def __init__(self, what: str) -> None:
        """Name it."""
        super().__init__(
            f"Navlungo does not know {what}, or it belongs to another account. Compare the shipment's tracking number, and "
            "the account of the client."
        )


class ProtocolChangedError(NavlungoError):
    """The answer is not what the documents say; nothing was concluded from it."""

    def __init__(self, what: str, why: str) -> None:
        """Name what was asked for, and what is wrong."""
        super().__init__(f"Navlungo's answer about {what} is not of its documented form: {why} Nothing was concluded from it.")


NOT_YET: dict[str, type[NothingYetError]] = {
    "trackingnotfound.error": TrackingNotThereYetError,  # Takip numarası henüz atanmadı, yeniden deneyin
    "shipmentnotdelivered.error": NotDeliveredYetError,  # Gönderi henüz teslim edilmedi
    "etgbdocumentnotfound.error": EtgbNotThereYetError,  # ETGB kaydı henüz oluşmadı, sonra yineleyin
}
"""Codes of a 400 that mean "ask again later"."""
