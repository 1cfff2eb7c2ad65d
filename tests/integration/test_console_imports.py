"""The page of imports: a file is uploaded, looked at, named where nobody knows its words, and imported, by plain forms."""

import asyncio
import csv
import io
import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from adapters.database import audit, uploads
from adapters.database.accounts import ImportAccounts
from adapters.web import importing
from adapters.web.console.pages import uploads as page
from tests.integration.browser import Browser, browser, token
from tests.integration.http_app import Web
from tests.stories import SELLER, draft, etgb_number, said, story

AT = "/imports"
LIST = "Beyan Kodu;Tescil Tarihi;Sipariş No\n{};20.11.2026;order-1\n=1+1;20.11.2026;order-2\n"
ORDERS = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536365,71053,WHITE METAL LANTERN,x,2010-12-01 08:26:00,3.39,17850,United Kingdom
"""


async def uploaded(person: Browser, content: str, name: str = "liste.csv", **values: str) -> httpx.Response:
    """Send the form with a file, and open the page where it leads."""
    files = {"file": (name, content.encode())}
    answer = await person.submit(AT, AT, {"kind": "etgb", "seller": SELLER, "courier": "pts"} | values, files=files)
    assert answer.status_code == 303, answer.text
    return await person.get(answer.headers["location"])


async def sent(person: Browser, shown: httpx.Response, **values: str) -> httpx.Response:
    """Send the form of a page as it stands, with some values filled in, and open the page where it leads."""
    fields = dict(re.findall(r'<input type="hidden" name="((?:heading|word)\.\d+)" value="([^"]*)"', shown.text))
    answer = await person.client.post(shown.url.path, data={"csrf": token(shown.text)} | fields | values)
    assert answer.status_code == 303, answer.text
    return await person.get(answer.headers["location"])


async def test_a_list_is_looked_at_named_and_imported(web: Web) -> None:
    """The heading that nobody knows is asked for, remembered, and asked for no more; each row has its outcome and reason."""
    await web.intake.take([arrival for n in (1, 2) for arrival in list(story(n))[:4]])
    async with browser(web, "operations") as person:
        shown = await uploaded(person, LIST.format(etgb_number(1)))
        assert "Zorunlu bir sütun bulunamadı" in shown.text
        assert ("Beyan Kodu" in shown.text, "order-1" in shown.text) == (True, True)
        again = await sent(person, shown, **{"column.1": "number", "again": "1"})
        assert "Zorunlu bir sütun bulunamadı" not in again.text
        result = await sent(person, again, **{"column.1": "number"})
        assert result.url.path.startswith("/imports/")
        assert "Dosya içe aktarıldı." in result.text
        assert ("alındı" in result.text, "ayrıldı" in result.text) == (True, True)
        (one,) = await web.pool.fetch("SELECT id, taken, set_aside FROM import")
        assert (one["taken"], one["set_aside"]) == (1, 1)
        assert await web.pool.fetchval("SELECT etgb_number FROM shipment WHERE reference = 'order-1'") == etgb_number(1)
        assert await web.pool.fetchval("SELECT count(*) FROM upload") == 0
        later = await uploaded(person, LIST.format(etgb_number(3)))
        assert "Zorunlu bir sütun bulunamadı" not in later.text, "what was said of the heading is remembered"
        aside = await person.get(f"/imports/{one['id']}/aside.csv")
        rows = list(csv.reader(io.StringIO(aside.content.decode("utf-8-sig")), delimiter=";"))
        assert rows[0] == ["Satır", "Neden", "Satır, dosyadaki gibi"]
        assert (len(rows), rows[1][0], rows[1][2][0]) == (2, "2", "'"), "no spreadsheet takes a row for a formula"
        only = await person.get(f"/imports/{one['id']}?outcome=set_aside&lang=en")
        assert ("set aside" in only.text, etgb_number(1) in only.text) == (True, False)
        assert "liste.csv" in (await person.get(AT)).text
    done = [(act["action"], act["outcome"]) for act in await audit.listed(web.pool, 9, subject="import")]
    assert done == [("import.export", "done"), ("import.etgb", "done")]


async def test_the_same_list_by_page_and_by_api_is_one_import(web: Web) -> None:
    """What is known anyhow is not said again, so that it is the same file in the same words."""
    content = f"ETGB NO;Tescil Tarihi;Sipariş No\n{etgb_number(1)};20.11.2026;order-1\n"
    async with browser(web, "operations") as person:
        shown = await uploaded(person, content)
        assert '<option value="number" selected>' in shown.text
        result = await sent(person, shown, **{"column.1": "number", "column.2": "registered_on", "column.3": "reference"})
    async with web.as_("operations") as client:
        form = {"seller": SELLER, "courier": "pts"}
        answer = await client.post("/api/imports/etgb", files={"file": ("b.csv", content.encode())}, data=form)
    assert answer.json()["id"] == result.url.path.rpartition("/")[2]


async def test_orders_take_their_seller_from_the_form_or_from_what_is_known(web: Web) -> None:
    """A seller who came before is filled in; the form's word counts; a row that is spoiled is set aside with its reason."""
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", "d", draft("a"))])
    async with browser(web, "operations") as person:
        shown = await uploaded(person, ORDERS, "siparis.csv", kind="orders", currency="GBP")
        assert 'value="Örnek Ltd."' in shown.text
        values = {"seller_tax_number": SELLER, "seller_name": "Örnek A.Ş.", "currency": "GBP", "packaging": "0.05"}
        result = await sent(person, shown, **values)
        assert "Quantity" in result.text
    assert await web.pool.fetchval("SELECT seller_name FROM shipment_content ORDER BY seller_name LIMIT 1") == "Örnek A.Ş."


async def test_words_of_scans_that_nobody_knows_are_asked_for(web: Web) -> None:
    """And what they mean is remembered for the courier."""
    scans = "Takip No,Durum,Tarih-Saat\nTRK1,Şubede,20.11.2026 09:10\n"
    async with browser(web, "operations") as person:
        shown = await uploaded(person, scans, kind="checkpoints")
        assert "Bilinmeyen durumlar" in shown.text
        result = await sent(person, shown, **{"status.1": "ready_for_pickup"})
        assert "alındı" in result.text
        assert "Bilinmeyen durumlar" not in (await uploaded(person, scans, kind="checkpoints")).text
    assert "ready_for_pickup" in await web.pool.fetchval("SELECT convert_from(body, 'utf8') FROM inbox_body")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "", "Bir dosya seçin."),
        ("a.xlsx", "PK\x03\x04 broken", "Dosya okunamadı: XLSX değil, ya da bozuk"),
        ("a.pdf", "%PDF-1.4 broken", "Dosya içe aktarılamadı"),
        ("a.csv", "x;y\n1;2\n", "Zorunlu bir sütun bulunamadı"),
    ],
)
async def test_what_cannot_be_read_is_said_on_the_page(web: Web, name: str, content: str, words: str) -> None:
    """Before anything is imported, and again where somebody tries all the same."""
    async with browser(web, "operations") as person:
        shown = await uploaded(person, content, name)
        assert words in shown.text
        if shown.url.path != AT:
            assert "Dosya içe aktarılamadı" in (await sent(person, shown)).text
    assert await web.pool.fetchval("SELECT count(*) FROM import") == 0


async def test_each_role_imports_what_it_speaks_for(web: Web) -> None:
    """Finance lists of VEDOP and purchases, operations the others; nobody sees another's file, and one can be thrown away."""
    async with browser(web, "finance") as person:
        offered = (await person.get(AT)).text
        kinds = set(re.findall(r'href="/imports\?kind=(\w+)"', offered))
        assert kinds == {"vedop", "purchases"}
        answer = await person.submit(AT, AT, {"kind": "etgb"}, files={"file": ("a.csv", b"x")})
        assert answer.status_code == 403
        shown = await uploaded(person, "ETGB NO;VEDOP Tarihi\n26341453EX000001;20.11.2026\n", kind="vedop")
    async with browser(web, "operations") as person:
        assert set(re.findall(r'href="/imports\?kind=(\w+)"', (await person.get(AT)).text)) == {"orders", "etgb", "checkpoints"}
        assert (await person.get(shown.url.path)).status_code == 404
    async with browser(web, "finance") as person:
        assert (await person.submit(shown.url.path, f"{shown.url.path}/forget")).status_code == 303
        assert (await person.get(shown.url.path)).status_code == 404
    async with browser(web, "viewer") as person:
        assert (await person.get(AT)).status_code == 403


async def test_rows_that_will_not_be_booked_are_shown_before(web: Web) -> None:
    """A supplier's number that does not check: on the page before the import, and in the import's result after it."""
    heads, row = "Fatura Tarihi;Fatura No;VKN/TCKN;Matrah;KDV Tutarı", "02.11.2026;A1;4540536920;100,00;20,00"
    content = "\n".join((heads, row, row.replace("A1", "A2").replace("6920", "6921")))
    async with browser(web, "finance") as person:
        shown = await uploaded(person, content, kind="purchases", seller=SELLER)
        assert "Girilmeyecek satırlar" in shown.text
        assert re.search(r"2\. satır:</b>\s+Satıcının vergi numarası VKN", shown.text)
        assert "Rows that will not be booked" in (await person.get(f"{shown.url.path}?lang=en")).text


async def test_a_long_import_goes_on_beside_its_page(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form comes back soon; the page shows how far it is and asks again; sent twice it runs once, and comes to its end."""
    monkeypatch.setattr(page, "_SOON_S", 0.05)
    go_on, plain, runs = asyncio.Event(), importing.run, []

    async def slow(parts: Any, key: Any, given: importing.Given, account: ImportAccounts) -> UUID:
        runs.append(given.name)
        await account.begin("etgb", key.name, given.name, "ab")
        await go_on.wait()
        await web.pool.execute("DELETE FROM import")
        return await plain(parts, key, given, account)

    monkeypatch.setattr(importing, "run", slow)
    content = f"ETGB NO;Tescil Tarihi;Sipariş No\n{etgb_number(1)};20.11.2026;order-1\n"
    async with browser(web, "operations") as person:
        shown = await uploaded(person, content)
        progress = await sent(person, shown)
        assert "İçe aktarılıyor" in progress.text
        assert 'hx-trigger="every 2s"' in progress.text
        assert "Bu dosya şu anda içe aktarılıyor." in (await person.get(shown.url.path)).text
        await sent(person, shown)
        assert runs == ["liste.csv"]
        assert "bitmedi" in (await person.get(AT)).text
        go_on.set()
        async with asyncio.timeout(10):
            while await web.pool.fetchval("SELECT count(*) FROM upload"):
                await asyncio.sleep(0.02)
        assert "bitti" in (await person.get(AT)).text


async def test_an_import_whose_process_died_goes_on_from_its_page(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is kept, the page says that it broke off, and the form starts it again."""
    plain = importing.run

    async def dies(parts: Any, key: Any, given: importing.Given, account: ImportAccounts) -> UUID:
        await account.begin("etgb", key.name, given.name, "ab")
        raise ConnectionResetError

    monkeypatch.setattr(importing, "run", dies)
    content = f"ETGB NO;Tescil Tarihi;Sipariş No\n{etgb_number(1)};20.11.2026;order-1\n"
    async with browser(web, "operations") as person:
        shown = await uploaded(person, content)
        broken = await sent(person, shown)
        assert "İçe aktarma yarıda kaldı; hiçbir şey kaybolmadı." in broken.text
        (begun,) = await web.pool.fetch("SELECT id FROM import")
        assert f'href="{shown.url.path}"' in (await person.get(f"/imports/{begun['id']}")).text
        monkeypatch.setattr(importing, "run", plain)
        assert "Dosya içe aktarıldı." in (await sent(person, shown)).text


async def test_files_that_nobody_imports_are_forgotten_after_a_day(web: Web) -> None:
    """When the next one comes."""
    now = web.app.state.services.clock()
    more: dict[str, Any] = {"by": "ayse", "kind": "etgb", "name": "a", "content": b"x", "catalogue": b"", "beside": {}}
    old = await uploads.keep(web.pool, **more, now=now - uploads.KEPT * 2)
    new = await uploads.keep(web.pool, **more, now=now)
    assert await uploads.find(web.pool, old, "ayse") is None
    assert (await uploads.find(web.pool, new, "ayse")) is not None
