"""``TrackingEventRequest``: one event, one checkpoint."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

from adapters.couriers.ports import Piece, Unclear
from adapters.couriers.reading import UnclearError, checkpoint, json_of, pieces
from adapters.couriers.ups import mapping
from events.webhooks import Webhook

_Word = Annotated[str, StringConstraints(strip_whitespace=True)]
_Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]

_NO_TIME = (
    "no time that can be relied on: gmtActivityDate (YYYYMMDD) with gmtActivityTime (HHMMSS), or the local ones with gmtOffset."
)


class _Form(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)


class _Location(_Form):
    city: _Word | None = None
    state_province: _Word | None = None
    country: _Word | None = None


class _Status(_Form):
    type: _Word = ""
    code: _Word = ""
    description: _Word = ""


class _Event(_Form):
    tracking_number: _Number
    activity_status: _Status
    activity_location: _Location = _Location()
    local_activity_date: _Word = ""
    local_activity_time: _Word = ""
    gmt_activity_date: _Word = ""
    gmt_activity_time: _Word = ""
    gmt_offset: _Word = ""
    actual_delivery_date: _Word = ""

    def at(self) -> datetime:
        """When it was scanned, in UTC.

        Raises:
            UnclearError: it does not say so that it can be known.
        """
        try:
            if self.gmt_activity_date and self.gmt_activity_time:
                return datetime.strptime(f"{self.gmt_activity_date} {self.gmt_activity_time}+0000", "%Y%m%d %H%M%S%z")
            if self.gmt_offset:
                local = f"{self.local_activity_date} {self.local_activity_time}{self.gmt_offset.replace('.', '')}"
                return datetime.strptime(local, "%Y%m%d %H%M%S%z").astimezone(UTC)
        except (ValueError, OverflowError):
            raise UnclearError("wrong_data", _NO_TIME) from None
        raise UnclearError("wrong_data", _NO_TIME)


def read(webhook: Webhook) -> Sequence[Piece]:
    """See :data:`adapters.couriers.ports.Reader`."""
    try:
        found = json_of(webhook.body)
    except UnclearError as error:
        return [Unclear("body", error.code, error.detail)]

    def message(item: object) -> bytes | None:
        event = _Event.model_validate(item)
        status = event.activity_status
        if status.type in mapping.NOT_A_SCAN:
            return None
        where = event.activity_location
        return checkpoint(
            webhook.courier,
            webhook.message_id,
            tracking_number=event.tracking_number,
            status=mapping.status(status.type, status.code, delivered=bool(event.actual_delivery_date)),
            code=status.code or status.type,
            description=status.description,
            occurred_at=event.at(),
            location=(where.city, where.state_province, where.country),
        )

    return pieces([("body", found)], message)
