"""When a scan was, as well as it can be known; pure. The SDK gives a date and a time without saying where that is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import Any

import orjson

_ISO = re.compile(
    rb"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:[.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)(?![\d:])",
)
_OFFSET_NAMES = ("gmtOffset", "GMTOffset")
_DAY_FORMS = ("%Y%m%d", "%Y-%m-%d")
_CLOCK_FORMS = ("%H%M%S", "%H:%M:%S", "%H:%M", "%H:%M %p", "%I:%M %p")
"""The SDK's own is ``%H:%M %p``: the hours of a day, and AM or PM besides."""
_STEP = timedelta(microseconds=1)
_FURTHEST = timedelta(hours=18)
_DEEPEST = 30


@dataclass(frozen=True, slots=True)
class When:
    """A moment; ``inferred`` where the carrier did not say all of it."""

    at: datetime
    inferred: bool


def wall(day: Any, clock: Any) -> datetime | None:  # noqa: ANN401 - connectors give texts and datetimes
    """What a clock at the place showed, to the minute; without a time the day's beginning; ``None`` where it cannot be read."""
    if isinstance(day, datetime):
        day = day.strftime("%Y-%m-%d")
    date = _read(str(day or ""), _DAY_FORMS)
    if date is None or not clock:
        return date
    time = _read(str(clock), _CLOCK_FORMS)
    return None if time is None else date.replace(hour=time.hour, minute=time.minute)


def offsets(answers: Iterable[bytes]) -> dict[datetime, timedelta]:
    """The offsets that stand in a carrier's own answers, by what the clock showed; a minute with two of them has none."""
    found: dict[datetime, set[timedelta]] = {}
    for answer in answers:
        for day, clock, offset in (*_written(answer), *_beside(answer)):
            showed, away = wall(day, clock), _away(offset)
            if showed is not None and away is not None:
                found.setdefault(showed, set()).add(away)
    return {showed: next(iter(all_of_it)) for showed, all_of_it in found.items() if len(all_of_it) == 1}


def moments(
    walls: Sequence[datetime | None], known: Mapping[datetime, timedelta], zone: tzinfo, now: datetime
) -> list[When | None]:
    """When the scans of one list were; those whose offset is not known by ``zone``, held between their neighbours and ``now``.

    ``None`` where there is no time. A list begins with the newest unless its times say otherwise.
    """
    order = [place for place, showed in enumerate(walls) if showed is not None]
    given = [showed for showed in walls if showed is not None]
    rises = sum(a < b for a, b in pairwise(given))
    falls = sum(a > b for a, b in pairwise(given))
    if rises <= falls:
        order.reverse()
    found: list[When | None] = [None if showed is None else _moment(showed, known, zone) for showed in walls]
    _hold(found, order, now)
    return found


def _moment(showed: datetime, known: Mapping[datetime, timedelta], zone: tzinfo) -> When:
    away = known.get(showed)
    there = zone if away is None else timezone(away)
    return When(showed.replace(tzinfo=there).astimezone(UTC), away is None)


def _hold(found: list[When | None], order: Sequence[int], now: datetime) -> None:
    """Move what is inferred, never what is known: first below what follows, then above what comes before."""
    latest = now
    for place in reversed(order):
        one = found[place]
        if one is not None and one.inferred:
            found[place] = When(min(one.at, latest), inferred=True)
        elif one is not None:
            latest = one.at
    before: datetime | None = None
    for place in order:
        one = found[place]
        if one is not None and one.inferred and before is not None and one.at <= before:
            one = found[place] = When(before + _STEP, inferred=True)
        if one is not None:
            before = one.at


def _written(answer: bytes) -> Iterable[tuple[str, str, str]]:
    """ISO times with an offset, wherever they stand."""
    for match in _ISO.finditer(answer):
        day, clock, offset = (part.decode() for part in match.groups())
        yield day, clock, offset


def _beside(answer: bytes) -> Iterable[tuple[str, str, str]]:
    """Dates and times with the offset beside them, as UPS gives them."""
    try:
        left: list[tuple[Any, int]] = [(orjson.loads(answer), 0)]
    except orjson.JSONDecodeError:
        return
    while left:
        one, depth = left.pop()
        if isinstance(one, dict):
            offset = next((one[name] for name in _OFFSET_NAMES if one.get(name)), None)
            if offset and one.get("date") and one.get("time"):
                yield str(one["date"]), str(one["time"]), str(offset)
        if depth < _DEEPEST and isinstance(one, dict | list):
            left.extend((inner, depth + 1) for inner in (one.values() if isinstance(one, dict) else one))


def _away(offset: str) -> timedelta | None:
    if offset == "Z":
        return timedelta(0)
    match = re.fullmatch(r"([+-])(\d\d):?(\d\d)", offset, re.ASCII)
    if match is None:
        return None
    away = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return None if away > _FURTHEST else -away if match[1] == "-" else away


def _read(text: str, forms: Sequence[str]) -> datetime | None:
    for form in forms:
        try:
            return datetime.strptime(text.strip(), form)  # noqa: DTZ007 - what the clock showed; where, comes later
        except ValueError:
            continue
    return None
