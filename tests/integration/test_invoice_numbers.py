"""Numbers without a gap on real PostgreSQL, whatever happens to the connections."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from adapters.database import numbers
from adapters.database.numbers import PostgresNumbers
from workflow.numbering import Numbered, NumberState
from workflow.shipment import shipment_id

Pool = Any
SELLER = "1234567890"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
_INSERT = """
INSERT INTO shipment (id, seller, reference, stage, stage_since, sequence, version, currency, total, gross_weight_kg,
                      planned_on, created_at)
SELECT id, seller, id::text, 'validated', $3, 1, 1, 'EUR', 42, 1.2, '2026-11-25', $3
FROM unnest($1::uuid[], $2::text[]) AS g(id, seller)
"""


class Gone(Exception):  # noqa: N818 - no error but what undoes a transaction
    """Undoes a transaction."""


async def connected(database_url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection that waits for no disk: backends are killed here, not the machine."""
    return await asyncpg.connect(database_url, server_settings={"synchronous_commit": "off"})


def undo_a_fifth(chance: Random) -> None:
    """End one transaction in five."""
    if chance.random() < 0.2:
        raise Gone


async def shipments(pool: Pool, count: int, seller: str = SELLER, name: str = "s") -> list[UUID]:
    """Validated shipments."""
    ids = [shipment_id(seller, f"{name}{n}") for n in range(count)]
    await pool.execute(_INSERT, ids, [seller] * count, NOW)
    return ids


async def stage(pool: Pool, shipment: UUID, word: str) -> None:
    """Put a shipment into a stage."""
    await pool.execute("UPDATE shipment SET stage = $2 WHERE id = $1", shipment, word)


async def drawn(pool: Pool, shipment: UUID, request: str = "r1", now: datetime = NOW, series: str = "KRV") -> Numbered:
    """Draw, and expect to get."""
    held = await PostgresNumbers(pool).draw(shipment, 1, request, series, now)
    assert held is not None
    return held


async def issued(pool: Pool, held: Numbered) -> Numbered:
    """Send and issue."""
    desk = PostgresNumbers(pool)
    sent = await desk.send(held, "test", "0" * 64, NOW, NOW)
    assert sent is not None
    settled = await desk.settle(sent, NumberState.ISSUED, NOW)
    assert settled is not None
    return settled


def shares(ids: Sequence[UUID], parts: int) -> Iterator[Sequence[UUID]]:
    """Deal out."""
    return (ids[n::parts] for n in range(parts))


async def test_eight_connections_that_undo_and_die_leave_no_gap_and_no_repeat(database_url: str, connections: Pool) -> None:
    """1,600 shipments; a fifth of the transactions is undone, and connections are killed in the middle all the while."""
    everyone = await shipments(connections, 1600)
    chance, deaths = Random(3), 0
    victims: dict[int, int] = {}

    async def work(worker: int, ids: Sequence[UUID]) -> None:
        nonlocal deaths
        connection = await connected(database_url)
        for shipment in ids:
            while True:
                try:
                    if connection.is_closed():
                        connection = await connected(database_url)
                    victims[worker] = connection.get_server_pid()
                    async with connection.transaction():
                        await numbers.draw(connection, shipment, 1, "r1", "KRV", NOW)
                        undo_a_fifth(chance)
                    break
                except Gone:
                    continue
                except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, ConnectionError):
                    deaths += 1
                    connection.terminate()
                    connection = await connected(database_url)
        await connection.close()

    async def kill() -> None:
        while True:
            await asyncio.sleep(0.1)
            if victims:
                await connections.execute("SELECT pg_terminate_backend($1)", chance.choice(list(victims.values())))

    killer = asyncio.create_task(kill())
    try:
        await asyncio.gather(*(work(n, ids) for n, ids in enumerate(shares(everyone, 8))))
    finally:
        killer.cancel()
        with suppress(asyncio.CancelledError):
            await killer
    found = await connections.fetch("SELECT serial, number, shipment FROM invoice_number ORDER BY serial")
    assert [row["serial"] for row in found] == list(range(1, 1601))
    assert len({row["shipment"] for row in found}) == len({row["number"] for row in found}) == 1600
    assert await connections.fetchval("SELECT last FROM invoice_series") == 1600
    assert deaths > 10


async def test_a_shipment_keeps_its_number_until_it_is_used(connections: Pool) -> None:
    """For the same request the very same; for another one under another ETTN."""
    (one,) = await shipments(connections, 1)
    first = await drawn(connections, one)
    again = await drawn(connections, one)
    other = await drawn(connections, one, "r2", NOW + timedelta(hours=1))
    assert again == first
    assert first.number == other.number == "KRV2026000000001"
    assert other.ettn != first.ettn


async def test_what_cancelled_shipments_left_is_used_again_the_lowest_first(connections: Pool) -> None:
    """Also after a rejection; a number that is sent, of which nobody knows, is left alone."""
    ids = await shipments(connections, 7)
    held = [await drawn(connections, one) for one in ids[:5]]
    desk = PostgresNumbers(connections)
    rejected = await desk.send(held[1], "test", "", NOW, NOW)
    assert rejected is not None
    await desk.settle(rejected, NumberState.REJECTED, NOW, reason="x")
    await desk.send(held[0], "test", "", NOW, NOW)
    for one in (ids[0], ids[1], ids[3]):
        await stage(connections, one, "cancelled")
    assert (await drawn(connections, ids[5])).number == held[1].number
    assert (await drawn(connections, ids[6])).number == held[3].number
    (seventh,) = await shipments(connections, 1, name="later")
    assert (await drawn(connections, seventh)).number == "KRV2026000000006"


async def test_after_a_cancelled_invoice_comes_a_new_number(connections: Pool) -> None:
    """The old one is used up."""
    (one,) = await shipments(connections, 1)
    done = await issued(connections, await drawn(connections, one))
    assert await drawn(connections, one, "r2") == done
    await PostgresNumbers(connections).settle(done, NumberState.CANCELLED, NOW, reason="x")
    assert (await drawn(connections, one, "r2")).number == "KRV2026000000002"
    assert [held.state for held in await numbers.listed(connections, one)] == ["cancelled", "reserved"]


async def test_each_seller_series_and_year_counts_from_one(connections: Pool) -> None:
    """The year changes at midnight in Istanbul."""
    ours = await shipments(connections, 4)
    (theirs,) = await shipments(connections, 1, "4540536920")
    before, after = datetime(2026, 12, 31, 20, 59, 59, tzinfo=UTC), datetime(2026, 12, 31, 21, 0, tzinfo=UTC)
    found = [
        await drawn(connections, ours[0], now=before),
        await drawn(connections, ours[1], now=after),
        await drawn(connections, ours[2], now=before),
        await drawn(connections, ours[3], now=before, series="ABC"),
        await drawn(connections, theirs, now=before),
    ]
    expected = ("KRV2026000000001", "KRV2027000000001", "KRV2026000000002", "ABC2026000000001", "KRV2026000000001")
    assert tuple(held.number for held in found) == expected


async def test_a_number_drawn_before_midnight_stays_in_its_year(connections: Pool) -> None:
    """Its shipment keeps it, dated in the old year; else that year would have a gap."""
    (one,) = await shipments(connections, 1)
    before, after = datetime(2026, 12, 31, 20, 59, 59, tzinfo=UTC), datetime(2026, 12, 31, 21, 0, tzinfo=UTC)
    first = await drawn(connections, one, now=before)
    again = await drawn(connections, one, "r2", now=after)
    assert (again.number, again.issued_at) == (first.number, before)


@pytest.mark.parametrize(("word", "sequence"), [("draft", 1), ("cancelled", 1), ("invoiced", 1), ("validated", 2)])
async def test_a_shipment_that_has_moved_on_gets_no_number(connections: Pool, word: str, sequence: int) -> None:
    """Nothing is drawn, and the series does not move."""
    (one,) = await shipments(connections, 1)
    await stage(connections, one, word)
    assert await PostgresNumbers(connections).draw(one, sequence, "r1", "KRV", NOW) is None
    assert await connections.fetchval("SELECT count(*) FROM invoice_series") == 0


async def test_only_one_sends_and_only_one_holds(connections: Pool) -> None:
    """Of ten that note the sending one gets it; a held number is free again when its time is over."""
    (one,) = await shipments(connections, 1)
    held, desk = await drawn(connections, one), PostgresNumbers(connections)
    until = NOW + timedelta(minutes=5)
    won = [one for one in await asyncio.gather(*(desk.send(held, "test", "", NOW, until) for _ in range(10))) if one]
    assert len(won) == 1
    assert await desk.take(held, until - timedelta(seconds=1), until) is None
    assert await desk.take(held, until, until + timedelta(minutes=5)) is not None
    await desk.release(held)
    assert await desk.take(held, until, until) is not None


async def test_a_cancelled_shipments_number_cannot_be_sent(connections: Pool) -> None:
    """Between drawing and sending the order was cancelled."""
    (one,) = await shipments(connections, 1)
    held = await drawn(connections, one)
    await stage(connections, one, "cancelled")
    assert await PostgresNumbers(connections).send(held, "test", "", NOW, NOW) is None


async def test_an_issued_number_is_never_unused_again(connections: Pool) -> None:
    """A late "rejected" changes nothing."""
    (one,) = await shipments(connections, 1)
    done = await issued(connections, await drawn(connections, one))
    desk = PostgresNumbers(connections)
    assert await desk.settle(done, NumberState.REJECTED, NOW) is None
    found = await desk.of(one)
    assert found is not None
    assert found.state is NumberState.ISSUED
