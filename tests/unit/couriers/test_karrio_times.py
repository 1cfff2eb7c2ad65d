"""When a scan was, where the SDK has cut the offset off."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.couriers.karrio.times import moments, offsets, wall

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ISTANBUL = ZoneInfo("Europe/Istanbul")
WALLS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 1)).map(lambda at: at.replace(second=0, microsecond=0))  # noqa: DTZ001 - walls
AWAY = st.integers(-12, 14).map(lambda hours: timedelta(hours=hours))


@pytest.mark.parametrize(
    ("day", "clock", "found"),
    [
        ("2026-11-20", "19:40 PM", "2026-11-20T19:40"),  # the SDK's own form
        ("2026-11-20", "07:40 AM", "2026-11-20T07:40"),
        ("2026-11-20", "19:40", "2026-11-20T19:40"),
        ("2026-11-20", "19:40:59", "2026-11-20T19:40"),
        ("20261120", "194059", "2026-11-20T19:40"),
        (datetime(2026, 11, 20, 19, 40), "19:40", "2026-11-20T19:40"),  # noqa: DTZ001 - Aramex's connector gives one
        ("2026-11-20", None, "2026-11-20T00:00"),
        ("2026-11-20", "soon", None),
        ("soon", "19:40", None),
        (None, "19:40", None),
    ],
)
def test_what_the_clock_showed(day: object, clock: object, found: str | None) -> None:
    """To the minute; a day alone is its beginning."""
    showed = wall(day, clock)
    assert (None if showed is None else showed.isoformat(timespec="minutes")) == found


@pytest.mark.parametrize(
    ("answer", "hours"),
    [
        (b'{"date": "2026-11-20T10:10:00+03:00"}', 3.0),
        (b'{"timestamp": "2026-11-20T10:10:27.331986369-08:00"}', -8.0),
        (b"<at>2026-11-20T10:10:00Z</at>", 0.0),
        (b'{"at": "2026-11-20T10:10:00+0530"}', 5.5),
        (b'[{"a": {"date": "20261120", "time": "101027", "gmtOffset": "+03:00"}}]', 3.0),
        (b'{"date": "2026-11-20", "time": "10:10:00", "GMTOffset": "+01:00"}', 1.0),
        (b'{"date": "2026-11-20", "time": "10:10:00", "gmtOffset": "abroad"}', None),
        (b'{"at": "2026-11-20T10:10:00"}', None),
        (b'{"at": "2026-11-20T10:10:00+99:00"}', None),
        (b'{"a": "2026-11-20T10:10:00+03:00", "b": "2026-11-20T10:10:30+01:00"}', None),  # which of them is not known
        (b"\xff[" * 1000, None),
    ],
)
def test_an_offset_is_taken_from_the_carriers_own_answer(answer: bytes, hours: float | None) -> None:
    """Where it stands there once for what the clock showed."""
    found = offsets([b"{}", answer]).get(datetime(2026, 11, 20, 10, 10))  # noqa: DTZ001 - what the clock showed
    assert found == (None if hours is None else timedelta(hours=hours))


@given(st.lists(WALLS, max_size=12), st.dictionaries(WALLS, AWAY, max_size=4), st.booleans())
def test_nothing_inferred_is_later_than_it_was_heard_and_nothing_known_is_moved(
    walls: list[datetime], known: dict[datetime, timedelta], early: bool
) -> None:
    """Whatever is listed, in whatever order; a scan never loses its place in the list."""
    walls = sorted(walls, reverse=True)
    known |= {showed: timedelta(hours=3) for showed in walls[:1] if early}
    found = moments(walls, known, ISTANBUL, NOW)
    assert len(found) == len(walls)
    for showed, when in zip(walls, found, strict=True):
        assert when is not None
        assert when.inferred == (showed not in known)
        if not when.inferred:
            assert when.at == (showed - known[showed]).replace(tzinfo=UTC)
    if not known:
        assert all(when is not None and when.at <= NOW + timedelta(seconds=1) for when in found)


@given(st.lists(WALLS, min_size=2, max_size=12), st.booleans())
def test_the_order_is_the_carriers(walls: list[datetime], oldest_first: bool) -> None:
    """One that shows less than the one before it, made further west, stands after it all the same; so do two of one minute."""
    listed = sorted(walls, reverse=not oldest_first)
    middle = len(listed) // 2
    if len(set(listed)) > 3:  # one in disorder must not turn the list round
        listed[middle], listed[middle - 1] = listed[middle - 1], listed[middle]
    at = [when.at for when in moments(listed, {}, ISTANBUL, NOW) if when is not None]
    turned = sorted(at, reverse=not (oldest_first and len(set(listed)) > 1))
    assert at == turned
    assert len(set(at)) == len(at)


def test_a_scan_between_two_that_are_known_stays_between_them() -> None:
    """Its clock in Tokyo shows more than Istanbul's at the next one: it is drawn back to that."""
    walls = [datetime(2026, 11, 20, hour) for hour in (12, 18, 9)]  # noqa: DTZ001 - what the clocks showed, newest first
    known = {walls[0]: timedelta(hours=3), walls[2]: timedelta(hours=3)}
    newest, between, oldest = moments(walls, known, ISTANBUL, NOW)
    assert newest is not None
    assert between is not None
    assert oldest is not None
    assert oldest.at < between.at <= newest.at
    assert (oldest.inferred, between.inferred, newest.inferred) == (False, True, False)


def test_a_scan_without_a_time_has_no_moment() -> None:
    """And leaves the others alone."""
    showed = datetime(2026, 11, 20, 10, 10)  # noqa: DTZ001 - what the clock showed
    none, one = moments([None, showed], {}, ISTANBUL, NOW)
    assert none is None
    assert one is not None
    assert one.at == datetime(2026, 11, 20, 7, 10, tzinfo=UTC)
