"""PostgreSQL of several servers: whichever may be written to is found, and one that is gone is noticed."""

import asyncio
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from adapters.database import hosts, migrate
from adapters.database import pool as database
from adapters.database.outbox import PostgresOutbox
from adapters.entrypoints.embedded import processes
from tests.chaos.postgres import Pair


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """A server and its replica, on TCP."""
    with tempfile.TemporaryDirectory(prefix="kervan-pair-") as name:
        Path(name).chmod(0o755)
        found = Pair(Path(name))
        try:
            found.start()
            yield found
        finally:
            found.stop()


@pytest.fixture
async def silent() -> AsyncIterator[int]:
    """A port where everybody is let in and nobody is answered, as where a machine hangs."""

    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


def url(*ports: int) -> str:
    """The URL of several servers, of which one is written to."""
    named = ",".join(f"127.0.0.1:{port}" for port in ports)
    return f"postgresql://kervan@{named}/kervan?target_session_attrs=read-write"


async def port_of(database_url: str) -> int:
    """Which server a connection comes to."""
    connection = await hosts.connect(database_url)
    try:
        return int(await connection.fetchval("SELECT inet_server_port()"))
    finally:
        await connection.close()


def test_each_server_of_a_url_has_a_url_of_its_own() -> None:
    """With the user, the password, the database and what is asked for; a URL of one server stays as it is."""
    assert hosts.servers("postgresql://k:p%2C@a:1,b:2/d?target_session_attrs=read-write") == [
        "postgresql://k:p%2C@a:1/d?target_session_attrs=read-write",
        "postgresql://k:p%2C@b:2/d?target_session_attrs=read-write",
    ]
    for one in ("postgresql://kervan@/kervan?host=%2Ftmp%2Fx", "postgresql://h/kervan", "postgresql://k@[::1]:5432/kervan"):
        assert hosts.servers(one) == [one]


async def test_the_server_that_is_written_to_is_found_wherever_it_stands(pair: Pair, silent: int) -> None:
    """Behind a replica, behind a port where nobody listens, and behind a machine that hangs: then it is asked first."""
    primary, replica, dead = pair.primary.port, pair.replica.port, processes.any_port()
    assert await port_of(url(replica, primary)) == primary
    assert await port_of(url(dead, primary)) == primary
    assert await port_of(url(silent, primary)) == primary
    began = time.monotonic()
    assert await port_of(url(silent, primary)) == primary
    assert time.monotonic() - began < hosts.CONNECT_S / 2, "the machine that hangs was asked first again"


async def test_where_none_can_be_written_to_it_is_said_in_words(pair: Pair) -> None:
    """A replica alone is not enough."""
    with pytest.raises(database.DatabaseUnreachableError, match="none of the servers can be written to"):
        await database.connect(url(pair.replica.port))


async def test_both_sides_ask_whether_the_other_is_there(pair: Pair) -> None:
    """A pool's connections and the relay's; so neither answers nor locks are waited for when a machine is gone."""
    pool = await database.connect(url(pair.primary.port), size=1)
    async with pool.acquire() as connection:
        inner: Any = connection
        its = inner._con._transport.get_extra_info("socket")
        assert its.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert its.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000
        for name, value in (("tcp_keepalives_idle", "10"), ("tcp_user_timeout", "20000")):
            assert await connection.fetchval(f"SHOW {name}") == value
        assert await connection.fetchval("SHOW idle_in_transaction_session_timeout") == "30s"
    await pool.close()


async def test_a_relay_that_is_frozen_loses_its_lead(pair: Pair) -> None:
    """Its session is ended, another one leads, and it hears of it as of any connection that was lost."""
    frozen, other = (PostgresOutbox(url(pair.primary.port)) for _ in range(2))
    try:
        assert await frozen.lead()
        assert not await other.lead()
        assert frozen._connection is not None
        assert await frozen._connection.fetchval("SHOW idle_session_timeout") == "30s"
        await frozen._connection.execute("SET idle_session_timeout = '200ms'")
        until = time.monotonic() + 10
        while not await other.lead():
            assert time.monotonic() < until
            await asyncio.sleep(0.1)
    finally:
        await frozen.close()
        await other.close()


async def test_everything_follows_a_fail_over(pair: Pair) -> None:
    """The schema is made over both, a pool that was open goes on at the one that was promoted."""
    both = url(pair.primary.port, pair.replica.port)
    await migrate.upgrade_async(both)
    pool = await database.connect(both, size=2)
    before = await pool.fetchval("SELECT inet_server_port()")
    await asyncio.to_thread(pair.primary.kill)
    await asyncio.to_thread(pair.fail_over)
    with suppress(asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError):  # the connection that was lost
        await pool.fetchval("SELECT 1")
    await pool.execute("CREATE TABLE after_fail_over ()")
    assert await pool.fetchval("SELECT inet_server_port()") != before
    await pool.close()
