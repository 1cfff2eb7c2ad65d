"""``make bench``: every side in the same run, on the same servers, one after the other."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import nats
import orjson

from adapters import observability
from adapters.database import pool as database
from adapters.entrypoints.embedded import EmbeddedServers, Urls, processes
from events import topology
from tests.benchmarks import limits, ours, rig, workload

PLAIN = ("-m", "tests.benchmarks.plain")


async def plain(urls: Urls, shipments: int) -> dict[str, Any]:
    """(b) FastStream with a session a message; claims are left out, so five transitions a shipment."""
    database_url = await rig.fresh(urls)
    client = await nats.connect(urls.broker_url)
    arrivals = workload.journeys(shipments)
    await rig.publish(client, arrivals)
    await rig.pause(client, paused=True)
    wanted = shipments * (workload.TRANSITIONS - 1)
    connected = await database.connect(database_url, size=1)
    async with rig.processes(PLAIN, 1, database_url, urls.broker_url):
        await rig.pause(client, paused=False)
        began = time.perf_counter()
        while (await client.jetstream().stream_info(topology.STREAM_OUT)).state.messages < wanted:
            await asyncio.sleep(0.05)
            if time.perf_counter() - began > 90:
                break
        seconds = time.perf_counter() - began
    moved = await connected.fetchval("SELECT count(*) FROM transition")
    await connected.close()
    await client.close()
    return {"transitions/s": moved / seconds, "messages/s": moved * 7 / 5 / seconds}


async def durable(urls: Urls, shipments: int) -> dict[str, Any]:
    """(c) DBOS, in a process of its own."""
    database_url = await rig.fresh(urls, schema=False)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.benchmarks.durable",
        database_url,
        str(shipments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    if process.returncode != 0:
        return {"error": err.decode()[-300:]}
    found: dict[str, Any] = orjson.loads(out.splitlines()[-1])
    return found


async def run(urls: Urls, scale: float) -> dict[str, Any]:
    """All sides."""
    big, small, tiny = int(6000 * scale), int(700 * scale), int(120 * scale)
    found: dict[str, Any] = {"machine": rig.machine()}
    sides: list[tuple[str, Awaitable[dict[str, Any]]]] = [
        ("(a) Kervan, 1 worker", ours.end_to_end(urls, 1, big)),
        ("(a) Kervan, 2 workers", ours.end_to_end(urls, 2, big)),
        ("(b) FastStream + SQLModel session a message", plain(urls, small)),
        ("(c) DBOS workflow a shipment, recv", durable(urls, tiny)),
        ("(d) set-based SQL alone", limits.sql(urls, big)),
        ("(d) JetStream alone", limits.jetstream(urls, big)),
        ("apply alone, 1 process", ours.apply_alone(urls, big, 1)),
        ("apply alone, 2 processes", ours.apply_alone(urls, big, 2)),
        ("latency publish → out", ours.latency(urls, 800, 8)),
    ]
    for name, side in sides:
        sys.stderr.write(f"{name} …\n")
        found[name] = await side
    found["validation of ten lines"] = ours.judging()
    return found


def table(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    lines = ["| | |", "|---|---|"]
    for name, figures in found.items():
        if name == "machine":
            continue
        shown = ", ".join(
            f"{value:,.1f} {key}" if isinstance(value, float) else f"{value} {key}" for key, value in figures.items()
        )
        lines.append(f"| {name} | {shown} |")
    two = found["(a) Kervan, 2 workers"]["transitions/s"]
    for letter, name in (("b", "(b) FastStream + SQLModel session a message"), ("c", "(c) DBOS workflow a shipment, recv")):
        other = found[name].get("transitions/s")
        if other:
            lines.append(f"| Kervan (2 workers) against ({letter}) | {two / other:.1f} × |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--scale", type=float, default=1.0, help="more or fewer shipments")
    parser.add_argument("--out", type=Path, default=Path("artefacts/bench.json"))
    arguments = parser.parse_args()
    observability.configure("console", "error")
    with (
        tempfile.TemporaryDirectory(prefix="kervan-bench-") as folder,
        EmbeddedServers(Path(folder), broker_port=processes.any_port()) as servers,
    ):
        found = asyncio.run(run(servers.urls, arguments.scale))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    for name, value in found["machine"].items():
        print(f"{name}: {value}")
    print(table(found))


if __name__ == "__main__":
    main()
