"""Processes are changed one by one while work goes on: to this release from the one before it, and to the same again.

Nothing stops, nothing is lost, nothing comes twice, and the books are those of the pure model.
"""

import asyncio
import json
import random
import shutil
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from pathlib import Path

import asyncpg
import httpx
import pytest

from adapters.database.migrate import MigrationStep, steps
from adapters.entrypoints.embedded import EmbeddedServers, Urls, processes
from events.translate import Arrival
from tests.chaos import books
from tests.chaos.load import Teller, Told
from tests.e2e.installation import KERVAN, environment
from tests.integration.browser import PASSWORD, token
from tests.integration.test_webhooks import SCAN, SECRET, event, headers
from tests.stories import draft, said, sellers
from workflow.waits import Wait

ROOT = Path(__file__).parents[2]
PREVIOUS = "38ffbb2"
"""The release that this one replaces: its commit, set anew with each release."""
UNTRIED = "THE PREVIOUS RELEASE WAS NOT TRIED ON THE NEW SCHEMA"

RATE = 8
"""Messages a second: what two processors that others use too bear while processes start."""
ENOUGH = 2
"""So many shipments more have come to their end between one step and the next."""
WITHIN_S = 300.0
"""Nothing hangs; how fast it is the machine says."""
_PERSON = """
import asyncio, sys
from adapters.database import pool, users
from adapters.entrypoints import bootstrap
async def add():
    connected = await pool.connect(sys.argv[1], size=1)
    await users.add(connected, "ayse", "operations", bootstrap.now(), password=sys.argv[2])
    await connected.close()
asyncio.run(add())
"""


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The previous release's code, from the history of this checkout; a checkout without one says so loudly."""
    git = shutil.which("git")
    if git is None:
        pytest.skip(f"{UNTRIED}: there is no git")
    wanted = [git, "-C", str(ROOT), "archive", PREVIOUS, "adapters", "events", "workflow"]
    done = subprocess.run(wanted, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"{UNTRIED}: commit {PREVIOUS} is not in this checkout's history ({done.stderr.decode().strip()})")
    folder = tmp_path_factory.mktemp("previous")
    with tarfile.open(fileobj=BytesIO(done.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that PostgreSQL's user may enter."""
    tmp_path.chmod(0o755)
    return tmp_path


@dataclass
class Running:
    """A worker or web of some release."""

    command: str
    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Where it says how it is."""
        return f"http://127.0.0.1:{self.port}"

    async def well(self) -> None:
        """Wait until it says that it is."""
        until, last = time.monotonic() + WITHIN_S, "nothing"
        async with httpx.AsyncClient() as client:
            while True:
                try:
                    answer = await client.get(f"{self.url}/readyz", timeout=10)
                except httpx.TransportError as error:
                    last = type(error).__name__
                else:
                    if answer.status_code == 200:
                        return
                    last = answer.text
                said_so_far = self.log.read_text(encoding="utf-8", errors="replace")
                assert self.process.poll() is None, said_so_far
                assert time.monotonic() < until, f"{self.command} answers {last}: {said_so_far}"
                await asyncio.sleep(0.1)

    async def end(self) -> None:
        """End it as a supervisor does; it must end well, and have nothing against its time."""
        self.process.terminate()
        code = await asyncio.to_thread(self.process.wait, 40)
        said_so_far = self.log.read_text(encoding="utf-8", errors="replace")
        assert code == 0, said_so_far
        assert "Traceback" not in said_so_far, said_so_far


@dataclass
class Installation:
    """Processes of releases on the same servers; a release is the folder of its code."""

    data: Path
    urls: Urls
    running: list[Running] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def environment(self, **more: str) -> dict[str, str]:
        """What an operator sets."""
        own = {"KERVAN_DATABASE_URL": self.urls.database_url, "KERVAN_BROKER_URL": self.urls.broker_url}
        # the journeys have fixed dates: what of them is overdue would depend on the day of the test
        own |= {f"KERVAN_ALLOWANCES__{wait.upper()}": "off" for wait in Wait}
        return environment(self.data / "data", **own, KERVAN_COURIERS__PTS__WEBHOOK_SECRET=SECRET, **more)

    async def command(self, release: Path, *arguments: str) -> str:
        """Run a command of a release to its end, which must be good, and give what it says."""
        return await self._run(release, *KERVAN, *arguments)

    async def code(self, release: Path, code: str, *arguments: str) -> None:
        """Run a few lines of Python with a release's modules."""
        await self._run(release, sys.executable, "-c", code, *arguments)

    async def _run(self, release: Path, *command: str) -> str:
        def run() -> "subprocess.CompletedProcess[str]":
            return subprocess.run(
                command, cwd=release, env=self.environment(), capture_output=True, text=True, check=False, timeout=WITHIN_S
            )

        done = await asyncio.to_thread(run)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    async def begin(self, release: Path, command: str, port: int = 0) -> Running:
        """Begin a process of a release, and wait until it works."""
        port = port or processes.any_port()
        log = self.data / f"{command}-{next(self._numbers)}.log"
        setting = {"web": "KERVAN_HTTP_PORT", "worker": "KERVAN_METRICS_PORT"}[command]

        def start() -> "subprocess.Popen[bytes]":
            with log.open("wb") as out:
                own = self.environment(**{setting: str(port)})
                return subprocess.Popen([*KERVAN, command], cwd=release, env=own, stdout=out, stderr=out)

        one = Running(command, await asyncio.to_thread(start), port, log)
        self.running.append(one)
        await one.well()
        return one

    def stop(self) -> None:
        """End whatever is left."""
        for one in self.running:
            one.process.terminate()
        for one in self.running:
            one.process.wait(timeout=40)


async def used(url: str, key: str, n: int, seller: str, tracking: str) -> None:
    """What people and programs do with a web: an order, a courier's webhook, claims, and the console."""
    async with httpx.AsyncClient(base_url=url, timeout=WITHIN_S) as client:
        may = {"Authorization": f"Bearer {key}"}
        made = await client.post("/api/shipments", json=draft(f"by-hand-{n}", seller), headers=may)
        assert (made.status_code, made.json()["stage"]) == (201, "validated"), made.text
        scan = SCAN | {"tracking_number": tracking, "status": "delivered"}
        body = event("courier/pts", "courier.checkpoint.v1", f"delivered-{n}", scan)
        heard = await client.post("/webhooks/pts", content=body, headers=headers(body, f"delivered-{n}"))
        assert heard.status_code == 202, heard.text
        claims = (await client.get("/api/claims?limit=1", headers=may)).json()["items"]
        one = await client.get(f"/api/claims/{claims[0]['id']}", headers=may)
        assert (one.status_code, one.json()["shipments"]) == (200, 1), one.text
        gate = await client.get("/sign-in")
        entered = {"csrf": token(gate.text), "name": "ayse", "password": PASSWORD, "next": "/"}
        assert (await client.post("/sign-in", data=entered)).status_code == 303
        for page in ("/", "/shipments", f"/shipments/{made.json()['id']}", "/refunds"):
            assert (await client.get(page)).status_code == 200, page


async def replayed(connection: "asyncpg.Connection[asyncpg.Record]", url: str, key: str, told: Told) -> int:
    """Replay, as the runbook says, what the previous release refused because a migration met it; nothing else is refused.

    So it counts as told, also where a program was answered that it is refused and kept.
    """
    refused = await connection.fetch("SELECT * FROM refused WHERE state <> 'replayed'")
    async with httpx.AsyncClient(base_url=url, timeout=WITHIN_S, headers={"Authorization": f"Bearer {key}"}) as client:
        for one in refused:
            assert "InvalidCachedStatementError" in one["detail"], dict(one)
            answer = await client.post(f"/api/messages/{one['id']}/replay", json={"reason": "a migration was in its way"})
            assert answer.status_code == 200, answer.text
            identity = one["source"], one["message_id"]
            told.messages.setdefault(identity, Arrival(one["subject"], one["body"], ":".join(identity)))
    told.refused[:] = [answer for answer in told.refused if "InvalidCachedStatementError" not in answer]
    return len(refused)


class Progress:
    """How far the load has come, as the database has it."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Ask over a connection of the test's own."""
        self._connection = connection

    async def ended(self) -> list[str]:
        """The tracking numbers of shipments whose refund is filed."""
        rows = await self._connection.fetch("SELECT tracking_number FROM shipment WHERE stage = 'refund_filed'")
        return [row[0] for row in rows]

    async def goes_on(self) -> str:
        """Wait until more shipments have come to their end, and name one by its tracking number."""
        before = len(await self.ended())
        async with asyncio.timeout(WITHIN_S):
            while len(found := await self.ended()) < before + ENOUGH:
                await asyncio.sleep(0.2)
        return found[-1]

    async def settled(self) -> None:
        """Wait until all that was stored is worked off and published."""
        left = """SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM webhook WHERE handled_at IS NULL)
                       + (SELECT count(*) FROM parked)"""
        async with asyncio.timeout(WITHIN_S):
            while await self._connection.fetchval(left):
                await asyncio.sleep(0.2)

    async def by_hand(self) -> tuple[list[Arrival], list[Arrival]]:
        """What was told beside the load: the orders, and what couriers' webhooks said."""
        rows = await self._connection.fetch(
            """SELECT t.source, t.message_id, s.reference, s.seller FROM transition t JOIN shipment s ON s.id = t.shipment
               WHERE s.reference LIKE 'by-hand-%' AND t.sequence = 1"""
        )
        orders = [said(row[0], "shipment.drafted.v1", row[1], draft(row[2], row[3])) for row in rows]
        scans = await self._connection.fetch("SELECT source, id FROM inbox WHERE id LIKE 'delivered-%'")
        return orders, [said(row[0], "courier.checkpoint.v1", row[1], SCAN) for row in scans]


async def changed(old: Path, place: Path, *, schema: bool) -> list[str]:
    """Change all processes of a release for this one's under load; what is wrong in the books afterwards."""
    by_hand = sellers(20_002)[-2:]
    with EmbeddedServers(place / "servers", broker_port=processes.any_port()) as servers:
        both, wrong = Installation(place, servers.urls), list[str]()
        connection = await asyncpg.connect(servers.urls.database_url)
        load: asyncio.Task[None] | None = None
        began, mark = time.monotonic(), list[str]()

        def done(what: str) -> None:
            mark.append(f"{time.monotonic() - began:5.1f} s  {what}")

        try:
            await both.command(old, "migrate")
            key = json.loads(await both.command(old, "key", "add", "--role", "admin", "--name", "a", "--json"))["key"]
            await both.code(old, _PERSON, servers.urls.database_url, PASSWORD)
            *workers, web = await asyncio.gather(*(both.begin(old, one) for one in ("worker", "worker", "web")))
            done("it runs")
            teller = Teller([servers.urls.broker_url], web.url, key, random.Random(7), rate=RATE)
            load, progress = asyncio.create_task(teller.run()), Progress(connection)
            await progress.goes_on()
            if schema:
                await both.command(ROOT, "migrate", "--before")
            done("the schema is the new one")
            await used(web.url, key, 1, by_hand[0], await progress.goes_on())
            done("it goes on, and was used")
            for one in workers:
                await both.begin(ROOT, "worker")
                await one.end()
            await progress.goes_on()
            done("the workers are others")
            await web.end()
            await both.begin(ROOT, "web", web.port)
            if schema:
                assert await both.command(ROOT, "migrate", "--after") == f"schema {list(steps())[-1]}"
            done("the web is another, and the schema at its end")
            await used(web.url, key, 2, by_hand[1], await progress.goes_on())
            done("it goes on, and was used")
            teller.journeys.ending = True
            await asyncio.wait_for(load, WITHIN_S)
            again = await replayed(connection, web.url, key, teller.told)
            await progress.settled()
            done(f"all is told and worked off, {again} messages by a replay")
            orders, scans = await progress.by_hand()
            assert (len(orders), len(scans)) == (2, 2)
            for arrival in (*orders, *scans):
                source, _, message_id = arrival.token.partition(":")
                teller.told.messages[source, message_id] = arrival
            journeys = [*teller.journeys.begun, *([order] for order in orders)]
            wrong = await books.differences(servers.urls.database_url, [servers.urls.broker_url], teller.told, journeys)
            await both.command(ROOT, "audit", "verify")
            done(f"{len(teller.told.messages)} messages and {len(await progress.ended())} journeys are in the books")
        finally:
            print("", *mark, sep="\n")
            if load is not None:
                load.cancel()
            await connection.close()
            both.stop()
    return wrong


async def test_the_previous_release_works_on_the_new_schema_and_is_replaced_under_load(previous: Path, place: Path) -> None:
    """Its workers and web go on after `migrate --before`; then they are replaced one by one, and `migrate --after` ends it."""
    assert await changed(previous, place, schema=True) == []


async def test_workers_and_web_of_this_release_are_restarted_one_by_one_under_load(place: Path) -> None:
    """As a supervisor does for a new setting: each takes up where the one before it ended."""
    assert await changed(ROOT, place, schema=False) == []


def test_what_was_tried_is_the_previous_release(previous: Path) -> None:
    """Its code and not this one's; and there is a migration between the two only where this release brings one."""
    where = [sys.executable, "-c", "import adapters; print(adapters.__file__)"]
    found = subprocess.run(where, cwd=previous, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(previous)
    known = {path.name.split("_")[0] for path in (previous / "adapters/database/migrations/versions").glob("0*.py")}
    new = [revision for revision in steps() if revision not in known]
    assert list(steps())[-len(new) :] == new
    assert all(isinstance(steps()[revision], MigrationStep) for revision in new)
