"""Which way to the shipments of a list is the shortest: by a name or a finding first, or through what all else lets in.

A prepared statement has one plan for every value after a while: for one that few shipments have it goes through all of them,
and of one that a fifth have it collects all who do. So it is asked first how many have it, and each way is a statement of its
own.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import asyncpg
import orjson

from adapters.database import search
from adapters.database.search import Way

Asking: TypeAlias = "asyncpg.Pool[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]"

_LEAST = 1000
"""So many are walked through in any case."""


async def ways(
    asking: Asking,
    filters: Mapping[str, Any],
    *,
    names: bool,
    limit: int,
    newest: bool = True,
) -> tuple[dict[str, Way], int]:
    """The ways of a search for a name (if it finds people: ``names``) and of a finding, as :func:`search.ids` takes them.

    Beside them, after how many it is time to turn back from a walk: when it took as long as to collect all who have the name.
    So who is spread unevenly, as a seller who left, costs at most twice what the shorter way does.
    """
    found, most = {}, 0
    pattern = search.part_of_name(filters) if names else None
    if pattern is not None:
        others = {name: value for name, value in filters.items() if name != "q" and value not in (None, "", [], ())}
        whole = await asking.fetchval(search.ALL)
        let_in = whole
        if others:
            query, values = search.ids(others, names=False, limit=int(whole), newest=False)
            let_in = await _estimated(asking, f"EXPLAIN (FORMAT JSON) {query}", *values)
        having = await _estimated(asking, search.ESTIMATED, pattern)
        found["q"], most = shortest(having, let_in, whole, limit, newest=newest), max(int(having), _LEAST)
    code = filters.get("finding")
    if code:
        few = await asking.fetchval(search.COUNTED, code, search.FREQUENT) < search.FREQUENT
        found["finding"] = Way.COLLECTED if few else Way.WALKED
    return found, most


def shortest(having: float, let_in: float, whole: float, limit: int, *, newest: bool) -> Way:
    """The way to ``limit`` shipments that looks at the fewest: so many of the ``whole`` have it, so many all else lets in.

    What has it and what all else lets in is taken to be spread evenly. To have the newest, all who have it are collected before
    the first is known; to count, the first of them will do.
    """
    having, let_in = max(having, 1), max(let_in, 1)
    walked = min(let_in, limit * whole / having)
    if newest:
        return Way.COLLECTED if having <= walked else Way.WALKED
    return Way.STREAMED if min(having, limit * whole / let_in) <= walked else Way.WALKED


async def _estimated(asking: Asking, explained: str, *values: object) -> float:
    """How many rows PostgreSQL expects, by what it keeps of how values are spread; nothing is read."""
    return float(orjson.loads(await asking.fetchval(explained, *values))[0]["Plan"]["Plan Rows"])
