"""``karrio``: carriers that Karrio's SDK can ask (DHL, FedEx, UPS and others) are asked for scans; an extra, tracking only.

The SDK (PyPI ``karrio``, LGPL-3.0, with one package a carrier) knows how each carrier is asked and what its answer means. What
is ours: when a parcel is asked about (:mod:`~adapters.couriers.following`), how a call is made, what its words are here, and
the time of a scan. Tried with 2026.1.32 and ``dhl_universal``, ``fedex``, ``mydhl`` and ``ups``, never against a carrier.

**Calls.** The SDK switches the check of certificates off for the whole process when it is imported, and asks without a
time-out or a limit of size. So the check is switched on again (:mod:`.sdk`), and every call of the SDK's goes through
:class:`adapters.calls.caller.Caller` (:mod:`.line`), one for each courier: certificates, time-outs, pace, breaker, https only.

**Times.** The SDK cuts the offset off a scan's time (``fiso_timestamp``: 07:16+03:00 becomes 07:16Z). It is looked up again
in the carrier's own answer (:mod:`.times`), where it stands there: FedEx gives it, UPS as ``gmtOffset``, DHL's unified
interface for some of its services. Where it does not, a time is read in the courier's ``ZONE``, Istanbul unless set: carriers
mean the place of the scan, and the first scans, of which one is the hand-over, are made in Türkiye. Such a time can be hours
off abroad. It never stands before what the carrier lists before it, nor after what follows or after the moment when it was
heard, and is told with ``occurred_at_inferred``. The order is that of one list; a scan that a later list puts between others is
placed by what that list says, while those keep the time that was told for them first.

**Identity** of a scan is what the carrier said of it (number, its date and time, code, description, place), so that asking
again changes nothing. Two scans that are told in the same words at the same minute are one.

**Whose parcel.** A number alone is asked about. DHL's unified interface finds it in whichever of its services knows it; where
two use the same number, the SDK takes the first.

**Aramex** is not among them: its connector sends name and password over plain HTTP, which is refused here, and gives its scans
no status. No ETGB comes this way: a list, the API or a person tells it.
"""

from adapters.calls.counterpart import Counterpart, Limit, Operation

FAMILY, CODE = "courier", "karrio"


def operation(calls_per_minute: int) -> Operation:
    """A call of the SDK's, evenly spread, since carriers count by the second; the tokens that some want count as calls too."""
    limit = Limit(1, 60.0 / calls_per_minute, "the setting KARRIO__CALLS_PER_MINUTE; each carrier agrees on another")
    return Operation("tracking", limit, waits_s=10.0)


def counterpart(courier: str, carrier: str) -> Counterpart:
    """A courier that is asked over the SDK."""
    return Counterpart(FAMILY, courier, f"{courier} ({carrier}, Karrio)")
