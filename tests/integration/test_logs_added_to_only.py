"""The transition log and the audit log are only added to, whoever asks short of who alters the tables."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database import audit, migrate, months, pool
from adapters.database.months import LOG, Month
from adapters.database.pool import alchemy_url
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded import Urls
from adapters.entrypoints.sealing import Sealer
from adapters.settings import Settings
from events.intake import Intake
from tests.law import BOOK
from tests.stories import story
from workflow.apply import Engine

TRANSITION = """
INSERT INTO transition (shipment, sequence, origin, target, trigger, occurred_at, recorded_at, source, message_id, begun_at,
    seller)
VALUES ('00000000-0000-0000-0000-000000000001', 1, 'draft', 'validated', 'validate', now(), now(), 'orders/web', 'm-1', now(),
    '1234567890')
"""
CHANGES = {
    "transition": ("UPDATE transition SET target = 'cancelled'", "DELETE FROM transition", "TRUNCATE transition"),
    "audit": ("UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"),
}


@pytest.fixture
async def kept(connections: "asyncpg.Pool[asyncpg.Record]") -> "asyncpg.Pool[asyncpg.Record]":
    """A database with one row in each log."""
    await connections.execute(TRANSITION)
    await audit.note(connections, bootstrap.now(), audit.Act("cli", "cli/root", "", "user.add", "user/ayse"))
    return connections


@pytest.mark.parametrize("role", ["origin", "replica"])
@pytest.mark.parametrize(("log", "change"), [(log, change) for log, changes in CHANGES.items() for change in changes])
async def test_no_row_of_a_log_is_changed_or_removed(
    kept: "asyncpg.Pool[asyncpg.Record]", log: str, change: str, role: str
) -> None:
    """The database refuses it, to a superuser and to a session that says it is a replica as well."""
    async with kept.acquire() as connection:
        before = await connection.fetch(f"SELECT * FROM {log}")
        await connection.execute(f"SET session_replication_role = {role}")
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(change)
        assert await connection.fetch(f"SELECT * FROM {log}") == before


async def test_a_log_with_rows_goes_back_and_forth_between_the_schemas(
    kept: "asyncpg.Pool[asyncpg.Record]", database_url: str
) -> None:
    """The migration leaves the rows in place both ways, and the lock is there again after it."""

    def back(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.downgrade(config, "0032")
        connection.commit()

    engine = create_async_engine(alchemy_url(database_url))
    async with engine.connect() as connection:
        await connection.run_sync(back)
    await engine.dispose()
    await kept.execute("UPDATE transition SET message_id = message_id")  # what the older schema lets through

    await migrate.upgrade_async(database_url)
    assert await kept.fetchval("SELECT count(*) FROM transition") == 1
    with pytest.raises(asyncpg.RestrictViolationError):
        await kept.execute("DELETE FROM transition")


async def test_who_owns_the_logs_has_no_right_to_change_them(urls: Urls) -> None:
    """Kervan signs in as an owner that is no superuser: its work goes on, and a row cannot be changed even without triggers."""
    name = f"owner_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(urls.database_url)
    await admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
    await admin.execute(f"CREATE DATABASE {name} OWNER {name}")
    base, _, query = urls.database_url.partition("?")
    scheme, _, where = base.partition("://")
    url = f"{scheme}://{name}:{name}@{where.rpartition('@')[2].rpartition('/')[0]}/{name}?{query}"
    try:
        await migrate.upgrade_async(url)
        connections = await pool.connect(url, size=4)
        store = PostgresStore(connections, BOOK.version)
        intake = Intake(Engine(store, bootstrap.now, bootstrap.policy(Settings())), store, bootstrap.now)
        for arrival in story(0):
            (outcome,) = await intake.take([arrival])
            assert outcome.state == "applied"
        await audit.note(connections, bootstrap.now(), audit.Act("cli", "cli/root", "", "user.add", "user/ayse"))
        sealer = Sealer(connections, intake, bootstrap.now)
        await sealer.run()
        await sealer.run()
        assert await connections.fetchval("SELECT count(*) FROM seal") == 1
        seal = ("UPDATE seal SET key = 'x'", "DELETE FROM seal", "TRUNCATE seal")
        made = await months.make_ahead(connections, datetime(2031, 12, 5, tzinfo=UTC))
        parts = ("transition_other", Month.of(bootstrap.now()).part_of(LOG), made[-1])
        of_parts = {part: tuple(one.replace("transition", part) for one in CHANGES["transition"]) for part in parts}
        for log, changes in {**CHANGES, **of_parts, "seal": seal}.items():
            await connections.execute(f"ALTER TABLE {log} DISABLE TRIGGER USER")
            for change in changes:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connections.execute(change)
        await connections.close()
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.execute(f"DROP ROLE {name}")
        await admin.close()
