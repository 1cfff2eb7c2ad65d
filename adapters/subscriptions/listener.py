"""Notes what goes out for those who hear it: a durable consumer that all workers share, there only while somebody listens."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import nats.errors
import nats.js.errors
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext

from adapters.subscriptions.ports import Noting
from events import keeping, topology
from events.cancellation import leave_if_cancelled
from events.pull import fetch_now, give_back
from events.subscriptions import Listener, Told, told
from workflow.ports import Clock

if TYPE_CHECKING:
    from uuid import UUID

    from nats.aio.msg import Msg

_log = structlog.get_logger("kervan.subscriptions")

_AT_ONCE = 500
_QUIET_S = 2.0
_AGAIN_S = 5.0
_GIVEN_BACK_S = 2.0
_QUIET = (TimeoutError, nats.errors.TimeoutError)
BROKEN = (nats.errors.Error, nats.js.errors.Error, ConnectionError)
"""What the broker, or the way to it, raises."""

_SKEW = timedelta(seconds=5)
"""How far the broker's clock may lie behind ours: rather one message of the moment before than one lost."""


class Listening:
    """Listens to the stream, in one process."""

    def __init__(self, client: Client, noting: Noting, clock: Clock) -> None:
        """Over a client that connects again by itself."""
        self._js: JetStreamContext = client.jetstream()
        self._noting, self._clock = noting, clock
        self._subscription: JetStreamContext.PullSubscription | None = None
        self.heard = asyncio.Event()
        """Set when something was noted."""

    async def run(self) -> bool:
        """Note what has come; whether anybody listens at all. Waits a little for messages.

        Raises:
            StoreUnavailableError: nothing was noted, and all of it comes again.
        """
        listeners = await self._noting.listeners()
        if not listeners:
            await self._leave()
            return False
        subscription = self._subscription or await self._join(listeners)
        messages: list[Msg] = []
        try:
            await fetch_now(messages, subscription, _AT_ONCE)
            if not messages:
                messages += await subscription.fetch(1, timeout=_QUIET_S)
                await fetch_now(messages, subscription, _AT_ONCE - 1)
        except _QUIET:
            leave_if_cancelled()
        except BaseException:
            self._subscription = None
            raise
        if messages:
            await self._note(messages)
        return True

    async def close(self) -> None:
        """Listen no more, in this process."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            await subscription.unsubscribe()

    async def _join(self, listeners: Sequence[Listener]) -> JetStreamContext.PullSubscription:
        """Take part in the shared consumer; it begins where the first who listens does."""
        try:
            await self._js.consumer_info(topology.STREAM_OUT, topology.SUBSCRIPTIONS)
        except nats.js.errors.NotFoundError:
            since = min(one.since for one in listeners) - _SKEW
            await self._js.add_consumer(topology.STREAM_OUT, topology.subscriptions_consumer(since))
        self._subscription = await self._js.pull_subscribe_bind(consumer=topology.SUBSCRIPTIONS, stream=topology.STREAM_OUT)
        return self._subscription

    async def _leave(self) -> None:
        """Nobody listens: end the consumer, so that a later one does not begin with what nobody wanted."""
        if self._subscription is None:
            return
        await self.close()
        try:
            await self._js.delete_consumer(topology.STREAM_OUT, topology.SUBSCRIPTIONS)
        except nats.js.errors.NotFoundError:  # another process did
            return

    async def _note(self, messages: "list[Msg]") -> None:
        try:
            await self._noting.note(await self._heard(messages), self._clock())
        except BaseException:
            await give_back(messages, delay=_GIVEN_BACK_S)
            raise
        for message in messages:
            await message.ack()
        self.heard.set()

    async def _heard(self, messages: "list[Msg]") -> "list[tuple[UUID, Told]]":
        """Who hears which message; asked after they came, so that a new subscription misses none."""
        listeners = await self._noting.listeners()
        found = []
        for message in messages:
            try:
                found.append((message.metadata.timestamp, told(message.data)))
            except ValueError:  # whoever may publish there can put anything; only what is Kervan's own is passed on
                _log.warning("not told to subscribers: it is no message of Kervan's", subject=message.subject)
        known = [one for _, one in found]
        if any(listener.hears.narrow for listener in listeners):
            known = list(await self._noting.known_items(known))
        return [
            (listener.id, one)
            for (at, _), one in zip(found, known, strict=True)
            for listener in listeners
            if one in listener.hears and at >= listener.since - _SKEW
        ]


async def keep(listening: Listening, faults: tuple[type[Exception], ...]) -> None:
    """Listen until cancelled; ``faults`` are the database's, over which it waits."""

    async def turn() -> float:
        return 0.0 if await listening.run() else _QUIET_S

    said = ("subscribers are not told now", "subscribers are not told")
    await keeping.keep(turn, keeping.Faults((*_QUIET, *BROKEN, *faults), *said, _AGAIN_S), _log)
