"""``completeTrackResults``: many parcels, many scans; each scan is a checkpoint with an identity of its own."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

from pydantic import StringConstraints

from adapters.couriers.fedex.mapping import EVENTS
from adapters.couriers.ports import Piece, Unclear
from adapters.couriers.reading import Form, UnclearError, Word, checkpoint, json_of, pieces
from events.webhooks import Webhook


class _Location(Form):
    city: Word | None = None
    state_or_province_code: Word | None = None
    country_code: Word | None = None


class _Scan(Form):
    date: Word
    event_type: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    event_description: Word | None = None
    exception_code: Word | None = None
    exception_description: Word | None = None
    scan_location: _Location | None = None

    def at(self) -> datetime:
        """When it was scanned.

        Raises:
            UnclearError: there is no time, or none with an offset.
        """
        try:
            found = datetime.fromisoformat(self.date)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            raise UnclearError("wrong_data", "date: not a time with an offset, as 2026-11-20T09:12:00+03:00.")
        return found


def read(webhook: Webhook) -> Sequence[Piece]:
    """See :data:`adapters.couriers.ports.Reader`."""
    try:
        found = json_of(webhook.body)
        results = _list(found, "output", "completeTrackResults")
    except UnclearError as error:
        return [Unclear("body", error.code, error.detail)]

    def message(item: tuple[str, Any]) -> bytes:
        number, said = item
        if not number:
            raise UnclearError("wrong_data", "trackingNumber: it is not said which parcel was scanned.")
        scan = _Scan.model_validate(said)
        where = scan.scan_location or _Location()
        place = (where.city, where.state_or_province_code, where.country_code)
        identity = "\0".join(part or "" for part in (number, scan.event_type, scan.exception_code, scan.date, *place))
        return checkpoint(
            webhook.courier,
            f"scan:{sha256(identity.encode()).hexdigest()}",
            tracking_number=number,
            status=EVENTS.get(scan.event_type),
            code=scan.event_type,
            description=scan.event_description or "",
            occurred_at=scan.at(),
            location=place,
            reason=" ".join(part for part in (scan.exception_code, scan.exception_description) if part),
        )

    return pieces(_scans(results), message)


def _scans(results: list[Any]) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Every scan with its place in the body and its parcel's number; what is no scan is handed on as it is, and found out."""
    for r, result in enumerate(results):
        tracks = result.get("trackResults") if isinstance(result, dict) else None
        if not isinstance(tracks, list):
            yield f"completeTrackResults[{r}]", ("?", result)
            continue
        for t, track in enumerate(tracks):
            number = _number(result, track)
            scans = track.get("scanEvents") if isinstance(track, dict) else None
            if scans is None and isinstance(track, dict):
                continue  # a payload may carry news other than scans
            where = f"completeTrackResults[{r}].trackResults[{t}]"
            if not isinstance(scans, list):
                yield where, (number, track)
                continue
            for s, scan in enumerate(scans):
                yield f"{where}.scanEvents[{s}]", (number, scan)


def _number(result: dict[str, Any], track: Any) -> str:  # noqa: ANN401 - any JSON
    info = track.get("trackingNumberInfo") if isinstance(track, dict) else None
    found = (info.get("trackingNumber") if isinstance(info, dict) else None) or result.get("trackingNumber")
    return found.strip() if isinstance(found, str) else ""


def _list(found: Any, *path: str) -> list[Any]:  # noqa: ANN401 - any JSON
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, list):
        raise UnclearError("wrong_data", f"{'.'.join(path)}: not there, or not a list; is this a payload of FedEx's?")
    return found
