"""The timer on PostgreSQL: what fell due is told once, by one process at a time, and what moved on in time never."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from adapters.database import due, turns
from adapters.database import pool as database
from adapters.entrypoints import timing
from events.intake import Intake
from events.translate import Arrival
from tests.integration.timers import intake_at, timer
from tests.stories import START, ref, said, story
from workflow.errors import StoreUnavailableError

Pool = Any
LATER = START + timedelta(days=400)


def steps(n: int, count: int) -> list[Arrival]:
    """The first messages of a story."""
    return [*story(n)][:count]


async def journeys(pool: Pool, *counts: int) -> None:
    """So many stories, each told so far."""
    await intake_at(pool, START).take([arrival for n, count in enumerate(counts) for arrival in steps(n, count)])


async def items(pool: Pool) -> list[tuple[str, int, bool]]:
    """Reason, how often it was raised, whether it is open."""
    found = await pool.fetch("SELECT reason, occurrences, resolved_at IS NULL AS open FROM attention ORDER BY 1, shipment")
    return [tuple(row) for row in found]


async def looks(pool: Pool) -> list[datetime | None]:
    """When the timer looks at each shipment next."""
    return [row[0] for row in await pool.fetch("SELECT look_at FROM shipment ORDER BY reference")]


async def test_what_fell_due_is_told_once(connections: Pool) -> None:
    """Two drafts wait for their invoice: two items, told to the broker too; the next look finds nothing."""
    await journeys(connections, 1, 1)
    assert await timer(connections, START + timedelta(days=6)).run() == 0
    assert await items(connections) == []
    late = timer(connections, LATER)
    assert (await late.run(), await late.run()) == (2, 0)
    assert await items(connections) == [("invoice_overdue", 1, True)] * 2
    found = await connections.fetch("SELECT payload FROM outbox WHERE subject = 'kervan.out.attention'")
    told = [orjson.loads(row["payload"]) for row in found]
    assert [(news["type"], news["data"]["who"]) for news in told] == [("attention.raised.v1", "us")] * 2
    assert await looks(connections) == [None, None]


async def test_the_awaited_fact_resolves_the_item_and_begins_the_next_wait(connections: Pool) -> None:
    """In the same transaction; and the broker hears of it."""
    await journeys(connections, 1)
    await timer(connections, LATER).run()
    await intake_at(connections, LATER).take(steps(0, 3)[1:])
    assert await items(connections) == [("invoice_overdue", 1, False)]
    row = await connections.fetchrow("SELECT overdue, due_at, look_at FROM shipment")
    assert (row["overdue"], row["look_at"]) == (False, row["due_at"])
    types = [
        orjson.loads(row["payload"])["type"]
        for row in await connections.fetch("SELECT payload FROM outbox WHERE subject = 'kervan.out.attention' ORDER BY id")
    ]
    assert types == ["attention.raised.v1", "attention.resolved.v1"]


async def test_a_shipment_that_moves_on_in_time_is_not_written_for_the_timer(connections: Pool) -> None:
    """Its row stays in place (HOT): the moment to look at it is set when it is drafted, and only the timer moves it on."""
    await journeys(connections, 1)
    (first,) = await looks(connections)
    for arrival in steps(0, 7)[1:]:
        await intake_at(connections, START).take([arrival])
    assert await looks(connections) == [first]
    assert first is not None
    assert await timer(connections, first + timedelta(minutes=1)).run() == 0
    (next_,) = await looks(connections)
    assert next_ == await connections.fetchval("SELECT due_at FROM shipment")
    assert next_ > first


async def test_etgbs_are_looked_at_too(connections: Pool) -> None:
    """Document and closing are two causes; each ends alone, and what it waits for is shown."""
    await journeys(connections, 5)
    assert await timer(connections, LATER).run() == 1
    assert await items(connections) == [("closing_overdue", 1, True), ("etgb_document_overdue", 1, True)]
    assert await connections.fetchval("SELECT overdue FROM etgb") == "closing etgb_document"
    await intake_at(connections, LATER).take(steps(0, 6)[5:])
    assert await items(connections) == [("closing_overdue", 1, False), ("etgb_document_overdue", 1, True)]
    assert await timer(connections, LATER).run() == 1
    assert ("vedop_overdue", 1, True) in await items(connections)


async def test_a_hand_over_is_inferred_from_a_waiting_etgb(connections: Pool) -> None:
    """The line that is parked in the database is the evidence; it applies in the same batch."""
    told = steps(0, 5)
    await intake_at(connections, START).take([*told[:3], told[4]])
    assert await connections.fetchval("SELECT count(*) FROM parked") == 1
    assert await timer(connections, START + timedelta(days=6)).run() == 1
    assert await connections.fetchval("SELECT stage FROM shipment") == "etgb_issued"
    assert await connections.fetchval("SELECT count(*) FROM parked") == 0
    assert await connections.fetchval("SELECT source FROM transition WHERE trigger = 'hand_over'") == "engine/timer"
    found = await connections.fetch("SELECT payload FROM outbox WHERE subject = 'kervan.out.shipment.handed_to_courier'")
    assert [orjson.loads(row["payload"])["data"]["inferred"] for row in found] == [True]


async def test_several_processes_tell_each_thing_once(database_url: str, connections: Pool) -> None:
    """Whoever has the turn looks; the others pass."""
    await journeys(connections, *[1] * 30)
    pools = [await database.connect(database_url, size=3) for _ in range(3)]
    counted = await asyncio.gather(*(timer(pool, LATER, at_once=4).run() for pool in pools))
    for pool in pools:
        await pool.close()
    assert sum(count or 0 for count in counted) == 30
    assert await items(connections) == [("invoice_overdue", 1, True)] * 30


async def test_no_turn_no_look(connections: Pool) -> None:
    """While another process looks, this one says so and does nothing."""
    await journeys(connections, 1)
    async with turns.turn(connections, due.TURN) as mine:
        assert mine
        assert await timer(connections, LATER).run() is None
    assert await timer(connections, LATER).run() == 1


async def test_one_that_cannot_be_told_does_not_hold_up_the_others(connections: Pool) -> None:
    """Its message is refused, as one that was read before; the timer goes through the rest and ends."""
    await journeys(connections, 1, 1, 1)
    first = await connections.fetchrow("SELECT id, sequence, due_at FROM shipment ORDER BY look_at, id LIMIT 1")
    name = f"{first['id']}:{first['sequence']}:{first['due_at'].isoformat()}"
    await connections.execute(
        """INSERT INTO inbox (source, id, type, subject, event_at, received_at, state)
           VALUES ('engine/timer', $1, 'x', 'x', now(), now(), 'refused')""",
        name,
    )
    assert await timer(connections, LATER, at_once=1).run() == 2
    assert await items(connections) == [("invoice_overdue", 1, True)] * 2


async def test_what_one_look_left_the_next_one_ends(connections: Pool) -> None:
    """The database goes away after the first batch: nothing is lost and nothing told twice."""
    await journeys(connections, *[1] * 5)
    real = timer(connections, LATER, at_once=2)

    class Failing(Intake):
        """Fails from its second batch on."""

        def __init__(self) -> None:
            self.taken = 0

        async def take(self, arrivals: Any) -> Any:
            self.taken += 1
            if self.taken > 1:
                raise StoreUnavailableError
            return await real.intake.take(arrivals)

    with pytest.raises(StoreUnavailableError):
        await timing.Timer(Failing(), connections, real.clock, 2).run()
    assert len(await items(connections)) == 2
    assert await real.run() == 3
    assert await items(connections) == [("invoice_overdue", 1, True)] * 5


async def test_the_loop_goes_on_over_faults_and_pauses_as_it_is_told(connections: Pool) -> None:
    """Faults of the store and of ours end no worker; time is driven by the pause, nobody sleeps."""
    await journeys(connections, 1)
    real = timer(connections, LATER)
    faults = iter([StoreUnavailableError(), RuntimeError("a fault of ours"), None])
    pauses: list[float] = []

    class Faulty(Intake):
        """Fails twice."""

        def __init__(self) -> None:
            pass

        async def take(self, arrivals: Any) -> Any:
            if (fault := next(faults)) is not None:
                raise fault
            return await real.intake.take(arrivals)

    class EnoughError(Exception):
        """The test has seen enough."""

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 4:
            raise EnoughError

    with pytest.raises(EnoughError):
        await timing.keep(timing.Timer(Faulty(), connections, real.clock), pause)
    assert len(pauses) == 4
    assert await items(connections) == [("invoice_overdue", 1, True)]


async def test_a_thousand_shipments_of_one_claim_are_one_item(connections: Pool) -> None:
    """However many batches it takes (here three), and filing the claim ends it."""
    await journeys(connections, *[7] * 6)
    assert await timer(connections, LATER, at_once=2).run() == 12
    assert [row for row in await items(connections) if row[0] == "refund_overdue"] == [("refund_overdue", 3, True)]
    await intake_at(connections, LATER).take(steps(0, 8)[7:])
    assert [row for row in await items(connections) if row[0] == "refund_overdue"] == [("refund_overdue", 3, False)]
    assert await connections.fetchval("SELECT count(*) FROM shipment WHERE overdue") == 0


async def of_lapses(pool: Pool) -> list[tuple[str, bool]]:
    """Which items about lapsing there are, and whether they are open."""
    found = await pool.fetch(
        "SELECT reason, resolved_at IS NULL AS open FROM attention WHERE reason ~ 'laps' ORDER BY raised_at, reason"
    )
    return [tuple(row) for row in found]


async def test_a_claim_that_lapses_is_told_once_in_time_and_once_too_late(connections: Pool) -> None:
    """November 2026's until 31.12.2028: on 2.10.2028 it is lapsing, on 1.1.2029 it has lapsed; the broker hears of both."""
    await journeys(connections, 7, 7, 6)
    await timer(connections, LATER).run()
    assert await timer(connections, datetime(2028, 10, 1, 20, 59, tzinfo=UTC)).run() == 0
    assert await timer(connections, datetime(2028, 10, 1, 21, 0, tzinfo=UTC)).run() == 2
    assert await timer(connections, datetime(2028, 12, 31, 20, 59, tzinfo=UTC)).run() == 0
    assert await of_lapses(connections) == [("claim_lapsing", True), ("vedop_lapsing", True)]
    late = timer(connections, datetime(2028, 12, 31, 21, 0, tzinfo=UTC))
    assert (await late.run(), await late.run()) == (1, 0)
    assert await of_lapses(connections) == [("claim_lapsing", False), ("vedop_lapsing", True), ("claim_lapsed", True)]
    found = await connections.fetch("SELECT payload FROM outbox WHERE subject = 'kervan.out.attention' ORDER BY id")
    told = [
        (news["type"], news["data"]["reason"]) for row in found if "laps" in (news := orjson.loads(row[0]))["data"]["reason"]
    ]
    assert [reason for kind, reason in told if kind == "attention.raised.v1"] == [
        "vedop_lapsing",
        "claim_lapsing",
        "claim_lapsed",
    ]
    assert [reason for kind, reason in told if kind == "attention.resolved.v1"] == ["claim_lapsing"]


async def test_a_claim_that_empties_waits_for_nothing_until_something_comes_into_it(connections: Pool) -> None:
    """Its row stays due and is not told of while it is empty; what comes into it makes it lapse again."""
    await journeys(connections, 7)
    in_time, again = datetime(2028, 10, 3, tzinfo=UTC), datetime(2028, 10, 4, tzinfo=UTC)
    await timer(connections, in_time).run()
    back = {"shipment": ref("order-0"), "reason": "refused by the buyer"}
    await intake_at(connections, in_time).take([said("ops/ayse", "shipment.return_goods.v1", "back", back)])
    assert await of_lapses(connections) == [("claim_lapsing", False)]
    assert await timer(connections, again).run() == 0
    await intake_at(connections, again).take([*story(1)][:7])
    assert await timer(connections, again + timedelta(minutes=1)).run()
    assert await of_lapses(connections) == [("claim_lapsing", True)]


async def test_the_look_goes_by_an_index(connections: Pool) -> None:
    """Not over all shipments: what is asked every half minute does not grow with what is kept."""
    now = datetime(2026, 12, 1, tzinfo=UTC)
    for watched, index in ((due.SHIPMENTS, "shipment_look_at"), (due.ETGBS, "etgb_look_at"), (due.CLAIMS, "claim_due")):
        async with connections.acquire() as connection:
            await connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
            plan = await connection.fetch(f"EXPLAIN {watched.next}", now, now, watched.least, 10)
            await connection.execute("RESET ALL")
        assert index in " ".join(row[0] for row in plan)
        assert "Sort" not in " ".join(row[0] for row in plan)


async def test_a_turn_that_ends_in_the_middle_is_given_back(connections: Pool, database_url: str) -> None:
    """Whether its work fails, or its process is told to stop while the lock is asked for or given back."""
    other = await database.connect(database_url, size=1)

    async def work(fault: BaseException | None) -> None:
        async with turns.turn(connections, due.TURN) as mine:
            assert mine
            if fault is not None:
                raise fault

    async def stopped(after: int) -> None:
        task = asyncio.create_task(work(None))
        for _ in range(after):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with pytest.raises(RuntimeError):
        await work(RuntimeError())
    for after in range(1, 40, 3):
        await stopped(after)
        async with asyncio.timeout(10):
            while True:
                async with turns.turn(other, due.TURN) as free:
                    if free:
                        break
    await other.close()
