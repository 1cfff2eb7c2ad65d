"""Seals of the logs on the broker: what is published of each, and what was published, read again to compare."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from events import topology
from events.outgoing import SOURCE, Outgoing, envelope
from workflow.chain import Fault, Kind, Log
from workflow.seal import ALL, Kept, heads_of

TYPE = "log.sealed.v1"
_AT_ONCE = 500
_WAIT_S = 5.0


def news(kept: Kept) -> Outgoing:
    """A seal as the broker hears of it: no shipment is named, only how many it is of."""
    seal = kept.seal
    data: dict[str, Any] = {
        "number": seal.number,
        "at": seal.at,
        "previous": seal.previous.hex(),
        "digest": kept.digest.hex(),
        "key": kept.key,
        "mac": kept.mac.hex(),
        "batches": seal.batches,
        "acts": seal.acts,
        "shipments": len({head.shipment for head in heads_of(seal.heads)}),
        "at_upgrade": seal.walked != ALL,
    }
    message_id = f"seal:{seal.number}:{kept.digest.hex()[:16]}"
    return Outgoing(message_id, topology.SEALS, envelope(source=SOURCE, id=message_id, type=TYPE, time=seal.at, data=data))


async def published(client: Client) -> AsyncIterator[dict[str, Any]]:
    """The data of every seal on the stream, from its beginning; none where there is no stream."""
    js = client.jetstream(timeout=_WAIT_S)
    try:
        info = await js.stream_info(topology.STREAM_AUDIT)
    except NotFoundError:
        return
    left = info.state.messages
    config = ConsumerConfig(ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.ALL, inactive_threshold=30)
    consumer = await js.pull_subscribe(topology.SEALS, stream=topology.STREAM_AUDIT, config=config)
    while left > 0:
        for message in await consumer.fetch(min(left, _AT_ONCE), timeout=_WAIT_S):
            left -= 1
            yield orjson.loads(message.data)["data"]
    await consumer.unsubscribe()


def faults(told: dict[str, Any], kept: Kept | None) -> list[Fault]:
    """What is not as it was published: the broker's word stands, since whoever changes the database does not reach it."""
    number = int(told["number"])
    if kept is None:
        return [Fault(Log.SEAL, Kind.REMOVED, number, "it was published")]
    if (kept.digest.hex(), kept.mac.hex()) != (told["digest"], told["mac"]):
        return [Fault(Log.SEAL, Kind.CHANGED, number, "it is not the one that was published")]
    return []
