"""Kervan itself: `apply` alone, latency, and what a validation costs."""

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import nats
import orjson

from adapters.database import pool as database
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap
from adapters.invoicing.gib import GibCheck
from adapters.invoicing.ubl.writing import write
from adapters.settings import Settings
from events import topology
from events.intake import Intake
from events.translate import Arrival, read
from tests.benchmarks import journey, rig, workload
from tests.law import BOOK
from tests.stories import START, draft, said, story
from workflow import facts
from workflow.apply import Engine
from workflow.draft import Draft
from workflow.invoice import Rate, compose
from workflow.message import Message
from workflow.rules.judge import judge
from workflow.rules.law import Rates


def engine_intake(connected: Any) -> Intake:
    store = PostgresStore(connected, BOOK.version)
    return Intake(Engine(store, bootstrap.now, bootstrap.policy(Settings())), store, bootstrap.now)


async def apply_process(database_url: str, shipments: int, part: int, parts: int) -> None:
    """One process's share of `apply` alone; run by :func:`apply_alone`."""
    connected = await database.connect(database_url, size=4)
    intake = engine_intake(connected)
    mine = [a for n in range(part, shipments, parts) for a in _steps(n)]
    sys.stderr.write("ready\n")
    sys.stderr.flush()
    await asyncio.to_thread(sys.stdin.readline)
    blocks = [block for wave in _waves(mine, shipments // parts) for block in wave]
    pending = iter(blocks)

    async def run() -> None:
        for block in pending:
            await intake.take(block)

    for step in _stages(blocks):
        pending = iter(step)
        await asyncio.gather(run(), run())
    await connected.close()


def _steps(n: int) -> list[Arrival]:
    return list(story(n, workload.owner(n), claim=False))


def _waves(arrivals: list[Arrival], shipments: int) -> list[list[list[Arrival]]]:
    steps = len(arrivals) // shipments
    found = []
    for step in range(steps):
        same = arrivals[step::steps]
        found.append([same[i : i + 500] for i in range(0, len(same), 500)])
    return found


def _stages(blocks: list[list[Arrival]]) -> list[list[list[Arrival]]]:
    """Blocks of the same step may run side by side; the next step begins when all are in."""
    found: list[list[list[Arrival]]] = []
    kind = ""
    for block in blocks:
        this = block[0].token.rpartition("-")[0]
        if this != kind:
            found.append([])
            kind = this
        found[-1].append(block)
    return found


async def apply_alone(place: rig.Place, shipments: int, parts: int) -> dict[str, Any]:
    """The engine without a broker: bytes to committed rows, in one process or several."""
    here = await rig.fresh(place)
    program = (
        "import uvloop, gc; from adapters import observability; observability.configure('json', 'error');"
        "gc.freeze(); gc.set_threshold(50000, 20, 50); import sys; from tests.benchmarks import ours;"
        "uvloop.run(ours.apply_process(sys.argv[1], *map(int, sys.argv[2:])))"
    )
    async with AsyncExitStack() as stack:
        running: list[rig.Process] = []
        for part in range(parts):
            arguments = ("-c", program, here.database_url, str(shipments), str(part), str(parts))
            running += await stack.enter_async_context(rig.processes(arguments, 1, here))
        began = time.perf_counter()
        for process in running:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
        for process in running:
            assert await process.wait() == 0
        seconds = time.perf_counter() - began
    connected = await database.connect(here.database_url, size=1)
    moved = await connected.fetchval("SELECT count(*) FROM transition")
    await connected.close()
    assert moved == shipments * (workload.TRANSITIONS - 1), moved
    return {"transitions/s": moved / seconds, "messages/s": shipments * workload.MESSAGES / seconds}


WARMING_S = 3


async def latency(place: rig.Place, rate: int, seconds: int) -> dict[str, Any]:
    """Publish → out at a steady rate: drafts in, their validation out, in ms.

    What comes in the first seconds of a process that has just begun counts apart: connections, plans and caches are made then.
    """
    here = await rig.fresh(place)
    client = await nats.connect(here.broker_url)
    js = client.jetstream(timeout=30)
    sent: dict[str, float] = {}
    took: dict[str, float] = {}
    early = rate * WARMING_S
    total = early + rate * seconds

    async def got(message: Any) -> None:
        reference = orjson.loads(message.data)["data"]["reference"]
        begun = sent.get(reference)
        if begun is not None:
            took[reference] = (time.perf_counter() - begun) * 1000

    async with rig.processes(journey.KERVAN, 1, here):
        # a consumer of the stream hears of a message once it is stored; a plain subscriber would hear of it before
        await js.subscribe("kervan.out.shipment.validated", stream=topology.STREAM_OUT, ordered_consumer=True, cb=got)
        begin = time.perf_counter()
        open_: set[asyncio.Task[Any]] = set()
        for n in range(total):
            reference = f"l{n}"
            arrival = said("orders/shop", "shipment.drafted.v1", reference, draft(reference))
            due = begin + n / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            sent[reference] = time.perf_counter()
            task = asyncio.create_task(js.publish(arrival.subject, arrival.body))
            open_.add(task)
            task.add_done_callback(open_.discard)
        until = time.perf_counter() + 20
        while len(took) < total and time.perf_counter() < until:
            await asyncio.sleep(0.05)
    await client.close()
    first, steady = ([took[ref] for n in part if (ref := f"l{n}") in took] for part in (range(early), range(early, total)))
    cuts = quantiles(steady, n=100)
    cold = {"p99 ms at first": quantiles(first, n=100)[98]}
    return {"rate/s": rate, "p50 ms": median(steady), "p99 ms": cuts[98], "got": len(steady)} | cold


async def checking() -> dict[str, Any]:
    """GİB's check of the invoice of a ten-line draft, one after the other in one warm process, in ms."""
    one = _ten_lines()
    rate = Rate(Decimal("55.7981"), one.planned_on - timedelta(days=1))
    xml = write(compose(one, number="KRV2026000000001", ettn=UUID(int=1), issued_at=START, rate=rate))
    took: list[float] = []
    async with GibCheck(1) as gib:
        for _ in range(210):
            began = time.perf_counter()
            assert not await gib.blocking(xml)
            took.append((time.perf_counter() - began) * 1000)
    warm = sorted(took[10:])
    return {"p50 ms": median(warm), "p99 ms": quantiles(warm, n=100)[98]}


def judging() -> dict[str, Any]:
    """One validation of a ten-line draft, in µs."""
    one, law, rates = _ten_lines(), BOOK, Rates()
    rounds = 5000
    began = time.perf_counter()
    for _ in range(rounds):
        judge(one, law, rates)
    return {"µs": (time.perf_counter() - began) / rounds * 1e6}


def _ten_lines() -> Draft:
    """A draft of ten lines that nothing blocks, as it comes from the wire."""
    lines = draft("x")["lines"] * 5
    message = read(said("orders/shop", "shipment.drafted.v1", "j", draft("j", lines=lines)), START + timedelta(days=1))
    assert isinstance(message, Message)
    assert isinstance(message.fact, facts.Drafted)
    return message.fact.draft
