"""A claim's dossier from the database: over HTTP, by the command, into the tax office's folder."""

import asyncio
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from nats.aio.client import Client

from adapters.database.claims import ClaimBooks
from adapters.documents import DocumentFolder
from adapters.entrypoints import bootstrap, dossiers
from adapters.entrypoints.embedded import Urls
from adapters.entrypoints.issuing import Archive
from adapters.invoicing.ubl.writing import write
from adapters.settings import Settings
from events.intake import Intake
from events.outgoing import envelope
from events.translate import Arrival
from tests.integration.http_app import Web, problem
from tests.integration.office import ID, opened
from tests.integration.timers import timer
from tests.law import BOOK
from tests.stories import SELLER, START, said, story
from tests.unit.dossiers.made import cells
from workflow.documents import DocumentKind
from workflow.ports import Clock
from workflow.refund import RatePolicy, claim_id
from workflow.refund.readiness import Check

Pool = Any
CLAIM = claim_id(SELLER, "2026-11", 0)
XML = b"<Invoice>KRV2026000000001</Invoice>"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with a folder of its own."""
    return Settings(database_url="", broker_url="", data_dir=tmp_path)


@pytest.fixture
async def claim(intake: Intake, connections: Pool, settings: Settings) -> UUID:
    """Three shipments in an open claim, the rate of their day, and the first one's invoice as XML."""
    rates = {"published_on": "2026-11-20", "bulletin": "2026/220", "rates": [{"currency": "EUR", "forex_buying": "55.7981"}]}
    await intake.take([said("rates/tcmb", "rates.published.v1", "20", rates)])
    for n in range(3):
        await intake.take(list(story(n))[:-1])
    archive = Archive(DocumentFolder(settings.documents_dir), connections, bootstrap.now)
    row = await connections.fetchrow("SELECT id, invoice_number FROM shipment ORDER BY reference LIMIT 1")
    await archive.keep(row["id"], DocumentKind.INVOICE_SIGNED_XML, f"{row['invoice_number']}-signed.xml", XML, "test")
    return CLAIM


async def fetched(web: Web, **params: str) -> tuple[zipfile.ZipFile, bytes, Any]:
    """The dossier as finance gets it."""
    async with web.as_("finance") as client:
        answer = await client.get(f"/api/claims/{CLAIM}/dossier.zip", params=params)
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content)), answer.content, answer


async def test_finance_gets_the_dossier_as_a_file_with_its_name(claim: UUID, web: Web) -> None:
    """Streamed, with its length; every file is what its sum says."""
    archive, content, answer = await fetched(web)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith('attachment; filename="kdv-iade-1234567890-2026-11.zip"')
    assert int(answer.headers["content-length"]) == len(content)
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, _, path = line.partition("  ")
        assert hashlib.sha256(archive.read(path)).hexdigest() == digest


async def test_the_same_claim_gives_the_same_bytes(claim: UUID, web: Web) -> None:
    """Asked twice; and the way of the refund changes the petition alone."""
    first, one, _ = await fetched(web)
    _, other, _ = await fetched(web)
    assert one == other
    cash, _, _ = await fetched(web, way="cash")
    differ = {name for name in first.namelist() if cash.read(name) != first.read(name)}
    assert differ == {"dilekce.pdf", "manifest.json", "SHA256SUMS"}


def clock_at(now: datetime) -> Clock:
    """A clock that stands."""
    return lambda: now


async def test_the_same_claim_gives_the_same_bytes_years_later(claim: UUID, connections: Pool, settings: Settings) -> None:
    """Also when it is about to lapse: what is left of its time is told by the checklist, the dossier has the last day."""
    written: list[bytes] = []
    for now in (datetime(2026, 12, 20, tzinfo=UTC), datetime(2028, 12, 20, tzinfo=UTC)):
        exporter = dossiers.dossiers(settings, connections, BOOK, clock_at(now))
        out = io.BytesIO()
        await exporter.write(CLAIM, out)
        written.append(out.getvalue())
    assert written[0] == written[1]
    with zipfile.ZipFile(io.BytesIO(written[0])) as archive:
        assert json.loads(archive.read("manifest.json"))["claim"]["deadline"] == "2028-12-31"


async def test_the_dossier_of_a_filed_claim_stays_what_was_filed(
    claim: UUID, intake: Intake, web: Web, connections: Pool
) -> None:
    """A purchase, a figure of the VAT return, a document and an ETGB's evidence come after it: the same bytes, and its sum."""
    data = {"claim": str(CLAIM), "petition_number": "P-1", "filed_on": "2026-11-24"}
    await intake.take([said("tax_office/ayse", "claim.filed.v1", "f", data)])
    first, before, _ = await fetched(web)
    told = {"seller": SELLER, "period": "2026-11", "carried": "1.00", "turnover": "9.00"}
    await intake.take([said("accounting/ayse", "vat_return.told.v1", "v", told)])
    await connections.execute("UPDATE rate SET rate = rate * 2")
    await connections.execute("UPDATE etgb SET evidence_reference = 'another'")
    await connections.execute("DELETE FROM document")
    _, after, _ = await fetched(web)
    assert after == before
    named = json.loads(first.read("manifest.json"))["claim"]
    assert named["version"] == 1
    assert named["calculation_sha256"] == await connections.fetchval("SELECT sha256 FROM claim_filing")


async def test_lists_and_report_add_up_to_the_claim(claim: UUID, web: Web) -> None:
    """42.00 EUR at 55.7981 are 2,343.52 TRY; three of them 7,030.56, in each list and in the manifest."""
    archive, _, _ = await fetched(web)
    sales = cells(archive.read("listeler/satis-faturalari-301.xlsx"))[4:]
    etgbs = cells(archive.read("listeler/gcb-etgb-listesi.xlsx"))[4:]
    assert [row[9] for row in sales] == [2343.52] * 3
    assert Decimal(str(round(sum(float(str(row[11])) for row in etgbs), 2))) == Decimal("7030.56")
    assert json.loads(archive.read("manifest.json"))["claim"]["exported_try"] == "7030.56"
    rates = cells(archive.read("mutabakat-raporu.xlsx"), 2)[4:]
    assert [row[2:4] for row in rates] == [["EUR", date(2026, 11, 20)]]


async def test_what_is_kept_goes_in_and_what_is_not_is_said(claim: UUID, web: Web) -> None:
    """One invoice's XML is there; the others' are named, as are the ETGBs' papers."""
    archive, _, _ = await fetched(web)
    (kept,) = [name for name in archive.namelist() if name.startswith("faturalar/")]
    assert archive.read(kept) == XML
    missing = {one["code"]: one["subjects"] for one in json.loads(archive.read("manifest.json"))["missing"]}
    assert len(missing["invoice_xml_missing"]) == 2
    assert len(missing["etgb_document_missing"]) == 3


async def test_what_is_inferred_is_marked(intake: Intake, web: Web) -> None:
    """A day that nobody told, a parcel that nobody scanned: wherever the claim is read; the tax office's list is as it was."""
    rates = {"published_on": "2026-11-20", "bulletin": "2026/220", "rates": [{"currency": "EUR", "forex_buying": "55.7981"}]}
    await intake.take([said("rates/tcmb", "rates.published.v1", "20", rates)])
    for n in range(2):
        body = b'"registered_on_inferred":true,"registered_on":' if n else b'"registered_on":'
        steps = list(story(n))[:-1]
        await intake.take([Arrival(one.subject, one.body.replace(b'"registered_on":', body), one.token) for one in steps])
    await intake.take([one for place, one in enumerate(list(story(2))[:-1]) if place != 3])  # without the scan
    await timer(web.pool, START + timedelta(days=6)).run()
    archive, _, _ = await fetched(web)
    missing = {one["code"]: one["subjects"] for one in json.loads(archive.read("manifest.json"))["missing"]}
    assert missing["registration_inferred"] == ["26341453EX000001"]
    assert missing["hand_over_inferred"] == ["ABC2026000000002"]
    marks = [str(row[-1]) for row in cells(archive.read("mutabakat-raporu.xlsx"), 1)[4:]]
    assert sorted(marks) == ["", "kuryeye teslim / hand-over", "tescil tarihi / day of registration"]
    assert cells(archive.read("listeler/gcb-etgb-listesi.xlsx"))[3][-1] == "GÇB/ETGB"
    async with web.as_("finance") as client:
        claim = (await client.get(f"/api/claims/{CLAIM}")).json()
        lines = (await client.get(f"/api/claims/{CLAIM}/shipments")).json()["items"]
    (item,) = [one for one in claim["checklist"] if one["code"] == "inferred"]
    assert (item["met"], item["severity"]) == (False, "advise")
    assert item["count"] == len(
        {one["shipment"] for one in lines if one["registered_on_inferred"] or one["hand_over_inferred"]}
    )
    assert [one["etgb"] for one in lines if one["registered_on_inferred"]] == ["26341453EX000001"]


async def test_evidence_of_an_etgb_goes_in(claim: UUID, web: Web) -> None:
    """A file that a person kept with it, byte for byte; the other ETGBs' is said to be missing."""
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    async with web.as_("finance") as client:
        kept = await client.post("/api/etgbs/26341453EX000001/documents", files={"file": ("vedop.png", png)})
        assert kept.status_code == 201, kept.text
    archive, _, _ = await fetched(web)
    (path,) = [name for name in archive.namelist() if name.startswith("vedop/")]
    assert archive.read(path) == png
    missing = {one["code"]: one["subjects"] for one in json.loads(archive.read("manifest.json"))["missing"]}
    assert missing["vedop_evidence_missing"] == ["26341453EX000000", "26341453EX000002"]


async def test_the_checklist_and_the_dossier_agree_on_which_invoices_are_here(claim: UUID, web: Web, connections: Pool) -> None:
    """An invoice of which only the signed document is kept is here: it is the original."""
    archive, _, _ = await fetched(web)
    missing = {one["code"]: one["subjects"] for one in json.loads(archive.read("manifest.json"))["missing"]}
    books = ClaimBooks(connections, BOOK, RatePolicy.INTAC_PREV_BULLETIN, Decimal("0.05"))
    sheet = await books.one(CLAIM, date(2026, 12, 1))
    assert sheet is not None
    assert sheet.lacking[Check.INVOICE_XML].count == len(missing["invoice_xml_missing"]) == 2


async def test_a_document_that_was_damaged_on_disk_is_left_out_and_said(claim: UUID, web: Web, settings: Settings) -> None:
    """A dossier with a changed document would be worse than one without."""
    for path in settings.documents_dir.rglob("*"):
        if path.is_file():
            path.write_bytes(b"changed")
    archive, _, _ = await fetched(web)
    assert not [name for name in archive.namelist() if name.startswith("faturalar/")]
    assert '"document_unreadable"' in archive.read("manifest.json").decode()


async def test_nothing_is_left_on_disk(claim: UUID, web: Web, settings: Settings) -> None:
    """The file that was sent is gone."""
    await fetched(web)
    assert list((settings.documents_dir / ".exports").iterdir()) == []


async def test_a_claim_that_is_not_there_is_not_found(web: Web) -> None:
    """And an id that is none is refused."""
    async with web.as_("finance") as client:
        found = problem(await client.get(f"/api/claims/{uuid4()}/dossier.zip"), 404, "claim-unknown")
        assert "kervan claim list" in found["detail"]
        assert (await client.get("/api/claims/x/dossier.zip")).status_code == 422


def kervan(database_url: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, as one types it."""
    env = {"KERVAN_DATABASE_URL": database_url, "KERVAN_DATA_DIR": str(folder), "KERVAN_LOCALE": "en", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "adapters.entrypoints.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


async def test_the_command_writes_the_same_file(claim: UUID, web: Web, database_url: str, tmp_path: Path) -> None:
    """By seller and period or by id, into a folder or under a name, and says what is missing."""
    _, expected, _ = await fetched(web)
    named = ["--seller", SELLER, "--period", "2026-11", "--out", str(tmp_path / "x")]
    done = await asyncio.to_thread(kervan, database_url, tmp_path, "claim", "export", *named)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "x" / "kdv-iade-1234567890-2026-11.zip"
    assert done.stdout.strip() == str(path)
    assert path.read_bytes() == expected
    assert "2 × The invoice's XML is not kept" in done.stderr
    told = await asyncio.to_thread(
        kervan, database_url, tmp_path, "claim", "export", str(CLAIM), "--out", str(tmp_path / "y.zip"), "--json"
    )
    found = json.loads(told.stdout)
    assert (found["claim"], found["path"], found["bytes"]) == (str(CLAIM), str(tmp_path / "y.zip"), len(expected))
    assert found["missing"]["invoice_xml_missing"] == 2
    assert await asyncio.to_thread(lambda: list(tmp_path.glob("**/.dosya-*"))) == []


async def test_taking_a_dossier_stands_in_the_audit_log(
    claim: UUID, web: Web, connections: Pool, database_url: str, tmp_path: Path
) -> None:
    """It holds buyers' names: who took it, by which door."""
    await fetched(web)
    arguments = ("claim", "export", str(CLAIM), "--out", str(tmp_path / "y"))
    assert (await asyncio.to_thread(kervan, database_url, tmp_path, *arguments)).returncode == 0
    rows = await connections.fetch("SELECT door, action, thing, outcome FROM audit ORDER BY id")
    expected = [(door, "claim.export", f"claim/{CLAIM}", "done") for door in ("api", "cli")]
    assert [tuple(row) for row in rows] == expected


async def test_invoices_that_were_never_printed_are_printed_when_that_is_asked_for(
    connections: Pool, database_url: str, tmp_path: Path
) -> None:
    """Those that Kervan issued; the print is kept, so that the next dossier has it too, with the same bytes."""
    own = Settings(database_url="", broker_url="", data_dir=tmp_path, tasks={"invoicing": "sandbox"})
    async with opened(connections, own, write) as office:
        await office.later()
        office.books.report()
        await office.do()
        mine, number = {"shipment": {"id": str(ID)}}, "26341453EX000007"
        await office.tell("courier/pts", "courier.booked.v1", mine | {"courier": "pts", "tracking_number": "T7"})
        scan = {"courier": "pts", "tracking_number": "T7", "status": "picked_up", "occurred_at": "2026-11-25T12:00:00+03:00"}
        await office.tell("courier/pts", "courier.checkpoint.v1", scan)
        etgb = {"number": number, "registered_on": "2026-11-25", "courier": "pts", "lines": [mine]}
        await office.tell("courier/pts", "etgb.issued.v1", etgb)
        await office.tell("customs/feed", "etgb.closed.v1", {"number": number, "closed_on": "2026-11-26"})
        seen = {"etgb_number": number, "seen_on": "2026-11-26", "evidence": {"kind": "list"}}
        await office.tell("tax_office/vedop", "vedop.transferred.v1", seen)
    arguments = ("claim", "export", "--seller", SELLER, "--period", "2026-11", "--out", str(tmp_path / "x.zip"))
    found: list[bytes] = []
    for more in ((), ("--print",), ()):
        done = await asyncio.to_thread(kervan, database_url, tmp_path, *arguments, *more)
        assert done.returncode == 0, done.stderr
        found.append(await asyncio.to_thread((tmp_path / "x.zip").read_bytes))
    without, printed, again = found
    assert "faturalar/KRV2026000000001.pdf" not in zipfile.ZipFile(io.BytesIO(without)).namelist()
    assert zipfile.ZipFile(io.BytesIO(printed)).read("faturalar/KRV2026000000001.pdf").startswith(b"%PDF-")
    assert again == printed


async def test_the_answers_of_the_tax_office_are_listed_by_a_command(database_url: str, tmp_path: Path) -> None:
    """With where they lie, and why one was refused."""
    for folder, name in (("in", "a.json"), ("kept/2026-11", "b.json"), ("refused", "c.json")):
        place = tmp_path / "tax_office" / folder
        place.mkdir(parents=True)
        (place / name).write_text("{}")
    (tmp_path / "tax_office" / "refused" / "c.json.reason.txt").write_text("claim_cannot: the claim is open")
    done = await asyncio.to_thread(kervan, database_url, tmp_path, "claim", "answers", "--json")
    assert {(one["name"], one["state"], one["reason"]) for one in json.loads(done.stdout)} == {
        ("a.json", "in", ""),
        ("b.json", "kept", ""),
        ("c.json", "refused", "claim_cannot: the claim is open"),
    }
    refused = await asyncio.to_thread(kervan, database_url, tmp_path, "claim", "answers", "--state", "refused")
    assert "c.json  claim_cannot: the claim is open" in refused.stdout
    assert "a.json" not in refused.stdout


async def test_the_command_says_what_is_wrong(database_url: str, tmp_path: Path) -> None:
    """No claim named, no month, no such claim."""
    for arguments, words in (
        ([], "say which claim"),
        (["--seller", SELLER, "--period", "november"], "must be a month"),
        (["--seller", SELLER, "--period", "2026-01"], "There is no claim"),
    ):
        done = await asyncio.to_thread(kervan, database_url, tmp_path, "claim", "export", *arguments)
        assert done.returncode != 0
        assert words in " ".join(done.stderr.replace("│", " ").split())


async def test_the_folder_gets_the_dossier_when_filing_is_asked_for(
    claim: UUID, intake: Intake, urls: Urls, database_url: str, broker: Client, settings: Settings, web: Web
) -> None:
    """The same bytes as over HTTP, under the claim's name, through the stream of tasks."""
    _, expected, _ = await fetched(web)
    stop = asyncio.Event()
    own = settings.model_copy(update={"tasks": {"tax_office": "file"}})
    working = asyncio.create_task(bootstrap.work(own, database_url, urls.broker_url, stop))
    try:
        async with bootstrap.parts(own, database_url) as parts:
            data = {"claim": str(CLAIM)}
            body = envelope(source="ops/ayse", id="ask", type="claim.request_filing.v1", time=datetime.now(UTC), data=data)
            await parts.intake.take([Arrival("kervan.in.ops.ayse", body, "ask")])
            path = settings.data_dir / "tax_office" / "out" / f"kdv-iade-1234567890-2026-11_{CLAIM}.zip"
            async with asyncio.timeout(30):
                while not await asyncio.to_thread(path.exists):
                    await asyncio.sleep(0.1)
        assert await asyncio.to_thread(path.read_bytes) == expected
    finally:
        stop.set()
        await working
