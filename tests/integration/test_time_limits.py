"""Nobody holds up others by taking their time: a head and a body must come, and what is read must be found."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest

from adapters.entrypoints import serve
from adapters.entrypoints.embedded import processes
from adapters.settings import CourierSettings
from adapters.web import time_limits
from tests.integration.http_app import Web, problem

SHORT_S = 0.3
WITHIN_S = 10.0

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def served(web: Web) -> AsyncIterator[int]:
    """The app on a port, by the server that it has in production."""
    (listening,) = sockets = serve.listening("127.0.0.1", processes.any_port())
    async with serve.http(web.app, sockets, asyncio.Event(), web.app.state.services.live.close):
        yield listening.getsockname()[1]


@asynccontextmanager
async def line(port: int, *said: bytes) -> AsyncIterator[Line]:
    """A connection on which something was said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.writelines(said)
    await writer.drain()
    try:
        yield reader, writer
    finally:
        writer.close()


async def heard(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the other side ends the connection, which it must."""
    async with asyncio.timeout(WITHIN_S):
        return await reader.read()


@pytest.mark.parametrize("said", [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_head_that_does_not_come_ends_the_connection(web: Web, monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    """Whether nothing was said or half of it; others are answered meanwhile."""
    monkeypatch.setattr(serve, "HEAD_S", SHORT_S)
    async with served(web) as port, line(port, said) as (reader, _):
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
        assert await heard(reader) == b""


async def test_a_second_head_on_the_same_connection_has_the_same_limit(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an answer the connection may be used again, and a half head on it is waited for no longer than a first one."""
    monkeypatch.setattr(serve, "HEAD_S", SHORT_S)
    async with served(web) as port, line(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") as (reader, writer):
        assert b"200 OK" in await reader.readuntil(b'"ok"}')
        writer.write(b"GET /heal")
        assert await heard(reader) == b""


async def test_a_body_that_trickles_is_answered_with_408_and_cut_off(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where whoever sends it goes on; nothing was done."""
    monkeypatch.setattr(time_limits, "BODY_S", SHORT_S)
    head = b"POST /webhooks/pts HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nAccept-Language: tr\r\n\r\n{"
    web.app.state.services.settings.couriers["pts"] = CourierSettings.model_validate({"webhook_secret": "QUJD" * 10})
    async with served(web) as port, line(port, head) as (reader, _):
        answer = await heard(reader)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer.lower()
    assert "çok yavaş".encode() in answer


async def test_a_body_that_keeps_to_a_pace_may_take_longer(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file on a slow line: each part that comes gives the next one time."""
    monkeypatch.setattr(time_limits, "BODY_S", 0.0)
    monkeypatch.setattr(time_limits, "BYTES_A_S", 1)

    async def parts() -> AsyncIterator[bytes]:
        yield b"{" + b" " * 20
        yield b"}"

    async with web.as_("operations") as client:
        problem(await client.post("/api/shipments", content=parts()), 422, "wrong-data")


async def test_what_is_not_found_in_time_is_given_up_and_asked_for_no_longer(
    web: Web, connections: "asyncpg.Pool[asyncpg.Record]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """503, and PostgreSQL works on it no more: a caller that asks for too much, again and again, keeps nobody else out."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%shipment%'"
    async with web.as_("viewer") as client, connections.acquire() as other:
        assert (await client.get("/api/shipments")).status_code == 200  # the key is known by now
        monkeypatch.setattr(time_limits, "ANSWER_S", SHORT_S)
        async with other.transaction():
            await other.execute("LOCK TABLE shipment IN ACCESS EXCLUSIVE MODE")
            found = problem(await client.get("/api/shipments"), 503, "took-too-long")
            assert await other.fetchval(waiting) == 0
    assert found["detail"]


async def test_what_has_begun_to_answer_goes_on(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the live line of a page, which never ends by itself."""
    monkeypatch.setattr(time_limits, "ANSWER_S", 0.0)
    begun, ended = asyncio.Event(), asyncio.Event()

    async def app(scope: object, receive: object, send: time_limits.Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        begun.set()
        for _ in range(5):
            await asyncio.sleep(0)
        ended.set()

    async def receive() -> dict[str, object]:
        return {"type": "http.request"}

    async def send(_: object) -> None:
        return

    async with asyncio.timeout(WITHIN_S):
        await time_limits.TimeLimits(app)({"type": "http", "method": "GET"}, receive, send)
    assert begun.is_set()
    assert ended.is_set()
