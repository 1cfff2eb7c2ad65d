"""Which central bank bulletin is in force on a day: the rate that an invoice states.

A bulletin comes out at 15:30 and is used from the next day on, so the rate of a day is that of the working day before it:
TCMB, döviz alış (forex buying); practice of KDV reports, domain sections 4 and 6.2. Nothing is guessed: the bulletin is the
one in force only where it is known of every working day after it that no bulletin came out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from workflow.errors import KervanError
from workflow.invoice import Rate
from workflow.rules.law import WALK_BACK_DAYS

_DAY = timedelta(days=1)
_SATURDAY = 5


def is_weekend(day: date) -> bool:
    """Whether a day is a Saturday or a Sunday, on which the central bank publishes nothing."""
    return day.weekday() >= _SATURDAY


class RateMissingError(KervanError):
    """The rate of a day is not known here: ``unknown`` are the days of which it is not known whether they have a bulletin."""

    def __init__(self, currency: str, day: date, unknown: tuple[date, ...]) -> None:
        """Name the days to fetch."""
        self.currency, self.day, self.unknown = currency, day, unknown
        since, until = min(unknown), max(unknown)
        super().__init__(
            f"The rate of {currency} on {day} is missing: it is that of the central bank's last bulletin before the day, and "
            f"it is not known here whether one came out between {since} and {until}. Nothing is guessed. Fetch it with `kervan "
            f"rates fetch --from {since} --to {until}`, or give the bulletins with `kervan import rates FILE`."
        )


class CurrencyNotListedError(KervanError):
    """The bulletin in force on a day has no rate for a currency."""

    def __init__(self, currency: str, day: date, bulletin: date) -> None:
        """Name the bulletin."""
        self.currency, self.day, self.bulletin = currency, day, bulletin
        super().__init__(
            f"The central bank's bulletin of {bulletin}, in force on {day}, has no rate for {currency} here. If it was an "
            "excerpt, fetch or import the whole bulletin; if the bank does not list the currency, invoice in one that it lists."
        )


class NoBulletinInReachError(KervanError):
    """No bulletin came out in the twelve days before a day; not even the longest holidays last that long."""

    def __init__(self, currency: str, day: date) -> None:
        """Name the day."""
        self.currency, self.day = currency, day
        super().__init__(
            f"The rate of {currency} on {day} is missing: it is held that the central bank published nothing in the "
            f"{WALK_BACK_DAYS} days before, which cannot be. Look for a wrong import of days without a bulletin."
        )


RATE_ERRORS = (RateMissingError, CurrencyNotListedError, NoBulletinInReachError)
"""Why a day may have no rate."""


@dataclass(frozen=True, slots=True)
class Bulletins:
    """What is known of some days: the bulletins (TRY for one unit of a currency), and the days that had none."""

    published: Mapping[date, Mapping[str, Decimal]]
    absent: frozenset[date] = field(default_factory=frozenset)

    def in_force(self, currency: str, day: date) -> Rate | None:
        """The rate of a day for an invoice; ``None`` for TRY, which needs none.

        Raises:
            RateMissingError: a working day before may have a bulletin that is not known here.
            CurrencyNotListedError: the bulletin in force does not have the currency.
            NoBulletinInReachError: twelve days without any bulletin.
        """
        if currency == "TRY":
            return None
        unknown: list[date] = []
        for one in (day - back * _DAY for back in range(1, WALK_BACK_DAYS + 1)):
            bulletin = self.published.get(one)
            if bulletin is None:
                if one not in self.absent and not is_weekend(one):
                    unknown.append(one)
                continue
            if unknown:
                break
            if currency not in bulletin:
                raise CurrencyNotListedError(currency, day, one)
            return Rate(bulletin[currency], one)
        if unknown:
            raise RateMissingError(currency, day, tuple(sorted(unknown)))
        raise NoBulletinInReachError(currency, day)
