"""A cluster that begins: its streams are asked for until it can keep them."""

from collections.abc import Iterator
from typing import Any, cast

import nats.errors
import pytest
import stamina
from nats.aio.client import Client
from nats.js.errors import APIError, NotFoundError, ServerError, ServiceUnavailableError

from adapters.entrypoints import broker
from events import topology

NO_PEERS = APIError(code=400, err_code=10005, description="no suitable peers for placement")


class Cluster:
    """Answers with these errors, one after the other, then keeps what it is told."""

    def __init__(self, *errors: Exception, always: bool = False) -> None:
        self.errors = list(errors)
        self.always = always
        self.kept: dict[str, int | None] = {}

    def jetstream(self) -> "Cluster":
        """Itself."""
        return self

    async def stream_info(self, name: str) -> None:
        """An error that is left, or whether the stream is kept."""
        if self.errors:
            raise self.errors[0] if self.always else self.errors.pop(0)
        if name not in self.kept:
            raise NotFoundError(code=404, err_code=10059)

    async def add_stream(self, config: Any) -> None:
        """Keep one."""
        self.kept[config.name] = config.num_replicas

    async def update_stream(self, config: Any) -> None:
        """Change one."""
        self.kept[config.name] = config.num_replicas

    async def add_consumer(self, stream: str, config: Any) -> None:
        """Only on a stream that is kept."""
        assert stream in self.kept

    async def consumer_info(self, stream: str, name: str) -> None:
        """There is none yet."""
        raise NotFoundError(code=404, err_code=10014)


@pytest.fixture(autouse=True)
def without_waits() -> Iterator[None]:
    """Ten attempts, one right after the other."""
    with stamina.set_testing(True, attempts=10):
        yield


@pytest.mark.parametrize(
    "error", [TimeoutError(), nats.errors.TimeoutError(), nats.errors.NoRespondersError(), ServiceUnavailableError(), NO_PEERS]
)
async def test_streams_are_made_once_the_cluster_has_a_leader(error: Exception) -> None:
    """Whatever a server says before: nobody answers, not now, too few of us."""
    cluster = Cluster(error, error)
    await broker.declare(cast("Client", cluster), 3)
    streams = (topology.STREAM_IN, topology.STREAM_OUT, topology.STREAM_TASK, topology.STREAM_AUDIT)
    assert cluster.kept == dict.fromkeys(streams, 3)


async def test_streams_that_are_there_are_brought_to_the_replicas_that_are_set() -> None:
    """One server that became a cluster keeps its streams, and they are copied."""
    cluster = Cluster()
    await broker.declare(cast("Client", cluster), 1)
    await broker.declare(cast("Client", cluster), 3)
    assert set(cluster.kept.values()) == {3}


async def test_a_cluster_that_never_chooses_a_leader_is_named() -> None:
    """The operator is told where to look, instead of a worker that waits for ever."""
    with pytest.raises(broker.BrokerNotReadyError, match="KERVAN_BROKER_REPLICAS"):
        await broker.declare(cast("Client", Cluster(nats.errors.NoRespondersError(), always=True)), 3)


async def test_one_server_cannot_keep_three_copies() -> None:
    """That does not come right by waiting, so it is said at once."""
    alone = ServerError(code=500, err_code=10074, description="replicas > 1 not supported in non-clustered mode")
    cluster = Cluster(alone, always=True)
    with pytest.raises(broker.BrokerStandsAloneError, match="not in a cluster"):
        await broker.declare(cast("Client", cluster), 3)


async def test_any_other_error_of_the_server_is_not_waited_out() -> None:
    """A stream that cannot have this shape is a fault of ours."""
    with pytest.raises(APIError, match="maximum"):
        await broker.declare(cast("Client", Cluster(APIError(code=400, err_code=10047, description="maximum"))), 1)
