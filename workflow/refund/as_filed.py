"""What a claim is filed with, read at once: kept as it was, so that nothing that is learnt later changes what was filed.

It is kept as one document with its SHA-256, not as rows: nobody asks for a line of it alone, whoever reads it again wants all
of it, and its sum proves that it is still what was filed, whatever becomes of tables and rules.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from workflow.refund.attribution import Attribution
from workflow.refund.claim import MAY_BE_FILED, Claim, ClaimStatus
from workflow.refund.purchases import Charged
from workflow.refund.sheet import Figures, Filing, Lines, Sheet
from workflow.refund.valuation import Valued


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim's calculation line by line: each shipment with its rate and value, each purchase with the VAT that is borne.

    ``by_purchase`` and ``by_shipment`` cut what is refundable, in TRY, as :class:`~workflow.refund.attribution.Attribution`.
    """

    claim: UUID
    seller: str
    period: str
    supplement: int
    figures: Figures
    purchases: tuple[Charged, ...]
    valued: tuple[Valued, ...]
    by_purchase: dict[UUID, Decimal]
    by_shipment: dict[UUID, Decimal]


def reading(lines: Lines) -> Reading:
    """What a claim would be filed with."""
    sheet, of = lines.sheet, lines.sheet.claim
    return Reading(
        of.id,
        of.seller,
        of.period,
        of.supplement,
        sheet.figures(),
        tuple(sheet.purchases),
        lines.valued,
        dict(lines.cut.by_purchase),
        dict(lines.cut.by_shipment),
    )


def bears(found: Reading) -> dict[UUID, Decimal]:
    """The purchases that stand in a reading: those of which it bears something, and how much. Only they go with the claim."""
    return {one.purchase.id: one.vat_try for one in found.purchases if one.vat_try}


def lines_of(found: Reading, filing: Filing, claim: Claim) -> Lines:
    """A claim line by line as it was filed; what was learnt since (returns, what is left over) is not in it."""
    stands = claim.petition_number == filing.petition_number and claim.status not in MAY_BE_FILED
    of = replace(
        claim,
        status=claim.status if stands else ClaimStatus.FILED,
        petition_number=filing.petition_number,
        filed_on=filing.filed_on,
        exported_try=filing.exported_try,
        refundable_try=filing.refundable_try,
        override=filing.override,
    )
    sheet = Sheet(of, found.figures.policy, purchases=list(found.purchases))
    sheet.stand_as_filed(found.figures)
    cut = Attribution(dict(found.by_purchase), dict(found.by_shipment))
    return Lines(sheet, found.valued, cut, frozenset(), filing=filing)
