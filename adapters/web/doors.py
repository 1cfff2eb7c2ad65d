"""How a request becomes a message: one envelope, one arrival, one outcome."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson
from fastapi import Request

from adapters.database.keys import Key
from adapters.web import correlation
from adapters.web.problems import ProblemError
from adapters.web.services import Services
from events import topology, tracing
from events.translate import Arrival, envelope
from workflow.world import Outcome


async def json_body(request: Request) -> dict[str, Any]:
    """The request's JSON object.

    Raises:
        ProblemError: 415, it is said to be something else; 422, it is not one.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type and not media_type.endswith(("/json", "+json")):
        said = ("Gövdeyi application/json olarak gönderin.", "Send the body as application/json.")
        raise ProblemError(415, "unsupported-media-type", said)
    raw = await request.body()
    try:
        found = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError as error:
        said = (
            f"Gövde JSON değil ({error.msg}, {error.lineno}. satır).",
            f"The body is not JSON ({error.msg}, line {error.lineno}).",
        )
        raise ProblemError(422, "not-json", said) from None
    if not isinstance(found, dict):
        raise ProblemError(422, "wrong-data", ("Gövde bir JSON nesnesi olmalı.", "The body must be a JSON object."))
    return found


async def say(
    parts: Services,
    request: Request,
    key: Key,
    *,
    family: str,
    kind: str,
    data: dict[str, Any],
    message_id: str = "",
) -> Outcome:
    """Say something in the caller's name; somebody waits for the answer.

    Raises:
        ProblemError: 422, the data does not have the contract's form.
    """
    now: datetime = parts.clock()
    source = f"{family}/{key.name}"
    body = envelope(
        source=source,
        id=message_id or str(uuid4()),
        type=kind,
        time=now,
        data=data,
        traceparent=tracing.current() or correlation.traceparent(request),
    )
    return await give(parts, Arrival(topology.subject_of(source), body, f"http:{uuid4()}", attended=True))


async def give(parts: Services, arrival: Arrival) -> Outcome:
    """Give one arrival to the intake.

    Raises:
        ProblemError: 422, it does not have the contract's form; it is kept and listed, unless somebody waits for the answer.
    """
    (outcome,) = await parts.intake.take([arrival])
    if outcome.state == "refused" and outcome.code in UNREADABLE:
        raise ProblemError.wrong(outcome.code, outcome.detail)
    return outcome


UNREADABLE = frozenset(
    {
        "too_large",
        "not_json",
        "nul_character",
        "wrong_envelope",
        "wrong_data",
        "wrong_subject",
        "source_mismatch",
        "unknown_type",
        "cannot_be_processed",
    }
)
"""Outcomes that speak of the message's form, not of the shipment's state."""

UNREAD = UNREADABLE - {"cannot_be_processed"}
"""Those of messages that could not be read at all."""
