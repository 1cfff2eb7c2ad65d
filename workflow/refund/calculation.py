"""What a claim is worth: the least of what was incurred, the ceiling, and what is carried forward, with every step.

Domain section 4: refund = min(yüklenilen, azami, devreden); KDVK 32. Whatever a bound takes away is taken from depreciation
first, then from general expenses, then from the goods.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from workflow.refund.purchases import PurchaseKind
from workflow.values import to_cents

NOTHING = Decimal("0.00")
CENT = Decimal("0.01")


class StepCode(StrEnum):
    """What a line of the calculation says; the order is that of the sheet."""

    EXPORTED = "exported"
    """Value of the invoices in TRY at one general rate (``rate``): one line a rate, where it changed within the period."""
    BACK = "back"
    """What of it came back in part, taken off the export value (``rate``: one line a rate); the ceiling is of what is left."""
    DIRECT = "direct"
    GENERAL = "general"
    DEPRECIATION = "depreciation"
    INCURRED = "incurred"
    """Yüklenilen KDV: the three before together."""
    CEILING = "ceiling"
    """Azami iade: export value times general rate."""
    CEILING_BEFORE = "ceiling_before"
    """What the other claims of the same period add to the ceiling, which is that of the period as a whole."""
    CARRIED = "carried"
    """Devreden KDV: the least of what the returns from the period to now carry forward, as a person told it."""
    CLAIMED_BEFORE = "claimed_before"
    """What other claims of the same period ask for before this one: it takes of the ceiling and of what is carried forward."""
    REFUNDABLE = "refundable"


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the calculation: an amount in TRY, ``None`` where it is not known yet; ``rate`` as a share (0.20)."""

    code: StepCode
    amount_try: Decimal | None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What is calculated with: TRY to the kuruş, never negative.

    ``exported`` maps a general VAT rate to the value exported on days on which it held, without what came back of it, which
    is in ``back``; ``incurred`` a kind to what its purchases bear; ``carried_try`` is ``None`` while nobody has told it.
    ``ceiling_before_try`` and ``claimed_before_try`` are of the other claims of the period (:mod:`workflow.refund.period`).
    """

    exported: Mapping[Decimal, Decimal]
    incurred: Mapping[PurchaseKind, Decimal]
    carried_try: Decimal | None
    claimed_before_try: Decimal = NOTHING
    ceiling_before_try: Decimal = NOTHING
    back: Mapping[Decimal, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calculation:
    """A claim's figures. ``claimed`` says how much of each kind is in ``refundable_try``; its sum is exactly that.

    ``ceiling_try`` and ``carried_try`` are what the other claims of the period leave of them.

    ``bound`` is the step that decides: ``incurred``, ``ceiling`` or ``carried``. While what is carried forward is not told, the
    other two decide, and the claim cannot be filed without saying why.
    """

    steps: tuple[Step, ...]
    exported_try: Decimal
    incurred_try: Decimal
    ceiling_try: Decimal
    carried_try: Decimal | None
    refundable_try: Decimal
    bound: StepCode
    claimed: Mapping[PurchaseKind, Decimal]

    @property
    def back_try(self) -> Decimal:
        """What came back in part before the refund was asked for, as far as the invoices have it; not in ``exported_try``."""
        return sum((one.amount_try or NOTHING for one in self.steps if one.code is StepCode.BACK), NOTHING)


def calculate(basis: Basis) -> Calculation:
    """Calculate a claim."""
    exported = sum(basis.exported.values(), NOTHING)
    incurred = sum(basis.incurred.values(), NOTHING)
    ceiling = ceiling_of(basis.exported)
    free = max(ceiling + basis.ceiling_before_try - basis.claimed_before_try, NOTHING)
    bounds = {StepCode.INCURRED: incurred, StepCode.CEILING: free}
    if basis.carried_try is not None:
        bounds[StepCode.CARRIED] = max(basis.carried_try - basis.claimed_before_try, NOTHING)
    bound = min(bounds, key=lambda code: bounds[code])
    refundable = bounds[bound]
    claimed = _taken(refundable, basis.incurred)
    return Calculation(
        steps=tuple(_steps(basis, incurred, ceiling, refundable)),
        exported_try=exported,
        incurred_try=incurred,
        ceiling_try=free,
        carried_try=bounds.get(StepCode.CARRIED),
        refundable_try=refundable,
        bound=bound,
        claimed=claimed,
    )


def ceiling_of(exported: Mapping[Decimal, Decimal]) -> Decimal:
    """What may be refunded at most (azami iade) of exports by general rate, in TRY: each half up to the kuruş."""
    return sum((to_cents(value * rate) for rate, value in exported.items()), NOTHING)


def _taken(refundable: Decimal, incurred: Mapping[PurchaseKind, Decimal]) -> dict[PurchaseKind, Decimal]:
    """How much of each kind is claimed, in the order of the kinds, until the whole is reached."""
    left = refundable
    taken: dict[PurchaseKind, Decimal] = {}
    for kind in PurchaseKind:
        taken[kind] = min(incurred.get(kind, NOTHING), left)
        left -= taken[kind]
    return taken


def _steps(basis: Basis, incurred: Decimal, ceiling: Decimal, refundable: Decimal) -> list[Step]:
    came = {rate: value for rate, value in sorted(basis.back.items()) if value}
    found = [Step(StepCode.EXPORTED, value + came.get(rate, NOTHING), rate) for rate, value in sorted(basis.exported.items())]
    found += [Step(StepCode.BACK, value, rate) for rate, value in came.items()]
    found += [Step(StepCode(kind.value), basis.incurred.get(kind, NOTHING)) for kind in PurchaseKind]
    found += [Step(StepCode.INCURRED, incurred), Step(StepCode.CEILING, ceiling)]
    if basis.ceiling_before_try:
        found.append(Step(StepCode.CEILING_BEFORE, basis.ceiling_before_try))
    found.append(Step(StepCode.CARRIED, basis.carried_try))
    if basis.claimed_before_try:
        found.append(Step(StepCode.CLAIMED_BEFORE, basis.claimed_before_try))
    return [*found, Step(StepCode.REFUNDABLE, refundable)]
