"""Who hears what of ``kervan.out.>`` by signed webhooks: the words that the deliverer and the database share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

TRANSITIONED = "shipment.transitioned.v1"
RAISED, RESOLVED = "attention.raised.v1", "attention.resolved.v1"
PROGRESSED = "claim.progressed.v1"
TESTED = "subscription.tested.v1"

TYPES = (TRANSITIONED, RAISED, RESOLVED, PROGRESSED)
"""What there is to hear."""


class SubscriptionState(StrEnum):
    """Whether a subscription is served."""

    ACTIVE = "active"
    PAUSED = "paused"
    """On a person's word: what it would hear is kept for it."""
    DISABLED = "disabled"
    """By Kervan, since it failed for long or is gone: nothing is kept, but it can be replayed."""


class Why(StrEnum):
    """Why a subscription was disabled."""

    GONE = "gone"
    """Its receiver answered 410."""
    FAILING = "failing"
    """Nothing could be delivered for long."""


class Outcome(StrEnum):
    """What became of one attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """An answer that is none of 2xx, 5xx: a redirection, an error of ours in the receiver's eyes."""
    GONE = "gone"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    TOO_MANY = "too_many"
    FORBIDDEN = "forbidden"
    """The address may not be called; nothing was sent."""
    FAULT = "fault"
    """Kervan itself failed: it says nothing of the receiver."""


OUTCOME_TEXTS: dict[Outcome, tuple[str, str]] = {
    Outcome.DELIVERED: ("Teslim edildi.", "Delivered."),
    Outcome.REFUSED: ("Alıcı kabul etmedi.", "The receiver did not accept it."),
    Outcome.GONE: ("Alıcı artık yok (410).", "The receiver is gone (410)."),
    Outcome.FAILED: ("Alıcıda hata oluştu.", "The receiver failed."),
    Outcome.UNREACHABLE: ("Alıcıya ulaşılamadı.", "The receiver could not be reached."),
    Outcome.TOO_MANY: ("Alıcı daha sonra denenmesini istedi.", "The receiver asks for it to come later."),
    Outcome.FORBIDDEN: (
        "Bu adrese gönderilemez; hiçbir şey gönderilmedi.",
        "This address may not be called; nothing was sent.",
    ),
    Outcome.FAULT: ("Kervan'ın kendi hatası; yeniden denenir.", "A fault of Kervan's own; it is tried again."),
}
"""What people read about each outcome, in Turkish and English."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message of ``kervan.out.>`` with what can be asked of it; ``about`` is whose order it belongs to."""

    id: str
    type: str
    about: str
    body: bytes
    seller: str = ""
    stage: str = ""
    reason: str = ""


def told(body: bytes) -> Told:
    """Read a message of our own.

    Raises:
        ValueError: it is none.
    """
    event = orjson.loads(body)
    data = event.get("data") if isinstance(event, dict) else None
    known = isinstance(data, dict) and isinstance(event.get("id"), str) and isinstance(event.get("type"), str)
    if not known or data is None:
        message = "not a CloudEvent of Kervan's"
        raise ValueError(message)
    about = data.get("shipment_id") or data.get("item_id") or data.get("claim") or event["id"]
    return Told(
        event["id"], event["type"], str(about), body, data.get("seller", ""), data.get("to", ""), data.get("reason", "")
    )


@dataclass(frozen=True, slots=True)
class Hears:
    """What a subscription hears; each that is empty asks for nothing.

    ``stages`` asks where a transition leads to, ``reasons`` what an attention item is raised for; neither says anything of
    other types. ``sellers`` says something of all: what is not known to be one of theirs is not heard.
    """

    types: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    sellers: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()

    def __contains__(self, one: Told) -> bool:
        """Whether it hears a message."""
        if one.type == TESTED:
            return True
        return (
            (not self.types or one.type in self.types)
            and (not self.stages or one.type != TRANSITIONED or one.stage in self.stages)
            and (not self.reasons or one.type not in {RAISED, RESOLVED} or one.reason in self.reasons)
            and (not self.sellers or one.seller in self.sellers)
        )

    @property
    def narrow(self) -> bool:
        """Whether an attention item has to be looked up: its news name neither seller nor, once resolved, its reason."""
        return bool(self.sellers or self.reasons)

    def written(self) -> dict[str, list[str]]:
        """As it is kept and shown; what asks for nothing is left out."""
        found = {name: sorted(getattr(self, name)) for name in ("types", "stages", "sellers", "reasons")}
        return {name: words for name, words in found.items() if words}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Hears":
        """As it was kept."""
        return cls(**{name: frozenset(kept.get(name) or ()) for name in ("types", "stages", "sellers", "reasons")})


@dataclass(frozen=True, slots=True)
class Secret:
    """What a signing secret is made from; the key that it is made with has the name ``key``."""

    salt: bytes
    key: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """A subscription as the deliverer needs it; ``old`` signs too until ``old_until``."""

    id: UUID
    name: str
    url: str
    secret: Secret
    old: Secret | None = None
    old_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """A subscription as whoever notes messages needs it: what it hears, and from when on."""

    id: UUID
    hears: Hears
    since: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one subscription; ``tries`` counts those that were made."""

    message_id: str
    about: str
    body: bytes
    tries: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one attempt: HTTP status (0 without an answer), how long it took, the answer's first bytes as text."""

    message_id: str
    outcome: Outcome
    at: datetime
    duration_ms: int
    status: int = 0
    answer: str = ""
    by: str = ""
    """Who asked for it; empty where nobody had to."""


@dataclass(frozen=True, slots=True)
class Next:
    """What is next for a delivery: due again, or (``None``) not any more."""

    message_id: str
    tries: int
    due_at: datetime | None
    delivered: bool = False
