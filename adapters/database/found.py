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
from adapters.database.search import NEWEST, Cursor
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
        ways = await frequency.ways(pool, filters, names=names, limit=limit, newest=newest)
        return search.ids(filters, names=names, limit=limit, after=after, newest=newest, ways=ways)
    with lifted("which shipments a search finds; what is shown of them is read through the lock"):
        theirs = {**filters, "sellers": bound}
        ways = await frequency.ways(pool, theirs, names=names, limit=limit)
        query, values = search.ids(theirs, names=names, limit=limit, after=after, ways=ways)
        rows = await pool.fetch(f"SELECT id FROM ({query}) AS s {NEWEST} LIMIT {limit:d}", *values)  # noqa: S608 - ours
    return search.ids({"ids": [row["id"] for row in rows] or [_NOBODY]}, names=False, limit=limit, newest=newest)
