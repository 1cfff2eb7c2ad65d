"""What a message says, in the business's own words: one frozen record per kind of news.

A fact names its shipment by a *key*, a short string that stands for one way to know a shipment (see the functions at the
end). The same keys name what a message that came too early waits for.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from workflow.delivery import DeliveryStatus
from workflow.draft import Draft
from workflow.refund.purchases import Purchase


@dataclass(frozen=True, slots=True)
class Drafted:
    """A seller has an order to ship."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Amended:
    """Fields of a draft were corrected; ``changes`` maps field names of :class:`~workflow.draft.Draft` to new values."""

    key: str
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ValidationAsked:
    """A person wants the draft judged again."""

    key: str


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """A task was tried for the last time and not done: ``body`` is what was asked, ``key`` whose shipment's it is, if any."""

    task_id: str
    kind: str
    subject: str
    body: bytes
    code: str
    detail: str
    tries: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class SubscriptionDisabled:
    """A subscription to our webhooks is served no more: it failed for long, or its receiver is gone."""

    subscription: UUID
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class LogBroken:
    """A row of a log is not as it was written: ``place`` names the shipment's log, the audit log or the seals."""

    place: str
    detail: str
    shipment: UUID | None = None


@dataclass(frozen=True, slots=True)
class JudgingAsked:
    """Shipments are to be judged again, since what they were judged by has changed (the law, a table of it).

    Those that have left the stages in which findings decide are passed over.
    """

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgingContinued:
    """A bulletin's batch could not judge all that wait for a rate: those whose id comes after ``after`` are left."""

    after: UUID


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The order will not be shipped."""

    key: str
    reason: str


class Remark(StrEnum):
    """What other rows or documents of the shop say of an order that is there already."""

    CREDIT_NOTE = "credit_note"
    ROWS_APART = "rows_apart"


@dataclass(frozen=True, slots=True)
class OrderRemarked:
    """A person has to look at an order; ``about`` names what it is about (a credit note's number), once an order."""

    key: str
    remark: Remark
    about: str
    detail: str


@dataclass(frozen=True, slots=True)
class InvoiceIssued:
    """The seller's integrator (or a person, for paper) has issued the invoice; ``total`` in ``currency``."""

    key: str
    number: str
    ettn: str
    issued_on: date
    profile: str
    type: str
    exemption_code: str
    currency: str
    total: Decimal
    exchange_rate: Decimal | None = None
    sequence: int | None = None
    """The shipment's sequence that the invoice was made for; one made for an earlier state is not attached."""
    warnings: tuple[str, ...] = ()
    """Codes of findings that warned when its document was examined, which tells more than these particulars."""


@dataclass(frozen=True, slots=True)
class InvoiceRejected:
    """No invoice came of a request, or none was cancelled: ``about`` says which (see :mod:`workflow.handlers.invoicing`)."""

    key: str
    about: str
    reason: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceCancelled:
    """An issued invoice was cancelled."""

    key: str
    number: str
    reason: str
    sequence: int | None = None
    """The shipment's sequence that the invoice was made for, where its issuer says that."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A courier has accepted to carry the parcel and named its tracking number."""

    key: str
    courier: str
    tracking_number: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A courier has scanned the parcel at ``occurred_at`` (UTC)."""

    key: str
    courier: str
    tracking_number: str
    status: DeliveryStatus
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A person confirms that the courier took the parcel, where no scan shows it."""

    key: str
    courier: str = ""
    tracking_number: str = ""


@dataclass(frozen=True, slots=True)
class EtgbLine:
    """One shipment on an ETGB; ``amount`` in ``currency`` as declared to customs."""

    key: str
    invoice_number: str = ""
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class EtgbIssued:
    """Customs have registered an ETGB for one or many shipments."""

    number: str
    registered_on: date
    courier: str
    lines: tuple[EtgbLine, ...]
    document_url: str = ""
    day_inferred: bool = False
    """Whether ``registered_on`` is not the day of registration but that on which the number was first told."""


@dataclass(frozen=True, slots=True)
class EtgbLineIssued:
    """One line of an :class:`EtgbIssued`: it moves one shipment, and waits for it alone."""

    key: str
    number: str
    line_no: int
    registered_on: date
    line: EtgbLine
    day_inferred: bool = False


@dataclass(frozen=True, slots=True)
class EtgbClosed:
    """The goods have left (intaç); the day decides the VAT period."""

    number: str
    closed_on: date


@dataclass(frozen=True, slots=True)
class ClosingCorrected:
    """A person says which closing day is right, and why; it stands in place of the one that was told."""

    number: str
    closed_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class EtgbCancelled:
    """Customs have cancelled an ETGB."""

    number: str
    reason: str
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class EtgbLineCancelled:
    """One shipment is taken off its ETGB, by a person, or by who made it; the latter names the ETGB too."""

    key: str
    reason: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class VedopTransferred:
    """The ETGB was seen in VEDOP, with evidence."""

    number: str
    seen_on: date
    evidence_kind: str
    evidence_reference: str = ""
    closed_on: date | None = None
    among_others: bool = False
    """Whether it stood in a list of all that a company declared, by Kervan or not."""


@dataclass(frozen=True, slots=True)
class VedopConfirmed:
    """A person confirms, with evidence, that one shipment's ETGB is in VEDOP."""

    key: str
    seen_on: date
    evidence_kind: str
    evidence_reference: str = ""
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class FilingAsked:
    """A person wants a claim filed, by whoever does that here."""

    claim: UUID


@dataclass(frozen=True, slots=True)
class FilingAwaited:
    """A claim waits for a person to file it."""

    claim: UUID


@dataclass(frozen=True, slots=True)
class ClaimFiled:
    """A VAT refund claim was filed; ``claim`` is its id."""

    claim: UUID
    petition_number: str
    filed_on: date
    exported_try: Decimal | None = None
    """The figures it was filed with, in TRY, where who files tells them; they stand, whatever the calculation says."""
    refundable_try: Decimal | None = None
    rate_policy: str = ""
    override: str = ""
    """Why it was filed although its checklist blocked."""
    shipments: int | None = None
    """How many shipments the figures are of: with another number in it by now, the claim is not filed by them."""
    calculation: str = ""
    """SHA-256 of the calculation that whoever files has seen: where it comes out otherwise by now, nothing is filed."""


@dataclass(frozen=True, slots=True)
class ClaimProgressed:
    """The tax office moved a claim; ``amount`` in TRY where the status carries one: that of this decision alone.

    ``due_on`` makes it a question of the tax office, to be answered until that day; ``answered`` says that it was. ``shipment``
    names the one for whose return a part is reversed.
    """

    claim: UUID
    status: str
    on: date
    amount: Decimal | None = None
    note: str = ""
    due_on: date | None = None
    answered: bool = False
    shipment: UUID | None = None


@dataclass(frozen=True, slots=True)
class PurchaseBooked:
    """Finance has booked a purchase invoice, or corrects one."""

    purchase: Purchase


@dataclass(frozen=True, slots=True)
class PurchaseWithdrawn:
    """A purchase invoice was booked by mistake, or its supplier took it back; ``number`` is the invoice's."""

    purchase: UUID
    seller: str
    number: str
    reason: str
    seen: str = ""
    """What whoever withdraws it looked at (:mod:`workflow.refund.seen`): where it is otherwise by now, nothing is done."""


@dataclass(frozen=True, slots=True)
class PurchaseCorrected:
    """A purchase invoice is to be another one than what was booked (``corrects``, its invoice ``number``), or withdrawn.

    Where supplier or invoice number change, ``purchase`` has another id, and what was booked is withdrawn in the same step.
    """

    corrects: UUID
    number: str
    purchase: Purchase
    reason: str
    seen: str = ""
    """What whoever corrects it looked at (:mod:`workflow.refund.seen`): where it is otherwise by now, nothing is done."""


@dataclass(frozen=True, slots=True)
class VatReturnTold:
    """A person tells figures of a seller's VAT return, in TRY; what is ``None`` stays as it was told before."""

    seller: str
    period: str
    carried_try: Decimal | None = None
    turnover_try: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RefundFiled:
    """A person files one shipment under a claim that has been filed already."""

    key: str


@dataclass(frozen=True, slots=True)
class GoodsReturned:
    """The goods came back, or never left customs.

    With ``pieces`` (line of the order from 1 on, quantity) only those came back, and the shipment stays where it is.
    """

    key: str
    reason: str
    pieces: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class RatesPublished:
    """A central bank bulletin; ``rates`` maps a currency to TRY per one unit of it (forex buying divided by unit)."""

    published_on: date
    bulletin: str
    rates: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class ShipmentDue:
    """What a shipment waits for fell due at ``due_at`` (UTC)."""

    key: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class EtgbDue:
    """Something that an ETGB waits for fell due."""

    number: str


@dataclass(frozen=True, slots=True)
class ClaimDue:
    """The right to a claim is about to lapse, or has lapsed."""

    claim: UUID


@dataclass(frozen=True, slots=True)
class ParkedDue:
    """Parts that wait on a key have waited too long; ``about`` says which order they mean, where the key does not."""

    key: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that waited and that this release reads no more, with the reason; it is refused and kept."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class RatesAbsent:
    """Days on which a central bank published no bulletin: weekends, holidays."""

    days: tuple[date, ...]


Fact = (
    Drafted
    | Amended
    | ValidationAsked
    | JudgingAsked
    | JudgingContinued
    | TaskFailed
    | SubscriptionDisabled
    | LogBroken
    | Cancelled
    | OrderRemarked
    | InvoiceIssued
    | InvoiceRejected
    | InvoiceCancelled
    | Booked
    | Checkpoint
    | HandedOver
    | EtgbIssued
    | EtgbLineIssued
    | EtgbClosed
    | ClosingCorrected
    | EtgbCancelled
    | EtgbLineCancelled
    | VedopTransferred
    | VedopConfirmed
    | FilingAsked
    | FilingAwaited
    | ClaimFiled
    | ClaimProgressed
    | PurchaseBooked
    | PurchaseWithdrawn
    | PurchaseCorrected
    | VatReturnTold
    | RefundFiled
    | GoodsReturned
    | RatesPublished
    | ShipmentDue
    | EtgbDue
    | ClaimDue
    | ParkedDue
    | Unreadable
    | RatesAbsent
)


def by_id(shipment: UUID) -> str:
    """Key of a shipment known by its id, and of one that waits for its stage."""
    return f"id:{shipment}"


def by_tracking(courier: str, tracking_number: str) -> str:
    """Key of a shipment known by its courier's tracking number."""
    return f"trk:{courier}/{tracking_number}"


def by_invoice(seller: str, number: str) -> str:
    """Key of a shipment known by its seller's invoice number."""
    return f"inv:{seller}/{number}"


def by_etgb(number: str) -> str:
    """Key of an ETGB, and of the shipments that stand on it."""
    return f"etgb:{number}"


def by_claim(claim: UUID) -> str:
    """Key of a VAT refund claim, and of the shipments that belong to it."""
    return f"claim:{claim}"


def by_purchase(purchase: UUID) -> str:
    """Key of a purchase invoice, and of what is told of one that is not booked yet."""
    return f"bought:{purchase}"


def by_vat_return(seller: str, period: str) -> str:
    """Key of a seller's VAT return of a period; nothing waits on it."""
    return f"vat:{seller}/{period}"


def draft_of(shipment: UUID) -> str:
    """Stands for a shipment's declared content, where it must be loaded; nothing waits on it."""
    return f"draft:{shipment}"


def books_of(seller: str) -> str:
    """Stands for what a seller's claims are calculated from, where nobody may change it meanwhile; nothing waits on it."""
    return f"books:{seller}"


def claims_of(seller: str, period: str) -> str:
    """Stands for the claims of a seller's VAT period, where they must be loaded; nothing waits on it."""
    return f"period:{seller}/{period}"


def group(number: int) -> str:
    """Stands for shipments that go together (:mod:`workflow.together`), where they must be locked; nothing waits on it."""
    return f"group:{number}"
