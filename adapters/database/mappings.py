"""What operators' own headings were mapped to by hand, in the table ``column_mapping``: once said, remembered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import rows
from adapters.database.seller_lock import sellers, unlocked

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_REMEMBER = """
INSERT INTO column_mapping AS m (courier, fingerprint, mapping, by, said_at) VALUES ($1, $2, $3::jsonb, $4, $5)
ON CONFLICT (courier, fingerprint) DO UPDATE
SET mapping = m.mapping || excluded.mapping, by = excluded.by, said_at = excluded.said_at
"""

_NO_HEADINGS = frozenset({"pdf", "statuses"})
"""What stands for no set of headings (:mod:`adapters.imports.headings`): an operator's PDFs, and its status words."""


class ColumnMappings:
    """Remembers mappings over a pool, one for each operator and set of headings.

    Whoever is bound to sellers has a memory of their own, so that nobody's word changes how others' lists are read.
    """

    def __init__(self, pool: Pool) -> None:
        """Work on a pool."""
        self._pool = pool
        bound = sellers()
        self._whose = f"{' '.join(bound)}/" if bound else ""

    @unlocked("what headings mean is kept for whose lists they are, who is asked for")
    async def known(self, courier: str, fingerprint: str) -> dict[str, str]:
        """Headings (as :func:`adapters.imports.headings.heading` makes them) and their columns; empty where none are known."""
        found = await self._pool.fetchval(
            "SELECT mapping FROM column_mapping WHERE (courier, fingerprint) = ($1, $2)", self._whose + courier, fingerprint
        )
        return rows.json_object(found)

    @unlocked("it writes what is kept for the caller's own lists")
    async def remember(self, courier: str, fingerprint: str, mapping: Mapping[str, str], by: str, now: datetime) -> None:
        """Remember a mapping; a heading that was mapped before is mapped anew."""
        await self._pool.execute(_REMEMBER, self._whose + courier, fingerprint, rows.json_text(dict(mapping)), by, now)

    async def listed(self) -> list[dict[str, Any]]:
        """All mappings, by operator."""
        found = await self._pool.fetch("SELECT * FROM column_mapping ORDER BY courier, said_at, id")
        return [
            {
                "id": str(row["id"]),
                "courier": row["courier"],
                "of": row["fingerprint"] if row["fingerprint"] in _NO_HEADINGS else "headings",
                "mapping": rows.json_object(row["mapping"]),
                "by": row["by"],
                "said_at": row["said_at"],
            }
            for row in found
        ]

    async def forget(self, mapping_id: UUID) -> bool:
        """Forget one; whether it was there."""
        return await self._pool.fetchval("DELETE FROM column_mapping WHERE id = $1 RETURNING id", mapping_id) is not None
