"""What a dossier is made of: rows without any knowledge of where they come from. Amounts in TRY unless a currency is named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from adapters.press.language import Text


class RefundWay(StrEnum):
    """How the refund is asked for: paid out (nakden), or set against debts (mahsuben); undecided leaves both boxes open."""

    CASH = "cash"
    OFFSET = "offset"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Claimant:
    """The seller who asks for the refund."""

    tax_number: str
    name: str
    tax_office: str
    address: str


@dataclass(frozen=True, slots=True)
class ClaimHead:
    """Which claim it is; ``period`` as ``YYYY-MM``, ``supplement`` 0 for the period's first claim."""

    id: UUID
    claimant: Claimant
    period: str
    supplement: int
    exported_try: Decimal
    refundable_try: Decimal
    way: RefundWay = RefundWay.UNDECIDED
    petition_number: str = ""
    deadline: date | None = None
    """The last day on which it may be claimed."""
    version: int = 0
    """Which filing of the claim this is; 0 while it is not filed."""
    sha256: str = ""
    """Of the calculation that was kept with the filing."""


@dataclass(frozen=True, slots=True)
class EtgbEntry:
    """An ETGB in one currency; one that covers several currencies is a row for each."""

    number: str
    registered_on: date
    closed_on: date | None
    destination: str
    """Countries by name."""
    goods: str
    quantity: str
    currency: str
    amount: Decimal
    amount_try: Decimal
    courier: str


@dataclass(frozen=True, slots=True)
class SaleEntry:
    """An invoice of code 301."""

    number: str
    issued_on: date
    buyer: str
    buyer_tax_number: str
    goods: str
    """Descriptions with their GTİP."""
    quantity: str
    amount_try: Decimal
    etgb: str


@dataclass(frozen=True, slots=True)
class PurchaseEntry:
    """A purchase document whose VAT is deducted (``vat``), of which ``incurred`` went into the exports."""

    issued_on: date
    series: str
    number: str
    supplier: str
    supplier_tax_number: str
    goods: str
    quantity: str
    net: Decimal
    vat: Decimal
    incurred: Decimal
    deducted_in: str
    """VAT period in which it was deducted, ``YYYY-MM``."""
    incurred_in: str = ""
    import_declaration: str = ""
    """Registration number of the import declaration (GGB), where it is an import."""
    burden: str = ""
    """Kind of burden (yüklenim türü), in the tax office's words."""


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """How it is known that an ETGB is in VEDOP: the evidence's kind in words, and its reference as whoever saw it noted it."""

    etgb: str
    seen_on: date | None
    closed_on: date | None
    kind: str
    reference: str


@dataclass(frozen=True, slots=True)
class StepEntry:
    """One step of the calculation: what it is, how it comes about, what comes out in TRY, and at which rate in percent."""

    label: Text
    how: Text
    amount: Decimal | None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MatchEntry:
    """An invoice beside the sum of what its ETGB's lines say of it; ``None`` where there is none."""

    reference: str
    invoice: str
    invoiced_on: date | None
    currency: str
    amount: Decimal
    etgb: str
    closed_on: date | None
    etgb_currency: str
    etgb_amount: Decimal | None
    rate: Decimal | None
    """TRY for one unit of ``currency``."""
    rate_day: date | None
    amount_try: Decimal
    inferred: Sequence[Text] = ()
    """What of it nobody told, in words."""
    back: Decimal = Decimal("0.00")
    """What of ``amount`` came back in part; ``amount_try`` is of the rest."""


@dataclass(frozen=True, slots=True)
class RateEntry:
    """A rate that amounts were converted with: ``rate`` TRY for one of ``currency`` by the bulletin of ``day``."""

    currency: str
    day: date
    rate: Decimal
    unit: int = 1
    source: str = "TCMB"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A kept document that is put in as it is: its path in the archive, what it is, and the SHA-256 it is kept under."""

    path: str
    what: Text
    sha256: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What is missing or has to be known, in words: of what (``subject``), and what to do."""

    code: str
    subject: str
    text: Text


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything of one claim. ``tolerance`` is the share by which an ETGB's amount may differ from the invoice's."""

    claim: ClaimHead
    policy: str
    policy_text: Text
    tolerance: Decimal
    etgbs: Sequence[EtgbEntry] = ()
    sales: Sequence[SaleEntry] = ()
    incurred: Sequence[PurchaseEntry] = ()
    deductible: Sequence[PurchaseEntry] = ()
    evidence: Sequence[EvidenceEntry] = ()
    steps: Sequence[StepEntry] = ()
    matches: Sequence[MatchEntry] = ()
    rates: Sequence[RateEntry] = ()
    enclosures: Sequence[Enclosure] = ()
    remarks: Sequence[Remark] = ()


Kept = Callable[[str], bytes | None]
"""Gives the content that is kept under a SHA-256, held against it, or nothing where it cannot be read back as it was."""
