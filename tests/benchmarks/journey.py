"""End to end: JetStream in, decision, commit, JetStream out. The same measurement for Kervan and for what one would write."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import nats
from nats.aio.client import Client

from adapters.database import pool as database
from events import topology
from tests.benchmarks import machine, rig, workload
from workflow.stages import Stage

KERVAN = ("-m", "adapters.entrypoints.cli", "worker")
PLAIN = ("-m", "tests.benchmarks.plain")

_STALLED_S = 20.0
_MOVED = topology.out_shipment("*")


class StalledError(Exception):
    """Nothing new came out for a while, and not all had come."""


async def end_to_end(
    place: rig.Place, program: Sequence[str], workers: int, shipments: int, *, filing: bool = True
) -> dict[str, Any]:
    """From the first fetch to the last transition's message on ``KERVAN_OUT``.

    All messages are published and all workers are ready when the clock starts. The claims are filed when all shipments have
    come to VEDOP, as in life; without ``filing`` that is the end.
    """
    here = await rig.fresh(place)
    client = await nats.connect(here.broker_url)
    arrivals, claims = workload.journeys(shipments), workload.claims() if filing else []
    await rig.publish(client, arrivals)
    await rig.pause(client, paused=True)
    steps = workload.TRANSITIONS if filing else workload.TRANSITIONS - 1
    messages, transitions = len(arrivals) + len(claims), shipments * steps
    async with rig.processes(program, workers, here) as running:
        pids = [process.pid for process in running]
        before = machine.used(here.folder, pids)
        await rig.pause(client, paused=False)
        began = time.perf_counter()
        if filing:
            await out(client, transitions - shipments)
            await rig.publish(client, claims)
        await out(client, transitions)
        seconds = time.perf_counter() - began
        after = machine.used(here.folder, pids)
        memory = max(machine.peak_mb(pid) for pid in pids)
    await client.close()
    await _checked(here, shipments, Stage.REFUND_FILED if filing else Stage.VEDOP_TRANSFERRED, steps)
    return {
        "transitions/s": transitions / seconds,
        "messages/s": messages / seconds,
        "seconds": seconds,
        "worker MB": memory,
        **after.since(before, messages),
    }


async def out(client: Client, wanted: int) -> None:
    """Wait until so many transitions are on the stream.

    Raises:
        StalledError: nothing moves any more.
    """
    js = client.jetstream(timeout=30)
    last, since = -1, time.monotonic()
    while True:
        info = await js.stream_info(topology.STREAM_OUT, subjects_filter=_MOVED)
        there = sum((info.state.subjects or {}).values())
        if there >= wanted:
            return
        if there > last:
            last, since = there, time.monotonic()
        elif time.monotonic() - since > _STALLED_S:
            message = f"{there} of {wanted} transitions came out, then nothing for {_STALLED_S:.0f} s"
            raise StalledError(message)
        await asyncio.sleep(0.02)


async def _checked(here: rig.Place, shipments: int, end: Stage, steps: int) -> None:
    """A figure counts only if the work was done: every shipment at the end, an entry in the log for each step."""
    connected = await database.connect(here.database_url, size=1)
    filed = await connected.fetchval("SELECT count(*) FROM shipment WHERE stage = $1", end)
    logged = await connected.fetchval("SELECT count(*) FROM transition")
    await connected.close()
    assert (filed, logged) == (shipments, shipments * steps), (filed, logged)
