"""Migrations come before or after the change of releases; what comes before takes nothing from the release that still runs."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database import migrate
from adapters.database.migrate import MigrationStep, StepsMixedError
from adapters.database.pool import alchemy_url

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


async def test_a_database_that_has_all_is_left_as_it_is(database_url: str) -> None:
    """Either step on this release's schema does nothing."""
    assert [await migrate.upgrade_async(database_url, only) for only in (None, *MigrationStep)] == [HEAD] * 3
