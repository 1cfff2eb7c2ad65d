"""Servers, streams and processes for one measurement."""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import nats
import orjson
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from adapters import observability
from adapters.database import migrate
from adapters.entrypoints.embedded import EmbeddedServers
from adapters.entrypoints.embedded import processes as embedded
from events import topology
from events.translate import Arrival
from tests.benchmarks import machine

Process = asyncio.subprocess.Process


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measurement happens: the embedded servers and their folder."""

    folder: Path
    database_url: str
    broker_url: str


async def fresh(place: Place, *, schema: bool = True) -> Place:
    """The same place with a new database, and with empty streams."""
    name = f"bench_{uuid4().hex[:8]}"
    base, _, query = place.database_url.partition("?")
    url = f"{base.rpartition('/')[0]}/{name}?{query}"
    admin = await asyncpg.connect(place.database_url)
    for (old,) in await admin.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'bench_%'"):
        await admin.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
    await admin.execute(f'CREATE DATABASE "{name}"')
    if schema:
        await migrate.upgrade_async(url)
    await admin.execute("CHECKPOINT")
    await admin.close()
    client = await nats.connect(place.broker_url)
    js = client.jetstream(timeout=30)
    for stream in (topology.STREAM_IN, topology.STREAM_OUT, topology.STREAM_TASK, topology.STREAM_AUDIT):
        try:
            await js.delete_stream(stream)
        except NotFoundError:
            continue
    await topology.declare(js)
    await client.close()
    return Place(place.folder, url, place.broker_url)


async def publish(client: Client, arrivals: Sequence[Arrival], size: int = 500) -> None:
    """Publish in atomic batches: the fastest honest way, everything on disk when it returns."""
    for begin in range(0, len(arrivals), size):
        batch, block = uuid4().hex, arrivals[begin : begin + size]
        for place, arrival in enumerate(block, start=1):
            headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(place)}
            if place < len(block):
                await client.publish(arrival.subject, arrival.body, headers=headers)
            else:
                answer = await client.request(
                    arrival.subject, arrival.body, timeout=30, headers=headers | {"Nats-Batch-Commit": "1"}
                )
                assert b'"error"' not in answer.data, answer.data


async def pause(client: Client, *, paused: bool) -> None:
    """Hold the engine's consumer, so that all sides begin at one moment with everything published and connected."""
    body = b'{"pause_until": "2099-01-01T00:00:00Z"}' if paused else b""
    answer = await client.request(f"$JS.API.CONSUMER.PAUSE.{topology.STREAM_IN}.{topology.ENGINE}", body, timeout=5)
    assert b'"error"' not in answer.data, answer.data


def measured(program: str, out: str, run: Callable[[Place, float], Coroutine[Any, Any, dict[str, Any]]]) -> dict[str, Any]:
    """What a program measures on embedded servers of its own, as its arguments ask; kept as JSON, the machine said first."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}")
    parser.add_argument("--scale", type=float, default=1.0, help="more or fewer shipments")
    parser.add_argument("--out", type=Path, default=Path("artefacts") / out)
    arguments = parser.parse_args()
    observability.configure("console", "error")
    with (
        tempfile.TemporaryDirectory(prefix="kervan-bench-") as folder,
        EmbeddedServers(Path(folder), broker_port=embedded.any_port()) as servers,
    ):
        place = Place(Path(folder), servers.urls.database_url, servers.urls.broker_url)
        found: dict[str, Any] = {"machine": machine.described(place.folder)} | asyncio.run(run(place, arguments.scale))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    for name, value in found["machine"].items():
        print(f"{name}: {value}")
    return found


@asynccontextmanager
async def processes(arguments: Sequence[str], count: int, place: Place) -> AsyncIterator[list[Process]]:
    """Some processes of one program, each ready when it has said so on stderr; stopped at the end."""
    environment = os.environ | {
        "KERVAN_DATABASE_URL": place.database_url,
        "KERVAN_BROKER_URL": place.broker_url,
        "KERVAN_LOG_FORMAT": "json",
    }
    running: list[Process] = []
    drains: list[asyncio.Task[bytes]] = []
    try:
        for _ in range(count):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                env=environment,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
            running.append(process)
            assert process.stderr is not None
            told: list[bytes] = []
            while b"ready" not in (line := await process.stderr.readline()):
                told.append(line)
                assert line, b"".join(told[-20:]).decode()
            drains.append(asyncio.create_task(process.stderr.read()))
        yield running
    finally:
        for process in running:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
                await process.wait()
        await asyncio.gather(*drains)
