"""Webhooks a second: `kervan web` and one worker against senders that sign each of theirs, over HTTP and real servers."""

import asyncio
import base64
import hmac
import os
import sys
import time
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import asyncpg
import httpx
import orjson

from adapters.database import pool as database
from tests.benchmarks import ours, rig
from tests.stories import story

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
_SENDERS = 2
_SERVERS = ("web", "worker")


def signed(n: int, shipments: int) -> tuple[bytes, dict[str, str]]:
    """The n-th webhook: a scan of one of the shipments, and its headers."""
    occurred = f"2026-11-{20 + n // shipments % 6:02d}T09:{n // 60 % 60:02d}:{n % 60:02d}+03:00"
    scan = {"courier": "pts", "tracking_number": f"TRK{n % shipments + 1}", "status": "in_transit", "occurred_at": occurred}
    body, at = orjson.dumps(scan), str(int(time.time()))
    proof = base64.b64encode(hmac.new(KEY, f"m-{n}.{at}.".encode() + body, sha256).digest()).decode()
    return body, {"webhook-id": f"m-{n}", "webhook-timestamp": at, "webhook-signature": f"v1,{proof}"}


async def send(port: int, numbers: range, shipments: int, connections: int) -> list[float]:
    """Send webhooks over some connections, each after the answer to the one before; the seconds each answer took.

    Plain HTTP/1.1 over sockets: a client library would cost more than the server does.
    """
    took: list[float] = []
    waiting = iter(numbers)

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for n in waiting:
            body, headers = signed(n, shipments)
            lines = [f"{name}: {value}" for name, value in {**headers, "content-length": str(len(body))}.items()]
            began = time.perf_counter()
            writer.write("\r\n".join(["POST /webhooks/pts HTTP/1.1", "host: k", *lines, "", ""]).encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            (length,) = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            answer = await reader.readexactly(int(length.split(b":")[1]))
            took.append(time.perf_counter() - began)
            assert head.startswith(b"HTTP/1.1 202 "), answer
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return took


async def sender(port: int, since: int, until: int, shipments: int) -> None:
    """A process that sends; run by :func:`rate`."""
    sys.stdout.buffer.write(orjson.dumps(await send(port, range(since, until), shipments, 16)))


async def rate(place: rig.Place, webhooks: int, shipments: int = 500) -> dict[str, Any]:
    """Answered a second, how long an answer took, and when the last one had its effect."""
    here = await rig.fresh(place)
    connected = await database.connect(here.database_url, size=4)
    intake = ours.engine_intake(connected)
    await intake.take([arrival for n in range(1, shipments + 1) for arrival in [*story(n)][:3]])
    port = _free_port()
    environment = {
        **os.environ,
        "KERVAN_DATABASE_URL": here.database_url,
        "KERVAN_BROKER_URL": here.broker_url,
        "KERVAN_HTTP_PORT": str(port),
        "KERVAN_LOG_LEVEL": "error",
        "KERVAN_COURIERS__PTS__WEBHOOK_SECRET": SECRET,
    }
    command = (sys.executable, "-m", "adapters.entrypoints.cli")
    servers = [await asyncio.create_subprocess_exec(*command, kind, env=environment) for kind in _SERVERS]
    try:
        url = f"http://127.0.0.1:{port}"
        await _answers(url)
        await send(port, range(-200, 0), shipments, 8)
        share = webhooks // _SENDERS
        spent = {name: _cpu(one.pid) for name, one in zip(_SERVERS, servers, strict=True)}
        began = time.perf_counter()
        senders = [
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                f"import asyncio; from tests.benchmarks import webhooks as w;"
                f"asyncio.run(w.sender({port}, {n * share}, {(n + 1) * share}, {shipments}))",
                stdout=asyncio.subprocess.PIPE,
            )
            for n in range(_SENDERS)
        ]
        told = [await one.communicate() for one in senders]
        answered = time.perf_counter() - began
        await _read(connected)
        done = time.perf_counter() - began
        cpu = {name: _cpu(one.pid) - spent[name] for name, one in zip(_SERVERS, servers, strict=True)}
        took = [seconds for out, _ in told for seconds in orjson.loads(out)]
        assert await connected.fetchval("SELECT count(*) FROM webhook") == share * _SENDERS + 200
        return {
            "webhooks/s": len(took) / answered,
            "ms median": median(took) * 1000,
            "ms p99": quantiles(took, n=100)[98] * 1000,
            **{f"ms of CPU each, {name}": 1000 * seconds / len(took) for name, seconds in cpu.items()},
            "ms until all had their effect": (done - answered) * 1000,
        }
    finally:
        for server in servers:
            server.terminate()
            await server.wait()
        await connected.close()


def _cpu(pid: int) -> float:
    """The seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    from adapters.entrypoints.embedded import processes

    return processes.any_port()


async def _answers(url: str) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(600):
            try:
                if (await client.get(f"{url}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    message = f"{url} does not answer"
    raise TimeoutError(message)


async def _read(connected: "asyncpg.Pool[asyncpg.Record]") -> None:
    while await connected.fetchval("SELECT count(*) FROM webhook WHERE handled_at IS NULL"):
        await asyncio.sleep(0.01)
