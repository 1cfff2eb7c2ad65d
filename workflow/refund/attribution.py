"""The refundable VAT over the purchases it comes from and over the shipments it is asked for: both sum up to it exactly.

What does not divide into kuruş goes to the largest remainders, the earlier one first where two are the same, so the same claim
is always cut the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from workflow.refund.calculation import NOTHING, Calculation
from workflow.refund.purchases import Charged, PurchaseKind
from workflow.refund.valuation import Valued


@dataclass(frozen=True, slots=True)
class Attribution:
    """By purchase and by shipment, what of the refundable VAT falls on it, in TRY to the kuruş."""

    by_purchase: dict[UUID, Decimal]
    by_shipment: dict[UUID, Decimal]


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Cut an amount by weights (none negative) into parts of whole kuruş that sum up to it.

    No part exceeds its weight where the total does not exceed their sum. Without any weight all count the same.

    Raises:
        ValueError: there is something to cut and nothing to give it to.
    """
    kurus = int(total.scaleb(2))
    if not weights and kurus:
        raise ValueError("an amount cannot be spread over nothing")
    scaled = [int(weight.scaleb(2)) for weight in weights]
    whole = sum(scaled)
    if not whole:
        scaled, whole = [1] * len(scaled), len(scaled)
    parts = [divmod(kurus * weight, whole) for weight in scaled]
    left = kurus - sum(floor for floor, _ in parts)
    favoured = set(sorted(range(len(parts)), key=lambda place: -parts[place][1])[:left])
    return [Decimal(floor + (place in favoured)).scaleb(-2) for place, (floor, _) in enumerate(parts)]


def attribute(
    calculation: Calculation, purchases: Sequence[Charged], exports: Sequence[Valued], unvalued: Sequence[UUID] = ()
) -> Attribution:
    """Cut a claim over its purchases and its shipments; ``calculation`` must have been made of just these.

    ``unvalued`` are shipments of the claim that have no value while their rate is missing: nothing falls on them by value,
    unless none has any; then all of these count the same. So it is with a supplementary claim, which may ask for what the
    claims before it left of the period's ceiling, until its rates are there.

    What is claimed of a purchase that was for one shipment falls on that one, everything else on all by their value.

    Raises:
        KeyError: a purchase is for a shipment that is not in the claim.
    """
    by_purchase: dict[UUID, Decimal] = {}
    for kind in PurchaseKind:
        alike = [one for one in purchases if one.purchase.kind is kind]
        parts = spread(calculation.claimed[kind], [one.vat_try for one in alike])
        by_purchase.update((one.purchase.id, part) for one, part in zip(alike, parts, strict=True))
    by_shipment = dict.fromkeys((*(one.export.shipment for one in exports), *unvalued), NOTHING)
    rest = calculation.refundable_try
    for one in purchases:
        if one.purchase.shipment is not None:
            by_shipment[one.purchase.shipment] += by_purchase[one.purchase.id]
            rest -= by_purchase[one.purchase.id]
    weights = {one.export.shipment: one.value_try for one in exports} or dict.fromkeys(unvalued, NOTHING)
    for shipment, part in zip(weights, spread(rest, list(weights.values())), strict=True):
        by_shipment[shipment] += part
    return Attribution(by_purchase, by_shipment)
