"""Between the wire and the business: bytes become messages, decisions become bytes.

Reading never raises: what cannot be read becomes :class:`Unreadable`, with a code and a text that says what to do. The
text names fields, never their values, since those may be personal data.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError, create_model

from events import topology
from events.contracts.base import Envelope
from events.facts_of import PAYLOADS, FormError
from events.outgoing import Outgoing, envelope, outgoing
from events.terms import draft_of, terms
from workflow.message import Message

MAX_BYTES = 256 * 1024
"""The largest message (contract section 2)."""

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL escaped in JSON, which PostgreSQL cannot keep; a backslash that is itself escaped is none."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message at a door.

    ``token`` names the arrival, so that the same one is kept once however often it is delivered; ``attended`` and
    ``replay`` as in :class:`workflow.message.Message`. ``traceparent`` is of the door, where the message names none itself.
    """

    subject: str
    body: bytes
    token: str
    attended: bool = False
    replay: bool = False
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that is not one of the contract's, kept as it came."""

    subject: str
    body: bytes
    token: str
    code: str
    detail: str
    source: str = ""
    message_id: str = ""
    type: str = ""


_DEEPEST = 64
_ENVELOPE: TypeAdapter[Envelope] = TypeAdapter(Envelope)
_WHOLE: dict[str, TypeAdapter[Any]] = {
    kind: TypeAdapter(create_model(kind, __base__=Envelope, data=(model, ...))) for kind, (model, _) in PAYLOADS.items()
}
"""For each type, envelope and payload in one model: one pass over the bytes."""


def read(arrival: Arrival, received_at: datetime) -> Message | Unreadable:
    """Read one message."""
    seen: dict[str, str] = {}
    try:
        return _read(arrival, received_at, seen)
    except FormError as error:
        return Unreadable(
            arrival.subject,
            arrival.body,
            arrival.token,
            error.code,
            error.detail,
            seen.get("source", ""),
            seen.get("id", ""),
            seen.get("type", ""),
        )


def reread(subject: str, body: bytes, received_at: datetime) -> Message:
    """Read again what was read before; it is kept in the inbox only if it could be.

    Raises:
        FormError: this release reads it no more.
    """
    return _read(Arrival(subject, body, ""), received_at, {})


def _read(arrival: Arrival, received_at: datetime, seen: dict[str, str]) -> Message:
    body = arrival.body
    if len(body) > MAX_BYTES:
        raise FormError("too_large", f"the message has {len(body)} bytes; {MAX_BYTES} are allowed. Send it in parts.")
    raw = _object(body)
    _note(raw, seen)
    if b"\\u0000" in body and _NUL.search(body):
        raise FormError("nul_character", "the message has a NUL character in a text; send it without.")
    whole = _WHOLE.get(seen.get("type", ""))
    if whole is None:
        raise _unknown(arrival.subject, _without_nulls(raw))
    try:
        envelope_ = whole.validate_json(_without_nulls(raw) if b"null" in body else body)
    except ValidationError as error:
        data_only = all(item["loc"][:1] == ("data",) for item in error.errors(include_url=False, include_input=False))
        if not data_only:
            raise FormError("wrong_envelope", f"not a CloudEvent 1.0: {wrong_fields(error)}") from None
        _allowed(arrival.subject, seen.get("source", ""), seen["type"])
        raise FormError("wrong_data", f"{seen['type']}: {wrong_fields(error)}") from None
    family, code = _allowed(arrival.subject, envelope_.source, envelope_.type)
    payload = envelope_.data
    if family == "courier" and getattr(payload, "courier", code) != code:
        raise FormError("source_mismatch", f"data.courier is not {code}, whose subject this is; a courier speaks for itself.")
    try:
        at = envelope_.time.astimezone(UTC)
        fact = PAYLOADS[envelope_.type][1](payload, received_at)
    except OverflowError:
        raise FormError("wrong_data", "a time lies outside the calendar; send the real time of the event.") from None
    return Message(
        envelope_.source,
        envelope_.id,
        envelope_.type,
        at,
        fact,
        arrival.subject,
        body,
        received_at,
        envelope_.correlationid or envelope_.id,
        envelope_.traceparent or arrival.traceparent,
        arrival.attended,
        arrival.replay,
    )


def _unknown(subject: str, body: bytes) -> FormError:
    """Why a message of no known type is refused: for its envelope, its subject, or its type."""
    try:
        found = _ENVELOPE.validate_json(body)
    except ValidationError as error:
        return FormError("wrong_envelope", f"not a CloudEvent 1.0: {wrong_fields(error)}")
    try:
        _allowed(subject, found.source, found.type)
    except FormError as error:
        return error
    return FormError("unknown_type", "this message type is not known; see the contract.")


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise FormError("not_json", f"not JSON in UTF-8 ({error.msg}, line {error.lineno}); send structured JSON.") from None
    if not isinstance(found, dict):
        raise FormError("wrong_envelope", "the message is not a JSON object; send a CloudEvent in structured form.")
    return found


def _without_nulls(raw: dict[str, Any]) -> bytes:
    """The message with every field that is null taken for one that is not given, as CloudEvents allows."""
    try:
        return orjson.dumps(_given(raw, 0))
    except orjson.JSONEncodeError:
        raise FormError("not_json", "a number has more digits than any system can be relied on to read.") from None


def _given(value: Any, depth: int) -> Any:  # noqa: ANN401 - any JSON value
    if depth > _DEEPEST:
        raise FormError("not_json", f"the message is nested deeper than {_DEEPEST} levels; the contract needs five.")
    if isinstance(value, dict):
        return {name: _given(inner, depth + 1) for name, inner in value.items() if inner is not None}
    return [_given(inner, depth + 1) for inner in value] if isinstance(value, list) else value


def _note(raw: Mapping[str, Any], seen: dict[str, str]) -> None:
    """Remember who a message says it is from, as far as that can be stored, for the list of refused ones."""
    for field in ("source", "id", "type"):
        value = raw.get(field)
        if isinstance(value, str) and len(value) <= 200 and "\x00" not in value:
            seen[field] = value


def _allowed(subject: str, source: str, kind: str) -> tuple[str, str]:
    words = subject.split(".")
    if len(words) != 4 or words[:2] != ["kervan", "in"] or words[2] not in topology.FAMILIES or not words[3]:
        raise FormError("wrong_subject", "the subject is not kervan.in.<family>.<code>; see the contract.")
    family, code = words[2], words[3]
    if source != f"{family}/{code}":
        raise FormError(
            "source_mismatch",
            f"source must be {family}/{code} on this subject: each counterpart speaks for itself only.",
        )
    if kind not in PAYLOADS:
        raise FormError("unknown_type", "this message type is not known; see the contract for the types and their versions.")
    if kind not in topology.FAMILIES[family]:
        raise FormError("wrong_subject", f"{kind} may not come from {family}; see the contract for who sends it.")
    return family, code


def wrong_fields(error: ValidationError) -> str:
    """Name the first fields that are wrong, without their values."""
    found = [
        f"{'.'.join(str(part) for part in item['loc']) or 'message'}: {item['msg']}"
        for item in error.errors(include_url=False, include_context=False, include_input=False)[:3]
    ]
    more = error.error_count() - len(found)
    return "; ".join(found) + (f"; and {more} more" if more > 0 else "") + ". Correct the fields and send it again."


__all__ = [
    "MAX_BYTES",
    "Arrival",
    "FormError",
    "Outgoing",
    "Unreadable",
    "draft_of",
    "envelope",
    "outgoing",
    "read",
    "reread",
    "terms",
    "wrong_fields",
]
