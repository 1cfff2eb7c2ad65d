"""Papers of ETGBs: their own PDFs, kept with the documents of their shipments, and the evidence that they are in VEDOP."""

from collections.abc import Sequence
from uuid import UUID

from adapters.database import documents
from adapters.documents import EVIDENCE_BYTES, DocumentFolder, DocumentTooLargeError
from adapters.documents.forms import form_of, named
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

    async def keep_evidence(self, numbers: Sequence[str], name: str, content: bytes, source: str, *, read: bool = False) -> str:
        """Keep a file that shows ETGBs in VEDOP, with each of them; its SHA-256. One that was ``read`` is a list.

        Raises:
            EmptyFileError: it has no content.
            UnknownFormError: it is of no form that is taken as evidence.
            DocumentTooLargeError: it is larger than what is taken as evidence.
        """
        if len(content) > EVIDENCE_BYTES:
            raise DocumentTooLargeError(len(content), EVIDENCE_BYTES)
        form = form_of(content, read=read)
        digest = await self._folder.keep(content)
        await documents.enter_for_etgbs(
            self._pool,
            numbers,
            DocumentKind.VEDOP_EVIDENCE,
            name=named(name, form),
            media_type=form.media_type,
            sha256=digest,
            size=len(content),
            source=source,
            now=self._clock(),
        )
        return digest

    async def kept(self, number: str) -> tuple[UUID, UUID] | None:
        """A shipment and its document that is the newest PDF of an ETGB."""
        return await documents.etgb_pdf(self._pool, await documents.on_etgb(self._pool, number), f"{number}.pdf")
