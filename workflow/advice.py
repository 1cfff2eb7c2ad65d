"""Whether a seller could deduct half of the year's export earnings (GVK 89/1-(16)), and what is missing. Advisory only.

Pure: the revenue comes from outside, and with it what could not be converted; conditions are met, missing, or not known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from workflow.rules.income_tax import share_of, tiers_of
from workflow.rules.law import LawBook
from workflow.rules.tables import Tier
from workflow.values import is_valid_tckn, to_cents


@dataclass(frozen=True, slots=True)
class Unconverted:
    """Invoices of one day in one currency for which there is no rate, and why."""

    currency: str
    day: date
    shipments: int
    amount: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class Revenue:
    """What a seller's shipments of a year were invoiced for: in TRY, and what could not be converted to it."""

    total_try: Decimal
    shipments: int
    unconverted: tuple[Unconverted, ...] = ()


@dataclass(frozen=True, slots=True)
class Seller:
    """What only the seller knows; ``None`` where it was not said.

    ``employees`` is the year's average in full-time equivalents; ``earnings_try`` what is left of the revenue after costs.
    """

    tax_number: str
    insured: bool | None = None
    employees: Decimal | None = None
    natural_person: bool | None = None
    earnings_try: Decimal | None = None


class Standing(StrEnum):
    """How a condition, or all of them together, stand."""

    MET = "met"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Condition(StrEnum):
    """What the law asks for."""

    NATURAL_PERSON = "natural_person"
    REVENUE = "revenue"
    OWN_INSURANCE = "own_insurance"
    EMPLOYEES = "employees"


class Caveat(StrEnum):
    """Why the advice may turn out otherwise."""

    NOT_CONVERTED = "not_converted"
    YEAR_NOT_OVER = "year_not_over"
    NO_EARNINGS = "no_earnings"
    TIERS_UNVERIFIED = "tiers_unverified"


@dataclass(frozen=True, slots=True)
class Checked:
    """A condition and how it stands; ``have`` and ``need`` are amounts in TRY or numbers of employees."""

    condition: Condition
    standing: Standing
    have: Decimal | None = None
    need: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """What follows from a year.

    ``tier`` is ``None`` above the highest; ``deduction_try`` is there where the earnings are known and nothing is missing.
    ``tiers`` and ``conditions`` are empty where nothing is known of the year's law.
    """

    year: int
    seller: Seller
    revenue: Revenue
    tiers: tuple[Tier, ...]
    tier: Tier | None
    conditions: tuple[Checked, ...]
    share: Decimal
    deduction_try: Decimal | None
    caveats: tuple[Caveat, ...]

    @property
    def standing(self) -> Standing:
        """All conditions together: one that is missing decides, then one that is not known; without tiers none is known."""
        if not self.tiers:
            return Standing.UNKNOWN
        found = {checked.standing for checked in self.conditions}
        return next((one for one in (Standing.MISSING, Standing.UNKNOWN) if one in found), Standing.MET)


def income_tax(year: int, revenue: Revenue, seller: Seller, today: date, law: LawBook) -> Advice:
    """Hold a seller's year against the tiers in force at its end.

    What could not be converted may lift the year into a higher tier, so the revenue counts as not known then, unless what is
    known is above the highest tier already. Of a year without tiers or share in the tables nothing is known, and nothing else
    is asked then.
    """
    tiers, share = tiers_of(law, year), share_of(law, year)
    if not tiers or not share:
        caveats = tuple(one for one in _caveats(year, revenue, seller, today) if one in _OF_THE_REVENUE)
        return Advice(year, seller, revenue, (), None, (), Decimal(0), None, caveats)
    tier = next((one for one in tiers if revenue.total_try <= one.upto_try), None)
    conditions = (_person(seller), _revenue(revenue, tiers, tier), _insurance(seller), *_employees(seller, tier))
    advice = Advice(year, seller, revenue, tiers, tier, conditions, share, None, tuple(_caveats(year, revenue, seller, today)))
    if seller.earnings_try is None or advice.standing is Standing.MISSING:
        return advice
    deduction = to_cents(max(seller.earnings_try, Decimal(0)) * share)
    return Advice(year, seller, revenue, tiers, tier, conditions, share, deduction, advice.caveats)


_OF_THE_REVENUE = frozenset({Caveat.NOT_CONVERTED, Caveat.YEAR_NOT_OVER})


def _standing(met: bool | None) -> Standing:  # noqa: FBT001 - what was said of a condition
    return Standing.UNKNOWN if met is None else Standing.MET if met else Standing.MISSING


def _person(seller: Seller) -> Checked:
    """A TCKN is a person's; a VKN may be either's, and has to be said."""
    said = seller.natural_person
    return Checked(Condition.NATURAL_PERSON, _standing(True if said is None and is_valid_tckn(seller.tax_number) else said))


def _revenue(revenue: Revenue, tiers: tuple[Tier, ...], tier: Tier | None) -> Checked:
    highest = tiers[-1].upto_try if tiers else Decimal(0)
    known: bool | None = None if tier is not None and revenue.unconverted else tier is not None
    return Checked(Condition.REVENUE, _standing(known), revenue.total_try, highest)


def _insurance(seller: Seller) -> Checked:
    return Checked(Condition.OWN_INSURANCE, _standing(seller.insured))


def _employees(seller: Seller, tier: Tier | None) -> Iterator[Checked]:
    """Asked for above the first tier only; above the last nothing helps."""
    if tier is None or not tier.employees:
        return
    met = None if seller.employees is None else seller.employees >= tier.employees
    yield Checked(Condition.EMPLOYEES, _standing(met), seller.employees, tier.employees)


def _caveats(year: int, revenue: Revenue, seller: Seller, today: date) -> Iterator[Caveat]:
    if revenue.unconverted:
        yield Caveat.NOT_CONVERTED
    if today <= date(year, 12, 31):
        yield Caveat.YEAR_NOT_OVER
    if seller.earnings_try is None:
        yield Caveat.NO_EARNINGS
    yield Caveat.TIERS_UNVERIFIED
