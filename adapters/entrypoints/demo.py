"""``kervan demo``: real orders through all seven stages, with sandbox counterparties, on a throw-away folder."""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import asyncpg
from nats.aio.client import Client
from rich.console import Console

from adapters import observability
from adapters.couriers.sandbox import SandboxCourier, Script
from adapters.database import migrate, passwords, showing, users
from adapters.database.accounts import ImportAccounts
from adapters.entrypoints import (
    bootstrap,
    broker,
    demo_books,
    demo_month,
    demo_opening,
    demo_view,
    sandbox_issuing,
    serve,
    web_application,
)
from adapters.entrypoints.demo_opening import Opened
from adapters.entrypoints.demo_view import Figures
from adapters.entrypoints.embedded import EmbeddedServers, Urls, processes, state
from adapters.entrypoints.embedded.supervisor import supervised
from adapters.entrypoints.stopping import StoppedError, unless
from adapters.imports import companions, importer
from adapters.imports.account import Summary
from adapters.rates.sandbox import SandboxBank
from adapters.sandbox import Manners, Register
from adapters.settings import OutsideSettings, Settings
from adapters.tax_office.sandbox import Conduct, SandboxTaxOffice
from events import topology
from events.outgoing import envelope
from events.tasks import Handler, TaskWorker
from workflow.errors import KervanError
from workflow.values import istanbul_day

SANDBOX = "sandbox"
VISITOR = "demo"
"""Who may sign in to the demo's console, with a password that is made for this run."""
_PERSON = "ops/demo"
INTERRUPTED = 130
"""The exit code of what was ended by Ctrl-C before its end."""
_LONGEST_S = 300.0
_QUIET_S = 1.5
_STUCK_S = 20.0
_RATES_WITHIN_S = 20.0
_GATHER_S = 0.4
_OUTSIDE = OutsideSettings(networks=(ip_network("127.0.0.0/8"),), http=True)
"""The demo's receivers of webhooks are on this machine."""


class NoRatesError(KervanError):
    """The sandbox bank's rates did not come."""

    def __init__(self) -> None:
        """Say what it means."""
        super().__init__(
            f"The sandbox bank's rates did not arrive within {_RATES_WITHIN_S:.0f} s; without them no order can be judged, "
            "so the demo ends here. See what the worker said above; KERVAN_LOG_LEVEL=info tells more."
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What the demo does; ``keep`` names a folder that stays, instead of one that is thrown away.

    ``script`` says what goes wrong at the sandbox courier, on top of the manners; ``tax_office`` what becomes of the claims.
    """

    days: tuple[Path, ...] = ()
    workers: int = 1
    manners: Manners = field(default_factory=Manners)
    stay: bool = False
    keep: Path | None = None
    script: Script = field(default_factory=Script)
    tax_office: Conduct = Conduct.REVIEWS
    month: bool = True
    """Whether the month before is told first, in an empty folder."""


def demo_data() -> Path:
    """The orders that come with Kervan: in the wheel beside this module, in the source tree under ``deploy``."""
    packaged = Path(__file__).parent / "demo_data"
    return packaged if packaged.exists() else Path(__file__).parents[2] / "deploy" / "demo"


async def run(settings: Settings, plan: Plan, *, as_json: bool) -> int:
    """Run the demo; 0 where each shipment of the day ended somewhere or is held by its findings, 130 where somebody stopped it.

    Raises:
        KervanError: something could not start, or there are no rates; nothing is left running, and no folder.
    """
    began = time.monotonic()
    stop = serve.until_signal()
    with _folder(plan.keep) as folder:
        settings = _of_the_demo(settings, folder, plan)
        observability.configure(settings.log_format, settings.log_level)
        servers = EmbeddedServers(folder, broker_port=processes.any_port())
        urls = await asyncio.to_thread(servers.start)
        try:
            view = demo_view.View(Console(stderr=True), settings.locale)
            async with supervised(servers), _running(settings, plan, urls, stop, view) as (parts, client, http_url, opened):
                state.write(folder, state.State(os.getpid(), urls.database_url, urls.broker_url, http_url))
                view.opens(http_url, VISITOR, await _visitor(parts.pool))
                await _rates(parts.pool, client, stop)
                ended = await _journey(parts, client, plan, view, stop, opened)
                if ended is None:
                    view.interrupted()
                    return INTERRUPTED
                account, figures = ended
                figures.elapsed = round(time.monotonic() - began, 1)
                demo_view.summary(account, figures, settings.locale, as_json=as_json)
                if plan.stay:
                    view.staying()
                    await stop.wait()
                return 0 if figures.settled else 1
        except StoppedError:
            view.interrupted()
            return INTERRUPTED
        finally:
            await asyncio.to_thread(servers.stop)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """The folder of the servers: the one that is to stay, or one that goes."""
    if keep is not None:
        yield keep.expanduser().absolute()
        return
    folder = Path(tempfile.mkdtemp(prefix="kervan-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _of_the_demo(settings: Settings, folder: Path, plan: Plan) -> Settings:
    """The settings, with the servers of this folder, the sandboxes for all tasks, and logs that leave the screen alone."""
    port = settings.http_port if processes.port_free(settings.http_port, settings.http_host) else processes.any_port()
    changes: dict[str, Any] = {
        "data_dir": folder,
        "database_url": "",
        "broker_url": "",
        "http_port": port,
        "workers": plan.workers,
        "log_level": settings.log_level if "log_level" in settings.model_fields_set else "warning",
        "tasks": {"invoicing": SANDBOX, "courier": SANDBOX, "tax_office": SANDBOX},
        "outside": _OUTSIDE,
        "correct_messages": True,
    }
    return settings.model_copy(update=changes)


@asynccontextmanager
async def _running(
    settings: Settings, plan: Plan, urls: Urls, stop: asyncio.Event, view: "demo_view.View"
) -> AsyncIterator[tuple[bootstrap.Parts, Client, str, Opened]]:
    """Schema, streams, the month before, workers, web and sandboxes; ended in the other order.

    Raises:
        StoppedError: ``stop`` was set while the month was told.
    """
    sockets = await asyncio.to_thread(serve.listening, settings.http_host, settings.http_port)
    await migrate.upgrade_async(urls.database_url)
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(bootstrap.parts(settings, urls.database_url))
        client = await bootstrap.connect_broker(urls.broker_url, "kervan demo")
        stack.push_async_callback(broker.close, client)
        await topology.declare(client.jetstream())
        receivers = await stack.enter_async_context(demo_month.listening())
        if plan.month and await demo_opening.untouched(settings.data_dir, parts.pool):
            view.past()
            until = await demo_opening.begin(settings.data_dir, bootstrap.now())
            await unless(stop, demo_month.tell(settings, parts, client, demo_data(), receivers, until))
            await demo_opening.told(settings.data_dir, client)
        opened = await demo_opening.read(settings.data_dir)
        workers = serve.Workers(settings, urls.database_url, urls.broker_url)
        workers.start()
        stack.push_async_callback(workers.stop)
        web = web_application.web_app(settings, urls.database_url, urls.broker_url, sandbox=True)
        app = await stack.enter_async_context(web)
        await stack.enter_async_context(serve.http(app, sockets, stop, web_application.ending(app)))
        desk = sandbox_issuing.sandbox_desk(settings, parts.pool, bootstrap.now, plan.manners)
        await stack.enter_async_context(_counterparties(client, plan, settings.data_dir, await stack.enter_async_context(desk)))
        yield parts, client, serve.http_url(settings.http_host, settings.http_port), opened


@asynccontextmanager
async def _counterparties(client: Client, plan: Plan, folder: Path, desk: Handler) -> AsyncIterator[None]:
    """The desk of invoices and all sandboxes, each answering its own tasks; registers stand beside the database."""
    registers = folder / SANDBOX
    registers.mkdir(exist_ok=True)
    parcels, etgbs = (Register(registers / name) for name in ("parcels", "etgbs"))
    gather_s = _GATHER_S * plan.manners.delay_s / Manners().delay_s
    handlers: dict[str, Handler] = {
        "invoicing": desk,
        "courier": SandboxCourier(plan.manners, parcels, etgbs, gather_s=gather_s, script=plan.script),
        "tax_office": SandboxTaxOffice(plan.manners, plan.tax_office),
        "rates": SandboxBank(Manners()),
    }
    workers = [TaskWorker(client, family, SANDBOX, handler) for family, handler in handlers.items()]
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _visitor(pool: "asyncpg.Pool[asyncpg.Record]") -> str:
    """Let the demo's visitor in; whoever was let in by an earlier run on the same folder is so no more."""
    now, password = bootstrap.now(), passwords.made()
    if any(user["name"] == VISITOR and user["revoked_at"] is None for user in await users.listed(pool, now)):
        await users.renew(pool, VISITOR, password, now)
    else:
        await users.add(pool, VISITOR, "admin", now, password=password)
    return password


async def _ask(client: Client, family: str, kind: str, task_id: str, data: dict[str, Any]) -> None:
    body = envelope(source="kervan", id=task_id, type=kind, time=bootstrap.now(), data=data)
    headers = {"Nats-Msg-Id": task_id}
    await client.jetstream().publish(topology.task(family, SANDBOX), body, headers=headers)


async def _rates(pool: "asyncpg.Pool[asyncpg.Record]", client: Client, stop: asyncio.Event) -> None:
    """Ask for today's rates and wait for them, so that the first orders find them; later ones would only be judged again."""
    today = istanbul_day(bootstrap.now()).isoformat()
    await _ask(client, "rates", "rates.requested.v1", f"rates:{today}", {"days": [today]})
    until = time.monotonic() + _RATES_WITHIN_S
    while not stop.is_set():
        if await pool.fetchval(showing.KNOWS_RATES):
            return
        if time.monotonic() > until:
            raise NoRatesError
        await asyncio.sleep(0.05)


async def _orders(parts: bootstrap.Parts, plan: Plan) -> Summary:
    data = demo_data()
    files = plan.days or (data / "orders" / "2010-12-01.csv",)
    seller = companions.read_seller(data / "seller.toml")
    purchases = await asyncio.to_thread((data / "stock.csv").read_text, "utf-8-sig")
    await demo_books.book(
        parts.intake, parts.pool, bootstrap.now, purchases, seller["tax_number"], istanbul_day(bootstrap.now())
    )
    options = importer.Options(courier=SANDBOX, planned_on=istanbul_day(bootstrap.now()).isoformat())
    one = importer.OrderImport(
        parts.intake,
        ImportAccounts(parts.pool),
        catalogue=companions.read_catalogue(data / "catalogue.csv"),
        seller=seller,
        options=options,
    )
    return await one.run(list(files))


async def _journey(
    parts: bootstrap.Parts, client: Client, plan: Plan, view: "demo_view.View", stop: asyncio.Event, opened: Opened
) -> tuple[Summary, Figures] | None:
    """Import the orders and watch them go until nothing moves any more; ``None`` where somebody stopped it before."""
    if stop.is_set():
        return None
    importing = asyncio.create_task(_orders(parts, plan))
    try:
        with view:
            figures = await _until_settled(parts.pool, client, view, importing, stop, opened)
        if figures is None:
            return None
        account = await importing
        if not figures.settled:
            figures = await demo_view.figures(parts.pool, client, opened)
            figures.stuck = await demo_view.stuck(parts.pool, opened.at)
        return account, figures
    finally:
        importing.cancel()
        await asyncio.gather(importing, return_exceptions=True)


async def _until_settled(
    pool: "asyncpg.Pool[asyncpg.Record]",
    client: Client,
    view: "demo_view.View",
    importing: "asyncio.Task[Summary]",
    stop: asyncio.Event,
    opened: Opened,
) -> Figures | None:
    """Watch until nothing moves any more; then have the open claims filed, and watch again.

    ``None`` where somebody stopped it: what has come so far may look settled, and is not all.
    """
    began = changed = time.monotonic()
    before: tuple[int, ...] = ()
    asked: set[str] = set()
    while not stop.is_set():
        figures = await demo_view.figures(pool, client, opened)
        if importing.done():
            figures.nothing = importing.exception() is None and not figures.stages
            if figures.nothing or importing.exception() is not None:
                return figures
        view.show(figures)
        now = time.monotonic()
        marks = (figures.messages, figures.transitions, figures.repeats, figures.waiting)
        if marks != before or not importing.done():
            before, changed = marks, now
        quiet = now - changed > _QUIET_S and figures.waiting == 0 and figures.outbox == 0
        if quiet and figures.settled:
            return figures
        if quiet and await _file_claims(pool, client, asked, opened):
            changed = now
        if now - began > _LONGEST_S or now - changed > _STUCK_S:
            return figures
        with suppress(TimeoutError):
            async with asyncio.timeout(0.25):
                await stop.wait()
    return None


async def _file_claims(pool: "asyncpg.Pool[asyncpg.Record]", client: Client, asked: set[str], opened: Opened) -> int:
    """Have the open claims of the day's shipments filed, each once, as a person would; how many there were."""
    claims = await pool.fetch(showing.OF_THE_DAY, opened.at)
    new = [claim for claim in (str(row["id"]) for row in claims) if claim not in asked]
    for claim in new:
        asked.add(claim)
        message_id, at = f"file:{claim}", bootstrap.now()
        body = envelope(source=_PERSON, id=message_id, type="claim.request_filing.v1", time=at, data={"claim": claim})
        await client.jetstream().publish(topology.subject_of(_PERSON), body, headers={"Nats-Msg-Id": message_id})
    return len(new)
