"""Purchase lists through their doors: one outcome a row, one purchase an invoice, however often a file comes."""

from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest

from adapters.entrypoints.embedded import Urls
from adapters.imports import headings
from adapters.imports.purchase_headings import PURCHASES
from tests.integration.browser import browser
from tests.integration.http_app import Web, problem
from tests.integration.test_advice_commands import kervan
from tests.integration.test_claim_books import CLAIM, FRIDAY, gathered
from tests.stories import SELLER, said
from tests.unit.purchases.test_reading import GIB, HEADS, ROW, workbook

LIST = "\n".join((HEADS, ROW, ROW.replace("0007", "0008"), ROW.replace("02.11.2026", "?")))


async def send(web: Web, content: bytes, role: str = "finance", **form: str) -> Any:
    """What an upload is answered."""
    async with web.as_(role) as client:
        files = {"file": ("alislar.csv", content)}
        return await client.post("/api/imports/purchases", files=files, data={"seller": SELLER} | form)


async def test_a_list_is_booked_with_one_outcome_a_row(web: Web) -> None:
    """Two invoices taken, one row set aside with its reason in words; the source is the key's."""
    answer = await send(web, LIST.encode())
    found = answer.json()
    assert answer.status_code == 202
    assert (found["rows"], found["taken"], found["set_aside"]) == (3, 2, 1)
    assert {row["reason"]: row["message"]["tr"] for row in found["items"] if row["reason"]} == {
        "purchase_date_malformed": "Fatura tarihi yok ya da tarih değil."
    }
    rows = await web.pool.fetch("SELECT invoice_number, vat_try, source FROM purchase ORDER BY 1")
    assert [(row["invoice_number"], str(row["vat_try"]), row["source"]) for row in rows] == [
        ("TED2026000000007", "2000.00", "accounting/finance"),
        ("TED2026000000008", "2000.00", "accounting/finance"),
    ]


async def test_the_same_file_again_changes_nothing_and_a_new_one_corrects(web: Web) -> None:
    """Nothing is counted twice; what the next list says of an invoice stands."""
    first = (await send(web, LIST.encode())).json()
    assert (await send(web, LIST.encode())).json()["id"] == first["id"]
    await send(web, LIST.replace("2.000,00", "1.500,00").encode())
    rows = await web.pool.fetch("SELECT vat_try FROM purchase")
    assert [str(row["vat_try"]) for row in rows] == ["1500.00", "1500.00"]


async def test_what_is_in_a_filed_claim_is_not_changed(web: Web) -> None:
    """The row is refused in words, and the claim's purchase stays as it was filed."""
    await web.intake.take([FRIDAY, *gathered(1)])
    await send(web, f"{HEADS}\n{ROW}".encode())
    filed = {"claim": str(CLAIM), "petition_number": "P", "filed_on": "2026-11-24"}
    await web.intake.take([said("tax_office/x", "claim.filed.v1", "f", filed)])
    found = (await send(web, f"{HEADS}\n{ROW.replace('2.000,00', '1,00')}".encode())).json()
    assert (found["set_aside"], found["items"][0]["reason"]) == (1, "refused")
    assert "iade başvurusu verilmiş" in found["items"][0]["message"]["tr"]


async def test_an_own_heading_is_mapped_once(web: Web) -> None:
    """The next list of the seller with these headings needs no mapping."""
    own = LIST.replace("Fatura No", "Evrak Kodu")
    assert "Evrak Kodu" in problem(await send(web, own.encode()), 422, "unreadable-file")["detail"]
    mapped = await send(web, own.encode(), mapping='{"Evrak Kodu": "number"}')
    assert mapped.json()["taken"] == 2
    assert (await send(web, own.replace("2.000,00", "5,00").encode())).json()["taken"] == 2


async def test_own_headings_below_a_title_are_mapped_once_too(web: Web) -> None:
    """The title names the month, and stands first: what was mapped is remembered by the row of the headings, not by it."""
    says = dict(zip(HEADS.split(";"), (f"Alan {n}" for n in range(20)), strict=False))
    known = {own: headings.column(head, {}, PURCHASES).name for head, own in says.items()}
    mapping = orjson.dumps({own: name for own, name in known.items() if name}).decode()

    def month(name: str, vat: str) -> bytes:
        rows = LIST.replace("2.000,00", vat).split("\n")[1:3]
        return "\n".join((f"ALIŞ FATURALARI {name}" + ";" * 7, ";".join(says.values()), *rows)).encode()

    first = await send(web, month("EKİM 2026", "2.000,00"), mapping=mapping)
    assert (first.status_code, first.json().get("taken")) == (202, 2), first.text
    second = await send(web, month("KASIM 2026", "5,00"))
    assert (second.status_code, second.json()["taken"]) == (202, 2)


@pytest.mark.parametrize(
    ("role", "form", "status"),
    [
        ("operations", {}, 403),
        ("finance", {"seller": "123"}, 422),
        ("finance", {"period": "2026-13"}, 422),
        ("finance", {"bought": "maybe"}, 422),
        ("admin", {"bought": "general", "period": "2026-12"}, 202),
    ],
)
async def test_finance_alone_books_purchases(web: Web, role: str, form: dict[str, str], status: int) -> None:
    """Operations may not; what is said beside the file must make sense."""
    assert (await send(web, LIST.encode(), role, **form)).status_code == status


async def test_the_tax_offices_form_comes_in_from_the_shell(
    urls: Urls, database_url: str, connections: "asyncpg.Pool[asyncpg.Record]", tmp_path: Path
) -> None:
    """`kervan import purchases` reads the workbook, and says what became of its rows."""
    (tmp_path / "liste.xlsx").write_bytes(workbook(GIB))
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path / "data")}
    command = ("import", "purchases", str(tmp_path / "liste.xlsx"), "--seller", SELLER, "--json")
    code, printed = await kervan(*command, **where)
    assert code == 0, printed
    assert orjson.loads(printed)["taken"] == 2
    assert str(await connections.fetchval("SELECT sum(incurred_try) FROM purchase")) == "1254.56"
    code, printed = await kervan("import", "purchases", str(tmp_path / "liste.xlsx"), "--seller", "123", **where)
    assert (code, "neither a VKN nor a TCKN" in printed) == (2, True)


async def test_a_mistyped_order_number_is_told_at_the_import_and_at_the_claim(web: Web) -> None:
    """Its VAT counts in no claim: the import names the row, the claim's checklist the sum; corrected, both are settled."""
    web.stand_on(date(2026, 12, 5))
    await web.intake.take([FRIDAY, *gathered(1)])
    rows = (
        f"{HEADS};Sipariş No;Pay",
        f"{ROW};order-typo;0,5",
        f"{ROW.replace('0007', '0008')};order-0;",
        f"{ROW.replace('0007', '0009')};;",
    )
    found = (await send(web, "\n".join(rows).encode())).json()
    assert (found["taken"], [one["code"] for one in found["warnings"]]) == (3, ["orders_unknown"])
    assert "(satır: sipariş no): 1: order-typo." in found["warnings"][0]["message"]["tr"]
    assert "row: order number): 1: order-typo." in found["warnings"][0]["message"]["en"]
    async with web.as_("finance") as client, browser(web, "finance") as person:

        async def orders() -> dict[str, Any]:
            checklist = (await client.get(f"/api/claims/{CLAIM}")).json()["checklist"]
            return next(one for one in checklist if one["code"] == "orders")

        item = await orders()
        assert (item["met"], item["severity"], item["count"]) == (False, "advise", 1)
        assert "(KDV 1000.00 TL)" in item["message"]["tr"]
        assert "(TED2026000000007)" in item["message"]["en"]
        page = (await person.get(f"/refunds/{CLAIM}?tab=purchases")).text
        assert "Siparişi başvuruda olmayanlar" in page
        (typo,) = [row["id"] for row in await web.pool.fetch("SELECT id FROM purchase WHERE share IS NOT NULL")]
        assert f'href="/refunds/{CLAIM}/purchases/{typo}/correct"' in page
        assert "Alış faturalarında düzelt" in (await person.get(f"/refunds/{CLAIM}")).text
        right = {"reason": "yazım hatası", "shipment": {"seller": SELLER, "reference": "order-0"}}
        assert (await client.post(f"/api/finance/purchases/{typo}/actions/correct", json=right)).status_code == 200
        assert (await orders())["met"]
        assert "Siparişi başvuruda olmayanlar" not in (await person.get(f"/refunds/{CLAIM}?tab=purchases")).text
        again = (await send(web, "\n".join((rows[0], rows[2].replace("0008", "0010"))).encode())).json()
    assert again["warnings"] == []
