"""What is said of claims, of purchases and of VAT returns."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from workflow.refund.purchases import Purchase


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
