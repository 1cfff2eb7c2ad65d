"""What needs a person: found by reason, by who has to act, by whose it is; told on the broker as it comes and goes."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson
import pytest

from adapters.database import queries
from adapters.settings import Settings
from events.intake import Intake
from tests.integration.http_app import Web, problem
from tests.integration.timers import timer
from tests.stories import SELLERS, known_id, said, story
from workflow.attention import Reason
from workflow.attention_texts import TEXTS

LATE = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
async def web(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, settings: Settings) -> Web:
    """Three sellers' shipments, each stuck: without a scan, on an ETGB that does not close, in a claim nobody files."""
    for n, messages in enumerate((3, 5, 7)):
        await intake.take([*story(n, SELLERS[n], claim=False)][:messages])
    await timer(connections, LATE).run()
    return Web(connections, intake, settings)


async def found(web: Web, **filters: Any) -> list[str]:
    """Reasons of the open items that a filter lets through."""
    async with web.as_("viewer") as client:
        answer = await client.get("/api/attention", params=filters)
    assert answer.status_code == 200, answer.text
    return [item["reason"] for item in answer.json()["items"]]


ON_ETGB = ["closing_overdue", "etgb_document_overdue"]
ALL = [*ON_ETGB, "etgb_document_overdue", "first_scan_overdue", "refund_overdue"]
CASES: list[tuple[dict[str, str], list[str]]] = [
    ({}, ALL),
    ({"reason": "refund_overdue"}, ["refund_overdue"]),
    ({"reason": "etgb_overdue"}, []),
    ({"who": "customs"}, ["closing_overdue"]),
    ({"who": "finance"}, ["refund_overdue"]),
    ({"who": "seller"}, []),
    ({"stage": "invoiced"}, ["first_scan_overdue"]),
    ({"stage": "etgb_issued"}, ON_ETGB),
    ({"stage": "vedop_transferred"}, ["etgb_document_overdue", "refund_overdue"]),
    ({"seller": SELLERS[0]}, ["first_scan_overdue"]),
    ({"seller": SELLERS[1]}, ON_ETGB),
    ({"seller": SELLERS[2]}, ["etgb_document_overdue", "refund_overdue"]),
    ({"seller": SELLERS[1], "who": "customs"}, ["closing_overdue"]),
    ({"courier": "pts", "who": "courier"}, ["etgb_document_overdue", "etgb_document_overdue", "first_scan_overdue"]),
    ({"courier": "ups"}, []),
    ({"reason": "", "who": "", "stage": "", "seller": ""}, ALL),
]


@pytest.mark.parametrize(("filters", "expected"), CASES)
async def test_items_are_found_by_what_they_are_about(web: Web, filters: dict[str, str], expected: list[str]) -> None:
    """Those of an ETGB or a claim by the shipments that stand on it, since they have none of their own."""
    assert sorted(await found(web, **filters)) == sorted(expected)


@pytest.mark.parametrize("wrong", [{"reason": "bad mood"}, {"who": "nobody"}, {"stage": "lost"}, {"seller": "\x00"}])
async def test_a_filter_that_means_nothing_is_said(web: Web, wrong: dict[str, str]) -> None:
    """Nobody reads an empty list as good news."""
    async with web.as_("viewer") as client:
        problem(await client.get("/api/attention", params=wrong), 422, "wrong-data")


async def test_pages_go_by_age_without_gap_or_repeat(web: Web) -> None:
    """Oldest first, whatever is filtered; an item says its age, who has to act and what to do, in both languages."""
    seen: list[dict[str, Any]] = []
    cursor = ""
    async with web.as_("viewer") as client:
        while True:
            page = (await client.get("/api/attention", params={"limit": 2, "courier": "pts", "cursor": cursor})).json()
            seen += page["items"]
            cursor = page["next"] or ""
            if not cursor:
                break
        whole = (await client.get("/api/attention", params={"courier": "pts"})).json()["items"]
    assert [item["id"] for item in seen] == [item["id"] for item in whole]
    assert len(seen) == 4
    assert [item["raised_at"] for item in seen] == sorted(item["raised_at"] for item in seen)
    for item in seen:
        text = TEXTS[Reason(item["reason"])]
        assert (item["who"], item["what_to_do"]) == (text.who, {"tr": text.tr, "en": text.en})
        assert (item["etgb"] is None) == item["reason"].startswith("first_scan")


async def test_a_sellers_items_are_found_by_their_seller_however_many_others_there_are(web: Web) -> None:
    """By indexes of the seller's own and of the few about ETGBs: neither all items nor any shipments are gone through."""
    await web.pool.execute(
        """INSERT INTO attention (id, reason, detail, shipment, etgb, occurrences, raised_at)
           SELECT gen_random_uuid(), 'first_scan_overdue', '', s.id, '', 1, now() - n * interval '1 minute'
           FROM shipment s, generate_series(1, 2000) AS n WHERE s.seller = $1""",
        SELLERS[0],
    )
    await web.pool.execute("ANALYZE")
    assert set(await found(web, seller=SELLERS[1])) == set(ON_ETGB)
    query, values = queries._items(resolved=False, limit=51, after=None, filters={"seller": SELLERS[1]})
    plan = "\n".join(row[0] for row in await web.pool.fetch(f"EXPLAIN (COSTS OFF) {query}", *values))
    assert "attention_open_of_seller" in plan, plan
    assert "Seq Scan on attention" not in plan, plan


async def test_an_item_says_whose_it_is(web: Web) -> None:
    """Its shipment's seller, or its claim's; of an ETGB it is nobody's own."""
    rows = await web.pool.fetch("SELECT reason, seller FROM attention WHERE resolved_at IS NULL")
    said_of = {(row["reason"], row["seller"]) for row in rows}
    assert {("first_scan_overdue", SELLERS[0]), ("refund_overdue", SELLERS[2]), ("closing_overdue", None)} <= said_of


async def test_the_broker_hears_what_an_item_is_when_it_comes_and_when_it_goes(web: Web) -> None:
    """Who has to act, what to do, and what it is about; the end names the reason too."""
    at = datetime.now(UTC)
    scan = {"courier": "pts", "tracking_number": "TRK0", "status": "picked_up", "occurred_at": at.isoformat()}
    await web.intake.take([said("courier/pts", "courier.checkpoint.v1", "at last", scan, at=at)])
    rows = await web.pool.fetch("SELECT payload FROM outbox WHERE subject = 'kervan.out.attention' ORDER BY id")
    events = [orjson.loads(row["payload"]) for row in rows]
    raised = {event["data"]["reason"]: event["data"] for event in events if event["type"] == "attention.raised.v1"}
    (gone,) = [event["data"] for event in events if event["type"] == "attention.resolved.v1"]
    first = raised["first_scan_overdue"]
    assert (first["who"], first["shipment_id"]) == ("courier", known_id(0, SELLERS[0]))
    assert set(first["what_to_do"]) == {"tr", "en"}
    assert raised["closing_overdue"]["etgb"] == "26341453EX000001"
    assert len(raised["refund_overdue"]["claim"]) == 36
    assert (gone["item_id"], gone["reason"], gone["who"]) == (first["item_id"], "first_scan_overdue", "courier")
    assert gone["shipment_id"] == first["shipment_id"]
