"""Migrations come before or after the change of releases; what comes before takes nothing from the release that still runs."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from alembic import command
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database import hosts, migrate
from adapters.database.migrate import DatabaseNewerError, MigrationBusyError, MigrationStep, StepsMixedError
from adapters.database.pool import DatabaseUnreachableError, alchemy_url

ORDER = migrate.steps()
HEAD = list(ORDER)[-1]
RELEASED = "0046"
"""The schema of the release before this one; set anew with each release, as ``PREVIOUS`` in tests/e2e/test_upgrade.py."""

_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef OR a.attidentity <> ''
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
"""
_CONSTRAINTS = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype <> 'n' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'
"""
_UNIQUE = """
SELECT c.relname, i.relname, pg_get_indexdef(i.oid) FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
WHERE x.indisunique AND c.relnamespace = 'public'::regnamespace
"""

Schema = dict[str, Any]


def schema(connection: Connection) -> Schema:
    """What a program may rely on in a database, and what the database asks of it."""
    columns = connection.exec_driver_sql(_COLUMNS).fetchall()
    return {
        "columns": {(row[0], row[1]): tuple(row[2:]) for row in columns},
        "asked": {tuple(row) for query in (_CONSTRAINTS, _UNIQUE) for row in connection.exec_driver_sql(query).fetchall()},
    }


def taken_away(old: Schema, new: Schema) -> Iterator[str]:
    """What a program written for the old schema misses in the new one, in words."""
    tables = {table for table, _ in old["columns"]}
    for (table, column), (kind, required, given) in old["columns"].items():
        now = new["columns"].get((table, column))
        if now is None:
            yield f"{table}.{column} is gone"
        elif now[0] != kind:
            yield f"{table}.{column} is {now[0]}, and was {kind}"
        elif (now[1] and not required) or (given and not now[2]):
            yield f"{table}.{column} must be given, and needed not be"
    for (table, column), (_, required, given) in new["columns"].items():
        if table in tables and (table, column) not in old["columns"] and required and not given:
            yield f"{table}.{column} is new and must be given"
    for table, name, definition in new["asked"] - old["asked"]:
        if table in tables:
            yield f"{table} is asked for more: {name} {definition}"


async def test_a_migration_for_before_takes_nothing_away(urls: Any, database_url: str) -> None:
    """Each is run on the schema before it: no column goes or changes, nothing new must be given, nothing more is asked."""
    admin = await asyncpg.connect(urls.database_url)
    name = urlsplit(database_url).path.removeprefix("/")
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.execute(f'CREATE DATABASE "{name}"')
    await admin.close()

    def walk(connection: Connection) -> list[str]:
        config, found, before = migrate._config(), list[str](), Schema()
        config.attributes["connection"] = connection
        for revision, step in ORDER.items():
            command.upgrade(config, revision)
            after = schema(connection)
            if before and step is MigrationStep.BEFORE:
                found += [f"{revision}: {words}" for words in taken_away(before, after)]
            before = after
        connection.commit()
        return found

    engine = create_async_engine(alchemy_url(database_url))
    async with engine.connect() as connection:
        assert await connection.run_sync(walk) == []
    await engine.dispose()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("ALTER TABLE shipment DROP COLUMN reference", "shipment.reference is gone"),
        ("ALTER TABLE shipment ALTER COLUMN gross_weight_kg TYPE real", "shipment.gross_weight_kg is real"),
        ("ALTER TABLE shipment ALTER COLUMN due_at SET NOT NULL", "shipment.due_at must be given"),
        ("ALTER TABLE inbox ALTER COLUMN repeats DROP DEFAULT", "inbox.repeats must be given"),
        ("ALTER TABLE shipment ADD COLUMN more text NOT NULL", "shipment.more is new and must be given"),
        ("ALTER TABLE shipment ADD CHECK (sequence < 9)", "shipment is asked for more"),
        ("CREATE UNIQUE INDEX ON shipment (tracking_number)", "shipment is asked for more"),
        ("DROP TABLE parked CASCADE", "parked.source is gone"),
    ],
)
async def test_what_takes_away_is_seen(database_url: str, statement: str, said: str) -> None:
    """However it is written: the schemas are compared, not the statements."""

    def harm(connection: Connection) -> list[str]:
        before = schema(connection)
        connection.exec_driver_sql(statement)
        return list(taken_away(before, schema(connection)))

    engine = create_async_engine(alchemy_url(database_url))
    async with engine.connect() as connection:
        assert any(said in words for words in await connection.run_sync(harm))
    await engine.dispose()


@pytest.mark.parametrize(
    ("at", "marks", "goes_to"),
    [
        (None, "bab", "2"),  # nobody works on an empty database
        ("0", "bbb", "2"),
        ("0", "bba", "1"),
        ("1", "bba", "1"),
        ("0", "baa", "0"),
        ("2", "bba", "2"),
        ("0", "bab", ""),
        ("1", "bab", "2"),
    ],
)
def test_before_goes_as_far_as_the_release_that_runs_can_bear(
    at: str | None, marks: str, goes_to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And changes nothing where what the new release needs lies further than that."""
    steps = {str(n): MigrationStep.BEFORE if mark == "b" else MigrationStep.AFTER for n, mark in enumerate(marks)}
    monkeypatch.setattr(migrate, "steps", lambda: steps)
    if goes_to:
        assert migrate._target(at, MigrationStep.BEFORE) == goes_to
    else:
        with pytest.raises(StepsMixedError, match="Nothing was changed"):
            migrate._target(at, MigrationStep.BEFORE)
    for only in (None, MigrationStep.AFTER):
        assert migrate._target(at, only) == "2"


def test_within_this_release_what_is_for_before_comes_first() -> None:
    """Else `migrate --before` could not run it from the release before: give it a number below those that are for after."""
    since = [ORDER[one] for one in ORDER if one > RELEASED]
    assert since == sorted(since, key=list(MigrationStep).index)


async def test_what_was_put_below_where_a_database_is_runs_all_the_same(database_url: str) -> None:
    """One that followed the source ran what is for after already, when more for before came; it ends as any other."""
    last = next(one for one, step in reversed(ORDER.items()) if step is MigrationStep.BEFORE)
    reached = list(ORDER)[list(ORDER).index(last) + 1]
    below = ("0058", "0059", "0062", "0064")
    engine = create_async_engine(alchemy_url(database_url))

    def as_it_was(connection: Connection) -> Schema:
        whole = schema(connection)
        config = migrate._config()
        config.attributes["connection"] = connection
        command.downgrade(config, reached)
        script = ScriptDirectory.from_config(config)
        for revision in reversed(below):
            with Operations.context(MigrationContext.configure(connection)):
                script.get_revision(revision).module.downgrade()
            connection.exec_driver_sql(f"DELETE FROM migration_run WHERE revision = '{revision}'")
        connection.commit()
        return whole

    async with engine.connect() as connection:
        whole = await connection.run_sync(as_it_was)
        assert await connection.run_sync(schema) != whole
    assert await migrate.upgrade_async(database_url) == HEAD
    assert await migrate.upgrade_async(database_url) == HEAD
    async with engine.connect() as connection:
        assert await connection.run_sync(schema) == whole
        ran = (await connection.exec_driver_sql("SELECT revision FROM migration_run")).scalars().all()
    assert set(below) <= set(ran)
    await engine.dispose()


async def test_a_database_that_has_all_is_left_as_it_is(database_url: str) -> None:
    """Either step on this release's schema does nothing."""
    assert [await migrate.upgrade_async(database_url, only) for only in (None, *MigrationStep)] == [HEAD] * 3


async def told_by_a_newer_release(database_url: str, *steps: MigrationStep) -> str:
    """Let a release after this one have run migrations that are not known here; the last of them."""
    connection = await asyncpg.connect(database_url)
    for n, step in enumerate(steps):
        await connection.execute("INSERT INTO migration_run (revision, step) VALUES ($1, $2)", f"9{n}", step.value)
    await connection.execute("UPDATE alembic_version SET version_num = $1", f"9{len(steps) - 1}")
    await connection.close()
    return f"9{len(steps) - 1}"


@pytest.mark.parametrize("only", [None, *MigrationStep])
async def test_a_process_of_the_previous_release_starts_on_a_schema_that_is_for_before(
    database_url: str, only: MigrationStep | None
) -> None:
    """Its web may be started again while the newer release comes: nothing that it needs was taken away."""
    newer = await told_by_a_newer_release(database_url, MigrationStep.BEFORE, MigrationStep.BEFORE)
    assert await migrate.upgrade_async(database_url, only) == newer


async def test_it_does_not_start_once_something_for_after_ran(database_url: str) -> None:
    """Whatever came then."""
    await told_by_a_newer_release(database_url, MigrationStep.BEFORE, MigrationStep.AFTER, MigrationStep.BEFORE)
    with pytest.raises(DatabaseNewerError, match="newer release"):
        await migrate.upgrade_async(database_url)


async def test_each_migration_that_ran_is_written_down_with_its_step(database_url: str) -> None:
    """From the one on that makes the table."""
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch("SELECT revision, step FROM migration_run ORDER BY 1")
    await connection.close()
    known = list(ORDER)
    assert {row[0]: row[1] for row in rows} == {one: ORDER[one] for one in known[known.index("0055") :]}


async def test_a_migration_waits_for_a_table_only_as_long_as_others_can_wait_behind_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody reads for long: it steps back, so that those behind it go on, and comes again; in the end it says why not."""
    await back_to(database_url, "0054")
    monkeypatch.setattr(migrate, "_LOCKED_FOR", "50ms")
    monkeypatch.setattr(migrate, "_PAUSE_S", 0.0)
    monkeypatch.setattr(migrate, "_TRIES", 3)
    reader = await asyncpg.connect(database_url)
    held = reader.transaction()
    await held.start()
    await reader.execute("LOCK alembic_version IN SHARE ROW EXCLUSIVE MODE")
    with pytest.raises(MigrationBusyError, match=r"waited 3 times .* nothing is half done"):
        await migrate.upgrade_async(database_url)
    assert await reader.fetchval("SELECT to_regclass('migration_run')") is None
    await held.rollback()
    assert await migrate.upgrade_async(database_url) == HEAD
    await reader.close()


async def back_to(database_url: str, revision: str) -> None:
    """Go back to an older schema."""

    def down(connection: Connection) -> None:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()

    engine = create_async_engine(alchemy_url(database_url))
    async with engine.connect() as connection:
        await connection.run_sync(down)
    await engine.dispose()


@pytest.mark.parametrize(("only", "seen"), [(MigrationStep.BEFORE, False), (MigrationStep.AFTER, True), (None, True)])
async def test_a_large_table_that_was_written_anew_is_looked_at_when_nobody_works(
    database_url: str, monkeypatch: pytest.MonkeyPatch, *, only: MigrationStep | None, seen: bool
) -> None:
    """Else lists read the table, and not its index alone, until a fifth of its rows have changed."""
    monkeypatch.setattr(migrate, "LARGE", 0)
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        """INSERT INTO inbox (source, id, type, subject, event_at, received_at)
           SELECT 'orders/shop', n, 'shipment.drafted.v1', '', now(), now() FROM generate_series(1, 500) AS n"""
    )
    await connection.execute("ALTER TABLE inbox ALTER COLUMN repeats TYPE bigint")
    await migrate.upgrade_async(database_url, only)
    pages = await connection.fetchval("SELECT relallvisible FROM pg_class WHERE relname = 'inbox'")
    await connection.close()
    assert (pages > 0) is seen


@pytest.mark.parametrize("answered", [0, 1, 2])
async def test_a_server_that_goes_away_is_told_as_one_that_is_not_there(
    database_url: str, monkeypatch: pytest.MonkeyPatch, answered: int
) -> None:
    """Before the migrations, and before each of the two things that follow them: nobody is asked to report a fault of ours."""
    connect, left = hosts.connect, answered

    async def until_gone(url: str, **more: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise TimeoutError
        return await connect(url, **more)

    monkeypatch.setattr(hosts, "connect", until_gone)
    with pytest.raises(DatabaseUnreachableError, match="in time"):
        await migrate.upgrade_async(database_url)
