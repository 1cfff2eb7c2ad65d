"""What is said of a shipment on its way: by the courier, by customs, by the tax office's list of exports."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from workflow.delivery import DeliveryStatus


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
class GoodsReturned:
    """The goods came back, or never left customs.

    With ``pieces`` (line of the order from 1 on, quantity) only those came back, and the shipment stays where it is.
    """

    key: str
    reason: str
    pieces: tuple[tuple[int, Decimal], ...] = ()
