"""Couriers' lists of scans: over HTTP and from a shell, with what is said once and remembered."""

import asyncio
from typing import Any

import asyncpg
import orjson
import pytest
from typer.testing import CliRunner

from adapters.entrypoints.cli import app as cli
from adapters.settings import Settings
from events.intake import Intake
from tests.integration.http_app import Web, problem
from tests.stories import SELLER, draft, invoice, said
from tests.unit.scans.workbooks import MOMENT, workbook

HEAD = "Takip No;Durum;Tarih-Saat;Yer;Sipariş No\n"
LABEL = "PTS1;Etiket oluşturuldu;20.11.2026 08:00;İstanbul;order-1\n"
PICKED_UP = "PTS1;Teslim alındı;20.11.2026 09:10;İstanbul;order-1\n"
YOLDA = "PTS1;Yolda;20.11.2026 18:00;Ankara;order-1\n"


@pytest.fixture
async def web(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, settings: Settings) -> Web:
    """The app over the fresh database, with an invoiced order."""
    found = Web(connections, intake, settings)
    await found.intake.take(
        [
            said("orders/shop", "shipment.drafted.v1", "d1", draft("order-1")),
            said("invoicing/file", "invoice.issued.v1", "i1", invoice("order-1", 1)),
        ]
    )
    return found


async def imported(web: Web, text: str | bytes, name: str = "hareketler.csv", **beside: str) -> dict[str, Any]:
    """What became of a list of PTS's."""
    content = text if isinstance(text, bytes) else text.encode()
    form = {"courier": "pts", "seller": SELLER, **beside}
    async with web.as_("operations") as client:
        answer = await client.post("/api/imports/checkpoints", files={"file": (name, content)}, data=form)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def parcel(web: Web) -> tuple[Any, ...]:
    """The order's stage, tracking number and delivery status, and how many messages and moves there are."""
    row = await web.pool.fetchrow(
        "SELECT stage, tracking_number, delivery_status, (SELECT count(*) FROM inbox), (SELECT count(*) FROM transition) "
        "FROM shipment WHERE reference = 'order-1'"
    )
    assert row is not None
    return tuple(row)


async def test_a_list_books_scans_and_hands_over(web: Web) -> None:
    """In whatever order its rows stand; the bad one among them is set aside; each row names its shipment."""
    found = await imported(web, HEAD + YOLDA + "PTS1;Yolda;dün;Ankara;order-1\n" + PICKED_UP + LABEL)
    assert (found["kind"], found["rows"], found["taken"], found["set_aside"]) == ("checkpoints", 4, 3, 1)
    assert found["reasons"] == {"time_malformed": 1}
    assert (await parcel(web))[:3] == ("handed_to_courier", "PTS1", "in_transit")
    shipments = {row["shipment"] for row in found["items"] if row["outcome"] == "taken"}
    assert shipments == {str(await web.pool.fetchval("SELECT id FROM shipment"))}


async def test_the_same_list_twice_changes_nothing(web: Web) -> None:
    """The same file is the same import; its rows in another file are the same messages."""
    first = await imported(web, HEAD + LABEL + PICKED_UP)
    before = await parcel(web)
    again = await imported(web, HEAD + LABEL + PICKED_UP)
    assert again["id"] == first["id"]
    other = await imported(web, HEAD + PICKED_UP + YOLDA)
    assert [row["detail"] for row in other["items"]] == ["repeated", "applied"]
    after = await parcel(web)
    assert (before[3] + 1, before[4]) == after[3:]


async def test_a_scan_before_its_booking_waits(web: Web) -> None:
    """A list without order numbers: once the booking comes, the parcel is handed over."""
    found = await imported(web, "Takip No;Durum;Tarih-Saat\nPTS1;Teslim alındı;20.11.2026 09:10\n")
    assert [row["detail"] for row in found["items"]] == ["parked"]
    booking = {
        "shipment": {"seller": SELLER, "reference": "order-1"},
        "courier": "pts",
        "tracking_number": "PTS1",
    }
    await web.intake.take([said("courier/pts", "courier.booked.v1", "b1", booking)])
    assert (await parcel(web))[:3] == ("handed_to_courier", "PTS1", "picked_up")


async def test_a_refused_booking_is_told_at_its_rows(web: Web) -> None:
    """The number stands on another shipment already, or the order went by another courier: the row says so."""
    await imported(web, HEAD + PICKED_UP)
    found = await imported(web, HEAD + PICKED_UP.replace("PTS1", "PTS2"))
    (row,) = found["items"]
    assert (row["outcome"], row["reason"]) == ("set_aside", "refused")
    assert row["detail"].startswith("booked_too_late")


async def test_a_words_meaning_is_said_once_and_remembered(web: Web) -> None:
    """An unknown word is kept as unknown, and takes no known status away; said once it holds for this and the next list."""
    row = "PTS1;Şubede;21.11.2026 10:00;Berlin;order-1\n"
    first = await imported(web, HEAD + PICKED_UP + row)
    assert first["items"][1]["detail"] == "unknown_status Şubede"
    assert "Şubede=ready_for_pickup" in first["items"][1]["message"]["tr"]
    assert (await parcel(web))[2] == "picked_up"
    await imported(web, HEAD + PICKED_UP + row, statuses=orjson.dumps({"Şubede": "ready_for_pickup"}).decode())
    assert (await parcel(web))[2] == "ready_for_pickup"
    found = await imported(web, HEAD + row.replace("21.11.2026", "22.11.2026"))
    assert found["items"][0]["detail"] == "applied"
    async with web.as_("operations") as client:
        wrong = {"courier": "pts", "statuses": orjson.dumps({"Şubede": "kapıda"}).decode()}
        answer = await client.post("/api/imports/checkpoints", files={"file": ("a.csv", HEAD + row)}, data=wrong)
        assert "ready_for_pickup" in problem(answer, 422, "unreadable-file")["detail"]
        answer = await client.post("/api/imports/checkpoints", files={"file": ("a.csv", HEAD + row)}, data={})
        assert "courier" in problem(answer, 422, "wrong-data")["detail"]
        none = {"courier": "pts", "statuses": "[]"}
        answer = await client.post("/api/imports/checkpoints", files={"file": ("a.csv", HEAD + row)}, data=none)
        assert "statuses" in problem(answer, 422, "wrong-data")["detail"]
        answer = await client.post("/api/imports/checkpoints", files={"file": ("a.pdf", b"%PDF-1.4")}, data={"courier": "pts"})
        assert "PDF" in problem(answer, 422, "unreadable-file")["detail"]


async def test_more_rows_than_a_batch_takes_are_all_taken(web: Web) -> None:
    """Two and a half thousand scans of one parcel, each counted once."""
    rows = [f"PTS1;Yolda;20.11.2026 {n // 60 % 24:02}:{n % 60:02}:{n // 1440};Ankara;order-1\n" for n in range(2500)]
    found = await imported(web, HEAD + "".join(rows))
    assert (found["rows"], found["taken"], found["set_aside"]) == (2500, 2500, 0)
    assert (await parcel(web))[0] == "handed_to_courier"


async def test_a_list_is_imported_from_a_shell(
    web: Web, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A workbook with real dates, headings of its own, and a word of its own; what was said is listed and can be forgotten."""
    monkeypatch.setenv("KERVAN_DATABASE_URL", database_url)
    file = tmp_path_factory.mktemp("lists") / "hareketler.xlsx"
    file.write_bytes(
        workbook(
            [
                ["Gönderi Kodu", "Olay", "Zaman", "Sipariş No"],
                ["PTS1", "Teslim alındı", (46346.38194444445, MOMENT), "order-1"],
                ["PTS1", "Şubede", (46347.5, MOMENT), "order-1"],
            ]
        )
    )
    run = CliRunner().invoke
    command = ["import", "checkpoints", str(file), "--courier", "pts", "--seller", SELLER, "--json"]
    maps = ["--map=Gönderi Kodu=tracking_number", "--map=Olay=status", "--map=Zaman=occurred_at"]
    refused = await asyncio.to_thread(run, cli, command)
    assert refused.exit_code != 0
    done = await asyncio.to_thread(run, cli, [*command, *maps, "--status=Şubede=ready_for_pickup"])
    assert done.exit_code == 0, done.output
    assert (orjson.loads(done.stdout)["taken"], orjson.loads(done.stdout)["set_aside"]) == (2, 0)
    assert (await parcel(web))[:3] == ("handed_to_courier", "PTS1", "ready_for_pickup")
    listed = orjson.loads((await asyncio.to_thread(run, cli, ["import", "mappings", "--json"])).stdout)
    assert {one["of"]: one["mapping"] for one in listed} == {
        "headings": {"gönderi kodu": "tracking_number", "olay": "status", "zaman": "occurred_at"},
        "statuses": {"subede": "ready_for_pickup"},
    }
    known = await asyncio.to_thread(run, cli, command)
    assert orjson.loads(known.stdout)["known_files"] == ["hareketler.xlsx"]
    wrong = await asyncio.to_thread(run, cli, [*command, "--status=Şubede"])
    assert wrong.exit_code != 0
