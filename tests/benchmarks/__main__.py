"""``make bench``: every side in the same run, on the same servers, one after the other."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from tests.benchmarks import dossiers, journey, limits, matching, ours, rig, webhooks

PLAIN = "(b) FastStream + SQLModel session a message"
DURABLE = "(c) DBOS workflow a shipment, recv"


async def durable(place: rig.Place, shipments: int) -> dict[str, Any]:
    """(c) DBOS, in a process of its own."""
    here = await rig.fresh(place, schema=False)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.benchmarks.durable",
        here.database_url,
        str(shipments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    if process.returncode != 0:
        return {"error": err.decode()[-300:]}
    found: dict[str, Any] = orjson.loads(out.splitlines()[-1])
    return found


async def run(place: rig.Place, scale: float) -> dict[str, Any]:
    """All sides, and again Kervan's own at the end: if the two differ much, the machine was not quiet."""
    big, small, tiny = int(6000 * scale), int(700 * scale), int(120 * scale)
    found: dict[str, Any] = {}
    sides: dict[str, Callable[[], Awaitable[dict[str, Any]]]] = {
        "(a) Kervan, 1 worker": lambda: journey.end_to_end(place, journey.KERVAN, 1, big),
        "(a) Kervan, 2 workers": lambda: journey.end_to_end(place, journey.KERVAN, 2, big),
        PLAIN: lambda: journey.end_to_end(place, journey.PLAIN, 1, small, filing=False),
        DURABLE: lambda: durable(place, tiny),
        "(d) set-based SQL alone": lambda: limits.sql(place, big),
        "(d) JetStream alone": lambda: limits.jetstream(place, big),
        "apply alone, 1 process": lambda: ours.apply_alone(place, big, 1),
        "apply alone, 2 processes": lambda: ours.apply_alone(place, big, 2),
        "latency publish → out": lambda: ours.latency(place, 800, 8),
        "ETGB lists of one seller": lambda: matching.lists(place, int(20_000 * scale)),
        "webhooks, stored and answered": lambda: webhooks.rate(place, big),
        "dossier of a claim, XML": lambda: dossiers.written(place, int(10_000 * scale), prints=False),
        "dossier of a claim, XML and PDF": lambda: dossiers.written(place, int(10_000 * scale), prints=True),
        "(a) Kervan, 1 worker, again": lambda: journey.end_to_end(place, journey.KERVAN, 1, big),
    }
    for name, side in sides.items():
        sys.stderr.write(f"{name} …\n")
        found[name] = await side()
    found["validation of ten lines"] = ours.judging()
    found["GİB's check of an invoice of ten lines"] = await ours.checking()
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
    best = max(value["transitions/s"] for name, value in found.items() if name.startswith("(a)"))
    for name in (PLAIN, DURABLE):
        other = found[name].get("transitions/s")
        if other:
            lines.append(f"| best of (a) against {name[:3]} | {best / other:.1f} × |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    print(table(rig.measured("tests.benchmarks", "bench.json", run)))


if __name__ == "__main__":
    main()
