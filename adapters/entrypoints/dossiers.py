"""Puts together what exports a claim's dossier: the database, the folder of documents, and the writers."""

import asyncio
import tempfile
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import IO, BinaryIO
from uuid import UUID

import asyncpg
import structlog

from adapters.database import claim_papers, filings
from adapters.database.claims import ClaimBooks
from adapters.documents import DocumentDamagedError, DocumentFolder, DocumentMissingError
from adapters.dossiers import dossier
from adapters.dossiers.dossier import Progress
from adapters.dossiers.errors import NoClaimError, NoFilingError
from adapters.dossiers.rows import Dossier, RefundWay, Remark
from adapters.entrypoints.composing import composed
from adapters.invoicing.sheets.content import SheetKind
from adapters.invoicing.sheets.printing import NoInvoiceError, Printer, ShipmentChangedError
from adapters.press.language import Language
from adapters.settings import Settings
from workflow.ports import Clock
from workflow.refund import terms
from workflow.refund.sheet import Lines
from workflow.rules.law import LawBook
from workflow.values import istanbul_day

_log = structlog.get_logger("kervan.dossiers")

_AT_ONCE = 1
"""Dossiers that one process writes at once: each takes a processor for seconds, and memory by the ten thousand rows."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the name that the archive should have, and what it lacks."""

    name: str
    remarks: list[Remark]


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Exports dossiers; all is read before the first byte is written."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    documents: DocumentFolder
    books: ClaimBooks
    law: LawBook
    tolerance: Decimal
    clock: Clock
    scratch: Path
    """Where an archive lies until it was sent; made on first use."""
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def write(
        self,
        claim: UUID,
        out: IO[bytes],
        *,
        way: RefundWay = RefundWay.UNDECIDED,
        version: int | None = None,
        progress: Progress = lambda _done, _all: None,
    ) -> Written:
        """Write a claim's dossier to a file: of what it stands with, or of the filing of that ``version``.

        Raises:
            NoClaimError: there is none.
            NoFilingError: that filing is not kept.
            KervanError: it cannot be calculated, or the petition cannot be set.
        """
        async with self._turns:
            made = await self._read(claim, way, version)
            remarks = await asyncio.to_thread(dossier.write, made, self._kept, out, progress)
        _log.info("dossier written", claim=str(claim), invoices=len(made.sales), files=len(made.enclosures), lacks=len(remarks))
        return Written(dossier.name(made), remarks)

    async def print_missing(self, claim: UUID, printer: Printer, progress: Progress) -> None:
        """Print the claim's invoices that Kervan issued and nobody ever printed, in Turkish; they are kept with the others.

        One that cannot be printed any more (its shipment was changed since) is left, and said to be missing.
        """
        shipments = await claim_papers.unprinted(self.pool, claim)
        for done, shipment in enumerate(shipments, 1):
            try:
                await printer.print(shipment, SheetKind.INVOICE, Language.TR)
            except (NoInvoiceError, ShipmentChangedError) as error:
                _log.warning("an invoice cannot be printed", shipment=str(shipment), error=type(error).__name__)
            progress(done, len(shipments))

    async def export(self, claim: UUID, out: IO[bytes]) -> str:
        """The same for who only wants the file and its name."""
        return (await self.write(claim, out)).name

    async def opened(self, claim: UUID, way: RefundWay, version: int | None = None) -> tuple[BinaryIO, str]:
        """A dossier as an open file that is gone once it is closed, at its beginning, and its name.

        Raises:
            NoClaimError: there is none.
            NoFilingError: the filing of that ``version`` is not kept.
            KervanError: it cannot be calculated, or the petition cannot be set.
        """
        out = await asyncio.to_thread(self._scratch_file)
        try:
            written = await self.write(claim, out, way=way, version=version)
            await asyncio.to_thread(out.seek, 0)
        except BaseException:
            out.close()
            raise
        return out, written.name

    async def _read(self, claim: UUID, way: RefundWay, version: int | None) -> Dossier:
        """What goes in; what it was made of is let go before anything is written, since both together would be large."""
        if version is not None:
            filed = await self.books.as_filed(claim, version)
            if filed is None:
                raise NoFilingError(claim, version)
            return await self._as_filed(filed, version, way)
        lines = await self.books.lines(claim, istanbul_day(self.clock()))
        if lines is None:
            raise NoClaimError(claim)
        if lines.filing is not None:
            return await self._as_filed(lines, lines.filing.version, way)
        async with self.pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            papers = await claim_papers.of_claim(connection, claim)
        deadline = terms.deadline(self.law, lines.sheet.claim.period)
        return await asyncio.to_thread(composed, lines, papers, tolerance=self.tolerance, deadline=deadline, way=way)

    async def _as_filed(self, lines: Lines, version: int, way: RefundWay) -> Dossier:
        """The dossier of a claim that was filed: of what was kept then, whatever was learnt since."""
        lines = replace(lines, returned=frozenset())
        found = await filings.kept_papers(self.pool, lines.sheet.claim.id, version)
        lines.sheet.checklist = list(found.checklist)
        return await asyncio.to_thread(
            composed, lines, found.papers, tolerance=found.tolerance, deadline=found.deadline, way=way
        )

    def _scratch_file(self) -> BinaryIO:
        self.scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        return tempfile.TemporaryFile(dir=self.scratch)

    def _kept(self, digest: str) -> bytes | None:
        try:
            return self.documents.content(digest)
        except (DocumentMissingError, DocumentDamagedError) as error:
            _log.error("a kept document is not as it was kept", sha256=digest, error=type(error).__name__)
            return None


def dossiers(settings: Settings, pool: "asyncpg.Pool[asyncpg.Record]", law: LawBook, clock: Clock) -> Dossiers:
    """What exports the dossiers of an installation."""
    return Dossiers(
        pool=pool,
        documents=DocumentFolder(settings.documents_dir),
        books=ClaimBooks(pool, law, settings.refund_rate_policy, settings.etgb_amount_tolerance),
        law=law,
        tolerance=settings.etgb_amount_tolerance,
        clock=clock,
        scratch=settings.documents_dir / ".exports",
    )
