"""ETGB lists whose lines do not name their shipments: the sure ones move them, the doubtful ones wait for a person."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest
from typer.testing import CliRunner

from adapters.database.matches import EtgbMatches
from adapters.database.pool import plain_url
from adapters.entrypoints import bootstrap
from adapters.entrypoints.cli import app as cli
from adapters.imports import doubts
from events.translate import Arrival
from tests.integration.http_app import Web, problem
from tests.stories import SELLER, draft, etgb_number, invoice, ref, said
from workflow.world import Outcome

HEAD = "ETGB NO;ETGB TARİH;SİPARİŞ NO;TUTAR (EUR);ÜLKE"
UNKNOWN = "00000000-0000-0000-0000-000000000000"


async def handed_over(web: Web, reference: str, n: int, price: str) -> str:
    """A shipment that waits for its ETGB; its id."""
    one = draft(reference)["lines"][0] | {"quantity": "1", "unit_price": price}
    data = draft(reference, lines=[one], consignee={"name": f"Erika {n}", "address": {"city": "Berlin", "country": "DE"}})
    scan = {"courier": "pts", "tracking_number": f"T{n}", "status": "picked_up", "occurred_at": "2026-11-20T09:00:00+03:00"}
    await web.intake.take(
        [
            said("orders/shop", "shipment.drafted.v1", f"d{n}", data),
            said("invoicing/file", "invoice.issued.v1", f"i{n}", invoice(reference, n, total=price)),
            said(
                "courier/pts",
                "courier.booked.v1",
                f"b{n}",
                {"shipment": ref(reference), "courier": "pts", "tracking_number": f"T{n}"},
            ),
            said("courier/pts", "courier.checkpoint.v1", f"c{n}", scan),
        ]
    )
    return str(
        await web.pool.fetchval("SELECT id FROM shipment WHERE reference = $1 AND stage = 'handed_to_courier'", reference)
    )


async def imported(web: Web, *rows: str) -> dict[str, object]:
    """What became of a list."""
    upload = {"file": ("liste.csv", "\n".join((HEAD, *(f"{etgb_number(7)};21.11.2026;{row}" for row in rows))).encode())}
    async with web.as_("operations") as client:
        answer = await client.post("/api/imports/etgb", files=upload, data={"courier": "pts", "seller": SELLER})
    assert answer.status_code == 202, answer.text
    found: dict[str, object] = answer.json()
    return found


async def on_etgb(web: Web) -> list[str]:
    """References of the shipments that stand on an ETGB."""
    rows = await web.pool.fetch("SELECT reference FROM shipment WHERE etgb_number <> '' ORDER BY reference")
    return [row["reference"] for row in rows]


async def items(web: Web) -> list[str]:
    """Reasons of open attention items."""
    return [row["reason"] for row in await web.pool.fetch("SELECT reason FROM attention WHERE resolved_at IS NULL")]


async def test_sure_lines_move_their_shipments_and_doubtful_ones_wait(web: Web) -> None:
    """A damaged number with its amount is sure; one that may be another order is one attention item until confirmed."""
    first, second = await handed_over(web, "3001234567", 1, "45.37"), await handed_over(web, "3001234568", 2, "99.00")
    found = await imported(web, "300123456;45,37;DE", "3001234569;99,00;DE", ";;")
    assert (found["taken"], found["set_aside"], found["reasons"]) == (1, 2, {"doubtful": 1, "no_shipment": 1})
    assert await on_etgb(web) == ["3001234567"]
    assert await items(web) == ["etgb_line_unmatched"]
    async with web.as_("operations") as client:
        (one,) = (await client.get("/api/matches")).json()["items"]
        assert one["line"] == {"reference": "3001234569", "amount": "99.00", "currency": "EUR", "country": "DE"}
        candidate = one["candidates"][0]
        assert (candidate["shipment"], candidate["total"], candidate["etgb"]) == (second, "99.00", None)
        assert {"sign": "name_near", "tr": "numarası benziyor", "en": "similar number"} in candidate["signs"]
        act = f"/api/matches/{one['id']}/actions/"
        problem(await client.post(act + "confirm", json={}), 422, "wrong-data")
        problem(await client.post(act + "confirm", json={"shipment": UNKNOWN}), 409, "not-for-this-line")
        answer = await client.post(act + "confirm", json={"shipment": second})
        assert (answer.status_code, answer.json()["message"]["state"]) == (200, "applied"), answer.text
        problem(await client.post(act + "confirm", json={"shipment": first}), 404, "match-unknown")
        assert (await client.get("/api/matches")).json()["items"] == []
        (settled,) = (await client.get("/api/matches", params={"state": "confirmed"})).json()["items"]
    assert (settled["shipment"], settled["settled_by"]) == (second, "operations")
    assert await on_etgb(web) == ["3001234567", "3001234568"]
    assert await items(web) == []
    told = await web.pool.fetch("SELECT payload FROM outbox WHERE subject = 'kervan.out.attention' ORDER BY id")
    assert [orjson.loads(row["payload"])["type"] for row in told] == ["attention.raised.v1", "attention.resolved.v1"]


async def test_a_rejected_line_is_done_with_and_the_same_file_asks_nothing_twice(web: Web) -> None:
    """Its attention item goes with it; importing the list again opens nothing."""
    await handed_over(web, "3001234567", 1, "45.37")
    await imported(web, "3001234568;45,37;DE")
    async with web.as_("operations") as client:
        (one,) = (await client.get("/api/matches")).json()["items"]
        answer = await client.post(f"/api/matches/{one['id']}/actions/reject", json={})
        assert (answer.status_code, answer.json()["state"]) == (200, "rejected")
        await imported(web, "3001234568;45,37;DE")
        assert (await client.get("/api/matches")).json()["items"] == []
    assert (await on_etgb(web), await items(web)) == ([], [])


async def test_a_list_that_tells_a_line_again_asks_nothing_twice(web: Web) -> None:
    """Couriers' lists overlap: open or settled, the line is the same one; two that say the very same in one list are two."""
    await handed_over(web, "3001234567", 1, "45.37")
    await imported(web, "3001234568;45,37;DE")
    await imported(web, "3009999999;12,00;DE", "3001234568;45,37;DE")
    assert await items(web) == ["etgb_line_unmatched"]
    async with web.as_("operations") as client:
        (one,) = (await client.get("/api/matches")).json()["items"]
        await client.post(f"/api/matches/{one['id']}/actions/reject", json={})
        await imported(web, "3001234568;45,37;DE", "3008888888;12,00;DE")
        assert (await client.get("/api/matches")).json()["items"] == []
        await imported(web, "3001234568;45,37;DE", "3001234568;45,37;DE")
        assert len((await client.get("/api/matches")).json()["items"]) == 1
    assert await items(web) == ["etgb_line_unmatched"]


async def test_a_number_against_its_amount_is_not_believed(web: Web) -> None:
    """The order is known, but the amount is another order's: nothing moves before a person has looked."""
    await handed_over(web, "3001234567", 1, "45.37")
    await handed_over(web, "3001234568", 2, "99.00")
    await imported(web, "3001234567;99,00;DE")
    assert (await on_etgb(web), await items(web)) == ([], ["etgb_line_unmatched"])


async def test_a_shipment_with_another_etgb_is_not_given_a_second(web: Web) -> None:
    """One shipment, one live ETGB: the confirmation says which one stands in the way."""
    first = await handed_over(web, "3001234567", 1, "45.37")
    await handed_over(web, "3001234568", 2, "45.37")
    await imported(web, ";45,37;DE")
    other = {"number": etgb_number(8), "registered_on": "2026-11-21", "courier": "pts"}
    await web.intake.take([said("courier/pts", "etgb.issued.v1", "e", other | {"lines": [{"shipment": {"id": first}}]})])
    async with web.as_("operations") as client:
        (one,) = (await client.get("/api/matches")).json()["items"]
        assert len(one["candidates"]) == 2
        answer = await client.post(f"/api/matches/{one['id']}/actions/confirm", json={"shipment": first})
    assert etgb_number(8) in problem(answer, 409, "not-for-this-line")["detail"]
    assert await items(web) == ["etgb_line_unmatched"]


async def test_of_two_who_decide_at_once_only_the_first_is_heard(web: Web) -> None:
    """Both see the line open; one shipment moves, and whoever said otherwise is told."""
    first, second = await handed_over(web, "3001234567", 1, "45.37"), await handed_over(web, "3001234568", 2, "45.37")
    await imported(web, ";45,37;DE")
    match_id = UUID(str(await web.pool.fetchval("SELECT id FROM etgb_match")))
    store = EtgbMatches(web.pool)
    said = [
        doubts.confirm(web.intake, store, bootstrap.now, match_id, UUID(shipment), owner=owner)
        for shipment, owner in ((first, "ayse"), (second, "mehmet"))
    ]
    answers = await asyncio.gather(*said, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) in (
        ["BeingSettledError", "Outcome"],
        ["NotOpenError", "Outcome"],
    )
    assert len(await on_etgb(web)) == 1
    assert await items(web) == []


class Halfway:
    """An intake that lets somebody else in once the engine has heard what was said, before its answer is noted."""

    def __init__(self, web: Web, meanwhile: Callable[[], Awaitable[None]]) -> None:
        """Hear over ``web``; then do ``meanwhile``."""
        self._web, self._meanwhile = web, meanwhile

    async def take(self, arrivals: list[Arrival]) -> list[Outcome]:
        """Hear, and let the other in before saying so."""
        await self._meanwhile()
        found = await self._web.intake.take(arrivals)
        await self._meanwhile()
        return found


async def test_nobody_rejects_a_line_that_another_confirms_at_that_moment(web: Web, database_url: str) -> None:
    """Over two connections: whoever confirms has begun, so the other is told, and the line is what its shipment says."""
    first = await handed_over(web, "3001234567", 1, "45.37")
    await imported(web, "3001234568;45,37;DE")
    match_id = UUID(str(await web.pool.fetchval("SELECT id FROM etgb_match")))
    refusals: list[str] = []
    async with asyncpg.create_pool(plain_url(database_url), min_size=1, max_size=1) as other:

        async def reject() -> None:
            with pytest.raises(doubts.BeingSettledError) as told:
                await doubts.reject(EtgbMatches(other), bootstrap.now, match_id, owner="mehmet")
            refusals.append(type(told.value).__name__)

        halfway: Any = Halfway(web, reject)
        await doubts.confirm(halfway, EtgbMatches(web.pool), bootstrap.now, match_id, UUID(first), owner="ayse")
        with pytest.raises(doubts.NotOpenError):
            await doubts.reject(EtgbMatches(other), bootstrap.now, match_id, owner="mehmet")
    assert refusals == ["BeingSettledError"] * 2
    assert await web.pool.fetchval("SELECT state || ' ' || settled_by FROM etgb_match") == "confirmed ayse"
    assert (await on_etgb(web), await items(web)) == (["3001234567"], [])


async def test_nobody_confirms_a_line_that_was_rejected_at_that_moment(web: Web) -> None:
    """Whoever rejected was first: no shipment moves."""
    first = await handed_over(web, "3001234567", 1, "45.37")
    await imported(web, "3001234568;45,37;DE")
    match_id = UUID(str(await web.pool.fetchval("SELECT id FROM etgb_match")))

    class Late(EtgbMatches):
        async def stands_on(self, shipment: UUID) -> tuple[str, str] | None:
            await doubts.reject(store, bootstrap.now, match_id, owner="mehmet")
            return await super().stands_on(shipment)

    store = EtgbMatches(web.pool)
    with pytest.raises(doubts.NotOpenError):
        await doubts.confirm(web.intake, Late(web.pool), bootstrap.now, match_id, UUID(first), owner="ayse")
    assert (await on_etgb(web), await items(web)) == ([], [])


async def test_a_line_whose_confirmation_was_refused_is_free_again(web: Web) -> None:
    """What came to nothing keeps nobody from deciding otherwise."""
    await handed_over(web, "3001234567", 1, "45.37")
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", "d9", draft("3009999999"))])
    await web.intake.take([said("ops/ayse", "shipment.cancel.v1", "x9", {"shipment": ref("3009999999"), "reason": "no"})])
    gone = await web.pool.fetchval("SELECT id FROM shipment WHERE reference = '3009999999'")
    await imported(web, "3001234568;45,37;DE")
    async with web.as_("operations") as client:
        (one,) = (await client.get("/api/matches")).json()["items"]
        act = f"/api/matches/{one['id']}/actions/"
        problem(await client.post(act + "confirm", json={"shipment": str(gone)}), 409, "not-for-this-line")
        assert (await client.post(act + "reject", json={})).status_code == 200


async def test_a_decision_that_was_cut_off_is_finished_by_saying_it_again(web: Web) -> None:
    """The engine had heard it, the line had not been closed: nothing happens twice, and nothing else can be said."""
    first, second = await handed_over(web, "3001234567", 1, "45.37"), await handed_over(web, "3001234568", 2, "45.37")
    await imported(web, ";45,37;DE")
    async with web.as_("operations") as client:
        (one,) = (await client.get("/api/matches")).json()["items"]
        act = f"/api/matches/{one['id']}/actions/confirm"
        assert (await client.post(act, json={"shipment": first})).status_code == 200
        await web.pool.execute("UPDATE etgb_match SET state = 'open', shipment = NULL, settled_at = NULL")
        problem(await client.post(act, json={"shipment": second}), 409, "not-for-this-line")
        rejected = await client.post(act.replace("confirm", "reject"), json={})
        problem(rejected, 409, "match-being-settled")
        again = await client.post(act, json={"shipment": first})
    assert (again.status_code, again.json()["message"]["state"]) == (200, "applied")
    assert await on_etgb(web) == ["3001234567"]


async def test_an_early_line_waits_for_its_shipment_as_before(web: Web) -> None:
    """A number that nothing known is like is parked, and applies when the shipment comes."""
    await handed_over(web, "3001234567", 1, "45.37")
    found = await imported(web, "4009999999;12,34;DE")
    assert (found["taken"], await on_etgb(web)) == (1, [])
    await handed_over(web, "4009999999", 2, "12.34")
    assert await on_etgb(web) == ["4009999999"]


async def test_lines_are_settled_on_the_command_line(web: Web, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listed with their candidates, then confirmed or rejected by id."""
    monkeypatch.setenv("KERVAN_DATABASE_URL", database_url)
    monkeypatch.setenv("KERVAN_LOCALE", "en")
    first = await handed_over(web, "3001234567", 1, "45.37")
    await imported(web, "3001234568;45,37;DE", "3001234569;45,37;DE")
    run = CliRunner().invoke
    shown = await asyncio.to_thread(run, cli, ["import", "matches"])
    assert "similar number, " in shown.stdout, shown.output
    one, two = orjson.loads((await asyncio.to_thread(run, cli, ["import", "matches", "--json"])).stdout)
    done = await asyncio.to_thread(run, cli, ["import", "match", one["id"], "--shipment", first])
    assert done.stdout == "applied\n", done.output
    assert (await asyncio.to_thread(run, cli, ["import", "match", two["id"], "--reject"])).stdout == "rejected\n"
    assert (await asyncio.to_thread(run, cli, ["import", "matches"])).stdout == "No line waits.\n"
    assert await on_etgb(web) == ["3001234567"]
