"""Standard Webhooks (https://www.standardwebhooks.com), the sender's side: HMAC-SHA256 over id, time and body."""

import base64
import hmac
from collections.abc import Sequence
from hashlib import sha256

PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """The bytes that a secret (``whsec_`` and base64) stands for."""
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)


def secret_of(key: bytes) -> str:
    """The secret that stands for bytes; as it is shown."""
    return PREFIX + base64.b64encode(key).decode()


def signature(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, as it stands in ``webhook-signature``."""
    signed = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def headers(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers; with several keys (while a secret is being replaced) there is a signature by each."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, message_id, timestamp, body) for key in keys),
    }
