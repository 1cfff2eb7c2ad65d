"""How an adapter's worker takes tasks: not yet, for long, and more than once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from nats.aio.client import Client

from events import tasks, topology
from events.tasks import Handler, NotYetError, Reply, TaskWorker

SUBJECT = "kervan.in.invoicing.test"


@asynccontextmanager
async def at_work(client: Client, handler: Handler) -> AsyncIterator[TaskWorker]:
    """A worker of the family ``invoicing``, code ``test``."""
    worker = TaskWorker(client, "invoicing", "test", handler)
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_what_is_not_done_yet_comes_again_and_says_meanwhile_what_it_has_to(broker: Client) -> None:
    """The reply of the first attempt is on the stream before the second begins."""
    seen: list[str] = []
    heard = await broker.jetstream().subscribe(SUBJECT, stream=topology.STREAM_IN)

    async def handler(task: dict[str, Any]) -> Sequence[Reply]:
        seen.append(task["id"])
        if len(seen) == 1:
            raise NotYetError(0.1, (Reply(SUBJECT, "m1", b"waiting"),))
        return (Reply(SUBJECT, "m2", b"done"),)

    await broker.jetstream().publish(topology.task("invoicing", "test"), b'{"id": "t1"}')
    async with at_work(broker, handler):
        said = [(await heard.next_msg(timeout=10)).data for _ in range(2)]
    assert (said, seen) == ([b"waiting", b"done"], ["t1", "t1"])


async def test_a_task_that_takes_long_is_not_given_to_another(broker: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three times as long as the broker waits for a sign of life."""
    monkeypatch.setattr(topology, "ACK_WAIT_S", 0.5)
    monkeypatch.setattr(tasks, "_ALIVE_S", 0.1)
    seen: list[str] = []
    heard = await broker.jetstream().subscribe(SUBJECT, stream=topology.STREAM_IN)

    async def handler(task: dict[str, Any]) -> Sequence[Reply]:
        seen.append(task["id"])
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 1.5)
        return (Reply(SUBJECT, "m1", b"done"),)

    await broker.jetstream().publish(topology.task("invoicing", "test"), b'{"id": "t1"}')
    async with at_work(broker, handler), at_work(broker, handler):
        await heard.next_msg(timeout=10)
    assert seen == ["t1"]
