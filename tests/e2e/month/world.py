"""The world around Kervan: its doors, a clock that the script drives, counterparts, and outages."""

import asyncio
import gc
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import stamina
from nats.aio.client import Client
from nats.js.api import ConsumerConfig

from adapters.couriers.following import Parcel
from adapters.couriers.navlungo.client import NavlungoClient
from adapters.couriers.navlungo.tracker import NavlungoTracker
from adapters.database import keys, parcels
from adapters.database.outbox import PostgresOutbox
from adapters.database.store import PostgresStore
from adapters.database.webhooks import Webhooks
from adapters.documents import DocumentFolder
from adapters.entrypoints import bootstrap, dossiers, printing
from adapters.entrypoints.issuing import Archive
from adapters.entrypoints.timing import Timer
from adapters.imports import companions
from adapters.invoicing.sandbox import SandboxIntegrator
from adapters.sandbox import Manners
from adapters.settings import CourierSettings, Settings
from adapters.web.app import create
from adapters.web.services import Services
from events import consumers, topology
from events.connection import tolerant
from events.intake import Intake
from events.relay import Relay
from events.tasks import NotYetError, Reply
from events.translate import Arrival
from tests.benchmarks.rig import publish
from tests.e2e.month import forms
from tests.e2e.month.navlungo import Navlungo, served
from tests.e2e.month.orders import rates_file
from tests.e2e.month.script import Fact, Script, Told
from tests.integration.outages import shut
from tests.law import BOOK
from tests.loopback import LOOPBACK
from workflow.apply import Engine

Pool = Any
NOON = 12
_SOON_S = 120
_A_MESSAGE_S = 0.0002
"""What the worker takes for a message at its fastest; it is not asked more often than it can have done what was left."""
_POSTS_AT_ONCE = 64
_A_TASKS_LIFE = timedelta(days=20)
SCHEMES = {"pts": "standard", "ups": "ups", "fedex": "fedex"}
LISTS = {"pts": "csv", "ups": "xlsx", "fedex": "pdf"}
"""In which form a courier sends its list of ETGBs; the others tell them by messages."""


@dataclass(slots=True)
class Account:
    """What was given at the doors, counted as it was given."""

    told: Counter[str] = field(default_factory=Counter)
    """Messages by door."""
    again: Counter[str] = field(default_factory=Counter)
    """Of those, how many came before."""
    unreadable: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Subject and code of what cannot be read."""
    refused: Counter[str] = field(default_factory=Counter)
    """Ids of what is read and refused."""
    rows_aside: int = 0
    turned_away: int = 0
    """Webhooks and lists that found the door shut."""
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


@dataclass(slots=True)
class World:
    """Kervan as it runs, and everybody it deals with."""

    script: Script
    pool: Pool
    database_url: str
    intake: Intake
    client: Client
    web: httpx.AsyncClient
    webhooks: Webhooks
    relay: Relay
    tracker: NavlungoTracker
    navlungo: Navlungo
    now: datetime
    integrator: SandboxIntegrator = field(default_factory=lambda: SandboxIntegrator(Manners(delay_s=0, jitter_s=0)))
    account: Account = field(default_factory=Account)
    invoices: dict[str, Reply] = field(default_factory=dict)
    """What the integrator has made, by the seller's order number, until the script lets it arrive."""
    waiting: list[Told] = field(default_factory=list)
    """What cannot be told yet: its shipment was drafted too late for it, or the door was shut."""
    to_follow: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Navlungo's tasks that are not done, by their ids."""
    pace: float = 0.0
    missed: set[str] = field(default_factory=set)
    """What UPS told while nobody listened."""

    async def tick(self, at: datetime, told: Sequence[Told], *, outage: bool = False) -> None:
        """Let it be ``at``: what has been told by then arrives, counterparts do their tasks, the timer looks."""
        self.now = max(at, self.now)
        told, self.waiting = [*self.waiting, *told], []
        if at.hour not in {NOON, NOON + 1}:  # lists are sent at noon
            self.waiting = [one for one in told if self._by_list(one)]
            told = [one for one in told if not self._by_list(one)]
        if outage:
            await self._outage(told)
            return
        messages = [arrival for one in told if self._on_broker(one) for arrival in self._messages(one)]
        with self._timed("broker"):
            await self._broker(messages)
        with self._timed("webhooks"):
            await self._webhooks([one for one in told if self._by_webhook(one)])
        with self._timed("lists"):
            await self._lists(told)
        with self._timed("tasks"):
            await self._tasks()
        if at.hour in {NOON, NOON + 1}:
            with self._timed("navlungo"):
                await self._follow()
        with self._timed("timer"):
            await Timer(self.intake, self.pool, self.clock).run()

    def clock(self) -> datetime:
        """The time; no two moments are the same."""
        self.now += timedelta(microseconds=1)
        return self.now

    def seconds(self) -> float:
        """Navlungo's pace: it is asked a little slower than its limits allow."""
        self.pace += 2.5
        return self.pace

    @staticmethod
    def _on_broker(one: Told) -> bool:
        courier = getattr(one.about, "courier", "")
        if one.fact in {Fact.LABEL, Fact.SCAN, Fact.DELIVERY, Fact.LINE}:
            return courier == "ptt"
        return one.fact is not Fact.SEEN

    @staticmethod
    def _by_webhook(one: Told) -> bool:
        return one.fact in {Fact.LABEL, Fact.SCAN, Fact.DELIVERY} and getattr(one.about, "courier", "") in LISTS

    @classmethod
    def _by_list(cls, one: Told) -> bool:
        return not cls._on_broker(one) and not cls._by_webhook(one)

    def _messages(self, one: Told) -> Iterable[Arrival]:
        if one.fact is Fact.INVOICE:
            made = self.invoices.get(getattr(one.about, "reference", ""))
            if made is None:
                self.waiting.append(one)
                return
            good = Arrival(made.subject, made.body, made.message_id)
        else:
            good = forms.message(one)
        self.account.told["broker"] += 1
        self.account.again["broker"] += one.again
        if not one.spoilt:
            yield good
            return
        bad, code = forms.spoilt(good)
        if code == "etgb_number_malformed":
            self.account.refused[orjson.loads(bad.body)["id"]] += 1
        else:
            self.account.unreadable[bad.subject, code] += 1
        yield bad

    async def _broker(self, messages: Sequence[Arrival]) -> None:
        await publish(self.client, messages)
        await self.consumed()

    async def consumed(self) -> None:
        """Wait until the worker has acknowledged all, and the relay has published all."""
        js = self.client.jetstream()
        async with asyncio.timeout(_SOON_S):
            while True:
                info = await js.consumer_info(topology.STREAM_IN, topology.ENGINE)
                left = (info.num_pending or 0) + (info.num_ack_pending or 0)
                if not left:
                    return
                await asyncio.sleep(0.01 + left * _A_MESSAGE_S)

    async def _webhooks(self, told: Sequence[Told]) -> None:
        posts: list[forms.Webhook] = []
        for courier, at_once in (("pts", 20), ("fedex", 10), ("ups", 1)):
            for again in (False, True):
                good = [one for one in told if _is(one, courier) and not one.spoilt and one.again is again]
                groups = [good[begin : begin + at_once] for begin in range(0, len(good), at_once)]
                posts += [self._webhook(courier, group) for group in groups]
                if again:
                    self.account.again["scans by webhook"] += sum(one.name not in self.missed for one in good)
            posts += [self._spoilt(courier, one) for one in told if _is(one, courier) and one.spoilt]
        self.account.told["scans by webhook"] += len(told)
        self.account.told["webhooks"] += len(posts)
        for begin in range(0, len(posts), _POSTS_AT_ONCE):
            answers = await asyncio.gather(*(self._post(*one) for one in posts[begin : begin + _POSTS_AT_ONCE]))
            assert set(answers) <= {202}, answers
        assert await self.pool.fetchval("SELECT count(*) FROM webhook WHERE handled_at IS NULL") == 0

    def _webhook(self, courier: str, group: Sequence[Told]) -> forms.Webhook:
        if courier == "pts":
            return forms.standard(group, self.now)
        return forms.ups(group[0]) if courier == "ups" else forms.fedex(group)

    def _spoilt(self, courier: str, one: Told) -> forms.Webhook:
        """A body that breaks off, rightly signed; of FedEx also a scan that does not say when it was."""
        subject = f"webhooks/{courier}"
        if courier == "fedex":
            self.account.unreadable[subject, "wrong_data"] += 1
            return forms.fedex([one], spoil=f"{one.name}-spoilt")
        self.account.unreadable[subject, "not_json"] += 1
        _, body, headers = self._webhook(courier, [one])
        return courier, body[:-2], forms.signed(body[:-2], f"{one.name}-spoilt", self.now) if courier == "pts" else headers

    async def _post(self, courier: str, body: bytes, headers: dict[str, str]) -> int:
        return (await self.web.post(f"/webhooks/{courier}", content=body, headers=headers)).status_code

    async def _lists(self, told: Sequence[Told]) -> None:
        by_courier: defaultdict[str, list[Told]] = defaultdict(list)
        for one in told:
            if one.fact is Fact.LINE and (courier := getattr(one.about, "courier", "")) in LISTS:
                by_courier[courier].append(one)
        for courier, of_courier in sorted(by_courier.items()):
            form = self._form(courier, of_courier)
            name, content = forms.written(form, forms.LIST, forms.rows(of_courier))
            await self._upload("etgb", name, content, of_courier, courier=courier)
        seen = [one for one in told if one.fact is Fact.SEEN]
        if seen:
            await self._upload("vedop", *forms.written("csv", forms.VEDOP, forms.seen(seen)), seen)

    def _form(self, courier: str, told: Sequence[Told]) -> str:
        """The form of a list; a PDF, which takes long to set, each third day, and of one ETGB never: that is its document."""
        if courier == "fedex" and (self.now.day % 3 or len({getattr(one.about, "number", "") for one in told}) == 1):
            return "csv"
        return LISTS[courier]

    async def _upload(self, kind: str, name: str, content: bytes, told: Sequence[Told], **form: str) -> None:
        answer = await self.web.post(f"/api/imports/{kind}", files={"file": (name, content)}, data=form)
        assert answer.status_code == 202, answer.text
        found, damaged = answer.json(), sum(one.spoilt for one in told)
        assert found["reasons"] == ({"etgb_number_malformed": damaged} if damaged else {}), found
        self.account.rows_aside += damaged
        self.account.told["rows of lists"] += found["rows"]
        self.account.again["rows of lists"] += sum(one.again for one in told)

    async def _tasks(self) -> None:
        """The integrator invoices what it is asked to; Navlungo's tasks wait until it is asked."""
        await self.published()
        js = self.client.jetstream()
        for family, code in (("invoicing", "sandbox"), ("courier", "navlungo")):
            subscription = await js.pull_subscribe(
                topology.task(family, code),
                durable=f"{family}-{code}",
                stream=topology.STREAM_TASK,
                config=ConsumerConfig(max_ack_pending=20_000),
            )
            left = (await subscription.consumer_info()).num_pending or 0
            while left:
                found = await subscription.fetch(min(left, 500), timeout=5)
                left -= len(found)
                for task in found:
                    await self._task(orjson.loads(task.data))
                    await task.ack()

    async def _task(self, task: dict[str, Any]) -> None:
        if task["type"] == "invoice.requested.v1":
            (reply,) = await self.integrator(task)
            self.invoices[task["data"]["reference"]] = reply
        elif task["data"]["courier"] in {"", "navlungo"}:
            self.to_follow[task["id"]] = task

    async def published(self) -> None:
        """Wait until the outbox is empty."""
        async with asyncio.timeout(_SOON_S):
            while await self.pool.fetchval("SELECT EXISTS (SELECT FROM outbox)"):
                await asyncio.sleep(0.01)

    async def _follow(self) -> None:
        """Ask Navlungo about all its parcels, as its worker does each hour."""
        self.pace = max(self.pace, self.now.timestamp())
        replies: list[Reply] = []
        for task_id, task in list(self.to_follow.items()):
            try:
                replies += await self.tracker(task)
                del self.to_follow[task_id]
            except NotYetError as later:
                replies += later.replies
                if self.now - datetime.fromisoformat(task["time"]) > _A_TASKS_LIFE:
                    del self.to_follow[task_id]
        self.account.told["Navlungo's answers"] += len(replies)
        await self._broker([Arrival(one.subject, one.body, one.message_id) for one in replies])

    @property
    def repeated(self) -> int:
        """How many webhooks were known whole."""
        return self.webhooks.totals["repeated"]

    async def _outage(self, told: Sequence[Told]) -> None:
        """PostgreSQL lets nobody in: the broker keeps what is published, webhooks and lists find the door shut.

        Whoever posts them does so again afterwards, but for UPS, which does not.
        """
        async with shut(self.database_url):
            messages = [arrival for one in told if self._on_broker(one) for arrival in self._messages(one)]
            await publish(self.client, messages)
            posted = [one for one in told if self._by_webhook(one)]
            for one in posted:
                courier = getattr(one.about, "courier", "")
                assert await self._post(*self._webhook(courier, [one])) == 503
            uploaded = [one for one in told if self._by_list(one)]
            if uploaded:
                file = {"file": forms.written("csv", forms.LIST, [])}
                answer = await self.web.post("/api/imports/etgb", files=file, data={"courier": "pts"})
                assert answer.status_code == 503, answer.text
        self.account.turned_away += len(posted) + len(uploaded)
        self.missed = {one.name for one in posted if _is(one, "ups") and not one.spoilt}
        self.waiting += [one for one in posted if not _is(one, "ups")] + uploaded
        await self.consumed()

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.account.seconds[what] += time.perf_counter() - began


def _is(one: Told, courier: str) -> bool:
    return getattr(one.about, "courier", "") == courier


TASKS = {"invoicing": "sandbox", "courier": "navlungo"}


@asynccontextmanager
async def opened(
    script: Script, pool: Pool, database_url: str, client: Client, broker_url: str, folder: Path
) -> AsyncIterator[World]:
    """Kervan over a database and a broker, at work until the block ends."""
    secrets = {"pts": forms.SECRET, "ups": forms.CREDENTIAL, "fedex": forms.TOKEN}
    given = {code: {"scheme": SCHEMES[code], "webhook_secret": secret} for code, secret in secrets.items()}
    couriers = {code: CourierSettings.model_validate(one) for code, one in given.items()}
    settings = Settings(data_dir=folder, database_url="", broker_url="", tasks=TASKS, couriers=couriers)
    world: World

    def clock() -> datetime:
        return world.clock()

    def seconds() -> float:
        return world.seconds()

    async with AsyncExitStack() as stack:
        stack.enter_context(stamina.set_testing(testing=True, attempts=3))
        outbox = PostgresOutbox(database_url)
        store = PostgresStore(pool, BOOK.version)
        intake = Intake(Engine(store, clock, bootstrap.policy(settings), committed=lambda _: outbox.wake()), store, clock)
        printer, exporter = printing.printer(settings, pool, clock), dossiers.dossiers(settings, pool, BOOK, clock)
        services = Services(pool, intake, settings, clock, BOOK, printer, exporter)
        key = await keys.add(pool, "lists", "admin", "")
        web = httpx.AsyncClient(
            transport=httpx.ASGITransport(create(services), raise_app_exceptions=False),
            base_url="http://kervan.test",
            headers={"Authorization": f"Bearer {key}"},
        )
        await stack.enter_async_context(web)
        followed = {parcel.place + 1: one for one in script.declarations if one.single for parcel in one.parcels}
        server = await stack.enter_async_context(served(clock, followed))
        asked = NavlungoClient("c", "s", api_url=server.url, identity_url=server.url, outside=LOOPBACK, now=seconds)
        await stack.enter_async_context(asked)

        async def found(shipment: UUID) -> Parcel | None:
            known = await parcels.parcel(pool, shipment)
            return None if known is None else Parcel(*known)

        tracker = NavlungoTracker(asked, found, Archive(DocumentFolder(settings.documents_dir), pool, clock), clock)
        relay = Relay(outbox, client)
        start = script.told[0].at - timedelta(hours=12)
        world = World(script, pool, database_url, intake, client, web, services.webhooks, relay, tracker, server, start)
        await companions.publish_rates(intake, rates_file(folder))
        stack.enter_context(few_collections())
        worker = consumers.build(broker_url, intake)
        tolerant(await worker.connect())
        await worker.start()
        stack.push_async_callback(worker.stop)
        relaying = asyncio.create_task(relay.run())
        stack.push_async_callback(_ended, relaying)
        yield world


@contextmanager
def few_collections() -> Iterator[None]:
    """The script, which is large and stays, is not walked by the collector at every batch: as a worker has it."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
