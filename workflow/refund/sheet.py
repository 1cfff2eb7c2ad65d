"""A claim with its figures as they stand: what the database counts of it, put through the calculation.

The sums of a sheet are those of its lines to the kuruş: each export is rounded before it is added, wherever that is done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from workflow.refund import terms
from workflow.refund.attribution import Attribution
from workflow.refund.calculation import NOTHING, Basis, Calculation, calculate
from workflow.refund.claim import MAY_BE_FILED, Claim
from workflow.refund.purchases import Charged, PurchaseKind, charge
from workflow.refund.readiness import Check, Item, Lacking
from workflow.refund.valuation import RatePolicy, Valued
from workflow.refund.vat_return import VatReturn
from workflow.rules.law import LawBook
from workflow.values import vat_period

_NEVER = "9999"


@dataclass(frozen=True, slots=True)
class InCurrency:
    """What a claim's shipments export in one currency, and its value in TRY as far as the rates are known."""

    currency: str
    amount: Decimal
    value_try: Decimal


@dataclass(slots=True)
class Sheet:
    """A claim with its figures and its checklist. ``policy`` is the one that it was filed by, or the installation's."""

    claim: Claim
    policy: RatePolicy
    shipments: int = 0
    exported: list[InCurrency] = field(default_factory=list)
    by_rate: dict[Decimal, Decimal] = field(default_factory=dict)
    """Export value by general VAT rate."""
    unvalued: dict[str, list[date]] = field(default_factory=dict)
    lacking: dict[Check, Lacking] = field(default_factory=dict)
    purchases: list[Charged] = field(default_factory=list)
    late_purchases: int = 0
    """Those of the purchases that are for shipments of an earlier claim of the period, and were told after it was filed."""
    turnover_try: Decimal | None = None
    calculation: Calculation = field(default_factory=lambda: calculate(Basis({}, {}, None)))
    checklist: list[Item] = field(default_factory=list)
    """Of a claim that can be filed; of others it has no use any more."""

    @property
    def blocked(self) -> bool:
        """Whether the checklist forbids to file it."""
        return any(item.blocks for item in self.checklist)

    @property
    def exported_try(self) -> Decimal:
        """As filed, or as calculated."""
        filed = None if self.claim.status in MAY_BE_FILED else self.claim.exported_try
        return self.calculation.exported_try if filed is None else filed

    @property
    def refundable_try(self) -> Decimal:
        """As filed, or as calculated."""
        filed = None if self.claim.status in MAY_BE_FILED else self.claim.refundable_try
        return self.calculation.refundable_try if filed is None else filed


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Purchases for a claim that was filed without them, and their VAT in TRY."""

    count: int
    vat_try: Decimal


@dataclass(frozen=True, slots=True)
class Lines:
    """A claim shipment by shipment and purchase by purchase; both lists of ``cut`` sum up to the calculation's refund.

    ``returned`` names the shipments whose goods came back, ``to_reverse`` those whose part was not given back yet.
    """

    sheet: Sheet
    valued: tuple[Valued, ...]
    cut: Attribution
    returned: frozenset[UUID]
    to_reverse: frozenset[UUID] = frozenset()
    left_over: LeftOver | None = None
    """What was bought for it and told after it was filed, while no claim of its period can take that."""


def calculate_all(sheets: Iterable[Sheet], returns: Mapping[str, Sequence[VatReturn]]) -> None:
    """Calculate claims in the order of their supplements: an earlier one takes of what its period carries forward.

    What is carried forward is the least of what the returns from the period to the filing (to now) carry.
    """
    asked: dict[tuple[str, str], Decimal] = {}
    for sheet in sorted(sheets, key=lambda one: (one.claim.seller, one.claim.period, one.claim.supplement)):
        claim = sheet.claim
        place = (claim.seller, claim.period)
        told = returns.get(claim.seller, ())
        until = _NEVER if claim.filed_on is None or claim.status in MAY_BE_FILED else vat_period(claim.filed_on)
        carried = [
            one.carried_try
            for one in told
            if claim.period <= one.period <= max(until, claim.period) and one.carried_try is not None
        ]
        sheet.turnover_try = next((one.turnover_try for one in told if one.period == claim.period), None)
        exported = sum(sheet.by_rate.values(), NOTHING)
        sheet.purchases = [charge(one.purchase, exported, sheet.turnover_try) for one in sheet.purchases]
        incurred = {
            kind: sum((one.vat_try for one in sheet.purchases if one.purchase.kind is kind), NOTHING) for kind in PurchaseKind
        }
        basis = Basis(sheet.by_rate, incurred, min(carried, default=None), asked.get(place, NOTHING))
        sheet.calculation = calculate(basis)
        asked[place] = asked.get(place, NOTHING) + sheet.refundable_try


def below_minimum(sheets: Iterable[Sheet], law: LawBook, today: date) -> list[Sheet]:
    """Claims that may still be filed and that are too small to be."""
    return [
        one
        for one in sheets
        if one.claim.status in MAY_BE_FILED
        and one.refundable_try < terms.minimum(law, one.claim.period)
        and terms.days_left(law, one.claim.period, today) >= 0
    ]
