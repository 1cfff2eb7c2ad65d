"""Counterparts that tell whole journeys at a steady rate, over the broker and over HTTP, each message until it is taken."""

import asyncio
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import httpx
import nats
import nats.errors
import nats.js.errors
from nats.aio.client import Client

from events.translate import Arrival
from tests.stories import sellers, story

_GONE = (nats.errors.Error, nats.js.errors.Error, TimeoutError, OSError)
_AGAIN_S = 0.2
_MOST_OPEN = 50
"""So many messages may wait for their answer: who waits for them says nothing more meanwhile."""
_SPREAD = 6
"""Between how many journeys at once the messages are mixed: so they come too early, and too late."""
_TWICE = 0.05
"""Which share of the messages is told a second time, over the other door."""
MOST_JOURNEYS = 20_000

Identity = tuple[str, str]
"""A message's source and id."""


@dataclass
class Told:
    """What counterparts said and were told that it is taken."""

    messages: dict[Identity, Arrival] = field(default_factory=dict)
    poison: set[str] = field(default_factory=set)
    """Marks of messages that nobody could read, or that can never apply."""
    refused: list[str] = field(default_factory=list)
    """Answers that should not have been: each is a fault."""


class Journeys:
    """Stories of one shipment each, every one of a seller of its own, so that each has a claim of its own."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._sellers = sellers(MOST_JOURNEYS)
        self.begun: list[list[Arrival]] = []
        self.ending = False

    def __iter__(self) -> Iterator[Arrival]:
        """Messages of several stories mixed; once it is to end, those of the stories that have begun."""
        under_way: list[deque[Arrival]] = []
        numbers = count()
        while True:
            while len(under_way) < _SPREAD and not self.ending:
                n = next(numbers)
                messages = list(story(n, self._sellers[n]))
                self.begun.append(messages)
                under_way.append(deque(self._chance.sample(messages, len(messages))))
            if not under_way:
                return
            place = self._chance.randrange(len(under_way))
            yield under_way[place].popleft()
            if not under_way[place]:
                under_way.pop(place)


class Teller:
    """Says what the journeys bring, so many messages a second, whatever becomes of Kervan meanwhile."""

    def __init__(self, servers: list[str], http_url: str, key: str, chance: random.Random, *, rate: float) -> None:
        self.told = Told()
        self.journeys = Journeys(chance)
        self.waiting = 0
        """Messages that were said and are not taken yet."""
        self._servers, self._http_url = servers, http_url
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._chance, self._rate = chance, rate
        self._open: set[asyncio.Task[None]] = set()
        self._client: Client
        self._http: httpx.AsyncClient

    async def run(self) -> None:
        """Until the journeys end and all is taken."""
        self._client = await connected(self._servers, "a counterpart")
        # answers come within seconds or not at all; the same message again is nothing new
        self._http = httpx.AsyncClient(base_url=self._http_url, headers=self._headers, timeout=10)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            for number, arrival in enumerate(self.journeys):
                doors = [self._publish, self._post]
                self._chance.shuffle(doors)
                for door in doors[: 2 if self._chance.random() < _TWICE else 1]:
                    self._begin(door(arrival))
                begun = max(begun, loop.time() - 2 - number / self._rate)  # what could not be said is not caught up at once
                await asyncio.sleep(max(0.0, begun + number / self._rate - loop.time()))
                while len(self._open) > _MOST_OPEN:
                    await asyncio.wait(self._open, return_when=asyncio.FIRST_COMPLETED)
            while self._open:
                await asyncio.wait(self._open)
        finally:
            await self._http.aclose()
            await self._client.close()

    async def flood(self, marks: list[str], bodies: list[tuple[str, bytes]]) -> None:
        """Say what nobody can read, as fast as the broker takes it."""

        async def one(mark: str, subject: str, body: bytes) -> None:
            await self._until_taken(subject, body)
            self.told.poison.add(mark)

        await asyncio.gather(*(one(mark, *said) for mark, said in zip(marks, bodies, strict=True)))

    def _begin(self, saying: "asyncio.Future[None] | object") -> None:
        task: asyncio.Task[None] = asyncio.create_task(saying)  # type: ignore[arg-type]
        self._open.add(task)
        self.waiting = len(self._open)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._open.discard(task)
        self.waiting = len(self._open)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.told.refused.append(f"the teller failed: {error!r}")

    async def _publish(self, arrival: Arrival) -> None:
        await self._until_taken(arrival.subject, arrival.body)
        self._taken(arrival)

    async def _until_taken(self, subject: str, body: bytes) -> None:
        while True:
            try:
                await self._client.jetstream(timeout=2).publish(subject, body)
            except _GONE:
                await asyncio.sleep(_AGAIN_S)
            else:
                return

    async def _post(self, arrival: Arrival) -> None:
        while True:
            try:
                answer = await self._http.post("/api/messages", content=arrival.body)
            except httpx.HTTPError:
                await asyncio.sleep(_AGAIN_S)
                continue
            if answer.status_code < 300:
                self._taken(arrival)
                return
            if answer.status_code < 500:
                self.told.refused.append(f"{answer.status_code} {answer.text}")
                return
            await asyncio.sleep(_AGAIN_S)

    def _taken(self, arrival: Arrival) -> None:
        source, _, message_id = arrival.token.partition(":")
        self.told.messages[source, message_id] = arrival


async def connected(servers: list[str], name: str) -> Client:
    """A counterpart's connection to the cluster, which finds another server soon."""

    async def silent(_: Exception) -> None:
        """Servers die here; that is no news."""

    return await nats.connect(
        servers,
        name=name,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.2,
        connect_timeout=2,
        ping_interval=2,
        max_outstanding_pings=2,
        error_cb=silent,
    )
