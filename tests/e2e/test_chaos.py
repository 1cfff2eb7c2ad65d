"""Workers are killed and servers restarted under load: nothing is lost, nothing applies twice, no sequence has a gap."""

import asyncio
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncpg
import nats
import nats.errors
import nats.js.errors
import orjson
import pytest

from adapters.database import migrate
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded import processes
from adapters.entrypoints.embedded.nats import Nats
from adapters.entrypoints.embedded.postgres import Postgres
from events import topology
from events.translate import Arrival
from tests.stories import TRIGGERS, known_id, story
from workflow.values import is_valid_vkn
from workflow.waits import Wait

SHIPMENTS = 250
KILLS = 12
SEED = 20261124


def sellers(count: int) -> list[str]:
    """Tax numbers that pass their check digits, one a shipment, so that each has a claim of its own."""
    found = []
    for serial in range(300000000, 400000000, 7):
        found += [number for digit in range(10) if is_valid_vkn(number := f"{serial}{digit}")]
        if len(found) >= count:
            break
    return found[:count]


class Worker:
    """A worker process that is started again whenever it was killed."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "adapters.entrypoints.cli",
            "worker",
            env=self._environment,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def kill(self) -> None:
        """Kill it without warning."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[tuple[Postgres, Nats]]:
    """Servers of this test's own, since it breaks them."""
    postgres, broker = Postgres(tmp_path), Nats(tmp_path, processes.any_port(), fixed=True)
    await asyncio.to_thread(postgres.start)
    await asyncio.to_thread(broker.start)
    yield postgres, broker
    await asyncio.to_thread(broker.stop)
    await asyncio.to_thread(postgres.stop)


async def publish(url: str, arrivals: list[Arrival], pace: float) -> None:
    """Publish everything, each until it is acknowledged, whatever happens to the broker meanwhile."""
    client = await bootstrap.connect_broker(url, "chaos publisher")
    js = client.jetstream(timeout=2)
    for arrival in arrivals:
        while True:
            try:
                await js.publish(arrival.subject, arrival.body, headers={"Nats-Msg-Id": arrival.token})
                break
            except (nats.errors.Error, nats.js.errors.Error, TimeoutError, ConnectionError):
                await asyncio.sleep(0.1)
        await asyncio.sleep(pace)
    await client.close()


async def restart_postgres(postgres: Postgres, data: Path, *, brutally: bool) -> None:
    """Restart PostgreSQL, by a fast shutdown or by SIGKILL."""
    if brutally:
        pid = processes.pid_in(data / "postgres" / "postmaster.pid")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    else:
        await asyncio.to_thread(postgres.stop)
    await asyncio.to_thread(postgres.start)


async def restart_nats(broker: Nats, data: Path) -> None:
    """Kill NATS and start it again on its port."""
    pid = processes.pid_in(data / "nats" / "nats.pid")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await asyncio.to_thread(broker.stop)
    await asyncio.to_thread(broker.start)


async def settled(url: str, count: int) -> None:
    """Wait until every shipment is at its end and the outbox is empty."""
    until = time.monotonic() + 90
    row: Any = None
    while time.monotonic() < until:
        connection = await asyncpg.connect(url)
        row = await connection.fetchrow(
            """SELECT (SELECT count(*) FROM shipment WHERE stage = 'refund_filed') AS done,
                      (SELECT count(*) FROM outbox) AS outbox, (SELECT count(*) FROM inbox) AS inbox,
                      (SELECT count(*) FROM parked) AS parked"""
        )
        await connection.close()
        if (row["done"], row["outbox"]) == (count, 0):
            return
        await asyncio.sleep(0.3)
    pytest.fail(f"not settled: {dict(row)}")


async def test_nothing_is_lost_and_nothing_applies_twice_when_everything_dies(
    rig: tuple[Postgres, Nats], tmp_path: Path
) -> None:
    """Twelve kills of workers, two deaths of PostgreSQL and two of NATS under load; then the books are compared."""
    postgres, broker = rig
    chance = random.Random(SEED)
    owners = sellers(SHIPMENTS)
    arrivals = [arrival for n, owner in enumerate(owners) for arrival in story(n, owner)]
    chance.shuffle(arrivals)
    await migrate.upgrade_async(postgres.url)
    client = await nats.connect(broker.url)
    await topology.declare(client.jetstream())
    await client.close()

    environment = {**os.environ, "KERVAN_DATABASE_URL": postgres.url, "KERVAN_BROKER_URL": broker.url}
    environment |= {"KERVAN_LOG_LEVEL": "error", "KERVAN_BATCH_SIZE": "40"}
    # the stories have fixed dates: what of them is overdue would depend on the day of the test
    environment |= {f"KERVAN_ALLOWANCES__{wait.upper()}": "off" for wait in Wait}
    workers = [Worker(environment) for _ in range(2)]
    for worker in workers:
        await worker.start()
    publishing = asyncio.create_task(publish(broker.url, arrivals, 0.004))

    faults = ["worker"] * KILLS + ["postgres fast", "postgres kill", "nats", "nats"]
    chance.shuffle(faults)
    for fault in faults:
        await asyncio.sleep(chance.uniform(0.3, 1.6))
        if fault == "worker":
            victim = chance.choice(workers)
            await victim.kill()
            await victim.start()
        elif fault == "nats":
            await restart_nats(broker, tmp_path)
        else:
            await restart_postgres(postgres, tmp_path, brutally=fault.endswith("kill"))
    await publishing
    await settled(postgres.url, SHIPMENTS)
    for worker in workers:
        await worker.kill()
    await compare(postgres.url, broker.url, owners)


async def compare(database_url: str, broker_url: str, owners: list[str]) -> None:
    """The log, the inbox and the stream say the same."""
    connection = await asyncpg.connect(database_url)
    log = await connection.fetch(
        'SELECT shipment::text, sequence, origin, target, "trigger", message_id FROM transition ORDER BY 1, 2'
    )
    by_shipment: defaultdict[str, list[Any]] = defaultdict(list)
    for row in log:
        by_shipment[row["shipment"]].append(row)
    assert set(by_shipment) == {known_id(n, owner) for n, owner in enumerate(owners)}
    for mine in by_shipment.values():
        assert [row["sequence"] for row in mine] == [1, 2, 3, 4, 5, 6]
        assert tuple(row["trigger"] for row in mine) == TRIGGERS
        assert all(before["target"] == after["origin"] for before, after in pairwise(mine))
    assert await connection.fetchval("SELECT count(*) FROM inbox WHERE state = 'applied'") == len(owners) * 8
    assert await connection.fetchval("SELECT count(*) FROM parked") == 0
    assert await connection.fetchval("SELECT count(*) FROM refused") == 0
    await connection.close()

    client = await nats.connect(broker_url)
    js = client.jetstream()
    subscription = await js.pull_subscribe("kervan.out.shipment.>", stream=topology.STREAM_OUT)
    published: list[dict[str, Any]] = []
    while True:
        try:
            messages = await subscription.fetch(500, timeout=1)
        except TimeoutError:
            break
        published += [orjson.loads(message.data) for message in messages]
        for message in messages:
            await message.ack()
    await client.close()
    assert {event["id"] for event in published} == {f"{row['shipment']}:{row['sequence']}" for row in log}
    last: defaultdict[str, int] = defaultdict(int)
    for event in published:
        data = event["data"]
        assert data["sequence"] <= last[data["shipment_id"]] + 1, "a transition overtook the one before it"
        last[data["shipment_id"]] = max(last[data["shipment_id"]], data["sequence"])
