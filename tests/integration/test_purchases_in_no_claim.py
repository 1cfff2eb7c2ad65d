"""Purchases whose VAT counts in no claim: why, how much, and what corrects them; by API, console and shell."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from adapters.entrypoints.embedded import Urls
from events.intake import Intake
from tests.integration.browser import browser
from tests.integration.http_app import Web
from tests.integration.test_advice_commands import kervan
from tests.integration.test_claim_books import CLAIM, FRIDAY, gathered, told
from tests.integration.test_claims import bought
from tests.integration.test_console_refunds import plain
from tests.integration.test_purchase_corrected import FILED, RIGHT, first_form, hidden
from tests.stories import SELLER, SELLERS, draft, known_id, ref, said, story
from workflow.refund import purchase_id
from workflow.refund.unclaimed import WHY, Why

TODAY = date(2026, 12, 5)
PURCHASES = "/api/finance/purchases"


def of_order(number: str, order: str, vat: str = "20.00", **more: Any) -> Any:
    """A purchase for one order."""
    return bought(number, vat, shipment=ref(order), **more)


async def books(tell: Intake) -> None:
    """Two orders in November's claim, one that waits for VEDOP, one that was cancelled, one that came back; and purchases."""
    await tell.take([FRIDAY, *gathered(2), told(carried="50000.00")])
    await tell.take([one for one in story(7, claim=False) if b"vedop.transferred" not in one.body])
    cancelled = said("orders/shop", "shipment.cancelled.v1", "c", {"shipment": ref("order-8"), "reason": "vazgeçildi"})
    await tell.take([said("orders/shop", "shipment.drafted.v1", "d", draft("order-8")), cancelled])
    back = {"shipment": ref("order-9"), "reason": "istenmedi"}
    await tell.take([*story(9, claim=False), said("ops/ayse", "shipment.return_goods.v1", "b", back)])
    await tell.take([bought("COUNTS", "900.00"), of_order("COUNTS-TOO", "order-0", "90.00")])
    await tell.take([of_order("MISTYPED", "oder-1", "10.00"), of_order("WAITS", "order-7", "11.00")])
    await tell.take([of_order("CANCELLED", "order-8", "12.00"), of_order("BACK", "order-9", "13.00")])
    await tell.take([bought("SEPTEMBER", "100.00", period="2026-09", share="0.333333", kind="general")])
    await tell.take([of_order("LATER", "order-1", "9.00", period="2026-12")])  # of the order's claim, whatever its period


async def unclaimed(web: Web, **params: str) -> dict[str, str]:
    """Why each counts in no claim, by its number."""
    async with web.as_("finance") as client:
        answer = await client.get(PURCHASES, params={"seller": SELLER, "unclaimed": "true"} | params)
    assert answer.status_code == 200, answer.text
    return {one["invoice_number"]: one["unclaimed"]["code"] for one in answer.json()["items"]}


async def summary(web: Web) -> dict[str, Any]:
    """The seller's year."""
    async with web.as_("viewer") as client:
        found: dict[str, Any] = (await client.get("/api/finance/summary", params={"seller": SELLER, "year": 2026})).json()
    return found


async def test_each_purchase_that_counts_in_no_claim_says_why(web: Web) -> None:
    """By its order or its period; those of the open claim are none of them, and after its filing what is told late is."""
    web.stand_on(TODAY)
    await books(web.intake)
    assert await unclaimed(web) == {
        "SEPTEMBER": "no_claim",
        "MISTYPED": "order_unknown",
        "WAITS": "order_waits",
        "CANCELLED": "order_over",
        "BACK": "order_over",
    }
    assert await unclaimed(web, period="2026-09") == {"SEPTEMBER": "no_claim"}
    await web.intake.take([FILED, of_order("LATE", "order-0", "7.00"), bought("LATE-TOO", "8.00")])
    late = {one: why for one, why in (await unclaimed(web)).items() if why == "filed_before"}
    assert late == {"LATE": "filed_before", "LATE-TOO": "filed_before"}
    await web.intake.take(list(story(20, claim=False)))  # a supplementary claim opens, and takes them
    assert "filed_before" not in (await unclaimed(web)).values()


async def test_the_years_summary_tells_the_vat_that_is_in_no_claim(web: Web) -> None:
    """Of 33.33 (a third of 100.00) in September, which has no claim, and 46.00 in November: 79.33, each reason apart."""
    web.stand_on(TODAY)
    await books(web.intake)
    found = await summary(web)
    assert [(one["period"], one["claims"], one["unclaimed"]["vat_try"]) for one in found["periods"]] == [
        ("2026-09", 0, "33.33"),
        ("2026-11", 1, "46.00"),
    ]
    total = found["total"]["unclaimed"]
    assert (total["count"], total["vat_try"]) == (5, "79.33")
    assert [(one["code"], one["count"], one["vat_try"]) for one in total["because"]] == [
        ("order_unknown", 1, "10.00"),
        ("order_over", 2, "25.00"),
        ("order_waits", 1, "11.00"),
        ("no_claim", 1, "33.33"),
    ]
    assert all(one["message"] == dict(zip(("tr", "en"), WHY[Why(one["code"])], strict=True)) for one in total["because"])
    async with web.as_("viewer") as client:
        params = {"seller": SELLER, "year": "2026", "format": "csv"}
        text = (await client.get("/api/finance/summary", params=params)).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [(row["Hiçbir başvuruda olmayan alış"], row["Hiçbir başvuruda olmayan KDV (TL)"]) for row in rows] == [
        ("1", "33,33"),
        ("4", "46,00"),
    ]
    assert "(10,00 TL)" in rows[1]["Neden hiçbir başvuruda değil"]


async def test_every_lira_is_in_a_claim_or_in_none(web: Web) -> None:
    """What the claim bears and what is in none add up to all that was bought for exports, before the filing and after."""
    web.stand_on(TODAY)
    await books(web.intake)
    for news in ([], [FILED], [of_order("LATE", "order-0", "7.00")]):
        await web.intake.take(news)
        all_of = await web.pool.fetchval("SELECT sum(round(vat_try * coalesce(share, 1), 2)) FROM purchase")
        async with web.as_("finance") as client:
            steps = (await client.get(f"/api/claims/{CLAIM}")).json()["steps"]
        borne = next(one["amount_try"] for one in steps if one["code"] == "incurred")
        apart = (await summary(web))["total"]["unclaimed"]["vat_try"]
        assert float(borne) + float(apart) == float(all_of)


async def test_the_checklist_asks_nobody_about_goods_that_came_back(web: Web) -> None:
    """Three purchases name orders that are in no claim; of the fourth the goods are here again, and nothing is to be done."""
    web.stand_on(TODAY)
    await books(web.intake)
    async with web.as_("finance") as client:
        checklist = (await client.get(f"/api/claims/{CLAIM}")).json()["checklist"]
    item = next(one for one in checklist if one["code"] == "orders")
    assert (item["met"], item["count"], item["params"]["amount"]) == (False, 3, "33.00")
    assert "sipariş iptalse" in item["message"]["tr"]


async def test_they_are_listed_page_by_page_and_as_a_file(web: Web) -> None:
    """Each once, with the order that it is for where that is known; the file says why in words."""
    web.stand_on(TODAY)
    await books(web.intake)
    params: dict[str, Any] = {"seller": SELLER, "unclaimed": "true", "limit": 2}
    numbers: list[tuple[str, str | None]] = []
    page: dict[str, Any] = {"next": ""}
    async with web.as_("finance") as client:
        while page["next"] is not None:
            page = (await client.get(PURCHASES, params=params | {"cursor": page["next"]})).json()
            numbers += [(one["invoice_number"], one["order"]) for one in page["items"]]
        text = (await client.get(PURCHASES, params=params | {"format": "csv", "lang": "en"})).content.decode("utf-8-sig")
    assert sorted(numbers, key=str) == [
        ("BACK", "order-9"),
        ("CANCELLED", "order-8"),
        ("MISTYPED", None),
        ("SEPTEMBER", None),
        ("WAITS", "order-7"),
    ]
    whys = {row["Invoice"]: row["Why in no claim"] for row in csv.DictReader(io.StringIO(text))}
    assert whys["MISTYPED"] == WHY[Why.ORDER_UNKNOWN][1]


async def test_another_sellers_order_is_not_known(web: Web) -> None:
    """A message may name a shipment by its id; that it is in a claim of somebody else's makes nothing count."""
    web.stand_on(TODAY)
    await books(web.intake)
    await web.intake.take([*story(5, SELLERS[1], claim=False)])
    await web.intake.take([bought("ALIEN", shipment={"id": known_id(5, SELLERS[1])})])
    assert (await unclaimed(web))["ALIEN"] == "order_unknown"


async def test_the_console_leads_from_the_year_to_them_and_corrects_one(web: Web) -> None:
    """The mistyped order is corrected from the list: its VAT is in the claim then, and one is brought back to the list."""
    web.stand_on(TODAY)
    await books(web.intake)
    listed, mistyped = f"/refunds/purchases?seller={SELLER}&year=2026", purchase_id(SELLER, RIGHT, "MISTYPED")
    at = f"/refunds/purchases/{mistyped}"
    async with browser(web, "finance") as person:
        year = (await person.get("/refunds")).text
        assert "Hiçbir başvuruda olmayan KDV 79,33 TL 5 alış faturası" in plain(year)
        assert listed.replace("&", "&amp;") in year
        assert "başvuruda olmayan KDV 33,33" in plain(year)
        page = (await person.get(listed)).text
        assert f'href="{at}/correct"' in page
        assert f'href="{at}/withdraw"' in page
        assert "Sipariş no bilinmiyor; yanlışsa düzeltin." in plain(page)
        assert f'href="/shipments/{known_id(7)}"' in page
        november = plain((await person.get(f"{listed}&period=2026-11")).text)
        assert ("MISTYPED" in november, "SEPTEMBER" in november) == (True, False)
        english = plain((await person.get(f"{listed}&lang=en")).text)
        assert "Purchases in no claim" in english
        assert "79.33 TRY" in english
        await person.get("/refunds?lang=tr")
        form = first_form((await person.get(f"{at}/correct")).text) | {"order": "order-1"}
        shown = (await person.get(f"{at}/correct", params=form)).text
        assert "yüklenilen KDV 999,00 TL → 1.009,00 TL" in plain(shown)
        done = await person.client.post(f"{at}/correct", data=hidden(shown))
        assert (done.status_code, done.headers["location"]) == (303, listed), plain(done.text)
        assert "MISTYPED" not in (await person.get(listed)).text
        september = purchase_id(SELLER, RIGHT, "SEPTEMBER")
        gone = f"/refunds/purchases/{september}/withdraw"
        shown = (await person.get(gone, params=first_form((await person.get(gone)).text))).text
        assert "Hiçbir başvurunun tutarı değişmez." in plain(shown)
        assert (await person.client.post(gone, data=hidden(shown))).status_code == 303
        table = (await person.get("/refunds/purchases.csv", params={"seller": SELLER, "year": 2026})).content.decode(
            "utf-8-sig"
        )
        assert [row["Fatura no"] for row in csv.DictReader(io.StringIO(table), delimiter=";")] != []
        assert (await person.get(f"/refunds/purchases/{known_id(0)}/correct")).status_code == 404
        assert (await person.get("/refunds/purchases?seller=x&year=2026")).status_code == 422
    assert set((await unclaimed(web)).values()) == {"order_waits", "order_over"}
    async with browser(web, "viewer") as person:
        year = plain((await person.get("/refunds")).text)
        assert "Hiçbir başvuruda olmayan KDV 36,00 TL 3 alış faturası" in year
        assert (await person.get(listed)).status_code == 403
        assert (await person.get(f"{at}/correct")).status_code == 403


async def test_a_year_of_purchases_alone_can_be_looked_at(web: Web) -> None:
    """Bought in 2025 for goods of no claim: the year is offered, and the newest with claims is shown first."""
    web.stand_on(TODAY)
    await books(web.intake)
    await web.intake.take([bought("OLD", "5.00", issued_on="2025-12-03", period="2025-12")])
    async with browser(web, "finance") as person:
        page = (await person.get("/refunds")).text
        assert "<option selected>2026</option><option>2025</option>" in page
        assert "başvuruda olmayan KDV 5,00" in plain((await person.get(f"/refunds?seller={SELLER}&year=2025")).text)


async def test_the_claims_page_leads_to_what_was_entered_after_its_filing(web: Web) -> None:
    """Which invoices these are stands in the list of those that are in no claim."""
    web.stand_on(TODAY)
    await books(web.intake)
    await web.intake.take([FILED, of_order("LATE", "order-0", "7.00")])
    async with browser(web, "finance") as person:
        page = (await person.get(f"/refunds/{CLAIM}")).text
        assert f'href="/refunds/purchases?seller={SELLER}&amp;year=2026"' in page
        assert "Başvurudan sonra girildi 7,00 TL" in plain(
            (await person.get(f"/refunds/purchases?seller={SELLER}&year=2026")).text
        )


async def test_the_shell_lists_them(urls: Urls, database_url: str, intake: Intake, tmp_path: Path) -> None:
    """With why each counts in no claim, in words and in JSON."""
    await books(intake)
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path), "locale": "en"}
    command = ("purchase", "list", "--seller", SELLER, "--unclaimed")
    code, printed = await kervan(*command, **where)
    assert (code, printed.count(" VAT ")) == (0, 5), printed
    assert f"VAT 10.00 TL  {WHY[Why.ORDER_UNKNOWN][1]}" in printed
    code, printed = await kervan(*command, "--period", "2026-09", "--json", **where)
    (found,) = orjson.loads(printed)["items"]
    assert (found["invoice_number"], found["unclaimed"]["code"]) == ("SEPTEMBER", "no_claim")
