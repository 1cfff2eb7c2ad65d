"""The installation that is broken, and what it must come to after each fault."""

import asyncio
import contextlib
import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import nats.errors
import nats.js.errors

from adapters.entrypoints import bootstrap
from adapters.settings import Settings
from events import topology
from tests.chaos import books
from tests.chaos.cluster import SIZE, Cluster
from tests.chaos.load import Identity, Teller, connected
from tests.chaos.postgres import Pair
from tests.chaos.processes import Process, tended
from tests.chaos.proxy import Proxy
from tests.e2e.installation import KERVAN
from workflow.waits import Wait

WORKERS = 2
DISK_MB = 1024
_LOOK_S = 0.2
_LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class NotRecoveredError(Exception):
    """Something did not come back within its bound, or came back wrong; the message says what was missing."""


@dataclass
class Rig:
    """All processes, and the ways between them."""

    folder: Path
    cluster: Cluster
    pair: Pair
    ways: dict[int, Proxy]
    """Before each PostgreSQL server, by its port."""
    http: httpx.AsyncClient
    teller: Teller = field(init=False)
    processes: list[Process] = field(default_factory=list)
    """Kervan's own: the web first, then the workers."""
    disks: bool = False
    """Whether servers' folders are on disks of their own, which may be filled."""
    unseen: set[Identity] = field(default_factory=set)
    """What was told and not yet seen in the database."""
    seen: set[Identity] = field(default_factory=set)

    @property
    def web(self) -> Process:
        """What answers over HTTP."""
        return self.processes[0]

    @property
    def workers(self) -> list[Process]:
        """What takes messages."""
        return self.processes[1:]

    @property
    def clock(self) -> Path:
        """The file that says by how many seconds Kervan's clock is wrong."""
        return self.folder / "clock"

    @property
    def way(self) -> Proxy:
        """Between Kervan and the PostgreSQL that is written to."""
        return self.ways[self.pair.primary.port]

    @property
    def database_url(self) -> str:
        """As an operator sets it for two servers of which one is written to."""
        hosts = ",".join(f"127.0.0.1:{way.port}" for way in self.ways.values())
        return f"postgresql://kervan@{hosts}/kervan?target_session_attrs=read-write"

    @property
    def direct_url(self) -> str:
        """Past the proxies."""
        return f"postgresql://kervan@127.0.0.1:{self.pair.primary.port}/kervan"

    @contextlib.asynccontextmanager
    async def connection(self) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
        """To look into the database past the proxies."""
        connection = await asyncpg.connect(self.direct_url, timeout=5, command_timeout=20)
        try:
            yield connection
        finally:
            connection.terminate()

    async def recovered(self, within: float) -> float:
        """Wait until all that was told before this moment is kept and published, and all is well; how long that took.

        Raises:
            NotRecoveredError: it did not come to that in time, or the log is broken.
        """
        began = time.monotonic()
        told = set(self.teller.told.messages)
        poison = set(self.teller.told.poison)
        highest: int | None = None
        why = "nothing was asked yet"
        while time.monotonic() - began < within:
            try:
                async with self.connection() as connection:
                    if highest is None:
                        highest = await connection.fetchval("SELECT last_value FROM outbox_id_seq")
                    why = await self._lacking(connection, told, poison, highest or 0)
                    if not why:
                        took = time.monotonic() - began
                        await self._whole(connection)
                        return took
            except _LOST as error:
                why = f"the database cannot be asked: {error!r}"
            await asyncio.sleep(_LOOK_S)
        message = f"not recovered within {within:.0f} s: {why}; PostgreSQL's sessions: {await self._sessions()}"
        raise NotRecoveredError(message)

    async def _sessions(self) -> str:
        """What PostgreSQL's sessions wait for."""
        try:
            async with self.connection() as connection:
                rows = await connection.fetch(
                    """SELECT application_name, state, wait_event, count(*), max(now() - state_change), min(left(query, 60))
                       FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walsender') GROUP BY 1, 2, 3"""
                )
                return "; ".join(" ".join(map(str, row.values())) for row in rows)
        except _LOST as error:
            return repr(error)

    async def _lacking(self, connection: books.Connection, told: set[Identity], poison: set[str], highest: int) -> str:
        lost = await books.missing(connection, sorted(told - self.seen))
        self.seen |= told - set(lost)
        if lost:
            return f"{len(lost)} messages were taken and are not kept, the first {lost[0]}"
        if unlisted := await books.unlisted(connection, poison):
            return f"{len(unlisted)} poisonous messages are not listed"
        if old := await connection.fetchval("SELECT count(*) FROM outbox WHERE id <= $1", highest):
            return f"{old} rows of the outbox are not published"
        ill = [one.name for one in self.processes if not await one.well(self.http)]
        return f"not well: {', '.join(ill)}" if ill else ""

    async def _whole(self, connection: books.Connection) -> None:
        kept = await connection.fetchval("SELECT count(*) FROM inbox")
        wrong = await books.broken(connection)
        if kept < len(self.seen):
            wrong.append(f"{len(self.seen)} messages were seen in the inbox, and {kept} are there")
        wrong += self.teller.told.refused
        if wrong:
            raise NotRecoveredError("; ".join(wrong[:10]))

    async def proven(self) -> None:
        """Have both logs looked through by Kervan's own command; the broker is compared at the end.

        Raises:
            NotRecoveredError: a row is not as it was written.
        """
        done = await self.kervan("audit", "verify", "--no-broker")
        if done.returncode:
            message = f"kervan audit verify: {done.stdout[-1000:]} {done.stderr[-1000:]}"
            raise NotRecoveredError(message)

    async def leader(self) -> Process:
        """The worker whose relay publishes; the first one where none says so."""
        for one in self.workers:
            if await one.leads(self.http):
                return one
        return self.workers[0]

    async def settled(self, within: float) -> None:
        """Wait until the outbox is empty and nothing is parked.

        Raises:
            NotRecoveredError: it did not come to that.
        """
        until = time.monotonic() + within
        while time.monotonic() < until:
            async with self.connection() as connection:
                row = await connection.fetchrow(
                    "SELECT (SELECT count(*) FROM outbox) AS outbox, (SELECT count(*) FROM parked) AS parked"
                )
            if row is not None and (row["outbox"], row["parked"]) == (0, 0):
                return
            await asyncio.sleep(_LOOK_S)
        message = f"not settled within {within:.0f} s: {row and dict(row)}"
        raise NotRecoveredError(message)

    async def kervan(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of Kervan's on the database."""
        environment = self.environment()
        command = [*KERVAN, *arguments]
        return await asyncio.to_thread(
            subprocess.run, command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    def environment(self) -> dict[str, str]:
        """What Kervan's processes are told."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("KERVAN_")}
        return clean | {
            "KERVAN_DATABASE_URL": self.database_url,
            "KERVAN_BROKER_URL": self.cluster.url,
            "KERVAN_BROKER_REPLICAS": str(SIZE),
            "KERVAN_DATA_DIR": str(self.folder / "kervan"),
            "KERVAN_LOG_LEVEL": "info",
            "KERVAN_BATCH_SIZE": "100",
            # the journeys have fixed dates: what of them is overdue would depend on the day of the test
            **{f"KERVAN_ALLOWANCES__{wait.upper()}": "off" for wait in Wait},
        }


def _planned(folder: Path, *, disks: bool) -> Rig:
    """What there will be; nothing is started yet."""
    pair = Pair(folder / "database")
    ways = {node.port: Proxy(node.port) for node in pair.nodes}
    return Rig(folder, Cluster(folder / "broker"), pair, ways, httpx.AsyncClient(timeout=4), disks=disks)


async def _start(rig: Rig, chance: random.Random, rate: float) -> None:
    """Start everything; who tells of journeys is ready then, and says nothing yet."""
    await asyncio.to_thread(rig.pair.start)
    for way in rig.ways.values():
        await way.start()
    await rig.cluster.start()
    rig.clock.write_text("0")
    done = await rig.kervan("migrate")
    if done.returncode:
        raise NotRecoveredError(done.stderr)
    await bootstrap.prepare_broker(Settings(broker_replicas=SIZE), ",".join(rig.cluster.outside))
    done = await rig.kervan("key", "add", "--role", "admin", "--name", "chaos", "--json")
    for name in ("web", *(f"worker-{n}" for n in range(1, WORKERS + 1))):
        log = rig.folder / "logs" / f"{name}.log"
        rig.processes.append(Process(name, name.partition("-")[0], rig.environment(), rig.clock, log))
        rig.processes[-1].start()
    rig.teller = Teller(rig.cluster.outside, rig.web.url, json.loads(done.stdout)["key"], chance, rate=rate)
    async with asyncio.timeout(60):
        while not all([await one.well(rig.http) for one in rig.processes]):
            await asyncio.sleep(_LOOK_S)


async def _stop(rig: Rig) -> None:
    """End everything, however far it had come."""
    for one in rig.processes:
        await asyncio.to_thread(one.stop)
    await rig.http.aclose()
    for way in rig.ways.values():
        way.speak()
        await way.stop()
    await rig.cluster.stop()
    await asyncio.to_thread(rig.pair.stop)


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kervan-chaos-"))
    folder.chmod(0o755)  # PostgreSQL's user has to come through
    (folder / "logs").mkdir()
    return folder


def _disk(folder: Path) -> bool:
    """Give a folder a small disk of its own, where this machine lets us."""
    folder.mkdir(parents=True)
    if os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0755", "kervan-chaos", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextlib.asynccontextmanager
async def running(chance: random.Random, *, rate: float) -> AsyncIterator[Rig]:
    """The whole installation under load, and its end."""
    folder = await asyncio.to_thread(_folder)
    disks = [folder / "broker" / f"nats-{n}" for n in range(1, SIZE + 1)] + [folder / "database" / name for name in "ab"]
    mounted = [disk for disk in disks if _disk(disk)]
    rig = _planned(folder, disks=len(mounted) == len(disks))
    try:
        await _start(rig, chance, rate)
        async with asyncio.TaskGroup() as tasks:
            tending = tasks.create_task(tended(rig.processes))
            telling = tasks.create_task(rig.teller.run())
            try:
                yield rig
            finally:
                tending.cancel()
                telling.cancel()
    finally:
        await _stop(rig)
        for disk in mounted:
            await asyncio.to_thread(subprocess.run, ["umount", "-l", str(disk)], check=False)
        if os.environ.get("KERVAN_CHAOS_KEEP"):
            print(f"logs are in {folder / 'logs'}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


async def stream_leader(rig: Rig) -> int:
    """The number of the NATS server that leads what comes in; 1 where it cannot be told."""
    client = await connected(rig.cluster.outside, "a fault")
    try:
        info = await client.jetstream(timeout=2).stream_info(topology.STREAM_IN)
    except (nats.errors.Error, nats.js.errors.Error, TimeoutError):
        return 1
    finally:
        await client.close()
    name = (info.cluster and info.cluster.leader) or "nats-1"
    return int(name.rpartition("-")[2])
