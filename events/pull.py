"""FastStream's batch pull subscriber with its loop replaced.

FastStream 0.7.8 collects until a batch is full or its time is over, which adds half the time-out as latency, and catches
``nats.errors.TimeoutError`` while nats-py 2.16 raises the builtin one: the consume task dies and what it had collected waits
for ``ack_wait``. nats-py's own ``fetch`` of many goes on collecting while messages keep coming (at 800 a second a batch of 500
took 0.6 s). Here a wait for one message is followed by a request for what else is there now, so load alone makes the
batches large. A contract test tells when this is no longer needed (upstream: nats-py issues 933 and 1034, pull request 1008).
"""

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any, cast

import nats.errors
import nats.js.errors
import structlog
from faststream.nats.subscriber.usecases import BatchPullStreamSubscriber
from nats.js import JetStreamContext

from events.cancellation import leave_if_cancelled

if TYPE_CHECKING:
    from nats.aio.msg import Msg

_log = structlog.get_logger("kervan.pull")

_FETCH_S = 2.0
_STALE_S = 15.0
_ANSWER_S = 5.0
_NO_MORE = frozenset({"404", "408"})
_HEARTBEAT = "100"
_QUIET = (TimeoutError, nats.errors.TimeoutError)
_BROKEN = (nats.errors.Error, nats.js.errors.Error, ConnectionError)
_FINISH_S = 0.3
"""How long a fetch under way may go on when the subscriber stops: it hands over what has come, or nothing has."""


class EagerBatchSubscriber(BatchPullStreamSubscriber):
    """Hands on whatever a fetch brings; on stop, gives back what it fetched and did not begin."""

    __slots__ = ()

    async def _consume_pull(self) -> None:
        failures = 0
        heard = time.monotonic()
        while self.running and self.subscription is not None:
            messages: list[Msg] = []
            try:
                await self._fetch_into(messages, self.subscription)
            except _QUIET:
                leave_if_cancelled()
                if not messages and time.monotonic() - heard > _STALE_S:
                    heard = time.monotonic()
                    await self._resubscribe_if_deaf()
            except _BROKEN as error:
                leave_if_cancelled()
                failures += 1
                _log.warning("fetch failed", error=type(error).__name__, failures=failures)
                await asyncio.sleep(min(5.0, 0.1 * 2 ** min(failures, 6)) * random.uniform(0.5, 1))  # noqa: S311
                if failures > 2:
                    await self._resubscribe()
            else:
                failures = 0
            if messages:  # what came before a failure is not left to wait for ``ack_wait``
                heard = time.monotonic()
                await self._hand_on(messages)

    async def _hand_on(self, messages: "list[Msg]") -> None:
        await (self.consume(messages) if self.running else give_back(messages))

    async def _fetch_into(self, messages: "list[Msg]", subscription: "JetStreamContext.PullSubscription") -> None:
        """Wait for one message, then take what else is there; under load, take what is there."""
        await fetch_now(messages, subscription, self.pull_sub.batch_size)
        if not messages:
            messages += await subscription.fetch(1, timeout=_FETCH_S)
            await fetch_now(messages, subscription, self.pull_sub.batch_size - 1)

    async def stop(self) -> None:
        """Finish the batch in hand and give back what came after it, so that nobody waits ``ack_wait`` for it."""
        self.running = False
        come = self.subscription._sub._pending_queue if self.subscription else None  # noqa: SLF001 - there is no public way
        begun = {task for task in self.tasks if not task.done()}
        if begun:
            await asyncio.wait(begun, timeout=_FINISH_S)
        await super().stop()
        while come is not None and not come.empty():
            message = come.get_nowait()
            if message.reply:  # without one it is a remark of the server's
                await give_back([message])

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


async def fetch_now(messages: "list[Msg]", subscription: "JetStreamContext.PullSubscription", limit: int) -> None:
    """Add to ``messages`` what is there at this moment, at most ``limit``; nothing is an answer too.

    nats-py has no public call for a request that does not wait, so its parts are used: the request's subject and inbox, and
    the queue behind them. What an earlier request left in the queue is taken, its status messages are dropped.

    Raises:
        APIError: the consumer is gone, or the server cannot answer.
    """
    inner = subscription._sub  # noqa: SLF001 - see above
    if limit < 1:
        return
    while not inner._pending_queue.empty():  # noqa: SLF001 - see above
        left = await inner.next_msg(timeout=1)
        if not _status(left):
            messages.append(left)
    request = b'{"batch": %d, "no_wait": true}' % limit
    await subscription._nc.publish(subscription._nms, request, subscription._deliver)  # noqa: SLF001 - see above
    fresh = 0
    while fresh < limit:
        message = await inner.next_msg(timeout=_ANSWER_S)
        status = _status(message)
        if not status:
            fresh += 1
            messages.append(message)
        elif status in _NO_MORE:
            break
        elif status != _HEARTBEAT:
            if messages:
                break
            raise nats.js.errors.APIError.from_msg(message)


def _status(message: "Msg") -> str | None:
    """The server's own word, which has no reply subject; a publisher's message may carry a Status header too."""
    return None if message.reply else JetStreamContext.is_status_msg(message)


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
