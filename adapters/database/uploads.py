"""Files that somebody looks at before they are imported: kept for a day at most, for who uploaded them alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import orjson

from adapters.database import rows
from adapters.database.seller_lock import sellers, unlocked
from workflow.errors import Pair

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

KEPT = timedelta(days=1)

_KEEP = """
INSERT INTO upload (by, kind, name, content, catalogue, beside, at) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7) RETURNING id
"""
_IMPORTS = """
SELECT i.*, l.noted, u.id AS upload FROM import i
CROSS JOIN LATERAL (SELECT count(*) AS noted FROM import_line WHERE import_id = i.id AND i.finished_at IS NULL) l
LEFT JOIN LATERAL (SELECT id FROM upload WHERE import_id = i.id ORDER BY at DESC LIMIT 1) u ON true
WHERE ($2::timestamptz IS NULL OR (i.started_at, i.id) < ($2, $3::uuid)) AND ($4::uuid IS NULL OR i.id = $4)
    AND ($5::text[] = '{}' OR i.sellers <> '{}' AND i.sellers <@ $5 OR i.kind = 'orders' AND i.owner = ANY($5))
ORDER BY i.started_at DESC, i.id DESC LIMIT $1
"""
_SELLER = """
SELECT c.terms -> 'seller' FROM shipment s JOIN shipment_content c ON c.shipment = s.id
WHERE s.seller = $1 ORDER BY s.created_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits to be imported, or is being imported as ``import_id``."""

    id: UUID
    by: str
    kind: str
    name: str
    content: bytes
    catalogue: bytes
    beside: dict[str, Any]
    at: datetime
    import_id: UUID | None
    problem: Pair | None
    """What stood against the last attempt to import it."""


@unlocked("a file is for who uploaded it alone, who is asked for")
async def keep(
    pool: Pool, *, by: str, kind: str, name: str, content: bytes, catalogue: bytes, beside: Mapping[str, Any], now: datetime
) -> UUID:
    """Keep a file, and forget those that are older than a day."""
    await pool.execute("DELETE FROM upload WHERE at < $1", now - KEPT)
    made = await pool.fetchval(_KEEP, by, kind, name, content, catalogue, rows.json_text(dict(beside)), now)
    return UUID(int=made.int)


@unlocked("a file is for who uploaded it alone, who is asked for")
async def find(pool: Pool, upload: UUID, by: str) -> Upload | None:
    """A file that this user uploaded."""
    row = await pool.fetchrow("SELECT * FROM upload WHERE id = $1 AND by = $2", upload, by)
    if row is None:
        return None
    named = UUID(int=row["import_id"].int) if row["import_id"] is not None else None
    return Upload(
        UUID(int=row["id"].int),
        row["by"],
        row["kind"],
        row["name"],
        row["content"],
        row["catalogue"],
        rows.json_object(row["beside"]),
        row["at"],
        named,
        _texts(row["problem"]),
    )


@unlocked("it writes; whose file it is was asked before")
async def say(pool: Pool, upload: UUID, beside: Mapping[str, Any]) -> None:
    """Keep what is said of a file now; what stood against it before may be gone by it."""
    await pool.execute("UPDATE upload SET beside = $2::jsonb, problem = '' WHERE id = $1", upload, rows.json_text(dict(beside)))


@unlocked("it writes; whose file it is was asked before")
async def began(pool: Pool, upload: UUID, import_id: UUID) -> None:
    """Note as which import a file is being imported."""
    await pool.execute("UPDATE upload SET import_id = $2 WHERE id = $1", upload, import_id)


@unlocked("it writes; whose file it is was asked before")
async def failed(pool: Pool, upload: UUID, problem: Pair) -> None:
    """Note why a file could not be imported, in both languages, since whoever reads it may choose the other."""
    told = [text[:2000] for text in problem]
    await pool.execute("UPDATE upload SET problem = $2 WHERE id = $1", upload, orjson.dumps(told).decode())


def _texts(kept: str) -> Pair | None:
    """What was noted; a release before wrote English alone, and files are kept for a day."""
    if not kept:
        return None
    if not kept.startswith("["):
        return kept, kept
    tr, en = orjson.loads(kept)
    return tr, en


@unlocked("it writes; whose file it is was asked before")
async def forget(pool: Pool, upload: UUID) -> None:
    """Forget a file: it is imported, or not wanted."""
    await pool.execute("DELETE FROM upload WHERE id = $1", upload)


async def imports(
    pool: Pool, limit: int, after: tuple[datetime, UUID] | None = None, only: UUID | None = None
) -> list[dict[str, Any]]:
    """Imports, the newest first; of one that is not finished, how many rows are noted so far, and its file if it is kept."""
    found = await pool.fetch(_IMPORTS, limit, *(after or (None, None)), only, list(sellers()))
    return [{**dict(row), "id": str(row["id"])} for row in found]


async def seller(pool: Pool, tax_number: str) -> dict[str, Any]:
    """A seller as its latest order has it; empty where none is known."""
    return rows.json_object(await pool.fetchval(_SELLER, tax_number))
