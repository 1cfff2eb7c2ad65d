"""The past of the demo, from its first order to the moment in which the demo opens."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson
from nats.aio.client import Client

from adapters.couriers.sandbox import SandboxCourier, Script
from adapters.couriers.sandbox.script import Fault
from adapters.database import showing
from adapters.database.claims import ClaimBooks
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap, demo_books, sandbox_issuing
from adapters.entrypoints.demo_month import calendar, doors
from adapters.entrypoints.demo_month.calendar import OrderDay
from adapters.entrypoints.demo_month.office import TaxOffice
from adapters.entrypoints.demo_month.people import Staff
from adapters.entrypoints.demo_month.receivers import Receivers
from adapters.entrypoints.demo_month.world import CODE, SetClock, World
from adapters.imports import companions
from adapters.invoicing.sandbox.server import Habits
from adapters.rates.sandbox import SandboxBank
from adapters.sandbox import Manners, Register
from adapters.settings import Settings
from adapters.tax_office.sandbox import Conduct
from events import topology
from events.intake import Intake
from events.outgoing import envelope
from events.relay import Relay
from events.tasks import Handler, RejectedError, Reply
from events.translate import Arrival
from workflow.apply import Engine
from workflow.values import ISTANBUL, istanbul_day

_FILES: Final = ("2010-12-05.csv", "2010-12-07.csv")
_MORNING, _NOON = time(9), time(12)
_HOUR: Final = 3600.0
_COURIER: Final = Manners(delay_s=6 * _HOUR, jitter_s=8 * _HOUR, duplicate_share=0.04, disorder_share=0.05, seed=2026)
_OFFICE: Final = Manners(delay_s=24 * _HOUR, jitter_s=24 * _HOUR, seed=2026)
_INTEGRATOR: Final = Manners(delay_s=1 * _HOUR, jitter_s=6 * _HOUR, seed=2026)
_SCRIPT: Final = Script(
    seed=7,
    late_closing_steps=40,
    shares={
        Fault.LOST_SCAN: 0.03,
        Fault.NO_SCAN: 0.03,
        Fault.DUPLICATE: 0.04,
        Fault.LATE: 0.04,
        Fault.MALFORMED_BODY: 0.02,
        Fault.NO_ETGB_NUMBER: 0.09,
        Fault.NO_DOCUMENT: 0.02,
        Fault.MALFORMED_ETGB_NUMBER: 0.02,
        Fault.ETGB_REISSUED: 0.02,
        Fault.LATE_CLOSING: 0.03,
        Fault.NO_CLOSING: 0.03,
        Fault.RETURN_TO_SENDER: 0.03,
        Fault.OVER_LIMIT: 0.02,
    },
)
"""What goes wrong: of everything a little, and enough ETGBs that come by a list alone."""
_GATHER_S: Final = 0.02
"""How long the courier waits for parcels of one manifest: all of a step come at once."""
_REJECTED_EVERY: Final = 45
"""Each so manieth parcel the courier will not take: its task fails for good, and a person has to look."""
_FILED: Final = ((4, timedelta(days=40), Conduct.PAYS), (3, timedelta(days=38), Conduct.REVIEWS))
"""Claims of earlier periods: so many months ago, filed so long after the period's first day, and what becomes of them."""
_ASKED: Final = (2, timedelta(days=10), Conduct.ASKS)
"""And one that was filed so long before the demo opens, so that its question is open."""


class _ChoosyCourier:
    """The sandbox courier, which now and then will not take a parcel."""

    def __init__(self, courier: SandboxCourier) -> None:
        self._courier, self._asked = courier, 0

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        self._asked += 1
        if self._asked % _REJECTED_EVERY == 0:
            raise RejectedError("SANDBOX: alıcının posta kodu eksik / the consignee's postcode is missing")
        return await self._courier(task)


@dataclass(frozen=True, slots=True)
class _Past:
    """What the past is told from."""

    settings: Settings
    data: Path
    registers: Path
    until: datetime


async def tell(
    settings: Settings, parts: bootstrap.Parts, client: Client, data: Path, receivers: Receivers, until: datetime
) -> None:
    """Tell all of it, up to ``until``.

    No worker may run meanwhile: the relay and the counterparts are here, on the set clock.

    Raises:
        DemoRefusedError, DemoBooksError: something was not taken.
    """
    registers = settings.data_dir / CODE
    past = _Past(settings, data, registers, until)
    today = istanbul_day(until)
    files = [await asyncio.to_thread((data / "orders" / name).read_text, "utf-8-sig") for name in _FILES]
    catalogue = companions.read_catalogue(data / "catalogue.csv")
    days = calendar.order_days(files, catalogue, today)
    clock = SetClock(_at(days[0].day, time(6)))
    store = PostgresStore(parts.pool, parts.law.version)
    engine = Engine(store, clock, bootstrap.policy(settings), committed=lambda _: parts.outbox.wake())
    intake = Intake(engine, store, clock)

    async def closed(number: str) -> bool:
        return bool(await parts.pool.fetchval(showing.CLOSED, number))

    async with (
        _relaying(parts, client),
        sandbox_issuing.sandbox_desk(settings, parts.pool, clock, _INTEGRATOR, Habits()) as desk,
        doors.opened(settings, parts, intake, clock) as open_doors,
    ):
        books = ClaimBooks(parts.pool, parts.law, settings.refund_rate_policy, settings.etgb_amount_tolerance)
        conducts = {f"{calendar.period_before(today, months):%Y-%m}": conduct for months, _, conduct in (*_FILED, _ASKED)}
        parcels, etgbs = (Register(past.registers / name) for name in ("parcels", "etgbs"))
        courier = SandboxCourier(_COURIER, parcels, etgbs, gather_s=_GATHER_S, script=_SCRIPT, clock=clock)
        handlers: dict[str, Handler] = {
            "invoicing": desk,
            "courier": _ChoosyCourier(courier),
            "tax_office": TaxOffice(_OFFICE, books, clock, conducts, closed),
        }
        world = World(parts, intake, client, clock, handlers)
        sellers = [companions.read_seller(data / "seller.toml"), *calendar.SELLERS[1:]]
        _plan_orders(world, past, open_doors, days, sellers, catalogue)
        await _plan_books(world, past, parts, [str(seller["tax_number"]) for seller in sellers])
        staff = Staff(parts.pool, intake, clock, open_doors, _SCRIPT, str(sellers[0]["tax_number"]))
        _plan_people(world, staff, receivers, today)
        await world.live(until)


@asynccontextmanager
async def _relaying(parts: bootstrap.Parts, client: Client) -> AsyncIterator[None]:
    """Publish what goes out until the block ends; then a worker's relay may lead."""
    task = asyncio.create_task(Relay(parts.outbox, client).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ISTANBUL).astimezone(UTC)


def _plan_orders(
    world: World,
    past: _Past,
    open_doors: doors.Doors,
    days: Sequence[OrderDay],
    sellers: Sequence[dict[str, Any]],
    catalogue: Mapping[str, Mapping[str, str]],
) -> None:
    """Each day's orders come in the morning, after the day's rates; then the timer looks."""
    bank = SandboxBank(Manners())

    async def rates(day: date) -> None:
        asked = {"id": f"rates:{day}", "type": "rates.requested.v1", "data": {"days": [day.isoformat()]}}
        replies = await bank(asked | {"time": world.clock().isoformat()})
        await world.intake.take([Arrival(one.subject, one.body, one.message_id) for one in replies])

    async def orders(one: OrderDay) -> None:
        form = {"seller": orjson.dumps(sellers[one.seller]).decode(), "courier": CODE}
        known = calendar.catalogue_of(one, catalogue)
        files = {"file": (one.name, one.content.encode()), "catalogue": ("katalog.csv", known.encode())}
        await doors.posted(open_doors.shop, "/api/imports/orders", files=files, data=form)

    for one in days:
        world.plan(_at(one.day, _NOON), partial(orders, one))
    day, last = days[0].day, istanbul_day(past.until)
    while day <= last:
        world.plan(_at(day, _MORNING), partial(rates, day))
        world.plan(_at(day, _MORNING), world.look)
        day += timedelta(days=1)


async def _plan_books(world: World, past: _Past, parts: bootstrap.Parts, sellers: Sequence[str]) -> None:
    """Purchases and VAT returns at the end of each period before this one; claims are filed as finance decides."""
    today = istanbul_day(past.until)
    purchases = await asyncio.to_thread((past.data / "stock.csv").read_text, "utf-8-sig")

    async def book(day: date, seller: str) -> None:
        await demo_books.book(world.intake, parts.pool, world.clock, purchases, seller, day)

    async def file(period: str) -> None:
        rows = await parts.pool.fetch(showing.OPEN_IN, period)
        source, at = "ops/mehmet", world.clock()
        arrivals = []
        for row in rows:
            message_id, data = f"file:{row['id']}", {"claim": str(row["id"])}
            body = envelope(source=source, id=message_id, type="claim.request_filing.v1", time=at, data=data)
            arrivals.append(Arrival(topology.subject_of(source), body, message_id))
        if arrivals:
            await world.intake.take(arrivals)

    for months in range(calendar.PERIODS, 0, -1):
        last = calendar.period_before(today, months - 1) - timedelta(days=1)
        for seller in sellers:
            world.plan(_at(last, time(18)), partial(book, last, seller))
    for months, after, _ in _FILED:
        first = calendar.period_before(today, months)
        world.plan(_at(first + after, _NOON), partial(file, f"{first:%Y-%m}"))
    months, before, _ = _ASKED
    world.plan(past.until - before, partial(file, f"{calendar.period_before(today, months):%Y-%m}"))


def _plan_people(world: World, staff: Staff, receivers: Receivers, today: date) -> None:
    for days, hour, act in (
        (9, _MORNING, staff.tell_of_strangers),
        (6, time(14), staff.settle),
        (3, time(15), staff.import_etgbs),
        (2, time(11), staff.import_vedop),
        (1, time(13), staff.cancel_held),
        (1, time(16), staff.tell_of_strangers),
        (1, time(17), partial(staff.subscribe, receivers)),
    ):
        world.plan(_at(today - timedelta(days=days), hour), act)
