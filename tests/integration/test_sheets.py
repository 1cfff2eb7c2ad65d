"""The sheets of stored shipments: over HTTP and by the command line, from what was issued and what is declared."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pypdf
import pytest
from typer.testing import CliRunner

from adapters.documents import DocumentFolder
from adapters.entrypoints.cli import app as cli
from adapters.invoicing.sandbox.server import Habits
from adapters.invoicing.ubl.writing import write
from adapters.settings import Settings
from tests.integration.http_app import Web, problem
from tests.integration.office import ID, Office, opened
from tests.stories import draft, ref
from workflow.numbering import NumberState
from workflow.shipment import shipment_id
from workflow.stages import Stage

Pool = Any
INVOICE, PROFORMA = f"/api/shipments/{ID}/invoice.pdf", f"/api/shipments/{ID}/proforma.pdf"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Invoices go to the sandbox; documents and signatures lie in the test's folder."""
    folder = tmp_path / "signatures"
    return Settings(database_url="", broker_url="", data_dir=tmp_path, signatures_dir=folder, tasks={"invoicing": "sandbox"})


@pytest.fixture
async def office(connections: Pool, settings: Settings) -> AsyncIterator[Office]:
    """One validated shipment that waits for its invoice, which is written as UBL-TR."""
    async with opened(connections, settings, write) as made:
        made.books.habits = Habits(report_after_s=0.0)
        yield made


@pytest.fixture
def web(office: Office, settings: Settings) -> Web:
    """The app over the same database."""
    return Web(office.pool, office.intake, settings)


def text(document: bytes) -> str:
    """The text of a sheet."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages).split())


async def test_an_issued_invoice_is_printed_as_handed_over_and_kept(office: Office, web: Web, settings: Settings) -> None:
    """Number, rate of its own document, sandbox label; once for each language, however often it is asked for."""
    await office.do()
    await office.pool.execute("UPDATE rate SET rate = 1")
    async with web.as_("finance") as client:
        answers = [await client.get(INVOICE, params={"language": language}) for language in ("en", "tr", "en")]
        listed = (await client.get(f"/api/shipments/{ID}/documents")).json()["items"]
    assert [one.status_code for one in answers] == [200] * 3
    assert answers[0].content == answers[2].content
    assert answers[0].headers["content-type"] == "application/pdf"
    assert 'filename="invoice-KRV2026000000001-en.pdf"' in answers[0].headers["content-disposition"]
    english, turkish = (text(one.content) for one in answers[:2])
    assert "KRV2026000000001" in english
    assert "1 EUR = 56.1234 TRY" in english
    assert "Ödenecek tutar 42,00 EUR" in turkish
    assert "SANDBOX – not a real invoice" in turkish
    kept = [one for one in listed if one["kind"] == "invoice_pdf"]
    assert [one["name"] for one in kept] == ["invoice-KRV2026000000001-en.pdf", "invoice-KRV2026000000001-tr.pdf"]
    assert {one["media_type"] for one in kept} == {"application/pdf"}
    assert await DocumentFolder(settings.documents_dir).read(kept[0]["sha256"]) == answers[0].content


async def test_a_proforma_is_there_before_the_invoice_and_agrees_with_it_after(office: Office, web: Web) -> None:
    """Kept only once its invoice is issued: until then the draft may change."""
    async with web.as_("operations") as client:
        before = await client.get(PROFORMA)
        unkept = (await client.get(f"/api/shipments/{ID}/documents")).json()
        await office.do()
        after, invoice = await client.get(PROFORMA), await client.get(INVOICE)
        kept = (await client.get(f"/api/shipments/{ID}/documents")).json()
    assert before.content == after.content
    assert "Proforma no. / Proforma no PF-o1" in text(before.content)
    assert "SANDBOX" in text(before.content)
    for shown in (text(after.content), text(invoice.content)):
        assert "EUR 42.00" in shown
    assert [one["kind"] for one in unkept["items"]] == []
    assert [one["kind"] for one in unkept["printable"]] == ["proforma_pdf"]
    assert {one["kind"] for one in kept["items"]} >= {"invoice_pdf", "proforma_pdf"}
    assert [one["url"] for one in kept["printable"]] == [INVOICE, PROFORMA]


async def test_a_sellers_own_proforma_number_is_printed(office: Office, web: Web) -> None:
    """It is the one that travels with the parcel."""
    proforma = {"number": "PF/2026 7", "total": "42.00", "currency": "EUR"}
    await office.tell("orders/shop", "shipment.drafted.v1", draft("o2", proforma=proforma))
    async with web.as_("admin") as client:
        answer = await client.get(f"/api/shipments/{shipment_id('1234567890', 'o2')}/proforma.pdf")
    assert "Proforma no PF/2026 7" in text(answer.content)
    assert 'filename="proforma-PF-2026-7-en.pdf"' in answer.headers["content-disposition"]


async def test_what_was_not_issued_by_kervan_is_not_printed_as_an_invoice(office: Office, web: Web) -> None:
    """Neither a shipment without an invoice, nor one whose invoice was cancelled, nor an unknown one."""
    async with web.as_("finance") as client:
        assert "Print the proforma" in problem(await client.get(INVOICE), 409, "not-printable")["detail"]
        await office.do()
        await office.tell("ops/ayse", "shipment.cancel.v1", {"shipment": ref("o1"), "reason": "changed their mind"})
        await office.do()
        assert (await office.numbers())[0][1] == NumberState.CANCELLED
        problem(await client.get(INVOICE), 409, "not-printable")
        unknown = f"/api/shipments/{shipment_id('1', 'x')}"
        problem(await client.get(f"{unknown}/invoice.pdf"), 404, "shipment-unknown")
        problem(await client.get(f"{unknown}/proforma.pdf"), 404, "shipment-unknown")
        problem(await client.get(INVOICE, params={"language": "de"}), 422, "wrong-data")


async def test_a_sheet_never_says_what_the_signed_document_does_not(office: Office, web: Web) -> None:
    """Where the shipment says something else than what was issued, nothing is printed."""
    await office.do()
    assert await office.stage() is Stage.INVOICED
    await office.pool.execute("UPDATE shipment_line SET quantity = 3 WHERE shipment = $1 AND line_no = 1", ID)
    async with web.as_("finance") as client:
        assert "differ in" in problem(await client.get(INVOICE), 409, "not-printable")["detail"]
        assert (await client.get(PROFORMA)).status_code == 200


async def test_an_unusable_signature_is_said_and_not_left_out(office: Office, web: Web, settings: Settings) -> None:
    """A sheet without it would look unsigned."""
    await office.do()
    folder = settings.data_dir / "signatures"
    await asyncio.to_thread(folder.mkdir)
    await asyncio.to_thread((folder / "1234567890.png").write_bytes, b"GIF89a")
    async with web.as_("finance") as client:
        assert "1234567890.png" in problem(await client.get(INVOICE), 500, "signature-unusable")["detail"]


async def test_many_sheets_at_once_leave_the_other_requests_their_turn(office: Office, web: Web) -> None:
    """Setting a sheet holds up no event loop, and each thread's press makes the same bytes."""
    await office.do()
    async with web.as_("finance") as client:
        waiting = [asyncio.create_task(client.get(INVOICE)) for _ in range(12)]
        turns = 0
        while not all(one.done() for one in waiting):
            await asyncio.sleep(0.002)
            turns += 1
        found = [await one for one in waiting]
    assert len({one.content for one in found}) == 1
    assert turns > 12


async def test_the_command_line_prints_by_id_and_by_number(
    office: Office, settings: Settings, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says so where a name means none or several."""
    await office.do()
    await office.tell("orders/shop", "shipment.drafted.v1", draft("o1", seller="4540536920"))
    for name, value in (("DATABASE_URL", database_url), ("BROKER_URL", "nats://unused"), ("DATA_DIR", str(settings.data_dir))):
        monkeypatch.setenv(f"KERVAN_{name}", value)
    runner, out = CliRunner(), tmp_path / "out"

    async def run(*words: str) -> Any:
        return await asyncio.to_thread(runner.invoke, cli, ["invoice", "pdf", *words, "--out", str(out)])

    done = await run(str(ID), "KRV2026000000001", "--language", "tr", "--json")
    (path,) = set(orjson.loads(done.stdout))
    assert Path(path).name == "invoice-KRV2026000000001-tr.pdf"
    assert "25 Kasım 2026" in text(await asyncio.to_thread(Path(path).read_bytes))
    done = await run("o1", "--seller", "1234567890", "--proforma")
    assert done.stdout.strip() == str(out / "proforma-PF-o1-en.pdf")
    several, none = await run("o1"), await run("nothing")
    assert "means several" in str(several.exception)
    assert "is no shipment's reference" in str(none.exception)
