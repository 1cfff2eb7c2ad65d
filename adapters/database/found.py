"""Which shipments a list or a count is of, for whoever asks: by how rare a name is, and of those they are bound to alone.

Behind the second lock no index on what :data:`adapters.database.search.NUMBERED` or ``FOLDED`` makes of a column can be used,
since a function that is not leakproof may see no row before the policy has let it through. So for somebody who is bound to
sellers it is asked past it, of their sellers alone, which shipments they are; what is shown of them is read through it.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import asyncpg

from adapters.database import frequency, search
from adapters.database.search import NEWEST, Cursor, Way
from adapters.database.seller_lock import lifted, sellers

_NOBODY: Final = UUID(int=0)


async def ids(
    pool: "asyncpg.Pool[asyncpg.Record]",
    filters: Mapping[str, Any],
    *,
    names: bool,
    limit: int,
    after: Cursor | None = None,
    newest: bool = True,
) -> tuple[str, list[Any]]:
    """As :func:`adapters.database.search.ids`."""
    bound = list(sellers())
    if not bound:
        ways, most = await frequency.ways(pool, filters, names=names, limit=limit, newest=newest)
        if not (newest and ways.get("q") is Way.WALKED):
            return search.ids(filters, names=names, limit=limit, after=after, newest=newest, ways=ways)
        found = await _newest(pool, filters, ways, most, names=names, limit=limit, after=after)
    else:
        with lifted("which shipments a search finds; what is shown of them is read through the lock"):
            theirs = {**filters, "sellers": bound}
            ways, most = await frequency.ways(pool, theirs, names=names, limit=limit)
            found = await _newest(pool, theirs, ways, most, names=names, limit=limit, after=after)
    # in no order: whoever shows them sorts them, and asked for one PostgreSQL goes through the newest to find them
    return search.ids({"ids": found or [_NOBODY]}, names=False, limit=limit, newest=False)


async def _newest(
    pool: "asyncpg.Pool[asyncpg.Record]",
    filters: Mapping[str, Any],
    ways: dict[str, Way],
    most: int,
    *,
    names: bool,
    limit: int,
    after: Cursor | None,
) -> list[UUID]:
    """The newest that filters let through; where a walk has not met enough who have a name, by collecting all who do."""
    if ways.get("q") is not Way.WALKED:
        query, values = search.ids(filters, names=names, limit=limit, after=after, ways=ways)
        return [one for _, one in await _page(pool, query, values, limit)]
    met = await _page(pool, *search.walk(filters, limit=limit, most=most, after=after), limit)
    if len(met) < limit and await _goes_on(pool, filters, most, after):
        return await _newest(pool, filters, ways | {"q": Way.COLLECTED}, most, names=names, limit=limit, after=after)
    numbered = await _page(pool, *search.ids(filters, names=False, limit=limit, after=after), limit)
    return [one for _, one in sorted({*met, *numbered}, reverse=True)[:limit]]


async def _page(pool: "asyncpg.Pool[asyncpg.Record]", query: str, values: list[Any], limit: int) -> list[Cursor]:
    """When the newest of what a query finds were made, and which they are."""
    found = await pool.fetch(f"SELECT * FROM ({query}) AS s {NEWEST} LIMIT {limit:d}", *values)  # noqa: S608 - ours
    return [(row["created_at"], UUID(int=row["id"].int)) for row in found]


async def _goes_on(pool: "asyncpg.Pool[asyncpg.Record]", filters: Mapping[str, Any], most: int, after: Cursor | None) -> bool:
    """Whether there are more shipments to look at than were walked through."""
    others = {name: value for name, value in filters.items() if name != "q"}
    query, values = search.ids(others, names=False, limit=most + 1, after=after)
    return bool(await pool.fetchval(f"SELECT count(*) > {most:d} FROM ({query}) AS walked", *values))  # noqa: S608 - ours
