"""The list of documents: whose they are, what they are called, how long they are kept. Their content lies in a folder."""

from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from workflow.documents import LABELS, DocumentKind, keep_until
from workflow.values import istanbul_day

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_ENTER = """
INSERT INTO document (shipment, kind, name, media_type, sha256, size, source, created_at, keep_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (shipment, kind, sha256) DO NOTHING
"""


async def enter(
    pool: Pool,
    shipment: UUID,
    kind: DocumentKind,
    *,
    name: str,
    media_type: str,
    sha256: str,
    size: int,
    source: str,
    now: datetime,
) -> None:
    """Enter a document whose content is kept already; the same one again changes nothing."""
    until = keep_until(kind, istanbul_day(now))
    await pool.execute(_ENTER, shipment, kind, name, media_type, sha256, size, source, now, until)


async def of_shipment(pool: Pool, shipment: UUID) -> list[dict[str, Any]]:
    """The documents of a shipment, oldest first."""
    rows = await pool.fetch("SELECT * FROM document WHERE shipment = $1 ORDER BY created_at, id", shipment)
    return [_shown(row) for row in rows]


async def one(pool: Pool, shipment: UUID, document: UUID) -> dict[str, Any] | None:
    """One document of a shipment."""
    row = await pool.fetchrow("SELECT * FROM document WHERE shipment = $1 AND id = $2", shipment, document)
    return None if row is None else _shown(row)


def _shown(row: asyncpg.Record) -> dict[str, Any]:
    tr, en = LABELS[DocumentKind(row["kind"])]
    return {
        "id": str(row["id"]),
        "kind": row["kind"],
        "label": {"tr": tr, "en": en},
        "name": row["name"],
        "media_type": row["media_type"],
        "size": row["size"],
        "sha256": row["sha256"],
        "source": row["source"],
        "created_at": row["created_at"],
        "keep_until": row["keep_until"],
        "url": f"/api/shipments/{row['shipment']}/documents/{row['id']}",
    }
