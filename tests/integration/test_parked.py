"""Parked messages on PostgreSQL: what never comes is noticed once for each thing, and over with the last that waits."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from adapters.database import aside
from adapters.database import items as attention_items
from events.translate import Arrival
from tests.integration.timers import intake_at, timer
from tests.stories import SELLER, START, etgb_number, ref, said, story
from workflow.attention import Reason, item
from workflow.facts import by_tracking

Pool = Any
DRAFT, INVOICE, BOOKED, SCAN, ETGB, CLOSED, VEDOP, FILED = story(0)
LATER = START + timedelta(days=9)
NOBODYS = by_tracking("pts", "NOBODYS")


def scan(n: int) -> Arrival:
    """A scan of a number that nobody booked."""
    data = {"courier": "pts", "tracking_number": "NOBODYS", "status": "in_transit", "occurred_at": START.isoformat()}
    return said("courier/pts", "courier.checkpoint.v1", f"scan-{n}", data)


def booking(number: str = "NOBODYS") -> Arrival:
    """The number is the first order's."""
    data = {"shipment": ref("order-0"), "courier": "pts", "tracking_number": number}
    return said("courier/pts", "courier.booked.v1", f"booked {number}", data)


async def found(pool: Pool) -> list[tuple[str, int, bool]]:
    """The items of parked messages: detail, how often raised, whether open."""
    rows = await pool.fetch(
        "SELECT detail, occurrences, resolved_at IS NULL AS open FROM attention WHERE reason = 'parked_overdue' ORDER BY detail"
    )
    return [tuple(row) for row in rows]


async def looks(pool: Pool) -> set[datetime | None]:
    """When the timer looks next at what is parked."""
    return {row[0] for row in await pool.fetch("SELECT look_at FROM parked")}


async def test_each_thing_that_never_comes_is_one_item_on_the_broker_too(connections: Pool) -> None:
    """Twenty scans of one number, an invoice and a line of one order: two items, told once, with the order's own number."""
    await intake_at(connections, START).take([*(scan(n) for n in range(20)), INVOICE, ETGB])
    assert await timer(connections, START + timedelta(days=5)).run() == 0
    late = timer(connections, LATER)
    await late.run()
    assert await late.run() == 0
    order, number = await found(connections)
    assert order[0].startswith(f"order order-0 of seller {SELLER}: 2 waiting since 2026-11-20, first invoice.issued.v1 ")
    assert number[0].startswith(
        "tracking number NOBODYS of pts: 20 waiting since 2026-11-20, first courier.checkpoint.v1 scan-0 "
    )
    assert (order[1:], number[1:]) == ((1, True), (1, True))
    told = await connections.fetch("SELECT payload FROM outbox WHERE subject = 'kervan.out.attention'")
    news = [orjson.loads(row["payload"])["data"] for row in told]
    assert sorted(one["who"] for one in news if one["reason"] == "parked_overdue") == ["us", "us"]
    assert await looks(connections) == {None}


async def test_a_lost_order_is_one_item_with_the_number_that_is_booked_for_it(connections: Pool) -> None:
    """Scans, booking and invoice wait, by two names, for one order."""
    await intake_at(connections, START).take([scan(0), scan(1), booking(), INVOICE])
    await timer(connections, LATER).run()
    (order,) = await found(connections)
    assert order[0].startswith(f"order order-0 of seller {SELLER}: 2 waiting since 2026-11-20")
    assert await looks(connections) == {None, LATER + timedelta(days=1)}
    await intake_at(connections, LATER).take([DRAFT])
    assert [one[2] for one in await found(connections)] == [False]


async def test_the_etgbs_of_others_in_a_list_are_looked_at_once(connections: Pool) -> None:
    """Thousands may wait for good: nobody is told of them, and the timer does not come back to them day by day."""
    seen = {"etgb_number": etgb_number(7), "seen_on": "2026-11-23", "evidence": {"kind": "list"}, "among_others": True}
    await intake_at(connections, START).take([said("tax_office/liste", "vedop.transferred.v1", "row 7", seen)])
    await timer(connections, LATER).run()
    assert (await found(connections), await looks(connections)) == ([], {None})


async def test_the_item_ends_with_the_last_that_waits(connections: Pool) -> None:
    """In the batch that brings what was awaited; a scan that came after the item was raised is told of by it."""
    await intake_at(connections, START).take([DRAFT, INVOICE, scan(0)])
    await timer(connections, LATER).run()
    await intake_at(connections, LATER).take([scan(1)])
    assert await looks(connections) == {None}
    assert [(one[1], one[2]) for one in await found(connections)] == [(1, True)]
    await intake_at(connections, LATER).take([booking()])
    assert [(one[1], one[2]) for one in await found(connections)] == [(1, False)]
    assert await connections.fetchval("SELECT count(*) FROM parked") == 0


@pytest.mark.parametrize("comes", [True, False], ids=["and applies", "and waits again"])
async def test_one_that_is_replayed_keeps_its_item_as_long_as_it_waits(connections: Pool, comes: bool) -> None:
    """A replay takes it off and tries it again."""
    await intake_at(connections, START).take([DRAFT, INVOICE, scan(0)])
    await timer(connections, LATER).run()
    if comes:
        await connections.execute("UPDATE shipment SET courier = 'pts', tracking_number = 'NOBODYS'")
        await connections.execute("INSERT INTO shipment_key SELECT $1, id, seller FROM shipment", NOBODYS)
    again = scan(0)
    (outcome,) = await intake_at(connections, LATER).take([Arrival(again.subject, again.body, again.token, replay=True)])
    assert outcome.state == ("applied" if comes else "parked")
    assert [(one[1], one[2]) for one in await found(connections)] == [(1, not comes)]
    assert await looks(connections) == (set() if comes else {None})


async def test_one_that_a_person_ignores_is_not_raised_again(connections: Pool) -> None:
    """However many more come for the same number; the messages go on waiting."""
    await intake_at(connections, START).take([scan(0)])
    await timer(connections, LATER).run()
    mine = item(Reason.PARKED_OVERDUE, NOBODYS, "").id
    assert await attention_items.resolve(connections, mine, "ayse", "another shop's parcel", LATER) is not None
    await intake_at(connections, LATER).take([scan(1)])
    await timer(connections, LATER + timedelta(days=30)).run()
    assert [(one[1], one[2]) for one in await found(connections)] == [(1, False)]
    assert await connections.fetchval("SELECT count(*) FROM parked") == 2


async def test_what_waits_for_a_known_order_is_looked_at_once_a_day(connections: Pool) -> None:
    """Its own item tells of it; the timer does not ask the same thing each half minute."""
    await intake_at(connections, START).take([DRAFT, ETGB])
    await timer(connections, LATER).run()
    assert await found(connections) == []
    assert await looks(connections) == {LATER + timedelta(days=1)}
    assert await timer(connections, LATER + timedelta(hours=1)).run() == 0


async def test_looking_at_what_waits_for_a_known_order_leaves_its_etgb_alone(connections: Pool) -> None:
    """Nothing is released by it, so that it neither waits for whoever works on the ETGB nor loads the ETGB's lines."""
    await intake_at(connections, START).take([DRAFT, ETGB])
    after = LATER + timedelta(days=60)
    await timer(connections, after).run()
    async with connections.acquire() as elsewhere, elsewhere.transaction():
        await elsewhere.execute("SELECT FROM etgb FOR UPDATE")
        async with asyncio.timeout(10):
            assert await timer(connections, after + timedelta(days=1)).run() == 1
    assert await looks(connections) == {after + timedelta(days=2)}


async def test_an_order_that_has_come_ends_the_item_and_is_looked_at_again(connections: Pool) -> None:
    """The line waits on, for the hand-over."""
    await intake_at(connections, START).take([ETGB])
    await timer(connections, LATER).run()
    await intake_at(connections, LATER).take([DRAFT])
    assert [one[2] for one in await found(connections)] == [False]
    assert await looks(connections) == {LATER + timedelta(days=1)}


async def test_the_list_of_parked_messages_says_since_when_and_until_when(connections: Pool) -> None:
    """The day on which somebody is told stands with each."""
    await intake_at(connections, START).take([scan(0)])
    (parked,) = await aside.listed(connections, "parked", 10, None)
    assert (parked["since"], parked["at"], parked["due_at"].isoformat()) == (START, START, "2026-11-27T21:00:00+00:00")
    closed = {"number": etgb_number(0), "closed_on": "2026-13-45"}
    await intake_at(connections, START).take([said("customs/feed", "etgb.closed.v1", "bad", closed)])
    (refused,) = await aside.listed(connections, "refused", 10, None)
    assert "due_at" not in refused
