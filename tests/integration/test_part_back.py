"""A part comes back before the filing: its claim counts what stays abroad, wherever it is shown; API, console and shell say so.

KDVK 11/1-a, 12 and 32 refund the VAT of goods that were exported; goods that come back are no export (domain sections 1.3, 4).
By hand: 42.00 EUR in four pieces of 10.50 at 55.0055. One came back: 31.50 x 55.0055 = 1,732.67325 → 1,732.67 of 2,310.231 →
2,310.23, so 577.56 less. The ceiling is 1,732.67 x 20 % = 346.534 → 346.53. Of 100.00 VAT bought for the shipment three
quarters are borne: 75.00.
"""

import csv
import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from adapters.entrypoints.embedded import Urls
from events.intake import Intake
from events.translate import Arrival
from tests.integration.browser import browser, token
from tests.integration.http_app import Web, problem
from tests.integration.test_advice_commands import kervan
from tests.integration.test_claim_books import CLAIM, FRIDAY, TODAY, books, gathered, told
from tests.integration.test_claims import bought
from tests.stories import SELLER, known_id, ref, said, story
from workflow.refund.readiness import Check
from workflow.refund.sheet import Lines

Pool = Any
MINE = {"shipment": ref("order-0")}
ACT = f"/api/shipments/{known_id(0)}/actions/return_goods"
ONE = {"reason": "kırık", "lines": [{"line": 1, "quantity": "1"}]}


def back(name: str, quantity: str = "1") -> Arrival:
    """So much of line 1 came back."""
    return said("ops/ayse", "shipment.return_goods.v1", name, MINE | {
        "reason": "kırık", "lines": [{"line": 1, "quantity": quantity}]})  # fmt: skip


def told_of(kind: str, name: str, **more: Any) -> Arrival:
    """What is told of the claim."""
    return said("tax_office/ayse", kind, name, {"claim": str(CLAIM), **more})


def filed(name: str, day: str = "2026-11-24") -> Arrival:
    """It is filed."""
    return told_of("claim.filed.v1", name, petition_number=name, filed_on=day)


async def lines_of(pool: Pool) -> Lines:
    """The claim, line by line."""
    found = await books(pool).lines(CLAIM, TODAY)
    assert found is not None
    return found


def figures(lines: Lines) -> tuple[str, ...]:
    """Exported, came back, incurred, ceiling and refundable."""
    made = lines.sheet.calculation
    return tuple(map(str, (made.exported_try, made.back_try, made.incurred_try, made.ceiling_try, made.refundable_try)))


PAPERS = (bought("A", vat="100.00", shipment=ref("order-0")), told(carried="50000.00"))


@pytest.mark.parametrize("when", ["before the ETGB", "before VEDOP", "in the open claim"])
async def test_the_open_claim_counts_what_stays_abroad_whenever_it_came_back(
    intake: Intake, connections: Pool, when: str
) -> None:
    """The same figures in whichever order the news come; each step is shown."""
    journey = list(story(0, claim=False))
    place = {"before the ETGB": 4, "before VEDOP": 6, "in the open claim": 7}[when]
    await intake.take([FRIDAY, *journey[:place], back("one"), *journey[place:], *PAPERS])
    lines = await lines_of(connections)
    assert figures(lines) == ("1732.67", "577.56", "75.00", "346.53", "75.00")
    steps = [(one.code.value, str(one.amount_try)) for one in lines.sheet.calculation.steps]
    assert steps[:3] == [("exported", "2310.23"), ("back", "577.56"), ("direct", "75.00")]
    (one,) = lines.valued
    assert (one.export.amount, one.export.back, one.value_try) == (Decimal("42.00"), Decimal("10.50"), Decimal("1732.67"))
    assert lines.cut.by_shipment == {one.export.shipment: Decimal("75.00")}
    found = {item.check: item for item in lines.sheet.checklist}[Check.PART_BACK]
    assert (found.met, found.blocks, found.count) == (False, False, 1)


async def test_before_and_after_the_filing_are_kept_apart(intake: Intake, connections: Pool) -> None:
    """Filed for 75.00 of the three pieces that stay. One of them comes back: 75.00 x 10.50 / 31.50 = 25.00 to be given back.

    Rejected, it is filed again for the two that stay: 21.00 x 55.0055 = 1,155.1155 → 1,155.12; half of 100.00 is borne.
    """
    await intake.take([FRIDAY, *gathered(1), *PAPERS, back("one"), filed("P-1")])
    assert figures(await lines_of(connections)) == ("1732.67", "577.56", "75.00", "346.53", "75.00")
    await intake.take([back("two")])
    lines = await lines_of(connections)
    (proposal,) = lines.reversals.values()
    assert (str(proposal.vat_try), str(proposal.value), str(proposal.total)) == ("25.00", "10.50", "31.50")
    assert figures(lines) == ("1732.67", "577.56", "75.00", "346.53", "75.00")
    rejected = told_of("claim.progressed.v1", "no", status="rejected", on="2026-11-26", note="eksik")
    await intake.take([rejected])
    lines = await lines_of(connections)
    assert figures(lines) == ("1155.12", "1155.11", "50.00", "231.02", "50.00")
    assert lines.reversals == {}
    await intake.take([filed("P-2", "2026-11-26")])
    assert figures(await lines_of(connections)) == ("1155.12", "1155.11", "50.00", "231.02", "50.00")


async def test_a_part_that_is_given_back_is_not_proposed_again_though_nobody_names_its_shipment(
    intake: Intake, connections: Pool
) -> None:
    """It is the only one of the claim of which anything came back, and the tax office tells amounts, not shipments."""
    await intake.take([FRIDAY, *gathered(2), *PAPERS, filed("P-1"), back("one")])
    assert len((await lines_of(connections)).reversals) == 1
    paid = told_of("claim.progressed.v1", "paid", status="paid", on="2026-11-25", amount="100.00")
    given = told_of("claim.progressed.v1", "given", status="reversed", on="2026-11-26", amount="25.00", note="iade")
    await intake.take([paid, given])
    assert (await lines_of(connections)).reversals == {}
    items = await connections.fetch("SELECT reason FROM attention WHERE resolved_at IS NULL")
    assert "claim_reversal_needed" not in {row["reason"] for row in items}


async def test_all_in_one_batch_comes_out_alike(intake: Intake, connections: Pool) -> None:
    """Pieces on either side of a filing, of a rejection and of the next filing, saved in one transaction."""
    rejected = told_of("claim.progressed.v1", "no", status="rejected", on="2026-11-24", note="eksik")
    await intake.take([
        FRIDAY, *gathered(1), *PAPERS, filed("P-1"), back("one"), rejected, filed("P-2"), back("two")])  # fmt: skip
    lines = await lines_of(connections)
    assert figures(lines) == ("1732.67", "577.56", "75.00", "346.53", "75.00")
    assert [str(one.vat_try) for one in lines.reversals.values()] == ["25.00"]


async def test_what_waits_for_vedop_is_worth_what_stays(intake: Intake, connections: Pool) -> None:
    """In no claim yet: at most 346.53 TL of its refund are seen in the summary."""
    await intake.take([FRIDAY, *list(story(0, claim=False))[:6], back("one")])
    (found,) = await books(connections).outside(SELLER, 2026)
    assert (found.amount, found.value_try) == (Decimal("31.50"), Decimal("1732.67"))


async def test_api_summary_files_and_dossier_say_it(web: Web) -> None:
    """Claim, year, lines as CSV, calculation table, ETGB list and report have the same figures; a remark names the invoice."""
    web.stand_on(date(2026, 12, 2))
    await web.intake.take([FRIDAY, *gathered(1), *PAPERS])
    async with web.as_("operations") as client:
        answer = await client.post(ACT, json=ONE)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["stage"], answer.json()["lines"][0]["came_back"]) == ("vedop_transferred", "1")
        why = problem(await client.post(ACT, json=ONE | {"lines": [{"line": 1, "quantity": "2"}]}), 409, "not-in-order")
        assert why["why"] == "2 of line 1 came back; 1 of it are with the buyer"
    async with web.as_("finance") as client:
        claim = (await client.get(f"/api/claims/{CLAIM}")).json()
        year = (await client.get("/api/finance/summary", params={"seller": SELLER, "year": 2026})).json()
        table = await client.get(f"/api/claims/{CLAIM}/shipments", params={"format": "csv", "lang": "tr"})
        dossier = await client.get(f"/api/claims/{CLAIM}/dossier.zip")
    assert (claim["exported_try"], claim["back_try"], claim["refundable_try"]) == ("1732.67", "577.56", "75.00")
    assert claim["exported"] == [{"currency": "EUR", "amount": "31.50", "value_try": "1732.67"}]
    (period,) = year["periods"]
    assert (period["exported_try"], period["back_try"], year["total"]["back_try"]) == ("1732.67", "577.56", "577.56")
    (row,) = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";")
    assert (row["Tutar"], row["Geri gelen"], row["Tutar (TL)"]) == ("42,00", "10,50", "1732,67")
    with zipfile.ZipFile(io.BytesIO(dossier.content)) as archive:
        names = {name.rpartition("/")[2]: name for name in archive.namelist()}

        def sheet(file: str, number: int = 0) -> list[list[Any]]:
            return CalamineWorkbook.from_filelike(io.BytesIO(archive.read(names[file]))).get_sheet_by_index(number).to_python()

        steps = str(sheet("iadesi-talep-edilen-kdv-hesaplama-tablosu.xlsx"))
        etgbs, report = str(sheet("gcb-etgb-listesi.xlsx")), str(sheet("mutabakat-raporu.xlsx", 1))
        remarks = str(sheet("mutabakat-raporu.xlsx", 3))
    assert all(amount in steps for amount in ("2310.23", "577.56", "346.53", "75.0")), steps
    assert all(amount in etgbs for amount in ("31.5", "1732.67")), etgbs
    assert all(text in report for text in ("Came back", "10.5", "1732.67")), report
    assert "A part of the invoice's goods came back" in remarks


async def test_the_console_asks_which_lines_came_back(web: Web) -> None:
    """The form of a return has a field a line; what is filled in came back, and the page says so."""
    await web.intake.take([FRIDAY, *gathered(1)])
    at = f"/shipments/{known_id(0)}"
    async with browser(web, "operations") as person:
        page = (await person.get(f"{at}/actions/return_goods")).text
        assert "Yalnız bir kısmı mı geri geldi?" in page
        work = re.search(r'name="work" value="([^"]+)"', page)
        assert work is not None
        form = {"csrf": token(page), "work": work[1], "reason": "kırık", "back.1": "1", "back.2": ""}
        wrong = await person.client.post(f"{at}/actions/return_goods", data=form | {"back.1": "3"})
        assert (wrong.status_code, "Geri geldiği bildirilen satır ya da miktar siparişte yok" in wrong.text) == (409, True)
        assert 'name="back.1" value="3"' in wrong.text
        work = re.search(r'name="work" value="([^"]+)"', wrong.text)
        assert work is not None
        done = await person.client.post(f"{at}/actions/return_goods", data=form | {"work": work[1], "back.1": "1,0"})
        assert done.status_code == 303, done.text
        shown = (await person.get(at)).text
        assert "1 geri geldi" in shown
        again = (await person.get(f"{at}/actions/return_goods")).text
        assert "en çok 1 " in again
        assert "Did only a part come back?" in (await person.get(f"{at}/actions/return_goods?lang=en")).text


async def test_a_part_is_returned_from_the_shell(
    urls: Urls, database_url: str, intake: Intake, connections: Pool, tmp_path: Path
) -> None:
    """With a reason that stands in the audit log; what is refused is said in both languages, with code 1."""
    await intake.take([FRIDAY, *gathered(1)])
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path)}
    command = ("shipment", "return", known_id(0), "--reason", "kırık", "--line")
    assert await kervan(*command, "1=1", **where) == (0, "applied\n")
    row = await connections.fetchrow("SELECT action, thing, reason FROM audit")
    assert tuple(row) == ("shipment.return_goods", f"shipment/{known_id(0)}", "kırık")
    assert await connections.fetchval("SELECT back FROM claim_line") == Decimal("10.50")
    code, printed = await kervan(*command, "2=5", **where)
    assert (code, "5 geri geldi deniyor; alıcıda kalan: 2" in printed) == (1, True)
    code, printed = await kervan(*command, "1-1", **where)
    assert (code, "LINE=QUANTITY" in printed) == (2, True)
