"""The log is kept by the month in which shipments began: detached whole once they have ended, proven before and after."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database import chains, consignees, detached, log_months, migrate, months, proof, seals, timelines
from adapters.database.log_months import MonthBrokenError
from adapters.database.migrate import MigrationStep
from adapters.database.months import LOG, Month, MonthNeededError, MonthUnknownError
from adapters.database.pool import alchemy_url, plain_url
from adapters.database.proof import Proof
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded.system_user import programs
from adapters.entrypoints.sealing import Sealer
from events.intake import Intake
from tests.integration.timers import intake_at
from tests.stories import SELLERS, ref, said
from tests.stories import story as told_of
from workflow.chain import Fault, Kind, Log
from workflow.shipment import shipment_id

Pool = Any
THEN = datetime(2024, 3, 31, 23, 59, 59, 999999, tzinfo=UTC)
MARCH = Month(2024, 3)
PART = "transition_2024_03"
UNKNOWN, ADDED = "0046", [one for one, step in migrate.steps().items() if step is MigrationStep.BEFORE][-1]
"""The schemas of the previous release, and between the two steps of the upgrade."""
OURS = (shipment_id(SELLERS[0], "order-0"), shipment_id(SELLERS[1], "order-1"))
"""The shipments that began in March."""


@dataclass(frozen=True)
class Old:
    """A log with two shipments of March 2024 that have ended and one of today, all of it sealed."""

    pool: Pool
    intake: Intake

    async def seal(self) -> None:
        """Seal all there is."""
        sealer = Sealer(self.pool, self.intake, bootstrap.now)
        await sealer.run()
        while await sealer.run():
            pass

    async def faults(self) -> list[Fault]:
        """What a look through everything finds."""
        return [fault async for fault in Proof(self.pool).everything()]

    async def detach(self) -> str:
        """Detach March."""
        return await log_months.detach(self.pool, MARCH, datetime.now(UTC))

    async def tampered(self, statement: str, *arguments: object) -> None:
        """Something was done to the table of March by whoever may alter it."""
        await self.pool.execute(f"ALTER TABLE {PART} DISABLE TRIGGER ALL")
        await self.pool.execute(statement, *arguments)
        await self.pool.execute(f"ALTER TABLE {PART} ENABLE ALWAYS TRIGGER transition_is_added_to_only")

    async def rows(self) -> list[asyncpg.Record]:
        """The whole log."""
        return list(await self.pool.fetch("SELECT * FROM transition ORDER BY shipment, sequence"))


@pytest.fixture
async def old(connections: Pool, intake: Intake) -> Old:
    """As above."""
    await months.make_ahead(connections, THEN)
    found = Old(connections, intake)
    for number in range(2):
        first, *rest = told_of(number, SELLERS[number])
        await intake_at(connections, THEN).take([first])
        for arrival in rest:
            await intake.take([arrival])
    for arrival in list(told_of(2, SELLERS[2]))[:5]:
        await intake.take([arrival])
    await found.seal()
    return found


async def test_a_shipments_log_lies_whole_in_the_month_in_which_it_began(old: Old) -> None:
    """Whenever it moved on; so a month takes no log apart."""
    rows = await old.pool.fetch(
        "SELECT shipment, count(*) AS moves, max(recorded_at) AS last FROM transition_2024_03 GROUP BY 1"
    )
    assert {(UUID(int=row["shipment"].int), row["moves"]) for row in rows} == {(one, 6) for one in OURS}
    assert all(row["last"] > MARCH.ends for row in rows)
    assert await old.pool.fetchval("SELECT count(*) FROM transition_other") == 0


async def test_what_is_read_of_one_shipment_is_read_from_its_month_alone(old: Old) -> None:
    """The plan leaves out the other months, of which there are more every month."""
    query = f"EXPLAIN (ANALYZE, COSTS OFF) SELECT * FROM transition WHERE {chains.OF_ONE}"
    plan = [line[0] for line in await old.pool.fetch(query, OURS[0])]
    read = [line for line in plan if "on transition_" in line and "never executed" not in line]
    assert len(read) == 2, plan
    assert PART in read[0]
    assert "on transition_other" in read[1]  # what lies aside, which is next to nothing


async def test_a_month_whose_shipments_still_move_is_not_detached(old: Old) -> None:
    """Their logs are still written; the refusal says how many there are, and nothing changes."""
    await intake_at(old.pool, THEN).take([next(told_of(3, SELLERS[3]))])
    await old.seal()
    with pytest.raises(MonthNeededError, match="1 of the shipments that began in it still move"):
        await old.detach()
    assert await months.is_attached(old.pool, LOG, MARCH)
    assert await detached.months(old.pool) == []


async def test_a_month_of_which_moves_are_not_sealed_is_not_detached(old: Old) -> None:
    """No seal would ever name them."""
    back = {"shipment": ref("order-0", SELLERS[0]), "reason": "the buyer sent it back"}
    await intake_at(old.pool, THEN).take([said("ops/ayse", "shipment.return_goods.v1", "back", back)])
    with pytest.raises(MonthNeededError, match="not sealed yet"):
        await old.detach()
    await old.seal()
    assert await old.detach() == PART


async def test_a_month_in_which_a_row_was_changed_is_not_detached(old: Old) -> None:
    """It would be archived as if it were right."""
    await old.tampered(f"UPDATE {PART} SET source = 'x' WHERE shipment = $1 AND sequence = 2", OURS[0])
    with pytest.raises(MonthBrokenError, match=rf"transition 2 of shipment {OURS[0]}: changed .* It was not detached"):
        await old.detach()


async def test_a_detached_month_that_is_still_here_is_looked_through_where_it_is(old: Old) -> None:
    """It is named as detached, and a row of it that is changed is named as ever."""
    assert await old.detach() == PART
    assert len(await old.rows()) == 4
    proof = Proof(old.pool)
    assert [fault async for fault in proof.everything()] == []
    assert [(str(one.month), one.shipments, one.moves, one.here) for one in proof.detached] == [("2024-03", 2, 12, True)]
    assert (proof.shipments, proof.steps) == (3, 16)
    await old.tampered(f"UPDATE {PART} SET source = 'x' WHERE shipment = $1 AND sequence = 2", OURS[0])
    assert [(one.kind, one.shipment, one.number) for one in await old.faults()] == [(Kind.CHANGED, OURS[0], 2)]


async def test_a_month_that_goes_while_it_is_looked_misses_nothing(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the chains and the seals: what the seals name is where it went, not removed."""
    before = seals.before

    async def detached_meanwhile(pool: Pool, number: int) -> Any:
        monkeypatch.setattr(seals, "before", before)
        await old.detach()
        return await before(pool, number)

    monkeypatch.setattr(seals, "before", detached_meanwhile)
    assert await old.faults() == []
    assert await old.pool.fetchval("SELECT count(*) FROM detached_month") == 1
    monkeypatch.setattr(seals, "before", attached_meanwhile(old, monkeypatch))
    assert await old.faults() == [], "and so where it comes back"
    assert await old.pool.fetchval("SELECT count(*) FROM detached_month") == 0


def attached_meanwhile(old: Old, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The same for the way back."""
    before = seals.before

    async def attached(pool: Pool, number: int) -> Any:
        monkeypatch.setattr(seals, "before", before)
        await log_months.attach(old.pool, MARCH)
        return await before(pool, number)

    return attached


async def test_months_go_and_come_while_the_log_is_looked_through_again_and_again(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shipment at a time, so that they go between any two questions; no row is named, and the months get their turn."""
    monkeypatch.setattr(proof, "AT_ONCE", 1)
    monkeypatch.setattr(proof, "_NEXT", dict.fromkeys(proof._NEXT, 1))

    async def looked() -> list[Fault]:
        return [fault for _ in range(6) for fault in await old.faults()]

    async def moved() -> None:
        for _ in range(6):
            await old.detach()
            await log_months.attach(old.pool, MARCH)

    found, *_ = await asyncio.gather(looked(), looked(), moved())
    assert found == []


@pytest.mark.parametrize("change", ["UPDATE {} SET source = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
async def test_no_row_of_a_part_is_changed_or_removed_by_its_own_name_either(old: Old, change: str) -> None:
    """Attached or not, and where it was made by a worker or lies aside."""
    for part in (PART, "transition_2024_04", "transition_other"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await old.pool.execute(change.format(part))
    await old.detach()
    with pytest.raises(asyncpg.RestrictViolationError):
        await old.pool.execute(change.format(PART))


async def test_a_month_that_is_kept_elsewhere_is_named_and_nothing_of_it_is_missed(old: Old) -> None:
    """Neither as removed nor as looked at."""
    await old.detach()
    await old.pool.execute(f"DROP TABLE {PART}")
    proof = Proof(old.pool)
    assert [fault async for fault in proof.everything()] == []
    assert [one.here for one in proof.detached] == [False]
    assert "kept elsewhere, and not looked at" in str(proof.detached[0])
    assert proof.steps == 4
    assert [fault async for fault in Proof(old.pool).of_sealed(OURS[0])] == []
    last = await seals.last(old.pool)
    assert last is not None
    assert [fault async for fault in Proof(old.pool).sealed(0, last.seal.number, deep=True)] == []


async def test_the_ends_of_chains_of_a_month_elsewhere_are_held_to_the_seals(old: Old) -> None:
    """So nobody makes the shipments' rows fit another log meanwhile."""
    await old.detach()
    await old.pool.execute(f"DROP TABLE {PART}")
    await old.pool.execute("UPDATE shipment SET chain = sha256(chain) WHERE id = $1", OURS[1])
    (fault,) = await old.faults()
    assert (fault.log, fault.kind, fault.shipment) == (Log.SHIPMENT, Kind.CHANGED, OURS[1])


async def test_moves_that_no_detached_month_accounts_for_are_missed(old: Old) -> None:
    """The month is named with what was made, detached and is there."""
    await old.detach()
    await old.pool.execute(f"DROP TABLE {PART}")
    await old.pool.execute("UPDATE detached_month SET moves = moves - 1")
    (fault,) = await old.faults()
    assert (fault.log, fault.number) == (Log.MONTH, 202403)
    assert "12 moves; 11 were detached, 0 are there" in str(fault)


async def test_a_month_that_was_taken_away_behind_kervans_back_is_removed_rows(old: Old) -> None:
    """Nothing was noted, so each is named."""
    await old.pool.execute(f"ALTER TABLE transition DETACH PARTITION {PART}")
    await old.pool.execute(f"DROP TABLE {PART}")
    found = await old.faults()
    assert {(one.kind, one.shipment, one.number) for one in found} == {(Kind.REMOVED, i, n) for i in OURS for n in range(1, 7)}


async def test_goods_that_come_back_after_their_month_went_are_logged_and_found_right(old: Old) -> None:
    """The log goes on aside, chained on what went; when the month comes back it is whole."""
    before = await old.rows()
    await old.detach()
    await old.pool.execute(f"CREATE TABLE archive AS TABLE {PART}")
    await old.pool.execute(f"DROP TABLE {PART}")
    back = {"shipment": ref("order-0", SELLERS[0]), "reason": "the buyer sent it back"}
    (outcome,) = await old.intake.take([said("ops/ayse", "shipment.return_goods.v1", "back", back)])
    assert outcome.state == "applied"
    await old.seal()
    assert not await old.faults()

    await old.pool.execute(f"CREATE TABLE {PART} (LIKE transition INCLUDING ALL)")
    await old.pool.execute(f"INSERT INTO {PART} SELECT * FROM archive")
    assert await log_months.attach(old.pool, MARCH) == PART
    after = await old.rows()
    assert [row for row in after if row["sequence"] < 7] == before
    assert [(UUID(int=row["shipment"].int), row["target"]) for row in after if row["sequence"] == 7] == [(OURS[0], "returned")]
    assert await old.pool.fetchval(f"SELECT count(*) FROM {PART}") == 13
    assert await detached.months(old.pool) == []
    assert not await old.faults()
    with pytest.raises(asyncpg.RestrictViolationError):
        await old.pool.execute(f"DELETE FROM {PART}")


async def test_a_month_goes_to_the_archive_and_comes_back_as_the_runbook_says(
    old: Old, database_url: str, tmp_path: Path
) -> None:
    """By PostgreSQL's own programs: dumped, dropped, restored and attached, every row is as it was, and held as before."""
    before, archive = await old.rows(), str(tmp_path / "log.dump")
    await old.detach()

    async def run(program: str, *arguments: str) -> None:
        done = await asyncio.create_subprocess_exec(
            str(programs(None) / program), f"--dbname={plain_url(database_url)}", *arguments
        )
        assert await done.wait() == 0

    await run("pg_dump", "--table", PART, "--format=custom", "--file", archive)
    await old.pool.execute(f"DROP TABLE {PART}")
    await run("pg_restore", "--no-owner", "--exit-on-error", archive)
    assert await log_months.attach(old.pool, MARCH) == PART
    assert await old.rows() == before
    assert not await old.faults()
    with pytest.raises(asyncpg.RestrictViolationError):
        await old.pool.execute(f"TRUNCATE {PART}")


async def test_what_a_detached_shipment_declared_is_still_found(old: Old) -> None:
    """Else a consignee's data would neither be shown nor erased: which messages hold it stands in the log."""
    selection = consignees.Selection(shipments=OURS)
    declared = [one for one in (await consignees.export(old.pool, selection))["messages"] if "drafted" in one["type"]]
    assert len(declared) == 2
    await old.detach()
    assert [m for m in (await consignees.export(old.pool, selection))["messages"] if "drafted" in m["type"]] == declared


async def test_a_month_that_comes_back_changed_is_not_attached(old: Old) -> None:
    """The row is named, and the log stays without it; the true one is attached."""
    before = await timelines.of_shipment(old.pool, OURS[0])
    await old.detach()
    assert [entry for entry in await timelines.of_shipment(old.pool, OURS[0]) if entry["kind"] == "transition"] == []
    await old.tampered(f"UPDATE {PART} SET source = source || 'x' WHERE shipment = $1 AND sequence = 2", OURS[0])
    with pytest.raises(MonthBrokenError, match=rf"transition 2 of shipment {OURS[0]}: changed .* It was not attached"):
        await log_months.attach(old.pool, MARCH)
    assert not await months.is_attached(old.pool, LOG, MARCH)
    await old.tampered(f"UPDATE {PART} SET source = left(source, -1) WHERE shipment = $1 AND sequence = 2", OURS[0])
    assert await log_months.attach(old.pool, MARCH) == PART
    assert await timelines.of_shipment(old.pool, OURS[0]) == before
    with pytest.raises(MonthUnknownError):
        await log_months.attach(old.pool, MARCH)


async def test_rows_of_strangers_do_not_come_in_with_a_month(old: Old) -> None:
    """A shipment that nobody knows, or of another month, has no log in it."""
    await old.detach()
    await old.pool.execute(
        f"INSERT INTO {PART} SELECT gen_random_uuid(), sequence, origin, target, trigger, occurred_at, recorded_at, source, "
        f"message_id, batch, hash, begun_at, seller FROM {PART} LIMIT 1"
    )
    with pytest.raises(MonthBrokenError, match="is of no shipment that began in it"):
        await log_months.attach(old.pool, MARCH)


async def test_what_lay_aside_is_put_into_its_month_when_that_is_made(connections: Pool) -> None:
    """Copied whole, since nothing of a log may be removed; and held there as everywhere."""
    await intake_at(connections, THEN).take([next(told_of(0))])
    before = await connections.fetch("SELECT * FROM transition_other")
    assert len(before) == 1
    await months.make_ahead(connections, THEN)
    assert await connections.fetch(f"SELECT * FROM {PART}") == before
    assert await connections.fetchval("SELECT count(*) FROM transition_other") == 0
    for part in (PART, "transition_other"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await connections.execute(f"DELETE FROM {part}")


async def test_a_log_that_was_whole_is_put_into_its_months(old: Old, database_url: str) -> None:
    """An upgrade with a log in place: read and proven between its steps, where either release writes, the same after it."""
    before = await old.rows()

    def go(connection: Connection, revision: str, way: Callable[[Config, str], None]) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        way(config, revision)
        connection.commit()

    await old.pool.expire_connections()
    engine = create_async_engine(alchemy_url(database_url))
    async with engine.connect() as connection:
        await connection.run_sync(go, UNKNOWN, command.downgrade)
        await connection.run_sync(go, ADDED, command.upgrade)
        await old.pool.expire_connections()
        assert await months.make_ahead(old.pool, THEN) == []  # the log is in no parts yet
        for arrival in list(told_of(2, SELLERS[2]))[5:]:
            await old.intake.take([arrival])
        assert len(await timelines.of_shipment(old.pool, OURS[0])) > 6
        assert not await old.faults()
        copied = ", ".join(chains.COLUMNS[:-2])  # as the previous release has it
        await old.pool.execute(
            f"INSERT INTO transition ({copied}) SELECT {copied.replace('sequence', 'sequence + 100')} FROM transition "
            "WHERE shipment = $1 AND sequence = 1",
            OURS[0],
        )
        filled = await old.pool.fetchrow("SELECT begun_at, seller FROM transition WHERE sequence = 101")
        assert (filled["begun_at"], filled["seller"]) == (THEN, SELLERS[0])
        await old.pool.execute("ALTER TABLE transition DISABLE TRIGGER ALL; DELETE FROM transition WHERE sequence = 101")
    await engine.dispose()
    await migrate.upgrade_async(database_url)
    await old.pool.expire_connections()
    after = await old.rows()
    assert [row for row in after if row["recorded_at"] <= max(one["recorded_at"] for one in before)] == before
    assert await old.pool.fetchval(f"SELECT count(*) FROM {PART}") == 12
    assert not await old.faults()
