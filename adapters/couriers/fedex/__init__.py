"""FedEx Advanced Integrated Visibility (AIV): a webhook tells what is known of a parcel, with its scan events.

Sources: developer.fedex.com, the catalogue's "Advanced Integrated Visibility" ("Business Rules and Validation Process",
"Webhook Developer Guide", the schema ``TestWebhookOutputVO``), and the fields of scan events from the Track API v1, whose form
the payload has. What they say and what follows from it:

* header ``fdx-signature``: base64 of the HMAC-SHA256 of the raw body with the project's security token.
* No event id, and one scan may be told in several payloads: a message is identified by what its scan says (number, event, time,
  place), so however often a scan is told, it is one message.
* "Customers may sometimes receive the tracking event updates out of order and must look at the scan event time stamp".
* ``output.completeTrackResults[].trackResults[].scanEvents[]``; a time without an offset is not guessed at.

A recorded payload was not to be had: the recordings are written by hand after the schema. Signatures and pictures of delivery
are not read. Nothing here was tried against FedEx. Subscriptions need an account in the United States (FedEx's condition).
"""

from adapters.couriers.fedex.reader import read
from adapters.couriers.fedex.scheme import authenticate
from adapters.couriers.ports import Adapter

ADAPTER = Adapter(authenticate, read)
