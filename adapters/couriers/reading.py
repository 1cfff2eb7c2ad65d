"""What readers share: JSON that may be anything, pieces that may be bad, and the message that a checkpoint becomes."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, TypeVar

import orjson
import structlog
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from adapters.couriers.ports import Piece, Unclear
from events.outgoing import envelope
from events.translate import wrong_fields
from workflow.delivery import DeliveryStatus

_log = structlog.get_logger("kervan.couriers")

_TEXT = 1000
_T = TypeVar("_T")


Word = Annotated[str, StringConstraints(strip_whitespace=True)]
"""A text of a courier's, without the spaces around it."""


class Form(BaseModel):
    """Base of couriers' own forms: ``camelCase`` on the wire, deaf to fields it does not know."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)


class UnclearError(Exception):
    """A piece of a body cannot become a message, for the reason ``detail``."""

    def __init__(self, code: str, detail: str) -> None:
        """Say why."""
        super().__init__(detail)
        self.code, self.detail = code, detail


def json_of(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """A body's JSON.

    Raises:
        UnclearError: it is none.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnclearError(
            "not_json", f"not JSON in UTF-8 ({error.msg}, line {error.lineno}); have the courier send JSON."
        ) from None


def pieces(items: Iterable[tuple[str, _T]], make: Callable[[_T], bytes | None]) -> list[Piece]:
    """Make a message of each item, named by its place; one that is bad does not lose the others. ``None``: nothing to tell."""
    found: list[Piece] = []
    for place, item in items:
        try:
            made = make(item)
        except UnclearError as error:
            found.append(Unclear(place, error.code, error.detail))
        except ValidationError as error:
            found.append(Unclear(place, "wrong_data", wrong_fields(error)))
        else:
            if made is not None:
                found.append(made)
    return found


def checkpoint(
    courier: str,
    message_id: str,
    *,
    tracking_number: str,
    status: DeliveryStatus | None,
    code: str,
    description: str,
    occurred_at: datetime,
    location: Iterable[str | None] = (),
    reason: str = "",
    occurred_at_inferred: bool = False,
    **carried: str,
) -> bytes:
    """A scan as ``courier.checkpoint.v1``; a ``status`` of ``None`` (in no table) is told as ``unknown``, and logged.

    ``occurred_at_inferred``: the courier did not say all of the time, such as its offset. ``carried`` are the extension
    attributes of the envelope (``correlationid`` and the like).
    """
    if status is None:
        _log.warning("a courier uses a status that is not in its table", courier=courier, code=code[:40])
    data = {
        "courier": courier,
        "tracking_number": tracking_number,
        "status": status or DeliveryStatus.UNKNOWN,
        "code": code[:_TEXT],
        "description": description[:_TEXT],
        "occurred_at": occurred_at,
        "location": ", ".join(part.strip() for part in location if part and part.strip())[:_TEXT],
        "reason": reason[:_TEXT],
    }
    given = {name: value for name, value in data.items() if value != ""}
    if occurred_at_inferred:
        given["occurred_at_inferred"] = True
    kind = "courier.checkpoint.v1"
    return envelope(source=f"courier/{courier}", id=message_id, type=kind, time=occurred_at, data=given, **carried)
