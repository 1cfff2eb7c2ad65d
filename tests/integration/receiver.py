"""A receiver of webhooks on the loopback, that does what the test says, and the deliverer over a clock that the test drives."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from nats.aio.client import Client

from adapters.calls.addresses import Outside
from adapters.couriers.generic.scheme import authenticate
from adapters.database import subscriptions as table
from adapters.database.deliveries import Deliveries
from adapters.database.outbox import PostgresOutbox
from adapters.subscriptions.deliverer import Deliverer
from adapters.subscriptions.keyring import Keyring
from adapters.subscriptions.listener import Listening
from adapters.subscriptions.sender import Sender
from events.intake import Intake
from events.relay import Relay
from events.subscriptions import Hears
from tests.loopback import LOOPBACK, serving

OK, BROKEN, GONE = "200 OK", "500 Internal Server Error", "410 Gone"


@dataclass
class Request:
    """What came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent in it."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found

    def signed_by(self, secret: str, now: datetime) -> str:
        """Its id, if the receiving side of this program takes it for authentic."""
        return authenticate(secret, self.headers, self.body, now)


@dataclass
class Receiver:
    """Answers as ``answer`` says: a status line with headers, or nothing at all."""

    url: str = ""
    answer: Callable[[Request], str | None] = lambda _: OK
    body: bytes = b"thank you"
    came: list[Request] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ids(self) -> list[str]:
        """Which messages came, in their order."""
        return [one.headers["webhook-id"] for one in self.came]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection, request after request."""
        try:
            while True:
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                request = Request(first.split(" ")[1], headers, body)
                self.came.append(request)
                said = self.answer(request)
                if said is None:
                    await self.over.wait()
                    return
                writer.write(f"HTTP/1.1 {said}\r\nContent-Length: {len(self.body)}\r\n\r\n".encode() + self.body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """The receiver, until the block ends."""
    found = Receiver()
    async with serving(found.serve, found.over) as url:
        found.url = f"{url}/hooks"
        yield found


@dataclass
class Clock:
    """Goes on only when the test says so."""

    at: datetime

    def __call__(self) -> datetime:
        """The time of day."""
        return self.at

    def seconds(self) -> float:
        """The same, counted from anywhere."""
        return self.at.timestamp()

    def on(self, **delta: float) -> None:
        """Let time pass."""
        self.at += timedelta(**delta)


class Desk:
    """All that tells subscribers, over one database and stream, several copies of it where a test wants them."""

    def __init__(self, pool: Any, database_url: str, broker: Client, intake: Intake, folder: Path) -> None:
        self.pool, self.database_url, self.broker, self.intake = pool, database_url, broker, intake
        self.clock = Clock(datetime.now(UTC))
        self.keyring = Keyring("", folder, shared=True)
        self.deliveries = Deliveries(pool)
        self.senders: list[Sender] = []

    def sender(self, outside: Outside = LOOPBACK, time_out_s: float = 5.0) -> Sender:
        """Another sender."""
        made = Sender(outside, self.keyring, self.clock, time_out_s=time_out_s, now=self.clock.seconds)
        self.senders.append(made)
        return made

    def deliverer(self, sender: Sender | None = None) -> Deliverer:
        """Another deliverer, as in another worker."""
        return Deliverer(self.deliveries, sender or self.sender(), self.intake, self.clock)

    async def subscribe(self, url: str, name: str = "erp", hears: Hears | None = None) -> tuple[Any, str]:
        """Subscribe; id and secret."""
        secret = self.keyring.new()
        made = await table.add(
            self.pool, name=name, url=url, hears=hears or Hears(), secret=secret, by="test", now=self.clock()
        )
        return made, self.keyring.shown(secret)

    async def publish(self) -> None:
        """Let the relay publish all that waits in the outbox."""
        relay = asyncio.create_task(Relay(PostgresOutbox(self.database_url), self.broker).run())
        async with asyncio.timeout(20):
            while await self.pool.fetchval("SELECT count(*) FROM outbox"):
                await asyncio.sleep(0.02)
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)

    async def note(self, *listening: Listening) -> None:
        """Let listeners note all that is on the stream."""
        listeners = listening or (Listening(self.broker, self.deliveries, self.clock),)
        async with asyncio.timeout(20):
            while True:
                await asyncio.gather(*(one.run() for one in listeners))
                info = await self.broker.jetstream().consumer_info("KERVAN_OUT", "kervan-subscriptions")
                if not info.num_pending and not info.num_ack_pending:
                    return

    async def tell(self, *arrivals: Any) -> None:
        """Have the engine take messages, publish what follows, and note it."""
        await self.intake.take(list(arrivals))
        await self.publish()
        await self.note()

    async def attempts(self, subscription: Any) -> list[dict[str, Any]]:
        """What was tried, the oldest first."""
        return list(reversed(await table.attempts(self.pool, subscription, 200)))

    async def close(self) -> None:
        """Close all senders."""
        for one in self.senders:
            await one.close()


async def published(broker: Client) -> list[tuple[str, bytes]]:
    """All that went out: ids and bodies, in the stream's order."""
    heard = await broker.jetstream().subscribe("kervan.out.>", stream="KERVAN_OUT", ordered_consumer=True)
    found = []
    try:
        while True:
            message = await heard.next_msg(timeout=0.5)
            found.append((orjson.loads(message.data)["id"], message.data))
    except TimeoutError:
        await heard.unsubscribe()
        return found
