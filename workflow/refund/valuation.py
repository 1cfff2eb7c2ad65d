"""What exports are worth in TRY: each by one rate, kept with its bulletin, so that a report can print where it comes from.

Practice differs over which bulletin counts, so it is a policy of the installation that is printed with the figures (domain
section 4: practitioners take the bulletin of the working day before the intaç; ISMMMO finds no loss in the invoice's rate).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from workflow.values import to_cents


class RatePolicy(StrEnum):
    """Which of the central bank's bulletins (TCMB, döviz alış) an export is valued by."""

    INTAC_PREV_BULLETIN = "intac_prev_bulletin"
    """The last one before the closing day: it is announced at 15:30 and used from the next day on. The default."""
    INTAC_SAME_DAY = "intac_same_day"
    """That of the closing day itself; where none came out on it, the last one before."""
    INVOICE_DATE = "invoice_date"
    """The last one before the day of the invoice: the one in force when it was issued."""


@dataclass(frozen=True, slots=True)
class RateUsed:
    """TRY for one unit of a currency (a bulletin's forex buying divided by its unit: JPY comes by the hundred).

    ``published_on`` is the day of the bulletin, ``source`` its bank and number. For TRY itself the rate is one, of no day.
    """

    currency: str
    rate: Decimal
    published_on: date | None
    source: str


TURKISH_LIRA = RateUsed("TRY", Decimal(1), None, "")
"""What an invoice in lira is valued by."""


@dataclass(frozen=True, slots=True)
class Export:
    """One shipment of a claim: its invoice (``amount`` in ``currency``) and its ETGB, closed on ``closed_on``."""

    shipment: UUID
    reference: str
    invoice_number: str
    invoiced_on: date
    etgb_number: str
    registered_on: date
    closed_on: date
    currency: str
    amount: Decimal
    registered_on_inferred: bool = False
    """Nobody told the day of registration: it is that on which the ETGB was first told of."""
    hand_over_inferred: bool = False
    """No scan shows that the courier took it: its ETGB is the evidence."""
    back: Decimal = Decimal("0.00")
    """What of the amount came back in part before the refund was asked for: only the rest is an export."""

    @property
    def stays(self) -> Decimal:
        """What of the amount stays abroad."""
        return self.amount - self.back


@dataclass(frozen=True, slots=True)
class Valued:
    """An export with its value in TRY and the rate that it was made by."""

    export: Export
    rate: RateUsed
    value_try: Decimal


def bulletin_wanted(policy: RatePolicy, closed_on: date, invoiced_on: date) -> date:
    """The day whose rate counts: the bulletin wanted is the last one that came out before it.

    It is to be given to :meth:`workflow.bulletins.Bulletins.in_force`, which walks back over weekends and holidays.
    """
    if policy is RatePolicy.INVOICE_DATE:
        return invoiced_on
    return closed_on + timedelta(days=policy is RatePolicy.INTAC_SAME_DAY)


def in_try(export: Export, rate: RateUsed) -> Valued:
    """Value what stays abroad of an export by a rate of its currency, half up to the kuruş.

    Raises:
        ValueError: the rate is of another currency.
    """
    if rate.currency != export.currency:
        message = f"a rate of {rate.currency} cannot value an invoice in {export.currency}"
        raise ValueError(message)
    return Valued(export, rate, to_cents(export.stays * rate.rate))
