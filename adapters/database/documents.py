"""The list of documents: whose they are, what they are called, how long they are kept. Their content lies in a folder."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import whole_etgbs
from adapters.database.seller_lock import sellers, unlocked
from workflow.documents import LABELS, DocumentKind, keep_until
from workflow.values import istanbul_day

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_ENTER = """
INSERT INTO document (shipment, kind, name, media_type, sha256, size, source, created_at, keep_until, seller)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT seller FROM shipment WHERE id = $1)) ON CONFLICT DO NOTHING
"""

_ENTER_ETGBS = """
INSERT INTO document (etgb, kind, name, media_type, sha256, size, source, created_at, keep_until, seller)
SELECT number, $2, $3, $4, $5, $6, $7, $8, $9, '' FROM unnest($1::text[]) AS number ON CONFLICT DO NOTHING
"""

_OF_SHIPMENT = """
SELECT d.* FROM document d WHERE d.shipment = $1
UNION ALL
SELECT d.* FROM document d JOIN shipment s ON d.etgb = s.etgb_number WHERE s.id = $1 AND s.etgb_number <> ''
"""
"""What is kept of a shipment, and of the ETGB that it stands on."""

_ON_IT = """
SELECT s.id FROM shipment s WHERE s.id IN (
    SELECT shipment FROM shipment_key WHERE key = 'etgb:' || $1 OR key IN (SELECT key FROM etgb_line WHERE etgb = $1)
    UNION SELECT substr(key, 4)::uuid FROM etgb_line WHERE etgb = $1 AND key LIKE 'id:%')
ORDER BY s.id
"""

_PDF = DocumentKind.ETGB_PDF.value
"""An ETGB's own paper, kept with each of its shipments and named by its number."""

_KEPT = """
SELECT d.shipment, d.id FROM document d
WHERE d.kind = 'etgb_pdf' AND d.name = $2 AND d.shipment = ANY($1::uuid[]) ORDER BY d.created_at DESC, d.id LIMIT 1
"""


@unlocked("it writes; the shipment was seen through the lock before")
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


@unlocked("it writes; the ETGBs were looked at before")
async def enter_for_etgbs(
    pool: Pool,
    numbers: Sequence[str],
    kind: DocumentKind,
    *,
    name: str,
    media_type: str,
    sha256: str,
    size: int,
    source: str,
    now: datetime,
) -> None:
    """Enter a document for ETGBs, known or not, whose shipments then all have it; the same one again changes nothing."""
    until = keep_until(kind, istanbul_day(now))
    found = sorted(set(numbers))
    await pool.execute(_ENTER_ETGBS, found, kind, name, media_type, sha256, size, source, now, until)


async def of_shipment(pool: Pool, shipment: UUID) -> list[dict[str, Any]]:
    """The documents of a shipment and of its ETGB, oldest first."""
    rows = await pool.fetch(f"SELECT * FROM ({_OF_SHIPMENT}) AS d ORDER BY created_at, id", shipment)  # noqa: S608 - constants
    return [_shown(row, shipment) for row in await _reached(pool, rows)]


async def of_etgb(pool: Pool, number: str) -> list[dict[str, Any]]:
    """The documents of an ETGB itself, oldest first."""
    rows = await pool.fetch("SELECT * FROM document WHERE etgb = $1 AND etgb <> '' ORDER BY created_at, id", number)
    return [_shown(row) for row in await _reached(pool, rows)]


async def one(pool: Pool, shipment: UUID, document: UUID) -> dict[str, Any] | None:
    """One document of a shipment, or of its ETGB."""
    row = await pool.fetchrow(f"SELECT * FROM ({_OF_SHIPMENT}) AS d WHERE id = $2", shipment, document)  # noqa: S608 - constants
    return None if row is None or not await _reached(pool, [row]) else _shown(row, shipment)


async def one_of_etgb(pool: Pool, number: str, document: UUID) -> dict[str, Any] | None:
    """One document of an ETGB itself."""
    row = await pool.fetchrow("SELECT * FROM document WHERE etgb = $1 AND id = $2", number, document)
    return None if row is None or not await _reached(pool, [row]) else _shown(row)


async def on_etgb(pool: Pool, number: str) -> list[UUID]:
    """The known shipments of an ETGB's lines, in id order."""
    return [row["id"] for row in await pool.fetch(_ON_IT, number)]


async def line_of(pool: Pool, number: str) -> str:
    """The key of an ETGB's first line; each ETGB has one."""
    return str(await pool.fetchval("SELECT key FROM etgb_line WHERE etgb = $1 ORDER BY line_no LIMIT 1", number))


async def etgb_pdf(pool: Pool, shipments: list[UUID], name: str) -> tuple[UUID, UUID] | None:
    """The newest PDF of an ETGB that some shipments keep under a name: the shipment, and the document."""
    row = await pool.fetchrow(_KEPT, shipments, name)
    return None if row is None else (row["shipment"], row["id"])


async def _reached(pool: Pool, rows: Sequence[asyncpg.Record]) -> list[asyncpg.Record]:
    """Documents that are there for whoever asks: a paper of an ETGB tells of all its lines, so that they have to be theirs."""
    if not sellers():
        return list(rows)
    etgb_of = {row["id"]: row["etgb"] or (row["name"].removesuffix(".pdf") if row["kind"] == _PDF else "") for row in rows}
    whole = await whole_etgbs.among(pool, etgb_of.values())
    return [row for row in rows if not etgb_of[row["id"]] or etgb_of[row["id"]] in whole]


def _shown(row: asyncpg.Record, shipment: UUID | None = None) -> dict[str, Any]:
    whose = f"etgbs/{row['etgb']}" if shipment is None else f"shipments/{shipment}"
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
        "url": f"/api/{whose}/documents/{row['id']}",
    }
