"""Processes that do not own the tables: all of their work goes on, and nothing that holds the logs is theirs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from typer.testing import CliRunner

from adapters.database import audit, migrate, months, pool, privileges, seller_lock
from adapters.database.migrate import MigrationStep, NotOwnerError
from adapters.database.months import LOG, Month
from adapters.database.privileges import Login, LoginUnfitError
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap
from adapters.entrypoints.cli import app
from adapters.entrypoints.embedded import Urls
from adapters.entrypoints.sealing import Sealer
from adapters.settings import Settings
from adapters.web.console.pages import PAGES
from events.intake import Intake
from tests.integration.browser import browser
from tests.integration.http_app import Web
from tests.law import BOOK
from tests.stories import SELLERS, draft, story
from workflow.apply import Engine


def signed_in(url: str, login: str, database: str) -> str:
    """The server of a URL, another login with its name as password, another database."""
    base, _, query = url.partition("?")
    scheme, _, where = base.partition("://")
    return f"{scheme}://{login}:{login}@{where.rpartition('@')[2].rpartition('/')[0]}/{database}?{query}"


@dataclass(frozen=True)
class Apart:
    """A database with an owner and a login of its own for all that runs."""

    owner_url: str
    url: str
    login: str
    admin: Any


@pytest.fixture
async def apart(urls: Urls) -> AsyncIterator[Apart]:
    """Made as `kervan migrate` makes it: the login was not there, and the owner may make it."""
    owner, login = (f"{word}_{uuid4().hex[:12]}" for word in ("owner", "login"))
    admin = await asyncpg.connect(urls.database_url)
    await admin.execute(f"CREATE ROLE {owner} LOGIN CREATEROLE BYPASSRLS PASSWORD '{owner}'")
    await admin.execute(f"CREATE DATABASE {owner} OWNER {owner}")
    found = Apart(signed_in(urls.database_url, owner, owner), signed_in(urls.database_url, login, owner), login, admin)
    if await admin.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", seller_lock.ROLE):
        await admin.execute(f"GRANT {seller_lock.ROLE} TO {owner} WITH ADMIN OPTION")  # another database's owner made it
    await migrate.upgrade_async(found.owner_url)
    await privileges.give(found.owner_url, Login.of(found.url))
    yield found
    await admin.execute(f"DROP DATABASE {owner} WITH (FORCE)")
    await admin.execute(f"DROP ROLE {login}")
    await admin.execute(f"DROP ROLE {owner}")
    await admin.close()


@asynccontextmanager
async def working(apart: Apart) -> AsyncIterator[Web]:
    """Engine and web as that login."""
    connections = await pool.connect(apart.url, size=6)
    settings = Settings(database_url="", broker_url="")
    store = PostgresStore(connections, BOOK.version)
    intake = Intake(Engine(store, bootstrap.now, bootstrap.policy(settings)), store, bootstrap.now)
    web = Web(connections, intake, settings)
    yield web
    await web.app.state.services.sender.close()
    await connections.close()


async def test_a_whole_journey_goes_through_and_every_page_is_shown(apart: Apart) -> None:
    """Messages, seals, months made ahead, the API and the console, as a login that owns nothing."""
    async with working(apart) as web:
        for arrival in story(0, SELLERS[0]):
            (outcome,) = await web.intake.take([arrival])
            assert outcome.state == "applied", outcome
        await audit.note(web.pool, bootstrap.now(), audit.Act("cli", "cli/root", "", "user.add", "user/ayse"))
        sealer = Sealer(web.pool, web.intake, bootstrap.now)
        await sealer.run()
        await sealer.run()
        assert await web.pool.fetchval("SELECT count(*) FROM seal") == 1
        made = await months.make_ahead(web.pool, datetime(2031, 12, 5, tzinfo=UTC))
        assert Month(2031, 12).part_of(LOG) in made
        assert await web.pool.fetchval(f"SELECT count(*) FROM {made[-1]}") == 0  # a part that is detached can be proven too
        async with web.as_("admin") as client:
            assert (await client.post("/api/shipments", json=draft("by-hand", SELLERS[1]))).status_code == 201
            for route in ("shipments", "stages", "attention", "claims", "messages?state=parked", "subscriptions"):
                assert (await client.get(f"/api/{route}")).status_code == 200, route
        async with browser(web, "admin") as person:
            for page in PAGES:
                assert (await person.get(page.path)).status_code == 200, page.path
        assert await web.pool.fetchval("SELECT count(*) FROM shipment WHERE stage = 'refund_filed'") == 1


FORBIDDEN = (
    "ALTER TABLE transition DISABLE TRIGGER ALL",
    "DROP TRIGGER transition_is_added_to_only ON transition",
    "ALTER TABLE shipment DROP COLUMN sequence",
    "DROP TABLE audit",
    "UPDATE transition SET source = 'x'",
    "DELETE FROM audit",
    "TRUNCATE seal",
    "UPDATE seal SET key = 'x'",
    "TRUNCATE shipment",
    "INSERT INTO transition_other SELECT * FROM transition",
    "UPDATE alembic_version SET version_num = '1'",
    "DELETE FROM migration_run",
    "CREATE TABLE other (n int)",
    "CREATE FUNCTION other() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION transition_is_added_to_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP FUNCTION seal_is_added_to_only()",
    "ALTER SEQUENCE transition_batch RESTART",
    "SET session_replication_role = replica",
    "SELECT join_month('transition', '2031-01-01Z')",
    "SELECT hold_part('transition', 'shipment')",
    "GRANT UPDATE ON transition TO CURRENT_USER",
    "CREATE ROLE other",
)


async def test_nothing_that_holds_the_logs_is_theirs(apart: Apart) -> None:
    """Triggers, tables, functions, privileges: each try is refused by PostgreSQL itself."""
    connection = await asyncpg.connect(apart.url)
    let_through = []
    for statement in FORBIDDEN:
        try:
            await connection.execute(statement)
            let_through.append(statement)
        except asyncpg.InsufficientPrivilegeError:
            continue
        except asyncpg.PostgresError as error:
            # a GRANT of what one does not have is a warning, and gives nothing
            let_through.append(f"{statement}: {error!r}")
    await connection.close()
    assert [one for one in let_through if not one.startswith("GRANT")] == []
    changeable = (
        "SELECT has_table_privilege($1, c.oid, 'UPDATE, DELETE, TRUNCATE') FROM pg_class c WHERE c.oid = ANY($2::regclass[])"
    )
    admin = await asyncpg.connect(apart.owner_url)
    assert {row[0] for row in await admin.fetch(changeable, apart.login, ["transition", "audit", "seal"])} == {False}
    await admin.close()


@pytest.mark.parametrize("what", ["shipment", "inbox", "transition"])
async def test_months_are_made_of_tables_in_months_only_and_whole(apart: Apart, what: str) -> None:
    """The one thing that the owner does for whoever asks can do nothing else."""
    connection = await asyncpg.connect(apart.url)
    with pytest.raises(asyncpg.InvalidParameterValueError, match="has no months, or"):
        await connection.execute(f"SELECT make_month('{what}', '2031-01-15 00:00Z')")
    await connection.close()


async def test_what_was_given_besides_is_taken_back_and_a_new_table_is_given(apart: Apart) -> None:
    """Each `kervan migrate` says it anew."""
    owner = await asyncpg.connect(apart.owner_url)
    await owner.execute(f"GRANT UPDATE ON transition TO {apart.login}")
    await owner.execute("CREATE TABLE later (n int)")
    await privileges.give(apart.owner_url, Login.of(apart.url))
    may = "SELECT has_table_privilege($1, $2, $3)"
    assert await owner.fetchval(may, apart.login, "transition", "UPDATE") is False
    assert await owner.fetchval(may, apart.login, "later", "DELETE") is True
    await owner.close()


async def test_the_command_migrates_as_the_owner_and_gives_the_login_its_privileges(
    apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And commands of the login itself work on the schema as it is."""
    monkeypatch.setenv("KERVAN_OWNER_URL", apart.owner_url)
    monkeypatch.setenv("KERVAN_DATABASE_URL", apart.url)
    run = CliRunner().invoke
    done = await asyncio.to_thread(run, app, ["migrate", "--before"])
    assert f"privileges of {apart.login} given" in done.output
    monkeypatch.delenv("KERVAN_OWNER_URL")
    made = await asyncio.to_thread(run, app, ["key", "add", "--role", "admin", "--name", "a", "--json"])
    assert made.exit_code == 0, made.output


async def test_a_login_that_could_do_more_is_not_taken(apart: Apart, urls: Urls) -> None:
    """A superuser, or the owner under another name; nor one that the owner may not make."""
    owner = Login.of(apart.owner_url).name
    await apart.admin.execute(f"CREATE ROLE {apart.login}_1 LOGIN IN ROLE {owner}")
    with pytest.raises(LoginUnfitError, match="rights of the owner"):
        await privileges.give(apart.owner_url, Login(f"{apart.login}_1", "x"))
    await apart.admin.execute(f"DROP ROLE {apart.login}_1")
    with pytest.raises(LoginUnfitError, match="superuser"):
        await privileges.give(apart.owner_url, Login("kervan", ""))
    await apart.admin.execute(f"ALTER ROLE {apart.login} NOBYPASSRLS")
    with pytest.raises(LoginUnfitError, match="BYPASSRLS"):
        await privileges.give(apart.owner_url, Login.of(apart.url))
    await apart.admin.execute(f"ALTER ROLE {owner} NOCREATEROLE")
    with pytest.raises(LoginUnfitError, match="may not make it"):
        await privileges.give(apart.owner_url, Login(f"{apart.login}_2", "x"))


async def test_a_process_finds_the_schema_as_it_should_be_and_says_whose_work_is_left(apart: Apart) -> None:
    """It looks and changes nothing; where the schema is behind, the owner has to migrate."""
    head = list(migrate.steps())[-1]
    assert await migrate.upgrade_async(apart.url, MigrationStep.BEFORE) == head
    owner = await asyncpg.connect(apart.owner_url)
    await owner.execute("UPDATE alembic_version SET version_num = '0055'")
    with pytest.raises(NotOwnerError, match="KERVAN_OWNER_URL"):
        await migrate.upgrade_async(apart.url, MigrationStep.BEFORE)
    await owner.close()


async def test_whoever_is_bound_to_a_seller_sees_that_sellers_rows_alone(apart: Apart) -> None:
    """The second lock closes for that login as for the owner."""
    async with working(apart) as web:
        for n in range(2):
            await web.intake.take(list(story(n, SELLERS[n])))
        token = seller_lock.bind([SELLERS[1]])
        try:
            assert [row[0] for row in await web.pool.fetch("SELECT seller FROM shipment")] == [SELLERS[1]]
        finally:
            seller_lock.unbind(token)
        assert await web.pool.fetchval("SELECT count(*) FROM shipment") == 2
