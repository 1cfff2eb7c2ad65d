"""The claims of one seller and VAT period, calculated together: as a whole they stay within the period's three bounds.

KDVK 32 and domain section 4 know one refund a period; that late shipments make supplementary claims is the tax office's
practice, and how the bounds are shared among them is our own reading:

* A claim that stands (filed, under review, approved, paid) keeps what it asked for, whatever was approved or paid of it: what
  the tax office denied is decided, and is not asked for again elsewhere. Rejected or reversed as a whole it asks for nothing;
  but its exports took place, so a rejection takes back nothing of what a later claim uses of the period's ceiling.
* Then come those that may be filed, in the order of their supplements. Each is limited by what its own purchases bear, by what
  is free of the period's ceiling, and by what is carried forward less what the claims before it ask for. One that is not filed
  yet uses up what it needs and lends nothing of its own ceiling, since nobody knows whether it will ever be filed.
* What came back of a shipment before its refund was asked for is in none of the bounds: the ceiling is of what stays abroad,
  and a purchase for that shipment is borne by the share of it that does.
* What was reversed of a claim takes its share of the exports with it: goods that came back carry no ceiling.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from uuid import UUID

from workflow.refund.calculation import CENT, NOTHING, Basis, calculate, ceiling_of
from workflow.refund.claim import MAY_BE_FILED, Claim, ClaimStatus
from workflow.refund.purchases import Charged, PurchaseKind, charge
from workflow.refund.sheet import Figures, Sheet
from workflow.refund.vat_return import VatReturn
from workflow.values import vat_period

_NEVER = "9999"


@dataclass(slots=True)
class _Taken:
    """What claims before one have of the period, in TRY: exports by general rate, what they ask for, what purchases bear."""

    exported: dict[Decimal, Decimal] = field(default_factory=dict)
    asked: Decimal = NOTHING
    borne: dict[UUID, Decimal] = field(default_factory=dict)

    def add(self, sheet: Sheet, exported: Mapping[Decimal, Decimal]) -> None:
        """Count a claim."""
        for rate, value in exported.items():
            self.exported[rate] = self.exported.get(rate, NOTHING) + value
        self.asked += sheet.refundable_try if stands(sheet.claim) or sheet.claim.status in MAY_BE_FILED else NOTHING
        for purchase, vat in (sheet.borne or {one.purchase.id: one.vat_try for one in sheet.purchases}).items():
            self.borne[purchase] = self.borne.get(purchase, NOTHING) + vat

    def with_own(self, sheet: Sheet) -> dict[Decimal, Decimal]:
        """Exports by rate, those of a further claim among them."""
        rates = {*self.exported, *sheet.by_rate}
        return {rate: self.exported.get(rate, NOTHING) + sheet.by_rate.get(rate, NOTHING) for rate in rates}


@dataclass(slots=True)
class _Period:
    """A period as it fills: by claims that ``stand``, and by ``all`` so far; ``used`` is the ceiling that the others use."""

    stand: _Taken = field(default_factory=_Taken)
    all: _Taken = field(default_factory=_Taken)
    used: Decimal = NOTHING

    def add(self, sheet: Sheet) -> None:
        """Count a claim that was calculated."""
        exported = _standing_exports(sheet)
        self.all.add(sheet, exported)
        if sheet.claim.status in MAY_BE_FILED:
            self.used += min(ceiling_of(sheet.by_rate), sheet.refundable_try)
        else:
            self.stand.add(sheet, exported)

    def charged(self, sheet: Sheet) -> list[Charged]:
        """What a claim bears of its purchases; one that others bear whole already is none of its own."""
        found = []
        for one in sheet.purchases:
            by_all = _charge(one, sheet, self.all)
            vat = min(by_all.vat_try, _charge(one, sheet, self.stand).vat_try)
            if vat or one.purchase.id not in self.all.borne:
                found.append(Charged(one.purchase, vat))
        return found

    def ceiling_before(self, sheet: Sheet) -> Decimal:
        """What other claims add to a claim's ceiling, before what they ask for; the period's is rounded once, as a whole.

        To one that all its shipments left they add nothing: it exports nothing that it could ask for.
        """
        if not sheet.by_rate:
            return NOTHING
        least = min(ceiling_of(self.stand.with_own(sheet)) + self.used, ceiling_of(self.all.with_own(sheet)))
        return least - ceiling_of(sheet.by_rate)


def stands(claim: Claim) -> bool:
    """Whether something is asked of the tax office by a claim, or was granted on it."""
    return claim.status not in MAY_BE_FILED and (claim.status is not ClaimStatus.REVERSED or claim.partly_reversed)


def calculate_all(
    sheets: Iterable[Sheet], returns: Mapping[str, Sequence[VatReturn]], filed: Mapping[UUID, Figures] | None = None
) -> None:
    """Calculate claims; all those of a seller and period must be among them, or they take what others stand on.

    ``returns`` are what was told of VAT returns by seller; what is carried forward is the least of what those from the period
    to the filing (to now) carry. ``filed`` are the figures that claims which stand were filed with, as far as they were kept.
    """
    kept = filed or {}
    periods: dict[tuple[str, str], _Period] = {}
    for sheet in sorted(sheets, key=_turn):
        claim = sheet.claim
        period = periods.setdefault((claim.seller, claim.period), _Period())
        told = returns.get(claim.seller, ())
        sheet.turnover_try = next((one.turnover_try for one in told if one.period == claim.period), None)
        sheet.purchases = period.charged(sheet)
        incurred = {
            kind: sum((one.vat_try for one in sheet.purchases if one.purchase.kind is kind), NOTHING) for kind in PurchaseKind
        }
        carried, before = _carried(claim, told), period.ceiling_before(sheet)
        basis = Basis(sheet.by_rate, incurred, carried, period.all.asked, before, sheet.back_by_rate)
        sheet.calculation = calculate(basis)
        if claim.id in kept:
            sheet.stand_as_filed(kept[claim.id])
        period.add(sheet)


def _turn(sheet: Sheet) -> tuple[str, str, bool, str, int]:
    """What stands comes first, as it was filed; then what may be filed, in the order of the supplements."""
    claim = sheet.claim
    fileable = claim.status in MAY_BE_FILED
    on = "" if fileable or claim.filed_on is None else claim.filed_on.isoformat()
    return (claim.seller, claim.period, fileable, on, claim.supplement)


def _charge(one: Charged, sheet: Sheet, taken: _Taken) -> Charged:
    exported = sum(taken.with_own(sheet).values(), NOTHING)
    purchase = one.purchase
    borne, stays = taken.borne.get(purchase.id, NOTHING), sheet.stays.get(purchase.id, Fraction(1))
    return charge(purchase, exported, sheet.turnover_try, borne, stays)


def _carried(claim: Claim, told: Sequence[VatReturn]) -> Decimal | None:
    until = _NEVER if claim.filed_on is None or claim.status in MAY_BE_FILED else vat_period(claim.filed_on)
    last = max(until, claim.period)
    carried = [one.carried_try for one in told if claim.period <= one.period <= last and one.carried_try is not None]
    return min(carried, default=None)


def _standing_exports(sheet: Sheet) -> dict[Decimal, Decimal]:
    """What a claim exports by rate, without the share of what was reversed of it; down to the kuruş."""
    if sheet.claim.status in MAY_BE_FILED:
        return sheet.by_rate
    if not stands(sheet.claim):
        return {}
    asked, back = sheet.refundable_try, sheet.claim.reversed_try
    if not back or not asked:
        return sheet.by_rate
    left = max(asked - back, NOTHING)
    return {rate: (value * left / asked).quantize(CENT, ROUND_DOWN) for rate, value in sheet.by_rate.items()}
