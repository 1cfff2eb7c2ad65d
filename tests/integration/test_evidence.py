"""VEDOP is confirmed by a file, by a person with evidence, or by a feed; it is never assumed."""

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner

from adapters.documents import EVIDENCE_BYTES
from adapters.entrypoints.cli import app as cli
from adapters.settings import Settings
from events.intake import Intake
from tests.integration.http_app import Web, problem
from tests.integration.test_http_messages import workbook
from tests.stories import etgb_number, known_id, ref, said, story

NUMBER = etgb_number(0)
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels of a screen"
ACTION = f"/api/shipments/{known_id(0)}/actions/transfer_to_vedop"
DOCUMENTS = f"/api/shipments/{known_id(0)}/documents"
OF_ETGB = f"/api/etgbs/{NUMBER}/documents"
SEEN = "2026-11-23"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A folder for this test alone."""
    return Settings(database_url="", broker_url="", data_dir=tmp_path)


@pytest.fixture
async def web(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, settings: Settings) -> Web:
    """Two shipments on one ETGB that is closed."""
    shared = said("courier/pts", "etgb.issued.v1", "shared", {
        "number": NUMBER, "registered_on": "2026-11-21", "courier": "pts",
        "lines": [{"shipment": ref("order-0")}, {"shipment": ref("order-1")}]})  # fmt: skip
    await intake.take([*[*story(0)][:4], *[*story(1)][:4], shared, [*story(0)][5]])
    return Web(connections, intake, settings)


def told(kind: str, reference: str | None = None) -> dict[str, Any]:
    """A person's confirmation."""
    return {"seen_on": SEEN, "evidence": {"kind": kind, **({} if reference is None else {"reference": reference})}}


async def stages(web: Web) -> list[str]:
    """Where the shipments stand."""
    return [row["stage"] for row in await web.pool.fetch("SELECT stage FROM shipment ORDER BY reference")]


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        (told("note"), "evidence-missing"),
        (told("note", "  "), "evidence-missing"),
        (told("kdvira_report"), "evidence-missing"),
        (told("file"), "evidence-missing"),
        (told("file", "ekran.png"), "evidence-unknown"),
        (told("file", sha256(b"another").hexdigest()), "evidence-unknown"),
    ],
)
async def test_a_person_without_evidence_is_told_what_is_missing(web: Web, proof: dict[str, Any], code: str) -> None:
    """Nothing moves, and the answer says in words what to do."""
    async with web.as_("finance") as client:
        answer = await client.post(ACTION, json=proof)
    assert "evidence" in problem(answer, 409, code)["why"]
    assert await stages(web) == ["etgb_issued", "etgb_issued"]


@pytest.mark.parametrize("proof", [told("note", "KDVİRA'da gördüm, Ayşe"), told("kdvira_report", "2026-11")])
async def test_a_persons_words_are_evidence(web: Web, proof: dict[str, Any]) -> None:
    """The ETGB is in VEDOP with all its shipments, one confirmation suffices; the words stand with it and in the timeline."""
    async with web.as_("finance") as client:
        assert (await client.post(ACTION, json=proof)).status_code == 200
        etgb = (await client.get(f"/api/etgbs/{NUMBER}")).json()
    assert (etgb["evidence"], etgb["vedop_seen_on"]) == ({**proof["evidence"], "document": None}, SEEN)
    assert await stages(web) == ["vedop_transferred", "vedop_transferred"]


@pytest.mark.parametrize("path", [DOCUMENTS, OF_ETGB])
async def test_a_file_is_kept_first_and_named_then(web: Web, path: str) -> None:
    """It is seen with both shipments, in timeline, documents and ETGB, and handed out as it came, to be saved."""
    async with web.as_("finance") as client:
        upload = {"file": ("C:\\Ekran Görüntüsü.pdf", PNG)}
        answer = await client.post(path, files=upload, data={"kind": "vedop_evidence"})
        assert answer.status_code == 201
        kept = answer.json()
        assert kept["evidence"] == {"kind": "file", "reference": sha256(PNG).hexdigest()}
        assert (kept["document"]["name"], kept["document"]["media_type"]) == ("Ekran Görüntüsü.pdf.png", "image/png")
        assert await stages(web) == ["etgb_issued", "etgb_issued"]
        assert (await client.post(ACTION, json=told(**kept["evidence"]))).status_code == 200
        etgb = (await client.get(f"/api/etgbs/{NUMBER}")).json()
        assert etgb["evidence"]["document"]["url"] == kept["document"]["url"]
        for n in range(2):
            (listed,) = (await client.get(f"/api/shipments/{known_id(n)}/documents")).json()["items"]
            assert (listed["kind"], listed["sha256"]) == ("vedop_evidence", sha256(PNG).hexdigest())
            sent = await client.get(listed["url"])
            assert (sent.content, sent.headers["content-type"]) == (PNG, "image/png")
            assert sent.headers["content-disposition"].startswith("attachment;")
            timeline = (await client.get(f"/api/shipments/{known_id(n)}/timeline")).json()["items"]
            assert [entry["sha256"] for entry in timeline if entry["kind"] == "document"] == [listed["sha256"]]
        assert (await client.get(kept["document"]["url"])).content == PNG
        assert [one["id"] for one in (await client.get(OF_ETGB)).json()["items"]] == [kept["document"]["id"]]
        again = await client.post(path, files=upload, data={"kind": "vedop_evidence"})
        assert again.json()["document"]["id"] == kept["document"]["id"]


async def test_a_file_may_be_named_by_its_digest_in_capitals(web: Web) -> None:
    """As PowerShell's Get-FileHash prints it: the same file is meant, and found."""
    async with web.as_("finance") as client:
        upload = {"file": ("ekran.png", PNG)}
        kept = (await client.post(OF_ETGB, files=upload, data={"kind": "vedop_evidence"})).json()
        answer = await client.post(ACTION, json=told("file", kept["evidence"]["reference"].upper()))
        assert answer.status_code == 200
        etgb = (await client.get(f"/api/etgbs/{NUMBER}")).json()
    assert etgb["evidence"]["document"]["id"] == kept["document"]["id"]


def zipped(name: str) -> bytes:
    """An archive that is no workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "unreadable-file"),
        (b"MZ\x90\x00 a program", 422, "unreadable-file"),
        (b"<html><script>alert(1)</script>, a page", 422, "unreadable-file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' />", 422, "unreadable-file"),
        (zipped("a.exe"), 422, "unreadable-file"),
        (b"%PDF-" + b"0" * EVIDENCE_BYTES, 413, "too-large"),
    ],
)
async def test_what_is_no_evidence_by_its_content_is_not_kept(web: Web, content: bytes, status: int, code: str) -> None:
    """Whatever it is called; the folder and the list stay as they were."""
    async with web.as_("operations") as client:
        answer = await client.post(OF_ETGB, files={"file": ("ekran.pdf", content, "application/pdf")})
    problem(answer, status, code)
    assert await web.pool.fetchval("SELECT count(*) FROM document") == 0


async def test_evidence_needs_an_etgb(web: Web) -> None:
    """An unknown number, or a shipment that stands on none, has nothing to show; an invoice is not for finance."""
    await web.intake.take([next(story(9))])
    files = {"file": ("e.png", PNG)}
    async with web.as_("finance") as client:
        problem(await client.post(f"/api/etgbs/{etgb_number(8)}/documents", files=files), 404, "etgb-unknown")
        answer = await client.post(f"/api/shipments/{known_id(9)}/documents", files=files, data={"kind": "vedop_evidence"})
        problem(answer, 409, "not-now")
        problem(await client.post(DOCUMENTS, files={"file": ("f.xml", b"<Invoice/>")}), 403, "not-allowed")
    async with web.as_("viewer") as client:
        problem(await client.post(OF_ETGB, files=files), 403, "not-allowed")


async def test_a_feed_is_evidence_by_itself(web: Web) -> None:
    """The contract lets its reference be left out; its message is kept under its name."""
    seen = {"etgb_number": NUMBER, "seen_on": SEEN, "evidence": {"kind": "note"}}
    await web.intake.take([said("tax_office/vedop", "vedop.transferred.v1", "v", seen)])
    assert await stages(web) == ["vedop_transferred", "vedop_transferred"]


async def test_a_list_is_kept_and_named_as_the_evidence_of_each_of_its_etgbs(web: Web) -> None:
    """Also of one that is known only later, whose shipment has it then; the row's own words follow its SHA-256."""
    late = etgb_number(5)
    rows = [["etgb_number", "seen_on", "evidence"], [NUMBER, SEEN, "VEDOP ekranı"], [late, SEEN, ""]]
    content = workbook(rows)
    async with web.as_("finance") as client:
        answer = await client.post("/api/imports/vedop", files={"file": ("kasım.xlsx", content)})
        assert answer.json()["taken"] == 2
        (warning,) = answer.json()["warnings"]
        assert (warning["code"], warning["count"], warning["first"]) == ("etgbs_unknown", "1", late)
        assert warning["message"]["en"].startswith("ETGBs not known here (1): ")
        await web.intake.take([*[*story(5)][:5]])
        for number, words, shipment in ((NUMBER, " VEDOP ekranı", 0), (late, "", 5)):
            found = (await client.get(f"/api/etgbs/{number}")).json()["evidence"]
            assert found["kind"] == "list"
            assert found["reference"] == sha256(content).hexdigest() + words
            assert found["document"]["name"] == "kasım.xlsx"
            (listed,) = (await client.get(f"/api/shipments/{known_id(shipment)}/documents")).json()["items"]
            assert (await client.get(listed["url"])).content == content


async def test_a_message_from_operations_needs_evidence_too(web: Web) -> None:
    """Whoever speaks for a person on the broker: what is missing is refused and kept, with an item."""
    data = {"shipment": ref("order-0"), **told("note")}
    (outcome,) = await web.intake.take([said("ops/ayse", "shipment.transfer_to_vedop.v1", "t", data)])
    assert (outcome.state, outcome.code) == ("refused", "evidence_missing")
    assert await web.pool.fetchval("SELECT reason FROM attention") == "message_refused"


@pytest.mark.parametrize("by", ["file", "note"])
async def test_the_command_keeps_and_enters(
    web: Web, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """A file or a note, with the day it was seen; without either it asks for one."""
    import asyncio

    monkeypatch.setenv("KERVAN_DATABASE_URL", database_url)
    monkeypatch.setenv("KERVAN_DATA_DIR", str(tmp_path))
    screen = tmp_path / "ekran.png"
    screen.write_bytes(PNG)
    given = [str(screen)] if by == "file" else ["--note", "KDVİRA'da görüldü"]
    command = ["import", "evidence", *given, "--etgb", NUMBER, "--seen-on", SEEN, "--json"]
    result = await asyncio.to_thread(CliRunner().invoke, cli, command)
    assert result.exit_code == 0, result.output
    digest = sha256(PNG).hexdigest() if by == "file" else None
    assert json.loads(result.stdout) == {"etgb": NUMBER, "sha256": digest, "entered": "applied"}
    assert await stages(web) == ["vedop_transferred", "vedop_transferred"]
    (row,) = await web.pool.fetch("SELECT evidence_kind, evidence_reference FROM etgb")
    assert tuple(row) == (by, digest or "KDVİRA'da görüldü")
    nothing = await asyncio.to_thread(CliRunner().invoke, cli, ["import", "evidence", "--etgb", NUMBER, "--seen-on", SEEN])
    assert nothing.exit_code == 2
    unknown = [*command[:-4], etgb_number(77), *command[-3:]]
    assert (await asyncio.to_thread(CliRunner().invoke, cli, unknown)).exit_code == 1
