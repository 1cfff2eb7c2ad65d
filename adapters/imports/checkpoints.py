"""Lists of scans, from CSV or XLSX, as messages of the contract: what couriers without an interface send, or let one download.

A scan's identity follows from what it is: courier, tracking number, time, code, location, and what its word means. So the same
row is the same message, in whatever file it comes again; a word that is mapped later makes new messages of its rows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from adapters.imports import status_words
from adapters.imports.headings import CHECKPOINTS, Mapped
from adapters.imports.list_files import records
from adapters.imports.status_words import Said
from workflow.delivery import DeliveryStatus
from workflow.values import ISTANBUL

_DAYS = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d")
_TIMES = ("%H:%M:%S", "%H:%M", "%H.%M", "%H:%M:%S.%f")
_OFFSETS = ("", "%z", " %z")
_MILLISECONDS = re.compile(r"1[0-9]{12}", re.ASCII)
"""Epoch milliseconds from 2001 to 2033."""
_SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?E\+?[0-9]+", re.ASCII | re.IGNORECASE)
"""What a spreadsheet makes of a long number: its last digits are gone."""
_FIRST_YEAR, _LAST_YEAR = 2000, 2199
"""The contract's bounds of a time."""
_TEXT = 1000
_NAME = 200


@dataclass(frozen=True, slots=True)
class Scan:
    """A row that is a scan: its message, and the word of its status where no table has it."""

    row: int
    raw: str
    message_id: str
    at: datetime
    data: dict[str, Any]
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """Which shipment a tracking number stands for, as the list's rows of it say."""

    message_id: str
    at: datetime
    data: dict[str, Any]


@dataclass(slots=True)
class Reading:
    """A list of scans as read."""

    scans: list[Scan] = field(default_factory=list)
    bookings: dict[str, Booking] = field(default_factory=dict)
    """By tracking number; only of rows that name the order and its seller."""
    aside: list[tuple[int, str, str]] = field(default_factory=list)
    """Row number, reason, the row as it stood."""


def a_moment(text: str, time_of_day: str = "") -> datetime | None:
    """A time in UTC, from ``20.11.2026 09:10``, ISO 8601, or epoch milliseconds; ``None`` where it is none of these.

    Without an offset it is Istanbul's. ``time_of_day`` stands where a list has day and time in two columns. A day alone is no
    time: which of two scans came last would be a guess.
    """
    if _MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    whole = f"{text.split(maxsplit=1)[0]} {time_of_day}" if text.strip() and time_of_day else " ".join(text.split())
    found = _iso(whole) or _written(whole)
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    return (found if found.tzinfo is not None else found.replace(tzinfo=ISTANBUL)).astimezone(UTC)


def _iso(text: str) -> datetime | None:
    if ":" not in text:  # a day alone would be taken for its midnight
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _written(text: str) -> datetime | None:
    for form in (f"{day} {time}{offset}" for day in _DAYS for time in _TIMES for offset in _OFFSETS):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - without an offset it is Istanbul's, which the caller sets
        except ValueError:
            continue
    return None


def read(
    rows: list[list[str]], courier: str, *, seller: str = "", mapped: Mapped | None = None, said: Said | None = None
) -> Reading:
    """Make a message of each row; a row that says too little is set aside, and holds no other.

    ``seller`` is the seller of orders whose rows name none, ``said`` what the operator's own words mean.

    Raises:
        UnreadableFileError: the list has no tracking numbers, no times, or neither status nor code.
    """
    found = Reading()
    for number, row, raw in records(rows, mapped, CHECKPOINTS):
        tracking = row.get("tracking_number", "")
        at = a_moment(row.get("occurred_at", ""), row.get("time_of_day", ""))
        checks = (
            ("no_tracking_number", not tracking),
            ("tracking_number_malformed", len(tracking) > _NAME or _SHORTENED.fullmatch(tracking) is not None),
            ("time_malformed", at is None),
            ("no_status", not (row.get("status") or row.get("code"))),
        )
        reason = next((reason for reason, holds in checks if holds), "")
        if reason or at is None:
            found.aside.append((number, reason, raw))
            continue
        found.scans.append(_scan(number, raw, row, courier, at, said or {}))
        owner, reference = row.get("seller") or seller, row.get("reference", "")
        if owner and reference:
            booking = _booking(courier, tracking, owner, reference, at)
            known = found.bookings.get(tracking)
            if known is None or at < known.at:
                found.bookings[tracking] = booking
    return found


def _scan(number: int, raw: str, row: Mapping[str, str], courier: str, at: datetime, said: Said) -> Scan:
    word, own = row.get("status", ""), row.get("code", "")
    status = status_words.status([word, own], said)
    code = own or word
    given = {
        "courier": courier,
        "tracking_number": row["tracking_number"],
        "status": str(status or DeliveryStatus.UNKNOWN),
        "code": code[:_TEXT],
        "description": (row.get("description") or word)[:_TEXT],
        "occurred_at": at.isoformat(),
        "location": row.get("location", "")[:_TEXT],
        "reason": row.get("reason", "")[:_TEXT],
    }
    data = {name: text for name, text in given.items() if text}
    named = (courier, row["tracking_number"], at.isoformat(), code, row.get("location", ""), given["status"])
    return Scan(number, raw, _identity("scan", *named), at, data, "" if status else word or own)


def _booking(courier: str, tracking: str, seller: str, reference: str, at: datetime) -> Booking:
    data = {"shipment": {"seller": seller, "reference": reference}, "courier": courier, "tracking_number": tracking}
    return Booking(_identity("booked", courier, tracking, seller, reference), at, data)


def _identity(prefix: str, *words: str) -> str:
    return f"{prefix}:{sha256(chr(0).join(words).encode()).hexdigest()}"
