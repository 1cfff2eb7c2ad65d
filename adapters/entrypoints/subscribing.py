"""Those who subscribe are told: the listener and the deliverer of one worker, and what else sends webhooks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from nats.aio.client import Client

from adapters.database.deliveries import Deliveries
from adapters.database.store import LOST
from adapters.settings import Settings
from adapters.subscriptions import deliverer, listener
from adapters.subscriptions import settled as subscriptions
from workflow.ports import Clock

if TYPE_CHECKING:
    from adapters.entrypoints.bootstrap import Parts


@asynccontextmanager
async def at_work(settings: Settings, parts: "Parts", client: Client, clock: Clock) -> AsyncIterator[None]:
    """Note what goes out and deliver it, until the block ends."""
    deliveries, sending = Deliveries(parts.pool), subscriptions.sender(settings, clock)
    listening = listener.Listening(client, deliveries, clock)

    async def until_heard(seconds: float) -> None:
        try:
            await asyncio.wait_for(listening.heard.wait(), seconds)
        except TimeoutError:
            return
        finally:
            listening.heard.clear()

    tasks = [
        asyncio.create_task(listener.keep(listening, LOST)),
        asyncio.create_task(deliverer.keep(deliverer.Deliverer(deliveries, sending, parts.intake, clock), LOST, until_heard)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await sending.close()
