"""What the desk of invoices needs of the outside, and what an issuer may answer."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from workflow.documents import DocumentKind
from workflow.errors import KervanError
from workflow.invoice import Awaiting, Invoice, Rate
from workflow.numbering import Numbered, NumberState

_REASON = 900
"""Characters of a reason: a message's text has room for 1000."""


class IssuerUnavailableError(KervanError):
    """The issuer did not answer, or not in a way that tells what happened: it may have done what was asked, or not.

    Another attempt before ``seconds`` are over is not worth it; with 0 it is, at once.
    """

    def __init__(self, message: str, seconds: float = 0.0) -> None:
        """Say what happened."""
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Reference:
    """An invoice as an issuer knows it."""

    seller: str
    number: str
    ettn: UUID

    @property
    def key(self) -> str:
        """The idempotency key: the ETTN, which stands for one document for ever."""
        return str(self.ettn)


@dataclass(frozen=True, slots=True)
class Handover(Reference):
    """An unsigned document on its way to the issuer."""

    xml: bytes


@dataclass(frozen=True, slots=True)
class Issued:
    """The invoice is issued; ``signed`` is the document with the integrator's or the seller's seal (mali mühür)."""

    signed: bytes


@dataclass(frozen=True, slots=True)
class Pending:
    """Nobody can say yet: e-Arşiv states settle at the evening report (20:00, UTC+3), and time-outs tell nothing.

    ``seconds``: asking again before they are over is not worth it.
    """

    why: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Rejected:
    """The issuer will never issue this document (or, asked to cancel, will not); ``reason`` has no NUL and an end."""

    reason: str

    def __post_init__(self) -> None:
        """Make the outside's text one that the database and the wire can take."""
        object.__setattr__(self, "reason", self.reason.replace("\x00", "").strip()[:_REASON])


@dataclass(frozen=True, slots=True)
class Absent:
    """The issuer does not know the document."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The invoice was issued and has been cancelled."""


Answer = Issued | Pending | Rejected | Absent | Withdrawn


class Integrator(Protocol):
    """An issuer's own three verbs, as raw as they are; all raise :class:`IssuerUnavailableError`."""

    @property
    def code(self) -> str:
        """Its name in settings and subjects."""
        ...

    async def deliver(self, document: Handover) -> Rejected | None:
        """Hand a document over. That nothing was said against it does not mean that anything was done."""
        ...

    async def look_up(self, reference: Reference) -> Answer:
        """Ask what became of a document."""
        ...

    async def withdraw(self, reference: Reference, reason: str) -> Rejected | None:
        """Ask for the cancellation of an issued invoice."""
        ...


class InvoiceIssuer(Protocol):
    """An issuer that may be asked again without harm; never raises for what the outside does."""

    @property
    def code(self) -> str:
        """Its name in settings and subjects."""
        ...

    async def issue(self, document: Handover) -> Issued | Pending | Rejected | Withdrawn:
        """Have a document issued; asked again, the same invoice."""
        ...

    async def look_up(self, reference: Reference) -> Answer:
        """What became of a document."""
        ...

    async def cancel(self, reference: Reference, reason: str) -> Withdrawn | Pending | Rejected:
        """Have an issued invoice cancelled."""
        ...


class Shipments(Protocol):
    """Shipments that wait for an invoice."""

    async def awaiting(self, shipment: UUID) -> Awaiting | None:
        """A shipment as it stands."""
        ...


RateForInvoice = Callable[[str, date], Awaitable[Rate | None]]
"""The central bank's rate for an invoice in a currency, issued on a day (Istanbul); ``None`` while there is none."""


class Numbers(Protocol):
    """The numbers of invoices; each call is one transaction."""

    async def of(self, shipment: UUID) -> Numbered | None:
        """The live number of a shipment, or else the one that was cancelled last."""
        ...

    async def draw(self, shipment: UUID, sequence: int, request: str, series: str, now: datetime) -> Numbered | None:
        """Bind a number to a shipment that is still validated since ``sequence``."""
        ...

    async def send(self, held: Numbered, issuer: str, document: str, now: datetime, until: datetime) -> Numbered | None:
        """Note, before it happens, that the document goes out, and hold the number."""
        ...

    async def take(self, held: Numbered, now: datetime, until: datetime) -> Numbered | None:
        """Hold a number, unless somebody else does."""
        ...

    async def release(self, held: Numbered) -> None:
        """Hold it no longer."""
        ...

    async def settle(
        self, held: Numbered, state: NumberState, now: datetime, *, reason: str = "", signed: str = ""
    ) -> Numbered | None:
        """Note what became of it."""
        ...


class Archive(Protocol):
    """Where documents are kept."""

    async def keep(self, shipment: UUID, kind: DocumentKind, name: str, content: bytes, source: str) -> str:
        """Keep a document and give its SHA-256."""
        ...

    async def read(self, sha256: str) -> bytes:
        """Its content again, verified."""
        ...


Write = Callable[[Invoice], bytes]
"""Writes the UBL document of an invoice; raises :class:`KervanError` where it cannot."""
Check = Callable[[bytes], Awaitable[Sequence[str]]]
"""Checks a document by GİB's rules: sentences about what is wrong, none where all is well."""
