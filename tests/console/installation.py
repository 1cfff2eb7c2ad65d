"""A web process of its own over real servers, with something of everything to see."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import nats

from adapters.database import migrate, pool, users
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded import Urls, processes
from adapters.settings import Settings
from events import topology
from events.intake import Intake
from events.translate import Arrival
from tests.integration.conftest import renamed
from tests.law import BOOK
from tests.stories import SELLER, SELLERS, draft, etgb_number, invoice, known_id, ref, said, story
from workflow.apply import Engine
from workflow.refund import claim_id

PASSWORD = "a long and calm caravan"
ROLES = ("viewer", "operations", "finance", "admin")

DONE, DRAFT, INVOICED, HANDED = known_id(1), known_id(20), known_id(30), known_id(40)
"""Shipments of the seed: one at its end, one held by findings, one invoiced, one at its courier."""

TO_AMEND, TO_CANCEL = known_id(22), known_id(23)
"""Drafts like the one above that a test changes for good: each has one of its own, since all files share the installation."""

OTHER = SELLERS[2]
"""A seller whom those are not bound to."""
OF_BOTH = 54
"""A story whose ETGB also has a shipment of another seller on it."""

FILED, OPEN_CLAIM = (str(claim_id(SELLER, "2026-11", supplement)) for supplement in (0, 1))
"""Claims of the seed: one that is filed, and the one that gathered what came after it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it all is."""

    url: str
    database_url: str
    broker_url: str

    def tell(self, *arrivals: Arrival) -> None:
        """Let messages happen, as a worker would."""
        _apart(lambda: asyncio.run(_take(self.database_url, arrivals)))


def _apart(work: Callable[[], object]) -> None:
    """Do something in a thread of its own: in the tests' thread the browser's driver has its loop."""
    with ThreadPoolExecutor(1) as one:
        one.submit(work).result()


async def _take(database_url: str, arrivals: Sequence[Arrival]) -> None:
    connected = await pool.connect(database_url, size=2)
    try:
        store = PostgresStore(connected, BOOK.version)
        settings = Settings(database_url="", broker_url="")
        intake = Intake(Engine(store, bootstrap.now, bootstrap.policy(settings)), store, bootstrap.now)
        for first in range(0, len(arrivals), 200):
            await intake.take(arrivals[first : first + 200])
    finally:
        await connected.close()


async def _people(database_url: str) -> None:
    connected = await pool.connect(database_url, size=1)
    try:
        for role in ROLES:
            await users.add(connected, role, role, bootstrap.now(), password=PASSWORD)
    finally:
        await connected.close()


def seed() -> list[Arrival]:
    """Shipments in all stages, findings, attention, something refused, something parked."""
    found: list[Arrival] = []
    for n in range(1, 9):
        found += story(n)
    blocked = {"gross_weight_kg": "9999", "incoterm": "DAP"}
    found += [said("orders/shop", "shipment.drafted.v1", f"draft-{n}", draft(f"order-{n}", **blocked)) for n in range(20, 24)]
    for n in range(30, 34):
        found += list(story(n))[:2]
    for n in range(40, 45):
        found += list(story(n))[:4]
    for n in range(50, 53):
        found += list(story(n))[:6]
    found += _on_one_etgb()
    found += [said("orders/shop", "shipment.drafted.v1", f"more-{n}", draft(f"more-{n}")) for n in range(70)]
    early = invoice("order-60", 60, issued_on="2026-11-25")
    found += [next(story(60)), said("invoicing/file", "invoice.issued.v1", "early", early), *list(story(60))[2:5]]
    found += [
        said("ops/x", "shipment.cancel.v1", "too-late", {"shipment": ref("order-1"), "reason": "x"}),
        said("invoicing/file", "invoice.issued.v1", "wrong", invoice("more-1", 99, total="1.00")),
        said("invoicing/file", "invoice.issued.v1", "to-correct-tr", invoice("more-2", 98, total="1.00")),
        said("invoicing/file", "invoice.issued.v1", "to-correct-en", invoice("more-3", 97, total="1.00")),
        said("courier/pts", "courier.booked.v1", "parked", {"shipment": ref("none"), "courier": "pts", "tracking_number": "T"}),
    ]
    supplier = {"tax_number": "4540536920", "name": "Tedarik A.Ş."}
    bought = {"seller": SELLER, "supplier": supplier, "invoice_number": "A1", "issued_on": "2026-11-03", "period": "2026-11"}
    rates = {"published_on": "2026-11-20", "bulletin": "2026/220", "rates": [{"currency": "EUR", "forex_buying": "55.7981"}]}
    given_up = {"subscription": str(uuid4()), "name": "erp", "detail": "410"}
    found += [
        said(topology.SUBSCRIPTIONS_DESK, "subscription.disabled.v1", "erp", given_up),
        said("rates/tcmb", "rates.published.v1", "20", rates),
        said("accounting/ayse", "purchase.booked.v1", "a1", bought | {"net": "6000.00", "vat": "1200.00"}),
        *(
            said("accounting/ayse", "purchase.booked.v1", number, bought | {"invoice_number": number, "period": month} | more)
            for number, month, more in (
                ("NONE1", "2026-09", {"net": "500.00", "vat": "100.00", "shipment": ref("oder-1")}),
                ("NONE2", "2026-10", {"net": "50.00", "vat": "10.00"}),
            )
        ),
    ]
    return found


def _on_one_etgb() -> Iterator[Arrival]:
    """An ETGB on which shipments of two sellers stand."""
    both = ((OF_BOTH, SELLER), (OF_BOTH + 1, OTHER))
    for n, seller in both:
        yield from islice(story(n, seller), 4)
    lines = [{"shipment": ref(f"order-{n}", seller), "amount": "42.00", "currency": "EUR"} for n, seller in both]
    etgb = {"number": etgb_number(OF_BOTH), "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    yield said("courier/pts", "etgb.issued.v1", "etgb-of-both", etgb)


@contextmanager
def installed(urls: Urls, folder: Path) -> Iterator[Place]:
    """A database with the seed, a web process and a worker; ended with the block."""
    name = f"console_{uuid4().hex[:12]}"
    database_url = renamed(urls.database_url, name)
    _apart(lambda: asyncio.run(_sql(urls.database_url, f'CREATE DATABASE "{name}"')))
    _apart(lambda: migrate.upgrade(database_url))
    _apart(lambda: asyncio.run(_streams(urls.broker_url)))
    _apart(lambda: asyncio.run(_people(database_url)))
    place = Place(f"http://127.0.0.1:{processes.any_port()}", database_url, urls.broker_url)
    place.tell(*seed())
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("KERVAN_")},
        "KERVAN_DATA_DIR": str(folder),
        "KERVAN_DATABASE_URL": database_url,
        "KERVAN_BROKER_URL": urls.broker_url,
        "KERVAN_HTTP_PORT": place.url.rpartition(":")[2],
        "KERVAN_LOG_LEVEL": "warning",
        "KERVAN_GIB_CHECK": "off",
        "KERVAN_SIGNING_KEY": "a2V5IG9mIHRoaXJ0eS10d28gYnl0ZXMgZm9yIHRlc3Rz",
        "KERVAN_OUTSIDE__NETWORKS": '["127.0.0.0/8"]',
        "KERVAN_OUTSIDE__HTTP": "true",
        "KERVAN_CORRECT_MESSAGES": "true",
    }
    with ExitStack() as stack:
        for command in ("web", "worker"):
            stack.enter_context(_running(command, environment, folder / f"{command}.log"))
        _until_ready(place.url)
        yield place
    _apart(lambda: asyncio.run(_sql(urls.database_url, f'DROP DATABASE "{name}" WITH (FORCE)')))


@contextmanager
def _running(command: str, environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "adapters.entrypoints.cli", command], env=environment, stdout=output, stderr=output
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _until_ready(url: str) -> None:
    for _ in range(1200):
        try:
            if httpx.get(f"{url}/healthz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    slow = "the web process did not answer within two minutes"
    raise AssertionError(slow)


async def _sql(database_url: str, statement: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(statement)
    await connection.close()


async def _streams(broker_url: str) -> None:
    client = await nats.connect(broker_url)
    await topology.declare(client.jetstream())
    await client.close()
