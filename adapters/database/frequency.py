"""Whether few or many have the name that is searched for."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import asyncpg
import orjson

from adapters.database import search

Asking: TypeAlias = "asyncpg.Pool[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]"


async def rare(asking: Asking, filters: Mapping[str, Any], *, names: bool) -> bool:
    """Whether a search finds people (``names``) and few have the name, as far as PostgreSQL knows."""
    pattern = search.part_of_name(filters) if names else None
    if pattern is None:
        return False
    plan = orjson.loads(await asking.fetchval(search.ESTIMATED, pattern))
    return int(plan[0]["Plan"]["Plan Rows"]) < search.FREQUENT
