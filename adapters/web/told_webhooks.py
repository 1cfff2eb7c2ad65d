"""What subscribers are told by webhooks, as OpenAPI documents it: each type's data, and the headers of Standard Webhooks."""

from typing import Any, Final

from events.subscriptions import PROGRESSED, RAISED, RESOLVED, TRANSITIONED
from workflow.attention import Reason
from workflow.refund import ClaimStatus
from workflow.stages import Stage, Trigger

_TEXT: Final = {"type": "string"}
_ID: Final = {"type": "string", "format": "uuid"}
_MOMENT: Final = {"type": "string", "format": "date-time"}
_STAGE: Final = {"type": "string", "enum": [stage.value for stage in Stage]}
_REASON: Final = {"type": "string", "enum": [reason.value for reason in Reason]}
_BOTH: Final = {"type": "object", "required": ["tr", "en"], "properties": {"tr": _TEXT, "en": _TEXT}}
_MONEY: Final = {"type": "string", "description": "TRY, a decimal"}
_ABOUT: Final = {"shipment_id": _ID, "message_id": _TEXT, "etgb": _TEXT, "claim": _ID}

DATA: Final[dict[str, tuple[str, dict[str, Any], dict[str, Any]]]] = {
    TRANSITIONED: (
        "A shipment has moved",
        {
            "shipment_id": _ID,
            "seller": _TEXT,
            "reference": _TEXT,
            "from": _STAGE,
            "to": _STAGE,
            "trigger": {"type": "string", "enum": [trigger.value for trigger in Trigger]},
            "sequence": {"type": "integer", "description": "1, 2, … without a gap for each shipment: go by it"},
            "occurred_at": _MOMENT,
            "actor": _TEXT,
        },
        {"inferred": {"type": "boolean", "description": "no scan showed it: the ETGB was the evidence"}},
    ),
    RAISED: (
        "Something needs a person",
        {"item_id": _ID, "reason": _REASON, "detail": _TEXT, "who": _TEXT, "what_to_do": _BOTH, "raised_at": _MOMENT},
        _ABOUT,
    ),
    RESOLVED: (
        "Something needs a person no more",
        {"item_id": _ID, "resolved_at": _MOMENT},
        {"reason": _REASON, "who": _TEXT, "shipment_id": _ID},
    ),
    PROGRESSED: (
        "A VAT refund claim has moved",
        {
            "claim": _ID,
            "seller": _TEXT,
            "period": {"type": "string", "examples": ["2026-11"]},
            "status": {"type": "string", "enum": [status.value for status in ClaimStatus]},
            "on": {"type": "string", "format": "date"},
        },
        {"amount": _MONEY, "note": _TEXT, "due_on": {"type": "string", "format": "date"}},
    ),
}
"""For each type a title, the fields of ``data`` that are always there, and those that may be."""

_SAID: Final = (
    "Signed by [Standard Webhooks](https://www.standardwebhooks.com): HMAC-SHA256, with the bytes that `whsec_…` stands for, "
    "over `{webhook-id}.{webhook-timestamp}.{body}`, in base64 after `v1,`. Compare in constant time, with each of the "
    "signatures that stand there with blanks between (two while a secret is being replaced), and refuse a time that is more "
    "than five minutes off. The same `webhook-id` may come twice: take it once. Answer within ten seconds and work afterwards."
)
_HEADERS: Final = {
    "webhook-id": "The CloudEvent's id; the same for every attempt.",
    "webhook-timestamp": "Seconds since 1970, of this attempt.",
    "webhook-signature": "`v1,` and the signature; several with blanks between.",
}
_ANSWERS: Final = {
    "2XX": "Taken.",
    "410": "Nobody is here any more: the subscription ends until a person resumes it.",
    "429": "Later; with `Retry-After` when. No try is used up.",
    "default": "Not taken: tried again seven times over a day.",
}


def document(schemas: str) -> dict[str, Any]:
    """The ``webhooks`` of an OpenAPI document; ``schemas`` is where its schemas stand."""
    return {kind: {"post": _operation(kind, schemas)} for kind in DATA}


def data_schema(kind: str) -> dict[str, Any]:
    """The schema of a type's ``data``."""
    _, always, sometimes = DATA[kind]
    return {"type": "object", "required": list(always), "properties": always | sometimes, "additionalProperties": False}


def _operation(kind: str, schemas: str) -> dict[str, Any]:
    event = {
        "allOf": [
            {"$ref": f"{schemas}CloudEvent"},
            {"type": "object", "properties": {"type": {"const": kind}, "data": data_schema(kind)}},
        ]
    }
    return {
        "tags": ["webhooks"],
        "operationId": kind.replace(".", "_"),
        "summary": DATA[kind][0],
        "description": _SAID,
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": what, "schema": _TEXT}
            for name, what in _HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": event}}},
        "responses": {code: {"description": what} for code, what in _ANSWERS.items()},
    }
