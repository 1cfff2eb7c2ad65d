"""Rates by themselves: the engine asks, the bank answers, drafts are judged again, and nothing is fetched twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import orjson
import pytest
from nats.aio.client import Client

from adapters.database import rates
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap, issuing
from adapters.entrypoints.embedded import Urls
from adapters.rates.tcmb.bank import TcmbBank
from adapters.rates.tcmb.client import TcmbClient
from adapters.settings import RatesSettings, Settings, TcmbSettings
from events import topology
from events.intake import Intake
from events.translate import Arrival
from tests.bulletins import bulletin
from tests.contract.bank_server import Answer, Server, bank_server
from tests.law import BOOK
from tests.stories import START, draft, said
from workflow.apply import Engine
from workflow.bulletins import CurrencyNotListedError, RateMissingError
from workflow.invoice import Rate

Pool = Any
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
SOON_S = 30


@pytest.fixture
def settings() -> Settings:
    """An installation that has the central bank asked."""
    return Settings(database_url="", broker_url="", tasks={"rates": "tcmb"})


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with bank_server() as found:
        yield found


def in_dollars(reference: str, day: date = FRIDAY, **changes: Any) -> Arrival:
    """A draft that needs a rate."""
    data = draft(reference, currency="USD", planned_on=day.isoformat(), **changes)
    return said("orders/shop", "shipment.drafted.v1", f"d-{reference}", data)


async def asked(pool: Pool) -> list[tuple[str, str, Any]]:
    """The tasks for rates in the outbox: subject, id and payload."""
    found = await pool.fetch(
        "SELECT subject, message_id, payload FROM outbox WHERE subject LIKE 'kervan.task.rates.%' ORDER BY id"
    )
    return [(row["subject"], row["message_id"], orjson.loads(row["payload"])["data"]) for row in found]


async def test_a_day_is_asked_for_once_however_many_drafts_need_it(intake: Intake, connections: Pool) -> None:
    """Three drafts in two batches, on two days: two tasks, each with the day's own id."""
    await intake.take([in_dollars("a"), in_dollars("b")])
    await intake.take([in_dollars("c"), in_dollars("d", MONDAY)])
    await intake.take([said("orders/shop", "shipment.drafted.v1", "e", draft("e"))])
    assert await asked(connections) == [
        ("kervan.task.rates.tcmb", f"rates.requested.v1:tcmb:{day}", {"days": [day.isoformat()]}) for day in (FRIDAY, MONDAY)
    ]


async def test_nobody_is_asked_where_no_bank_is_named(connections: Pool) -> None:
    """Without KERVAN_TASKS__rates the finding says what to do, and nothing goes out."""
    store = PostgresStore(connections, BOOK.version)
    policy = bootstrap.policy(Settings(database_url="", broker_url=""))
    await Intake(Engine(store, bootstrap.now, policy), store, bootstrap.now).take([in_dollars("a")])
    assert await connections.fetchval("SELECT code FROM finding") == "FX001"
    assert await asked(connections) == []


async def test_a_day_that_nobody_answered_is_asked_for_again_after_an_hour(connections: Pool, settings: Settings) -> None:
    """Not before: the broker may still hold the first task."""
    now = START
    store = PostgresStore(connections, BOOK.version)
    intake = Intake(Engine(store, lambda: now, bootstrap.policy(settings)), store, lambda: now)
    await intake.take([in_dollars("a")])
    for minutes, tasks in ((59, 1), (60, 2)):
        now = START + timedelta(minutes=minutes)
        await intake.take([in_dollars(f"after {minutes}")])
        assert len(await asked(connections)) == tasks
    assert await rates.ask_for(connections, "tcmb", [FRIDAY, MONDAY], now) == 1
    assert len(await asked(connections)) == 3


async def test_the_bank_is_asked_by_itself_and_the_draft_goes_on(
    urls: Urls, database_url: str, connections: Pool, settings: Settings, broker: Client, server: Server
) -> None:
    """A worker alone: the draft in dollars waits for a rate, the bank's bulletin comes, the shipment is validated."""
    for day in (FRIDAY, FRIDAY - timedelta(days=1)):
        server.publish(day, Answer(bulletin(day)))
    settings.rates = RatesSettings(tcmb=TcmbSettings(base_url=server.url))
    stop = asyncio.Event()
    moved = await broker.jetstream().subscribe(topology.out_shipment("validated"), stream=topology.STREAM_OUT)
    working = asyncio.create_task(bootstrap.work(settings, database_url, urls.broker_url, stop))
    try:
        one = in_dollars("a")
        await broker.jetstream().publish(one.subject, one.body)
        told = orjson.loads((await moved.next_msg(timeout=SOON_S)).data)
    finally:
        stop.set()
        await working
    assert told["data"]["reference"] == "a"
    assert await connections.fetchval("SELECT count(*) FROM finding") == 0
    assert await rates.known(connections, "tcmb", FRIDAY - timedelta(days=30), MONDAY) == {
        FRIDAY: True,
        FRIDAY - timedelta(days=1): True,
    }
    assert len(server.asked) == 2


async def test_no_bulletin_is_fetched_twice_and_no_holiday_asked_for_twice(
    intake: Intake, connections: Pool, server: Server
) -> None:
    """What the database knows, a new process does not ask again: bulletins, and the days of a bayram."""
    server.publish(date(2026, 5, 26), Answer(bulletin(date(2026, 5, 26))))
    known = partial(rates.known, connections, "tcmb")
    task = {"type": "rates.requested.v1", "id": "t", "data": {"days": ["2026-05-31"]}}
    async with TcmbClient(server.url) as client:
        replies = await TcmbBank(client, known, bootstrap.now)(task)
        outcomes = await intake.take([Arrival(one.subject, one.body, one.message_id) for one in replies])
        assert [outcome.state for outcome in outcomes] == ["applied"] * 4
        assert await TcmbBank(client, known, bootstrap.now)(task) == []
    assert len(server.asked) == 4
    assert await rates.rate_for_invoice(connections, "USD", date(2026, 6, 1)) == Rate(Decimal(48), date(2026, 5, 26))


async def test_a_day_said_to_have_none_and_then_a_bulletin_has_one(intake: Intake, connections: Pool) -> None:
    """The bulletin wins, in either order."""
    gone = said("rates/tcmb", "rates.absent.v1", "n", {"days": [FRIDAY.isoformat(), MONDAY.isoformat()]})
    there = [
        said("rates/tcmb", "rates.published.v1", f"b{day}", {"published_on": day.isoformat(), "rates": RATES})
        for day in (FRIDAY, MONDAY)
    ]
    await intake.take([there[0]])
    await intake.take([gone])
    await intake.take([there[1]])
    assert await rates.known(connections, "tcmb", FRIDAY, MONDAY) == {FRIDAY: True, MONDAY: True}


RATES = [{"currency": "USD", "forex_buying": "48.6116"}, {"currency": "JPY", "unit": 100, "forex_buying": "30.7666"}]


async def test_an_invoice_gets_the_rate_of_the_working_day_before(intake: Intake, connections: Pool) -> None:
    """Issued on Monday: Friday's bulletin, per one unit, and its day; unknown or unlisted is an error that says what to do."""
    data = {"published_on": FRIDAY.isoformat(), "bulletin": "2026/219", "rates": RATES}
    await intake.take([said("rates/file", "rates.published.v1", "b", data)])
    assert await rates.rate_for_invoice(connections, "JPY", MONDAY) == Rate(Decimal("0.307666"), FRIDAY)
    assert await rates.rate_for_invoice(connections, "TRY", MONDAY) is None
    with pytest.raises(RateMissingError, match="--from 2026-11-23 --to 2026-11-23"):
        await rates.rate_for_invoice(connections, "JPY", MONDAY + timedelta(days=1))
    with pytest.raises(CurrencyNotListedError, match="GBP"):
        await rates.rate_for_invoice(connections, "GBP", MONDAY)


async def test_ask_for_may_be_called_by_whoever_finds_a_rate_missing(connections: Pool) -> None:
    """One task a day and hour, whoever asks."""
    now = datetime.fromisoformat("2026-11-23T09:00:00+03:00")
    assert await rates.ask_for(connections, "tcmb", [MONDAY, MONDAY], now) == 1
    assert await rates.ask_for(connections, "tcmb", [MONDAY], now) == 0
    assert [data for _, _, data in await asked(connections)] == [{"days": [MONDAY.isoformat()]}]


async def test_an_invoice_that_lacks_its_rate_has_it_asked_for(intake: Intake, connections: Pool, settings: Settings) -> None:
    """The desk goes without a rate rather than with an older one; the day is asked for, and is there at the next try."""
    rate = issuing.rate_of(settings, connections, bootstrap.now)
    old = {"published_on": (FRIDAY - timedelta(days=1)).isoformat(), "rates": RATES}
    await intake.take([said("rates/tcmb", "rates.published.v1", "old", old)])
    assert await rate("USD", MONDAY) is None
    assert [data for _, _, data in await asked(connections)] == [{"days": [MONDAY.isoformat()]}]
    data = {"published_on": FRIDAY.isoformat(), "rates": RATES}
    await intake.take([said("rates/tcmb", "rates.published.v1", "new", data)])
    assert await rate("USD", MONDAY) == Rate(Decimal("48.6116"), FRIDAY)
