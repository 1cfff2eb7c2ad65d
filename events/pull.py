"""FastStream's batch pull subscriber with its loop replaced.

FastStream 0.7.8 collects until a batch is full or its time is over, which adds half the time-out as latency, and catches
``nats.errors.TimeoutError`` while nats-py 2.16 raises the builtin one: the consume task dies and what it had collected waits
for ``ack_wait``. Here a fetch returns as soon as one message is there, and load alone makes the batches large. A contract
test tells when this is no longer needed (upstream: nats-py issues 933 and 1034, pull request 1008).
"""

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any, cast

import nats.errors
import nats.js.errors
import structlog
from faststream.nats.subscriber.usecases import BatchPullStreamSubscriber

if TYPE_CHECKING:
    from nats.aio.msg import Msg

_log = structlog.get_logger("kervan.pull")

_FETCH_S = 2.0
_STALE_S = 15.0
_QUIET = (TimeoutError, nats.errors.TimeoutError)
_BROKEN = (
    nats.errors.ConnectionClosedError,
    nats.errors.ConnectionReconnectingError,
    nats.errors.BadSubscriptionError,
    nats.js.errors.APIError,
    ConnectionError,
)


class EagerBatchSubscriber(BatchPullStreamSubscriber):
    """Hands on whatever a fetch brings; on stop, gives back what it fetched and did not begin."""

    __slots__ = ()

    async def _consume_pull(self) -> None:
        failures = 0
        heard = time.monotonic()
        while self.running and self.subscription is not None:
            try:
                messages = await self.subscription.fetch(self.pull_sub.batch_size, timeout=_FETCH_S)
            except _QUIET:
                if time.monotonic() - heard > _STALE_S:
                    heard = time.monotonic()
                    await self._resubscribe_if_deaf()
                continue
            except _BROKEN as error:
                failures += 1
                _log.warning("fetch failed", error=type(error).__name__, failures=failures)
                await asyncio.sleep(min(5.0, 0.1 * 2 ** min(failures, 6)) * random.uniform(0.5, 1))  # noqa: S311
                if failures > 2:
                    await self._resubscribe()
                continue
            failures, heard = 0, time.monotonic()
            if messages and self.running:
                await self.consume(messages)
            else:
                await give_back(messages)

    async def _resubscribe_if_deaf(self) -> None:
        """A subscription can go deaf when the server restarts: messages wait, and no fetch brings one."""
        subscription = self.subscription
        if subscription is None:
            return
        try:
            info = await subscription.consumer_info()
        except (*_QUIET, *_BROKEN):
            return
        if info.num_pending:
            _log.warning("subscription is deaf", pending=info.num_pending)
            await self._resubscribe()

    async def _resubscribe(self) -> None:
        old = self.subscription
        try:
            self.subscription = await self.jetstream.pull_subscribe(
                subject=self.subject.broker_address, config=self.config, **self.extra_options
            )
            if old is not None:
                await old.unsubscribe()
        except (*_QUIET, *_BROKEN) as error:
            _log.warning("cannot subscribe again yet", error=type(error).__name__)


def make_eager(subscriber: Any) -> EagerBatchSubscriber:  # noqa: ANN401 - whatever the broker's factory made
    """Turn the broker's batch pull subscriber into an eager one; both have the same layout, only the loop differs."""
    if not isinstance(subscriber, BatchPullStreamSubscriber):
        message = f"expected a batch pull subscriber, got {type(subscriber).__name__}"
        raise TypeError(message)
    subscriber.__class__ = EagerBatchSubscriber
    return cast("EagerBatchSubscriber", subscriber)


async def give_back(messages: "list[Msg]", delay: float | None = None) -> None:
    """Let the broker deliver messages again, at once or after ``delay`` seconds."""
    for message in messages:
        try:
            await message.nak(delay=delay)
        except (nats.errors.Error, ConnectionError):  # the broker is gone: ``ack_wait`` brings them back
            return
