"""VAT refunds on the console over HTTP: a year in figures, a claim from its checklist to the bank, and who may do what."""

import csv
import io
import re
import zipfile
from datetime import date
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from adapters.database import audit
from tests.integration.browser import Browser, browser, token
from tests.integration.http_app import Web
from tests.integration.test_claim_books import CLAIM, FRIDAY, gathered, told
from tests.integration.test_claims import bought
from tests.stories import SELLER, SELLERS, known_id, said, story
from workflow.refund import claim_id

AT = f"/refunds/{CLAIM}"


async def ready(web: Web, vat: str = "10000.00", shipments: int = 30) -> None:
    """A claim of 30 shipments (69,306.90 TL exported) with purchases and VAT carried forward; its period is over."""
    web.stand_on(date(2026, 12, 2))
    await web.intake.take([FRIDAY, *gathered(shipments), bought("A", vat=vat), told(carried="50000.00")])


def plain(page: str) -> str:
    """What a page reads as: without tags, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()


async def act(person: Browser, name: str, **values: str) -> httpx.Response:
    """Fill in and send an action's form."""
    page = (await person.get(f"{AT}/actions/{name}")).text
    work = re.search(r'name="work" value="([^"]+)"', page)
    assert work is not None, plain(page)
    return await person.client.post(f"{AT}/actions/{name}", data={"csrf": token(page), "work": work[1]} | values)


async def test_the_year_is_seen_period_by_period(web: Web) -> None:
    """Exported in its currency and in lira, refundable, and the claims with what they are worth; in the reader's figures."""
    await ready(web)
    async with browser(web, "finance") as person:
        page = plain((await person.get("/refunds")).text)
        english = plain((await person.get("/refunds?lang=en")).text)
    assert "Kasım 2026 30 69.306,90" in page
    assert "1.260,00 EUR" in page
    assert "İade edilebilir 10.000,00 TL" in page
    assert "verilebilir" in page
    assert "Refundable 10,000.00 TRY" in english
    assert "November 2026" in english


async def test_what_waits_for_vedop_is_seen_beside_what_is_claimed(web: Web) -> None:
    """Two shipments of 42.00 EUR are closed and not in VEDOP: 4,620.46 TL exported, 924.09 TL of refund at most, and why."""
    await ready(web, shipments=1)
    for number in (7, 8):
        await web.intake.take([one for one in story(number, claim=False) if b"vedop.transferred" not in one.body])
    async with browser(web, "finance") as person:
        page = plain((await person.get("/refunds")).text)
        english = plain((await person.get("/refunds?lang=en")).text)
    assert "VEDOP bekleyen 4.620,46 TL 2 ETGB, 2 gönderi; iadesi en çok 924,09 TL" in page
    assert "Kasım 2026 1 + 2 VEDOP bekliyor" in page
    assert "2 gönderinin ETGB'si kapandı, VEDOP'ta henüz görülmedi" in page.replace("&#39;", "'")
    assert "Not in VEDOP 4,620.46 TRY ETGBs: 2, shipments: 2; refund 924.09 TRY at most" in english


async def test_a_year_in_which_everything_waits_for_vedop_is_seen_too(web: Web) -> None:
    """No claim at all: the seller is there with its year, on the page and in both files, and found by its address."""
    web.stand_on(date(2026, 12, 2))
    await web.intake.take([FRIDAY, *(one for one in story(7, claim=False) if b"vedop.transferred" not in one.body)])
    async with browser(web, "finance") as person:
        page = plain((await person.get("/refunds")).text)
        named = plain((await person.get(f"/refunds?seller={SELLER}&year=2026")).text)
        table = (await person.get("/refunds/export.csv?what=periods")).content.decode("utf-8-sig")
        sheet = (await person.get("/refunds/export.xlsx?what=periods")).content
    for shown in (page, named):
        assert "VEDOP bekleyen 2.310,23 TL 1 ETGB, 1 gönderi; iadesi en çok 462,05 TL" in shown
        assert "Örnek Ltd." in shown
        assert "Kasım 2026 0 + 1 VEDOP bekliyor" in shown
    (row,) = csv.DictReader(io.StringIO(table), delimiter=";")
    assert (row["Dönem"], row["VEDOP bekleyen gönderi"], row["VEDOP bekleyenin azami iadesi (TL)"]) == (
        "2026-11",
        "1",
        "462,05",
    )
    (_, line) = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert line[0] == "2026-11"


async def test_the_address_says_whose_which_year_and_which_claims(web: Web) -> None:
    """Filters narrow the claims, what is empty or makes no sense falls out, and an old address still shows a year."""
    other = SELLERS[1]
    await ready(web, shipments=2)
    await web.intake.take(list(story(7, other, claim=False)))
    async with browser(web, "finance") as person:
        assert "Örnek Ltd." in (await person.get("/refunds")).text
        assert f'value="{other}" selected' in (await person.get(f"/refunds?seller={other}")).text
        assert str(CLAIM) not in (await person.get(f"/refunds?seller={other}")).text
        assert str(CLAIM) in (await person.get(f"/refunds?seller={SELLER}&status=open")).text
        none = (await person.get(f"/refunds?seller={SELLER}&status=paid")).text
        assert "Bu süzgeçlere uyan başvuru yok." in none
        assert str(CLAIM) in (await person.get(f"/refunds?seller={SELLER}&year=1999&status=x&period=y")).text
        sent = await person.get(f"/refunds?seller={SELLER}&year=2026&status=")
        assert (sent.status_code, sent.headers["location"]) == (303, f"/refunds?seller={SELLER}&year=2026")
        part = await person.get(
            f"/refunds?seller={SELLER}&year=2026&status=",
            headers={"HX-Request": "true", "HX-Target": "div#year", "HX-Current-URL": "http://kervan.test/refunds"},
        )
        assert part.headers["hx-push-url"] == f"/refunds?seller={SELLER}&year=2026"
        assert "<html" not in part.text


async def test_files_have_what_the_page_shows(web: Web) -> None:
    """Periods and claims, by the same filter, for Turkish Excel and as a spreadsheet; a claim's lines too."""
    await ready(web, shipments=2)
    async with browser(web, "finance") as person:
        text = (await person.get("/refunds/export.csv?what=periods")).text
        (period,) = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";")
        assert (period["Dönem"], period["İhracat tutarı (TL)"]) == ("2026-11", "4620,46")
        none = (await person.get("/refunds/export.csv?what=claims&status=paid")).text
        assert len(none.splitlines()) == 1
        for path in ("/refunds/export.xlsx?what=claims", f"{AT}/shipments.xlsx", f"{AT}/purchases.xlsx?lang=en"):
            answer = await person.get(path)
            assert "attachment" in answer.headers["content-disposition"]
            rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
            assert len(rows) >= 2, path
    assert {row["action"] for row in await audit.listed(web.pool, 20, subject="claim")} == {"claim.export"}


async def test_a_claim_says_in_words_what_blocks_and_what_is_to_be_known(web: Web) -> None:
    """What blocks stands apart, with amounts in the reader's figures, and each item leads to its shipments."""
    await ready(web, vat="9999.99", shipments=30)
    async with browser(web, "finance") as person:
        page = (await person.get(AT)).text
        english = plain((await person.get(f"{AT}?lang=en")).text)
    blocking, _, rest = page.partition("Bilinmesi gerekenler")
    assert "9.999,99 TL, asgari iade tutarı olan 10.000,00 TL" in plain(blocking)
    assert "30 faturanın XML'i burada yok" in plain(rest).replace("&#39;", "'")
    assert f'href="/shipments/{known_id(1)}">order-1</a>' in rest
    assert "ve 10 gönderi daha" in plain(rest)
    assert "9,999.99 TRY are below the least refund of 10,000.00 TRY" in english


async def test_every_step_and_rate_of_the_calculation_is_shown(web: Web) -> None:
    """Export value by rate, what was incurred, ceiling, what is carried forward, and which of them decides."""
    await ready(web)
    async with browser(web, "viewer") as person:
        page = plain((await person.get(AT)).text)
    for line in (
        "İhracat tutarı %20 69.306,90",
        "Doğrudan yüklenilen KDV 10.000,00",
        "Yüklenilen KDV belirleyen 10.000,00",
        "Azami iade: ihracat tutarı × genel oran 13.861,38",
        "Devreden KDV 50.000,00",
        "İade edilecek KDV 10.000,00",
        "EUR 20.11.2026 2026/200 55,0055",
    ):
        assert line in page, line


async def test_lines_page_without_a_gap(web: Web) -> None:
    """All shipments of the claim come once; their parts are the claim's."""
    await ready(web, shipments=60)
    async with browser(web, "viewer") as person:
        first = (await person.get(f"{AT}?tab=shipments")).text
        following = re.search(r'href="([^"]+cursor=[^"]+)"', first)
        assert following is not None
        second = (await person.get(following[1].replace("&amp;", "&"))).text
    seen = re.findall(r'<a class="name code" href="[^"]+">([^<]+)</a>', first + second)
    assert sorted(seen) == sorted(f"order-{n}" for n in range(60))


async def test_a_claim_goes_from_its_filing_to_the_bank(web: Web) -> None:
    """Filed, asked, answered, approved and paid in part: each by its form, in the user's name, told in the timeline and log."""
    await ready(web)
    async with browser(web, "finance") as person:
        filed = await act(person, "file", petition_number="2026-112233", filed_on="2026-12-01")
        assert (filed.status_code, filed.headers["location"]) == (303, AT)
        assert "Başvuru verildi olarak kaydedildi" in (await person.get(AT)).text
        await act(person, "ask", note="hangi kur?", due_on="2026-12-20", on="2026-12-05")
        page = plain((await person.get(AT)).text)
        assert "Vergi dairesi 20.12.2026 gününe kadar yanıt bekliyor: hangi kur?" in page
        await act(person, "answer", note="bülten 2026/200", on="2026-12-06")
        await act(person, "approve", amount="8.000,00", on="2026-12-10")
        await act(person, "pay", amount="3,000.00", on="2026-12-30")
        page = plain((await person.get(AT)).text)
    claim = await web.pool.fetchrow("SELECT * FROM claim")
    assert claim is not None
    assert (str(claim["approved_try"]), str(claim["paid_try"]), claim["status"]) == ("8000.00", "3000.00", "paid")
    assert await web.pool.fetchval("SELECT count(*) FROM shipment WHERE stage = 'refund_filed'") == 30
    for line in (
        "Vergi dairesi sordu",
        "Sorusu yanıtlandı",
        "bülten 2026/200",
        "Ödendi 3.000,00 TL",
        "vergi dairesi · finance",
    ):
        assert line in page, line
    assert "Beklenen 5.000,00 TL" in page
    acts = await audit.listed(web.pool, 20, thing=f"claim/{CLAIM}")
    assert [(row["action"], row["actor"]) for row in acts] == [("claim.progress", "ops/finance")] * 4 + [
        ("claim.file", "ops/finance")
    ]


async def test_a_blocked_claim_is_filed_with_a_reason_only(web: Web) -> None:
    """The form names what blocks and asks why; without the answer nothing is filed and what was typed stays."""
    await ready(web, vat="9999.99")
    values = {"petition_number": "P-77", "filed_on": "2026-12-01"}
    async with browser(web, "finance") as person:
        refused = await act(person, "file", **values)
        assert refused.status_code == 422
        assert "Denetim listesi engelliyor" in refused.text
        assert 'value="P-77"' in refused.text
        assert await web.pool.fetchval("SELECT status FROM claim") == "open"
        assert (await act(person, "file", **values, override="grup içinde mahsup")).status_code == 303
        assert "grup içinde mahsup" in (await person.get(AT)).text
    assert (await audit.listed(web.pool, 1))[0]["reason"] == "grup içinde mahsup"


async def test_the_same_form_twice_files_once(web: Web) -> None:
    """And a second petition is refused in words."""
    await ready(web)
    values = {"petition_number": "P-1", "filed_on": "2026-12-01"}
    async with browser(web, "finance") as person:
        page = (await person.get(f"{AT}/actions/file")).text
        work = re.search(r'name="work" value="([^"]+)"', page)
        assert work is not None
        form = {"csrf": token(page), "work": work[1]} | values
        answers = [await person.client.post(f"{AT}/actions/file", data=form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        other = form | {"work": known_id(9), "petition_number": "P-2"}
        refused = await person.client.post(f"{AT}/actions/file", data=other)
        assert refused.status_code == 409
        assert "daha önce verilmiş" in plain(refused.text)
    assert await web.pool.fetchval("SELECT count(*) FROM claim_move WHERE status = 'filed'") == 1


async def test_a_rejection_has_its_reason_and_the_claim_is_filed_again(web: Web) -> None:
    """The reason stands on the claim until it is filed with another petition."""
    await ready(web)
    async with browser(web, "finance") as person:
        await act(person, "file", petition_number="P-1", filed_on="2026-12-01")
        assert (await act(person, "reject", note=" ", on="2026-12-02")).status_code == 422
        await act(person, "reject", note="VEDOP kaydı yok", on="2026-12-02")
        page = plain((await person.get(AT)).text)
        assert "Reddedildi: VEDOP kaydı yok" in page
        assert (await act(person, "file", petition_number="P-2", filed_on="2026-12-02")).status_code == 303
    assert await web.pool.fetchval("SELECT petition_number FROM claim") == "P-2"


async def test_goods_that_came_back_ask_for_a_reversal_of_their_part(web: Web) -> None:
    """Half of the 400.00 is offered in the form; amounts that are none, or too high, are refused in words."""
    await ready(web, vat="400.00", shipments=2)
    async with browser(web, "finance") as person:
        await act(person, "file", petition_number="P-1", filed_on="2026-12-01", override="deneme")
        back = {"shipment": {"id": known_id(1)}, "reason": "refused by the buyer"}
        await web.intake.take([said("ops/ayse", "shipment.return_goods.v1", "r", back)])
        page = plain((await person.get(AT)).text)
        assert "1 gönderinin malı geri geldi; 200,00 TL iadenin düzeltilmesi gerekiyor: order-1" in page
        assert 'value="200,00"' in (await person.get(f"{AT}/actions/reverse")).text
        wrong = await act(person, "reverse", amount="iki yüz", note="x", on="2026-12-20")
        assert (wrong.status_code, "bir tutar değil" in wrong.text) == (422, True)
        much = await act(person, "reverse", amount="400,01", note="x", on="2026-12-20")
        assert (much.status_code, "Tutarı denetleyin" in much.text) == (409, True)
        assert (await act(person, "reverse", amount="200,00", note="order-1", on="2026-12-20")).status_code == 303
    assert str(await web.pool.fetchval("SELECT reversed_try FROM claim")) == "200.00"


async def test_a_claim_reversed_in_part_says_so_and_goes_on(web: Web) -> None:
    """On its page, in the list and at its shipments: how much of how much, and how far the rest is, till it is paid."""
    await ready(web, vat="400.00", shipments=2)
    async with browser(web, "finance") as person:
        await act(person, "file", petition_number="P-1", filed_on="2026-12-01", override="deneme")
        await act(person, "reverse", amount="200,00", note="order-1", on="2026-12-20")
        page = plain((await person.get(AT)).text)
        assert "Kısmen geri alındı: 400,00 TL iadeden 200,00 TL geri alındı. Kalanının durumu: Verildi. order-1" in page
        assert "Reversed in part: 200.00 TRY of the refund of 400.00 TRY were reversed. The rest is: Filed. order-1" in plain(
            (await person.get(f"{AT}?lang=en")).text
        )
        assert (await act(person, "ask", note="hangi kur?", due_on="2026-12-30", on="2026-12-21")).status_code == 303
        assert "yanıt bekliyor: hangi kur?" in plain((await person.get(f"{AT}?lang=tr")).text)
        assert (await act(person, "approve", amount="", on="2026-12-22")).status_code == 303
        assert (await act(person, "pay", amount="200,00", on="2026-12-23")).status_code == 303
        page, listed = plain((await person.get(AT)).text), plain((await person.get("/refunds")).text)
        shipment = (await person.get(f"/shipments/{known_id(1)}")).text
        assert "Ödemeyi kaydet Ödenecek bir şey kalmadı." in page
        assert (await person.get(f"{AT}/dossier.zip")).content[:2] == b"PK"
    assert "Kalanının durumu: Ödendi." in page
    assert "Kısmen geri alındı Ödendi · 400,00 tutarından 200,00 geri alındı" in listed
    assert f'<a href="{AT}">Kısmen geri alındı</a>' in shipment


async def test_a_claim_shows_what_needs_a_person_and_leads_there(web: Web) -> None:
    """Money beyond the approval, with how much, and goods that came back; finance settles it from there."""
    await ready(web, vat="400.00", shipments=2)
    async with browser(web, "finance") as person:
        await act(person, "file", petition_number="P-1", filed_on="2026-12-01", override="deneme")
        await act(person, "approve", amount="100,00", on="2026-12-10")
        await act(person, "pay", amount="150,00", on="2026-12-20")
        back = {"shipment": {"id": known_id(1)}, "reason": "refused by the buyer"}
        await web.intake.take([said("ops/ayse", "shipment.return_goods.v1", "r", back)])
        page = (await person.get(AT)).text
        english = plain((await person.get(f"{AT}?lang=en")).text)
        item = str(await web.pool.fetchval("SELECT id FROM attention WHERE reason = 'claim_paid_above'"))
        asked = (await person.get(f"/attention/{item}/resolve?lang=tr")).text
    assert f"{SELLER} satıcısının 2026-11 dönemi: 150.00 TL ödendi, 100.00 TL onaylanmıştı; fazlası 50.00 TL." in plain(page)
    assert "150.00 TRY were paid and 100.00 approved, so 50.00 too much" in english
    assert f'href="/attention/{item}/resolve"' in page
    assert f'href="/shipments/{known_id(1)}"' in page
    assert f'name="back" value="{AT}"' in asked


async def test_what_a_petition_asks_for_is_asked_where_nothing_was_calculated(web: Web) -> None:
    """The form has a field for it; left empty, the page says that nobody knows it, and the approval counts all the same."""
    web.stand_on(date(2026, 12, 2))
    await web.intake.take([FRIDAY, *gathered(2)])
    async with browser(web, "finance") as person:
        assert 'name="refundable"' in (await person.get(f"{AT}/actions/file")).text
        assert (await act(person, "file", petition_number="P-1", filed_on="2026-12-01", refundable="")).status_code == 303
        page, listed = plain((await person.get(AT)).text), plain((await person.get("/refunds")).text)
        assert "İade edilecek bildirilmedi" in page
        assert "ne istendiği burada bilinmiyor" in page
        assert "4.620,46 bildirilmedi" in listed
        assert "what was asked for is not known here" in plain((await person.get(f"{AT}?lang=en")).text)
        assert (await act(person, "approve", amount="12.000,00", on="2026-12-02")).status_code == 303
        assert (await act(person, "reverse", amount="500,00", note="iade", on="2026-12-02")).status_code == 303
        assert "500.00 TRY were reversed. The rest is: Approved." in plain((await person.get(f"{AT}?lang=en")).text)
        assert "500,00 geri alındı" in plain((await person.get("/refunds")).text)


async def test_with_the_amount_that_a_petition_asks_for_the_claim_stands_by_it(web: Web) -> None:
    """As it was written in the form, however little was calculated; where something was, nobody is asked."""
    web.stand_on(date(2026, 12, 2))
    await web.intake.take([FRIDAY, *gathered(2)])
    async with browser(web, "finance") as person:
        told_now = {"petition_number": "P-2", "filed_on": "2026-12-02", "refundable": "12.000,00"}
        assert (await act(person, "file", **told_now)).status_code == 303
        assert "İade edilecek 12.000,00 TL" in plain((await person.get(AT)).text)
    await web.intake.take([*story(7, SELLERS[1], claim=False), bought("B", seller=SELLERS[1])])
    async with browser(web, "finance") as person:
        other = claim_id(SELLERS[1], "2026-11", 0)
        assert 'name="refundable"' not in (await person.get(f"/refunds/{other}/actions/file")).text


async def test_what_was_entered_after_the_filing_is_pointed_at(web: Web) -> None:
    """A purchase for goods of the filed claim is in none; the claim's page says so in both languages."""
    await ready(web, shipments=2)
    await web.intake.take([said("tax_office/ayse", "claim.filed.v1", "f", {
        "claim": str(CLAIM), "petition_number": "P", "filed_on": "2026-11-24"})])  # fmt: skip
    await web.intake.take([bought("LATE", vat="40.00", shipment={"id": known_id(0)})])
    async with browser(web, "finance") as person:
        assert "1 alış faturası girildi (KDV 40.00 TL)" in plain((await person.get(AT)).text)
        assert "(VAT 40.00 TRY) were entered after" in plain((await person.get(f"{AT}?lang=en")).text)


async def test_vat_returns_are_told_where_the_claim_asks_for_them(web: Web) -> None:
    """What is carried forward bounds the claim at once; nothing, or nonsense, is refused."""
    await web.intake.take([FRIDAY, *gathered(30), bought("A", vat="10000.00")])
    async with browser(web, "finance") as person:
        assert f'href="{AT}/vat-return"' in (await person.get(AT)).text
        page = (await person.get(f"{AT}/vat-return")).text
        form = {"csrf": token(page), "work": known_id(5), "period": "2026-11"}
        assert (await person.client.post(f"{AT}/vat-return", data=form)).status_code == 422
        assert (await person.client.post(f"{AT}/vat-return", data=form | {"carried": "çok"})).status_code == 422
        assert (await person.client.post(f"{AT}/vat-return", data=form | {"carried": "9.000,00"})).status_code == 303
        after = plain((await person.get(AT)).text)
    assert "Devreden KDV belirleyen 9.000,00" in after
    assert await web.pool.fetchval("SELECT source FROM vat_return") == "accounting/finance"


async def test_the_dossier_is_downloaded(web: Web) -> None:
    """One archive, noted in the log."""
    await ready(web, shipments=1)
    async with browser(web, "finance") as person:
        answer = await person.get(f"{AT}/dossier.zip?way=cash")
    assert answer.headers["content-type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert (await audit.listed(web.pool, 1))[0]["reason"] == "dossier, cash"


@pytest.mark.parametrize("role", ["viewer", "operations"])
async def test_who_may_not_act_reads_and_is_told_why(web: Web, role: str) -> None:
    """Buttons are greyed with the reason; purchases, dossier and forms sent all the same are 403."""
    await ready(web, shipments=1)
    async with browser(web, role) as person:
        page = (await person.get(AT)).text
        assert "bunu finans ya da yönetici yapar" in page
        assert f"{AT}/actions/" not in page
        assert "Tedarik A.Ş." not in (await person.get(f"{AT}?tab=purchases")).text
        year = (await person.get("/refunds")).text
        assert ("Dönemler" in year) == (role == "viewer")
        assert str(CLAIM) in year
        for path in (f"{AT}/dossier.zip", f"{AT}/purchases.csv", f"{AT}/vat-return"):
            assert (await person.get(path)).status_code == 403, path
        assert "bunu finans ya da yönetici yapar" in (await person.get(f"{AT}/actions/file")).text
        csrf = token((await person.get("/account")).text)
        form: dict[str, Any] = {"csrf": csrf, "work": known_id(3), "petition_number": "P", "period": "2026-11", "carried": "1"}
        for path in (f"{AT}/actions/file", f"{AT}/vat-return"):
            assert (await person.client.post(path, data=form)).status_code == 403
    assert await web.pool.fetchval("SELECT status FROM claim") == "open"


async def test_what_is_not_possible_now_is_greyed_with_the_reason(web: Web) -> None:
    """An open claim cannot be paid; nobody is set who files; a claim or an action that is not there is 404."""
    await ready(web, shipments=1)
    async with browser(web, "admin") as person:
        page = plain((await person.get(AT)).text)
        assert "Ödemeyi kaydet Bu, başvuru şu durumdayken yapılır: Verildi, İncelemede, Onaylandı" in page
        assert "Verilmesini iste Başvuruları kimin vereceği ayarlanmamış" in page
        assert "yapılır" in (await person.get(f"{AT}/actions/pay")).text
        assert (await person.get(f"{AT}/actions/explode")).status_code == 404
        assert (await person.get(f"/refunds/{known_id(1)}")).status_code == 404


async def test_a_shipment_leads_to_its_claim(web: Web) -> None:
    """With the claim's status in words."""
    await ready(web, shipments=2)
    async with browser(web, "operations") as person:
        assert f'<a href="{AT}">Hazırlanıyor</a>' in (await person.get(f"/shipments/{known_id(1)}")).text


async def test_the_claim_shows_what_was_filed_beside_today(web: Web) -> None:
    """Each filing with petition, sums, who and the dossier's link; below, the figures that differ today and why."""
    await ready(web)
    async with browser(web, "finance") as person:
        await act(person, "file", petition_number="P-1", filed_on="2026-12-01")
        same = plain((await person.get(AT)).text)
        await web.intake.take([told(carried="9000.00")])
        page = (await person.get(AT)).text
        english = plain((await person.get(f"{AT}?lang=en")).text)
        dossier = await person.get(f"{AT}/filings/1/dossier.zip")
    assert "Bugünkü hesap son verilenle aynı." in same
    assert f'href="{AT}/filings/1/dossier.zip"' in page
    assert "Devreden KDV 50.000,00 9.000,00 devreden KDV yeniden bildirildi" in plain(page)
    assert "VAT to be refunded 10,000.00 9,000.00 the VAT carried forward was told anew" in english
    assert zipfile.is_zipfile(io.BytesIO(dossier.content))
    async with browser(web, "viewer") as person:
        assert f"{AT}/filings/1/dossier.zip" not in (await person.get(AT)).text
        assert (await person.get(f"{AT}/filings/1/dossier.zip")).status_code == 403
