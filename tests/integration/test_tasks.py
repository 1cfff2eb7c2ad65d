"""How an adapter's worker takes tasks: not yet, for long, and more than once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import orjson
import pytest
from nats.aio.client import Client
from nats.js.api import ConsumerConfig

from adapters.database import failed_tasks, queries
from events import tasks, topology
from events.intake import Intake
from events.outgoing import envelope
from events.tasks import Handler, NotFoundError, NotYetError, ProtocolChangedError, RejectedError, Reply, TaskWorker
from events.translate import Arrival
from tests.stories import START, known_id, story

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


NEVER: list[tuple[Exception, str, int]] = [
    (RejectedError("the parcel is too large for this service"), "rejected", 1),
    (ProtocolChangedError("the answer has no field tracking_number"), "changed_protocol", 1),
    (NotFoundError("it knows no such order"), "not_found", 3),
    (ValueError("Erika Mustermann"), "failed", 3),
]


@pytest.mark.parametrize(("error", "code", "tries"), NEVER, ids=[code for _, code, _ in NEVER])
async def test_a_task_that_cannot_be_done_is_shown_to_a_person_who_has_it_done_again(
    broker: Client, connections: Any, intake: Intake, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str, tries: int
) -> None:
    """A clear no at once, anything else after the last try; one item, one kept task, and the very same task again on a word."""
    monkeypatch.setattr(tasks, "MOST_TRIES", 3)
    monkeypatch.setattr(tasks, "pause_after", lambda _: 0.01)
    await intake.take(list(story(0))[:1])
    seen: list[dict[str, Any]] = []
    done = asyncio.Event()

    async def handler(task: dict[str, Any]) -> Sequence[Reply]:
        seen.append(task)
        if len(seen) <= tries:
            raise error
        done.set()
        return ()

    asked = envelope(source="kervan", id="t1", type="pickup.requested.v1", time=START, data={"shipment": {"id": known_id(0)}})
    await broker.jetstream().publish(topology.task("invoicing", "test"), asked)
    heard = await broker.jetstream().subscribe("kervan.in.engine.tasks", stream=topology.STREAM_IN)
    async with at_work(broker, handler):
        told = await heard.next_msg(timeout=10)
        assert len(seen) == tries
        (outcome,) = await intake.take([Arrival(told.subject, told.data, "tasks")])
        assert outcome.state == "applied", outcome
        (kept,) = await failed_tasks.listed(connections, "failed", 10)
        assert (kept["task"], kept["code"], kept["tries"]) == ("t1", code, tries)
        assert "Mustermann" not in kept["detail"]
        (item,) = await queries.attention(connections, resolved=False, limit=10, after=None)
        assert (item["id"], item["reason"], item["shipment_id"]) == (kept["id"], "task_failed", known_id(0))
        again = [await failed_tasks.ask_again(connections, UUID(kept["id"]), "ayse", START) for _ in range(2)]
        assert [one["state"] for one in again if one is not None] == ["asked_again"] * 2
        row = await connections.fetchrow("SELECT message_id, subject, payload FROM outbox WHERE subject LIKE 'kervan.task.%'")
        assert row["message_id"] == "t1:again:1"
        await broker.jetstream().publish(row["subject"], row["payload"], headers={"Nats-Msg-Id": row["message_id"]})
        async with asyncio.timeout(10):
            await done.wait()
    assert seen[-1] == seen[0]
    assert await queries.attention(connections, resolved=False, limit=10, after=None) == []


async def test_waiting_is_no_failure(broker: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A counterpart that is not there yet may say so more often than a task may fail."""
    monkeypatch.setattr(tasks, "MOST_TRIES", 2)
    seen: list[str] = []
    done = asyncio.Event()

    async def handler(task: dict[str, Any]) -> Sequence[Reply]:
        seen.append(task["id"])
        if len(seen) < 6:
            raise NotYetError(0.01)
        done.set()
        return ()

    await broker.jetstream().publish(topology.task("invoicing", "test"), b'{"id": "t1"}')
    async with at_work(broker, handler), asyncio.timeout(10):
        await done.wait()


async def fails(_: dict[str, Any]) -> Sequence[Reply]:
    """A fault of ours."""
    raise ValueError("no")


async def test_failures_are_counted_across_processes(broker: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that begins anew does not begin to count anew, also where it died before its word that a task is put back."""
    monkeypatch.setattr(topology, "ACK_WAIT_S", 1.0)
    monkeypatch.setattr(tasks, "MOST_TRIES", 3)
    monkeypatch.setattr(tasks, "pause_after", lambda _: 0.3)
    heard = await broker.jetstream().subscribe("kervan.in.engine.tasks", stream=topology.STREAM_IN)
    put = await broker.subscribe(topology.task("invoicing", "test"))
    await broker.jetstream().publish(topology.task("invoicing", "test"), b'{"id": "t1"}')
    for _ in range(2):
        await put.next_msg(timeout=10)
        async with at_work(broker, fails):
            while not put.pending_msgs:  # one try, put back; the next worker takes it after its pause
                await asyncio.sleep(0)
    async with at_work(broker, fails):
        told = orjson.loads((await heard.next_msg(timeout=10)).data)
    assert told["data"]["tries"] == 3


async def test_an_answer_of_the_counterpart_ends_a_row_of_failures(broker: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parcel is followed for weeks: what failed now and then in that time is no reason to give up."""
    monkeypatch.setattr(tasks, "MOST_TRIES", 3)
    monkeypatch.setattr(tasks, "pause_after", lambda _: 0.01)
    seen: list[str] = []
    done = asyncio.Event()

    async def handler(task: dict[str, Any]) -> Sequence[Reply]:
        seen.append(task["id"])
        if len(seen) == 9:
            done.set()
            return ()
        raise NotYetError(0.01) if len(seen) % 3 == 0 else ValueError("now and then")

    await broker.jetstream().publish(topology.task("invoicing", "test"), b'{"id": "t1"}')
    async with at_work(broker, handler), asyncio.timeout(20):
        await done.wait()


async def test_a_task_that_failed_is_left_alone_for_its_pause(broker: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes it meanwhile gives it back untried."""
    monkeypatch.setattr(tasks, "pause_after", lambda _: 0.5)
    times: list[float] = []
    done = asyncio.Event()

    async def handler(_: dict[str, Any]) -> Sequence[Reply]:
        times.append(asyncio.get_running_loop().time())
        if len(times) == 1:
            raise ValueError("no")
        done.set()
        return ()

    await broker.jetstream().publish(topology.task("invoicing", "test"), b'{"id": "t1"}')
    async with at_work(broker, handler), asyncio.timeout(10):
        await done.wait()
    assert times[1] - times[0] >= 0.4


async def test_tasks_that_wait_keep_no_other_from_the_counterpart(broker: Client) -> None:
    """More than the broker of an earlier release gave out at once: the consumer that it left is brought to the new shape."""
    js = broker.jetstream()
    old = ConsumerConfig(durable_name="invoicing-test", filter_subject=topology.task("invoicing", "test"), max_ack_pending=50)
    await js.add_consumer(topology.STREAM_TASK, old)
    done = asyncio.Event()

    async def handler(task: dict[str, Any]) -> Sequence[Reply]:
        if task["id"] == "new":
            done.set()
            return ()
        raise NotYetError(3600)

    for number in range(200):
        await js.publish(topology.task("invoicing", "test"), b'{"id": "%d"}' % number)
    await js.publish(topology.task("invoicing", "test"), b'{"id": "new"}')
    async with at_work(broker, handler), asyncio.timeout(20):
        await done.wait()
        info = await js.consumer_info(topology.STREAM_TASK, "invoicing-test")
    assert info.config.max_ack_pending == -1


def test_pauses_grow_and_are_never_quite_the_same() -> None:
    """Up to five minutes; two tasks that failed together do not come again together."""
    pauses = [tasks.pause_after(n) for n in range(1, 13)]
    assert pauses[0] <= 2
    assert max(pauses) <= 300
    assert len({tasks.pause_after(12) for _ in range(10)}) > 1
    assert sum(pauses) > 20 * 60
