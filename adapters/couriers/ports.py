"""What a courier's adapter offers to the door at which its webhooks arrive."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.webhooks import Webhook
from workflow.errors import KervanError


class NotAuthenticError(KervanError):
    """Nothing shows that a webhook comes from the courier; nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A piece of a body that no message can be made of; ``place`` names it, ``detail`` says what to do."""

    place: str
    code: str
    detail: str


Piece = bytes | Unclear
"""A message of the contract as a CloudEvent, or what could not become one."""

Reader = Callable[[Webhook], Sequence[Piece]]
"""Reads a body. Never raises; the same body gives the same messages with the same ids."""

Authenticate = Callable[[str, Mapping[str, str], bytes, datetime], str]
"""Of a secret, the headers (by lower-case name), the raw body and the time now: the message's id.

Raises:
    NotAuthenticError: the courier did not send this, or not lately.
"""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One way of sending webhooks."""

    authenticate: Authenticate
    read: Reader
