"""The PDF of a single ETGB is its document; one of several is a list only."""

from pathlib import Path

import asyncpg
import pytest

from adapters.settings import Settings
from events.intake import Intake
from tests.integration.http_app import Web, problem
from tests.stories import SELLER, etgb_number, known_id, story
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


async def test_a_list_of_several_is_nobodys_document(web: Web) -> None:
    """Nor is a PDF kept whose shipments are all unknown."""
    await web.intake.take([*[*story(1)][:4], *[*story(2)][:4]])
    await given(web, papers.pdf(paper(7, "order-1") + paper(8, "order-2")))
    await given(web, papers.pdf(paper(9, "order-9")))
    async with web.as_("operations") as client:
        for n in (7, 8, 9):
            assert (await client.get(f"/api/etgbs/{etgb_number(n)}")).json()["state"] == "number_known"
            problem(await client.get(f"/api/etgbs/{etgb_number(n)}/document"), 404, "document-unknown")
