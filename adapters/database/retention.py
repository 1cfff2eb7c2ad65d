"""What a retention policy removes, a bounded batch at a time."""

from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import consignees
from workflow.personal import ERASED

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

TURN: Final = 0x72657461696E  # "retain": one process at a time

ROWS: Final[dict[str, tuple[str, str]]] = {
    "sessions": (
        """console_session WHERE token IN (SELECT token FROM console_session
            WHERE least(coalesce(ended_at, expires_at), expires_at) < $1 LIMIT $2)""",
        "",
    ),
    "answers": (
        "idempotency WHERE (api_key, key) IN (SELECT api_key, key FROM idempotency WHERE created_at < $1 LIMIT $2)",
        "",
    ),
    "webhooks": ("webhook WHERE digest IN (SELECT digest FROM webhook WHERE handled_at < $1 ORDER BY handled_at LIMIT $2)", ""),
    "imported_rows": (
        f"""import_line WHERE (import_id, row_no) IN (SELECT l.import_id, l.row_no FROM import_line l
            JOIN import i ON i.id = l.import_id WHERE i.started_at < $1 AND l.raw NOT IN ('', '{ERASED}') LIMIT $2)""",  # noqa: S608 - constants
        f"raw = '{ERASED}'",
    ),
    "refused_messages": (
        f"""refused WHERE id IN (SELECT id FROM refused WHERE refused_at < $1 AND state <> 'refused'
            AND body <> convert_to('{ERASED}', 'UTF8') LIMIT $2)""",  # noqa: S608 - constants
        f"body = convert_to('{ERASED}', 'UTF8')",
    ),
}
"""For each matter that is rows of one table: which rows, and what of them is replaced, or nothing where they go."""

_CONSIGNEES = f"""
SELECT s.id FROM shipment s JOIN shipment_content c ON c.shipment = s.id LEFT JOIN claim k ON k.id = s.claim
WHERE s.stage IN ('cancelled', 'returned', 'refund_filed') AND s.stage_since < $1 AND s.created_at < $1
    AND c.consignee_name <> '{ERASED}' AND (k.id IS NULL OR coalesce(k.rest, k.status) IN ('paid', 'reversed'))
ORDER BY s.created_at LIMIT $2
"""  # noqa: S608 - constants
_DOCUMENTS = "SELECT id FROM document WHERE keep_until < $1::timestamptz AT TIME ZONE 'Europe/Istanbul' LIMIT $2"


async def rows(pool: Pool, matter: str, before: datetime, limit: int, *, dry: bool) -> int:
    """Remove, or replace, rows of a matter that are older than ``before``; how many. ``dry``: only count, all of them."""
    which, replaced = ROWS[matter]
    if dry:
        counted: int = await pool.fetchval(f"SELECT count(*) FROM {which}", before, None)  # noqa: S608 - constants
        return counted
    table, _, condition = which.partition(" ")
    statement = f"UPDATE {table} SET {replaced} {condition}" if replaced else f"DELETE FROM {which}"  # noqa: S608 - constants
    return int((await pool.execute(statement, before, limit)).rpartition(" ")[2])


async def old_consignees(pool: Pool, before: datetime, limit: int | None) -> list[UUID]:
    """Shipments that ended before then, whose consignee is still known and needed no more."""
    return [row["id"] for row in await pool.fetch(_CONSIGNEES, before, limit)]


async def old_documents(pool: Pool, before: datetime, limit: int | None) -> list[UUID]:
    """Documents whose last day was before that of ``before`` in Istanbul."""
    return [row["id"] for row in await pool.fetch(_DOCUMENTS, before, limit)]


async def forget_documents(pool: Pool, ids: list[UUID]) -> list[str]:
    """Remove rows of documents; which contents no row names any more."""
    async with pool.acquire() as connection, connection.transaction():
        return await consignees.forget_documents(connection, ids)
