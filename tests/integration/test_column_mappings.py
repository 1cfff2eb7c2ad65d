"""An operator's own headings: said once, remembered for the next list, forgotten on a word."""

import asyncio

import orjson
import pytest
from typer.testing import CliRunner

from adapters.entrypoints.cli import app as cli
from tests.integration.http_app import Web, problem
from tests.stories import SELLER, etgb_number, story
from tests.unit.lists import papers

MAPPING = {"Beyan No": "number", "Beyan Günü": "registered_on", "Müşteri Kodu": "reference"}


def table(n: int) -> bytes:
    """A list in an operator's own words, of one order."""
    return f"Beyan No;Beyan Günü;Müşteri Kodu\n{etgb_number(n)};21.11.2026;order-{n}".encode()


async def test_a_mapping_is_said_once_and_remembered(web: Web) -> None:
    """Without it the file is refused with its headings named; with it the list is taken, and the next one without it."""
    await web.intake.take([*[*story(1)][:4], *[*story(2)][:4], *[*story(3)][:4]])
    form = {"courier": "pts", "seller": SELLER}
    async with web.as_("operations") as client:
        refused = await client.post("/api/imports/etgb", files={"file": ("a.csv", table(1))}, data=form)
        assert "'Beyan No', 'Beyan Günü'" in problem(refused, 422, "unreadable-file")["detail"]
        wrong = {"mapping": orjson.dumps({"Beyan No": "nummer"}).decode()}
        answer = await client.post("/api/imports/etgb", files={"file": ("a.csv", table(1))}, data=form | wrong)
        assert "nummer" in problem(answer, 422, "unreadable-file")["detail"]
        none = {"mapping": "[]"}
        problem(
            await client.post("/api/imports/etgb", files={"file": ("a.csv", table(1))}, data=form | none), 422, "wrong-data"
        )
        said = {"mapping": orjson.dumps(MAPPING).decode()}
        first = await client.post("/api/imports/etgb", files={"file": ("a.csv", table(1))}, data=form | said)
        second = await client.post("/api/imports/etgb", files={"file": ("b.csv", table(2))}, data=form)
        other = form | {"courier": "navlungo"}
        problem(await client.post("/api/imports/etgb", files={"file": ("c.csv", table(3))}, data=other), 422, "unreadable-file")
    assert [(answer.status_code, answer.json()["taken"]) for answer in (first, second)] == [(202, 1), (202, 1)]
    rows = await web.pool.fetch("SELECT reference FROM shipment WHERE stage = 'etgb_issued' ORDER BY reference")
    assert [row["reference"] for row in rows] == ["order-1", "order-2"]


async def test_what_is_mapped_for_a_pdf_holds_for_the_couriers_next_one(web: Web) -> None:
    """Its headings are found by what they mean."""
    await web.intake.take([*[*story(1)][:4], *[*story(2)][:4]])
    form = {"courier": "pts", "seller": SELLER}
    said = form | {"mapping": orjson.dumps({"Müşteri Kodu": "reference", "Kıymet": "amount"}).decode()}

    def paper(n: int) -> dict[str, tuple[str, bytes]]:
        rows = papers.table(("Müşteri Kodu", "Kıymet"), [(f"order-{n}", "42,00")])
        return {"file": ("a.pdf", papers.pdf(papers.labels(etgb_number(n), "21.11.2026") + rows))}

    async with web.as_("operations") as client:
        first = await client.post("/api/imports/etgb", files=paper(1), data=said)
        second = await client.post("/api/imports/etgb", files=paper(2), data=form)
    assert [(answer.status_code, answer.json()["taken"]) for answer in (first, second)] == [(202, 1), (202, 1)]


async def test_mappings_are_said_listed_and_forgotten_on_the_command_line(
    web: Web, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Forgotten, the same headings are unknown again."""
    monkeypatch.setenv("KERVAN_DATABASE_URL", database_url)
    await web.intake.take([*story(1)][:4])
    file = tmp_path_factory.mktemp("lists") / "list.csv"
    file.write_bytes(table(1))
    importing = ["import", "etgb", str(file), "--courier", "pts", "--seller", SELLER]
    run = CliRunner().invoke
    maps = [f"--map={said}={name}" for said, name in MAPPING.items()]
    assert (await asyncio.to_thread(run, cli, [*importing, *maps])).exit_code == 0
    (one,) = orjson.loads((await asyncio.to_thread(run, cli, ["import", "mappings", "--json"])).stdout)
    assert (one["courier"], one["mapping"]["beyan no"], one["by"]) == ("pts", "number", "file")
    shown = await asyncio.to_thread(run, cli, ["import", "mappings"])
    assert "beyan no=number" in shown.stdout
    gone = await asyncio.to_thread(run, cli, ["import", "mappings", "--forget", one["id"]])
    assert (gone.exit_code, gone.stdout) == (0, "")
    file.write_bytes(table(2))
    assert (await asyncio.to_thread(run, cli, importing)).exit_code != 0
