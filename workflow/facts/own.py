"""What Kervan says to itself: what is due, and what went wrong with its own work."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """A task was tried for the last time and not done: ``body`` is what was asked, ``key`` whose shipment's it is, if any."""

    task_id: str
    kind: str
    subject: str
    body: bytes
    code: str
    detail: str
    tries: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class SubscriptionDisabled:
    """A subscription to our webhooks is served no more: it failed for long, or its receiver is gone."""

    subscription: UUID
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class LogBroken:
    """A row of a log is not as it was written: ``place`` names the shipment's log, the audit log or the seals."""

    place: str
    detail: str
    shipment: UUID | None = None


@dataclass(frozen=True, slots=True)
class ShipmentDue:
    """What a shipment waits for fell due at ``due_at`` (UTC)."""

    key: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class EtgbDue:
    """Something that an ETGB waits for fell due."""

    number: str


@dataclass(frozen=True, slots=True)
class ClaimDue:
    """The right to a claim is about to lapse, or has lapsed."""

    claim: UUID


@dataclass(frozen=True, slots=True)
class ParkedDue:
    """Parts that wait on a key have waited too long; ``about`` says which order they mean, where the key does not."""

    key: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that waited and that this release reads no more, with the reason; it is refused and kept."""

    code: str
    detail: str
