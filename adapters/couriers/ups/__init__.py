"""UPS Track Alert: one package event a webhook.

Source: UPS-API/api-documentation, ``UPSTrackAlert.yaml`` and ``UPSTrackAlertEnhanced.yaml`` (webhook ``TrackingEvent``), of
which the recordings are the examples. What it says and what follows from it:

* header ``credential``: the opaque string that was given with the subscription, compared in constant time; the body is not
  signed. ``User-Agent`` is ``UPSPubSubTrackingService``, which anybody can say, so it is not asked for.
* No event id: a message is identified by the SHA-256 of the raw body.
* ``trackingNumber`` may have a leading space (their example has). ``gmtActivityDate`` and ``…Time`` are UTC; without them the
  local time counts only with ``gmtOffset`` (enhanced subscriptions). Empty text means that there is nothing to say.
* What is sent while the endpoint is down is lost: UPS does not try again.

The whole list of status codes is on UPS's portal and was not to be had; ``mapping`` has those of the documents, and goes by the
status type otherwise. Kervan does not subscribe: that is done with UPS's own API, by 100 numbers for 14 days each. Nothing here
was tried against UPS.
"""

from adapters.couriers.ports import Adapter
from adapters.couriers.ups.reader import read
from adapters.couriers.ups.scheme import authenticate

ADAPTER = Adapter(authenticate, read)
