"""Whatever is done to a row of the logs behind Kervan's back is found, and the row is named."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from alembic import command
from alembic.config import Config
from nats.aio.client import Client
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database import audit, chains, migrate, queries, seals, tallies
from adapters.database.outbox import PostgresOutbox
from adapters.database.pool import alchemy_url
from adapters.database.proof import Proof
from adapters.entrypoints import bootstrap
from adapters.entrypoints.sealing import Sealer
from events import sealed, topology
from events.intake import Intake
from events.relay import Relay
from tests.stories import SELLERS, story
from workflow.chain import ORIGIN, Fault, Kind, Log, links
from workflow.seal import ALL, Key, heads_of, reason_digest

Pool = Any
KEY = Key(b"k" * 32)
TABLES = ("transition", "audit", "seal")
PARTS = "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'transition'::regclass"


@dataclass(frozen=True)
class Logs:
    """A database in which shipments moved and people acted, all of it sealed, and what became of it."""

    pool: Pool
    intake: Intake

    async def faults(self) -> list[Fault]:
        """What a look through everything finds."""
        return [fault async for fault in Proof(self.pool, [KEY]).everything()]

    async def named(self) -> set[tuple[Log, Kind, int]]:
        """The same, without the words."""
        return {(one.log, one.kind, one.number) for one in await self.faults()}

    async def seal(self) -> Sealer:
        """Seal all there is: a turn that notes how far it goes, and one that seals."""
        sealer = Sealer(self.pool, self.intake, bootstrap.now, [KEY])
        await sealer.run()
        while await sealer.run():
            pass
        return sealer

    async def shipment(self, number: int) -> UUID:
        """The id of a story's shipment."""
        row = await self.pool.fetchval("SELECT id FROM shipment ORDER BY id OFFSET $1 LIMIT 1", number)
        return UUID(int=row.int)

    @asynccontextmanager
    async def tampered(self, *statements: str, arguments: Sequence[Any] = ()) -> AsyncIterator[None]:
        """Within the block, something was done by a superuser who switched the locks off; afterwards all is as before."""
        async with self.pool.acquire() as connection:
            parts = [row["name"] for row in await connection.fetch(PARTS)]
            for table in (*TABLES, *parts):
                await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            for table in TABLES:
                await connection.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
            await connection.execute("CREATE TABLE kept_shipment AS SELECT id, sequence, chained, chain FROM shipment")
            for statement in statements:
                await connection.execute(statement, *arguments)
        try:
            yield
        finally:
            async with self.pool.acquire() as connection:
                for table in TABLES:
                    await connection.execute(f"TRUNCATE {table}")
                    await connection.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept_{table}")
                    await connection.execute(f"DROP TABLE kept_{table}")
                for table in (*TABLES, *parts):
                    await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
                await connection.execute("DROP TABLE kept_shipment")


@pytest.fixture
async def logs(connections: Pool, intake: Intake) -> Logs:
    """Three shipments that went all their way, twelve acts, and seals of all of it."""
    found = Logs(connections, intake)
    for number in range(3):
        for arrival in story(number, SELLERS[number]):
            await intake.take([arrival])
    acts = [audit.Act("console", f"user-{n}", "admin", "shipment.cancel", f"shipment/{n}", f"reason {n}") for n in range(12)]
    await audit.note(connections, bootstrap.now(), *acts)
    await found.seal()
    assert not await found.faults()
    return found


ANOTHER = {
    "batch": "batch + 1",
    "hash": "sha256(hash)",
    "origin": "CASE origin WHEN 'cancelled' THEN 'returned' ELSE 'cancelled' END",
    "target": "CASE target WHEN 'cancelled' THEN 'returned' ELSE 'cancelled' END",
    "trigger": "CASE \"trigger\" WHEN 'amend' THEN 'cancel' ELSE 'amend' END",
    "occurred_at": "occurred_at + interval '1 microsecond'",
    "recorded_at": "recorded_at - interval '1 microsecond'",
    "source": "source || 'x'",
    "message_id": "message_id || ' '",
    "begun_at": "begun_at - interval '1 microsecond'",
    "seller": "seller || ' '",
}
"""Another value for each column of a row of the transition log that is not its key."""
ACT = {
    "at": "at + interval '1 second'",
    "door": "CASE door WHEN 'cli' THEN 'api' ELSE 'cli' END",
    "actor": "actor || 'x'",
    "role": "''",
    "action": "'shipment.amend'",
    "thing": "''",
    "reason": "reason || ' '",
    "outcome": "'refused'",
    "request": "'r'",
    "salt": "gen_random_uuid()",
    "reason_digest": "sha256('x')",
}
"""The same for a row of the audit log."""
SEAL = {
    "at": "at + interval '1 second'",
    "previous": "sha256(previous)",
    "batches": "batches + 1",
    "acts": "acts + 1",
    "walked": "gen_random_uuid()",
    "unhashed_until": "now()",
    "heads": "heads || heads",
    "noted": "substr(noted, 41)",
    "digest": "sha256(digest)",
    "key": "''",
    "mac": "sha256(mac)",
}
"""The same for a seal."""


async def test_every_column_of_every_row_is_held(logs: Logs) -> None:
    """Any column of a transition, changed: that row is named, and no other of its log."""
    shipment = await logs.shipment(1)
    columns = await logs.pool.fetch("SELECT column_name FROM information_schema.columns WHERE table_name = 'transition'")
    assert {row[0] for row in columns} == {*ANOTHER, "shipment", "sequence"}
    for number, (column, value) in enumerate(ANOTHER.items()):
        sequence = number % 6 + 1
        change = f'UPDATE transition SET "{column}" = {value} WHERE shipment = $1 AND sequence = $2'
        async with logs.tampered(change, arguments=(shipment, sequence)):
            assert (Log.TRANSITION, Kind.CHANGED, sequence) in await logs.named(), column
            assert {one.number for one in await logs.faults() if one.log is Log.TRANSITION} == {sequence}, column


async def test_a_row_given_to_another_shipment_is_named_in_both(logs: Logs) -> None:
    """It is missing in the one, and was inserted, or is not its link, in the other."""
    one, other = await logs.shipment(0), await logs.shipment(1)
    move = "UPDATE transition SET shipment = $2, sequence = 7 WHERE shipment = $1 AND sequence = 3"
    async with logs.tampered(move, arguments=(one, other)):
        found = {(fault.shipment, fault.number) for fault in await logs.faults()}
    assert found == {(one, 3), (other, 7)}


@pytest.mark.parametrize("sequence", [1, 3, 6])
async def test_a_removed_row_is_named(logs: Logs, sequence: int) -> None:
    """The first, one in the middle, the last; also where the shipment's row was made to agree."""
    shipment = await logs.shipment(2)
    remove = "DELETE FROM transition WHERE shipment = $1 AND sequence = $2"
    async with logs.tampered(remove, arguments=(shipment, sequence)):
        assert await logs.named() == {(Log.TRANSITION, Kind.REMOVED, sequence)}
        await logs.pool.execute("UPDATE shipment SET sequence = 5, chained = 5 WHERE id = $1", shipment)
        await logs.pool.execute(
            "UPDATE shipment s SET chain = t.hash FROM transition t WHERE t.shipment = s.id AND t.sequence = 5 AND s.id = $1",
            shipment,
        )
        assert (Log.TRANSITION, Kind.REMOVED, sequence) in await logs.named()
        await logs.pool.execute(
            "UPDATE shipment s SET sequence = k.sequence, chained = k.chained, chain = k.chain "
            "FROM kept_shipment k WHERE k.id = s.id"
        )


async def test_a_shipment_whose_whole_log_is_gone_is_named(logs: Logs) -> None:
    """Each of its moves is; also where the shipment's own row went with it, since a seal is of them."""
    shipment = await logs.shipment(0)
    six = {(Log.TRANSITION, Kind.REMOVED, n) for n in range(1, 7)}
    async with logs.tampered("DELETE FROM transition WHERE shipment = $1", arguments=(shipment,)):
        assert await logs.named() == six
        async with logs.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute("CREATE TABLE whole AS SELECT * FROM shipment WHERE id = $1", shipment)
            await transaction.commit()
            await connection.execute("DELETE FROM shipment WHERE id = $1", shipment)
        assert await logs.named() == six
        await logs.pool.execute("INSERT INTO shipment SELECT * FROM whole")


async def test_rows_in_each_others_place_are_named(logs: Logs) -> None:
    """Both, as re-ordered, and the rows between them are not."""
    shipment = await logs.shipment(0)
    steps = (
        "UPDATE transition SET sequence = sequence * 100 WHERE shipment = $1 AND sequence IN (2, 4)",
        "UPDATE transition SET sequence = 6 - sequence / 100 WHERE shipment = $1 AND sequence > 100",
    )
    async with logs.tampered(*steps, arguments=(shipment,)):
        found = await logs.named()
    assert found == {(Log.TRANSITION, Kind.REORDERED, 2), (Log.TRANSITION, Kind.REORDERED, 4)}


INSERT = """
INSERT INTO transition (shipment, sequence, origin, target, trigger, occurred_at, recorded_at, source, message_id, begun_at,
    seller)
SELECT g.id, 7, 'refund_filed', 'returned', 'return_goods', now(), now(), 'ops/x', 'x', coalesce(s.created_at, now()),
    coalesce(s.seller, '') FROM (SELECT $1::uuid AS id) AS g LEFT JOIN shipment s USING (id)
"""


async def test_an_inserted_row_is_named(logs: Logs) -> None:
    """Written by hand; also where the shipment's row was made to count it."""
    shipment = await logs.shipment(0)
    async with logs.tampered(INSERT, arguments=(shipment,)):
        assert await logs.named() == {(Log.TRANSITION, Kind.INSERTED, 7)}
        await logs.pool.execute("UPDATE shipment SET sequence = 7 WHERE id = $1", shipment)
        assert await logs.named() == {(Log.TRANSITION, Kind.INSERTED, 7)}
        await logs.pool.execute("UPDATE shipment SET sequence = 6 WHERE id = $1", shipment)


async def test_a_log_made_anew_with_all_its_links_is_found_by_the_seals(logs: Logs) -> None:
    """Who computes every hash again, and the end in the shipment's row, is betrayed by what was sealed."""
    shipment = await logs.shipment(1)
    await logs.pool.execute("CREATE TABLE whole AS SELECT id, chain FROM shipment WHERE id = $1", shipment)
    async with logs.tampered("UPDATE transition SET source = 'ops/x', hash = NULL WHERE shipment = $1", arguments=(shipment,)):
        found = await chains.steps_by_shipment(logs.pool, chains.STEPS_OF, [shipment])
        steps = found[shipment]
        for step, link in zip(steps, links(ORIGIN, steps), strict=True):
            await logs.pool.execute(
                "UPDATE transition SET hash = $3 WHERE shipment = $1 AND sequence = $2", shipment, step.sequence, link
            )
            await logs.pool.execute("UPDATE shipment SET chain = $2 WHERE id = $1", shipment, link)
        assert (Log.TRANSITION, Kind.CHANGED, 6) in await logs.named()
        await logs.pool.execute("UPDATE shipment s SET chain = w.chain FROM whole w WHERE w.id = s.id")


async def test_every_column_of_the_audit_log_is_held(logs: Logs) -> None:
    """Any column, changed: that row is named alone."""
    columns = await logs.pool.fetch("SELECT column_name FROM information_schema.columns WHERE table_name = 'audit'")
    assert {row[0] for row in columns} == {*ACT, "id"}
    for number, (column, value) in enumerate(ACT.items(), start=1):
        async with logs.tampered(f"UPDATE audit SET {column} = {value} WHERE id = $1", arguments=(number,)):
            assert await logs.named() == {(Log.AUDIT, Kind.CHANGED, number)}, column


async def test_rows_of_the_audit_log_are_missed_found_and_put_back(logs: Logs) -> None:
    """Removed, inserted where rows were sealed, in each other's place."""
    async with logs.tampered("DELETE FROM audit WHERE id = $1", arguments=(12,)):
        assert await logs.named() == {(Log.AUDIT, Kind.REMOVED, 12)}
    async with logs.tampered("UPDATE audit SET id = -id WHERE id = $1", arguments=(5,)):
        assert await logs.named() == {(Log.AUDIT, Kind.REMOVED, 5)}
    exchange = ("UPDATE audit SET id = id + 100 WHERE id IN (2, 3)", "UPDATE audit SET id = 105 - id WHERE id IN (102, 103)")
    async with logs.tampered(*exchange):
        assert await logs.named() == {(Log.AUDIT, Kind.REORDERED, 2), (Log.AUDIT, Kind.REORDERED, 3)}


ERASE = """
UPDATE audit SET reason = '', salt = NULL,
    reason_digest = sha256(coalesce(uuid_send(salt), decode(repeat('00', 16), 'hex')) || convert_to(reason, 'UTF8'))
WHERE id = 4
"""
"""As the runbook has it."""


async def test_a_reason_can_be_erased_and_the_row_still_proves_the_rest(logs: Logs) -> None:
    """Personal data goes, its digest stays; another reason in its place is found."""
    row = await logs.pool.fetchrow("SELECT salt, reason FROM audit WHERE id = 4")
    async with logs.tampered(ERASE):
        kept = await logs.pool.fetchval("SELECT reason_digest FROM audit WHERE id = 4")
        assert kept == reason_digest(row["salt"].bytes, row["reason"])
        assert not await logs.faults()
        await logs.pool.execute("UPDATE audit SET reason = 'another' WHERE id = 4")
        assert await logs.named() == {(Log.AUDIT, Kind.CHANGED, 4)}


async def test_every_column_of_a_seal_is_held(logs: Logs) -> None:
    """Any column of a seal, changed: the seal is named."""
    for arrival in story(3, SELLERS[3]):
        await logs.intake.take([arrival])
    await logs.seal()
    number = (await seals.last(logs.pool)).seal.number - 1  # type: ignore[union-attr]
    columns = await logs.pool.fetch("SELECT column_name FROM information_schema.columns WHERE table_name = 'seal'")
    assert {row[0] for row in columns} == {*SEAL, "number"}
    for column, value in SEAL.items():
        if column == "key":
            continue  # the first that bears none is one of before there was a key; the broker knows better
        async with logs.tampered(f"UPDATE seal SET {column} = {value} WHERE number = $1", arguments=(number,)):
            assert number in {one.number for one in await logs.faults() if one.log is Log.SEAL}, column
    async with logs.tampered("DELETE FROM seal WHERE number = $1", arguments=(number + 1,)):
        assert await logs.named() == {(Log.SEAL, Kind.REMOVED, number + 1)}


async def test_an_installation_with_another_key_says_that_seals_are_bare(logs: Logs) -> None:
    """It cannot judge their macs, and counts them."""
    proof = Proof(logs.pool)
    assert [fault async for fault in proof.everything()] == []
    assert proof.bare == proof.seals > 0


async def test_what_is_found_becomes_one_item_a_shipment_and_is_told_once(logs: Logs) -> None:
    """The worker's own look, a seal at a time."""
    shipment = await logs.shipment(1)
    sealer = Sealer(logs.pool, logs.intake, bootstrap.now, [KEY])
    async with logs.tampered(
        "UPDATE transition SET source = 'x' WHERE shipment = $1 AND sequence IN (2, 5)", arguments=(shipment,)
    ):
        for _ in range(4):
            await sealer.run()
        (item,) = await queries.attention(logs.pool, resolved=False, limit=10, after=None)
        assert (item["reason"], item["shipment_id"]) == ("log_broken", str(shipment))
        assert re.fullmatch(rf"transition [25] of shipment {shipment}: changed \(.+\)", item["detail"])
        assert await logs.pool.fetchval("SELECT count(*) FROM inbox WHERE type = 'log.broken.v1'") == 2


async def test_it_is_told_how_long_ago_somebody_looked_whether_anything_was_new_or_not(logs: Logs) -> None:
    """Sealing that fails is seen by its age: what it is about would look the same with nothing to seal."""
    sealer = Sealer(logs.pool, logs.intake, bootstrap.now, [KEY])
    await logs.pool.execute("UPDATE log_proof SET checked_at = now() - interval '1 hour'")
    assert (await tallies.counted(logs.pool))["logs_checked_age_s"] >= 3600
    await sealer.run()
    assert (await tallies.counted(logs.pool))["logs_checked_age_s"] < 600


async def test_what_was_sealed_since_a_moment_can_be_looked_through_alone(logs: Logs) -> None:
    """With the whole chains of the shipments that moved; what was written after the last seal is looked at too."""
    moment = datetime.now(UTC)
    for arrival in list(story(3, SELLERS[3]))[:4]:
        await logs.intake.take([arrival])
    proof = Proof(logs.pool, [KEY])
    assert [fault async for fault in proof.since(moment)] == []
    assert (proof.shipments, proof.steps) == (1, 3)
    newest = await logs.pool.fetchval("SELECT shipment FROM transition ORDER BY recorded_at DESC LIMIT 1")
    async with logs.tampered("UPDATE transition SET source = 'x' WHERE shipment = $1 AND sequence = 1", arguments=(newest,)):
        (fault,) = [fault async for fault in Proof(logs.pool, [KEY]).since(moment - timedelta(hours=1))]
        assert (fault.shipment, fault.number) == (UUID(int=newest.int), 1)
        assert [one.number async for one in Proof(logs.pool, [KEY]).of_sealed(UUID(int=newest.int))] == [1]


async def test_a_batch_under_way_is_sealed_only_when_it_has_ended(connections: Pool, intake: Intake) -> None:
    """Its number was drawn, so what comes after it waits with it."""
    logs = Logs(connections, intake)
    sealer = Sealer(connections, intake, bootstrap.now)
    async with connections.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(INSERT, uuid4())
        await intake.take([next(iter(story(1)))])
        await sealer.run()
        await sealer.run()
        assert await seals.last(connections) is None
        await transaction.rollback()
    await sealer.run()
    last = await seals.last(connections)
    assert last is not None
    assert len(heads_of(last.seal.heads)) == 1
    assert not await logs.faults()


async def test_seals_are_published_and_one_that_is_gone_is_missed(logs: Logs, broker: Client, database_url: str) -> None:
    """The broker's stream has each, for ever; the database that says something else is wrong."""
    outbox = PostgresOutbox(database_url)
    running = asyncio.create_task(Relay(outbox, broker).run())
    number = (await seals.last(logs.pool)).seal.number  # type: ignore[union-attr]
    async with asyncio.timeout(20):
        while len(told := [one async for _, one in sealed.published(broker)]) < number:
            await asyncio.sleep(0.05)
    running.cancel()
    assert [one["number"] for one in told] == list(range(1, number + 1))
    assert [f for one in told for f in sealed.faults(one, await seals.one(logs.pool, one["number"]))] == []
    async with logs.tampered("DELETE FROM seal WHERE number = $1", arguments=(number,)):
        assert sealed.faults(told[-1], await seals.one(logs.pool, number))[0].kind is Kind.REMOVED


async def test_seals_that_a_restore_undid_are_not_missed(broker: Client) -> None:
    """Those that were published before it, and only those that the database has no more."""
    js = broker.jetstream()
    for number in (1, 2, 3):
        await js.publish(topology.SEALS, orjson.dumps({"data": {"number": number}}))
    await sealed.tell_restored(broker, 1, bootstrap.now())
    await js.publish(topology.SEALS, orjson.dumps({"data": {"number": 2}}))
    restores = await sealed.restored(broker)
    told = [(one["number"], sealed.undone(place, one["number"], restores)) async for place, one in sealed.published(broker)]
    assert told == [(1, False), (2, True), (3, True), (2, False)]


async def test_rows_of_before_there_were_chains_are_sealed_as_they_are(logs: Logs, database_url: str) -> None:
    """An upgrade with a log in place: nothing of it is written, each row is sealed, and a changed one is named."""

    def back(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.downgrade(config, "0039")
        connection.commit()

    await logs.pool.expire_connections()
    engine = create_async_engine(alchemy_url(database_url))
    async with engine.connect() as connection:
        await connection.run_sync(back)
    await engine.dispose()
    await migrate.upgrade_async(database_url)
    await logs.pool.expire_connections()

    for arrival in story(3, SELLERS[3]):
        await logs.intake.take([arrival])
    await logs.seal()
    assert not await logs.faults()
    last = await seals.last(logs.pool)
    assert last is not None
    assert last.seal.walked == ALL
    old = await logs.pool.fetchval("SELECT shipment FROM transition WHERE hash IS NULL ORDER BY 1 LIMIT 1")
    async with logs.tampered("UPDATE transition SET source = 'x' WHERE shipment = $1 AND sequence = 2", arguments=(old,)):
        (fault,) = await logs.faults()
        assert (fault.kind, fault.shipment, fault.number) == (Kind.CHANGED, UUID(int=old.int), 2)


async def test_a_chain_goes_on_over_rows_that_an_older_release_wrote(connections: Pool, intake: Intake) -> None:
    """Workers of both run side by side during an upgrade; the older one leaves the chain where it was."""
    await connections.execute("UPDATE log_proof SET unhashed_until = now() + interval '1 hour'")
    arrivals = list(story(0))
    for arrival in arrivals[:4]:
        await intake.take([arrival])
    async with Logs(connections, intake).tampered():
        await connections.execute("UPDATE transition SET hash = NULL WHERE sequence >= 2")
        await connections.execute(
            "UPDATE shipment s SET chained = 1, chain = t.hash FROM transition t WHERE t.shipment = s.id AND t.sequence = 1"
        )
        for arrival in arrivals[4:]:
            await intake.take([arrival])
        logs = Logs(connections, intake)
        await logs.seal()
        assert not await logs.faults()
        await connections.execute("UPDATE transition SET source = 'x' WHERE sequence = 2")
        assert await logs.named()
