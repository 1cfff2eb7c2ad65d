"""Couriers that speak the contract's own words over Standard Webhooks: PTS, PTT, Aras, anyone.

No public description of the webhooks of PTS, PTT, Aras or ShipEntegra was found, so nothing of theirs is read here: they, or
whoever connects them, send the contract's words. The body is a CloudEvent, the bare ``data`` of a ``courier.checkpoint.v1``, or
a JSON list of either (which is also what CloudEvents calls a batch). There is no mapping: the words are the contract's already.
"""

from adapters.couriers.generic.reader import read
from adapters.couriers.generic.scheme import authenticate
from adapters.couriers.ports import Adapter

ADAPTER = Adapter(authenticate, read)
