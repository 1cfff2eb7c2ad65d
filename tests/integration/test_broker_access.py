"""Couriers' own users of the broker: each may tell its own news and hear what is asked of it, and NATS refuses the rest."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import bcrypt
import nats.errors
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from adapters.entrypoints.embedded import processes
from adapters.entrypoints.embedded.nats import Nats, allow
from events import access, topology
from events.access import BrokerUser

PTS, OTHER = (
    BrokerUser(f"{code}-key", bcrypt.hashpw(f"kv_{code}".encode(), bcrypt.gensalt(4)).decode(), code) for code in ("pts", "dhl")
)
_S = 5.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Nats]:
    """An embedded broker with two couriers' users."""
    allow(tmp_path, [PTS, OTHER])
    found = Nats(tmp_path, processes.any_port(), fixed=False)
    found.start()
    yield found
    found.stop()


@asynccontextmanager
async def connected(
    server: Nats, user: BrokerUser | None = None, password: str = ""
) -> AsyncIterator[tuple[Client, list[str]]]:
    """A client, and what NATS refuses it."""
    refused: list[str] = []

    async def note(error: Exception) -> None:
        refused.append(str(error))

    client = Client()
    try:
        await client.connect(
            server.url,
            error_cb=note,
            allow_reconnect=False,
            connect_timeout=2,
            inbox_prefix=b"_KERVAN" if user is None else access.inbox(user.name).encode(),
            user=None if user is None else user.name,
            password=None if user is None else password or f"kv_{user.courier}",
        )
        yield client, refused
    finally:
        await client.close()
        transport: Any = client._transport
        if transport is not None:  # nats-py forgets it where the server hangs up
            transport.close()


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for something that the server tells in its own time."""
    async with asyncio.timeout(_S):
        while not (await found if isinstance(found := condition(), Awaitable) else found):
            await asyncio.sleep(0.01)


async def test_a_courier_publishes_on_its_own_subject_alone(server: Nats) -> None:
    """What it says there is acknowledged by the stream; on another courier's, customs' or Kervan's own it is refused."""
    async with connected(server) as (own, _):
        await topology.declare(own.jetstream())
        async with connected(server, PTS) as (courier, refused):
            acknowledged = await courier.jetstream().publish("kervan.in.courier.pts", b"{}")
            assert acknowledged.stream == topology.STREAM_IN
            foreign = ["kervan.in.courier.dhl", "kervan.in.customs.feed", "kervan.in.engine.judge", "kervan.out.shipment.x",
                       "$JS.API.STREAM.DELETE.KERVAN_IN"]  # fmt: skip
            for subject in foreign:
                await courier.publish(subject, b"{}")
            await courier.flush()
            await until(lambda: len(refused) == len(foreign))
            assert all("permissions violation" in one.lower() for one in refused)
        state = (await own.jetstream().stream_info(topology.STREAM_IN)).state
        assert state.messages == 1


async def test_a_courier_hears_its_own_tasks_and_nothing_else(server: Nats) -> None:
    """Not what goes out about shipments, and not the answers that others get."""
    async with connected(server) as (own, _), connected(server, PTS) as (courier, refused):
        heard: list[str] = []

        async def hear(message: Msg) -> None:
            heard.append(message.subject)

        forbidden = ("kervan.out.>", "kervan.task.courier.dhl", "_INBOX.>", access.inbox(OTHER.name) + ".>", ">")
        for subject in (topology.task("courier", "pts"), *forbidden):
            await courier.subscribe(subject, cb=hear)
        await courier.flush()
        await until(lambda: len(refused) == len(forbidden))
        for subject in (
            "kervan.out.shipment.validated",
            "kervan.task.courier.dhl",
            "_INBOX.x",
            topology.task("courier", "pts"),
        ):
            await own.publish(subject, b"{}")
        await own.flush()
        await until(lambda: bool(heard))
        assert heard == [topology.task("courier", "pts")]


async def test_a_wrong_password_opens_nothing(server: Nats) -> None:
    """Nor does another courier's."""
    with pytest.raises((nats.errors.Error, TimeoutError)):
        async with connected(server, PTS, "kv_dhl"):
            pass


async def test_who_is_not_allowed_any_more_is_cut_off_at_once(server: Nats, tmp_path: Path) -> None:
    """The running server reads the new list, closes the connection, and lets the others go on."""
    async with connected(server, PTS) as (gone, _), connected(server, OTHER) as (stays, _):
        allow(tmp_path, [OTHER])
        await until(lambda: gone.is_closed)
        await stays.flush(timeout=2)
        assert stays.is_connected


async def test_a_server_that_runs_lets_the_first_courier_in(tmp_path: Path) -> None:
    """No restart is needed."""
    server = Nats(tmp_path, processes.any_port(), fixed=False)
    server.start()
    try:
        allow(tmp_path, [PTS])

        async def lets_in() -> bool:
            try:
                async with connected(server, PTS):
                    return True
            except (nats.errors.Error, TimeoutError):  # it has not read the list yet
                return False

        await until(lets_in)
    finally:
        server.stop()


def test_the_list_of_users_is_the_operators_alone(server: Nats, tmp_path: Path) -> None:
    """It has the password of whoever comes without a name."""
    assert (tmp_path / "nats" / "users.conf").stat().st_mode & 0o077 == 0
    assert "kv_" not in (tmp_path / "nats" / "users.conf").read_text(encoding="utf-8")


def test_a_server_of_ones_own_takes_the_block_that_is_printed() -> None:
    """Kervan's password is an environment variable of the server's, so that the file holds no secret."""
    block = access.authorization([PTS], "kervan", "$KERVAN_NATS_PASSWORD")
    assert "password: $KERVAN_NATS_PASSWORD" in block
    assert 'publish: {allow: ["kervan.in.courier.pts"]}' in block
