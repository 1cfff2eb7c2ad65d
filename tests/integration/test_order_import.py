"""Importing order files into real PostgreSQL: the account reconciles with the file, whatever happens on the way."""

import asyncio
import csv
import os
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest

from adapters.database import pool as database
from adapters.database import queries
from adapters.database.accounts import ImportAccounts
from adapters.entrypoints.embedded import Urls
from adapters.imports import importer
from events.intake import Intake
from tests.integration.conftest import renamed
from tests.integration.order_imports import (
    CATALOGUE_FILE,
    MIXED,
    PLACES,
    RATES_FILE,
    SELLER_FILE,
    Dying,
    KilledError,
    everything,
    give_rates,
    new_import,
    new_intake,
    rows_of,
    take_in,
)
from tests.stories import SELLER, draft, said
from tests.unit.orders.sheets import DEMO, line, sheet
from workflow.shipment import shipment_id

Pool = Any
SMALL_DAY, LARGE_DAY = DEMO / "orders" / "2010-12-22.csv", DEMO / "orders" / "2010-12-05.csv"
SOON_S = 60


@pytest.fixture
async def undisturbed(urls: Urls, template: str) -> AsyncIterator[Pool]:
    """Another fresh database, where the same is done undisturbed."""
    name = f"undisturbed_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(urls.database_url)
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    found = await database.connect(renamed(urls.database_url, name))
    yield found
    await found.close()
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()


def cells_of(path: Path) -> dict[int, dict[str, str]]:
    """The rows of a file by number, read without the importer's help."""
    return dict(enumerate(csv.DictReader(path.read_text(encoding="utf-8").splitlines()), start=1))


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A file with all the kinds of special rows."""
    return sheet(tmp_path, [text for text, _ in MIXED])


async def test_every_kind_of_row_ends_in_one_counted_outcome(connections: Pool, mixed: Path) -> None:
    """Each row is noted once, taken with its own number's shipment or set aside for its reason and kept as it stood."""
    summary = await take_in(connections, mixed)
    assert await rows_of(connections, "SELECT row_no, reason, shipment, raw FROM import_line ORDER BY 1") == [
        (number, "", shipment_id(SELLER, text.split(",")[0]), "") if told in PLACES else (number, told, None, text)
        for number, (text, told) in enumerate(MIXED, start=1)
    ]
    taken = sum(told in PLACES for _, told in MIXED)
    counts = await rows_of(connections, "SELECT rows, taken, set_aside, finished_at IS NOT NULL FROM import")
    assert counts == [(len(MIXED), taken, len(MIXED) - taken, True)]
    assert (summary.rows, summary.taken, summary.set_aside) == counts[0][:3]
    assert summary.reasons == Counter(told for _, told in MIXED if told not in PLACES)


async def test_charges_and_discount_stand_in_their_place_in_the_shipment(connections: Pool, mixed: Path) -> None:
    """Freight and bank fee are lines of their kind; the discount is no line, but taken off the goods by value."""
    await take_in(connections, mixed)
    lines = "SELECT kind, sku, discount FROM shipment_line WHERE shipment = $1 ORDER BY line_no"
    assert await rows_of(connections, lines, shipment_id(SELLER, "600001")) == [
        ("goods", "85123A", Decimal("2.17")),
        ("goods", "22632", Decimal("2.83")),
        ("freight", "POST", 0),
        ("freight", "DOT", 0),
        ("freight", "C2", 0),
        ("bank_fee", "BANK CHARGES", 0),
    ]
    total = await connections.fetchval("SELECT total FROM shipment WHERE reference = '600001'")
    assert total == 6 * Decimal("2.55") + 20 + 18 + Decimal("4.95") + 50 + 15 - 5


async def test_an_order_to_no_known_country_or_of_unknown_goods_is_taken_and_held(connections: Pool, mixed: Path) -> None:
    """EIRE and RSA are countries; three names are not, and somebody must say where the parcel goes; Türkiye is no export."""
    summary = await take_in(connections, mixed)
    found = await rows_of(
        connections,
        """SELECT s.reference, s.country, s.stage, coalesce(string_agg(DISTINCT f.code, ' ' ORDER BY f.code), '')
           FROM shipment s LEFT JOIN finding f ON f.shipment = s.id AND f.severity = 'block' GROUP BY 1, 2, 3 ORDER BY 1""",
    )
    assert found == [
        ("600001", "GB", "validated", ""),
        ("600005", "GB", "draft", "LIM001 LINE002 LINE003 LINE004"),
        ("600006", "", "draft", "PTY002"),
        ("600007", "", "draft", "PTY002"),
        ("600008", "IE", "validated", ""),
        ("600009", "ZA", "validated", ""),
        ("600010", "", "draft", "PTY002"),
        ("600011", "TR", "draft", "PTY002"),
    ]
    assert summary.stages == {"validated": 3, "draft": 5}
    assert summary.findings == {"PTY002": 4, "LIM001": 1, "LINE002": 1, "LINE003": 1, "LINE004": 1}


async def test_a_credit_note_is_told_at_the_shipment_of_the_order_it_may_belong_to(connections: Pool, tmp_path: Path) -> None:
    """The newest order of the customer that has all its goods at these prices; its rows name all such orders; nothing moves.

    Orders after the note, of others, at another price or of fewer are not meant, and a note of a guest is nobody's.
    """
    two = [line(number, code) for number in ("600001", "600003") for code in ("85123A", "22632")]
    other = [line("600004", customer="1"), line("600005", price="3"), line("600006", quantity="1"), line("600009")]
    note = [line("C600007", code, quantity="-3") for code in ("85123A", "22632")]
    nobodys = [
        line("C600008", quantity="-999"),
        line("C600010", customer="", quantity="-1"),
        line("C600011", "POST", quantity="-1"),
    ]
    await take_in(connections, sheet(tmp_path, two + other, "orders.csv"))
    await take_in(connections, sheet(tmp_path, note + nobodys, "notes.csv"))
    aside = "SELECT reason, detail FROM import_line WHERE outcome = 'set_aside' ORDER BY import_id, row_no"
    credited = ("credited_order", "600003, 600001")
    assert await rows_of(connections, aside) == [credited, credited, *[("cancellation", "")] * 3]
    items = "SELECT reason, shipment, detail FROM attention WHERE resolved_at IS NULL"
    assert await rows_of(connections, items) == [
        ("order_credited", shipment_id(SELLER, "600003"), "C600007: 85123A -3 × 2.55; 22632 -3 × 2.55")
    ]
    assert await connections.fetchval("SELECT stage FROM shipment WHERE reference = '600003'") == "validated"
    assert await connections.fetchval("SELECT count(*) FROM shipment_message m WHERE m.source = 'orders/csv'") == 1


async def test_a_credit_note_of_an_order_that_is_cancelled_raises_nothing(connections: Pool, tmp_path: Path) -> None:
    """It says what is known; the shipment needs nobody."""
    await take_in(connections, sheet(tmp_path, [line("600001")], "orders.csv"))
    reason = {"shipment": {"seller": SELLER, "reference": "600001"}, "reason": "cancelled by the customer"}
    await new_intake(connections).take([said("orders/csv", "shipment.cancelled.v1", "c", reason)])
    await take_in(connections, sheet(tmp_path, [line("C600002", quantity="-6")], "notes.csv"))
    assert await connections.fetchval("SELECT count(*) FROM attention") == 0
    assert await connections.fetchval("SELECT reason FROM import_line WHERE outcome = 'set_aside'") == "cancellation"


async def test_rows_that_stand_apart_are_told_at_their_shipment(connections: Pool, mixed: Path) -> None:
    """The shipment was made without them and may be incomplete; of an order that made none there is nothing to say."""
    await take_in(connections, mixed)
    items = "SELECT shipment, detail FROM attention WHERE reason = 'order_rows_apart'"
    assert await rows_of(connections, items) == [(shipment_id(SELLER, "600001"), "600001: 85123A 6 × 2.55")]


async def test_what_was_set_aside_of_an_order_can_be_read_at_its_shipment(connections: Pool, mixed: Path) -> None:
    """It is validated with warnings, one a reason, that say how many rows and how much; free rows leave none."""
    await take_in(connections, mixed)
    found = await queries.shipment(connections, shipment_id(SELLER, "600001"))
    assert found is not None
    assert found["stage"] == "validated"
    told = [(one["severity"], one["message"]["en"]) for one in found["findings"] if one["code"] == "ORD001"]
    assert len(told) == 5
    assert {severity for severity, _ in told} == {"warn"}
    assert any("2 (M Manual 1 × 7, m Manual -1 × 7; 0.00 GBP in all)" in text for _, text in told)
    assert any("1 (gift_0001_20 Dotcomgiftshop Gift Voucher 1 × 20; 20.00 GBP in all)" in text for _, text in told)
    unread = await queries.shipment(connections, shipment_id(SELLER, "600005"))
    assert unread is not None
    assert [one["path"] for one in unread["findings"] if one["code"] == "ORD001"] == ["set_aside"]


@pytest.mark.parametrize("path", sorted((DEMO / "orders").glob("*.csv")), ids=lambda path: path.stem)
async def test_the_account_of_a_real_day_reconciles_with_its_file(connections: Pool, path: Path) -> None:
    """Row by row and shipment by shipment: nothing is lost, nothing is counted twice, and the money agrees."""
    given = cells_of(path)
    summary = await take_in(connections, path)
    noted = {row["row_no"]: row for row in await connections.fetch("SELECT * FROM import_line")}
    assert noted.keys() == given.keys()
    assert all((row["shipment"] is None) == (row["outcome"] == "set_aside") == bool(row["reason"]) for row in noted.values())
    assert summary.taken + summary.set_aside == summary.rows == len(given)
    assert sum(summary.reasons.values()) == summary.set_aside

    sold, worth = defaultdict[UUID, Counter[str]](Counter), defaultdict[UUID, Decimal](Decimal)
    for number, row in noted.items():
        if row["outcome"] == "taken":
            cells = given[number]
            assert row["shipment"] == shipment_id(SELLER, cells["InvoiceNo"])
            sold[row["shipment"]][cells["StockCode"]] += int(cells["Quantity"])
            worth[row["shipment"]] += Decimal(cells["Quantity"]) * Decimal(cells["UnitPrice"])
    lines = defaultdict[UUID, Counter[str]](Counter)
    for row in await connections.fetch("SELECT shipment, sku, quantity FROM shipment_line"):
        lines[row["shipment"]][row["sku"]] += int(row["quantity"])
    assert lines == sold
    assert dict(await rows_of(connections, "SELECT id, total FROM shipment")) == worth
    assert summary.shipments == len(sold)


async def test_of_a_demo_day_the_orders_with_uncatalogued_goods_are_held(connections: Pool) -> None:
    """Of the 16 orders with goods on 22 December, 9 name goods that the catalogue does not know; none of them has a weight."""
    summary = await take_in(connections, SMALL_DAY)
    assert summary.stages == {"validated": 7, "draft": 9}
    assert summary.findings == {"LINE002": 9, "LINE003": 9, "LINE004": 9, "LIM001": 9}
    assert summary.reasons == {"cancellation": 4, "credited_order": 1, "zero_price": 64, "manual": 1}
    held = await connections.fetch("SELECT reference FROM shipment WHERE stage = 'draft' ORDER BY 1")
    assert [row["reference"][3:] for row in held] == ["761", "762", "764", "766", "826", "831", "835", "836", "840"]
    no_weight = "SELECT s.reference FROM finding f JOIN shipment s ON s.id = f.shipment WHERE f.code = 'LIM001' ORDER BY 1"
    assert await rows_of(connections, no_weight) == [(row["reference"],) for row in held]


async def test_without_any_rate_every_order_of_a_demo_day_waits(connections: Pool) -> None:
    """No value is guessed: FX001 holds all, and the rates that come later let those go that nothing else holds."""
    before = await new_import(connections).run([SMALL_DAY])
    assert (before.stages, before.findings["FX001"]) == ({"draft": 16}, 16)
    after = await take_in(connections, SMALL_DAY)
    assert (after.stages, after.findings["FX001"]) == ({"validated": 7, "draft": 9}, 0)


async def test_importing_the_same_file_again_changes_nothing(connections: Pool, mixed: Path, tmp_path: Path) -> None:
    """Neither under its name nor under another; the summary is that of the first time."""
    first = await take_in(connections, mixed, SMALL_DAY)
    before, repeats = await everything(connections), await connections.fetchval("SELECT sum(repeats) FROM inbox")
    moved = sheet(tmp_path, [text for text, _ in MIXED], "moved.csv")
    again = await new_import(connections).run([moved, SMALL_DAY])
    assert await everything(connections) == before
    assert await connections.fetchval("SELECT sum(repeats) FROM inbox") == repeats
    assert (again.files, again.known_files) == ([], ["moved.csv", SMALL_DAY.name])
    assert (again.rows, again.taken, again.reasons) == (first.rows, first.taken, first.reasons)
    assert (again.stages, again.findings) == (first.stages, first.findings)


async def test_the_same_orders_in_another_file_get_an_account_but_no_second_shipment(connections: Pool, tmp_path: Path) -> None:
    """A longer export of the same days names the shipments that are there; only the new order makes one."""
    await take_in(connections, sheet(tmp_path, [line("1"), line("2")], "short.csv"))
    before = await everything(connections)
    summary = await new_import(connections).run([sheet(tmp_path, [line("1"), line("2"), line("3")], "long.csv")])
    after = await everything(connections)
    assert (summary.rows, summary.taken, summary.shipments) == (3, 3, 3)
    for name in ("shipments", "lines", "log", "inbox", "outbox"):
        new = [row for row in after[name] if row not in before[name]]
        assert (len(new), len(after[name])) == (1, len(before[name]) + 1), name


@pytest.mark.parametrize("moment", ["before the decision", "after the decision", "after the note"])
async def test_an_import_that_ended_in_the_middle_is_run_again_to_the_same_end(
    connections: Pool, undisturbed: Pool, mixed: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Whether its second batch was decided, noted or neither, its account stays open until a run reaches the end."""
    monkeypatch.setattr(importer, "BATCH_ROWS", 10)
    await take_in(undisturbed, mixed, SMALL_DAY)
    await give_rates(connections)
    with pytest.raises(KilledError):
        await new_import(connections, Dying(connections, moment)).run([mixed, SMALL_DAY])
    assert await rows_of(connections, "SELECT finished_at FROM import") == [(None,)]
    assert await connections.fetchval("SELECT count(*) FROM shipment") > 0
    await new_import(connections).run([mixed, SMALL_DAY])
    assert await everything(connections) == await everything(undisturbed)


async def test_a_command_killed_between_deciding_and_noting_is_run_again_to_the_same_end(
    database_url: str, urls: Urls, connections: Pool, undisturbed: Pool, tmp_path: Path
) -> None:
    """SIGKILL when the shipments of a batch are there and its rows are not noted; then the same command again."""
    await take_in(undisturbed, SMALL_DAY, LARGE_DAY)
    await connections.execute(
        """CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NOTIFY taken; RETURN NULL; END';
           CREATE TRIGGER tell AFTER INSERT ON shipment FOR EACH ROW EXECUTE FUNCTION tell()"""
    )
    command = [sys.executable, "-m", "adapters.entrypoints.cli", "import", "orders", str(SMALL_DAY), str(LARGE_DAY), "--json"]
    command += ["--catalogue", str(CATALOGUE_FILE), "--seller", str(SELLER_FILE), "--rates", str(RATES_FILE)]
    where = {"KERVAN_DATABASE_URL": database_url, "KERVAN_BROKER_URL": urls.broker_url, "KERVAN_DATA_DIR": str(tmp_path)}

    async def start() -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env=os.environ | where)

    taken = asyncio.Event()
    async with asyncio.timeout(SOON_S), connections.acquire() as watch, connections.acquire() as holder:
        await watch.add_listener("taken", lambda *_: taken.set())
        async with holder.transaction():
            await holder.execute("LOCK TABLE import_line IN SHARE MODE")
            process = await start()
            await taken.wait()
            process.send_signal(signal.SIGKILL)
            await process.communicate()
            assert await holder.fetchval("SELECT count(*) FROM import_line") == 0
        await watch.reset()
    assert process.returncode == -signal.SIGKILL
    assert await connections.fetchval("SELECT count(*) FROM shipment") == 16

    async with asyncio.timeout(SOON_S):
        process = await start()
        printed, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    found, summary = await everything(connections), orjson.loads(printed)
    assert found == await everything(undisturbed)
    assert [summary[name] for name in ("rows", "taken", "set_aside")] == [
        sum(row[column] for row in found["imports"]) for column in (1, 2, 3)
    ]


async def test_two_imports_of_the_same_files_at_once_end_in_one_account(
    connections: Pool, undisturbed: Pool, mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both begin each file before either goes on; both reach the end and say the same, and nothing is there twice."""
    begin, both = ImportAccounts.begin, asyncio.Barrier(2)

    async def begin_together(self: ImportAccounts, kind: str, owner: str, file_name: str, sha256: str) -> tuple[UUID, bool]:
        found = await begin(self, kind, owner, file_name, sha256)
        await both.wait()
        return found

    await take_in(undisturbed, mixed, SMALL_DAY)
    await give_rates(connections)
    monkeypatch.setattr(importer, "BATCH_ROWS", 10)
    monkeypatch.setattr(ImportAccounts, "begin", begin_together)
    async with asyncio.timeout(SOON_S):
        runs = [new_import(connections).run([mixed, SMALL_DAY]) for _ in range(2)]
        first, second = await asyncio.gather(*runs)
    assert first == second
    assert first.files == [mixed.name, SMALL_DAY.name]
    assert await everything(connections) == await everything(undisturbed)


async def test_an_order_known_from_another_channel_is_set_aside_however_often_the_import_runs(
    connections: Pool, intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import that ended in the middle does not, run again, call the other channel's shipment its own."""
    monkeypatch.setattr(importer, "BATCH_ROWS", 1)
    path = sheet(tmp_path, [line("1"), line("2")])
    await intake.take([said("orders/shop", "shipment.drafted.v1", "d1", draft("1"))])
    with pytest.raises(KilledError):
        await new_import(connections, Dying(connections, "after the decision")).run([path])
    await new_import(connections).run([path])
    assert await rows_of(connections, "SELECT reason FROM import_line ORDER BY row_no") == [("reference_known",), ("",)]


async def test_an_order_that_waited_for_its_day_s_rate_goes_on_when_many_bulletins_come_at_once(
    connections: Pool, tmp_path: Path
) -> None:
    """Worth more than a quarter of the limit, it waits for a rate of its own days, which is not the first of the file."""
    path = sheet(tmp_path, [line(code="22632", quantity="900", price="3", at="2010-12-22 08:00:00")])
    assert (await new_import(connections).run([path])).findings == {"FX001": 1}
    assert (await take_in(connections, path)).stages == {"validated": 1}


async def test_a_discount_smaller_than_its_many_lines_is_given_to_the_cent(connections: Pool, tmp_path: Path) -> None:
    """1.00 off 180 lines of 1.00 each: the shipment is worth 179.00."""
    goods = [line(quantity="1", price="1")] * 180
    await take_in(connections, sheet(tmp_path, [*goods, line(code="D", quantity="-1", price="1")]))
    assert await rows_of(connections, "SELECT total FROM shipment") == [(Decimal(179),)]
