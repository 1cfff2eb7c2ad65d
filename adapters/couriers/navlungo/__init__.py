"""Navlungo: its Shipping API is asked for a parcel's tracking, and for its ETGB once it is delivered.

Source: Navlungo/public-api-docs, ``shipping-api/`` (README, token, cargoTracking, shipment), of which the recordings are the
examples. What it says and what follows from it:

* OAuth2 client credentials at ``identity.navlungo.com``, scope ``shipping_shipments_read``; a token lives an hour. A wrong
  client is answered 500 with ``invalid_client`` or ``invalid_scope`` in ``extensions.exceptionDetails.error``.
* In ten seconds a client may ask 20 times for tracking and 5 times for ETGBs; more is 429. Business errors are 400 or 404 with
  a ``code``, and three of them mean "not yet": ``trackingnotfound.error``, ``shipmentnotdelivered.error``,
  ``etgbdocumentnotfound.error``.
* A tracking number is ``NVL`` and the reference in twelve digits; times are UTC, ``dd.MM.yyyy HH:mm``; statuses come with and
  without spaces. There is no status for a pick-up: the first physical one is ``In Transit``.
* The ETGB has a number and, unless it came from a list, a PDF whose address lives two minutes: it is fetched at once and kept
  with the shipment's documents.
* **Navlungo does not tell the day of registration.** The contract asks for one, so the day on which the number was first told
  is given, in Istanbul, with ``registered_on_inferred``: it is later than the true day. Closing (intaç) and cancellations are
  not told.

Kervan books nothing at Navlungo: who does tells the tracking number (``courier.booked.v1``). Nothing here was tried against
Navlungo, for want of an account; the tests speak to a local server that answers as documented.
"""

import orjson

from adapters.calls.counterpart import MIB, Counterpart, Limit, Operation

FAMILY, CODE = "courier", "navlungo"
SOURCE = f"{FAMILY}/{CODE}"

SCOPE = "shipping_shipments_read"
HOSTS: dict[str, tuple[str, str]] = {
    "production": ("https://api.navlungo.com", "https://identity.navlungo.com"),
    "test": ("https://api-qa.navlungo.com", "https://identity-qa.navlungo.com"),
}
"""For each environment the addresses of the interface and of the identity server."""


_DOCUMENTED = "Navlungo/public-api-docs, shipping-api"
TRACKING = Operation("tracking", Limit(20, 10.0, _DOCUMENTED))
ETGB = Operation("etgb", Limit(5, 10.0, _DOCUMENTED))
TOKEN = Operation("token")
"""Once an hour; no limit is documented."""
PDF = Operation("pdf", most_bytes=10 * MIB, attempts=1)
"""From a store outside the interface; its address lives two minutes, so a new one is asked for instead of trying again."""


def refused_client(content: bytes) -> str:
    """What the identity server calls a client that it refuses, in a 500; empty where the answer says nothing of the kind."""
    try:
        said = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    for field in ("extensions", "exceptionDetails", "error"):
        said = said.get(field) if isinstance(said, dict) else None
    return str(said or "")[:100]


COUNTERPART = Counterpart(FAMILY, CODE, "Navlungo", clear_no=lambda _, content: bool(refused_client(content)))
