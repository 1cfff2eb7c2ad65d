"""ETGBs' own PDFs, kept with the documents of the shipments that stand on them."""

from uuid import UUID

from adapters.database import documents
from adapters.documents import DocumentFolder
from workflow.documents import MEDIA_TYPES, DocumentKind
from workflow.ports import Clock

_KIND = DocumentKind.ETGB_PDF

_ON_IT = """
SELECT s.id FROM shipment s WHERE s.id IN (
    SELECT shipment FROM shipment_key WHERE key = 'etgb:' || $1 OR key IN (SELECT key FROM etgb_line WHERE etgb = $1)
    UNION SELECT substr(key, 4)::uuid FROM etgb_line WHERE etgb = $1 AND key LIKE 'id:%')
ORDER BY s.id
"""

_KEPT = """
SELECT d.shipment, d.id FROM document d
WHERE d.kind = 'etgb_pdf' AND d.name = $2 AND d.shipment = ANY($1::uuid[]) ORDER BY d.created_at DESC, d.id LIMIT 1
"""


class EtgbPapers:
    """Keeps them; see :class:`adapters.imports.lists.Papers`."""

    def __init__(self, pool: documents.Pool, folder: DocumentFolder, clock: Clock) -> None:
        """Keep contents in a folder and their list over a pool."""
        self._pool, self._folder, self._clock = pool, folder, clock

    async def keep(self, number: str, content: bytes, source: str) -> str:
        """Keep an ETGB's PDF for all shipments of its lines that are known; its address, or empty where none is."""
        found = await self._pool.fetch(_ON_IT, number)
        if not found:
            return ""
        digest = await self._folder.keep(content)
        for row in found:
            await documents.enter(
                self._pool,
                row["id"],
                _KIND,
                name=f"{number}.pdf",
                media_type=MEDIA_TYPES[_KIND],
                sha256=digest,
                size=len(content),
                source=source,
                now=self._clock(),
            )
        return f"/api/etgbs/{number}/document"

    async def kept(self, number: str) -> tuple[UUID, UUID] | None:
        """A shipment and its document that is the newest PDF of an ETGB."""
        shipments = [row["id"] for row in await self._pool.fetch(_ON_IT, number)]
        row = await self._pool.fetchrow(_KEPT, shipments, f"{number}.pdf")
        return None if row is None else (row["shipment"], row["id"])
