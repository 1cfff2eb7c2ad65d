"""What goes wrong between Kervan and a carrier that Karrio asks: one class a cause."""

from workflow.errors import KervanError


class KarrioError(KervanError):
    """Base of all of them."""


class KarrioMissingError(KarrioError):
    """The SDK, or its connector for a carrier, is not installed, or not the one that is known; no worker starts with it."""


class WrongKarrioSettingsError(KarrioError):
    """The SDK does not take the settings of a courier; no worker starts with them."""


class TooManyQuestionsError(KarrioError):
    """The calls that a carrier allows are used up, by our own count or by its (429)."""

    def __init__(self, who: str, seconds: float) -> None:
        """Say how long to wait."""
        super().__init__(f"{who} may be asked again in {seconds:.1f} s.")
        self.seconds = seconds


class CarrierUnavailableError(KarrioError):
    """A carrier does not answer, or says that it cannot now; asking later may help."""

    def __init__(self, who: str, why: str, seconds: float = 0.0) -> None:
        """Say what happened, and when to ask again where that is known."""
        super().__init__(f"{who} did not answer ({why}). It is asked again; else check the way there (proxy, firewall).")
        self.seconds = seconds


class NotAuthorisedError(KarrioError):
    """A carrier does not accept the key, or the key lacks a right."""

    def __init__(self, courier: str, why: str) -> None:
        """Say what the carrier calls it."""
        super().__init__(
            f"The carrier of {courier} refuses the key ({why}). Check KERVAN_COURIERS__{courier.upper()}__KARRIO__SETTINGS, "
            "and whether the key may ask for tracking. Restart the workers after a change."
        )
        self.why = why


class UnknownNumberError(KarrioError):
    """A carrier does not know the tracking number, or not yet."""

    def __init__(self, who: str, number: str) -> None:
        """Name it."""
        super().__init__(
            f"{who} does not know the parcel {number}. Compare its tracking number, and the carrier that the courier's "
            "KARRIO__CARRIER names."
        )


class AnswerChangedError(KarrioError):
    """The SDK can make nothing of a carrier's answer; nothing was concluded from it."""

    def __init__(self, who: str, why: str) -> None:
        """Say what is wrong."""
        super().__init__(
            f"Karrio's SDK can make nothing of what {who} answered ({why}). Nothing was concluded from it. See whether the "
            "carrier's interface has changed, and whether a newer release of the SDK reads it."
        )
