"""The ETGB (officially BGB): the customs declaration that one courier makes for one or many shipments."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from workflow.facts import EtgbLine
from workflow.message import Message
from workflow.waits import Wait


class EtgbState(StrEnum):
    """How far an ETGB is known; the words of the portal where exporters look it up."""

    NUMBER_KNOWN = "number_known"
    DOCUMENT_THERE = "document_there"
    CLOSING_PENDING = "closing_pending"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Cause:
    """The message that made something true, kept for what follows from it later."""

    source: str
    id: str
    at: datetime
    correlation: str = ""
    traceparent: str = ""


def cause_of(message: Message) -> Cause:
    """The message as the cause of what it moves."""
    return Cause(message.source, message.id, message.at, message.correlation, message.traceparent)


@dataclass(slots=True)
class Etgb:
    """What is known of one declaration.

    ``vedop_cause`` and ``cancel_cause`` name the messages that reported those facts: a line whose shipment becomes ready
    later follows them then, as if everything had come in order.
    """

    number: str
    registered_on: date
    courier: str
    document_url: str = ""
    day_inferred: bool = False
    """Whether ``registered_on`` was not told: it is the first day on which the number was; registration was then or before."""
    closed_on: date | None = None
    vedop_seen_on: date | None = None
    evidence_kind: str = ""
    evidence_reference: str = ""
    vedop_cause: Cause | None = None
    cancelled_reason: str = ""
    replaced_by: str = ""
    cancel_cause: Cause | None = None
    due_at: datetime | None = None
    """When the next of what it waits for falls due (:func:`workflow.deadlines.etgb_waits`); what is overdue is not counted."""
    overdue: frozenset[Wait] = frozenset()
    """What it waits for too long, as far as somebody was told."""
    lines: list[EtgbLine] = field(default_factory=list)
    applied: dict[int, UUID] = field(default_factory=dict)
    """By its number (1, 2, …), the shipment that a line moved; loaded with the lines."""
    taken_off: set[UUID] = field(default_factory=set)
    """Shipments whose line was taken off while it stands for others; loaded with the lines."""
    new_lines: list[tuple[int, EtgbLine]] = field(default_factory=list)
    """Lines that this batch added, with their numbers; the stored ones are not loaded."""

    @property
    def state(self) -> EtgbState:
        """The sub-state shown to people."""
        if self.cancel_cause is not None:
            return EtgbState.CANCELLED
        if self.closed_on is not None:
            return EtgbState.CLOSED
        if self.vedop_cause is not None:
            return EtgbState.CLOSING_PENDING
        return EtgbState.DOCUMENT_THERE if self.document_url else EtgbState.NUMBER_KNOWN
