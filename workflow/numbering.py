"""Numbers of invoices: a series for each seller and year, without a gap, and the life of one number in it.

Three characters, the year, nine digits (GİB's UBL-TR guide; rule ``InvoiceIDCheck``). A number belongs to one shipment
from the moment it is drawn. It is used up only where an invoice was issued under it; until then it stays with its shipment,
and where that shipment is cancelled the next one gets it.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from workflow.errors import KervanError
from workflow.values import istanbul_day

_NAMESPACE = UUID("8a0c7a5e-5a3f-5d0e-9b57-2c1b6f0d4e11")
_SERIES = re.compile(r"[A-Z0-9]{3}", re.ASCII)
LAST_SERIAL = 999_999_999


class SeriesExhaustedError(KervanError):
    """A series has no number left this year: begin another series (KERVAN_SELLERS__<VKN>__INVOICE_SERIES)."""


class WrongSeriesError(KervanError):
    """A series is not three capital letters (A-Z) or digits: correct KERVAN_SELLERS__<VKN>__INVOICE_SERIES."""


class NumberState(StrEnum):
    """Where a number stands.

    ``reserved``: drawn for a shipment, nothing left the house. ``sent``: handed to the issuer, who has not said what
    became of it: never to be used for anything else before that is known. ``rejected``: the issuer does not take the
    document; the number is unused. ``issued`` and ``cancelled``: used up.
    """

    RESERVED = "reserved"
    SENT = "sent"
    REJECTED = "rejected"
    ISSUED = "issued"
    CANCELLED = "cancelled"


LIVE = (NumberState.RESERVED, NumberState.SENT, NumberState.REJECTED, NumberState.ISSUED)
"""A shipment has at most one number in one of these states."""
UNUSED = (NumberState.RESERVED, NumberState.REJECTED)
"""Here the number can still be given another document, or another shipment."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number and what happened under it.

    ``request`` is the task it was drawn for, ``issued_at`` the moment that stands on the invoice (UTC), ``document`` and
    ``signed`` are SHA-256 sums of what was handed over and what came back. ``busy_until`` is how long somebody holds it.
    """

    seller: str
    number: str
    shipment: UUID
    request: str
    ettn: UUID
    issued_at: datetime
    state: NumberState
    issuer: str = ""
    document: str = ""
    signed: str = ""
    reason: str = ""
    sent_at: datetime | None = None
    settled_at: datetime | None = None
    busy_until: datetime | None = None

    @property
    def issued_on(self) -> date:
        """The day of issue in Istanbul."""
        return istanbul_day(self.issued_at)


def series_of(text: str) -> str:
    """A series as it is written.

    Raises:
        WrongSeriesError: it is not three capital letters or digits.
    """
    if not _SERIES.fullmatch(text):
        message = (
            f"Invoice series {text!r} is not three capital letters (A-Z) or digits, so no invoice can be numbered. "
            "Correct KERVAN_SELLERS__<VKN>__INVOICE_SERIES."
        )
        raise WrongSeriesError(message)
    return text


def year_of(moment: datetime) -> int:
    """The year that stands in a number drawn at a moment: Istanbul's."""
    return istanbul_day(moment).year


def number(series: str, year: int, serial: int) -> str:
    """An invoice number.

    Raises:
        SeriesExhaustedError: there is no such serial.
    """
    if not 0 <= serial <= LAST_SERIAL:
        message = f"Series {series} has no number left in {year}; nothing was issued. Set another series for the seller."
        raise SeriesExhaustedError(message)
    return f"{series}{year:04d}{serial:09d}"


def ettn(seller: str, invoice_number: str, request: str) -> UUID:
    """The ETTN of a document: another request under the same number is another document, the same one the same."""
    return uuid5(_NAMESPACE, f"{seller}/{invoice_number}/{request}")


def dated(held: Numbered, now: datetime) -> datetime:
    """When a number that is still unused is to be issued: now, or within its own year where that has passed."""
    return now if year_of(now) == year_of(held.issued_at) else held.issued_at
