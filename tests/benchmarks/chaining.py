"""What the hash chain costs: the same messages with and without it, block by block in turn, on one database in one run.

``python -m tests.benchmarks.chaining --shipments 2000``. Blocks alternate, so that whatever else the machine does meanwhile
falls on both sides alike; of each kind of block (each step of the stories) the medians are compared.
"""

import argparse
import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from adapters import observability
from adapters.database import chains
from adapters.database import pool as database
from adapters.entrypoints.embedded import EmbeddedServers, processes
from tests.benchmarks import rig, workload
from tests.benchmarks.ours import engine_intake
from tests.stories import story

SIZE = 250
"""How many messages are a block: one batch."""

Linked = Callable[..., list[chains.Row]]


def bare(linked: Linked) -> Linked:
    """Rows without their links, and shipments without their chains, as they were before there were any."""

    def rows(shipments: Any, transitions: Any, now: Any, batch: Any) -> list[chains.Row]:
        return [
            (
                *(
                    t.shipment,
                    t.sequence,
                    t.origin,
                    t.target,
                    t.trigger,
                    t.occurred_at,
                    now,
                    t.actor,
                    t.message_id,
                    batch,
                    None,
                ),
                *(shipments[t.shipment].begun_at or now, t.seller),
            )
            for t in transitions
        ]

    return rows if linked is chains.linked else linked


async def measured(place: rig.Place, shipments: int) -> dict[str, float]:
    """Median seconds a block with and without chains over all steps, and the share that chains cost."""
    here = await rig.fresh(place)
    connected = await database.connect(here.database_url, size=2)
    intake = engine_intake(connected)
    linked, behind = chains.linked, chains.behind
    took: defaultdict[tuple[int, bool], list[float]] = defaultdict(list)
    stories = [list(story(n, workload.owner(n), claim=False)) for n in range(shipments)]
    for step in range(len(stories[0])):
        for number, begin in enumerate(range(0, shipments, SIZE)):
            block = [one[step] for one in stories[begin : begin + SIZE]]
            chained = number % 2 == 0
            chains.linked = linked if chained else bare(linked)
            chains.behind = behind if chained else lambda *_: []
            began = time.perf_counter()
            await intake.take(block)
            took[step, chained].append(time.perf_counter() - began)
    chains.linked, chains.behind = linked, behind
    await connected.close()
    with_them = sum(median(found) for (_, chained), found in took.items() if chained)
    without = sum(median(found) for (_, chained), found in took.items() if not chained)
    return {"with chains s": with_them, "without s": without, "cost %": (with_them / without - 1) * 100}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.chaining", description=__doc__)
    parser.add_argument("--shipments", type=int, default=5000)
    told = parser.parse_args()
    observability.configure("console", "error")
    with (
        tempfile.TemporaryDirectory(prefix="kervan-bench-") as folder,
        EmbeddedServers(Path(folder), broker_port=processes.any_port()) as servers,
    ):
        urls = servers.urls
        found = asyncio.run(measured(rig.Place(Path(folder), urls.database_url, urls.broker_url), told.shipments))
    print(", ".join(f"{value:.3f} {name}" for name, value in found.items()))


if __name__ == "__main__":
    main()
