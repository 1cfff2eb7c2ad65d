"""The income tax deduction for exports by post or courier, as dated tables: GVK 89/1-(16).

Half of the earnings from exports under an (E)TGB may be deducted on the yearly return by natural persons with full
liability, where the year's revenue stays within tiers that ask for the owner's own insurance and for employees. Source: the
Gelir Vergisi Kanunu; GİB özelge <https://gib.gov.tr/mevzuat/kanun/433/ozelge/21796>; domain section 5. Neither the law that
brought it in nor a later indexation of the tiers could be verified: each row says when its source was last looked at.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflow.rules.law import Dated, in_force

_FIRST = date(1, 1, 1)
_LAST = date(9999, 12, 31)
_CHECKED = date(2026, 11, 23)
_SOURCE = "GVK 89/1-(16)"


@dataclass(frozen=True, slots=True)
class Tier(Dated):
    """Revenue of a year up to ``upto_try`` (included) asks for so many employees, on average over the year.

    ``employees`` are full-time ones or part-time ones of the same working time together. The owner's own insurance (5510) is
    asked for in every tier.
    """

    upto_try: Decimal
    employees: Decimal
    source_checked_on: date


@dataclass(frozen=True, slots=True)
class Share(Dated):
    """The share of the earnings that may be deducted."""

    share: Decimal
    source_checked_on: date


TIERS = (
    Tier(_FIRST, _LAST, _SOURCE, Decimal(400_000), Decimal(0), _CHECKED),
    Tier(_FIRST, _LAST, _SOURCE, Decimal(800_000), Decimal(1), _CHECKED),
    Tier(_FIRST, _LAST, _SOURCE, Decimal(1_600_000), Decimal(2), _CHECKED),
    Tier(_FIRST, _LAST, _SOURCE, Decimal(2_400_000), Decimal(3), _CHECKED),
)

SHARES = (Share(_FIRST, _LAST, _SOURCE, Decimal("0.5"), _CHECKED),)

SOURCES = (
    "193 sayılı Gelir Vergisi Kanunu, madde 89/1-(16)",
    "https://gib.gov.tr/mevzuat/kanun/433/ozelge/21796",
)


def tiers_of(year: int) -> tuple[Tier, ...]:
    """The tiers in force at the end of a year, the lowest first."""
    return tuple(sorted(in_force(TIERS, date(year, 12, 31)), key=lambda tier: tier.upto_try))


def share_of(year: int) -> Decimal:
    """The deductible share in force at the end of a year; zero where there is none."""
    return max((row.share for row in in_force(SHARES, date(year, 12, 31))), default=Decimal(0))
