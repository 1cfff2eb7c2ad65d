"""The console's pages over HTTP, without a browser's screen: who sees what, what forms do, and how addresses keep state."""

import csv
import html
import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from python_calamine import CalamineWorkbook

from adapters.database import audit, desk, listing, queries, story, users
from adapters.entrypoints import bootstrap
from adapters.settings import Settings
from adapters.web.console.filters import Filters
from adapters.web.console.pages import PAGES
from events.translate import Arrival
from tests.integration.browser import Browser, browser, token
from tests.integration.http_app import Web
from tests.integration.test_list_matching import handed_over, imported
from tests.stories import SELLERS, draft, invoice, known_id, ref, said
from tests.stories import story as told
from workflow.stages import Stage


async def heard(web: Web, *stories: Sequence[Arrival]) -> None:
    """Let stories happen."""
    await web.intake.take([arrival for one in stories for arrival in one])


async def stage(web: Web, n: int) -> str:
    """Where a story's shipment stands."""
    found: str = await web.pool.fetchval("SELECT stage FROM shipment WHERE id = $1", UUID(known_id(n)))
    return found


def fields(page: str) -> dict[str, str]:
    """The fields of a page's form as a browser would send them back."""
    found = {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'<input(?! type="checkbox")[^>]* name="([^"]+)" value="([^"]*)"', page)
    }
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen is not None else ""
    return found | {"csrf": token(page)}


def work(page: str) -> str:
    """The id of the work that a form stands for."""
    found = re.search(r'name="work" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


async def fire(person: Browser, n: int, trigger: str, **values: str) -> httpx.Response:
    """Fill in and send an action's form."""
    at = f"/shipments/{known_id(n)}/actions/{trigger}"
    page = (await person.get(at)).text
    return await person.client.post(at, data={"csrf": token(page), "work": work(page)} | values)


@pytest.mark.parametrize("role", ["viewer", "operations", "finance", "admin"])
async def test_each_role_sees_its_pages_and_no_other(web: Web, role: str) -> None:
    """The menu names the pages that answer, the others are 403, in both languages and also when nothing has happened yet."""
    async with browser(web, role) as person:
        menu = (await person.get("/")).text
        for page in PAGES:
            answer = await person.get(f"{page.path}?lang=en")
            assert (answer.status_code == 200) == (role in page.roles), (page.name, answer.text)
            assert (f'href="{page.path}"' in menu) == (role in page.roles)
            assert answer.headers["content-security-policy"].startswith("default-src 'self'; ")
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert 'lang="en"' in answer.text


async def test_the_menus_figures_can_be_asked_for_alone(web: Web) -> None:
    """An open page renews its menu without anything else, and still knows where it is."""
    await web.intake.take([said("ops/x", "shipment.cancel.v1", "x", {"shipment": ref("order-1"), "reason": "x"}), *told(1)])
    await web.intake.take([said("ops/x", "shipment.cancel.v1", "y", {"shipment": ref("order-1"), "reason": "x"})])
    async with browser(web, "operations") as person:
        part = await person.get("/menu?here=shipments", headers={"HX-Request": "true", "HX-Target": "nav#menu"})
    assert "<html" not in part.text
    assert re.search(r'href="/shipments" aria-current="page"', part.text)
    assert 'class="count"' in part.text


async def test_sellers_are_offered_by_name_in_turkish_order(web: Web) -> None:
    """The filter of sellers shows names as Turks sort them, and filters by the number."""
    names = dict(zip(SELLERS[:4], ("Zeytin", "Ihlamur", "Çınar", "İncir"), strict=True))
    for number, name in names.items():
        one = draft(f"of-{number}", number)
        one["seller"] |= {"name": name}
        await web.intake.take([said("orders/shop", "shipment.drafted.v1", number, one)])
    async with browser(web, "operations") as person:
        page = (await person.get("/shipments")).text
        offered = re.search(r'<select name="seller">(.*?)</select>', page, re.DOTALL)
        assert offered is not None
        assert re.findall(r">([^<]+)</option>", offered[1])[1:] == ["Çınar", "Ihlamur", "İncir", "Zeytin"]
        assert "1 gönderi" in (await person.get(f"/shipments?seller={SELLERS[2]}")).text


async def test_nobody_sees_a_page_without_signing_in(web: Web) -> None:
    """Each page and each file of data leads to the sign-in; a form that is sent without a session does nothing."""
    await heard(web, list(told(1)))
    one = f"/shipments/{known_id(1)}"
    more = [one, f"{one}/actions/cancel", "/shipments/export.csv", "/shipments/export.xlsx", "/live", f"{one}/message"]
    await users.add(web.pool, "ayse", "viewer", bootstrap.now())
    async with browser(web) as nobody:
        for path in [page.path for page in PAGES if page.path != "/"] + more:
            answer = await nobody.get(path)
            assert (answer.status_code, answer.headers["location"].startswith("/sign-in")) == (303, True), path
        part = await nobody.get("/attention", headers={"HX-Request": "true", "HX-Target": "div#items"})
        assert (part.status_code, part.headers["hx-redirect"]) == (204, "/sign-in?next=%2F")
        assert (await nobody.client.post(f"{one}/actions/cancel", data={"reason": "x"})).status_code == 303
        assert "password" in (await nobody.get("/")).text


async def test_the_list_keeps_its_state_in_the_address(web: Web) -> None:
    """Filters narrow the list, stand in the form again, and what is empty falls out of the address."""
    await heard(web, list(told(1)), list(told(2))[:2])
    async with browser(web, "operations") as person:
        page = (await person.get("/shipments?stage=invoiced")).text
        assert ("order-2" in page, "order-1<" in page) == (True, False)
        assert '<option value="invoiced" selected>' in page
        sent = await person.get("/shipments?q=order-1&stage=&country=&from=")
        assert (sent.status_code, sent.headers["location"]) == (303, "/shipments?q=order-1")
        assert "order-1" in (await person.get("/shipments?q=TRK1")).text
        assert "order-2<" not in (await person.get("/shipments?q=mustermann%201&lang=en")).text
        assert "Bu süzgeçlere uyan gönderi yok." in (await person.get("/shipments?country=XX")).text
        part = await person.get(
            "/shipments?q=order-1&stage=",
            headers={"HX-Request": "true", "HX-Target": "div#results", "HX-Current-URL": "http://kervan.test/shipments"},
        )
        assert part.headers["hx-push-url"] == "/shipments?q=order-1"
        assert "<html" not in part.text
        columns = (await person.get("/shipments?col=weight&col=vedop")).text
        assert ("1,2\N{NO-BREAK SPACE}kg" in columns, "Teslimat</th>" in columns) == (True, False)


@pytest.mark.parametrize(
    "query",
    ["stage=nonsense", "from=yesterday", "from=0001-01-01", "q=%00", "col=nonsense", "overdue=maybe", "country=long"],
)
async def test_an_old_or_broken_address_still_shows_a_list(web: Web, query: str) -> None:
    """What makes no sense in an address is left out."""
    await heard(web, list(told(1))[:1])
    async with browser(web, "operations") as person:
        assert (await person.get(f"/shipments?{query}")).status_code in {200, 422}


def test_filters_write_what_they_read() -> None:
    """A filter's own address reads as the same filter; what is unknown never gets in."""
    given = Filters.read(
        {"q": " a&b ", "stage": "draft", "seller": "", "attention": "on", "to": "2026-11-20", "x": "y", "country": "de"}
    )
    assert Filters.of(given.query()) == given
    assert given.asked()["attention"] is True
    assert given.without("q").given == {"stage": "draft", "country": "DE", "attention": "true", "to": "2026-11-20"}


async def test_pages_follow_each_other_without_a_gap(web: Web) -> None:
    """Through all pages of a list each shipment comes once, also where many came in the same moment."""
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"order-{n}")) for n in range(120)])
    seen: list[str] = []
    async with browser(web, "operations") as person:
        address = "/shipments"
        for _ in range(4):
            page = (await person.get(address)).text
            seen += re.findall(r'<a class="name code" href="/shipments/[^"]+">([^<]+)</a>', page)
            following = re.search(r'href="(/shipments\?cursor=[^"]+)"', page)
            if following is None:
                break
            address = following[1]
        assert "120 gönderi" in page
    assert sorted(seen) == sorted(f"order-{n}" for n in range(120))
    rows = [row async for some in listing.every(web.pool, {}, names=True, most=1000, at_once=7) for row in some]
    assert len({row["id"] for row in rows}) == 120
    assert len([row async for some in listing.every(web.pool, {}, names=True, most=10, at_once=7) for row in some]) == 10
    assert await listing.count(web.pool, {}, names=True, most=50) == 50


async def test_a_viewer_sees_no_personal_data_anywhere(web: Web) -> None:
    """Neither list, shipment, export nor story names the consignee; messages and documents are closed, names find nobody."""
    await heard(web, list(told(1)))
    one = f"/shipments/{known_id(1)}"
    async with browser(web, "viewer") as viewer:
        for path in ("/shipments", one, "/shipments/export.csv", "/attention", "/messages", "/"):
            answer = await viewer.get(path)
            assert answer.status_code == 200
            assert "Mustermann" not in answer.text, path
        assert (await viewer.get(f"{one}/message?source=orders/shop&message=draft-1")).status_code == 403
        assert (await viewer.get(f"{one}/sheets/proforma.pdf")).status_code == 403
        assert "order-1" not in re.sub(r"<input[^>]*>", "", (await viewer.get("/shipments?q=mustermann")).text)


async def test_a_shipments_page_tells_cause_and_effect(web: Web) -> None:
    """Rail, scans, what each message moved, the message itself on demand, and why what cannot be done cannot."""
    await heard(web, list(told(1)))
    one = f"/shipments/{known_id(1)}"
    async with browser(web, "operations") as person:
        page = (await person.get(one)).text
        assert page.count('class="past"') == 6
        assert 'class="here" aria-current="step"' in page
        assert "Teslim alındı" in page
        assert re.search(r"VEDOP'ta görüldü.*?ETGB düzenlendi.*?<b>VEDOP&#39;a aktarıldı</b>", page, re.DOTALL)
        assert "Artık olmaz; yalnızca şu aşamada olurdu: Taslak" in page
        raw = (await person.get(f"{one}/message?source=orders/shop&message=draft-1")).text
        assert "Erika Mustermann 1" in raw
        assert (await person.get(f"{one}/message?source=x&message=y")).status_code == 404
        assert (await person.get("/shipments/00000000-0000-4000-8000-000000000000")).status_code == 404


async def test_the_rail_shows_where_a_shipment_came_back_to() -> None:
    """After an invoice was cancelled, the stage after it is ahead again, and times are those of the last time."""
    at = [datetime(2026, 11, day, tzinfo=UTC) for day in range(1, 6)]
    steps = [("draft", "validated"), ("validated", "invoiced"), ("invoiced", "validated")]
    moves = [
        {"kind": "transition", "sequence": n, "from": origin, "to": target, "at": at[n], "moves": []}
        for n, (origin, target) in enumerate(steps, start=1)
    ]
    rail = story.rail({"stage": "validated", "lifecycle": 1, "created_at": at[0]}, moves[::-1], at[4])
    assert [(step["here"], step["at"], step["lasted_s"]) for step in rail[:3]] == [
        (False, at[0], 86400),
        (True, at[3], 86400),
        (False, None, None),
    ]


async def test_actions_go_through_the_engine_under_the_users_name(web: Web) -> None:
    """A form moves the shipment by a message of `ops/<user>`, is logged with its reason, and sent twice moves once."""
    await heard(web, list(told(1))[:1])
    async with browser(web, "operations") as person:
        at = f"/shipments/{known_id(1)}/actions/cancel"
        page = (await person.get(at)).text
        form = {"csrf": token(page), "work": work(page), "reason": "müşteri vazgeçti"}
        first = await person.client.post(at, data=form)
        assert (first.status_code, first.headers["location"]) == (303, f"/shipments/{known_id(1)}")
        after = (await person.get(first.headers["location"])).text
        assert "Gönderiyi iptal et: yapıldı." in after
        assert "Gönderiyi iptal et: yapıldı." not in (await person.get(first.headers["location"])).text
        await person.client.post(at, data=form)
    assert await stage(web, 1) == "cancelled"
    assert await web.pool.fetchval("SELECT count(*) FROM inbox WHERE source = 'ops/operations'") == 1
    found = (await audit.listed(web.pool, 10, thing=f"shipment/{known_id(1)}"))[-1]
    assert (found["door"], found["actor"], found["action"], found["reason"]) == (
        "console", "ops/operations", "shipment.cancel", "müşteri vazgeçti",
    )  # fmt: skip


async def test_each_trigger_can_be_fired_by_its_form(web: Web) -> None:
    """Through the whole journey by hand, with amounts as Turks write them."""
    await heard(web, list(told(1))[:1])
    number = "26341453EX000001"
    async with browser(web, "admin") as person:
        for trigger, values in (
            ("invoice", {"number": "ABC2026000000001", "ettn": "0b0f3a52-5f0e-4c5c-8a56-3f0f6a2d9c10",
                         "issued_on": "2026-11-20", "profile": "EARSIVFATURA", "total": "42,00"}),
            ("cancel_invoice", {"reason": "yanlış tarih"}),
            ("invoice", {"number": "ABC2026000000002", "ettn": "0b0f3a52-5f0e-4c5c-8a56-3f0f6a2d9c11",
                         "issued_on": "2026-11-20", "profile": "EARSIVFATURA", "total": "42.00"}),
            ("hand_over", {"courier": "pts", "tracking_number": "TRK1"}),
            ("issue_etgb", {"number": number, "registered_on": "2026-11-21", "courier": "pts", "amount": "42,00"}),
            ("cancel_etgb", {"reason": "yanlış beyan"}),
            ("issue_etgb", {"number": "26341453EX000002", "registered_on": "2026-11-21", "courier": "pts"}),
            ("transfer_to_vedop", {"seen_on": "2026-11-23", "closed_on": "2026-11-22", "evidence.kind": "note",
                                   "evidence.reference": "ekranda gördüm"}),
            ("return_goods", {"reason": "alıcı kabul etmedi"}),
        ):  # fmt: skip
            answer = await fire(person, 1, trigger, **values)
            assert answer.status_code == 303, (trigger, re.findall(r'role="alert">([^<]+)', answer.text))
    assert await stage(web, 1) == Stage.RETURNED


async def test_a_refused_action_shows_its_form_again_with_the_reason(web: Web) -> None:
    """What was typed is still there, in words what is wrong, and nothing is left behind as an attention item."""
    await heard(web, list(told(1))[:4])
    async with browser(web, "operations") as person:
        answer = await fire(person, 1, "issue_etgb", number="nonsense", registered_on="2026-11-21")
        assert answer.status_code == 409
        assert "ETGB numarası değil" in answer.text
        assert 'value="nonsense"' in answer.text
        answer = await fire(person, 1, "issue_etgb", number="26341453EX000001", registered_on="soon")
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert await web.pool.fetchval("SELECT count(*) FROM attention") == 0


async def test_a_draft_is_amended_and_judged_again(web: Web) -> None:
    """What is changed in the form is told to the engine, and only that; a line may be added and dropped."""
    heavy = draft("order-1", gross_weight_kg="9999")
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", "d", heavy)])
    at = f"/shipments/{known_id(1)}/amend"
    async with browser(web, "operations") as person:
        page = (await person.get(at)).text
        assert "LIM001" in page
        form = fields(page)
        more = await person.client.post(at, data=form | {"more": "true", "line-0-gtip": "610910000099"})
        assert 'name="line-2-description"' in more.text
        assert 'value="610910000099"' in more.text
        assert (await person.client.post(at, data=form)).headers["location"] == f"/shipments/{known_id(1)}"
        assert "Hiçbir şey değişmedi." in (await person.get(f"/shipments/{known_id(1)}")).text
        changed = form | {"gross_weight_kg": "1,5", "consignee.address.city": "Köln", "line-1-drop": "true"}
        assert (await person.client.post(at, data=changed)).status_code == 303
        assert "bekleten bulgu kalmadı" in (await person.get(f"/shipments/{known_id(1)}")).text
        bad = await person.client.post(at, data=fields((await person.get(at)).text) | {"packages": "many"})
        assert (bad.status_code, 'value="many"' in bad.text) == (422, True)
    shipment = await queries.shipment(web.pool, UUID(known_id(1)))
    assert shipment is not None
    assert (shipment["stage"], shipment["gross_weight_kg"], len(shipment["lines"])) == ("validated", "1.5", 1)
    assert shipment["consignee"] == {"name": "Erika Mustermann", "address": {"city": "Köln", "country": "DE"}}
    acts = await audit.listed(web.pool, 10, thing=f"shipment/{known_id(1)}")
    assert {act["reason"] for act in acts} == {"gross_weight_kg, consignee, lines"}
    async with browser(web, "finance") as other:
        assert (await other.get(at)).status_code == 403


async def test_documents_are_uploaded_and_asked_back(web: Web, settings: Settings) -> None:
    """A file that shows the ETGB in VEDOP is kept and leads to the form that confirms it; what is no invoice is told."""
    settings.gib_check = "off"
    await heard(web, list(told(1))[:6], list(told(2))[:1])
    async with browser(web, "finance") as person:
        page = (await person.get(f"/shipments/{known_id(1)}")).text
        files = {"file": ("ekran.pdf", b"%PDF-1.7 seen", "application/pdf")}
        form = {"csrf": token(page), "kind": "vedop_evidence"}
        sent = await person.client.post(f"/shipments/{known_id(1)}/documents", data=form, files=files)
        assert sent.status_code == 303, sent.text
        asked = (await person.get(sent.headers["location"])).text
        assert '<option value="file" selected>' in asked
        confirmed = await person.client.post(
            f"/shipments/{known_id(1)}/actions/transfer_to_vedop", data=fields(asked) | {"evidence.kind": "file"}
        )
        assert confirmed.status_code == 303, confirmed.text
    assert await stage(web, 1) == "vedop_transferred"
    async with browser(web, "operations") as person:
        form = {"csrf": token((await person.get("/account")).text), "kind": "invoice"}
        files = {"file": ("fatura.xml", b"<Invoice/>", "application/xml")}
        refused = await person.client.post(f"/shipments/{known_id(2)}/documents", data=form, files=files)
        assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
    doors = {(act["door"], act["action"]) for act in await audit.listed(web.pool, 20, thing=f"shipment/{known_id(1)}")}
    assert ("console", "document.upload") in doors


async def test_actions_ask_for_their_role(web: Web) -> None:
    """Who may not, sees why instead of a form, and a form sent all the same is 403."""
    await heard(web, list(told(1))[:1])
    async with browser(web, "finance") as person:
        page = (await person.get(f"/shipments/{known_id(1)}/actions/cancel")).text
        assert "Rolünüz buna izin vermiyor; bunu operasyon ya da yönetici yapar." in page
        csrf = token((await person.get("/account")).text)
        form = {"csrf": csrf, "work": known_id(9), "reason": "x"}
        assert (await person.client.post(f"/shipments/{known_id(1)}/actions/cancel", data=form)).status_code == 403
    assert await stage(web, 1) == "validated"


async def test_exports_are_the_same_filter_for_turkish_excel(web: Web) -> None:
    """CSV with mark, semicolons and decimal commas; no cell begins a formula; the spreadsheet has numbers and days."""
    await heard(web, list(told(1)), list(told(2))[:2])
    evil = draft("=HYPERLINK(1)", consignee={"name": "@SUM(A1)", "address": {"city": "＝1+1", "country": "DE"}})
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", "evil", evil)])
    async with browser(web, "operations") as person:
        answer = await person.get("/shipments/export.csv?stage=invoiced")
        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert "attachment" in answer.headers["content-disposition"]
        (row,) = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";")
        assert (row["Sipariş"], row["Tutar"], row["Fatura tarihi"]) == ("order-2", "42,00", "20.11.2026")
        english = (await person.get("/shipments/export.csv?lang=en")).text
        (bad,) = [
            row for row in csv.DictReader(io.StringIO(english.lstrip("\ufeff")), delimiter=";") if "HYPER" in row["Order"]
        ]
        assert (bad["Order"], bad["Consignee"], bad["Amount"]) == ("'=HYPERLINK(1)", "'@SUM(A1)", "42.00")
        assert bad["City"] == "'＝1+1"
        sheet = await person.get("/shipments/export.xlsx")
    cells = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert len(cells) == 4
    totals = {row[0]: row[cells[0].index("Tutar")] for row in cells[1:]}
    assert totals["order-1"] == 42.0
    assert [act["action"] for act in await audit.listed(web.pool, 10) if act["action"].endswith("export")] == [
        "shipment.export"
    ] * 3


async def test_attention_is_settled_with_a_reason(web: Web) -> None:
    """Items are grouped by reason and by who acts; settling asks for a reason and stands in the log."""
    early = invoice("order-1", 1, issued_on="2026-11-25")
    await heard(web, list(told(1))[:1])
    await web.intake.take([said("invoicing/file", "invoice.issued.v1", "i", early), *list(told(1))[2:5]])
    assert [group["reason"] for group in await desk.groups(web.pool)] == ["etgb_before_invoice"]
    (item,) = await desk.attention_items(web.pool, resolved=False, reasons=None, limit=5)
    async with browser(web, "operations") as person:
        page = (await person.get("/attention?who=courier")).text
        assert "order-1" in page
        assert "order-1" not in (await person.get("/attention?reason=etgb_overdue")).text
        form = {"csrf": token(page), "id": item["id"], "back": "/attention"}
        asked = await person.client.post("/attention/resolve", data=form)
        assert "Nasıl çözüldü?" in asked.text
        done = await person.client.post("/attention/resolve", data=form | {"reason": "tarih doğru"})
        assert done.status_code == 303
        assert "tarih doğru" in (await person.get("/attention?state=resolved")).text
        assert (await person.client.post("/attention/resolve", data={"csrf": token(page)})).status_code == 303
    assert await desk.groups(web.pool) == []
    assert (await audit.listed(web.pool, 1))[0]["reason"] == "tarih doğru"


async def test_messages_are_replayed_or_ignored_by_cause(web: Web) -> None:
    """A refused message is replayed once its cause is mended; another is ignored with a reason, which ends its item too."""
    await heard(web, list(told(1)), list(told(2))[:1])
    await web.intake.take([
        said("ops/x", "shipment.cancel.v1", "late", {"shipment": ref("order-1"), "reason": "x"}),
        said("invoicing/file", "invoice.issued.v1", "wrong", invoice("order-2", 2, total="1.00")),
        said("courier/pts", "courier.checkpoint.v1", "early", {"courier": "pts", "tracking_number": "T9", "status": "picked_up",
                                                              "occurred_at": "2026-11-20T09:00:00Z"}),
    ])  # fmt: skip
    assert await web.pool.fetchval("SELECT count(*) FROM refused WHERE state = 'refused'") >= 1
    async with browser(web, "operations") as person:
        assert "takip numarasının bilinmesi" in (await person.get("/messages?state=parked")).text
        page = (await person.get("/messages")).text
        ids = re.findall(r'id="held-([^"]+)"', page)
        assert (await person.get(f"/messages/{ids[0]}")).status_code == 200
        again = await person.client.post("/messages/replay", data={"csrf": token(page), "id": ids})
        assert again.status_code == 303
        assert "Yeniden işletildi" in (await person.get("/messages")).text
        left = re.findall(r'id="held-([^"]+)"', (await person.get("/messages")).text)
        form = {"csrf": token(page), "id": left}
        assert "Yok sayılacak mesaj" in (await person.client.post("/messages/ignore", data=form)).text
        assert (await person.client.post("/messages/ignore", data=form | {"reason": "eski"})).status_code == 303
        assert "Reddedilen mesaj yok." in (await person.get("/messages")).text
    assert (
        await web.pool.fetchval("SELECT count(*) FROM attention WHERE reason = 'message_refused' AND resolved_at IS NULL") == 0
    )
    assert {act["action"] for act in await audit.listed(web.pool, 50)} >= {"message.replay", "message.ignore"}


async def test_admins_let_people_and_programs_in(web: Web) -> None:
    """A password and a key are shown once; roles change, access ends; all of it is in the log that the page shows."""
    async with browser(web, "admin") as admin:
        page = (await admin.get("/access")).text
        made = (await admin.client.post("/access/users", data={"csrf": token(page), "name": "veli", "role": "viewer"})).text
        assert re.search(r'<pre class="raw">[a-z2-9]{4}(-[a-z2-9]{4}){3}</pre>', made)
        assert '<pre class="raw">' not in (await admin.get("/access")).text
        for path, values in (
            ("/access/users/veli/role", {"role": "finance"}),
            ("/access/users/veli/revoke", {"reason": "ayrıldı"}),
            ("/access/users/admin/revoke", {"reason": "deneme"}),
            ("/access/users", {"name": "Büyük Harf", "role": "viewer"}),
            ("/access/users", {"name": "admin", "role": "viewer"}),
        ):
            assert (await admin.client.post(path, data={"csrf": token(page)} | values)).status_code == 303
        key = (await admin.client.post("/access/keys", data={"csrf": token(page), "name": "shop", "role": "operations"})).text
        assert 'class="raw">kv_' in key
        await admin.client.post("/access/keys/shop/revoke", data={"csrf": token(page), "reason": "sızdı"})
        log = (await admin.get("/access?tab=audit&lang=en")).text
    people = {row["name"]: row for row in await web.pool.fetch("SELECT * FROM console_user")}
    assert (people["veli"]["role"], people["veli"]["revoked_at"] is None, people["admin"]["revoked_at"]) == (
        "finance",
        False,
        None,
    )
    assert set(people) == {"admin", "veli"}
    told = ("User: added", "User: role changed", "User: closed", "Key: added", "Key: closed", "Session: began")
    for action, words in zip(
        ("user.add", "user.role", "user.revoke", "key.add", "key.revoke", "session.begin"), told, strict=True
    ):
        assert f'title="{action}">{words}</td>' in log


async def test_doubtful_lines_are_decided_on_their_page(web: Web) -> None:
    """A line of a list is confirmed for one candidate, or rejected; whoever decides second is told."""
    await handed_over(web, "3001234567", 1, "45.37")
    second = await handed_over(web, "3001234568", 2, "99.00")
    await imported(web, "3001234569;99,00;DE")
    async with browser(web, "viewer") as viewer:
        assert "/confirm" not in (await viewer.get("/matches")).text
    async with browser(web, "operations") as person:
        page = (await person.get("/matches")).text
        (match,) = re.findall(r'id="match-([^"]+)"', page)
        assert "3001234568" in page
        form = {"csrf": token(page), "shipment": second}
        assert (await person.client.post(f"/matches/{match}/confirm", data=form)).status_code == 303
        assert "Satır gönderiyle eşleştirildi." in (await person.get("/matches")).text
        await person.client.post(f"/matches/{match}/reject", data=form | {"reason": "tanımıyoruz"})
        assert "Bu satıra daha önce karar verilmiş." in (await person.get("/matches")).text
    assert await web.pool.fetchval("SELECT etgb_number <> '' FROM shipment WHERE id = $1", UUID(second))
    assert (await audit.listed(web.pool, 1))[0]["action"] == "match.confirm"


async def test_a_failure_of_ours_is_a_page_that_says_what_to_do(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault, and a database that does not answer, are told in words, in the chosen language; nothing of the inside shows."""

    async def fails(*_: object) -> None:
        secret = "password=hunter2"
        raise ZeroDivisionError(secret)

    async with browser(web, "operations") as person:
        monkeypatch.setattr("adapters.database.story.causes", fails)
        await heard(web, list(told(1)))
        wrong = await person.get(f"/shipments/{known_id(1)}")
        assert (wrong.status_code, wrong.headers["content-type"]) == (500, "text/html; charset=utf-8")
        assert "Olmaması gereken bir hata oldu" in wrong.text
        assert f'href="/shipments/{known_id(1)}"' in wrong.text
        assert "hunter2" not in wrong.text
        assert wrong.headers["x-content-type-options"] == "nosniff"
        await web.pool.close()
        away = await person.get("/shipments?stage=draft&lang=en")
        assert (away.status_code, away.headers["retry-after"]) == (503, "5")
        assert "The database does not answer" in away.text
        assert 'href="/shipments?stage=draft&amp;lang=en"' in away.text
        assert away.headers["content-security-policy"].startswith("default-src 'self'; ")


async def test_a_held_draft_says_where_it_is_held_in_the_forms_own_words(web: Web) -> None:
    """What is said of many lines stands once with their numbers; nothing that is missing hides the page."""
    line = draft("x")["lines"][0] | {"gtip": "", "unit_price": "2.1", "quantity": "6"}
    nowhere = {"name": "Erika Mustermann", "address": {"country": "DE"}}
    held = draft("held", lines=[line, draft("x")["lines"][0], line], consignee=nowhere, incoterm="DAP")
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", "held", held)])
    identity = await web.pool.fetchval("SELECT id FROM shipment WHERE reference = 'held'")
    async with browser(web, "operations") as person:
        page = (await person.get(f"/shipments/{identity}")).text
        assert page.count("GTİP verilmemiş.") == 1
        assert "Satır 1, 3: GTİP" in page
        assert "Şehir" in page
        assert "lines[" not in page
        assert len(re.findall(r'<td class="code nowrap"> ?<span class="pill bad">LINE002</span>', page)) == 2
        assert "Sipariş geldi" in page
        assert "<dt>Brüt ağırlık</dt><dd>1,2\N{NO-BREAK SPACE}kg</dd>" in page
        assert re.search(r'2,10</td>.*?<td class="num">12,60</td>', page, re.DOTALL)
        assert '6 <span class="unit">adet</span>' in page
        amend = (await person.get(f"/shipments/{identity}/amend?lang=en")).text
        assert "Line 1, 3: GTİP" in amend
        assert "lines[" not in amend
