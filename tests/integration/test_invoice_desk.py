"""The desk of invoices on real PostgreSQL, with the engine on one side and a sandbox integrator on the other."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from adapters.documents import DocumentFolder
from adapters.entrypoints.cli import app as cli
from adapters.invoicing.paper import Papers
from adapters.invoicing.sandbox import plain
from adapters.invoicing.sandbox.server import Habits
from adapters.settings import Settings
from events.tasks import NotYetError
from tests.integration.http_app import Web, problem
from tests.integration.office import ID, Office, opened
from tests.integration.test_law_changes import MILD, STRICT, judging
from tests.stories import etgb_number, invoice, ref
from workflow.shipment import shipment_id
from workflow.stages import Stage

Pool = Any


class CrashError(Exception):
    """The process died here."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Invoices go to the sandbox; documents lie in the test's folder."""
    return Settings(database_url="", broker_url="", data_dir=tmp_path, tasks={"invoicing": "sandbox"})


@pytest.fixture
async def office(connections: Pool, settings: Settings) -> AsyncIterator[Office]:
    """One validated shipment that waits for its invoice."""
    async with opened(connections, settings) as made:
        yield made


async def test_a_request_becomes_one_issued_invoice_with_its_documents(office: Office, settings: Settings) -> None:
    """Pending until the evening report; then the shipment is invoiced, in the document's own words."""
    await office.later()
    assert await office.numbers() == [("KRV2026000000001", "sent")]
    office.books.report()
    (reply,) = await office.do()
    data = orjson.loads(reply.body)["data"]
    assert (data["number"], data["total"], data["currency"]) == ("KRV2026000000001", "42.00", "EUR")
    assert (data["issued_on"], data["exchange_rate"]) == ("2026-11-25", "56.1234")
    assert await office.stage() is Stage.INVOICED
    assert await office.numbers() == [("KRV2026000000001", "issued")]
    kept = await office.pool.fetch("SELECT kind, sha256, keep_until FROM document ORDER BY created_at, kind")
    assert [row["kind"] for row in kept] == ["invoice_xml", "invoice_signed_xml"]
    assert {row["keep_until"] for row in kept} == {date(2036, 12, 31)}
    assert b"SANDBOX" in await DocumentFolder(settings.documents_dir).read(kept[1]["sha256"])
    assert await office.do() == ()
    assert office.live() == ["KRV2026000000001"]


STEPS = (
    "numbers.draw",
    "archive.keep",
    "numbers.send",
    "issuer.issue",
    "numbers.settle",
    "numbers.release",
    "archive.read",
)


class Dies:
    """Stands before one part of the desk: the n-th call of one of its methods is the last thing the process does."""

    def __init__(self, inner: Any, method: str, call: int, *, after: bool) -> None:
        self.inner, self.method, self.call, self.after = inner, method, call, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if name != self.method:
            return found

        async def dying(*arguments: Any, **named: Any) -> Any:
            self.call -= 1
            if self.call == 0 and not self.after:
                raise CrashError
            answer = await found(*arguments, **named)
            if self.call == 0:
                raise CrashError
            return answer

        return dying


def crashes() -> Iterator[Any]:
    """Every step, its first and second call, before and after it worked."""
    for step in STEPS:
        for call in (1, 2):
            for after in (False, True):
                yield pytest.param(step, call, after, id=f"{'after' if after else 'before'} {step} {call}")


@pytest.mark.parametrize(("step", "call", "after"), list(crashes()))
async def test_a_crash_anywhere_costs_no_second_invoice_and_no_number(
    office: Office, step: str, call: int, after: bool
) -> None:
    """The same task, run again until it is done, finds what was done."""
    part, _, method = step.partition(".")
    whole = getattr(office.desk, part)
    office.books.habits = Habits(report_after_s=0.0)
    setattr(office.desk, part, Dies(whole, method, call, after=after))
    for _ in range(6):
        try:
            if await office.do():
                break
        except CrashError:
            setattr(office.desk, part, whole)
        except NotYetError as later:
            office.now += timedelta(seconds=later.seconds)
    setattr(office.desk, part, whole)
    assert await office.stage() is Stage.INVOICED
    assert office.live() == ["KRV2026000000001"]
    assert await office.numbers() == [("KRV2026000000001", "issued")]


async def test_the_same_task_at_two_workers_at_once_issues_once(office: Office) -> None:
    """One holds the number, the other comes again."""
    office.books.habits = Habits(report_after_s=0.0)
    task = (await office.tasks())[0]
    found = await asyncio.gather(*(office.desk(task) for _ in range(6)), return_exceptions=True)
    assert all(isinstance(one, NotYetError | tuple) for one in found), found
    assert office.live() == ["KRV2026000000001"]
    assert [state for _, state in await office.numbers()] == ["issued"]


async def test_a_refusal_reaches_a_person_and_the_number_stays_for_the_corrected_invoice(office: Office) -> None:
    """The item is resolved by the invoice; the second document has the same number and another ETTN."""
    office.books.script.append("refused")
    await office.do()
    assert (await office.open_items(), await office.numbers()) == (["invoice_rejected"], [("KRV2026000000001", "rejected")])
    await office.do()
    assert await office.pool.fetchval("SELECT count(*) FROM attention") == 1
    office.books.habits = Habits(report_after_s=0.0)
    await office.tell("ops/ayse", "shipment.amend.v1", {"shipment": ref("o1"), "incoterm": "DDP"})
    await office.do()
    assert await office.stage() is Stage.INVOICED
    assert (await office.open_items(), await office.numbers()) == ([], [("KRV2026000000001", "issued")])


async def test_an_answer_that_does_not_come_calls_a_person_and_is_asked_for_ever_slower(office: Office) -> None:
    """After a day and a half; and when it comes, the item goes by itself."""
    pauses = [(await office.later(**passed)).seconds for passed in ({}, {"minutes": 5}, {"hours": 1}, {"hours": 3})]
    assert pauses == sorted(pauses)
    assert await office.open_items() == []
    await office.later(hours=36)
    await office.later(hours=1)
    assert await office.open_items() == ["invoice_unanswered"]
    office.books.report()
    await office.do()
    assert (await office.stage(), await office.open_items()) == (Stage.INVOICED, [])
    assert office.live() == ["KRV2026000000001"]


async def test_a_document_that_fails_our_own_check_costs_no_number(office: Office) -> None:
    """Nothing leaves the house; a person is told every reason."""

    async def check(_: bytes) -> Sequence[str]:
        return ("TaxExemptionReasonCheck-1: metin yok", "decimalCheck-1")

    office.desk.papers = Papers(plain.write, check, office.desk.papers.rate)
    await office.do()
    assert (await office.open_items(), await office.numbers(), office.live()) == (["invoice_withheld"], [], [])
    detail = await office.pool.fetchval("SELECT detail FROM attention")
    assert "TaxExemptionReasonCheck-1" in detail
    assert "decimalCheck-1" in detail


async def test_without_a_rate_nothing_is_guessed(office: Office) -> None:
    """It waits for the bulletin; after an hour a person is told too."""
    await office.pool.execute("DELETE FROM rate")
    await office.later()
    assert await office.open_items() == []
    await office.later(hours=2)
    assert await office.open_items() == ["invoice_withheld"]
    await office.pool.execute("INSERT INTO rate VALUES ('EUR', '2026-11-24', 56.1234)")
    office.books.habits = Habits(report_after_s=0.0)
    await office.do()
    assert (await office.stage(), await office.open_items()) == (Stage.INVOICED, [])


async def judged(office: Office, law: str) -> None:
    """The shipment is judged again by the strict law, which holds it, or by the mild one, which does not."""
    again = judging(office.pool, law)
    await again.begin()
    assert await again.run(whoever=True) == 1


async def test_a_shipment_that_is_held_gets_no_invoice_until_it_is_clear(office: Office) -> None:
    """No number is drawn; after an hour a person is told of the invoice too; judged clear it is made by itself."""
    await judged(office, STRICT)
    await office.later()
    assert (await office.open_items(), await office.numbers()) == (["validated_now_blocked"], [])
    assert await office.desk.numbers.draw(ID, 1, "r", "KRV", office.now) is None
    await office.later(hours=2)
    assert await office.open_items() == ["invoice_withheld", "validated_now_blocked"]
    await judged(office, MILD)
    assert await office.open_items() == ["invoice_withheld"]
    office.books.habits = Habits(report_after_s=0.0)
    await office.do()
    assert (await office.stage(), await office.open_items()) == (Stage.INVOICED, [])


async def test_an_invoice_that_was_out_before_its_shipment_was_held_is_looked_up_and_kept(office: Office) -> None:
    """It is issued, so it waits at Kervan until nothing holds the shipment."""
    await office.later()
    await judged(office, STRICT)
    await office.later()
    office.books.report()
    await office.do()
    assert (await office.stage(), await office.open_items()) == (Stage.VALIDATED, ["validated_now_blocked"])
    assert await office.pool.fetchval("SELECT state FROM inbox WHERE type = 'invoice.issued.v1'") == "parked"
    await judged(office, MILD)
    assert (await office.stage(), await office.open_items()) == (Stage.INVOICED, [])
    assert office.live() == ["KRV2026000000001"]


async def test_a_document_that_never_arrived_is_not_sent_again_while_its_shipment_is_held(office: Office) -> None:
    """The issuer does not know it: after an hour its number is unused again."""
    office.books.script.append("lost")
    await office.later()
    await judged(office, STRICT)
    await office.later(minutes=10)
    office.now += timedelta(hours=1)
    await office.do()
    assert (await office.numbers(), office.live()) == ([("KRV2026000000001", "rejected")], [])


async def test_a_shipment_amended_while_its_invoice_was_pending_gets_a_new_one(office: Office) -> None:
    """The old document turns out issued: it is cancelled there, and its number is used up."""
    await office.later()
    await office.tell("ops/ayse", "shipment.amend.v1", {"shipment": ref("o1"), "incoterm": "DDP"})
    office.books.report()
    await office.later()
    office.books.report()
    await office.do()
    assert await office.stage() is Stage.INVOICED
    assert await office.numbers() == [("KRV2026000000001", "cancelled"), ("KRV2026000000002", "issued")]
    assert office.live() == ["KRV2026000000002"]
    assert await office.do(0) == ()


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_shipment_cancelled_while_its_invoice_was_pending_leaves_none(office: Office, arrived: bool) -> None:
    """The request itself sees to it; where the document never arrived, the number can be used again."""
    if not arrived:
        office.books.script.append("lost")
    await office.later()
    await office.tell("ops/ayse", "shipment.cancel.v1", {"shipment": ref("o1"), "reason": "stok yok"})
    office.books.report()
    if not arrived:
        await office.later(minutes=10)
        office.now += timedelta(hours=1)
    await office.do(0)
    assert office.live() == []
    assert await office.numbers() == [("KRV2026000000001", "cancelled" if arrived else "rejected")]


async def test_cancelling_an_invoiced_shipment_cancels_at_the_issuer(office: Office) -> None:
    """What it refuses to cancel is a person's."""
    office.books.habits = Habits(report_after_s=0.0)
    await office.do()
    await office.tell("ops/ayse", "shipment.cancel.v1", {"shipment": ref("o1"), "reason": "stok yok"})
    assert (await office.tasks())[-1]["type"] == "invoice_cancellation.requested.v1"
    office.books.script.append("refused")
    await office.do()
    assert (await office.open_items(), office.live()) == (["invoice_not_cancelled"], ["KRV2026000000001"])
    await office.do()
    assert (await office.numbers(), office.live()) == ([("KRV2026000000001", "cancelled")], [])
    assert await office.open_items() == []
    told = office.said[-1].message_id
    assert [one.message_id for one in await office.do()] == [told]  # where the news was lost it is told again


async def test_an_invoice_made_elsewhere_is_a_persons_to_cancel(office: Office) -> None:
    """The issuer does not know it, so the item says where to go; the news that it is cancelled ends it."""
    await office.tell("ops/ayse", "shipment.invoice.v1", invoice("o1", 1))
    await office.tell("ops/ayse", "shipment.cancel.v1", {"shipment": ref("o1"), "reason": "stok yok"})
    await office.do()
    assert await office.open_items() == ["invoice_not_cancelled"]
    detail = await office.pool.fetchval("SELECT detail FROM attention")
    assert detail.startswith("ABC2026000000001: it was not issued through Kervan")
    await office.tell("invoicing/other", "invoice.cancelled.v1", {
        "shipment": ref("o1"), "number": "ABC2026000000001", "reason": "portal"})  # fmt: skip
    assert await office.open_items() == []


@pytest.mark.parametrize("declared", [False, True])
async def test_goods_that_came_back_have_their_invoice_cancelled_once_nothing_declares_it(
    office: Office, declared: bool
) -> None:
    """Where an ETGB was told of, the desk is asked when that is cancelled; where it comes meanwhile, the desk holds still."""
    office.books.habits = Habits(report_after_s=0.0)
    await office.do()
    await office.tell("ops/ayse", "shipment.hand_over.v1", {
        "shipment": ref("o1"), "courier": "pts", "tracking_number": "T1"})  # fmt: skip
    await office.tell("ops/ayse", "shipment.return_goods.v1", {"shipment": ref("o1"), "reason": "yola çıkmadı"})
    if declared:
        number = etgb_number(1)
        await office.tell("courier/pts", "etgb.issued.v1", {
            "number": number, "registered_on": "2026-11-25", "courier": "pts", "lines": [{"shipment": ref("o1")}]})  # fmt: skip
        assert (await office.do(), office.live()) == ((), ["KRV2026000000001"])
        assert await office.open_items() == ["etgb_not_cancelled"]
        await office.tell("courier/pts", "etgb.cancelled.v1", {"number": number, "reason": "mal geri geldi"})
    await office.do()
    assert (await office.numbers(), office.live()) == ([("KRV2026000000001", "cancelled")], [])
    assert (await office.open_items(), await office.stage()) == ([], Stage.RETURNED)
    assert await office.pool.fetchval("SELECT invoice_number FROM shipment") == ""


async def test_an_amended_shipments_old_invoice_that_stood_on_is_over_with_the_new_one(office: Office) -> None:
    """The issuer refused to cancel it; it was cancelled in the portal, and the next request finds that and goes on."""
    await office.later()
    await office.tell("ops/ayse", "shipment.amend.v1", {"shipment": ref("o1"), "incoterm": "DDP"})
    office.books.report()
    office.books.script.append("refused")
    await office.do()
    assert await office.open_items() == ["invoice_not_cancelled"]
    await office.later()
    office.books.report()
    await office.do()
    assert (await office.open_items(), await office.stage()) == ([], Stage.INVOICED)


async def test_a_cancelled_invoice_is_followed_by_one_under_a_new_number(office: Office) -> None:
    """A person takes the invoice back; the engine asks for another, and the first is cancelled before it is made."""
    office.books.habits = Habits(report_after_s=0.0)
    await office.do()
    await office.tell("ops/ayse", "shipment.cancel_invoice.v1", {"shipment": ref("o1"), "reason": "yanlış adres"})
    await office.do()
    assert await office.numbers() == [("KRV2026000000001", "cancelled"), ("KRV2026000000002", "issued")]
    assert office.live() == ["KRV2026000000002"]


async def test_an_invoice_handed_to_another_issuer_is_not_handed_to_this_one_too(office: Office) -> None:
    """The settings changed while it was pending: this issuer's "not known" says nothing about the other."""
    await office.later()
    await office.pool.execute("UPDATE invoice_number SET issuer = 'nilvera'")
    office.books.records.clear()
    await office.later(hours=40)
    assert office.live() == []
    assert await office.open_items() == ["invoice_unanswered"]


async def test_a_day_later_the_unused_number_carries_the_new_day(office: Office) -> None:
    """Its document is dated when it leaves, with that day's rate."""
    office.books.script.append("refused")
    await office.do()
    office.now += timedelta(days=1)
    office.books.habits = Habits(report_after_s=0.0)
    await office.tell("ops/ayse", "shipment.amend.v1", {"shipment": ref("o1"), "incoterm": "DDP"})
    (reply,) = await office.do()
    data = orjson.loads(reply.body)["data"]
    assert (data["issued_on"], Decimal(data["exchange_rate"])) == ("2026-11-26", Decimal(57))


async def test_documents_are_listed_and_downloaded_by_those_who_may(office: Office, settings: Settings) -> None:
    """A viewer sees that there are documents, and not what is in them; a changed file is not handed out."""
    office.books.habits = Habits(report_after_s=0.0)
    await office.do()
    web = Web(office.pool, office.intake, settings)
    async with web.as_("finance") as client, web.as_("viewer") as viewer, web.as_() as nobody:
        items = (await viewer.get(f"/api/shipments/{ID}/documents")).json()["items"]
        assert [one["kind"] for one in items] == ["invoice_xml", "invoice_signed_xml"]
        answer = await client.get(items[1]["url"])
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith('attachment; filename="KRV2026000000001-signed.xml"')
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert b"KRV2026000000001" in answer.content
        problem(await viewer.get(items[1]["url"]), 403, "not-allowed")
        problem(await nobody.get(items[1]["url"]), 401, "not-authenticated")
        problem(await client.get(f"/api/shipments/{ID}/documents/{ID}"), 404, "document-unknown")
        other = shipment_id("1234567890", "o2")
        problem(await client.get(items[1]["url"].replace(str(ID), str(other))), 404, "document-unknown")
        problem(await client.get(f"/api/shipments/{other}/documents"), 404, "shipment-unknown")
        timeline = (await viewer.get(f"/api/shipments/{ID}/timeline")).json()["items"]
        assert [one["type"] for one in timeline if one["kind"] == "document"] == ["invoice_xml", "invoice_signed_xml"]
        await _spoil(settings.documents_dir / items[1]["sha256"][:2] / items[1]["sha256"][2:4] / items[1]["sha256"])
        problem(await client.get(items[1]["url"]), 500, "document-lost")


async def _spoil(path: Path) -> None:
    path.write_bytes(b"changed")  # noqa: ASYNC240 - a test's own disk


async def test_the_command_line_shows_a_shipments_numbers_and_exports_its_documents(
    office: Office, settings: Settings, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Number, ETTN, day, state, issuer; and every document, verified, under its name."""
    office.books.habits = Habits(report_after_s=0.0)
    await office.do()
    for name, value in (("DATABASE_URL", database_url), ("BROKER_URL", "nats://unused"), ("DATA_DIR", str(settings.data_dir))):
        monkeypatch.setenv(f"KERVAN_{name}", value)
    runner, out = CliRunner(), tmp_path / "out"
    shown = await asyncio.to_thread(runner.invoke, cli, ["invoice", "show", str(ID), "--json"])
    (number,) = orjson.loads(shown.stdout)
    assert (number["number"], number["state"], number["issuer"]) == ("KRV2026000000001", "issued", "sandbox")
    written = await asyncio.to_thread(runner.invoke, cli, ["invoice", "export", str(ID), "--out", str(out), "--json"])
    assert [Path(one).name for one in orjson.loads(written.stdout)] == ["KRV2026000000001.xml", "KRV2026000000001-signed.xml"]
    nothing = await asyncio.to_thread(runner.invoke, cli, ["invoice", "show", str(shipment_id("1", "x"))])
    assert nothing.exit_code == 1
