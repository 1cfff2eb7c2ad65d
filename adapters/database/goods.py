"""What goods the installation's shipments have declared."""

import asyncpg

from adapters.database.seller_lock import sellers

_NEWEST_SHIPMENTS, _MOST_USED = 10_000, 5_000

USED = """
SELECT l.description_tr, l.gtip, count(*) AS uses
FROM (SELECT id FROM shipment ORDER BY created_at DESC, id DESC LIMIT $1) AS s
CROSS JOIN LATERAL (SELECT * FROM shipment_line WHERE shipment = s.id OFFSET 0) AS l
WHERE l.kind = 'goods' AND l.description_tr <> '' AND l.gtip ~ '^[0-9]{12}$'
GROUP BY l.description_tr, l.gtip ORDER BY uses DESC, l.description_tr, l.gtip LIMIT $2
"""
"""``OFFSET 0`` keeps the look-up by shipment: joined freely, all lines of all shipments are read to find these."""


USED_OF = USED.replace("FROM shipment ORDER BY", "FROM shipment WHERE seller = ANY($3::text[]) ORDER BY")
"""The same of some sellers' newest shipments."""


async def used(pool: "asyncpg.Pool[asyncpg.Record]") -> list[tuple[str, str, int]]:
    """Turkish description, GTİP and how often, the most used first.

    Looks at the newest ten thousand shipments only, by the index, so that it costs the same however many there are.
    """
    bound = list(sellers())
    asked = (USED_OF, _NEWEST_SHIPMENTS, _MOST_USED, bound) if bound else (USED, _NEWEST_SHIPMENTS, _MOST_USED)
    return [(row[0], row[1], row[2]) for row in await pool.fetch(*asked)]
