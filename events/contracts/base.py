"""The envelope (CloudEvents 1.0, structured JSON) and the forms that payloads share."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

Text = Annotated[str, Field(max_length=1000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[str, Field(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$")]
"""Money with at most two places, as a decimal string."""
Money = Annotated[str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,2})?$")]
"""Money that cannot be negative."""
Price = Annotated[str, Field(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,6})?$")]
"""A unit price, a quantity or a rate, as a decimal string."""
Weight = Annotated[str, Field(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,6})?$")]
"""Kilograms, as a decimal string."""

_WRITTEN = "Input should be a text as in ISO 8601: a time as 2026-11-20T09:12:00+03:00, a day as 2026-11-20"


def _dated(value: object) -> object:
    """Let only a written date through: pydantic by itself takes ``"1700000000"`` for a time and ``"0"`` for a day."""
    if type(value) is str and value[4:5] == "-":
        return value
    raise PydanticCustomError("iso_8601", _WRITTEN)


Moment = Annotated[
    AwareDatetime,
    Strict(strict=False),  # the text check stands in for it: after a validator of ours, strict would refuse every text
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
    BeforeValidator(_dated),
]
"""A time with offset. The bounds keep every later reckoning (deadlines, days in Istanbul) inside the calendar."""
Day = Annotated[date, Strict(strict=False), Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1)), BeforeValidator(_dated)]
"""A day without a time."""


class Wire(BaseModel):
    """Base of everything on the wire: strict, frozen, and deaf to fields it does not know."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Envelope(Wire):
    """CloudEvents 1.0. ``(source, id)`` identifies the message for ever."""

    specversion: Literal["1.0"]
    id: Name
    source: Name
    type: Name
    time: Moment
    datacontenttype: Literal["application/json"] = "application/json"
    correlationid: Annotated[str, Field(max_length=200)] = ""
    causationid: Annotated[str, Field(max_length=200)] = ""
    traceparent: Annotated[str, Field(max_length=200)] = ""


class ShipmentRef(Wire):
    """Which shipment: exactly one of id; seller and reference; courier and tracking number; seller and invoice number."""

    id: Annotated[str, Field(max_length=36)] | None = None
    seller: Name | None = None
    reference: Name | None = None
    courier: Name | None = None
    tracking_number: Name | None = None
    invoice_number: Name | None = None
