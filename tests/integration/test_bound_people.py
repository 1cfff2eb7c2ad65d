"""Keys and people are bound to sellers from the shell and in the console, and only so that the lock can hold."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest
from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database import bindings, keys, migrate, policies, seller_lock, users
from adapters.database.policies import LockState
from adapters.database.pool import alchemy_url, plain_url
from adapters.database.seller_lock import SellerLockError
from adapters.entrypoints import bootstrap
from tests.integration.browser import PASSWORD, browser
from tests.integration.http_app import Web
from tests.integration.two_sellers import A, B, Two
from tests.stories import SELLERS, etgb_number, known_id, ref, said, story

Run = Callable[..., Coroutine[Any, Any, tuple[int, str, str]]]


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """Runs the command line over the test's database: code, output, complaint."""
    where = {"KERVAN_DATABASE_URL": database_url, "KERVAN_DATA_DIR": str(tmp_path), "KERVAN_LOCALE": "en"}

    async def command(*arguments: str) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "adapters.entrypoints.cli", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | where,
        )
        out, complaint = await process.communicate()
        return process.returncode or 0, out.decode(), complaint.decode()

    return command


async def test_commands_bind_and_list(web: Web, run: Run) -> None:
    """Keys and people are bound when they are made, people also later; lists and the audit log tell of it."""
    made = await run("key", "add", "--role", "viewer", "--name", "k", "--seller", B, "--seller", A, "--json")
    assert orjson.loads(made[1])["sellers"] == [A, B], made
    found = await keys.find(web.pool, orjson.loads(made[1])["key"])
    assert found is not None
    assert found.sellers == (A, B)
    assert A in (await run("key", "list"))[1]
    assert (await run("user", "add", "--role", "finance", "--name", "deniz", "--seller", A))[0] == 0
    assert (await run("user", "sellers", "deniz", B))[1].strip() == f"deniz: {B}"
    assert B in (await run("user", "list"))[1]
    acts = await web.pool.fetch("SELECT action, reason FROM audit ORDER BY id")
    assert [tuple(row) for row in acts] == [
        ("key.add", f"role viewer seller {A} seller {B}"),
        ("user.add", f"role finance seller {A}"),
        ("user.sellers", f"seller {B}"),
    ]
    assert (await run("user", "sellers", "deniz"))[1].strip() == "deniz: all sellers"
    code, _, complaint = await run("key", "add", "--role", "admin", "--name", "x", "--seller", A)
    assert code == 1
    assert "concerns all of them" in complaint


async def test_the_console_binds_people_and_keys(web: Web) -> None:
    """An administrator binds them by forms, and is told where that cannot be."""
    async with browser(web, "admin") as admin:
        form = {"name": "deniz", "role": "finance", "sellers": f"{A}, {B}"}
        assert (await admin.submit("/access", "/access/users", form)).status_code == 200
        (row,) = [one for one in await users.listed(web.pool, bootstrap.now()) if one["name"] == "deniz"]
        assert row["sellers"] == [A, B]
        await admin.submit("/access", "/access/users/deniz/sellers", {"sellers": B})
        assert f'value="{B}"' in (await admin.get("/access")).text
        await admin.submit("/access", "/access/users/deniz/role", {"role": "admin"})
        assert "bağlanamaz" in (await admin.get("/access")).text, "an admin is bound to nobody, so they are unbound first"
        await admin.submit("/access?tab=keys", "/access/keys", {"name": "k", "role": "viewer", "sellers": "123"})
        assert "VKN" in (await admin.get("/access?tab=keys")).text
        assert (
            await admin.submit("/access?tab=keys", "/access/keys", {"name": "k", "role": "viewer", "sellers": A})
        ).is_success
        assert A in (await admin.get("/access?tab=keys")).text


@pytest.mark.parametrize(
    ("role", "given", "kind"),
    [
        ("admin", [A], bindings.RoleUnboundError),
        ("courier", [A], bindings.RoleUnboundError),
        ("viewer", ["1234567891"], bindings.SellerMalformedError),
        ("viewer", ["'; DROP TABLE shipment; --"], bindings.SellerMalformedError),
        ("viewer", ["١٢٣٤٥٦٧٨٩٠"], bindings.SellerMalformedError),
    ],
)
def test_what_cannot_be_bound_is_refused(role: str, given: list[str], kind: type[Exception]) -> None:
    """Only roles that look after sellers, and only to numbers that are some."""
    with pytest.raises(kind):
        bindings.read(role, given)
    assert bindings.read("viewer", [f" {A} ", A, ""]) == [A]


async def test_who_is_bound_otherwise_is_so_from_the_next_click_on(web: Web) -> None:
    """A session that goes on reads for whom its user is bound to now."""
    for number, seller in enumerate((A, B), 1):
        await web.intake.take([*story(number, seller, claim=False)][:1])
    await users.add(web.pool, "deniz", "viewer", bootstrap.now(), password=PASSWORD, sellers=[A])
    async with browser(web) as person:
        await person.sign_in("deniz")
        assert "order-2" not in (await person.get("/shipments")).text
        await users.rebind(web.pool, "deniz", [B])
        page = (await person.get("/shipments")).text
        assert ("order-1" in page, "order-2" in page) == (False, True)


async def test_a_login_that_may_not_take_the_role_on_is_told_what_a_dba_does(database_url: str) -> None:
    """It leaves all as it is, names the statement, and nothing is read for who is bound."""
    login = f"limited_{uuid4().hex[:8]}"
    connection = await asyncpg.connect(plain_url(database_url))
    try:
        await connection.execute(f"CREATE ROLE {login}")
        await connection.execute(f"SET SESSION AUTHORIZATION {login}")
        state, remedy = await policies.state(connection)
        assert (state, f"GRANT kervan_seller TO {login}" in remedy) == (LockState.NOT_A_MEMBER, True)
        assert await policies.fasten(connection) is LockState.NOT_A_MEMBER
        token = seller_lock.bind((A,))
        try:
            with pytest.raises(SellerLockError, match="kervan migrate"):
                await seller_lock.close(connection)  # type: ignore[arg-type]  # a pool would give a proxy of it
        finally:
            seller_lock.unbind(token)
    finally:
        await connection.close()
        admin = await asyncpg.connect(plain_url(database_url))
        await admin.execute(f"DROP ROLE {login}")
        await admin.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_mix_of_two_sellers_tells_nothing_of_the_other(web: Web, seed: int) -> None:
    """However far the shipments of two are, in whatever order told, on ETGBs of their own or of both: no byte of B for A."""
    random = Random(seed)
    there = Two(web, None, None)  # type: ignore[arg-type]  # its keys alone are needed
    told = []
    for n in range(1, 9):
        seller, number = (A, n) if random.random() < 0.5 else (B, 9000 + n)
        told += [*story(number, seller, claim=random.random() < 0.3)][: random.randint(1, 8)]
    both = [(A, 50), (B, 9050)]
    for seller, number in both:
        told += [*story(number, seller, claim=False)][:4]
    lines = [{"shipment": ref(f"order-{number}", seller), "amount": "42.00", "currency": "EUR"} for seller, number in both]
    shared = {"number": etgb_number(50), "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    told.append(said("courier/pts", "etgb.issued.v1", "both", shared))
    random.shuffle(told)
    for one in told:
        await web.intake.take([one])
    assert await web.pool.fetchval("SELECT count(*) FROM shipment WHERE seller = $1", B)
    async with there.key("operations", A) as operations, there.key("finance", A) as finance:
        mine = [row["id"] for row in (await operations.get("/api/shipments")).json()["items"]]
        paths = [
            "/api/shipments",
            "/api/shipments?q=order-9001",
            "/api/stages",
            "/api/attention",
            "/api/attention?resolved=true",
        ]
        paths += [f"/api/shipments/{one}{part}" for one in mine for part in ("", "/timeline", "/documents")]
        paths += [f"/api/etgbs/{etgb_number(50)}", "/api/claims", f"/api/finance/summary?seller={A}&year=2026"]
        for path in paths:
            for client in (operations, finance):
                text = (await client.get(path)).text
                for trace in (B, "order-9", "TRK9", "ABC202600000900", "EX009", "Mustermann 9", known_id(9050, B)):
                    assert trace not in text.replace("q=order-9001", ""), (seed, path, trace)
    assert set(SELLERS) > {A, B}


async def test_what_fastens_the_lock_waits_for_nobody_long_and_goes_on_where_it_was(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that somebody reads is come back to, and what is fastened already is not touched again."""
    holder = await asyncpg.connect(plain_url(database_url))
    monkeypatch.setattr(migrate, "_LOCKED_FOR", "50ms")
    monkeypatch.setattr(migrate, "_PAUSE_S", 0.01)
    monkeypatch.setattr(migrate, "_TRIES", 3)
    try:
        for table in ("attention", "shipment"):
            await holder.execute(f"DROP POLICY of_seller ON {table}")
        async with holder.transaction():
            await holder.execute("SELECT count(*) FROM shipment")
            with pytest.raises(migrate.MigrationBusyError):
                await migrate.upgrade_async(database_url)
        assert (await policies.state(holder))[0] is LockState.NOT_FASTENED
        assert await holder.fetchval(
            "SELECT count(*) FROM pg_policies WHERE policyname = 'of_seller' AND tablename = 'attention'"
        )
        await migrate.upgrade_async(database_url)
        assert (await policies.state(holder))[0] is LockState.FAST
    finally:
        await holder.close()


async def test_a_schema_without_bindings_lets_nobody_in_who_was_bound(database_url: str) -> None:
    """Gone back, whoever was bound would see all, so they are let in no more; forward again, the lock is fast."""
    connection = await asyncpg.connect(plain_url(database_url))
    try:
        await connection.execute(
            "INSERT INTO api_key (name, role, hash, sellers, created_at) VALUES ('k', 'viewer', 'x', ARRAY[$1::text], now())", A
        )
        config = migrate._config()
        engine = create_async_engine(alchemy_url(database_url))

        def back(sync: Connection) -> None:
            config.attributes["connection"] = sync
            command.downgrade(config, "0053")
            sync.commit()

        async with engine.connect() as open_one:
            await open_one.run_sync(back)
        await engine.dispose()
        assert await connection.fetchval("SELECT revoked_at IS NOT NULL FROM api_key")
        assert await connection.fetchval("SELECT count(*) FROM pg_policy") == 0
        await migrate.upgrade_async(database_url)
        assert (await policies.state(connection))[0] is LockState.FAST
    finally:
        await connection.close()
