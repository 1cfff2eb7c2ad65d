"""``kervan claim``, run as commands."""

import re
from pathlib import Path

import asyncpg
import orjson

from adapters.entrypoints.embedded import Urls
from events.intake import Intake
from tests.integration.test_advice_commands import kervan
from tests.integration.test_claim_books import CLAIM, FRIDAY, gathered
from tests.integration.test_claims import bought
from tests.integration.test_part_back import filed
from tests.stories import SELLER, known_id, said


async def test_finance_works_from_the_shell(
    urls: Urls, database_url: str, intake: Intake, connections: "asyncpg.Pool[asyncpg.Record]", tmp_path: Path
) -> None:
    """Seen, told what is carried forward, held by the checklist, filed with a reason, asked, paid: each step by a command."""
    await intake.take([FRIDAY, *gathered(2), bought("A", vat="700.00")])
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path), "locale": "en"}
    code, printed = await kervan("claim", "list", "--seller", SELLER, **where)
    assert (code, printed.startswith(f"{CLAIM}  {SELLER}  2026-11  open")) == (0, True)
    code, printed = await kervan("claim", "carry", "650.00", "--seller", SELLER, "--period", "2026-11", **where)
    assert (code, printed.strip()) == (0, "applied")
    code, printed = await kervan("claim", "build", "--seller", SELLER, "--period", "2026-11", **where)
    assert code == 0
    assert re.search(r"^ {4}VAT carried forward {2,}650\.00$", printed, re.MULTILINE)
    code, turkish = await kervan("claim", "show", str(CLAIM), **(where | {"locale": "tr"}))
    assert (code, re.findall(r"^ {4}(Devreden KDV|carried) {2,}650,00$", turkish, re.MULTILINE)) == (0, ["Devreden KDV"])
    assert turkish.startswith(f"{CLAIM}  {SELLER}  2026-11  hazırlanıyor  2 gönderi  iade 650,00 TL  son gün 31.12.2028")
    assert not re.search(r"\b[a-z]+_[a-z]+\b(?!/)|\bopen\b", turkish), "no code is left but the names of who told it"
    assert "✗ 650.00 TRY are below the least refund of 10000.00 TRY" in printed
    command = ("claim", "file", str(CLAIM), "--petition", "P-1", "--on", "2026-11-24")
    code, printed = await kervan(*command, **where)
    assert code == 1
    assert "The checklist blocks: " in printed
    assert "650.00 TRY are below" in printed
    code, printed = await kervan(*command, "--override", "a test", "--json", **where)
    found = orjson.loads(printed)
    assert (code, found["status"], found["refundable_try"], found["override"]) == (0, "filed", "650.00", "a test")
    assert found["history"][-1]["actor"].startswith("tax_office/")
    code, printed = await kervan("claim", "progress", str(CLAIM), "paid", "--amount", "600.00", "--json", **where)
    assert (code, orjson.loads(printed)["outstanding_try"]) == (0, "50.00")
    code, printed = await kervan("claim", "progress", str(CLAIM), "paid", "--amount", "600.00", **where)
    assert code == 1
    assert "Not recorded: With this amount the claim would exceed what it asked for" in printed
    rows = await connections.fetch("SELECT action, thing, reason FROM audit ORDER BY id")
    assert [(row["action"], row["reason"]) for row in rows] == [
        ("vat_return.tell", ""), ("claim.file", "a test"), ("claim.progress", "")]  # fmt: skip
    piece = {"shipment": {"id": known_id(1)}, "reason": "broken", "lines": [{"line": 1, "quantity": "1"}]}
    await intake.take([said("ops/ayse", "shipment.return_goods.v1", "piece", piece)])
    back = ("claim", "progress", str(CLAIM), "reversed", "--shipment", known_id(1))
    code, printed = await kervan(*back, "--amount", "90.00", **where)
    assert (code, "81.25 TRY are proposed for this shipment" in printed) == (1, True)  # 650.00 / 2 shipments / 4 pieces
    code, printed = await kervan(*back, "--json", **where)
    assert (code, orjson.loads(printed)["reversed_try"]) == (0, "81.25")
    await kervan("claim", "carry", "100.00", "--seller", SELLER, "--period", "2026-11", **where)
    code, printed = await kervan("claim", "show", str(CLAIM), **where)
    assert "reversed in part: 81.25 TRY, the rest paid" in printed
    assert "filing 1: 2026-11-24  petition P-1" in printed
    assert "! VAT carried forward: 650.00 → today 100.00 (the VAT carried forward was told anew)" in printed
    export = ("claim", "export", str(CLAIM), "--out", str(tmp_path / "a.zip"), "--filing")
    assert (await kervan(*export, "1", **where))[0] == 0
    code, printed = await kervan(*export, "2", **where)
    assert (code, "No filing 2" in printed) == (1, True)
    code, printed = await kervan("claim", "list", "--csv", **where)
    assert (code, printed.count("\n")) == (0, 2)


async def test_amounts_are_read_as_people_write_them(
    urls: Urls, database_url: str, intake: Intake, connections: "asyncpg.Pool[asyncpg.Record]", tmp_path: Path
) -> None:
    """What the petition asks for, where nothing was calculated, and what was approved; what is no amount is said."""
    await intake.take([FRIDAY, *gathered(2)])
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path), "locale": "tr"}
    command = ("claim", "file", str(CLAIM), "--petition", "P-1", "--on", "2026-11-24", "--override", "deneme")
    code, printed = await kervan(*command, "--refundable", "on bin", **where)
    assert (code, "--refundable için “on bin” okunamadı" in printed) == (1, True)
    code, printed = await kervan(*command, "--refundable", "12.000,00", **where)
    assert (code, "verildi" in printed, "iade 12.000,00 TL" in printed) == (0, True, True), printed
    code, printed = await kervan("claim", "progress", str(CLAIM), "approved", "--amount", "11.500,00", "--json", **where)
    assert (code, orjson.loads(printed)["approved_try"]) == (0, "11500.00")
    carry = ("claim", "carry", "1.234,50", "--seller", SELLER, "--period", "2026-11", "--turnover", "2.000")
    assert (await kervan(*carry, **where))[0] == 0
    row = await connections.fetchrow("SELECT carried_try, turnover_try FROM vat_return")
    assert row is not None
    assert [str(amount) for amount in row] == ["1234.50", "2000.00"]


async def test_what_nobody_told_is_marked_in_the_shell(urls: Urls, database_url: str, intake: Intake, tmp_path: Path) -> None:
    """Of a claim that was filed without an amount, and without purchases, no nought is shown."""
    await intake.take([FRIDAY, *gathered(1), filed("P-1")])
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path), "locale": "tr"}
    code, printed = await kervan("claim", "list", **where)
    assert (code, "iade ? TL" in printed) == (0, True), printed


async def test_a_claim_that_is_not_there_is_said(urls: Urls, database_url: str, tmp_path: Path) -> None:
    """Code 1, with what to do, in the language that is set; so for a status that there is not."""
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path)}
    code, printed = await kervan("claim", "show", str(CLAIM), **where, locale="tr")
    assert (code, "diye bir iade başvurusu yok" in printed) == (1, True)
    where["locale"] = "en"
    code, printed = await kervan("claim", "show", str(CLAIM), **where)
    assert (code, "There is no claim" in printed) == (1, True)
    code, printed = await kervan("claim", "list", "--status", "lost", **where)
    assert (code, "is no status of a claim" in printed) == (1, True)
    code, printed = await kervan("claim", "build", "--seller", SELLER, "--period", "2026-11", **where)
    assert (code, "seen in VEDOP" in printed) == (1, True)
