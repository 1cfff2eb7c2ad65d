"""``TrackingEventRequest``: one event, one checkpoint."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from pydantic import StringConstraints

from adapters.couriers.ports import Piece, Unclear
from adapters.couriers.reading import Form, UnclearError, Word, checkpoint, json_of, pieces
from adapters.couriers.ups import mapping
from events.webhooks import Webhook

_Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]

_NO_TIME = (
    "no time that can be relied on: gmtActivityDate (YYYYMMDD) with gmtActivityTime (HHMMSS), or the local ones with gmtOffset."
)


class _Location(Form):
    city: Word | None = None
    state_province: Word | None = None
    country: Word | None = None


class _Status(Form):
    type: Word = ""
    code: Word = ""
    description: Word = ""


class _Event(Form):
    tracking_number: _Number
    activity_status: _Status
    activity_location: _Location = _Location()
    local_activity_date: Word = ""
    local_activity_time: Word = ""
    gmt_activity_date: Word = ""
    gmt_activity_time: Word = ""
    gmt_offset: Word = ""
    actual_delivery_date: Word = ""

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
