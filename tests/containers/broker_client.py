"""Runs in a container in the installation's network: publishes what it is given, or tells what was published.

``publish``: lines of JSON ``[subject, id, body]``, each published until it is acknowledged, whatever becomes of the broker.
``read``: prints the streams' replicas and the events of all transitions, as one JSON object.
"""

import asyncio
import json
import sys
from typing import Any

import nats.errors
import nats.js.errors
from nats.aio.client import Client

from adapters import observability
from adapters.entrypoints.broker import close, connect
from adapters.settings import Settings

_GONE = (nats.errors.Error, nats.js.errors.Error, TimeoutError, ConnectionError)
_PACE_S = 0.05


async def publish(client: Client) -> None:
    """One after the other, so that what is lost would be seen."""
    js = client.jetstream(timeout=2)
    for line in sys.stdin:
        subject, token, body = json.loads(line)
        while True:
            try:
                await js.publish(subject, body.encode(), headers={"Nats-Msg-Id": token})
                break
            except _GONE:
                await asyncio.sleep(0.2)
        await asyncio.sleep(_PACE_S)


async def read(client: Client) -> None:
    """From the beginning of the stream to its end."""
    js = client.jetstream(timeout=5)
    infos = {name: await js.stream_info(name) for name in ("KERVAN_IN", "KERVAN_OUT", "KERVAN_TASK")}
    found: list[Any] = []
    subscription = await js.pull_subscribe("kervan.out.shipment.>", stream="KERVAN_OUT")
    while True:
        try:
            messages = await subscription.fetch(500, timeout=1)
        except TimeoutError:
            break
        found += [json.loads(message.data) for message in messages]
        for message in messages:
            await message.ack()
    replicas = {
        name: [info.config.num_replicas, sum(bool(peer.current) for peer in (info.cluster and info.cluster.replicas) or ()) + 1]
        for name, info in infos.items()
    }
    print(json.dumps({"replicas": replicas, "events": found}))


async def main() -> None:
    """Do what the first argument says; standard output is for what was asked."""
    observability.configure("console", "error")
    settings = Settings()
    client = await connect(settings.broker_url, "a counterpart", authority=settings.broker_ca)
    await {"publish": publish, "read": read}[sys.argv[1]](client)
    await close(client)


asyncio.run(main())
