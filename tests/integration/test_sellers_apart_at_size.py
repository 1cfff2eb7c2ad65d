"""With many sellers beside them, what somebody bound asks goes by indexes, and what everybody else asks is as it was."""

from typing import Any

import pytest

from adapters.database import found, listing, overview, queries, search, seller_lock
from tests.integration.http_app import Web
from tests.integration.two_sellers import A, B, many, two
from tests.stories import SELLERS, sellers

LARGE = ("shipment", "shipment_content", "shipment_line", "shipment_key", "shipment_trait", "finding", "transition")
_FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"stage": "draft"},
    {"q": "m-77"},
    {"q": "Abcde"},
    {"country": "DE", "attention": False},
    {"overdue": True},
)


@pytest.fixture
async def full(web: Web) -> Web:
    """Two sellers among a hundred: 600 shipments of one, 2,000 of the other, 40 of each of the rest."""
    there = await two(web)
    rest = {one: 40 for one in sellers(100) if one not in SELLERS}
    await many(web.pool, there.a.shipment, {A: 600, B: 2000} | rest)
    return web


async def plan(web: Web, query: str, *values: Any) -> str:
    """The plan of a query as its asker has it."""
    async with web.pool.acquire() as connection:
        return "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN (COSTS OFF) {query}", *values))


async def test_what_somebody_bound_asks_goes_by_indexes(full: Web) -> None:
    """No list, search or count of theirs reads a table of all sellers through."""
    token = seller_lock.bind((A,))
    try:
        for filters in _FILTERS:
            query, values = await found.ids(full.pool, filters, names=True, limit=51)
            rows = f"{listing._ROW} WHERE s.id IN (SELECT id FROM ({query}) AS found) {search.NEWEST} LIMIT 51"
            seen = await plan(full, rows, *values)
            assert not [table for table in LARGE if f"Seq Scan on {table}" in seen], (filters, seen)
            with seller_lock.lifted("to see the plan of what is asked past the lock"):
                query, values = search.ids({**filters, "sellers": [A]}, names=True, limit=51)
                seen = await plan(full, query, *values)
            # a name that most have is looked for in so small a table as it stands; otherwise its index is taken
            read = LARGE if "q" not in filters else tuple(one for one in LARGE if one != "shipment_content")
            assert not [table for table in read if f"Seq Scan on {table} " in seen], (filters, seen)
        asked: tuple[tuple[Any, ...], ...] = (
            (queries._COUNTS_OF, [A]),
            (overview._NEEDING, [A]),
        )
        for query, *values in asked:
            seen = await plan(full, query, *values)
            assert not [table for table in LARGE if f"Seq Scan on {table}" in seen], seen
        counted = await queries.stages(full.pool)
        assert sum(row["count"] for row in counted) == 603
        assert await listing.count(full.pool, {}, names=True, most=1001) == 603
    finally:
        seller_lock.unbind(token)


async def test_everybody_else_pays_nothing(full: Web) -> None:
    """Unbound, no policy stands in a plan."""
    for filters in _FILTERS:
        query, values = await found.ids(full.pool, filters, names=True, limit=51)
        seen = await plan(
            full,
            f"{listing._ROW} WHERE s.id IN (SELECT id FROM ({query}) AS found) {search.NEWEST} LIMIT 51",
            *values,
        )
        assert seller_lock.SETTING not in seen
        assert "whole" not in seen
