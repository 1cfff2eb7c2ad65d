"""Invoices made elsewhere, by HTTP and on the command line: judged, compared with the shipment, kept, or refused."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from typer.testing import CliRunner

from adapters.database.awaiting import PostgresAwaiting
from adapters.entrypoints.cli import app as cli
from adapters.invoicing.gib import GibCheck
from adapters.invoicing.ubl.writing import write
from adapters.settings import Settings
from events.intake import Intake
from tests.integration.http_app import Web, problem
from tests.integration.test_law_changes import STRICT, judging
from tests.stories import draft, invoice, said
from tests.unit.invoicing.mutations import MUTATIONS, OBSERVED
from workflow.invoice import Rate, compose
from workflow.shipment import shipment_id
from workflow.values import istanbul_day

Pool = Any
SELLER = "4540536920"
ID = shipment_id(SELLER, "WEB-1001")
NUMBER = "MEX2026000000042"
_SEAL = (
    b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureValue>eA==</ds:SignatureValue></ds:Signature>'
)


@pytest.fixture
def web(connections: Pool, intake: Intake, settings: Settings) -> Web:
    """The app; GİB's rules are asked where a test says so."""
    return Web(connections, intake, settings.model_copy(update={"gib_check": "off"}))


async def drafted(web: Web, **changes: Any) -> None:
    """A shipment of T-shirts and freight, which nothing blocks."""
    goods = {
        "kind": "goods", "sku": "TS-1", "description": "Cotton T-shirt", "description_tr": "Pamuklu örme tişört",
        "gtip": "610910000011", "origin": "TR", "quantity": "100", "unit_price": "10.50", "discount": "50.00",
        "net_weight_kg": "20",
    }  # fmt: skip
    freight = {"kind": "freight", "description": "Courier freight", "quantity": "1", "unit_price": "50"}
    told = draft("WEB-1001", SELLER, lines=[goods, freight], gross_weight_kg="22.5", courier="pts", **changes)
    (outcome,) = await web.intake.take([said("orders/shop", "shipment.drafted.v1", "d", told)])
    assert outcome.state == "applied", outcome


async def made(web: Web, spoil: Callable[[Any], Any] = lambda one: one) -> bytes:
    """What the seller's own software makes of the order today; ``spoil`` changes the draft that it thinks it has."""
    known = await PostgresAwaiting(web.pool).awaiting(ID)
    assert known is not None
    now = datetime.now(UTC)
    rate = Rate(Decimal("50.1234"), istanbul_day(now))
    number = f"MEX{istanbul_day(now).year}000000042"
    return write(compose(spoil(known.draft), number=number, ettn=UUID(int=9), issued_at=now, rate=rate))


async def sent(web: Web, xml: bytes, role: str = "operations", **headers: str) -> httpx.Response:
    """Upload a document."""
    async with web.as_(role) as client:
        return await client.post(f"/api/shipments/{ID}/documents", files={"file": ("a.xml", xml)}, headers=headers)


def codes(answer: httpx.Response) -> set[str]:
    """The codes of what blocks, each of which says in both languages what to do."""
    found = answer.json()["findings"]
    assert all(one["message"]["tr"] and one["message"]["en"] and one["source"] for one in found)
    return {one["code"] for one in found if one["severity"] == "block"}


async def test_the_invoice_of_the_sellers_own_software_is_taken_and_kept(web: Web) -> None:
    """It agrees: the shipment is invoiced with the document's own number, and the document can be had again as it came."""
    await drafted(web)
    xml = await made(web)
    answer = await sent(web, xml)
    assert answer.status_code == 201, answer.text
    said_back = answer.json()
    assert said_back["shipment"]["stage"] == "invoiced"
    assert said_back["shipment"]["invoice"]["number"] in xml.decode()
    assert said_back["document"]["kind"] == "invoice_xml"
    assert codes(answer) == set()
    async with web.as_("operations") as client:
        assert (await client.get(said_back["document"]["url"])).content == xml
        (listed,) = (await client.get(f"/api/shipments/{ID}/documents")).json()["items"]
    assert (listed["source"], listed["sha256"]) == ("ops/operations", said_back["document"]["sha256"])


@pytest.mark.parametrize("kilobytes", [300, 4_900])
async def test_a_document_with_its_style_sheet_in_it_is_taken(web: Web, kilobytes: int) -> None:
    """Signed invoices carry one, so they have some hundred kilobytes; the limit is five megabytes."""
    await drafted(web)
    sheet = b"<!--" + b"x" * (kilobytes * 1000) + b"-->"
    answer = await sent(web, (await made(web)).replace(b"</ext:ExtensionContent>", sheet + b"</ext:ExtensionContent>"))
    assert answer.status_code == 201, answer.text
    assert answer.json()["document"]["size"] > kilobytes * 1000


async def test_a_document_above_five_megabytes_is_refused_in_words(web: Web) -> None:
    """By the reader, before anything is parsed."""
    await drafted(web)
    answer = await sent(web, b"<Invoice>" + b"x" * 5_300_000)
    assert "MB" in problem(answer, 422, "unreadable-file")["detail"]


async def test_a_shipment_that_findings_hold_takes_no_invoice(web: Web) -> None:
    """It was validated, and the law is stricter now: 409 says that its findings come first, and nothing is kept."""
    await drafted(web)
    strict = judging(web.pool, STRICT)
    await strict.begin()
    assert await strict.run() == 1
    answer = await sent(web, await made(web))
    problem(answer, 409, "findings-block")
    async with web.as_("operations") as client:
        entered = invoice("WEB-1001", 1, SELLER, total="1050.00", issued_on=istanbul_day(datetime.now(UTC)).isoformat())
        answer = await client.post(f"/api/shipments/{ID}/actions/invoice", json=entered | {"shipment": {"id": str(ID)}})
    problem(answer, 409, "findings-block")
    assert await web.pool.fetchval("SELECT stage FROM shipment") == "validated"
    assert await web.pool.fetchval("SELECT count(*) FROM document") == 0


async def test_a_sealed_document_is_kept_as_a_sealed_one(web: Web) -> None:
    """Its seal tells the kind."""
    await drafted(web)
    xml = await made(web)
    sealed = xml.replace(b"</ext:ExtensionContent>", _SEAL + b"</ext:ExtensionContent>")
    assert sealed != xml
    assert (await sent(web, sealed)).json()["document"]["kind"] == "invoice_signed_xml"


SPOILT: dict[str, tuple[Callable[[Any], Any], set[str]]] = {
    "another total": (lambda d: dataclasses.replace(d, lines=d.lines[:1]), {"INV005", "INV009"}),
    "another buyer's country": (
        lambda d: dataclasses.replace(
            d, consignee=dataclasses.replace(d.consignee, address=dataclasses.replace(d.consignee.address, country="FR"))
        ),
        {"INV008"},
    ),
    "another GTİP": (
        lambda d: dataclasses.replace(d, lines=(dataclasses.replace(d.lines[0], gtip="610910000012"), *d.lines[1:])),
        {"INV009"},
    ),
    "another quantity at the same amount": (
        lambda d: dataclasses.replace(
            d,
            lines=(dataclasses.replace(d.lines[0], quantity=Decimal(50), unit_price=Decimal(21)), *d.lines[1:]),
        ),
        {"INV009"},
    ),
    "another parcel's weight": (lambda d: dataclasses.replace(d, gross_weight_kg=Decimal("9922.5")), {"INV009"}),
    "another delivery term": (lambda d: dataclasses.replace(d, incoterm="EXW"), {"INV009"}),
    "another buyer": (
        lambda d: dataclasses.replace(d, consignee=dataclasses.replace(d.consignee, name="Max Musterfrau")),
        {"INV008"},
    ),
    "other goods": (
        lambda d: dataclasses.replace(
            d,
            lines=(dataclasses.replace(d.lines[0], description="Bilgisayar", description_tr="Bilgisayar"), *d.lines[1:]),
        ),
        {"INV009"},
    ),
    "another currency": (lambda d: dataclasses.replace(d, currency="USD"), {"INV006"}),
}


@pytest.mark.parametrize("what", SPOILT)
async def test_an_invoice_that_is_not_this_shipments_is_refused_with_the_reason(web: Web, what: str) -> None:
    """Compared line by line; nothing is kept, and the shipment stays where it was."""
    await drafted(web)
    spoil, wanted = SPOILT[what]
    answer = await sent(web, await made(web, spoil))
    problem(answer, 422, "invoice-refused")
    assert codes(answer) == wanted
    assert await web.pool.fetchval("SELECT stage FROM shipment") == "validated"
    assert await web.pool.fetchval("SELECT count(*) FROM document") == 0


@pytest.mark.parametrize(("eur", "state"), [("50.2", 201), ("52", 201), ("56", 422), ("0.01", 422)])
async def test_the_exchange_rate_is_held_against_the_bulletin_where_it_is_stored(web: Web, eur: str, state: int) -> None:
    """Slightly apart warns, far apart is refused; without a bulletin nothing is compared, as in the other tests."""
    await drafted(web)
    today = istanbul_day(datetime.now(UTC))
    for back in range(1, 5):
        day = (today - timedelta(days=back)).isoformat()
        data = {"published_on": day, "rates": [{"currency": "EUR", "forex_buying": eur}]}
        await web.intake.take([said("rates/file", "rates.published.v1", f"b{day}", data)])
    answer = await sent(web, await made(web))
    assert answer.status_code == state, answer.text
    assert {one["code"] for one in answer.json()["findings"]} == (set() if eur == "50.2" else {"INV006"})
    items = await web.pool.fetch("SELECT reason, detail FROM attention WHERE resolved_at IS NULL")
    number = f"MEX{today.year}000000042"
    assert [tuple(row) for row in items] == ([("invoice_warned", f"{number}: INV006")] if eur == "52" else [])


@pytest.mark.parametrize("name", sorted(name for name, seen in OBSERVED.items() if seen["ok"] and name != "base"))
async def test_what_gib_lets_through_is_refused_on_upload(web: Web, name: str) -> None:
    """The mutations that GİB's rules accept although wrong for micro-export."""
    await drafted(web)
    problem(await sent(web, MUTATIONS[name]()), 422, "invoice-refused")
    assert await web.pool.fetchval("SELECT stage FROM shipment") == "validated"


async def test_an_invoice_against_its_proforma_is_refused(web: Web) -> None:
    """DOC001: the paper in the parcel says another value than the invoice."""
    await drafted(web)
    xml = await made(web)
    paper = orjson.dumps({"proforma": {"number": "PF-7", "total": "999.00", "currency": "EUR"}}).decode()
    await web.pool.execute("UPDATE shipment_content SET terms = terms || $1", paper)
    answer = await sent(web, xml)
    problem(answer, 422, "invoice-refused")
    assert codes(answer) == {"DOC001"}


HOSTILE: dict[str, bytes] = {
    "billion laughs": b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><Invoice>&c;</Invoice>',
    "a file from this machine": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Invoice>&b;</Invoice>',
    "UTF-16": "<Invoice/>".encode("utf-16"),
    "a ZIP archive": b"PK\x03\x04" + b"\x00" * 100,
    "half a document": b"<Invoice><cbc:ID>",
    "five thousand deep": b"<a>" * 5000 + b"</a>" * 5000,
    "another document": b"<Order/>",
    "nothing": b"",
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_what_is_no_invoice_is_refused_before_it_is_read(web: Web, what: str) -> None:
    """No entity is expanded and no file is opened; the answer says what is wrong and not what stands in the document."""
    await drafted(web)
    answer = await sent(web, HOSTILE[what])
    assert "root:" not in problem(answer, 422, "unreadable-file")["detail"]
    assert await web.pool.fetchval("SELECT count(*) FROM document") == 0


async def test_fifty_megabytes_are_refused(web: Web) -> None:
    """Whatever is in them."""
    await drafted(web)
    assert (await sent(web, b"<" * 50_000_000)).status_code in {413, 422}


async def test_an_invoice_for_a_shipment_that_waits_for_none_is_refused(web: Web) -> None:
    """A draft has to become valid first; the reason says so."""
    await drafted(web, sale_type="gift")
    answer = await sent(web, await made(web))
    assert problem(answer, 409, "not-now")["stage"] == "draft"
    assert await web.pool.fetchval("SELECT count(*) FROM document") == 0


async def test_the_document_of_an_invoice_that_is_known_already_is_added(web: Web) -> None:
    """The number came as a message; its document comes later, once or twice, and is kept once."""
    await drafted(web)
    xml = await made(web)
    number = f"MEX{istanbul_day(datetime.now(UTC)).year}000000042"
    told = invoice("WEB-1001", 0, SELLER, number=number, total="1050.00", issued_on=istanbul_day(datetime.now(UTC)).isoformat())
    (outcome,) = await web.intake.take([said("invoicing/file", "invoice.issued.v1", "i", told)])
    assert outcome.state == "applied", outcome
    assert [(await sent(web, xml)).status_code for _ in range(2)] == [201, 201]
    assert await web.pool.fetchval("SELECT count(*) FROM document") == 1


async def test_the_same_upload_again_gets_the_same_answer(web: Web) -> None:
    """With its Idempotency-Key."""
    await drafted(web)
    xml = await made(web)
    first, second = [await sent(web, xml, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert (first.status_code, second.content) == (201, first.content)


async def test_a_number_that_stands_on_another_shipment_is_refused(web: Web) -> None:
    """One invoice, one shipment."""
    await drafted(web)
    xml = await made(web)
    other = draft("other", SELLER)
    number = f"MEX{istanbul_day(datetime.now(UTC)).year}000000042"
    taken = invoice("other", 0, SELLER, number=number)
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", "o", other)])
    await web.intake.take([said("invoicing/file", "invoice.issued.v1", "i", taken)])
    problem(await sent(web, xml), 409, "invoice-number-taken")


async def test_a_paper_invoice_is_entered_by_its_fields(web: Web) -> None:
    """It has no XML and no ETTN."""
    await drafted(web)
    fields = {
        "number": "A-000123", "ettn": "", "issued_on": "2026-11-20", "profile": "PAPER", "type": "ISTISNA",
        "exemption_code": "301", "currency": "EUR", "total": "1050.00",
    }  # fmt: skip
    async with web.as_("operations") as client:
        answer = await client.post(f"/api/shipments/{ID}/actions/invoice", json=fields)
        wrong = await client.post(f"/api/shipments/{ID}/actions/invoice", json=fields | {"exemption_code": "302"})
    assert (answer.status_code, answer.json()["stage"]) == (200, "invoiced")
    assert wrong.status_code == 409


async def test_gibs_own_rules_are_asked_too(connections: Pool, intake: Intake, settings: Settings) -> None:
    """What only they refuse is refused with their text, and what they accept goes on to ours."""
    web = Web(connections, intake, settings, gib=GibCheck())
    await drafted(web)
    xml = await made(web)
    try:
        refused = await sent(web, xml.replace(b"<cbc:CopyIndicator>false<", b"<cbc:CopyIndicator>true<"))
        taken = await sent(web, xml)
    finally:
        assert web.gib is not None
        await web.gib.close()
    problem(refused, 422, "invoice-refused")
    assert "CopyIndicatorCheck" in refused.text
    assert taken.status_code == 201, taken.text


async def test_where_gibs_rules_are_required_and_missing_nothing_is_taken(
    connections: Pool, intake: Intake, settings: Settings
) -> None:
    """Rather than going without them in silence."""
    web = Web(connections, intake, settings.model_copy(update={"gib_check": "required"}))
    await drafted(web)
    problem(await sent(web, await made(web)), 503, "gib-not-installed")


def test_the_command_judges_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A verdict for each file, also for one that cannot be read; 1 at the end where one is not accepted."""
    monkeypatch.setenv("KERVAN_GIB_CHECK", "off")
    monkeypatch.setenv("KERVAN_LOCALE", "en")
    good, wrong, broken = (tmp_path / name for name in ("good.xml", "wrong.xml", "broken.xml"))
    good.write_bytes(MUTATIONS["base"]())
    wrong.write_bytes(MUTATIONS["code_302"]())
    broken.write_bytes(b"<")
    fine = CliRunner().invoke(cli, ["invoice", "check", str(good)])
    assert (fine.exit_code, f"{NUMBER}: accepted" in fine.output) == (0, True)
    mixed = CliRunner().invoke(cli, ["invoice", "check", "--json", *map(str, (good, wrong, broken))])
    assert mixed.exit_code == 1
    answers = orjson.loads(mixed.output)
    assert [one["accepted"] for one in answers] == [True, False, False]
    assert answers[1]["findings"][0]["code"] == "INV003"
    assert "not well-formed" in answers[2]["error"]
