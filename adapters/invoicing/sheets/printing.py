"""Prints the sheets of a stored shipment: the invoice as it was handed over, and the proforma of what is declared."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from uuid import UUID

import structlog

from adapters.invoicing.ports import Archive, Numbers, Shipments
from adapters.invoicing.sandbox import CODE as SANDBOX
from adapters.invoicing.sheets import content, press, signature
from adapters.invoicing.sheets.content import SheetKind
from adapters.invoicing.ubl import reading
from adapters.press import wording
from adapters.press.language import Language
from workflow.documents import DocumentKind
from workflow.draft import Draft
from workflow.errors import SaidError
from workflow.invoice import Invoice, Rate, compose
from workflow.numbering import Numbered, NumberState
from workflow.values import ISTANBUL

_log = structlog.get_logger("kervan.sheets")

_SOURCE = "kervan"
_NO_NAME = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 80
_AT_ONCE = 2
"""Sheets that one process sets at once: the threads are also those that read and write documents."""
KEPT_AS = {SheetKind.INVOICE: DocumentKind.INVOICE_PDF, SheetKind.PROFORMA: DocumentKind.PROFORMA_PDF}
"""What a sheet becomes among the documents."""


class ShipmentUnknownError(SaidError):
    """There is no such shipment."""

    TEXTS = (
        "{shipment} kimliğiyle bir gönderi yok, bir şey basılmadı. Kimliğine gönderi listesinden bakın.",
        "There is no shipment {shipment}, so nothing was printed. Look its id up in the list of shipments.",
    )

    def __init__(self, shipment: UUID) -> None:
        """Name it."""
        super().__init__(shipment=shipment)


class NoInvoiceError(SaidError):
    """Kervan has issued no invoice for a shipment, so there is none to print."""

    TEXTS = (
        (
            "{shipment} gönderisi için Kervan'ın kestiği bir fatura yok, basılacak bir şey de yok. Proformayı "
            "basın, faturanın kesilmesini bekleyin, ya da fatura başka yerde kesildiyse onu kesen yazılımın "
            "çıktısını alın."
        ),
        (
            "Kervan has no issued invoice of shipment {shipment}, so there is none to print. Print the proforma, "
            "wait until the invoice is issued, or, where it was made elsewhere, take the print of the software "
            "that made it."
        ),
    )

    def __init__(self, shipment: UUID) -> None:
        """Say what to do instead."""
        super().__init__(shipment=shipment)


class ShipmentChangedError(SaidError):
    """What a shipment declares is not what its invoice says any more."""

    TEXTS = (
        (
            "{number} numaralı fatura ile gönderisi ayrı ({what}); fatura basılmadı, çünkü kâğıt imzalı belgede olmayanı "
            "söylerdi. Faturayı iptal edip yeniden kestirin, ya da imzalı XML'i basın."
        ),
        (
            "Invoice {number} and its shipment differ in {what}, so the invoice was not printed: the sheet would say what the "
            "signed document does not. Cancel the invoice and have it issued again, or print the signed XML."
        ),
    )

    def __init__(self, number: str, what: str) -> None:
        """Name the difference."""
        super().__init__(number=number, what=what)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed sheet; ``lacks_letters`` where the fonts had no sign for some character of a name or a text."""

    name: str
    pdf: bytes
    lacks_letters: bool


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints on demand, in a thread of its own; what belongs to an issued invoice is kept with its documents.

    Not at issue: a sheet costs more than all else that the desk does for an invoice, and few are ever looked at. The same
    shipment gives the same bytes, so it makes no difference when; what was handed out once is kept under its hash.
    """

    shipments: Shipments
    numbers: Numbers
    archive: Archive
    signatures: Path | None = None
    sandbox: bool = False
    """Whether invoices are issued by the sandbox; what was issued already is labelled by who issued it."""
    _presses: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def print(self, shipment: UUID, kind: SheetKind, language: Language) -> Sheet:
        """A sheet of a shipment.

        Raises:
            ShipmentUnknownError: there is none.
            NoInvoiceError: its invoice is to be printed, and Kervan has issued none.
            ShipmentChangedError: it declares something else than its invoice says.
            SignatureUnusableError: the seller's signature cannot be printed.
        """
        stored = await self.shipments.awaiting(shipment)
        if stored is None:
            raise ShipmentUnknownError(shipment)
        held = await self.numbers.of(shipment)
        issued = held if held is not None and held.state is NumberState.ISSUED else None
        if kind is SheetKind.PROFORMA:
            invoice = _proforma(stored.draft)
        elif issued is None:
            raise NoInvoiceError(shipment)
        else:
            invoice = _as_issued(stored.draft, issued, await self.archive.read(issued.document))
        sandbox = self.sandbox if issued is None else issued.issuer == SANDBOX
        async with self._presses:
            sheet = await asyncio.to_thread(printed, invoice, kind, language, sandbox=sandbox, signatures=self.signatures)
        if sheet.lacks_letters:
            _log.warning("a sheet has characters that its fonts lack", shipment=str(shipment), sheet=kind.value)
        if issued is not None:
            await self.archive.keep(shipment, KEPT_AS[kind], sheet.name, sheet.pdf, _SOURCE)
        return sheet

    async def printable(self, shipment: UUID) -> list[SheetKind]:
        """Which sheets of a shipment that is there can be printed."""
        held = await self.numbers.of(shipment)
        issued = held is not None and held.state is NumberState.ISSUED
        return [kind for kind in SheetKind if issued or kind is SheetKind.PROFORMA]


def printed(
    invoice: Invoice, kind: SheetKind, language: Language, *, sandbox: bool = False, signatures: Path | None = None
) -> Sheet:
    """Print an invoice that is at hand.

    Raises:
        SignatureUnusableError: the seller's signature cannot be printed.
        SheetNotSetError: typst refuses the sheet.
    """
    picture = signature.of(signatures, invoice.seller.tax_number)
    said = content.content(invoice, kind, language, sandbox=sandbox)
    pdf = press.pdf(said, invoice.issued_at, picture)
    lacks = wording.LETTERLESS in str(said)
    number = _NO_NAME.sub("-", invoice.number).strip("-.")[:_LONGEST_NAME]
    return Sheet(f"{kind.value}-{number}-{language.value}.pdf", pdf, lacks)


def _proforma(draft: Draft) -> Invoice:
    """The proforma: what the invoice says, under a reference of its own, of the day that the shipment is planned for."""
    number = draft.proforma.number if draft.proforma is not None else f"PF-{draft.reference}"
    noon = datetime.combine(draft.planned_on, time(12), ISTANBUL)
    return compose(draft, number=number, ettn=UUID(int=0), issued_at=noon, rate=None)


def _as_issued(draft: Draft, held: Numbered, xml: bytes) -> Invoice:
    """The invoice that was handed over, with the rate that stands on it, held against what its document says."""
    stated = reading.read(xml)
    rate = None
    if stated.rate is not None and stated.rate.on is not None:
        rate = Rate(stated.rate.value, stated.rate.on)
    invoice = compose(draft, number=held.number, ettn=held.ettn, issued_at=held.issued_at, rate=rate)
    lines = [(line.gtip, line.quantity, line.amount) for line in stated.lines or ()]
    same = {
        "number": stated.number == invoice.number,
        "ETTN": stated.ettn.casefold() == str(invoice.ettn),
        "day": stated.issued_on == invoice.issued_on,
        "currency": stated.currency == invoice.currency,
        "total": stated.payable == invoice.total,
        "lines": lines == [(line.gtip, line.quantity, line.amount) for line in invoice.lines],
    }
    for what, holds in same.items():
        if not holds:
            raise ShipmentChangedError(held.number, what)
    return invoice
