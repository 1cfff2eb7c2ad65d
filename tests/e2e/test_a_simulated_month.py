"""A month of real orders through all doors, disturbed as the world disturbs: everything ends where the script says."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig

from adapters.entrypoints.embedded import Urls
from events import topology
from tests.e2e.month import orders
from tests.e2e.month.script import THE_END, Item, Script, Told, write
from tests.e2e.month.world import World, opened
from workflow import facts
from workflow.attention import Reason, item
from workflow.shipment import shipment_id
from workflow.stages import Stage

Pool = Any
SHIPMENTS, SEED = 20_000, 2026
STEP, A_DAY, A_WEEK = timedelta(hours=12), timedelta(days=1), timedelta(days=7)
DATABASE_IS_DOWN = datetime(2026, 7, 10, 12, tzinfo=UTC)
NAVLUNGO_IS_DOWN = datetime(2026, 7, 16, 12, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


def moments(script: Script) -> Iterator[tuple[datetime, list[Told]]]:
    """Every half day (day, where nothing is told for a week) with what is told by then; an outage is followed by its end."""
    told, begin = script.told, 0
    at = datetime.combine(told[0].at.date(), datetime.min.time(), UTC)
    while at <= THE_END:
        end = begin
        while end < len(told) and told[end].at <= at:
            end += 1
        yield at, told[begin:end]
        begin = end
        if at in {DATABASE_IS_DOWN, NAVLUNGO_IS_DOWN}:
            yield at + AN_HOUR, []
        at += STEP if begin < len(told) and told[begin].at - at < A_WEEK else A_DAY


async def lived(world: World) -> None:
    """The whole of it."""
    for at, told in moments(world.script):
        world.navlungo.down = at == NAVLUNGO_IS_DOWN
        await world.tick(at, told, outage=at == DATABASE_IS_DOWN)
    await world.published()
    assert world.waiting == []


async def test_a_month_ends_as_its_script_says(
    connections: Pool, database_url: str, broker: Client, urls: Urls, tmp_path: Path
) -> None:
    """Each parcel in its stage, each fault one item, nothing twice, nothing left over, and the broker was told all of it."""
    began = time.perf_counter()
    script = write(orders.real(tmp_path), SHIPMENTS, SEED)
    written = time.perf_counter() - began
    async with opened(script, connections, database_url, broker, urls.broker_url, tmp_path) as world:
        await lived(world)
    seconds = time.perf_counter() - began
    print(summary(world, written, seconds))

    assert await stages(connections) == {reference: end.stage for reference, end in script.ends().items()}
    assert await items(connections) == expected_items(world)
    assert await inferred(connections) == {reference for reference, end in script.ends().items() if end.inferred}
    await nothing_is_left(connections, script)
    await what_was_given_is_accounted_for(world)
    await the_log_is_whole(connections)
    await the_broker_was_told(connections, broker)


async def stages(pool: Pool) -> dict[str, Stage]:
    """Where each shipment stands."""
    return {row["reference"]: Stage(row["stage"]) for row in await pool.fetch("SELECT reference, stage FROM shipment")}


async def items(pool: Pool) -> Counter[Item]:
    """All items there ever were, by what they are about; of messages that cannot be read also how many they stand for."""
    refused = await pool.fetch("SELECT DISTINCT subject, code FROM refused")
    causes = {item(Reason.MESSAGE_UNREADABLE, cause, "").id: cause for row in refused if (cause := f"{row[0]} {row[1]}")}
    claims = {str(row["id"]): row["seller"] for row in await pool.fetch("SELECT id, seller FROM claim")}
    found: Counter[Item] = Counter()
    for row in await pool.fetch(
        "SELECT a.id, a.reason, a.detail, a.message_id, a.resolved_at IS NULL AS open, s.reference, a.occurrences "
        "FROM attention a LEFT JOIN shipment s ON s.id = a.shipment"
    ):
        reason = Reason(row["reason"])
        about = row["reference"] or row["message_id"]
        if reason in {Reason.ETGB_DOCUMENT_OVERDUE, Reason.CLOSING_OVERDUE, Reason.VEDOP_OVERDUE}:
            about = row["detail"].split(" ")[1]
        elif reason is Reason.REFUND_OVERDUE:
            about = next(seller for claim, seller in claims.items() if claim in row["detail"])
        elif reason is Reason.PARKED_OVERDUE:
            about = row["detail"].split(":")[0]
        elif reason is Reason.MESSAGE_UNREADABLE:
            about = causes[row["id"]]
        found[reason, about, row["open"]] += row["occurrences"] if reason is Reason.MESSAGE_UNREADABLE else 1
    return found


def expected_items(world: World) -> Counter[Item]:
    """What the script says, and what was spoilt on the way in."""
    found = world.script.items()
    for (subject, code), number in world.account.unreadable.items():
        found[Reason.MESSAGE_UNREADABLE, f"{subject} {code}", True] = number
    for message_id, number in world.account.refused.items():
        found[Reason.MESSAGE_REFUSED, message_id, True] = number
    return found


async def inferred(pool: Pool) -> set[str]:
    """The shipments that nobody scanned."""
    rows = await pool.fetch(
        "SELECT s.reference FROM transition t JOIN shipment s ON s.id = t.shipment "
        "WHERE t.trigger = 'hand_over' AND t.source = $1",
        topology.TIMER,
    )
    return {row["reference"] for row in rows}


async def nothing_is_left(pool: Pool, script: Script) -> None:
    """What still waits is of shipments that lack something, each of which has its open item; nothing else is under way."""
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 0
    assert await pool.fetchval("SELECT count(*) FROM webhook WHERE handled_at IS NULL") == 0
    waiting = await pool.fetch("SELECT waits_on FROM parked")
    stuck = [one for one in script.parcels if one.loss is not None and not one.loss.found]
    keys = {facts.by_id(shipment_id(one.seller, one.reference)) for one in stuck}
    keys |= {facts.by_tracking(one.courier, one.tracking) for one in stuck}
    assert {row["waits_on"] for row in waiting} <= keys
    assert await pool.fetchval("SELECT count(*) FROM inbox WHERE state = 'parked'") == await pool.fetchval(
        "SELECT count(*) FROM (SELECT DISTINCT source, message_id FROM parked) p"
    )
    overdue = await pool.fetchval("SELECT count(*) FROM shipment WHERE overdue AND stage <> 'vedop_transferred'")
    per_shipment = [end for end in script.ends().values() if any(open_ for _, _, open_ in end.items)]
    assert overdue == len(per_shipment)


async def what_was_given_is_accounted_for(world: World) -> None:
    """What came twice was known; what cannot be read is listed once; rows set aside are listed."""
    pool, account = world.pool, world.account
    repeats = await pool.fetchval(
        "SELECT sum(repeats) FROM inbox WHERE source NOT LIKE 'engine/%' AND NOT (source = 'courier/navlungo' "
        "AND type <> 'courier.booked.v1')"  # who is asked again tells all of it again
    )
    again = account.again["broker"] + account.again["scans by webhook"]
    assert 0 <= repeats + world.repeated - again <= account.told["broker"] // 1000, (
        "all that was told twice was known; beyond it, the broker brings again what a loaded machine acknowledged late"
    )
    rows = await pool.fetch("SELECT subject, code, message_id FROM refused")
    unread = Counter((row["subject"], row["code"]) for row in rows if row["message_id"] not in account.refused)
    assert unread == account.unreadable
    assert len(rows) == unread.total() + account.refused.total()
    assert await pool.fetchval("SELECT count(*) FROM import_line WHERE outcome = 'set_aside'") == account.rows_aside
    assert await pool.fetchval("SELECT count(*) FROM etgb_match") == 0


async def the_log_is_whole(pool: Pool) -> None:
    """Each shipment's entries are numbered without a gap, each goes on where the one before ended, none is there twice."""
    at: dict[Any, tuple[int, str]] = defaultdict(lambda: (0, "draft"))
    fired: set[tuple[Any, str]] = set()
    rows = await pool.fetch('SELECT shipment, sequence, origin, target, "trigger" FROM transition ORDER BY shipment, sequence')
    for shipment, sequence, origin, target, trigger in rows:
        assert (sequence - 1, origin) == at[shipment]
        assert (shipment, trigger) not in fired
        fired.add((shipment, trigger))
        at[shipment] = (sequence, target)
    stands = {
        row[0]: (row[1], row[2]) for row in await pool.fetch("SELECT id, sequence, stage FROM shipment WHERE sequence > 0")
    }
    assert stands == dict(at)


async def the_broker_was_told(pool: Pool, client: Client) -> None:
    """Every entry of the log is on the stream once and in its order, and so is every item that was raised or resolved."""
    told: defaultdict[str, list[int]] = defaultdict(list)
    news: Counter[str] = Counter()
    for data in await stream(client, topology.STREAM_OUT):
        event = orjson.loads(data)
        if event["type"] == "shipment.transitioned.v1":
            told[event["data"]["shipment_id"]].append(event["data"]["sequence"])
        else:
            news[event["type"]] += 1
    log = {str(row["id"]): row["sequence"] for row in await pool.fetch("SELECT id, sequence FROM shipment WHERE sequence > 0")}
    assert dict(told) == {shipment: list(range(1, last + 1)) for shipment, last in log.items()}
    assert news["attention.raised.v1"] == await pool.fetchval("SELECT count(*) FROM attention")
    assert news["attention.resolved.v1"] == await pool.fetchval("SELECT count(*) FROM attention WHERE resolved_at IS NOT NULL")


async def stream(client: Client, name: str) -> list[bytes]:
    """All that is on a stream, in its order."""
    js = client.jetstream()
    left = (await js.stream_info(name)).state.messages
    reading = await js.pull_subscribe(f"{topology.SUBJECT_OUT}", stream=name, config=ConsumerConfig(ack_policy=AckPolicy.NONE))
    found: list[bytes] = []
    while left > len(found):
        found += [message.data for message in await reading.fetch(1000, timeout=10)]
    await reading.unsubscribe()
    return found


def summary(world: World, written: float, seconds: float) -> str:
    """What went in, what was disturbed, and how long it took."""
    script, account = world.script, world.account
    counts = Counter(end.stage.value for end in script.ends().values())
    given = sum(account.told.values())
    size = f"{len(script.parcels)} shipments, {len(script.declarations)} ETGBs, {given} messages and rows"
    lines = [
        f"{size} in {seconds:.0f} s ({given / seconds:.0f}/s; the script took {written:.0f} s)",
        "given: " + ", ".join(f"{name} {number}" for name, number in account.told.items()),
        "ends: " + ", ".join(f"{name} {number}" for name, number in counts.most_common()),
        "disturbed: " + ", ".join(f"{name} {number}" for name, number in script.disturbed().items()),
        "again: " + ", ".join(f"{name} {number}" for name, number in account.again.items()),
        "lost: " + ", ".join(f"{name} {number}" for name, number in script.lost().items()),
        f"spoilt: {account.unreadable.total()} unreadable, {account.refused.total()} refused, {account.rows_aside} rows aside",
        f"outages: {account.turned_away} turned away by us, {world.navlungo.refused} by Navlungo",
        "items: " + ", ".join(f"{reason} {number}" for reason, number in _by_reason(expected_items(world)).items()),
        "seconds: " + ", ".join(f"{name} {took:.1f}" for name, took in account.seconds.items()),
    ]
    return "\n".join(lines)


def _by_reason(found: Counter[Item]) -> Counter[str]:
    reasons: Counter[str] = Counter()
    for (reason, _, is_open), number in found.items():
        reasons[f"{reason} ({'open' if is_open else 'resolved'})"] += number
    return reasons
