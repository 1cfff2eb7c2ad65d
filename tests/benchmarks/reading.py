"""``python -m tests.benchmarks.reading``: lists, filters, searches and counts over 10,000 and 1,000,000 shipments, under load.

What the API answers is measured over HTTP from `kervan web`, what only the console asks by the same functions that its pages
call; meanwhile a worker's engine takes 200 messages a second in the same database.
"""

import argparse
import asyncio
import os
import re
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
import nats
import orjson

from adapters import observability
from adapters.database import desk, flow, keys, listing, overview, sessions, tallies, users
from adapters.database import pool as database
from adapters.database.matches import EtgbMatches
from adapters.database.outbox import PostgresOutbox
from adapters.entrypoints.embedded import EmbeddedServers, processes
from adapters.web.console.screen import SESSION_COOKIE
from events import topology
from events.relay import Relay
from events.translate import Arrival
from tests.benchmarks import machine, ours, past, rig, workload
from tests.stories import SELLERS
from workflow.likeness import ListLine

SIZES: Final = (10_000, 1_000_000)
LIMIT_MS: Final = 100
GROWTH: Final = 3
_RATE: Final = 200
_BEAT_S: Final = 0.1
_GATHERED_S: Final = 15
_FIRST: Final = 10_000_000
_WAVE: Final = 20
_SELLER: Final = re.compile(rb'"tax_number":"([0-9]+)","name":"([^"]+)"')
_ETGB: Final = re.compile(rb"26341453EX([0-9]+)")
Asked = Callable[[], Awaitable[object]]


async def load(database_url: str, broker_url: str) -> None:
    """A process that gives the engine its messages until it is stopped; run by :func:`under_load`.

    As a worker it publishes what was decided, and gathers for the charts how much came: else what is read of both would grow as
    in no installation.
    """
    connected = await database.connect(database_url, size=3)
    client = await nats.connect(broker_url)
    await topology.declare(client.jetstream(timeout=30))
    beside = {asyncio.create_task(Relay(PostgresOutbox(database_url), client).run()), asyncio.create_task(_gather(connected))}
    while await connected.fetchval("SELECT EXISTS (SELECT FROM outbox)"):
        await asyncio.sleep(_BEAT_S)
    intake = ours.engine_intake(connected)
    each = int(_RATE * _BEAT_S)
    number = _FIRST + await overview.published(connected)  # nobody had these yet, in a database that is used again neither
    sys.stderr.write("ready\n")
    sys.stderr.flush()
    began, given = time.perf_counter(), 0
    while True:
        arrivals = [_to_somebody(one) for one in workload.journeys(_WAVE, number)]
        number += _WAVE
        for n in range(0, len(arrivals), each):
            await asyncio.sleep(max(0.0, began + given / _RATE - time.perf_counter()))
            await intake.take(arrivals[n : n + each])
            given += each
            assert not any(task.done() for task in beside)


async def _gather(connected: "asyncpg.Pool[asyncpg.Record]") -> None:
    while True:
        await flow.gather(connected, datetime.now(UTC))
        await asyncio.sleep(_GATHERED_S)


def _to_somebody(arrival: Arrival) -> Arrival:
    """The same message, of a seller with a name of its own to one of many people: searches go through what is new first.

    Its ETGB has a number of six digits at a customs office of its own: one of more is no ETGB's, and would be refused.
    """
    name = past.name(zlib.crc32(arrival.token.encode()))
    body = _SELLER.sub(_called, arrival.body.replace(b"Erika Mustermann", name.encode()))
    return replace(arrival, body=_ETGB.sub(_numbered, body))


def _called(found: re.Match[bytes]) -> bytes:
    return found[0].replace(found[2], past.seller_name(SELLERS.index(found[1].decode())).encode())


def _numbered(found: re.Match[bytes]) -> bytes:
    office, number = divmod(int(found[1]), 1_000_000)
    return b"26%06dEX%06d" % (340_000 + office, number)


@asynccontextmanager
async def under_load(here: rig.Place) -> AsyncIterator[None]:
    """200 messages a second come in."""
    program = (
        "import asyncio, sys; from adapters import observability; observability.configure('json', 'error');"
        "from tests.benchmarks import reading; asyncio.run(reading.load(*sys.argv[1:]))"
    )
    async with rig.processes(("-c", program, here.database_url, here.broker_url), 1, here) as running:
        yield
        assert running[0].returncode is None, "the load ended before the measuring"


@asynccontextmanager
async def web(here: rig.Place) -> AsyncIterator[str]:
    """`kervan web` on a port of its own."""
    port = processes.any_port()
    environment = os.environ | {
        "KERVAN_DATABASE_URL": here.database_url,
        "KERVAN_BROKER_URL": here.broker_url,
        "KERVAN_HTTP_PORT": str(port),
        "KERVAN_LOG_LEVEL": "error",
    }
    server = await asyncio.create_subprocess_exec(sys.executable, "-m", "adapters.entrypoints.cli", "web", env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient() as client:
            for _ in range(600):
                try:
                    if (await client.get(f"{url}/readyz")).status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)
        yield url
    finally:
        server.terminate()
        await server.wait()


async def questions(pool: "asyncpg.Pool[asyncpg.Record]", client: httpx.AsyncClient) -> dict[str, list[Asked]]:
    """All that is asked, each in some forms that take turns, so that no single page is always in memory."""
    some = await pool.fetch(
        """SELECT s.*, c.consignee_name FROM shipment s JOIN shipment_content c ON c.shipment = s.id
           WHERE s.etgb_number <> '' AND s.invoice_number <> '' ORDER BY md5(s.id::text) LIMIT 20"""
    )
    sellers = [
        row["seller"] for row in await pool.fetch("SELECT seller FROM shipment GROUP BY seller ORDER BY count(*) LIMIT 3")
    ]
    busiest = await pool.fetchval("SELECT seller FROM shipment GROUP BY seller ORDER BY count(*) DESC LIMIT 1")
    middle = (await client.get("/api/shipments", params={"limit": 50})).json()["next"]
    day = datetime.now(UTC).date()
    wide = {"from": (day - timedelta(days=200)).isoformat(), "to": (day - timedelta(days=170)).isoformat()}

    def get(path: str, **params: Any) -> Asked:
        async def ask() -> None:
            answer = await client.get(path, params=params)
            assert answer.status_code == 200, answer.text

        return ask

    def shipments(**params: Any) -> Asked:
        return get("/api/shipments", **params)

    def rows(**given: Any) -> Asked:
        return lambda: listing.page(pool, given, 51)

    def count(**given: Any) -> Asked:
        return lambda: listing.count(pool, given, names=True, most=1001)

    one_list = await pool.fetch(
        """SELECT * FROM shipment WHERE etgb_number <> '' AND invoice_number <> '' AND created_at < now() - interval '100 days'
           ORDER BY created_at DESC LIMIT 20"""
    )
    lines = [
        ListLine("25341453EX000001", row["seller"], row["created_at"].date(), row["reference"], row["invoice_number"])
        for row in one_list
    ]
    members = await pool.fetch(
        """SELECT k.claim, count(*) AS n FROM claim_line k JOIN claim c ON c.id = k.claim AND c.status = 'open'
           GROUP BY 1 ORDER BY 2 DESC"""
    )
    stages = ("draft", "validated", "invoiced", "etgb_issued", "vedop_transferred", "refund_filed", "cancelled", "returned")
    found: dict[str, list[Asked]] = {
        "stage counts": [get("/api/stages")],
        "list, first page": [shipments()],
        "list, second page": [shipments(cursor=middle)],
        "list, days long ago": [shipments(**wide)],
        "filter: courier": [shipments(courier=one) for one in ("ups", "navlungo", "nobody")],
        "filter: country": [shipments(country=one) for one in ("DE", "IS", "ZZ")],
        "filter: seller": [shipments(seller=one) for one in (busiest, *sellers)],
        "filter: seller and stage": [shipments(seller=one, stage="cancelled") for one in (busiest, *sellers)],
        "filter: needs a person": [shipments(attention="true")],
        "filter: needs nobody": [shipments(attention="false", country="IS")],
        "filter: overdue": [shipments(overdue="true")],
        "filter: overdue of a seller": [shipments(overdue="true", seller=one) for one in (busiest, *sellers)],
        "filter: delivery (console)": [rows(delivery=one) for one in ("exception", "in_transit", "delivered")],
        "filter: finding (console)": [rows(finding=one) for one in ("LINE003", "LINE004", "FX001")],
        "filter: reason (console)": [rows(reason=one) for one in ("goods_coming_back", "invoice_overdue", "task_failed")],
        "search: reference": [shipments(q=row["reference"].lower()) for row in some],
        "search: tracking number": [shipments(q=row["tracking_number"]) for row in some],
        "search: invoice number": [shipments(q=row["invoice_number"]) for row in some],
        "search: ETTN": [shipments(q=row["invoice_ettn"]) for row in some],
        "search: ETGB number": [shipments(q=row["etgb_number"]) for row in some],
        "search: a name": [shipments(q=row["consignee_name"]) for row in some],
        "search: a frequent name": [shipments(q=one) for one in ("mehmet", "YILMAZ", "ışıl", "tekstil")],
        "search: two letters": [shipments(q=one) for one in ("öz", "ke", "qx")],
        "search: nothing found": [shipments(q=one) for one in ("qqqzzz", "XX-1", "mehmet qqq")],
        "search in a stage": [shipments(q="mehmet", stage=one) for one in stages],
        "count (console)": [count(), count(q="mehmet"), count(q="qqqzzz"), count(overdue=True), count(delivery="exception")],
        "count: stage (console)": [count(stage=one) for one in stages],
        "one shipment": [get(f"/api/shipments/{row['id']}") for row in some],
        "its timeline": [get(f"/api/shipments/{row['id']}/timeline") for row in some],
        "an ETGB": [get(f"/api/etgbs/{row['etgb_number']}") for row in some],
        "attention": [
            get("/api/attention"),
            get("/api/attention", reason="invoice_overdue"),
            get("/api/attention", who="customs"),
        ],
        "attention of a seller": [get("/api/attention", seller=one) for one in (busiest, *sellers, "1")],
        "attention in a stage": [get("/api/attention", stage=one) for one in stages],
        "attention, settled": [get("/api/attention", resolved="true")],
        "attention by reason (console)": [lambda: desk.groups(pool)],
        "attention items (console)": [
            lambda: desk.attention_items(pool, resolved=False, reasons=None, limit=51),
            lambda: desk.attention_items(pool, resolved=True, reasons=["invoice_overdue"], limit=51),
        ],
        "parked": [get("/api/messages", state="parked"), lambda: desk.held(pool, "parked", "", 51)],
        "refused": [get("/api/messages", state="refused"), lambda: desk.held(pool, "refused", "wrong_data", 51)],
        "what is kept aside, by cause (console)": [
            lambda: desk.held_causes(pool, "parked"),
            lambda: desk.held_causes(pool, "refused"),
        ],
        "claims": [get("/api/claims"), get("/api/claims", seller=sellers[0])],
        "what waits (console)": [lambda: overview.waiting(pool)],
        "what came today (console)": [lambda: overview.arrived(pool, datetime.now(UTC) - timedelta(hours=10))],
        "choices of the filters (console)": [lambda: listing.choices(pool)],
        "figures for operators": [lambda: tallies.counted(pool)],
        "candidates of 20 ETGB lines": [lambda: EtgbMatches(pool).candidates(lines, set(sellers))],
        "finance: a seller's year": [
            get("/api/finance/summary", seller=one, year=date.today().year - 1)  # noqa: DTZ011 - a year will do
            for one in sellers
        ],
    }
    for stage in stages:
        found[f"filter: stage {stage}"] = [shipments(stage=stage)]
    for path in (
        *("/", "/shipments", "/shipments?stage=etgb_issued", "/shipments?q=mehmet", "/shipments?attention=true"),
        *("/shipments?overdue=true", "/attention", "/matches", "/messages", "/tasks", "/refunds", "/refunds/sellers"),
        *("/counterparts", "/imports", "/subscriptions", "/rules", "/access"),
    ):
        found[f"page {path}"] = [get(path)]
    found["page of a shipment"] = [get(f"/shipments/{row['id']}") for row in some]
    found["page of the largest open claim"] = [get(f"/refunds/{members[0]['claim']}")]
    return found


async def weight(client: httpx.AsyncClient) -> int:
    """Bytes of the first page with all that it loads, as they travel."""
    answer = await client.get("/")
    total, wanted, seen = answer.num_bytes_downloaded, re.findall(r'(?:src|href)="(/assets/[^"]+)"', answer.text), set[str]()
    while wanted:
        path = wanted.pop()
        if path not in seen:
            seen.add(path)
            part = await client.get(path)
            total += part.num_bytes_downloaded
            if path.partition("?")[0].endswith(".css"):
                wanted += [str(httpx.URL(path).join(one)) for one in re.findall(r"url\([\"']?([^\"')]+)", part.text)]
    return total


async def measure(here: rig.Place, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each question: median, 95th percentile and largest; and the database's own, without waiting."""
    pool = await database.connect(here.database_url, size=2)
    await pool.execute("DELETE FROM api_key WHERE name = 'bench'")
    key = await keys.add(pool, "bench", "admin", "")
    name = f"bench-{uuid4().hex[:8]}"
    await users.add(pool, name, "admin", datetime.now(UTC), password=uuid4().hex)
    row = await pool.fetchrow("SELECT id FROM console_user WHERE name = $1", name)
    assert row is not None
    session = await sessions.begin(pool, users.User(row["id"], name, "admin", must_change=False), datetime.now(UTC))
    found: dict[str, dict[str, float]] = {}
    more: dict[str, Any] = {
        "headers": {"Authorization": f"Bearer {key}"},
        "cookies": {SESSION_COOKIE: session.token},
        "timeout": 120,
    }
    async with (
        web(here) as url,
        under_load(here),
        httpx.AsyncClient(base_url=url, **more) as client,
    ):
        asked = await questions(pool, client)
        light = await weight(client)
        for ways in asked.values():
            for ask in ways:
                await ask()
        took: dict[str, list[float]] = {name: [] for name in asked}
        since, given = time.perf_counter(), await overview.published(pool)
        for turn in range(rounds):
            for name, ways in asked.items():
                began = time.perf_counter()
                await ways[turn % len(ways)]()
                took[name].append((time.perf_counter() - began) * 1000)
        given = await overview.published(pool) - given
        seconds = time.perf_counter() - since
    sys.stderr.write(f"  {given / seconds:.0f} messages/s went out meanwhile; the first page is {light / 1000:.0f} KB in all\n")
    for name, times in took.items():
        cuts = statistics.quantiles(times, n=20)
        found[name] = {"p50": cuts[9], "p95": cuts[18], "max": max(times)}
    await pool.close()
    return found


async def run(place: rig.Place, sizes: tuple[int, ...], rounds: int, kept: str) -> dict[str, Any]:
    """Fill and measure each size; ``kept`` names databases that are filled already."""
    found: dict[str, Any] = {"machine": machine.described(place.folder)}
    for size in sizes:
        sys.stderr.write(f"{size:,} shipments …\n")
        if kept:
            base, _, query = place.database_url.partition("?")
            here = rig.Place(place.folder, f"{base.rpartition('/')[0]}/{kept}_{size}?{query}", place.broker_url)
        else:
            here = await rig.fresh(place)
            await past.fill(here.database_url, size)
        found[f"{size}"] = await measure(here, rounds)
    return found


def table(found: dict[str, Any], sizes: tuple[int, ...]) -> str:
    """The figures as Markdown: the 95th percentile at each size, and what is beyond the aims."""
    lines = ["| ms at p50 · p95 | " + " | ".join(f"{size:,}" for size in sizes) + " | |", "|---|" + "---|" * (len(sizes) + 1)]
    for name in found[f"{sizes[-1]}"]:
        cells = [found[f"{size}"][name] for size in sizes]
        beyond = "beyond 100 ms" if cells[-1]["p95"] > LIMIT_MS else ""
        if len(cells) > 1 and cells[-1]["p50"] > GROWTH * cells[0]["p50"]:
            beyond += f" grew {cells[-1]['p50'] / cells[0]['p50']:.1f} ×"
        lines.append(f"| {name} | " + " | ".join(f"{c['p50']:.1f} · {c['p95']:.1f}" for c in cells) + f" | {beyond.strip()} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reading")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of shipments")
    parser.add_argument("--rounds", type=int, default=100, help="how often each question is asked")
    parser.add_argument(
        "--folder", type=Path, default=None, help="where the servers' data stands; by default a throw-away folder"
    )
    parser.add_argument("--kept", default="", help="databases <kept>_<size> in --folder that are filled already")
    parser.add_argument("--out", type=Path, default=Path("artefacts/reading.json"))
    arguments = parser.parse_args()
    observability.configure("console", "error")
    with tempfile.TemporaryDirectory(prefix="kervan-reading-") as temporary:
        folder = arguments.folder or Path(temporary)
        with EmbeddedServers(folder, broker_port=processes.any_port()) as servers:
            place = rig.Place(folder, servers.urls.database_url, servers.urls.broker_url)
            sizes = tuple(arguments.sizes)
            found = asyncio.run(run(place, sizes, arguments.rounds, arguments.kept))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    for name, value in found["machine"].items():
        print(f"{name}: {value}")
    print(table(found, sizes))


if __name__ == "__main__":
    main()
