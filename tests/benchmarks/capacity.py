"""``make capacity``: what an installation bears, what features cost, what a shipment weighs, and how far that goes."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
import nats

from events import topology
from tests.benchmarks import journey, ours, rig, workload
from tests.stories import draft, said

WORKERS: Final = (1, 2, 4)
COUNTRY: Final = 20_000_000
"""Micro-exports of the whole country in a year."""
PEAK: Final = 10
"""Our own assumption: the busiest hour of the year against the mean one (working hours, November's sales)."""
YEAR_S: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes on disk a shipment, from its draft to its filed refund, and the tables that have most of them."""

    database: float
    broker: float
    largest: dict[str, float]


async def run(place: rig.Place, scale: float) -> dict[str, Any]:
    """Every measurement in one run; the first is made again at the end."""
    big = int(6000 * scale)
    found: dict[str, Any] = {}
    for count in WORKERS:
        _told(f"{count} workers")
        found[f"workers {count}"] = await journey.end_to_end(place, journey.KERVAN, count, big)
    _told("what a shipment weighs")
    found["weight"] = await weighed(place, big)
    _told("drafts alone, 1 worker")
    found["drafts alone"] = {"drafts/s": (drafts := await drafts_alone(place, big))}
    for name, rate in (("latency at 200/s", 200), ("latency at 80 % of that", int(drafts * 0.8))):
        _told(name)
        found[name] = await ours.latency(place, rate, 10)
    _told("with traces")
    async with sink() as (url, got):
        with environment(KERVAN_TRACES="otlp", OTEL_EXPORTER_OTLP_ENDPOINT=url):
            found["workers 1, traced"] = await journey.end_to_end(place, journey.KERVAN, 1, big) | {"exports": len(got)}
    _told("1 worker, again")
    found["workers 1, again"] = await journey.end_to_end(place, journey.KERVAN, 1, big)
    return found


async def drafts_alone(place: rig.Place, count: int) -> float:
    """Drafts a second, in and validated out, by one worker with all of them published before: the dearest message there is."""
    here = await rig.fresh(place)
    client = await nats.connect(here.broker_url)
    await rig.publish(client, [said("orders/shop", "shipment.drafted.v1", f"c{n}", draft(f"c{n}")) for n in range(count)])
    await rig.pause(client, paused=True)
    async with rig.processes(journey.KERVAN, 1, here):
        await rig.pause(client, paused=False)
        began = time.perf_counter()
        await journey.out(client, count)
        seconds = time.perf_counter() - began
    await client.close()
    return count / seconds


async def weighed(place: rig.Place, shipments: int) -> Weight:
    """What the last measurement left on disk, less what an empty installation has."""
    admin = await asyncpg.connect(place.database_url)
    name = await admin.fetchval("SELECT datname FROM pg_database WHERE datname LIKE 'bench_%'")
    await admin.close()
    base, _, query = place.database_url.partition("?")
    connection = await asyncpg.connect(f"{base.rpartition('/')[0]}/{name}?{query}")
    await connection.execute("VACUUM")
    full = await connection.fetchval("SELECT pg_database_size(current_database())")
    tables = await connection.fetch(
        """SELECT regexp_replace(relname, '_(other|\\d{4}_\\d\\d)$', '') AS name,
               sum(pg_total_relation_size(oid))::bigint AS bytes FROM pg_class
           WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace GROUP BY 1 ORDER BY 2 DESC LIMIT 8"""
    )
    await connection.close()
    client = await nats.connect(place.broker_url)
    js = client.jetstream(timeout=30)
    streams = [await js.stream_info(stream) for stream in (topology.STREAM_IN, topology.STREAM_OUT)]
    await client.close()
    empty = await rig.fresh(place)
    connection = await asyncpg.connect(empty.database_url)
    bare = await connection.fetchval("SELECT pg_database_size(current_database())")
    await connection.close()
    return Weight(
        (full - bare) / shipments,
        sum(one.state.bytes for one in streams) / shipments,
        {row["name"]: row["bytes"] / shipments for row in tables},
    )


@asynccontextmanager
async def sink() -> AsyncIterator[tuple[str, list[int]]]:
    """A collector that takes all traces and keeps none; how many bytes each export had."""
    got: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readline():
            length = 0
            while (line := await reader.readline()).strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            got.append(len(await reader.readexactly(length)) if head.startswith(b"POST") else 0)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", got


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Settings for the processes that are started inside."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def table(found: dict[str, Any]) -> str:
    """The figures as Markdown, and how far they go."""
    lines = ["| what | measured |", "|---|---|"]
    for name, figures in found.items():
        if name in {"machine", "weight"}:
            continue
        shown = (f"{value:,.1f} {key}" for key, value in figures.items())
        lines.append(f"| {name} | {', '.join(shown)} |")
    weight: Weight = found["weight"]
    largest = ", ".join(f"{name} {size:,.0f}" for name, size in weight.largest.items())
    lines.append(f"| bytes a shipment | database {weight.database:,.0f} ({largest}), broker {weight.broker:,.0f} |")
    again = found["workers 1, again"]["transitions/s"]
    traced = found["workers 1, traced"]["transitions/s"]
    lines.append(f"| traces cost | {(1 - traced / ((again + found['workers 1']['transitions/s']) / 2)) * 100:.1f} % |")
    for times in (1, 100):
        yearly = COUNTRY * times
        mean = yearly * workload.MESSAGES / YEAR_S
        load = f"{mean:,.0f} messages/s in the mean, {mean * PEAK:,.0f} at the peak"
        lines.append(f"| {yearly:,} shipments a year | {load}; {yearly * weight.database / 1e12:,.1f} TB |")
    return "\n".join(lines)


def _told(what: str) -> None:
    sys.stderr.write(f"{what} …\n")


def main() -> None:
    """Measure and print."""
    print(table(rig.measured("tests.benchmarks.capacity", "capacity.json", run)))


if __name__ == "__main__":
    main()
