"""An ETGB that is cancelled and made anew: from the first list to the second, in whatever order they come."""

from typing import Any

import asyncpg
import pytest

from adapters.settings import Settings
from events.intake import Intake
from events.translate import Arrival
from tests.integration.http_app import Web
from tests.integration.timers import timer
from tests.stories import SELLER, START, etgb_number, known_id, said, story

FIRST, SECOND = etgb_number(71), etgb_number(72)
GONE = {"number": FIRST, "reason": "yanlış tutar", "replaced_by": SECOND}


@pytest.fixture
async def web(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, settings: Settings) -> Web:
    """The app over the fresh database, with two parcels on their way."""
    found = Web(connections, intake, settings)
    await found.intake.take([*[*story(1)][:4], *[*story(2)][:4]])
    return found


def table(number: str, day: str = "21.11.2026", names: tuple[str, ...] = ("order-1", "order-2")) -> bytes:
    """A courier's list of one ETGB over both orders."""
    rows = "\n".join(f"{number};{day};{name};42,00;EUR;DE" for name in names)
    return f"ETGB NO;ETGB TARİH;SİPARİŞ NO;TUTAR;DÖVİZ;ÜLKE\n{rows}".encode()


async def listed(web: Web, content: bytes) -> list[tuple[str, str]]:
    """Import a list; what became of its rows."""
    async with web.as_("operations") as client:
        form = {"courier": "pts", "seller": SELLER}
        answer = (await client.post("/api/imports/etgb", files={"file": ("liste.csv", content)}, data=form)).json()
    return [(row["outcome"], row["reason"] or row["detail"]) for row in answer["items"]]


def cancelled() -> Arrival:
    """The courier's word that the first is gone."""
    return said("courier/pts", "etgb.cancelled.v1", "gone", GONE)


async def shown(web: Web) -> tuple[Any, ...]:
    """Stage and ETGB of both shipments, and the states of both ETGBs."""
    async with web.as_("viewer") as client:
        shipments = [(await client.get(f"/api/shipments/{known_id(n)}")).json() for n in (1, 2)]
        etgbs = [(await client.get(f"/api/etgbs/{number}")).json() for number in (FIRST, SECOND)]
    assert etgbs[0]["replaced_by"] == SECOND
    stages = {(one["stage"], one["etgb"] and one["etgb"]["number"]) for one in shipments}
    return stages, [etgb["state"] for etgb in etgbs]


ENDED = ({("etgb_issued", SECOND)}, ["cancelled", "number_known"])


async def open_items(web: Web) -> list[str]:
    """The reasons of open items."""
    found = await web.pool.fetch("SELECT reason FROM attention WHERE resolved_at IS NULL ORDER BY reason")
    return [row["reason"] for row in found]


async def test_first_list_cancellation_second_list(web: Web) -> None:
    """Both shipments leave the first ETGB and end on the second; what was odd about the first is not open any more."""
    assert await listed(web, table(FIRST, "19.11.2026")) == [("taken", "applied")] * 2
    assert await open_items(web) == ["etgb_before_invoice"] * 2
    await web.intake.take([cancelled()])
    assert await open_items(web) == []
    assert await listed(web, table(SECOND, "23.11.2026")) == [("taken", "applied")] * 2
    assert await shown(web) == ENDED
    stale = table(FIRST, "19.11.2026") + b"\n"
    assert await listed(web, stale) == [("taken", "repeated")] * 2, "it moves nobody back"
    assert await shown(web) == ENDED
    assert await web.pool.fetchval("SELECT count(*) FROM parked") == 0


async def test_the_second_list_comes_before_the_cancellation(web: Web) -> None:
    """Its lines wait until the shipments have left the first, and then move them by themselves."""
    await listed(web, table(FIRST))
    assert await listed(web, table(SECOND, "23.11.2026")) == [("taken", "parked")] * 2
    await web.intake.take([cancelled()])
    assert await shown(web) == ENDED
    assert await web.pool.fetchval("SELECT count(*) FROM parked") == 0


async def test_a_second_list_without_names_is_matched_once_the_first_is_gone(web: Web) -> None:
    """By all else the two orders are alike, so a person is asked; neither is thought to have an ETGB."""
    await listed(web, table(FIRST))
    await web.intake.take([cancelled()])
    assert await listed(web, table(SECOND, "23.11.2026", names=("", ""))) == [("set_aside", "doubtful")] * 2
    async with web.as_("operations") as client:
        (one, other) = (await client.get("/api/matches", params={"state": "open"})).json()["items"]
        assert {len(line["candidates"]) for line in (one, other)} == {2}
        assert {sign["sign"] for line in (one, other) for side in line["candidates"] for sign in side["signs"]}.isdisjoint(
            {"has_etgb"}
        )
        for line, n in ((one, 1), (other, 2)):
            path = f"/api/matches/{line['id']}/actions/confirm"
            assert (await client.post(path, json={"shipment": known_id(n)})).status_code == 200
    assert await shown(web) == ENDED


async def test_the_cancelled_etgb_waits_for_nothing(web: Web) -> None:
    """Long after, only the second one's document and closing are overdue, once each."""
    await listed(web, table(FIRST))
    await web.intake.take([cancelled()])
    await listed(web, table(SECOND, "23.11.2026"))
    await timer(web.pool, START.replace(month=12, day=20)).run()
    found = await web.pool.fetch("SELECT reason, detail FROM attention WHERE resolved_at IS NULL ORDER BY reason")
    assert [row["reason"] for row in found] == ["closing_overdue", "etgb_document_overdue"]
    assert all(SECOND in row["detail"] for row in found)
