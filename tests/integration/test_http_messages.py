"""Messages, attention items and files over HTTP."""

import io
import zipfile
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
import structlog

from adapters.database.store import PostgresStore
from events.translate import Unreadable
from tests.integration.http_app import Web, problem
from tests.law import BOOK
from tests.stories import SELLER, SELLERS, START, draft, etgb_number, invoice, known_id, ref, said, story


def event(source: str, kind: str, message_id: str, data: dict[str, Any]) -> dict[str, Any]:
    """A CloudEvent as JSON."""
    found: dict[str, Any] = orjson.loads(said(source, kind, message_id, data).body)
    return found


def booking(reference: str = "order-1", number: str = "TRK1") -> dict[str, Any]:
    """A booking's payload."""
    return {"shipment": ref(reference), "courier": "pts", "tracking_number": number}


async def test_a_caller_that_leaves_in_the_middle_is_no_fault_of_ours(web: Web) -> None:
    """Nothing is done, and nothing is logged as an error: callers that gave up are many when a server was slow."""
    answers: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(part: Any) -> None:
        answers.append(part)

    async with web.as_("operations") as client:
        headers = [(b"authorization", client.headers["authorization"].encode()), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/api/messages", "query_string": b"", "headers": headers}
    scope |= {"scheme": "http", "server": ("test", 80), "client": ("127.0.0.1", 1), "http_version": "1.1", "root_path": ""}
    with structlog.testing.capture_logs() as logged:
        await web.app(scope, receive, send)
    assert [line for line in logged if line["log_level"] == "error"] == []
    assert answers[0]["status"] == 400


async def test_message_is_applied_once(web: Web) -> None:
    """A message moves its shipment, its repetition changes nothing; both are 200 and say so."""
    await web.intake.take([*story(1)][:1])
    message = event("invoicing/file", "invoice.issued.v1", "i-1", invoice("order-1", 1))
    async with web.as_("operations") as client:
        first = await client.post("/api/messages", json=message)
        again = await client.post("/api/messages", json=message)
    assert (first.status_code, first.json()["state"], first.json()["shipments"]) == (200, "applied", [known_id(1)])
    assert (again.status_code, again.json()["state"]) == (200, "repeated")


async def test_early_message_waits_and_is_listed(web: Web) -> None:
    """A message before its shipment is 202, listed as parked, and applied when the draft comes."""
    async with web.as_("courier") as client:
        answer = await client.post("/api/messages", json=event("courier/pts", "courier.booked.v1", "b-1", booking()))
    async with web.as_("operations") as client:
        (parked,) = (await client.get("/api/messages?state=parked")).json()["items"]
        await web.intake.take([*story(1)][:1])
        after = (await client.get("/api/messages?state=parked")).json()["items"]
        shipment = (await client.get(f"/api/shipments/{known_id(1)}")).json()
    assert (answer.status_code, answer.json()["state"]) == (202, "parked")
    assert (parked["source"], parked["message_id"], parked["type"]) == ("courier/pts", "b-1", "courier.booked.v1")
    assert (after, shipment["tracking_number"]) == ([], "TRK1")


async def test_refused_message_is_409_kept_and_raised(web: Web) -> None:
    """What the business refuses is 409 with `why`, stays listed, and raises an item that names it."""
    await web.intake.take(list(story(1)))
    async with web.as_("operations") as client:
        cancelled = event("orders/shop", "shipment.cancelled.v1", "c-1", {"shipment": ref("order-1"), "reason": "late"})
        found = problem(await client.post("/api/messages", json=cancelled), 409, "goods-have-left")
        (refused,) = (await client.get("/api/messages?state=refused")).json()["items"]
        (item,) = (await client.get("/api/attention")).json()["items"]
    assert found["why"]
    assert (found["state"], refused["message_id"], refused["code"]) == ("refused", "c-1", "goods_have_left")
    assert (item["reason"], item["message_id"]) == ("message_refused", "c-1")
    assert set(item["what_to_do"]) == {"tr", "en"}


async def test_unreadable_message_is_422_and_kept(web: Web) -> None:
    """A message without the contract's form is 422 with the fields, and kept for whoever looks after its sender."""
    async with web.as_("courier") as client:
        wrong = event("courier/pts", "courier.booked.v1", "b-1", {"courier": "pts"})
        found = problem(await client.post("/api/messages", json=wrong), 422, "wrong-data")
    async with web.as_("operations") as client:
        (refused,) = (await client.get("/api/messages?state=refused")).json()["items"]
    assert "tracking_number" in found["detail"]
    assert refused["message_id"] == "b-1"


async def test_the_last_unreadable_message_that_is_replayed_ends_their_item(web: Web, connections: Any) -> None:
    """Two that an earlier release could not read: the item counts both, and stays until both are read."""
    store = PostgresStore(connections, BOOK.version)
    told = [said("orders/shop", "shipment.drafted.v1", f"d-{n}", draft(f"order-{n}")) for n in range(2)]
    unread = [Unreadable(one.subject, one.body, one.token, "unknown_type", "this release does not know it") for one in told]
    await store.keep_unreadable(unread, START)
    async with web.as_("operations") as client:
        kept = (await client.get("/api/messages?state=refused")).json()["items"]
        open_ = []
        for one in kept:
            assert (await client.post(f"/api/messages/{one['id']}/replay")).json()["state"] == "applied"
            open_.append([item["reason"] for item in (await client.get("/api/attention")).json()["items"]])
        (item,) = (await client.get("/api/attention?resolved=true")).json()["items"]
    assert item["occurrences"] == 2
    assert open_ == [["message_unreadable"], []]
    assert (item["resolved_by"], item["resolution"]) == ("kervan", "the cause is gone")
    assert (item["who"], item["age_s"] > 0) == ("us", True)


async def test_a_message_that_still_cannot_be_read_stays_one(web: Web) -> None:
    """Replayed before its cause is mended it is told so; it is not kept twice, nor counted again."""
    wrong = said("courier/pts", "courier.booked.v1", "b-1", {"courier": "pts"})
    await web.intake.take([wrong])
    async with web.as_("operations") as client:
        (kept,) = (await client.get("/api/messages?state=refused")).json()["items"]
        problem(await client.post(f"/api/messages/{kept['id']}/replay"), 422, "wrong-data")
        assert (await client.get("/api/messages?state=refused")).json()["items"] == [kept]
        (item,) = (await client.get("/api/attention")).json()["items"]
    assert (item["reason"], item["occurrences"]) == ("message_unreadable", 1)


async def test_a_message_that_is_read_at_last_and_refused_is_unreadable_no_more(web: Web, connections: Any) -> None:
    """What it says cannot apply: that is another cause, with an item of its own, and it stands in the list once."""
    await web.intake.take([*[*story(1)][:3], said("orders/shop", "shipment.drafted.v1", "d-2", draft("order-2"))])
    told = said("courier/pts", "courier.booked.v1", "b-2", booking("order-2", "TRK1"))
    unread = Unreadable(told.subject, told.body, told.token, "unknown_type", "this release does not know it")
    await PostgresStore(connections, BOOK.version).keep_unreadable([unread], START)
    async with web.as_("operations") as client:
        (kept,) = (await client.get("/api/messages?state=refused")).json()["items"]
        assert (await client.post(f"/api/messages/{kept['id']}/replay")).json()["code"] == "tracking_number_taken"
        (left,) = (await client.get("/api/messages?state=refused")).json()["items"]
        items = (await client.get("/api/attention")).json()["items"]
    assert (left["code"], [item["reason"] for item in items]) == ("tracking_number_taken", ["message_refused"])


async def test_replay_lets_a_refused_message_try_again(web: Web) -> None:
    """A refused message that has become right applies on replay, leaves the list, and its item is resolved."""
    taken = booking("order-2", "TRK1")
    await web.intake.take([*story(1)][:3])
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", "d-2", draft("order-2"))])
    await web.intake.take([said("courier/pts", "courier.booked.v1", "b-2", taken)])
    async with web.as_("operations") as client:
        (refused,) = (await client.get("/api/messages?state=refused")).json()["items"]
        early = await client.post(f"/api/messages/{refused['id']}/replay")
        assert (early.status_code, early.json()["state"]) == (200, "refused")
        anew = said("courier/pts", "courier.booked.v1", "b-3", booking("order-1", "TRK9"), at=START + timedelta(hours=9))
        await web.intake.take([anew])
        late = await client.post(f"/api/messages/{refused['id']}/replay")
        left = (await client.get("/api/messages?state=refused")).json()["items"]
        items = (await client.get("/api/attention")).json()["items"]
        problem(await client.post(f"/api/messages/{uuid4()}/replay"), 404, "message-unknown")
    assert (late.status_code, late.json()["state"]) == (200, "applied"), late.text
    assert (left, items) == ([], [])


async def test_resolving_an_item_tells_the_outside_once(web: Web) -> None:
    """An item closed by hand leaves the open ones, is found among the resolved, and is told to the broker once."""
    await web.intake.take(list(story(1)))
    cancelled = said("orders/shop", "shipment.cancelled.v1", "c-1", {"shipment": ref("order-1"), "reason": "late"})
    await web.intake.take([cancelled])
    await web.pool.execute("DELETE FROM outbox")
    async with web.as_("operations") as client:
        (item,) = (await client.get("/api/attention")).json()["items"]
        path = f"/api/attention/{item['id']}/resolve"
        answers = [await client.post(path, json={"reason": "told the shop"}) for _ in range(2)]
        still = (await client.get("/api/attention")).json()["items"]
        (closed,) = (await client.get("/api/attention?resolved=true")).json()["items"]
        problem(await client.post(path, json={"reason": ""}), 422, "wrong-data")
        problem(await client.post(f"/api/attention/{uuid4()}/resolve", json={"reason": "x"}), 404, "attention-unknown")
    assert [answer.status_code for answer in answers] == [200, 200]
    assert (still, closed["id"]) == ([], item["id"])
    (told,) = await web.pool.fetch("SELECT subject, payload FROM outbox")
    assert told["subject"] == "kervan.out.attention"
    assert orjson.loads(told["payload"])["type"] == "attention.resolved.v1"
    assert orjson.loads(told["payload"])["data"]["item_id"] == item["id"]


async def test_etgb_list_moves_shipments(web: Web) -> None:
    """A Turkish ETGB list becomes one message an ETGB; each row has its result, and the same file changes nothing."""
    await web.intake.take([arrival for n in (1, 2) for arrival in [*story(n)][:4]])
    lines = [
        "ETGB NO;ETGB TARİH;SİPARİŞ NO;FATURA NO;TUTAR;DÖVİZ",
        f"{etgb_number(7)};21.11.2026;order-1;ABC2026000000001;42,00;EUR",
        f"{etgb_number(7)};21.11.2026;order-2;ABC2026000000002;42,00;EUR",
        "nonsense;21.11.2026;order-3;;;",
        f"{etgb_number(8)};yarın;order-4;;;",
        f"{etgb_number(9)};21.11.2026;;;;",
        f"{etgb_number(9)};21.11.2026;order-9;;;",
    ]
    upload = {"file": ("liste.csv", ("\ufeff" + "\n".join(lines)).encode())}
    form = {"seller": SELLER, "courier": "pts"}
    async with web.as_("operations") as client:
        answer = await client.post("/api/imports/etgb", files=upload, data=form)
        again = await client.post("/api/imports/etgb", files=upload, data=form)
        found = answer.json()
        pages: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = (await client.get(f"/api/imports/{found['id']}", params={"limit": 4, "cursor": cursor})).json()
            pages += page["items"]
            if page["next"] is None:
                break
            cursor = page["next"]
        etgb = (await client.get(f"/api/etgbs/{etgb_number(7)}")).json()
    assert answer.status_code == 202, answer.text
    assert (found["rows"], found["taken"], found["set_aside"]) == (6, 3, 3)
    assert again.json()["id"] == found["id"]
    assert pages == found["items"]
    assert [(row["row_no"], row["outcome"], row["reason"]) for row in pages] == [
        (1, "taken", ""),
        (2, "taken", ""),
        (3, "set_aside", "etgb_number_malformed"),
        (4, "set_aside", "no_date"),
        (5, "set_aside", "no_shipment"),
        (6, "taken", ""),
    ]
    assert [row["raw"] for row in pages] == ["", "", *lines[3:6], ""]
    assert all(row["message"]["tr"] != row["message"]["en"] for row in pages)
    assert "bekle" not in pages[0]["message"]["tr"]
    assert pages[5]["message"]["en"].startswith("Taken; its shipment is not known yet")
    assert [line["shipment"]["stage"] for line in etgb["lines"]] == ["etgb_issued", "etgb_issued"]


async def test_rows_that_the_engine_refuses_are_explained_and_kept(web: Web) -> None:
    """An ETGB that was cancelled: its row says so in both languages, and stands as it was in the file."""
    number = etgb_number(1)
    cancelled = said("customs/feed", "etgb.cancelled.v1", "x", {"number": number, "reason": "wrong"})
    await web.intake.take([*[*story(1)][:5], cancelled])
    upload = {"file": ("liste.csv", f"ETGB NO;VEDOP TARİHİ;NOT\n{number};21.11.2026;görüldü\n".encode())}
    async with web.as_("finance") as client:
        answer = (await client.post("/api/imports/vedop", files=upload)).json()
    (row,) = answer["items"]
    assert (row["reason"], row["raw"]) == ("refused", f"{number};21.11.2026;görüldü")
    assert row["detail"].startswith("etgb_cancelled ")
    assert row["message"] == {
        "tr": "Kervan kabul etmedi: Bu ETGB iptal edilmiş; yerine geçeni girin.",
        "en": "Kervan did not take it: This ETGB was cancelled; enter the one that replaced it.",
    }


def workbook(rows: list[list[str]]) -> bytes:
    """A small XLSX with texts."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{sheet_type}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet_type}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return out.getvalue()


async def test_list_again_with_what_was_missing_is_another_import(web: Web) -> None:
    """Rows set aside for want of the seller are taken when the same file comes with the seller."""
    await web.intake.take([*story(1)][:4])
    upload = {"file": ("liste.csv", f"ETGB NO;ETGB TARİH;SİPARİŞ NO\n{etgb_number(7)};21.11.2026;order-1".encode())}
    async with web.as_("operations") as client:
        without = (await client.post("/api/imports/etgb", files=upload, data={"courier": "pts"})).json()
        given = (await client.post("/api/imports/etgb", files=upload, data={"courier": "pts", "seller": SELLER})).json()
    assert (without["taken"], without["set_aside"]) == (0, 1)
    assert (given["taken"], given["set_aside"]) == (1, 0)
    assert await web.pool.fetchval("SELECT stage FROM shipment") == "etgb_issued"


async def test_vedop_list_as_a_workbook(web: Web) -> None:
    """A VEDOP list in XLSX moves its shipments on and closes their ETGB."""
    await web.intake.take([*story(1)][:5])
    rows = [["etgb_number", "seen_on", "closed_on", "evidence"], [etgb_number(1), "2026-11-23", "2026-11-22", "VEDOP"]]
    async with web.as_("finance") as client:
        answer = await client.post("/api/imports/vedop", files={"file": ("vedop.xlsx", workbook(rows))})
        shipment = (await client.get(f"/api/shipments/{known_id(1)}")).json()
    assert answer.status_code == 202, answer.text
    assert (answer.json()["taken"], shipment["stage"], shipment["vedop_seen_on"]) == (1, "vedop_transferred", "2026-11-23")


ORDERS = [
    ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"],
    ["536370", "22728", "ALARM CLOCK", "24", "2010-12-01 08:45:00", "3.75", "12583", "France"],
    ["536370", "POST", "POSTAGE", "3", "2010-12-01 08:45:00", "18.00", "12583", "France"],
    ["C536379", "22728", "ALARM CLOCK", "-1", "2010-12-01 09:41:00", "3.75", "14527", "United Kingdom"],
]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_orders_as_a_file(web: Web, form: str) -> None:
    """A shop's order file becomes shipments; the cancellation is set aside with a reason people understand."""
    content = workbook(ORDERS) if form == "xlsx" else "\n".join(",".join(row) for row in ORDERS).encode()
    seller = orjson.dumps({"tax_number": SELLERS[1], "name": "Örnek", "address": {"city": "İzmir", "country": "TR"}})
    catalogue = b"stock_code,description_tr,gtip,origin,unit_weight_g\n22728,saat,910310000000,TR,200\n"
    async with web.as_("operations") as client:
        answer = await client.post(
            "/api/imports/orders",
            files={"file": (f"../../a\0b/{form}.{form}", content), "catalogue": ("catalogue.csv", catalogue)},
            data={"seller": seller.decode(), "currency": "GBP", "planned_on": "2026-11-20"},
            headers={"Idempotency-Key": "import-1"},
        )
        shipments = (await client.get(f"/api/shipments?seller={SELLERS[1]}")).json()["items"]
    assert answer.status_code == 202, answer.text
    found = answer.json()
    assert (found["rows"], found["taken"], found["set_aside"]) == (3, 2, 1)
    assert found["reasons"] == {"cancellation": 1}
    assert set(found["items"][2]["message"]) == {"tr", "en"}
    assert [shipment["reference"] for shipment in shipments] == ["536370"]
    assert shipments[0]["total"] == "144.00"


@pytest.mark.parametrize(
    ("kind", "content", "form"),
    [
        ("etgb", b"\xff\xfe\x00", {}),
        ("etgb", b"a,b\n1,2\n", {}),
        ("etgb", b"PK\x03\x04 nothing", {}),
        ("etgb", b"", {}),
        ("orders", b"a,b\n1,2\n", {"seller": '{"tax_number": "1234567890", "name": "x"}'}),
        ("orders", b"a,b\n1,2\n", {"seller": "{"}),
        ("orders", b"a,b\n1,2\n", {"seller": '{"name": 5}'}),
        ("orders", b"a,b\n1,2\n", {"planned_on": "2026-99-99"}),
    ],
)
async def test_files_that_cannot_be_read_are_422(web: Web, kind: str, content: bytes, form: dict[str, str]) -> None:
    """A file of another form, or a form without its fields, imports nothing and says why."""
    async with web.as_("operations") as client:
        answer = await client.post(f"/api/imports/{kind}", files={"file": ("x.csv", content)}, data=form)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert await web.pool.fetchval("SELECT count(*) FROM inbox") == 0


async def test_what_is_no_kind_of_file_is_not_found(web: Web) -> None:
    """Each kind has an address of its own."""
    async with web.as_("operations") as client:
        answer = await client.post("/api/imports/spaceships", files={"file": ("x.csv", b"a,b\n1,2\n")})
    problem(answer, 404, "not-found")


async def test_zip_bomb_is_not_unpacked(web: Web) -> None:
    """A workbook that unpacks to more than 100 MB is refused by what it says of itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as part:
        for _ in range(101):
            part.write(b"\0" * (1024 * 1024))
    async with web.as_("operations") as client:
        answer = await client.post("/api/imports/etgb", files={"file": ("bomb.xlsx", out.getvalue())})
    assert "100 MB" in problem(answer, 422, "unreadable-file")["detail"]


async def test_uploads_have_a_limit(web: Web) -> None:
    """More than 10 MB is 413."""
    async with web.as_("operations") as client:
        answer = await client.post("/api/imports/etgb", files={"file": ("x.csv", b"x" * (10 * 1024 * 1024 + 1))})
        missing = await client.get(f"/api/imports/{uuid4()}")
    problem(answer, 413, "too-large")
    problem(missing, 404, "import-unknown")
