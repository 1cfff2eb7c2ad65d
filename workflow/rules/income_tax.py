"""The income tax deduction for exports by post or courier, GVK 89/1-(16): which of the law's tiers a year falls under.

Half of the earnings from exports under an (E)TGB may be deducted on the yearly return by natural persons with full
liability, where the year's revenue stays within tiers that ask for the owner's own insurance and for employees. Neither the
law that brought it in nor a later indexation of the tiers could be verified: each row says when its source was last looked at.
"""

from datetime import date
from decimal import Decimal

from workflow.rules.law import LawBook
from workflow.rules.tables import Tier, in_force

SOURCES = (
    "193 sayılı Gelir Vergisi Kanunu, madde 89/1-(16)",
    "https://gib.gov.tr/mevzuat/kanun/433/ozelge/21796",
)


def tiers_of(law: LawBook, year: int) -> tuple[Tier, ...]:
    """The tiers in force at the end of a year, the lowest first."""
    return tuple(sorted(in_force(law.income_tax_tiers, date(year, 12, 31)), key=lambda tier: tier.upto_try))


def share_of(law: LawBook, year: int) -> Decimal:
    """The deductible share in force at the end of a year; zero where there is none."""
    return max((row.share for row in in_force(law.income_tax_shares, date(year, 12, 31))), default=Decimal(0))
