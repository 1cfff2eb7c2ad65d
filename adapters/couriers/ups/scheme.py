"""The header ``credential``: an opaque string, agreed when the numbers were subscribed."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from adapters.couriers.ports import NotAuthenticError


def authenticate(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:  # noqa: ARG001 - UPS signs no time
    """See :data:`adapters.couriers.ports.Authenticate`; the id is the body's SHA-256, since UPS has none."""
    given = headers.get("credential", "")
    if not hmac.compare_digest(secret.encode(), given.encode("utf-8", "replace")):
        raise NotAuthenticError("The header credential is not the one that was given with the subscription.")
    return sha256(body).hexdigest()
