"""What the desk tells Kervan: messages whose ids follow from what they say, so that telling twice changes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.invoicing.essence import Essence
from events import topology
from events.outgoing import envelope
from events.tasks import Reply, carried_on
from workflow import invoice
from workflow.numbering import Numbered

_LONGEST = 900
"""Characters of a reason: a message's text has room for 1000."""


@dataclass(frozen=True, slots=True)
class News:
    """One message; ``at`` is when it became true."""

    id: str
    type: str
    data: dict[str, Any]
    at: datetime


Say = Callable[[str, dict[str, Any], News], Sequence[Reply]]
"""Puts news into messages: source, the task that asked, the news."""


def plainly(source: str, task: dict[str, Any], news: News) -> Sequence[Reply]:
    """One message, at once."""
    body = envelope(
        source=source,
        id=news.id,
        type=news.type,
        time=news.at,
        data=news.data,
        **carried_on(task),
    )
    return (Reply(topology.subject_of(source), news.id, body),)


def issued(held: Numbered, sequence: int, said: Essence) -> News:
    """``invoice.issued.v1``, in the document's own words."""
    data: dict[str, Any] = {
        "shipment": {"id": str(held.shipment)},
        "number": held.number,
        "ettn": str(held.ettn),
        "issued_on": said.issued_on.isoformat(),
        "profile": invoice.PROFILE,
        "type": invoice.TYPE,
        "exemption_code": invoice.EXEMPTION_CODE,
        "currency": said.currency,
        "total": str(said.payable),
        "shipment_sequence": sequence,
    }
    if said.rate is not None:
        data["exchange_rate"] = format(said.rate.normalize(), "f")
    return News(f"issued:{held.number}:{held.ettn}", "invoice.issued.v1", data, held.settled_at or held.issued_at)


def cancelled(held: Numbered, sequence: int | None, why: str) -> News:
    """``invoice.cancelled.v1``; ``sequence`` is the shipment's that the invoice was made for, where it has moved on since."""
    data: dict[str, Any] = {"shipment": {"id": str(held.shipment)}, "number": held.number, "reason": why[:_LONGEST]}
    if sequence is not None:
        data["shipment_sequence"] = sequence
    return News(f"cancelled:{held.number}:{held.ettn}", "invoice.cancelled.v1", data, held.settled_at or held.issued_at)


def rejected(about: str, request: str, shipment: str, reason: str, at: datetime, number: str = "") -> News:
    """``invoice.rejected.v1``: ``about`` is one of ``rejected``, ``withheld``, ``unanswered``, ``not_cancelled``."""
    data = {"shipment": {"id": shipment}, "about": about, "reason": reason[:_LONGEST]}
    if number:
        data["number"] = number
    return News(f"{about}:{request}:{number}", "invoice.rejected.v1", data, at)
