"""What Kervan publishes: decisions as CloudEvents, each with an id that follows from what it says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson

from events import topology
from workflow import attention_texts
from workflow.refund import Claim, ClaimStatus
from workflow.shipment import Shipment, Transition
from workflow.values import istanbul_day
from workflow.world import Changes, Continuation, RateDay, Task

SOURCE = "kervan"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message for the outbox; ``message_id`` goes out as ``Nats-Msg-Id`` too."""

    message_id: str
    subject: str
    payload: bytes


def envelope(
    *,
    source: str,
    id: str,  # noqa: A002 - the CloudEvents attribute
    type: str,  # noqa: A002 - the CloudEvents attribute
    time: datetime,
    data: dict[str, Any],
    correlationid: str = "",
    causationid: str = "",
    traceparent: str = "",
) -> bytes:
    """A CloudEvent in structured JSON."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": type,
        "time": time,
        "datacontenttype": "application/json",
    }
    if correlationid:
        event["correlationid"] = correlationid
    if causationid:
        event["causationid"] = causationid
    if traceparent:
        event["traceparent"] = traceparent
    event["data"] = data
    return orjson.dumps(event)


def outgoing(changes: Changes, now: datetime) -> list[Outgoing]:
    """All that a batch's changes tell the outside, each shipment's transitions in their order."""
    found = [_transition(t) for t in changes.transitions]
    found.extend(_attention(changes, now))
    found.extend(_claims(changes))
    found.extend(_task(task) for task in changes.tasks)
    found.extend(_continuation(one) for one in changes.continuations)
    return found


def _transition(t: Transition) -> Outgoing:
    shipment = str(t.shipment)
    message_id = f"{shipment}:{t.sequence}"
    data = {
        "shipment_id": shipment,
        "seller": t.seller,
        "reference": t.reference,
        "from": t.origin,
        "to": t.target,
        "trigger": t.trigger,
        "sequence": t.sequence,
        "occurred_at": t.occurred_at,
        "actor": t.actor,
    }
    if t.actor == topology.TIMER:  # no scan showed it: the ETGB was the evidence
        data["inferred"] = True
    payload = envelope(
        source=SOURCE,
        id=message_id,
        type="shipment.transitioned.v1",
        time=t.occurred_at,
        data=data,
        correlationid=t.correlation,
        causationid=t.message_id,
        traceparent=t.traceparent,
    )
    return Outgoing(message_id, topology.out_shipment(t.target), payload)


def _attention(changes: Changes, now: datetime) -> Iterator[Outgoing]:
    for item in changes.raised.values():
        message_id = f"{item.id}:raised:{now.timestamp():.6f}"
        data = {
            "item_id": str(item.id),
            "reason": item.reason,
            "detail": item.detail,
            "who": attention_texts.TEXTS[item.reason].who,
            "what_to_do": {"tr": attention_texts.TEXTS[item.reason].tr, "en": attention_texts.TEXTS[item.reason].en},
            "raised_at": now,
        }
        if item.shipment is not None:
            data["shipment_id"] = str(item.shipment)
        if item.message is not None:
            data["message_id"] = item.message[1]
        data |= {name: str(value) for name, value in (("etgb", item.etgb), ("claim", item.claim)) if value}
        payload = envelope(
            source=SOURCE,
            id=message_id,
            type="attention.raised.v1",
            time=now,
            data=data,
            correlationid=item.correlation,
            causationid=item.message[1] if item.message is not None else "",
            traceparent=item.traceparent,
        )
        yield Outgoing(message_id, topology.OUT_ATTENTION, payload)
    for item_id, ended in changes.resolved.items():
        message_id = f"{item_id}:resolved:{now.timestamp():.6f}"
        resolved: dict[str, Any] = {"item_id": str(item_id), "resolved_at": now}
        if ended is not None:
            resolved |= {"reason": ended.reason, "who": attention_texts.TEXTS[ended.reason].who}
            resolved |= {"shipment_id": str(ended.shipment)} if ended.shipment is not None else {}
        payload = envelope(source=SOURCE, id=message_id, type="attention.resolved.v1", time=now, data=resolved)
        yield Outgoing(message_id, topology.OUT_ATTENTION, payload)


def _claims(changes: Changes) -> Iterator[Outgoing]:
    for claim, message, told in changes.claim_moves:
        status: ClaimStatus = told["status"]
        message_id = f"{claim.id}:{status}" + (f":{message.id}" if status is not ClaimStatus.OPEN else "")
        data: dict[str, Any] = {
            "claim": str(claim.id),
            "seller": claim.seller,
            "period": claim.period,
            "status": status,
            "on": told.get("on") or istanbul_day(message.at),
        }
        if told.get("amount") is not None:
            data["amount"] = str(told["amount"])
        if told.get("note"):
            data["note"] = told["note"]
        if told.get("due_on") is not None:
            data["due_on"] = told["due_on"]
        payload = envelope(
            source=SOURCE,
            id=message_id,
            type="claim.progressed.v1",
            time=message.at,
            data=data,
            correlationid=message.correlation,
            causationid=message.id,
            traceparent=message.traceparent,
        )
        yield Outgoing(message_id, topology.OUT_CLAIM, payload)


def shipment_data(s: Shipment) -> dict[str, Any]:
    """What a counterpart has to know of a shipment to do its part."""
    return {
        "shipment": {"id": str(s.id)},
        "seller": s.seller,
        "reference": s.reference,
        "currency": s.currency,
        "total": str(s.total),
        "gross_weight_kg": str(s.gross_weight_kg),
        "country": s.country,
        "courier": s.courier,
        "tracking_number": s.tracking_number,
        "invoice_number": s.invoice_number,
        "invoice_issued_on": s.invoice_issued_on,
        "invoice_total": None if s.invoice_total is None else str(s.invoice_total),
        "etgb_number": s.etgb_number,
    }


ABOUT: dict[type, Callable[[Any], dict[str, Any]]] = {
    Shipment: shipment_data,
    RateDay: lambda wanted: {"days": [wanted.day]},
    Claim: lambda claim: {
        "claim": str(claim.id),
        "seller": claim.seller,
        "period": claim.period,
        "supplement": claim.supplement,
        "petition_number": claim.petition_number,
    },
}
"""For each thing a task may be about, what its counterpart has to know."""


def _task(task: Task) -> Outgoing:
    payload = envelope(
        source=SOURCE,
        id=task.id,
        type=task.type,
        time=task.cause.at,
        data=ABOUT[type(task.about)](task.about),
        correlationid=task.cause.correlation,
        causationid=task.cause.id,
        traceparent=task.cause.traceparent,
    )
    return Outgoing(task.id, topology.task(task.family, task.code), payload)


def _continuation(left: Continuation) -> Outgoing:
    """What goes on after a batch: a message to Kervan itself; one cause leaves one, so its id follows from the cause."""
    cause = left.cause
    digest = blake2b(f"{cause.source}\0{cause.id}\0{left.after}".encode(), digest_size=16).hexdigest()
    message_id = f"without-rate:{digest}"
    payload = envelope(
        source=topology.JUDGING,
        id=message_id,
        type="shipment.judge.v1",
        time=cause.at,
        data={"without_rate_after": str(left.after)},
        correlationid=cause.correlation,
        causationid=cause.id,
        traceparent=cause.traceparent,
    )
    return Outgoing(message_id, topology.subject_of(topology.JUDGING), payload)
