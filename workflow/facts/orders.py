"""What is said of an order and of its invoice."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from workflow.draft import Draft


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
class RatesPublished:
    """A central bank bulletin; ``rates`` maps a currency to TRY per one unit of it (forex buying divided by unit)."""

    published_on: date
    bulletin: str
    rates: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class RatesAbsent:
    """Days on which a central bank published no bulletin: weekends, holidays."""

    days: tuple[date, ...]
