"""What messages said is kept by month: made ahead, detached once it is old, attached again; nothing else depends on it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.database import months, story
from adapters.database.months import BODIES, Month, MonthBusyError, MonthNeededError, MonthUnknownError
from events.translate import Arrival
from tests.integration.timers import intake_at
from tests.stories import story as told_of

Pool = Any
THEN = datetime(2024, 3, 31, 23, 59, 59, 999999, tzinfo=UTC)
MARCH = Month(2024, 3)


def steps(first: int, count: int) -> list[Arrival]:
    """So many messages of one story, from the first on."""
    return [*told_of(0)][first : first + count]


@pytest.mark.parametrize(
    ("month", "by", "expected"),
    [(Month(2026, 11), 2, "2027-01"), (Month(2026, 1), -1, "2025-12"), (Month(2026, 12), 0, "2026-12")],
)
def test_months_are_counted_over_the_ends_of_years(month: Month, by: int, expected: str) -> None:
    """And written as they are read."""
    assert str(month.later(by)) == expected
    assert Month.read(expected) == month.later(by)


@pytest.mark.parametrize("text", ["2026-13", "2026-0", "26-01", "2026-01-01", "inbox; DROP TABLE inbox", ""])
def test_nothing_else_is_a_month(text: str) -> None:
    """So no text of anybody's becomes the name of a table."""
    assert Month.read(text) is None


async def test_months_are_made_ahead_once(connections: Pool) -> None:
    """This one and three more, whatever is there; the next look makes nothing."""
    far = datetime(2031, 12, 5, tzinfo=UTC)
    assert await months.make_ahead(connections, far) == [
        f"{table}_{m}" for table in ("inbox_body", "transition") for m in ("2031_12", "2032_01", "2032_02", "2032_03")
    ]
    assert await months.make_ahead(connections, far) == []


async def test_where_another_process_makes_them_nothing_is_done(connections: Pool) -> None:
    """It has its turn; nobody waits."""
    async with connections.acquire() as other:
        assert await other.fetchval("SELECT pg_try_advisory_lock($1)", months.TURN)
        assert await months.make_ahead(connections, datetime(2031, 12, 5, tzinfo=UTC)) == []
        await other.execute("SELECT pg_advisory_unlock($1)", months.TURN)


async def test_what_came_in_a_month_that_nobody_made_is_put_there_when_it_is_made(connections: Pool) -> None:
    """Nothing is refused for want of a table, and nothing stays beside it."""
    await intake_at(connections, THEN).take(steps(0, 1))
    assert await connections.fetchval("SELECT count(*) FROM inbox_body_other") == 1
    await months.make_ahead(connections, THEN)
    assert await connections.fetchval("SELECT count(*) FROM inbox_body_other") == 0
    assert await connections.fetchval("SELECT count(*) FROM inbox_body_2024_03") == 1


async def test_the_last_moment_of_a_month_is_in_it_and_the_next_one_is_not(connections: Pool) -> None:
    """By UTC, to the microsecond."""
    await months.make_ahead(connections, THEN)
    await intake_at(connections, THEN).take(steps(0, 1))
    await intake_at(connections, THEN + timedelta(microseconds=1)).take(steps(1, 1))
    counted = [await connections.fetchval(f"SELECT count(*) FROM inbox_body_2024_{m}") for m in ("03", "04")]
    assert counted == [1, 1]


async def test_a_detached_month_admits_no_message_again(connections: Pool) -> None:
    """The inbox is whole: what comes once more is known, though what it said is kept elsewhere; the log stays too."""
    await months.make_ahead(connections, THEN)
    told = steps(0, 2)
    await intake_at(connections, THEN).take(told)
    assert await months.detach(connections, BODIES, MARCH, datetime.now(UTC)) == "inbox_body_2024_03"
    before = await connections.fetch("SELECT * FROM transition ORDER BY shipment, sequence")
    outcomes = await intake_at(connections, datetime.now(UTC)).take(told)
    assert {outcome.state for outcome in outcomes} == {"repeated"}
    assert await connections.fetch("SELECT * FROM transition ORDER BY shipment, sequence") == before
    row = await connections.fetchrow("SELECT source, id FROM inbox LIMIT 1")
    kept = await story.message(connections, row["source"], row["id"])
    assert kept is not None
    assert kept["body"] is None


async def test_an_attached_month_is_there_as_before(connections: Pool) -> None:
    """Byte for byte."""
    await months.make_ahead(connections, THEN)
    await intake_at(connections, THEN).take(steps(0, 2))
    before = await connections.fetch("SELECT * FROM inbox_body ORDER BY no")
    await months.detach(connections, BODIES, MARCH, datetime.now(UTC))
    assert await connections.fetchval("SELECT count(*) FROM inbox_body") == 0
    assert await months.attach(connections, BODIES, MARCH) == "inbox_body_2024_03"
    assert await connections.fetch("SELECT * FROM inbox_body ORDER BY no") == before
    with pytest.raises(MonthUnknownError):
        await months.attach(connections, BODIES, MARCH)


async def test_a_month_that_has_not_ended_is_not_detached(connections: Pool) -> None:
    """Messages still come into it."""
    now = datetime.now(UTC)
    await months.make_ahead(connections, now)
    with pytest.raises(MonthNeededError, match="has not ended"):
        await months.detach(connections, BODIES, Month.of(now), now)


async def test_a_month_with_messages_that_wait_is_not_detached(connections: Pool) -> None:
    """They are read again when what they wait for comes, so what they said is needed."""
    await months.make_ahead(connections, THEN)
    await intake_at(connections, THEN).take(steps(1, 1))
    with pytest.raises(MonthNeededError, match="1 of its messages wait"):
        await months.detach(connections, BODIES, MARCH, datetime.now(UTC))
    assert await connections.fetchval("SELECT count(*) FROM inbox_body_2024_03") == 1
    assert [one["month"] for one in await months.listed(connections) if one["name"] == "inbox_body_2024_03"] == ["2024-03"]


async def test_a_month_whose_table_is_held_by_others_is_left_as_it_is(
    connections: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command ends in a moment and says so; it does not make the workers wait behind it."""
    await months.make_ahead(connections, THEN)
    monkeypatch.setattr(months, "_LOCKED_FOR", "SET LOCAL lock_timeout = '20ms'")
    async with connections.acquire() as other, other.transaction():
        await other.execute("LOCK TABLE inbox_body IN ROW EXCLUSIVE MODE")
        with pytest.raises(MonthBusyError):
            await months.detach(connections, BODIES, MARCH, datetime.now(UTC))


async def test_an_unknown_month_is_named(connections: Pool) -> None:
    """Nothing is done where there is nothing."""
    with pytest.raises(MonthUnknownError, match="1999-01"):
        await months.detach(connections, BODIES, Month(1999, 1), datetime.now(UTC))


async def test_the_bodies_of_one_shipment_are_read_from_their_months_alone(connections: Pool) -> None:
    """The plan leaves out the months that a message cannot be in: the inbox says when it came."""
    await months.make_ahead(connections, THEN)
    await intake_at(connections, THEN).take(steps(0, 1))
    row = await connections.fetchrow("SELECT source, id FROM inbox")
    async with connections.acquire() as one:
        await one.execute("SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off")
        plan = await one.fetch(f"EXPLAIN (ANALYZE, COSTS OFF) {story._MESSAGE}", row["source"], row["id"])
        await one.execute("RESET ALL")
    lines = [line[0] for line in plan if "inbox_body_" in line[0]]
    assert sum("never executed" not in line for line in lines) == 1
