"""Which filters of a list let few shipments through.

A prepared statement has one plan for every value after a while, and for a value that few shipments have it goes through all of
them; so whether few have it is asked first, and the statement is another one then.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import asyncpg
import orjson

from adapters.database import search

Asking: TypeAlias = "asyncpg.Pool[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]"


async def rare(asking: Asking, filters: Mapping[str, Any], *, names: bool) -> frozenset[str]:
    """The filters that let few through: a search for a name (if it finds people: ``names``), and a finding."""
    found = set()
    pattern = search.part_of_name(filters) if names else None
    if pattern is not None:
        plan = orjson.loads(await asking.fetchval(search.ESTIMATED, pattern))
        if int(plan[0]["Plan"]["Plan Rows"]) < search.FREQUENT:
            found.add("q")
    code = filters.get("finding")
    if code and await asking.fetchval(search.COUNTED, code, search.FREQUENT) < search.FREQUENT:
        found.add("finding")
    return frozenset(found)
