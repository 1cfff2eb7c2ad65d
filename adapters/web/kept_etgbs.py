"""ETGBs' own PDFs, kept with the documents of the shipments that stand on them."""

from uuid import UUID

from adapters.database import documents
from adapters.documents import DocumentFolder
from workflow.documents import MEDIA_TYPES, DocumentKind
from workflow.ports import Clock

_KIND = DocumentKind.ETGB_PDF


class EtgbPapers:
    """Keeps them; see :class:`adapters.imports.lists.Papers`."""

    def __init__(self, pool: documents.Pool, folder: DocumentFolder, clock: Clock) -> None:
        """Keep contents in a folder and their list over a pool."""
        self._pool, self._folder, self._clock = pool, folder, clock

    async def keep(self, number: str, content: bytes, source: str) -> str:
        """Keep an ETGB's PDF for all shipments of its lines that are known; its address, or empty where none is."""
        found = await documents.on_etgb(self._pool, number)
        if not found:
            return ""
        digest = await self._folder.keep(content)
        for shipment in found:
            await documents.enter(
                self._pool,
                shipment,
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
        return await documents.etgb_pdf(self._pool, await documents.on_etgb(self._pool, number), f"{number}.pdf")
