"""Logs: structlog to stderr, as text for people or JSON for machines, with the ids that belong together bound."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import stamina.instrumentation
import structlog

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


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what may be personal."""
    for key in PERSONAL & event.keys():
        event[key] = "[redacted]"
    return event


def _dumps(value: Any, default: Any = None, **_: Any) -> bytes:  # noqa: ANN401 - structlog's serializer
    return orjson.dumps(value, default=default)


def _note_retry(details: stamina.instrumentation.RetryDetails) -> None:
    """Log that something is tried again: by the error's kind, since arguments and texts may be personal."""
    structlog.get_logger("kervan").info(
        "tried again", attempt=details.retry_num, error=type(details.caused_by).__name__, wait_s=round(details.wait_for, 2)
    )


def configure(form: str = "console", level: str = "info") -> None:
    """Set up structlog, and the standard library's logging beside it at warning."""
    number = logging.getLevelNamesMapping()[level.upper()]
    stamina.instrumentation.set_on_retry_hooks((_note_retry,))
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
        structlog.processors.format_exc_info,
    ]
    logger_factory: Any
    if form == "json":
        shared.append(structlog.processors.JSONRenderer(serializer=_dumps))
        logger_factory = structlog.BytesLoggerFactory(sys.stderr.buffer)
    else:
        shared.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))
        logger_factory = structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(
        processors=shared,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=logger_factory,
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s", force=True)
