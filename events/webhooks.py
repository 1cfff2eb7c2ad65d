"""A webhook as it came: bytes of a counterpart's own, which its adapter makes messages of."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256

KEPT_AS = "webhook:"
"""How the token of an unreadable webhook begins; its digest follows, under which it is kept whole."""


@dataclass(frozen=True)
class Webhook:
    """What a courier sent, byte for byte; ``message_id`` is the sender's own, or the SHA-256 of the body where it has none."""

    courier: str
    message_id: str
    body: bytes
    received_at: datetime
    traceparent: str = ""
    """Of the request that brought it, for what its messages cause."""

    @cached_property
    def digest(self) -> bytes:
        """What it is: the same courier, id and body are the same webhook."""
        return sha256(f"{self.courier}\0{self.message_id}\0".encode() + self.body).digest()

    @property
    def token(self) -> str:
        """Under which it is listed where it cannot be read."""
        return KEPT_AS + self.digest.hex()

    @property
    def source(self) -> str:
        """For whom its messages speak."""
        return f"courier/{self.courier}"
