"""Why FastStream's batch pull loop is replaced, and when it no longer needs to be."""

import inspect

from faststream.nats.subscriber.usecases import BatchPullStreamSubscriber
from nats.js import JetStreamContext

from events.pull import EagerBatchSubscriber


def test_the_replacement_is_still_needed() -> None:
    """Fails once FastStream catches the builtin TimeoutError and stops filling batches: then drop events/pull.py."""
    source = inspect.getsource(BatchPullStreamSubscriber._consume_pull)
    assert "len(messages) < batch_size" in source, "FastStream no longer waits for full batches: try without events.pull"


def test_nats_still_raises_what_the_replacement_catches() -> None:
    """``fetch`` raises the builtin time-out (asyncio's is the same class)."""
    assert "asyncio.TimeoutError" in inspect.getsource(JetStreamContext.PullSubscription._fetch_n)


def test_the_replacement_has_the_same_layout() -> None:
    """It is put in place by changing an object's class, which wants equal slots."""
    assert EagerBatchSubscriber.__slots__ == ()
    assert issubclass(EagerBatchSubscriber, BatchPullStreamSubscriber)
