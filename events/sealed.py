"""Seals of the logs on the broker: what is published of each, and what was published, read again to compare."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
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
TYPE_RESTORED = "log.restored.v1"
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


@dataclass(frozen=True, slots=True)
class Restored:
    """The word that the database was put back to a moment at which it had no seal after ``seal``."""

    place: int
    """In the stream: seals that were published before are meant."""
    seal: int


async def tell_restored(client: Client, seal: int, now: datetime) -> None:
    """Publish that the database was put back, so that its seals since are not missed."""
    message_id = f"restored:{seal}:{now.timestamp():.6f}"
    body = envelope(source=SOURCE, id=message_id, type=TYPE_RESTORED, time=now, data={"seal": seal})
    js = client.jetstream(timeout=_WAIT_S)
    await js.publish(topology.RESTORED, body, headers={"Nats-Msg-Id": message_id})


async def restored(client: Client) -> list[Restored]:
    """All such words, in their order."""
    return [Restored(place, int(data["seal"])) async for place, data in _told(client, topology.RESTORED)]


def undone(place: int, number: int, restores: Sequence[Restored]) -> bool:
    """Whether the database was put back to a moment before a seal, after this one was published."""
    return any(one.place > place and one.seal < number for one in restores)


async def published(client: Client) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    """Every seal on the stream with its place there, from the beginning; none where there is no stream."""
    async for place, data in _told(client, topology.SEALS):
        yield place, data


async def _told(client: Client, subject: str) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    js = client.jetstream(timeout=_WAIT_S)
    config = ConsumerConfig(ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.ALL, inactive_threshold=30)
    try:
        consumer = await js.pull_subscribe(subject, stream=topology.STREAM_AUDIT, config=config)
    except NotFoundError:
        return
    left = (await consumer.consumer_info()).num_pending or 0
    while left > 0:
        for message in await consumer.fetch(min(left, _AT_ONCE), timeout=_WAIT_S):
            left -= 1
            yield message.metadata.sequence.stream, orjson.loads(message.data)["data"]
    await consumer.unsubscribe()


def faults(told: dict[str, Any], kept: Kept | None) -> list[Fault]:
    """What is not as it was published: the broker's word stands, since whoever changes the database does not reach it."""
    number = int(told["number"])
    if kept is None:
        return [Fault(Log.SEAL, Kind.REMOVED, number, "it was published")]
    if (kept.digest.hex(), kept.mac.hex()) != (told["digest"], told["mac"]):
        return [Fault(Log.SEAL, Kind.CHANGED, number, "it is not the one that was published")]
    return []
