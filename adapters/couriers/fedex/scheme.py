"""The header ``fdx-signature``: base64 of the HMAC-SHA256 of the raw body, keyed with the project's security token."""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from adapters.couriers.ports import NotAuthenticError


def signature(token: str, body: bytes) -> str:
    """What FedEx puts into the header."""
    return base64.b64encode(hmac.new(token.encode(), body, sha256).digest()).decode()


def authenticate(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:  # noqa: ARG001 - FedEx signs no time
    """See :data:`adapters.couriers.ports.Authenticate`; the id is the body's SHA-256, since FedEx has none."""
    given = headers.get("fdx-signature", "")
    if not hmac.compare_digest(signature(secret, body).encode(), given.encode("utf-8", "replace")):
        raise NotAuthenticError("The header fdx-signature does not fit the body and the security token.")
    return sha256(body).hexdigest()
