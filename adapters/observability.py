"""Logs: structlog to stderr, as text for people or JSON for machines, with the ids that belong together bound.

What the standard library's logging brings (uvicorn, asyncpg, alembic) takes the same way, so that one reader can read all.
No personal data: keys that may hold some are redacted, and of an error the kind and the places are told, not the text, which
in a third party's errors may quote a row of the database. No secret either: what has the form of one is struck out, wherever it
stands, whoever logs it.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import orjson
import stamina.instrumentation
import structlog
from opentelemetry import trace

PERSONAL = frozenset(
    {
        "name",
        "address",
        "consignee",
        "seller",
        "tax_number",
        "body",
        "data",
        "payload",
        "phone",
        "email",
        "city",
        "postcode",
    }
)
"""Keys that never go into a log: they may hold personal data."""

_SECRET = re.compile(
    r"\b(kv_|whsec_)[A-Za-z0-9+/=_-]{8,}|(?<=://)[^/\s@]*:[^/\s@]+(?=@)|\b((?:Bearer|Basic) )[A-Za-z0-9+/=._~-]{8,}", re.ASCII
)
"""Keys of ours, secrets of webhooks, names and passwords in URLs, what stands in ``Authorization``."""

_LEVELS = {name.lower(): number for name, number in logging.getLevelNamesMapping().items()}
_ROOTS = [Path(entry).absolute() for entry in (*sys.path, sys.prefix) if entry]
_PLACES = 12
_LINE = 300


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what may be personal."""
    for key in PERSONAL & event.keys():
        event[key] = "[redacted]"
    return event


def strike_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out what has the form of a secret."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _SECRET.sub(lambda found: f"{found[1] or found[2] or ''}***", value)
    return event


def kinds(error: BaseException) -> str:
    """The kind of an error and of those that caused it."""
    found: list[str] = []
    one: BaseException | None = error
    while one is not None and len(found) < _PLACES:
        found.append(type(one).__name__)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return " < ".join(found)


def places(error: BaseException) -> list[str]:
    """Where an error came through, innermost last, without its text and without any value."""
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    """A file below the folder that it was imported from."""
    path = Path(filename)
    below = [path.relative_to(root) for root in _ROOTS if path.is_relative_to(root)]
    return str(min(below, key=lambda one: len(one.parts), default=path))


def tell_trace(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name the trace in which this is logged, where there is one, so that lines and spans are found by each other."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event.setdefault("trace", trace.format_trace_id(context.trace_id))
    return event


def tell_error(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Turn ``exc_info`` into the error's kind and places."""
    given = event.pop("exc_info", None)
    if isinstance(given, tuple):
        given = given[1]
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event.setdefault("error", kinds(error))
        event["places"] = places(error)
    return event


def _foreign(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A record of the standard library: its first line, since asyncio's others quote errors and arguments."""
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    lines = str(event["event"]).splitlines() or [""]
    event["event"] = lines[0][:_LINE]
    return event


class _Quiet(logging.Filter):
    """Errors among a record's arguments are told by their kind."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, BaseException):
            record.msg = type(record.msg).__name__
        if isinstance(record.args, tuple):
            record.args = tuple(type(one).__name__ if isinstance(one, BaseException) else one for one in record.args)
        return True


def _dumps(value: Any, default: Any = None, **_: Any) -> bytes:  # noqa: ANN401 - structlog's serializer
    return orjson.dumps(value, default=default)


def _dumps_text(value: Any, default: Any = None, **_: Any) -> str:  # noqa: ANN401 - the same
    return orjson.dumps(value, default=default).decode()


def _note_retry(details: stamina.instrumentation.RetryDetails) -> None:
    """Log that something is tried again: by the error's kind, since arguments and texts may be personal."""
    structlog.get_logger("kervan").info(
        "tried again", attempt=details.retry_num, error=type(details.caused_by).__name__, wait_s=round(details.wait_for, 2)
    )


def configure(form: str = "console", level: str = "info") -> None:
    """Set up structlog, and the standard library's logging the same way at warning; unknown words mean the defaults."""
    number = _LEVELS.get(level.lower(), logging.INFO)
    stamina.instrumentation.set_on_retry_hooks((_note_retry,))
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_trace,
        tell_error,
        redact,
        strike_secrets,
    ]
    own: Any = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    foreign = own
    logger_factory: Any = structlog.PrintLoggerFactory(sys.stderr)
    if form == "json":
        own = structlog.processors.JSONRenderer(serializer=_dumps)
        foreign = structlog.processors.JSONRenderer(serializer=_dumps_text)
        logger_factory = structlog.BytesLoggerFactory(sys.stderr.buffer)
    structlog.configure(
        processors=[*shared, own],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=logger_factory,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Quiet())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_foreign, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, foreign],
        )
    )
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
