"""Standard Webhooks (https://www.standardwebhooks.com): ``webhook-id``, ``webhook-timestamp``, ``webhook-signature``."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from adapters.couriers.ports import NotAuthenticError

TOLERANCE_S = 300
"""How far a signature's time may lie from ours: older ones may be replays."""

_SIGNATURES = 10
_DETAIL = "The signature does not fit (Standard Webhooks: webhook-id, webhook-timestamp within 5 minutes, v1)."


def signed(secret: str, message_id: str, timestamp: str, body: bytes, signatures: str) -> bool:
    """Whether one of the signatures is right, compared in constant time."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        return False
    expected = base64.b64encode(hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, sha256).digest())
    right = False
    for signature in signatures.split(" ")[:_SIGNATURES]:
        version, _, given = signature.partition(",")
        right |= version == "v1" and hmac.compare_digest(expected, given.encode("utf-8", "replace"))
    return right


def authenticate(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """See :data:`adapters.couriers.ports.Authenticate`; the id is ``webhook-id``."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    recent = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12
    recent = recent and abs(now.timestamp() - int(timestamp)) <= TOLERANCE_S
    given = headers.get("webhook-signature", "")
    if not recent or not message_id or not signed(secret, message_id, timestamp, body, given):
        raise NotAuthenticError(_DETAIL)
    return message_id
