"""Lists are narrowed by what stands beside the shipments, and that is always what the shipments are."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from adapters.database import frequency, listing, queries, search
from adapters.database.search import Way
from events.intake import Intake
from tests.integration.plans import plans_of
from tests.stories import SELLER, draft, invoice, ref, said, story
from workflow.stages import Stage

_TRAITS = """
SELECT trait, created_at, shipment, since FROM shipment_trait ORDER BY 1, 2, 3
"""
_WHAT_THEY_ARE = """
SELECT v.trait, s.created_at, s.id AS shipment, v.since FROM shipment s, LATERAL (VALUES ('stage:' || s.stage, s.stage_since),
    ('delivery:' || s.delivery_status, NULL), ('courier:' || nullif(s.courier, ''), NULL),
    ('ettn:' || upper(nullif(s.invoice_ettn, '')), NULL), (CASE WHEN s.overdue THEN 'late' END, NULL),
    ('day:' || s.seller || ':' || to_char(coalesce(s.invoice_issued_on, s.planned_on), 'YYYY-MM-DD'), NULL)) AS v(trait, since)
WHERE v.trait IS NOT NULL ORDER BY 1, 2, 3
"""
_COUNTS = """
SELECT stage, sum(shipments) AS n, sum(overdue) AS late FROM stage_count GROUP BY stage
HAVING sum(shipments) <> 0 OR sum(overdue) <> 0 ORDER BY 1
"""
_COUNTED = "SELECT stage, count(*) AS n, count(*) FILTER (WHERE overdue) AS late FROM shipment GROUP BY stage ORDER BY 1"


async def agree(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    """Traits and counters are those of the shipments."""
    assert await pool.fetch(_TRAITS) == await pool.fetch(_WHAT_THEY_ARE)
    assert await pool.fetch(_COUNTS) == await pool.fetch(_COUNTED)


async def test_traits_and_counters_are_those_of_the_shipments(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake
) -> None:
    """Whatever comes, in whatever batches: journeys, a cancelled invoice, an amended draft, a return, a cancellation."""
    for n in range(6):
        for arrival in list(story(n))[: n + 2]:
            await intake.take([arrival])
            await agree(connections)
    more = [arrival for n in range(6, 20) for arrival in list(story(n))[:5]]
    more += [
        said("orders/shop", "shipment.drafted.v1", "a1", draft("kept-back", gross_weight_kg="900")),
        said("orders/shop", "shipment.drafted.v1", "a2", draft("called-off")),
        said(
            "ops/someone", "shipment.cancel.v1", "a3", {"shipment": ref("called-off"), "reason": "the buyer does not want it"}
        ),
        said("orders/shop", "shipment.drafted.v1", "a4", draft("billed-twice")),
        said("invoicing/file", "invoice.issued.v1", "a5", invoice("billed-twice", 900)),
        said(
            "invoicing/file",
            "invoice.cancelled.v1",
            "a6",
            {"shipment": ref("billed-twice"), "number": "ABC2026000000900", "reason": "portal"},
        ),
    ]
    await intake.take(more)
    await agree(connections)
    assert {row["stage"] for row in await connections.fetch(_COUNTED)} >= {Stage.DRAFT, Stage.CANCELLED, Stage.ETGB_ISSUED}


async def test_workers_count_side_by_side(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake) -> None:
    """A transaction that has moved a shipment and stays open keeps no other from moving one between the same stages."""
    await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"d{n}")) for n in range(2)])
    ids = [row["id"] for row in await connections.fetch("SELECT id FROM shipment ORDER BY id")]
    move = "UPDATE shipment SET stage = 'cancelled' WHERE id = $1"
    async with connections.acquire() as one, connections.acquire() as other, one.transaction():
        await one.execute(move, ids[0])
        async with asyncio.timeout(10), other.transaction():
            await other.execute(move, ids[1])
    await agree(connections)


async def test_a_move_finds_the_traits_by_their_key(database_url: str, intake: Intake) -> None:
    """What a shipment was is taken away by the whole key, the trait among it: else a move costs what all shipments do."""
    await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"d{n}")) for n in range(2)])
    plans = await plans_of(database_url, "UPDATE shipment SET stage = 'cancelled'")
    [taken_away] = [plan for plan in plans if "DELETE FROM shipment_trait" in plan]
    assert "Index Cond: ((trait = " in taken_away, taken_away


async def test_a_shipment_that_is_gone_is_counted_no_more(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake) -> None:
    """Rows that are deleted by hand, as the law on personal data may ask, take their traits with them."""
    await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"d{n}")) for n in range(3)])
    await connections.execute("DELETE FROM shipment WHERE reference = 'd1'")
    await agree(connections)


@pytest.mark.parametrize(
    ("given", "references"),
    [
        ({"q": "çi"}, ["d1"]),
        ({"q": "ıŞ"}, ["d2"]),
        ({"q": "ığ"}, []),
        ({"q": "çığ"}, ["d1"]),
        ({"q": "ışık"}, ["d2"]),
        ({"q": "igde"}, []),
        ({"q": "D0"}, ["d0"]),
        ({"q": "örnek"}, ["d2", "d1", "d0"]),
        ({"q": "örnek", "country": "FR"}, ["d1"]),
        ({"q": "100%"}, []),
        ({"stage": "validated", "attention": False}, ["d2", "d1", "d0"]),
        ({"stage": "invoiced"}, []),
        ({"country": "FR", "overdue": False}, ["d1"]),
        ({"attention": True}, []),
        ({"overdue": True}, []),
        ({"seller": SELLER, "courier": "pts"}, []),
    ],
)
async def test_what_finds_whom(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, given: dict[str, Any], references: list[str]
) -> None:
    """Names are found by any part of three letters or more, by how a word begins below that; the count is the list's."""
    people = [("Erika Mustermann", "DE"), ("Çiğdem Çığır", "FR"), ("Işıl Işık", "DE")]
    for n, (name, country) in enumerate(people):
        to = {"name": name, "address": {"city": "Berlin", "country": country}}
        await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"d{n}", consignee=to))])
    found = await listing.page(connections, given, 10)
    assert [row["reference"] for row in found] == references
    assert [row["reference"] for row in await queries.shipments(connections, given, 10, None)] == references
    assert await listing.count(connections, given, names=True, most=10) == len(references)
    assert [reference for _, _, reference in await listing.by_stage(connections, given, names=True, most=10)] == references


async def test_each_number_of_a_shipment_finds_it(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake) -> None:
    """Reference, tracking, invoice, ETTN and ETGB numbers, written small or large; a number that it had no more does not."""
    await intake.take([arrival for n in (1, 2) for arrival in list(story(n))[:5]])
    taken_back = {"shipment": ref("billed"), "number": "ABC2026000000900", "reason": "portal"}
    await intake.take(
        [
            said("orders/shop", "shipment.drafted.v1", "b1", draft("billed")),
            said("invoicing/file", "invoice.issued.v1", "b2", invoice("billed", 900)),
            said("invoicing/file", "invoice.cancelled.v1", "b3", taken_back),
        ]
    )
    row = await connections.fetchrow("SELECT * FROM shipment WHERE reference = 'order-1'")
    assert row is not None
    for column in ("reference", "tracking_number", "invoice_number", "invoice_ettn", "etgb_number"):
        for said_as in (row[column].upper(), row[column].lower()):
            found = await queries.shipments(connections, {"q": said_as}, 10, None, names=False)
            assert "order-1" in {one["reference"] for one in found}, said_as
            assert (len(found) == 1) == (column != "invoice_ettn")  # the stories' ETTN is one for all
    assert await queries.shipments(connections, {"q": "ABC2026000000900"}, 10, None) == []


async def test_pages_follow_each_other_within_each_filter(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake) -> None:
    """Page after page gives each shipment once, newest first, also by traits and where two ways of searching meet."""
    await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"örnek-{n}")) for n in range(7)])
    await intake.take([said("orders/shop", "shipment.drafted.v1", "x", draft("örnek"))])
    given: list[dict[str, Any]] = [{}, {"stage": "validated"}, {"q": "örnek"}, {"q": "örnek", "stage": "validated"}]
    for filters in given:
        rows = [row async for some in listing.every(connections, filters, names=True, most=100, at_once=3) for row in some]
        keys = [(row["created_at"], row["id"]) for row in rows]
        assert keys == sorted(set(keys), reverse=True)
        assert len(keys) == 8, filters
    assert (datetime.now(UTC) - rows[-1]["created_at"]).days == 0


@pytest.mark.parametrize("q", ["Mehmet Yılmaz", "giulia bakker", "akker", "nobody at all"])
async def test_a_name_is_found_in_the_way_that_suits_how_many_have_it(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, monkeypatch: pytest.MonkeyPatch, q: str
) -> None:
    """All who have a rare name are found first, many by going through the newest; both ways find the same, page by page."""
    people = ["Giulia Bakker" if n == 7 else "Mehmet Yılmaz" for n in range(40)]
    address = {"line": "Hauptstr. 5", "city": "Berlin", "postcode": "10115", "country": "DE"}
    told = [draft(f"d{n}", consignee={"name": name, "address": address}) for n, name in enumerate(people)]
    await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", one) for n, one in enumerate(told)])
    await connections.execute("ANALYZE shipment_content")
    await connections.execute("ANALYZE shipment")
    expected = Way.COLLECTED if q != "Mehmet Yılmaz" else Way.WALKED
    assert (await frequency.ways(connections, {"q": q}, names=True, limit=25))[0] == {"q": expected}
    assert (await frequency.ways(connections, {"q": q}, names=False, limit=25))[0] == {}
    found: dict[str, list[Any]] = {}
    for way in Way:
        monkeypatch.setattr(frequency, "shortest", lambda *_, newest, way=way: way)  # noqa: ARG005
        page = await listing.page(connections, {"q": q}, 25)
        after = (page[-1]["created_at"], page[-1]["id"]) if page else None
        second = await listing.page(connections, {"q": q}, 25, after)
        counted = await listing.count(connections, {"q": q}, names=True, most=100)
        found[way] = [*(row["reference"] for row in (*page, *second)), counted]
    assert found[Way.COLLECTED] == found[Way.WALKED] == found[Way.STREAMED]
    assert found[Way.WALKED][-1] == sum(q.casefold().replace("ı", "i") in one.casefold().replace("ı", "i") for one in people)


async def test_a_finding_is_found_in_the_way_that_suits_how_many_have_it(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that nobody has, too, for which all shipments would be gone through else."""
    line = {"kind": "goods", "sku": "A1", "description": "T-SHIRT", "gtip": "6109", "quantity": "1", "unit_price": "5"}
    for n in range(6):
        told = draft(f"d{n}") | ({"lines": [line]} if n % 2 else {})
        await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", told)])
    codes = [row["code"] for row in await connections.fetch("SELECT DISTINCT code FROM finding ORDER BY code")]
    assert codes
    for code in (*codes, "NONE999"):
        found = []
        for least, way in ((1000, Way.COLLECTED), (0, Way.WALKED)):
            monkeypatch.setattr(search, "FREQUENT", least)
            assert (await frequency.ways(connections, {"finding": code}, names=True, limit=51))[0] == {"finding": way}
            found.append([row["reference"] for row in await listing.page(connections, {"finding": code}, 51)])
        whose = await connections.fetch(
            """SELECT DISTINCT s.reference, s.created_at FROM finding f JOIN shipment s ON s.id = f.shipment
               WHERE f.code = $1 ORDER BY 2 DESC""",
            code,
        )
        assert found == [[row["reference"] for row in whose]] * 2


@pytest.mark.parametrize(
    ("having", "let_in", "limit", "newest", "way"),
    [
        (2_000, 1_000_000, 51, True, Way.COLLECTED),
        (25_000, 1_000_000, 51, True, Way.WALKED),
        (25_000, 4_000, 51, True, Way.WALKED),
        (300, 4_000, 51, True, Way.COLLECTED),
        (0, 1_000_000, 51, True, Way.COLLECTED),
        (0, 0, 51, True, Way.COLLECTED),
        (200_000, 1_000_000, 1001, False, Way.STREAMED),
        (25_000, 900_000, 1001, False, Way.STREAMED),
        (25_000, 4_000, 1001, False, Way.WALKED),
    ],
)
def test_the_way_is_taken_on_which_the_fewest_shipments_are_looked_at(
    having: int, let_in: int, limit: int, newest: bool, way: Way
) -> None:
    """Of a million: few are collected, many are met on the way, the first who will do are counted."""
    assert frequency.shortest(having, let_in, 1_000_000, limit, newest=newest) is way


@pytest.mark.parametrize("given", [{}, {"stage": "validated"}, {"overdue": False, "country": "DE"}])
async def test_a_walk_that_meets_nobody_for_long_turns_back(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    """Who have the name are the oldest: all are found, on every page, wherever the walk ends."""
    address = {"line": "Hauptstr. 5", "city": "Berlin", "postcode": "10115", "country": "DE"}
    for n in range(12):
        name = "Mehmet Yılmaz" if n < 5 else "Giulia Bakker"
        told = draft(f"d{n}", consignee={"name": name, "address": address})
        await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", told)])
    monkeypatch.setattr(frequency, "shortest", lambda *_, newest: Way.WALKED)  # noqa: ARG005
    for most in (1, 7, 8, 11, 12, 100):
        monkeypatch.setattr(frequency, "_LEAST", most)
        pages = [
            row
            async for some in listing.every(connections, given | {"q": "mehmet"}, names=True, most=100, at_once=2)
            for row in some
        ]
        assert [row["reference"] for row in pages] == ["d4", "d3", "d2", "d1", "d0"], most


@pytest.mark.parametrize("given", [{"q": "mehmet"}, {"q": "mehmet", "stage": "validated"}, {"finding": "LINE004"}])
async def test_no_plan_collects_what_many_have(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, given: dict[str, Any]
) -> None:
    """Whatever PostgreSQL takes for likely: it is left no way to the index of names or of findings."""
    await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"d{n}")) for n in range(3)])
    query, values = search.walk(given, limit=51, most=1000)
    if "q" not in given:
        query, values = search.ids(given, names=True, limit=51, ways={"finding": Way.WALKED})
    async with connections.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off")
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN (COSTS OFF) {query}", *values))
    assert "SubPlan" in plan, plan
    assert "shipment_content_names" not in plan, plan
    assert "finding_code" not in plan, plan


@pytest.mark.parametrize("way", ["number", "name", "finding"])
async def test_of_few_shipments_it_is_looked_up_whether_they_are_in_a_stage(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, way: str
) -> None:
    """Whatever PostgreSQL takes for likely: it is left no way through all that are in it."""
    await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"d{n}")) for n in range(3)])
    given = {"number": {"q": "d1"}, "name": {"q": "mehmet"}, "finding": {"finding": "LINE004"}}[way]
    chosen = {} if way == "number" else dict.fromkeys(("q", "finding"), Way.COLLECTED)
    query, values = search.ids(given | {"stage": "draft", "courier": "x"}, names=way == "name", limit=51, ways=chosen)
    async with connections.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off")
        plan = [row[0] for row in await connection.fetch(f"EXPLAIN (COSTS OFF) {query}", *values)]
    looks = [line for line in plan if "(trait = " in line]
    assert looks
    assert all("created_at = s" in line and "shipment = s" in line for line in looks if "ettn" not in line), looks
