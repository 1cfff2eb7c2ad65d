"""``POST /webhooks/<courier>``: signed by the Standard Webhooks specification, one message a request."""

import base64
import binascii
import hmac
from hashlib import sha256
from uuid import uuid4

import orjson
from fastapi import APIRouter, Request, Response

from adapters.web import doors
from adapters.web.problems import ProblemError
from adapters.web.services import Parts
from events import topology
from events.translate import Arrival, envelope

router = APIRouter(tags=["webhooks"])

TOLERANCE_S = 300
"""How far a signature's time may lie from ours: older ones may be replays."""


def signed(secret: str, message_id: str, timestamp: str, body: bytes, signatures: str) -> bool:
    """Whether one of the signatures is right, compared in constant time."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        return False
    expected = base64.b64encode(hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, sha256).digest())
    right = False
    for signature in signatures.split(" ")[:10]:
        version, _, given = signature.partition(",")
        right |= version == "v1" and hmac.compare_digest(expected, given.encode("utf-8", "replace"))
    return right


@router.post("/webhooks/{courier}", status_code=202)
async def receive(parts: Parts, request: Request, courier: str) -> Response:
    """A courier's message: a CloudEvent, or the bare `data` of a checkpoint."""
    settings = parts.settings.couriers.get(courier)
    if settings is None or settings.webhook_secret is None:
        raise ProblemError(404, "courier-unknown", "No webhook is set up for this courier.")
    body = await request.body()
    message_id = request.headers.get("webhook-id", "")
    timestamp = request.headers.get("webhook-timestamp", "")
    recent = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12
    recent = recent and abs(parts.clock().timestamp() - int(timestamp)) <= TOLERANCE_S
    given = request.headers.get("webhook-signature", "")
    if (
        not recent
        or not message_id
        or not signed(settings.webhook_secret.get_secret_value(), message_id, timestamp, body, given)
    ):
        detail = "The signature does not fit (Standard Webhooks: webhook-id, webhook-timestamp within 5 minutes, v1)."
        raise ProblemError(401, "wrong-signature", detail)
    source = f"courier/{courier}"
    try:
        data = await doors.json_body(request)
    except ProblemError as error:  # it is signed, so it is the courier's: kept like anything else that cannot be read
        if error.status != 422:
            raise
    else:
        if "specversion" not in data:
            body = envelope(source=source, id=message_id, type="courier.checkpoint.v1", time=parts.clock(), data=data)
    outcome = await doors.give(parts, Arrival(topology.subject_of(source), body, f"webhook:{uuid4()}"))
    if outcome.state == "refused":
        raise ProblemError(409, outcome.code.replace("_", "-"), outcome.detail, why=outcome.detail)
    return Response(orjson.dumps({"state": outcome.state}), 202, media_type="application/json")
