"""Of which ETGBs all lines are of the sellers that whoever asks is bound to; one may cover shipments of several sellers."""

from collections.abc import Iterable
from typing import Final, TypeAlias

import asyncpg

from adapters.database.seller_lock import sellers, unlocked

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_WHOLE: Final = """
SELECT l.etgb FROM etgb_line l LEFT JOIN shipment s ON s.id = l.shipment
WHERE l.etgb = ANY($1::text[]) AND NOT l.taken_off
GROUP BY l.etgb HAVING bool_and(coalesce(s.seller = ANY($2::text[]), false))
"""


@unlocked("whether others have lines on an ETGB is not seen through the lock; only that is told")
async def among(pool: Pool, numbers: Iterable[str]) -> frozenset[str]:
    """Those of some ETGBs on which whoever asks may act as a whole, and read the papers; a line not known yet is another's."""
    asked, bound = set(numbers) - {""}, sellers()
    if not bound or not asked:
        return frozenset(asked)
    return frozenset(row["etgb"] for row in await pool.fetch(_WHOLE, sorted(asked), list(bound)))
