"""The account of imports, in the tables ``import`` and ``import_line``."""

from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from adapters.database import rows
from adapters.database.seller_lock import sellers, unlocked
from workflow.ports import Clock

_FINISH = """
UPDATE import SET rows = c.rows, taken = c.taken, set_aside = c.set_aside,
    finished_at = CASE WHEN c.rows = c.taken + c.set_aside AND c.rows = coalesce($3::int, c.rows) THEN $2::timestamptz END
FROM (SELECT count(*) AS rows,
             count(*) FILTER (WHERE outcome = 'taken' AND (i.kind <> 'orders' OR s.id IS NOT NULL)) AS taken,
             count(*) FILTER (WHERE outcome = 'set_aside' AND reason <> '') AS set_aside
      FROM import i JOIN import_line l ON l.import_id = i.id LEFT JOIN shipment s ON s.id = l.shipment
      WHERE i.id = $1) AS c
WHERE id = $1 RETURNING import.rows, import.taken, import.set_aside
"""


_SOLD = """
SELECT s.reference, c.consignee_name AS consignee, l.sku, l.quantity, l.unit_price
FROM unnest($2::text[], $3::text[]) AS wanted (name, sku)
JOIN shipment_content c ON c.consignee_name = wanted.name
JOIN shipment s ON s.id = c.shipment AND s.seller = $1 AND s.stage NOT IN ('cancelled', 'returned')
JOIN shipment_line l ON l.shipment = s.id AND l.sku = wanted.sku AND l.kind = 'goods'
"""

_ROWS = """
SELECT i.id::text AS import_id, i.kind, i.file_name, l.row_no, l.outcome, l.reason, l.detail, l.shipment::text, l.raw
FROM import i JOIN import_line l ON l.import_id = i.id
WHERE ($1::uuid IS NULL OR i.id = $1) AND ($2::text = '' OR l.outcome = $2)
ORDER BY i.started_at, i.id, l.row_no
"""


def _now() -> datetime:
    return datetime.now(UTC)


class ImportAccounts:
    """Keeps accounts over a pool.

    Nothing here depends on who came first: two runs over the same file, at once or one after the other's crash, note the
    same rows and end in the same account.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", clock: Clock = _now) -> None:
        """Work on a pool; ``clock`` says when imports begin and end."""
        self._pool, self._clock = pool, clock

    @unlocked("it writes an account of the caller's own")
    async def begin(self, kind: str, owner: str, file_name: str, sha256: str) -> tuple[UUID, bool]:
        """Open an account, or find it; whether it was finished."""
        row = await self._pool.fetchrow(
            """INSERT INTO import AS i (kind, owner, file_name, sha256, rows, taken, set_aside, started_at, sellers)
               VALUES ($1, $2, $3, $4, 0, 0, 0, $5, $6)
               ON CONFLICT (kind, owner, sha256) DO UPDATE SET file_name = i.file_name
               RETURNING id, finished_at""",
            kind,
            owner,
            file_name,
            sha256,
            self._clock(),
            list(sellers()),
        )
        if row is None:
            missing = "the statement returns a row by its nature"
            raise AssertionError(missing)
        return UUID(int=row["id"].int), row["finished_at"] is not None

    @unlocked("it writes to an account of the caller's own")
    async def add(self, import_id: UUID, results: Sequence[Any]) -> None:
        """Note rows (of :class:`adapters.imports.account.RowResult`'s shape), in their order, so that runs do not deadlock."""
        noted = sorted(results, key=lambda r: r.row_no)
        await self._pool.execute(
            """INSERT INTO import_line (import_id, row_no, outcome, reason, detail, shipment, raw)
               SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[])
               ON CONFLICT (import_id, row_no) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason,
                   detail = excluded.detail, shipment = excluded.shipment, raw = excluded.raw""",
            import_id,
            [r.row_no for r in noted],
            [r.outcome for r in noted],
            [r.reason for r in noted],
            [r.detail for r in noted],
            [r.shipment for r in noted],
            [r.raw for r in noted],
        )

    @unlocked("it writes to an account of the caller's own")
    async def warn(self, import_id: UUID, warnings: Sequence[Mapping[str, str]]) -> None:
        """Note what a person should compare; what was noted before is replaced."""
        told = rows.json_text([dict(one) for one in warnings])
        await self._pool.execute("UPDATE import SET warnings = $2::jsonb WHERE id = $1", import_id, told)

    @unlocked("the inbox knows no seller; asked for messages of the caller's own")
    async def decided(self, source: str, message_ids: Sequence[str]) -> dict[str, str]:
        """What was decided on some messages of a source when they first came, by message id."""
        found = await self._pool.fetch(
            "SELECT id, state FROM inbox WHERE source = $1 AND id = ANY($2::text[])", source, list(message_ids)
        )
        return {row["id"]: row["state"] for row in found}

    async def carried(self, courier: str, tracking_numbers: Sequence[str]) -> dict[str, UUID]:
        """The shipments that a courier's tracking numbers stand for; unknown ones are left out."""
        found = await self._pool.fetch(
            "SELECT tracking_number, id FROM shipment WHERE courier = $1 AND tracking_number = ANY($2::text[])",
            courier,
            list(tracking_numbers),
        )
        return {row["tracking_number"]: UUID(int=row["id"].int) for row in found}

    async def unknown(self, seller: str, references: Sequence[str]) -> set[str]:
        """Those of a seller's order numbers under which there is no shipment."""
        query = "SELECT reference FROM shipment WHERE seller = $1 AND reference = ANY($2::text[])"
        return set(references) - {row["reference"] for row in await self._pool.fetch(query, seller, list(references))}

    async def sold(self, seller: str, wanted: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """Lines of a seller's shipments by consignee's name and stock code; of those cancelled or returned none."""
        found = await self._pool.fetch(_SOLD, seller, [name for name, _ in wanted], [sku for _, sku in wanted])
        return [dict(row) for row in found]

    @unlocked("it writes to an account of the caller's own")
    async def finish(self, import_id: UUID, rows: int | None = None) -> dict[str, Any]:
        """Count what is noted, close the account if that agrees (with ``rows``, where given), and give the counts."""
        async with self._pool.acquire() as connection, connection.transaction():
            # an earlier release may have counted the same file's rows otherwise
            await connection.execute("DELETE FROM import_line WHERE import_id = $1 AND row_no > $2", import_id, rows)
            row = await connection.fetchrow(_FINISH, import_id, self._clock(), rows)
        return dict(row) if row is not None else {}

    async def one(self, import_id: UUID) -> dict[str, Any] | None:
        """An import's kind, file and times."""
        row = await self._pool.fetchrow("SELECT kind, file_name, started_at, finished_at FROM import WHERE id = $1", import_id)
        return dict(row) if row is not None else None

    async def totals(self, import_ids: Sequence[UUID]) -> dict[str, Any]:
        """Rows, outcomes, reasons, shipments by stage and by finding of some imports."""
        ids = list(import_ids)
        counts = await self._pool.fetchrow(
            """SELECT coalesce(sum(rows), 0)::int AS rows, coalesce(sum(taken), 0)::int AS taken,
                      coalesce(sum(set_aside), 0)::int AS set_aside FROM import WHERE id = ANY($1::uuid[])""",
            ids,
        )
        warned = await self._pool.fetch(
            """SELECT w.* FROM import i, jsonb_array_elements(i.warnings) AS w
               WHERE i.id = ANY($1::uuid[]) ORDER BY i.started_at""",
            ids,
        )
        reasons = await self._pool.fetch(
            "SELECT reason, count(*) AS n FROM import_line WHERE import_id = ANY($1::uuid[]) AND reason <> '' GROUP BY 1",
            ids,
        )
        mine = "SELECT DISTINCT shipment FROM import_line WHERE import_id = ANY($1::uuid[]) AND shipment IS NOT NULL"
        stages = await self._pool.fetch(
            f"SELECT stage, count(*) AS n FROM shipment WHERE id IN ({mine}) GROUP BY 1",  # noqa: S608 - constants
            ids,
        )
        findings = await self._pool.fetch(
            f"""SELECT code, count(DISTINCT shipment) AS n FROM finding
                WHERE severity = 'block' AND shipment IN ({mine}) GROUP BY 1""",  # noqa: S608 - constants
            ids,
        )
        return {
            **(dict(counts) if counts is not None else {}),
            "warnings": [rows.json_object(row["value"]) for row in warned],
            "reasons": Counter({row["reason"]: row["n"] for row in reasons}),
            "stages": Counter({row["stage"]: row["n"] for row in stages}),
            "findings": Counter({row["code"]: row["n"] for row in findings}),
        }

    async def lines(self, import_id: UUID, limit: int, after: int, outcome: str = "") -> list[dict[str, Any]]:
        """A page of an import's rows; ``outcome`` is ``taken``, ``set_aside``, or any."""
        found = await self._pool.fetch(
            """SELECT row_no, outcome, reason, detail, shipment, raw FROM import_line
               WHERE import_id = $1 AND row_no > $2 AND ($4::text = '' OR outcome = $4) ORDER BY row_no LIMIT $3""",
            import_id,
            after,
            limit,
            outcome,
        )
        return [{**dict(row), "shipment": str(row["shipment"]) if row["shipment"] else None} for row in found]

    async def rows(self, import_id: UUID | None, outcome: str) -> AsyncGenerator[dict[str, Any], None]:
        """The rows of one import or of all, oldest first, some at a time; ``outcome`` is ``taken``, ``set_aside``, or any."""
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            # it locks nothing, and whoever downloads may take his time
            await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            found = connection.cursor(_ROWS, import_id, outcome, prefetch=1000)
            async for row in found:
                yield dict(row)
