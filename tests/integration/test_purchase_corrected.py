"""A purchase that was booked wrongly, over a database: set aside, corrected or withdrawn by a person; its VAT counts once."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from adapters.database import purchases as kept
from adapters.entrypoints.embedded import Urls
from events.intake import Intake
from tests.integration.browser import browser, token
from tests.integration.http_app import Web, problem
from tests.integration.test_advice_commands import kervan
from tests.integration.test_claim_books import CLAIM, FRIDAY, books, gathered, told
from tests.integration.test_claims import bought
from tests.integration.test_console_refunds import plain
from tests.integration.test_purchase_import import send
from tests.stories import SELLER, known_id, said
from tests.unit.purchases.test_reading import HEADS, ROW
from tests.unit.test_disturbed import at
from workflow.refund import purchase_id

RIGHT, WRONG = "4540536920", "4540536921"
NUMBER = "TED2026000000007"
OLD, NEW = purchase_id(SELLER, WRONG, NUMBER), purchase_id(SELLER, RIGHT, NUMBER)
TODAY = date(2026, 12, 5)
FILED = said("tax_office/x", "claim.filed.v1", "f", {"claim": str(CLAIM), "petition_number": "P", "filed_on": "2026-11-24"})


async def booked_wrongly(pool: Any, tell: Intake) -> None:
    """A claim of an export, and a purchase with a supplier's number that does not check, as earlier releases booked it."""
    await tell.take([FRIDAY, *gathered(4), told(carried="50000.00")])
    await tell.take([bought(NUMBER, "200.00", net="1000.00")])
    await pool.execute("UPDATE purchase SET id = $1, supplier_tax_number = $2", OLD, WRONG)


async def suppliers(web: Web) -> tuple[bool, int, str]:
    """Whether the claim's suppliers are complete, of how many purchases they are not, and what VAT it bears."""
    async with web.as_("finance") as client:
        claim = (await client.get(f"/api/claims/{CLAIM}")).json()
    (item,) = [one for one in claim["checklist"] if one["code"] == "suppliers"]
    (incurred,) = [one["amount_try"] for one in claim["steps"] if one["code"] == "incurred"]
    return item["met"], item["count"], incurred


async def test_a_wrong_number_is_set_aside_and_an_older_one_corrected(web: Web) -> None:
    """The walk: a list with a typo, the typo that an earlier release booked, its correction, and lists that come again."""
    web.stand_on(TODAY)
    typo = f"{HEADS}\n{ROW.replace(RIGHT, WRONG)}\n{ROW.replace('0007', '0009')}".encode()
    found = (await send(web, typo)).json()
    assert (found["taken"], found["set_aside"]) == (1, 1)
    (aside,) = [row for row in found["items"] if row["reason"]]
    assert aside["reason"] == "supplier_number_wrong"
    assert "denetim haneleri tutmuyor" in aside["message"]["tr"]
    assert "load the list again" in aside["message"]["en"]
    await web.pool.execute("DELETE FROM purchase")
    await booked_wrongly(web.pool, web.intake)
    assert await suppliers(web) == (False, 1, "200.00")
    right = ROW.replace("10.000,00;2.000,00", "1.000,00;200,00").encode()
    await send(web, HEADS.encode() + b"\n" + right)  # the corrected list makes a second invoice of it: the defect
    assert await suppliers(web) == (False, 1, "400.00")
    async with web.as_("finance") as client:
        change = {"supplier_tax_number": RIGHT, "reason": "yazım hatası"}
        answer = await client.post(f"/api/finance/purchases/{OLD}/actions/correct", json=change)
        assert (answer.status_code, answer.json()["id"]) == (200, str(NEW)), answer.text
        gone = (await client.get(f"/api/finance/purchases/{OLD}")).json()["withdrawn"]
        assert (gone["reason"], gone["replaced_by"], gone["actor"]) == ("yazım hatası", str(NEW), "accounting/finance")
        listed = (await client.get("/api/finance/purchases", params={"seller": SELLER, "withdrawn": True})).json()["items"]
        assert [one["id"] for one in listed] == [str(OLD)]
    assert await suppliers(web) == (True, 0, "200.00")
    again = (await send(web, HEADS.encode() + b"\n" + right + b"\n" + ROW.replace("0007", "0010").encode())).json()
    assert (again["taken"], again["set_aside"]) == (2, 0)
    rows = await web.pool.fetch("SELECT action, thing, reason FROM audit WHERE action LIKE 'purchase.%'")
    assert [tuple(row) for row in rows] == [("purchase.correct", f"purchase/{OLD}", "yazım hatası")]


async def test_one_invoice_with_and_without_its_suppliers_number_counts_once(web: Web) -> None:
    """Told without the number after it was told with it; withdrawn without it, then listed with it; and withdrawn by either."""
    web.stand_on(TODAY)
    await web.intake.take([FRIDAY, *gathered(1), told(carried="50000.00")])
    unnamed = {"tax_number": "", "name": "Tedarik A.Ş."}

    async def withdraw(number: str, hours: float) -> str:
        data = {"seller": SELLER, "supplier_tax_number": "", "invoice_number": number, "reason": "iptal"}
        arrival = said("accounting/ayse", "purchase.withdrawn.v1", f"w {number}", data, at=at(hours))
        return (await web.intake.take([arrival]))[0].state

    await web.intake.take([bought("N", hours=2)])
    (outcome,) = await web.intake.take([bought("N", hours=1.5, supplier=unnamed)])
    assert (outcome.state, await suppliers(web)) == ("repeated", (True, 0, "20.00"))
    await web.intake.take([bought("M", hours=2, supplier=unnamed)])
    assert await withdraw("M", 3) == "applied"
    (outcome,) = await web.intake.take([bought("M", hours=1)])
    assert (outcome.state, await suppliers(web)) == ("repeated", (True, 0, "20.00"))
    assert (await withdraw("N", 4), await web.pool.fetchval("SELECT count(*) FROM purchase")) == ("applied", 0)
    (outcome,) = await web.intake.take([bought("N", hours=5, supplier=unnamed)])
    assert (outcome.state, await web.pool.fetchval("SELECT count(*) FROM purchase")) == ("repeated", 0)
    assert await web.pool.fetchval("SELECT count(*) FROM purchase_withdrawn") == 3


async def test_a_list_does_not_book_again_what_was_withdrawn(web: Web) -> None:
    """The row says that it was withdrawn, in words, and nobody has to look; corrected by name it counts again."""
    whole = f"{HEADS}\n{ROW}"
    await send(web, whole.encode())
    async with web.as_("finance") as client:
        path = f"/api/finance/purchases/{NEW}/actions"
        assert (await client.post(f"{path}/withdraw", json={"reason": "iade edildi"})).json()["withdrawn"][
            "reason"
        ] == "iade edildi"
        assert (await client.get("/api/finance/purchases", params={"seller": SELLER})).json()["items"] == []
        found = (await send(web, f"{whole}\n{ROW.replace('0007', '0008')}".encode())).json()
        reasons = {row["reason"]: row["message"]["tr"] for row in found["items"] if row["reason"]}
        assert list(reasons) == ["purchase_withdrawn"]
        assert "geri çekilmiş" in reasons["purchase_withdrawn"]
        assert (await client.get("/api/attention")).json()["items"] == []
        assert (await client.post(f"{path}/correct", json={"reason": "yanlışlıkla"})).json()["withdrawn"] is None
    assert await web.pool.fetchval("SELECT count(*) FROM purchase") == 2
    assert await web.pool.fetchval("SELECT count(*) FROM purchase_withdrawn") == 0


async def test_what_is_filed_is_neither_corrected_nor_withdrawn(web: Web) -> None:
    """Refused with what to do; the claim and its purchase stay as they were filed. After a rejection it can be."""
    await web.intake.take([FRIDAY, *gathered(1), bought(NUMBER), told(carried="50000.00"), FILED])
    async with web.as_("finance") as client:
        path = f"/api/finance/purchases/{NEW}/actions"
        for deed, more in (("withdraw", {}), ("correct", {"vat": "19.00"})):
            refused = problem(await client.post(f"{path}/{deed}", json={"reason": "x"} | more), 409, "purchase-claimed")
            assert "Geri almayı kaydet" in refused["message"]["tr"]
        claim = (await client.get(f"/api/claims/{CLAIM}")).json()
        assert (claim["refundable_try"], claim["since_filed"]["differs"]) == ("20.00", [])
        rejected = {"claim": str(CLAIM), "status": "rejected", "on": "2026-12-01", "note": "x"}
        await web.intake.take([said("tax_office/x", "claim.progressed.v1", "r", rejected)])
        assert (await client.post(f"{path}/correct", json={"reason": "x", "vat": "19.00"})).json()["vat_try"] == "19.00"
        assert (await client.get(f"/api/claims/{CLAIM}")).json()["refundable_try"] == "19.00"


async def test_wrong_corrections_are_told(web: Web) -> None:
    """A number that does not check, no reason, an amount that is none, a purchase that there is not."""
    await web.intake.take([bought(NUMBER)])
    async with web.as_("finance") as client:
        path = f"/api/finance/purchases/{NEW}/actions/correct"
        wrong = problem(
            await client.post(path, json={"reason": "x", "supplier_tax_number": WRONG}), 409, "supplier-number-wrong"
        )
        assert "VKN" in wrong["message"]["tr"]
        problem(await client.post(path, json={"supplier_tax_number": RIGHT}), 422, "wrong-data")
        problem(await client.post(path, json={"reason": " ", "supplier_tax_number": RIGHT}), 422, "wrong-data")
        for bad in ({"vat": "-1.00"}, {"period": "2026-13"}, {"share": "0"}, {"issued_on": None}, {"incurred": "21.00"}):
            problem(await client.post(path, json={"reason": "x"} | bad), 422, "wrong-data")
        problem(await client.post(path.replace(str(NEW), str(uuid4())), json={"reason": "x"}), 404, "purchase-unknown")
        key = {"Idempotency-Key": "one"}
        first = await client.post(path, json={"reason": "x", "vat": "18.00"}, headers=key)
        assert first.json() == (await client.post(path, json={"reason": "x", "vat": "18.00"}, headers=key)).json()
    assert await web.pool.fetchval("SELECT vat_try FROM purchase") == Decimal("18.00")


async def test_the_attribution_is_corrected_and_taken_away(web: Web) -> None:
    """From a share to an amount, and to one order; `null` takes each away again."""
    await web.intake.take([FRIDAY, *gathered(1), bought(NUMBER, kind="general", share="0.333333")])
    async with web.as_("finance") as client:
        path = f"/api/finance/purchases/{NEW}/actions/correct"
        order = {"kind": "direct", "share": None, "incurred": "5.00", "shipment": {"seller": SELLER, "reference": "order-0"}}
        found = (await client.post(path, json={"reason": "x"} | order)).json()
        assert (found["share"], found["incurred_try"], found["kind"]) == (None, "5.00", "direct")
        assert found["shipment"] == known_id(0)
        found = (await client.post(path, json={"reason": "x", "shipment": None, "incurred": None})).json()
        assert (found["shipment"], found["incurred_try"]) == (None, None)


async def test_the_shell_lists_corrects_and_withdraws(
    urls: Urls, database_url: str, intake: Intake, connections: Any, tmp_path: Path
) -> None:
    """With a reason, which stands in the audit log; a purchase that there is not is said, with code 1."""
    await booked_wrongly(connections, intake)
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path)}
    code, printed = await kervan("purchase", "list", "--seller", SELLER, "--json", **where)
    assert (code, [one["id"] for one in orjson.loads(printed)["items"]]) == (0, [str(OLD)])
    fix = ("purchase", "correct", str(OLD), "--supplier-tax-number", RIGHT, "--reason", "yazım hatası")
    code, printed = await kervan(*fix, **where)
    assert (code, str(NEW) in printed) == (0, True), printed
    assert re.search(r"03\.11\.2026 .* Doğrudan yüklenim  KDV [0-9.]+,[0-9]{2} TL", printed), (
        "in words, as its reader writes them"
    )
    code, printed = await kervan("purchase", "withdraw", str(NEW), "--reason", "iade", "--json", **where)
    assert (code, orjson.loads(printed)["withdrawn"]["reason"]) == (0, "iade"), printed
    code, printed = await kervan("purchase", "list", "--seller", SELLER, "--withdrawn", **where)
    assert (code, "iade" in printed, len(printed.splitlines())) == (0, True, 2)
    code, printed = await kervan("purchase", "correct", str(NEW), "--period", "2026-13", "--reason", "x", **where)
    assert (code, "Kaydedilmedi" in printed) == (1, True), printed
    code, printed = await kervan("purchase", "withdraw", str(uuid4()), "--reason", "x", **where)
    assert (code, "diye bir alış faturası yok" in printed) == (1, True)
    rows = await connections.fetch("SELECT action FROM audit ORDER BY id")
    assert [row["action"] for row in rows] == ["purchase.correct", "purchase.withdraw"]


def hidden(page: str) -> dict[str, str]:
    """What the form that confirms sends."""
    form = page[page.index('method="post" action="/refunds') :]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)) | {"csrf": token(page)}


async def test_the_console_shows_what_a_correction_moves_and_makes_it(web: Web) -> None:
    """From the claim's checklist to its purchases, the form, what will happen, and the correction; sent twice, once."""
    web.stand_on(TODAY)
    await booked_wrongly(web.pool, web.intake)
    await web.intake.take([bought(NUMBER, "200.00", net="1000.00", hours=2)])
    at = f"/refunds/{CLAIM}/purchases/{OLD}/correct"
    async with browser(web, "finance") as person:
        assert "Alış faturalarında düzelt" in (await person.get(f"/refunds/{CLAIM}")).text
        assert f'href="{at}"' in (await person.get(f"/refunds/{CLAIM}?tab=purchases")).text
        page = (await person.get(at)).text
        form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page[page.index('method="get" action="/refunds') :]))
        form = {"supplier_name": "Tedarik A.Ş.", "incurred": "", "share": "", "order": ""} | form
        form |= {"kind": "direct", "supplier_tax_number": RIGHT, "reason": "yazım hatası"}
        bad = await person.get(at, params=form | {"supplier_tax_number": WRONG})
        assert (bad.status_code, "denetim haneleri tutmuyor" in bad.text) == (422, True)
        shown = (await person.get(at, params=form)).text
        assert "ikisi bir fatura olur" in shown
        assert "yüklenilen KDV 400,00 TL → 200,00 TL" in plain(shown)
        assert "satıcısı eksik ya da yanlış fatura 1 → 0" in plain(shown)
        sent = hidden(shown)
        for _ in range(2):
            done = await person.client.post(at, data=sent)
            assert (done.status_code, done.headers["location"]) == (303, f"/refunds/{CLAIM}?tab=purchases"), plain(done.text)
        page = plain((await person.get(f"/refunds/{CLAIM}?tab=purchases")).text)
        assert "Geri çekilenler" in page
        assert "yazım hatası accounting/finance" in page
        english = plain((await person.get(f"/refunds/{CLAIM}?tab=purchases&lang=en")).text)
        assert "Withdrawn" in english
    assert await suppliers(web) == (True, 0, "200.00")
    rows = await web.pool.fetch("SELECT action, reason FROM audit WHERE action LIKE 'purchase.%'")
    assert {tuple(row) for row in rows} == {("purchase.correct", "yazım hatası")}


async def test_the_console_withdraws_and_counts_again(web: Web) -> None:
    """What a withdrawal takes from which claim, and its way back; a viewer has no such form, a filed claim says why not."""
    web.stand_on(TODAY)
    await web.intake.take([FRIDAY, *gathered(1), bought(NUMBER), told(carried="50000.00")])
    at = f"/refunds/{CLAIM}/purchases/{NEW}"
    async with browser(web, "finance") as person:
        asked = re.findall(r'type="hidden" name="(seen)" value="([^"]*)"', (await person.get(f"{at}/withdraw")).text)
        shown = (await person.get(f"{at}/withdraw", params=dict(asked) | {"reason": "iptal"})).text
        assert "iade 20,00 TL → 0,00 TL" in plain(shown)
        assert (await person.client.post(f"{at}/withdraw", data=hidden(shown))).status_code == 303
        assert "Yeniden say" in (await person.get(f"/refunds/{CLAIM}?tab=purchases")).text
        page = (await person.get(f"{at}/correct")).text
        form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page[page.index('method="get" action="/refunds') :]))
        shown = (await person.get(f"{at}/correct", params=form | {"kind": "direct", "reason": "yanlışlıkla"})).text
        assert "iade 0,00 TL → 20,00 TL" in plain(shown)
        assert (await person.client.post(f"{at}/correct", data=hidden(shown))).status_code == 303
        await web.intake.take([FILED])
        assert f'href="{at}/withdraw"' not in (await person.get(f"/refunds/{CLAIM}?tab=purchases")).text
        late = await person.get(f"{at}/withdraw", params={"reason": "iptal"})
        assert ("verilen değişmez" in late.text, 'name="work"' in late.text, 'name="reason"' in late.text) == (
            True,
            False,
            False,
        )
        assert (await person.get(f"{at}/explode")).status_code in {404, 422}
    async with browser(web, "viewer") as person:
        assert (await person.get(f"{at}/correct")).status_code == 403


def first_form(page: str) -> dict[str, str]:
    """What the form that asks sends as it stands."""
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page[page.index('method="get" action="/refunds') :]))
    blank = {"supplier_name": "Tedarik A.Ş.", "incurred": "", "share": "", "order": ""}
    return blank | form | {"kind": "direct", "reason": "ad"}


async def test_what_somebody_else_corrected_meanwhile_is_not_undone(web: Web) -> None:
    """At the preview and at its confirmation: nothing is recorded, and the form shows what stands; after that it goes."""
    web.stand_on(TODAY)
    await web.intake.take([FRIDAY, *gathered(1), bought(NUMBER), told(carried="50000.00")])
    path, at = f"/api/finance/purchases/{NEW}/actions/correct", f"/refunds/{CLAIM}/purchases/{NEW}/correct"
    async with web.as_("finance") as client, browser(web, "finance") as person:
        form = first_form((await person.get(at)).text) | {"supplier_name": "Yeni"}
        shown = (await person.get(at, params=form)).text
        other = await client.post(path, json={"reason": "x", "vat": "18.00", "incurred": "10.00"})
        assert other.status_code == 200, other.text
        for late in (await person.client.post(at, data=hidden(shown)), await person.get(at, params=form)):
            assert (late.status_code, "bir başkası düzeltti" in late.text, 'value="18,00"' in late.text) == (409, True, True)
            assert 'name="work"' not in late.text
        without = {name: value for name, value in hidden(shown).items() if name != "seen"}
        assert (await person.client.post(at, data=without)).status_code == 409, "a page of the previous release"
        assert (await client.get(path[:-16])).json() == other.json()
        form = first_form(late.text) | {"supplier_name": "Yeni", "incurred": "10,00"}
        again = await person.client.post(at, data=hidden((await person.get(at, params=form)).text))
        assert again.status_code == 303, plain(again.text)
        found = (await client.get(path[:-16])).json()
        assert (found["supplier"]["name"], found["vat_try"], found["incurred_try"]) == ("Yeni", "18.00", "10.00")
        for deed, more in (("correct", {"vat": "17.00"}), ("withdraw", {})):
            data = {"reason": "x", "seen": other.json()["seen"]} | more
            late = await client.post(path.replace("correct", deed), json=data)
            assert "artık görüldüğü gibi değil" in problem(late, 409, "purchase-changed")["message"]["tr"]
            assert (await client.get(path[:-16])).json() == found
        right = await client.post(path, json={"reason": "x", "vat": "17.00", "seen": found["seen"]})
        assert (right.status_code, right.json()["vat_try"]) == (200, "17.00")


async def test_a_preview_is_what_comes_to_pass(web: Web, connections: Any) -> None:
    """The books as if, and the books after it, to the kuruş; nothing is written by looking."""
    await web.intake.take([FRIDAY, *gathered(2), bought("A", "300.00"), bought("B", "99.99"), told(carried="50000.00")])
    ledger = books(connections)
    one = purchase_id(SELLER, RIGHT, "A")
    old = await kept.one(connections, one)
    assert old is not None
    (shift,) = await kept.moved(ledger, old.purchase, None, TODAY)
    assert (shift.before.refundable_try, shift.after.refundable_try) == (Decimal("399.99"), Decimal("99.99"))
    sheet = await ledger.one(CLAIM, TODAY)
    assert sheet is not None
    assert sheet.refundable_try == Decimal("399.99")
