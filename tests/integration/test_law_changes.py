"""Another law: what the one before judged is judged again by itself, once, in batches of bounded size."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from nats.aio.client import Client

from adapters.database import law, queries, turns
from adapters.database import pool as database
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded import Urls
from adapters.entrypoints.rejudging import Rejudging
from adapters.settings import Settings
from events.intake import Intake
from events.translate import Arrival
from tests.integration.test_broker import until, worker
from tests.law import BOOK
from tests.stories import draft, invoice, known_id, said
from workflow.apply import Engine
from workflow.errors import StoreUnavailableError
from workflow.rules import judge
from workflow.world import Outcome, Policy

Pool = Any
STRICT, MILD = "strict", "mild"
(_LAST,) = BOOK.limits[-1:]
BOOKS = {
    name: replace(BOOK, limits=(replace(_LAST, valid_from=date.min, max_gross_kg=Decimal(kg)),), version=name)
    for name, kg in ((STRICT, 1), (MILD, 300))
}
"""The drafts of the stories weigh 1.2 kg: too much for the one, little for the other."""


def under(pool: Pool, version: str) -> Intake:
    """A way in that judges by one of the two."""
    store = PostgresStore(pool, version)
    return Intake(Engine(store, bootstrap.now, Policy(BOOKS[version])), store, bootstrap.now)


def judging(pool: Pool, version: str, **more: Any) -> Rejudging:
    """What a worker of one of the two does when it starts."""
    return Rejudging(more.pop("intake", None) or under(pool, version), pool, version, bootstrap.now, **more)


def drafts(count: int) -> list[Arrival]:
    """So many drafts."""
    return [said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"order-{n}")) for n in range(count)]


async def state(pool: Pool) -> list[tuple[str, str, int, list[str]]]:
    """Of each shipment its stage, the version that judged it, how often it was written, and its findings."""
    found = await pool.fetch(
        """SELECT s.stage, c.rule_version, s.version, array(SELECT code FROM finding f WHERE f.shipment = s.id) AS codes
           FROM shipment s JOIN shipment_content c ON c.shipment = s.id ORDER BY s.reference"""
    )
    return [tuple(row) for row in found]


async def told(pool: Pool) -> list[int]:
    """How many shipments each message to the engine named."""
    found = await pool.fetch(
        "SELECT body FROM inbox JOIN inbox_body USING (received_at, no) WHERE source = 'engine/judge' ORDER BY received_at, id"
    )
    return sorted((len(orjson.loads(row["body"])["data"]["shipments"]) for row in found), reverse=True)


async def test_drafts_of_another_law_are_judged_again_in_bounded_batches(connections: Pool) -> None:
    """Seven are held by the old law and fit under the new: three messages carry them on; the new version stands with each."""
    await under(connections, STRICT).take(drafts(7))
    assert await state(connections) == [("draft", STRICT, 1, ["LIM001"])] * 7
    new = judging(connections, MILD, at_once=3)
    assert await new.begin()
    heard: list[int] = []
    assert await new.run(told=heard.append) == 7
    assert heard == [3, 3, 1]
    assert await state(connections) == [("validated", MILD, 2, [])] * 7
    assert await told(connections) == [3, 3, 1]


async def test_nothing_is_judged_twice(connections: Pool) -> None:
    """The next start of the same law finds nothing to do; only a person's --all does it again."""
    await under(connections, STRICT).take(drafts(2))
    new = judging(connections, MILD)
    assert (await new.begin(), await new.run(), await new.begin(), await new.run()) == (True, 2, False, 0)
    assert await new.run(whoever=True) == 2
    assert [row[2] for row in await state(connections)] == [3, 3]


async def test_workers_that_start_at_once_judge_each_draft_once(database_url: str, connections: Pool) -> None:
    """Three processes' worth: one takes the turn, each draft is written once."""
    await under(connections, STRICT).take(drafts(40))
    pools = [await database.connect(database_url, size=3) for _ in range(3)]
    workers = [judging(pool, MILD, at_once=4) for pool in pools]

    async def start(one: Rejudging) -> int | None:
        await one.begin()
        return await one.run()

    counted = await asyncio.gather(*map(start, workers))
    for pool in pools:
        await pool.close()
    assert sum(count or 0 for count in counted) == 40
    assert await state(connections) == [("validated", MILD, 2, [])] * 40


async def test_what_one_process_left_the_next_one_ends(connections: Pool) -> None:
    """The database goes away after the second batch: nothing is lost, and the next start judges the rest."""
    real = under(connections, MILD)

    class Failing(Intake):
        """Fails from its third batch on."""

        def __init__(self) -> None:
            self.left = 2

        async def take(self, arrivals: Any) -> list[Outcome]:
            self.left -= 1
            if self.left < 0:
                raise StoreUnavailableError
            return await real.take(arrivals)

    await under(connections, STRICT).take(drafts(8))
    dying = judging(connections, MILD, at_once=3, intake=Failing())
    await dying.begin()
    with pytest.raises(StoreUnavailableError):
        await dying.run()
    assert sorted(row[1] for row in await state(connections)) == [MILD] * 6 + [STRICT] * 2
    assert await judging(connections, MILD).run() == 2
    assert await state(connections) == [("validated", MILD, 2, [])] * 8


async def test_a_law_that_is_not_in_force_any_more_undoes_nothing(connections: Pool) -> None:
    """An older worker that still runs beside the new one looks again, and leaves everything as it is."""
    old, new = judging(connections, STRICT), judging(connections, MILD)
    await old.begin()
    await under(connections, STRICT).take(drafts(1))
    await new.begin()
    assert await new.run() == 1
    assert await old.run() is None
    assert await law.in_force(connections) == MILD
    await under(connections, STRICT).take(drafts(2))  # the old one still takes a draft: the new one finds it the next time
    assert await new.run() == 1
    assert [row[:2] for row in await state(connections)] == [("validated", MILD)] * 2


async def test_a_validated_shipment_stays_and_a_person_is_told_where_it_would_be_held_now(connections: Pool) -> None:
    """The stricter law finds fault with one that waits for its invoice: its findings say so, an item asks for a person."""
    await under(connections, MILD).take(drafts(2))
    await under(connections, MILD).take([said("invoicing/file", "invoice.issued.v1", "i", invoice("order-1", 1))])
    strict = judging(connections, STRICT)
    await strict.begin()
    assert await strict.run() == 1
    assert await state(connections) == [("validated", STRICT, 2, ["LIM001"]), ("invoiced", MILD, 2, [])]
    (item,) = await connections.fetch("SELECT reason, detail, shipment::text FROM attention")
    assert tuple(item) == ("validated_now_blocked", "LIM001", known_id(0))
    shown = await queries.shipment(connections, await connections.fetchval("SELECT id FROM shipment WHERE stage = 'validated'"))
    assert shown is not None
    assert [one["reason"] for one in shown["attention"]] == ["validated_now_blocked"]


_ORDER = {"shipment": {"id": known_id(0)}}
_ENDS: dict[str, Arrival | None] = {
    "another law": None,
    "amended": said("ops/ayse", "shipment.amend.v1", "a", {**_ORDER, "gross_weight_kg": "0.5"}),
    "cancelled": said("ops/ayse", "shipment.cancel.v1", "c", {**_ORDER, "reason": "withdrawn"}),
}


@pytest.mark.parametrize("ends", _ENDS)
async def test_its_item_goes_by_itself(connections: Pool, ends: str) -> None:
    """Judged again without a finding, amended, or cancelled: no person is needed any more."""
    await under(connections, MILD).take(drafts(1))
    strict = judging(connections, STRICT)
    await strict.begin()
    await strict.run()
    told = _ENDS[ends]
    if told is None:
        mild = judging(connections, MILD)
        await mild.begin()
        await mild.run()
    else:
        await under(connections, STRICT).take([told])
    found = await connections.fetch("SELECT reason, resolved_by FROM attention")
    assert [tuple(row) for row in found] == [("validated_now_blocked", "kervan")]


async def test_a_courier_that_comes_with_its_booking_is_judged(connections: Pool) -> None:
    """Before the invoice the draft is loaded and judged again with it; after the invoice an item names what is wrong."""
    intake = under(connections, MILD)
    await intake.take([*drafts(2), said("invoicing/file", "invoice.issued.v1", "i", invoice("order-1", 1))])
    for n in (0, 1):
        data = {"shipment": {"id": known_id(n)}, "courier": "acme", "tracking_number": f"A{n}"}
        (outcome,) = await intake.take([said("courier/acme", "courier.booked.v1", f"b{n}", data)])
        assert outcome.state == "applied"
    assert [(row[0], row[3]) for row in await state(connections)] == [("validated", ["SCP003"]), ("invoiced", [])]
    assert await connections.fetchval("SELECT held FROM shipment WHERE reference = 'order-0'")
    found = await connections.fetch("SELECT reason, shipment::text FROM attention ORDER BY reason")
    assert [tuple(row) for row in found] == [("courier_cannot_carry", known_id(1)), ("validated_now_blocked", known_id(0))]


async def test_one_that_cannot_be_judged_does_not_hold_up_the_others(
    connections: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused alone and listed once; the others are judged, and looking again finds nothing to do."""
    await under(connections, STRICT).take(drafts(7))
    real = judge.judge

    def explode(one: Any, *rest: Any) -> Any:
        if one.reference == "order-3":
            raise ZeroDivisionError
        return real(one, *rest)

    monkeypatch.setattr(judge, "judge", explode)
    new = judging(connections, MILD)
    await new.begin()
    assert (await new.run(), await new.run()) == (6, 0)
    assert [row[1] for row in await state(connections)] == [MILD] * 3 + [STRICT] + [MILD] * 3
    (item,) = await connections.fetch("SELECT reason, occurrences FROM attention")
    assert tuple(item) == ("message_refused", 1)


async def test_a_shipment_that_has_gone_on_meanwhile_is_passed_over(connections: Pool) -> None:
    """Neither one that has its invoice nor one that nobody knows is touched; the message is a repeated one."""
    intake = under(connections, MILD)
    await intake.take([*drafts(1), said("invoicing/file", "invoice.issued.v1", "i", invoice("order-0", 0))])
    data = {"shipments": [{"id": known_id(0)}, {"id": known_id(77)}]}
    (outcome,) = await under(connections, STRICT).take([said("engine/judge", "shipment.judge.v1", "j", data)])
    assert outcome.state == "repeated"
    assert await state(connections) == [("invoiced", MILD, 1, [])]


async def test_a_worker_that_starts_with_another_law_has_its_drafts_judged_again(
    settings: Settings, urls: Urls, database_url: str, connections: Pool, broker: Client
) -> None:
    """Nobody asks for it: the worker starts, and what the law before held goes on, and comes out on the broker."""
    await judging(connections, STRICT).begin()
    await under(connections, STRICT).take(drafts(3))

    async def validated() -> bool:
        return {row[0] for row in await state(connections)} == {"validated"}

    async with worker(settings, database_url, urls.broker_url):
        await until(validated)
    version = bootstrap.policy(settings).law.version
    assert {row[1] for row in await state(connections)} == {version}
    assert await law.in_force(connections) == version


Run = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def run(urls: Urls, database_url: str, tmp_path: Path) -> Run:
    """Runs the command line over the test's database: code, output, complaint."""
    where = {
        "KERVAN_DATABASE_URL": database_url,
        "KERVAN_BROKER_URL": urls.broker_url,
        "KERVAN_DATA_DIR": str(tmp_path),
        "KERVAN_LOCALE": "tr",
    }

    async def go(*words: str, **more: str) -> tuple[int, str, str]:
        pipe, command = asyncio.subprocess.PIPE, [sys.executable, "-m", "adapters.entrypoints.cli", *words]
        process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env=os.environ | where | more)
        async with asyncio.timeout(60):
            printed, complaint = await process.communicate()
        return process.returncode or 0, printed.decode(), complaint.decode()

    return go


HERE = bootstrap.policy(Settings(database_url="", broker_url="")).law.version


async def test_the_command_judges_again_and_says_how_many(run: Run, connections: Pool) -> None:
    """`kervan rules rejudge`: what another law judged; with --all everything."""
    await under(connections, STRICT).take(drafts(3))

    async def said_by(*words: str) -> str:
        code, printed, complaint = await run("rules", "rejudge", *words)
        assert code == 0, complaint
        return printed

    assert orjson.loads(await said_by("--json")) == {"version": HERE, "judged": 3}
    assert await said_by() == f"{HERE} kurallarıyla yeniden denetlenen gönderi: 0\n"
    assert await said_by("--all") == f"{HERE} kurallarıyla yeniden denetlenen gönderi: 3\n"
    async with turns.turn(connections, law.TURN):
        assert orjson.loads(await said_by("--json")) == {"version": HERE, "judged": None}


async def test_a_shell_with_another_law_does_not_replace_the_workers(run: Run, connections: Pool) -> None:
    """It is told both versions and judges nothing; only --force puts its own in force."""
    await judging(connections, STRICT).begin()
    await under(connections, STRICT).take(drafts(1))
    code, _, complaint = await run("rules", "rejudge", "--all")
    assert (code, f"in force are {STRICT}" in complaint, HERE in complaint) == (1, True, True)
    assert (await law.in_force(connections), await state(connections)) == (STRICT, [("draft", STRICT, 1, ["LIM001"])])
    code, printed, _ = await run("doctor", "--json")
    assert (code, orjson.loads(printed)["rules"]) == (0, {"here": HERE, "in_force": STRICT})
    code, printed, _ = await run("rules", "rejudge", "--force", "--json")
    assert (code, orjson.loads(printed)["judged"]) == (0, 1)
    assert (await law.in_force(connections), await state(connections)) == (HERE, [("validated", HERE, 2, [])])


DEMO = Path(__file__).parents[2] / "deploy" / "demo"
ORDERS = ("import", "orders", DEMO / "orders" / "2010-12-22.csv")
COMPANIONS = ("--catalogue", DEMO / "catalogue.csv", "--seller", DEMO / "seller.toml", "--rates", DEMO / "rates.csv")


async def test_orders_and_rates_are_not_imported_by_another_law(run: Run, connections: Pool, tmp_path: Path) -> None:
    """Nothing comes in: neither a rate, nor a draft judged by tables that are not the workers'."""
    await judging(connections, STRICT).begin()
    table = tmp_path / "rates.csv"
    table.write_text("date,currency,unit,forex_buying\n2026-11-20,USD,1,48.6\n", encoding="utf-8")
    for words in ((*ORDERS, *COMPANIONS), ("import", "rates", table)):
        code, _, complaint = await run(*map(str, words))
        assert (code, STRICT in complaint) == (1, True), complaint
    for what in ("shipment", "rate WHERE currency <> 'TRY'", "inbox"):
        assert await connections.fetchval(f"SELECT count(*) FROM {what}") == 0


async def test_doctor_names_a_table_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    """And goes on to look at everything else."""
    (tmp_path / "charge.toml").write_text("", encoding="utf-8")
    code, printed, _ = await run("doctor", "--json", KERVAN_LAW_DIR=str(tmp_path))
    found = orjson.loads(printed)
    assert (code, "charge.toml" in found["rules"]["error"], found["schema"] is not None) == (1, True, True)
