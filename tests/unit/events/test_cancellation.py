"""Loops that work until cancelled end at the first cancellation, even where a library turns it into a time-out."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest
from nats.aio.client import Client

from events.relay import Relay, Row
from events.tasks import Reply, TaskWorker


async def swallowed(entered: asyncio.Event) -> Any:
    """Wait as ``asyncio.wait_for`` does in Python 3.11 when a cancellation meets its time-out: raise the time-out."""
    entered.set()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        raise TimeoutError from None


class Subscription:
    """Loses every cancellation that meets a fetch."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()

    async def fetch(self, _batch: int, timeout: float) -> Any:  # noqa: ASYNC109 - the signature of nats-py
        """Never bring anything."""
        assert timeout > 0
        return await swallowed(self.entered)


class Streams:
    """A JetStream context with one subscription."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription

    async def add_consumer(self, *_: object) -> None:
        """Have it."""

    async def pull_subscribe(self, *_: object, **__: object) -> Subscription:
        """Give the one subscription."""
        return self._subscription


class Connection:
    """A client as far as the loops look at it before they wait."""

    def __init__(self, subscription: Subscription) -> None:
        self._streams = Streams(subscription)

    def jetstream(self, **_: object) -> Streams:
        """Give the one context."""
        return self._streams


class Outbox:
    """A led outbox whose rows never come, and which loses the cancellation."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.closed = False

    async def lead(self) -> bool:
        """Lead always."""
        return True

    async def take(self, _limit: int) -> list[Row]:
        """Never bring a row."""
        found: list[Row] = await swallowed(self.entered)
        return found

    async def done(self, ids: Sequence[int]) -> None:
        """Not to be called: nothing was taken."""
        raise AssertionError(ids)

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - the protocol's own word
        """Not to be called: taking never ends."""
        raise AssertionError(timeout)

    async def close(self) -> None:
        """Note that the lead was given up."""
        self.closed = True


async def nothing(_task: dict[str, Any]) -> Sequence[Reply]:
    return ()


async def test_a_task_worker_ends_at_the_first_cancellation() -> None:
    subscription = Subscription()
    worker = TaskWorker(cast("Client", Connection(subscription)), "courier", "sandbox", nothing)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(5):
        await subscription.entered.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_a_relay_ends_at_the_first_cancellation_and_gives_up_its_lead() -> None:
    outbox = Outbox()
    running = asyncio.create_task(Relay(outbox, cast("Client", Connection(Subscription()))).run())
    async with asyncio.timeout(5):
        await outbox.entered.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert outbox.closed
