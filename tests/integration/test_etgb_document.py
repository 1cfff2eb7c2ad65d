"""The PDF of a single ETGB is its document; one of several is a list only."""

import re
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest

from adapters.database import audit
from adapters.settings import Settings
from events.intake import Intake
from events.translate import Arrival
from tests.integration.browser import browser
from tests.integration.http_app import Web, problem
from tests.integration.timers import timer
from tests.stories import SELLER, START, etgb_number, known_id, said, story
from tests.unit.lists import papers

HEADS = ("SİPARİŞ NO", "TUTAR (EUR)")


@pytest.fixture
def web(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, tmp_path: Path) -> Web:
    """The app over the fresh database, with a folder for documents."""
    return Web(connections, intake, Settings(database_url="", broker_url="", data_dir=tmp_path))


def paper(n: int, *orders: str) -> str:
    """The sheet of one ETGB."""
    return papers.labels(etgb_number(n), "21.11.2026") + papers.table(HEADS, [(order, "42,00") for order in orders])


async def given(web: Web, content: bytes) -> None:
    """Import a PDF."""
    async with web.as_("operations") as client:
        files, form = {"file": ("a.pdf", content)}, {"courier": "pts", "seller": SELLER}
        answer = await client.post("/api/imports/etgb", files=files, data=form)
    assert (answer.status_code, answer.json()["set_aside"]) == (202, 0), answer.text


async def test_it_is_kept_with_each_shipment_and_the_etgb_says_that_it_is_there(web: Web) -> None:
    """Also for the shipment whose line still waits for its scan."""
    await web.intake.take([*[*story(1)][:4], *[*story(2)][:2]])
    content = papers.pdf(paper(7, "order-1", "order-2"))
    await given(web, content)
    async with web.as_("operations") as client:
        etgb = (await client.get(f"/api/etgbs/{etgb_number(7)}")).json()
        fetched = await client.get(etgb["document_url"])
        kinds = [
            [one["kind"] for one in (await client.get(f"/api/shipments/{known_id(n)}/documents")).json()["items"]]
            for n in (1, 2)
        ]
    assert (etgb["state"], len(etgb["lines"])) == ("document_there", 2)
    assert (fetched.content, fetched.headers["content-type"]) == (content, "application/pdf")
    assert kinds == [["etgb_pdf", "etgb"], ["etgb_pdf"]]
    await web.intake.take([*story(2)][2:4])
    stages = await web.pool.fetch("SELECT stage FROM shipment")
    assert [row["stage"] for row in stages] == ["etgb_issued"] * 2
    assert await web.pool.fetchval("SELECT count(*) FROM parked") == 0


async def overdue(web: Web) -> list[str]:
    """The reasons of open items, long after everything fell due."""
    await timer(web.pool, START + timedelta(days=30)).run()
    found = await web.pool.fetch("SELECT reason FROM attention WHERE resolved_at IS NULL ORDER BY reason")
    return [row["reason"] for row in found]


async def test_the_wait_for_a_document_ends_with_an_imported_pdf(web: Web) -> None:
    """What was raised meanwhile is resolved; the closing is still awaited."""
    await web.intake.take([*story(1)][:5])
    assert await overdue(web) == ["closing_overdue", "etgb_document_overdue"]
    await given(web, papers.pdf(paper(1, "order-1")))
    assert await overdue(web) == ["closing_overdue"]


async def test_a_scan_is_uploaded_as_it_is(web: Web) -> None:
    """A PDF without text, which no import can read: kept, served, told to the engine once; its wait is over."""
    await web.intake.take([*[*story(1)][:4], by_tracking(1)])
    assert await overdue(web) == ["closing_overdue", "etgb_document_overdue"]
    scan = papers.pdf("#circle()")
    path = f"/api/etgbs/{etgb_number(1)}/document"
    async with web.as_("operations") as client:
        first = await client.post(path, files={"file": ("tarama.pdf", scan)})
        again = await client.post(path, files={"file": ("tarama.pdf", scan)})
        fetched = await client.get(path)
    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert (first.json()["state"], len(first.json()["lines"])) == ("document_there", 1)
    assert fetched.content == scan
    assert await overdue(web) == ["closing_overdue"]
    assert await web.pool.fetchval("SELECT count(*) FROM inbox WHERE source LIKE 'customs/%'") == 1
    assert await web.pool.fetchval("SELECT count(*) FROM document") == 1


async def test_the_etgbs_page_says_what_is_open_about_it_and_takes_its_document(web: Web) -> None:
    """What to do stands there, and the PDF is uploaded where that is read; then its item is over and it can be fetched."""
    await web.intake.take([*story(1)][:5])
    assert await overdue(web) == ["closing_overdue", "etgb_document_overdue"]
    at = f"/etgbs/{etgb_number(1)}"
    async with browser(web, "finance") as person:
        page = (await person.get(at)).text
        assert "Belgeyi kuryeden isteyin; KDV iadesinde gerekir." in page
        assert "ETGB&#39;nin belgesini operasyon ya da yönetici yükler." in page
        assert (await person.submit(at, f"{at}/document", files={"file": ("a.pdf", b"%PDF-1.7")})).status_code == 403
    async with browser(web, "operations") as person:
        item = re.search(r'href="(/attention/[^"]+/resolve)"', page)
        assert item is not None
        assert f'href="{at}"' in (await person.get(item[1])).text, "whoever closes an item comes back here"
        wrong = await person.submit(at, f"{at}/document", files={"file": ("a.pdf", b"<Invoice/>")})
        assert (wrong.status_code, "Dosya PDF değil." in wrong.text) == (422, True)
        done = await person.submit(at, f"{at}/document", files={"file": ("tarama.pdf", papers.pdf("#circle()"))})
        assert (done.status_code, done.headers["location"]) == (303, at)
        page = (await person.get(at)).text
        assert "Belgeyi kuryeden isteyin" not in page
        assert "ETGB hâlâ kapanmadı" not in page.partition("İşlemler")[2]
        found = re.search(r'href="(/shipments/[^"]+/documents/[^"]+)"', page)
        assert found is not None
        assert (await person.get(found[1])).headers["content-type"] == "application/pdf"
    assert await overdue(web) == ["closing_overdue"]
    (act,) = await audit.listed(web.pool, 9, subject="document")
    assert (act["door"], act["action"], act["thing"]) == ("console", "document.upload", f"etgb/{etgb_number(1)}")


def by_tracking(n: int) -> Arrival:
    """An ETGB whose line names its shipment by the courier's number."""
    lines = [{"shipment": {"courier": "pts", "tracking_number": f"TRK{n}"}}]
    data = {"number": etgb_number(n), "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    return said("courier/pts", "etgb.issued.v1", f"etgb-{n}", data)


async def test_what_cannot_be_an_etgbs_document_is_refused(web: Web) -> None:
    """No PDF, an ETGB that nobody knows, one whose shipments nobody knows, one that was cancelled: nothing is kept."""
    await web.intake.take([*[*story(1)][:5], by_tracking(3)])
    file = {"file": ("a.pdf", b"%PDF-1.7")}
    async with web.as_("operations") as client:

        async def post(n: int, files: dict[str, tuple[str, bytes]] = file) -> httpx.Response:
            return await client.post(f"/api/etgbs/{etgb_number(n)}/document", files=files)

        problem(await post(1, {"file": ("a.pdf", b"<Invoice/>")}), 422, "unreadable-file")
        problem(await post(2), 404, "etgb-unknown")
        problem(await post(3), 409, "shipment-unknown")
        gone = {"number": etgb_number(1), "reason": "wrong", "replaced_by": etgb_number(9)}
        await web.intake.take([said("courier/pts", "etgb.cancelled.v1", "gone", gone)])
        problem(await post(1), 409, "etgb-cancelled")
    assert await web.pool.fetchval("SELECT count(*) FROM document") == 0


async def test_a_list_whose_total_differs_is_taken_with_a_warning(web: Web) -> None:
    """The answer says it in both languages, and what the import says later is the same."""
    await web.intake.take([*[*story(1)][:4], *[*story(2)][:4]])
    content = papers.pdf(paper(7, "order-1", "order-2") + "Fatura Toplamı: 126,00 EUR")
    async with web.as_("operations") as client:
        files, form = {"file": ("a.pdf", content)}, {"courier": "pts", "seller": SELLER}
        first = (await client.post("/api/imports/etgb", files=files, data=form)).json()
        again = (await client.get(f"/api/imports/{first['id']}")).json()
    (warning,) = first["warnings"]
    assert again["warnings"] == [warning]
    assert (warning["code"], warning["etgb"], warning["told"], warning["lines"]) == (
        "total_differs",
        etgb_number(7),
        "126.00",
        "84.00",
    )
    assert all("126.00" in text and "84.00 EUR" in text for text in warning["message"].values())
    assert first["taken"] == 2


async def test_a_list_of_several_is_nobodys_document(web: Web) -> None:
    """Nor is a PDF kept whose shipments are all unknown."""
    await web.intake.take([*[*story(1)][:4], *[*story(2)][:4]])
    await given(web, papers.pdf(paper(7, "order-1") + paper(8, "order-2")))
    await given(web, papers.pdf(paper(9, "order-9")))
    async with web.as_("operations") as client:
        for n in (7, 8, 9):
            assert (await client.get(f"/api/etgbs/{etgb_number(n)}")).json()["state"] == "number_known"
            problem(await client.get(f"/api/etgbs/{etgb_number(n)}/document"), 404, "document-unknown")
