"""The VAT refund: from the closed ETGB to the money in the bank, as figures and rules; pure like all of ``workflow``.

Basis: KDVK 11/1-a, 12 and 32, KDV Genel Uygulama Tebliği II/A-1.1.1. A claim's figures consist of the following, each in a
module of its own, in TRY and to the kuruş (half up), and each part adds up to the whole:

1. :mod:`~workflow.refund.valuation`: each shipment is one :class:`Export`; with the rate that the :class:`RatePolicy` picks
   (kept with bulletin and source) it becomes a :class:`Valued` export. The claim's export value is their sum.
2. :mod:`~workflow.refund.purchases`: each purchase invoice is a :class:`Purchase`; what of its VAT the claim bears makes it
   :class:`Charged`: direct, a share of a general expense, or depreciation. The sum is the incurred VAT (yüklenilen KDV).
3. :mod:`~workflow.refund.calculation`: ``refundable = min(incurred, ceiling = export value x general rate of the day, VAT
   carried forward)``, as an ordered list of :class:`Step` to print; :mod:`~workflow.refund.period` does so for all claims of a
   period, which share its bounds.
4. :mod:`~workflow.refund.attribution`: the refundable VAT over purchases and over shipments. Both lists sum up to it exactly.
5. :mod:`~workflow.refund.periods`: the VAT period (month of the intaç in Istanbul), and the last day on which to claim it.
6. :mod:`~workflow.refund.claim`: one claim a seller and period, a supplementary one for what comes after it was filed;
   :mod:`~workflow.refund.progress` is what the tax office's decisions do to its amounts, :mod:`~workflow.refund.ageing` what of
   the money is still out.
7. :mod:`~workflow.refund.sheet` puts all of this together for claims as they stand now, :mod:`~workflow.refund.checklist` says
   whether one can be filed, :mod:`~workflow.refund.filing` holds it if not; ``listing``, ``listing_lines`` and ``summary`` are
   what people and programs read, :mod:`~workflow.refund.unclaimed` and ``waiting`` what of the year is in no claim.
"""

from workflow.refund.attribution import Attribution, attribute
from workflow.refund.calculation import Basis, Calculation, Step, StepCode, calculate
from workflow.refund.claim import MAY_BE_FILED, NEXT, PASSED, Claim, ClaimStatus, claim_id
from workflow.refund.periods import days_left, deadline, first_day, following, last_day
from workflow.refund.purchases import Booked, Charged, Purchase, PurchaseKind, Withdrawn, charge, purchase_id
from workflow.refund.valuation import Export, RatePolicy, RateUsed, Valued, bulletin_wanted, in_try
from workflow.refund.vat_return import VatReturn, Word

__all__ = [
    "MAY_BE_FILED",
    "NEXT",
    "PASSED",
    "Attribution",
    "Basis",
    "Booked",
    "Calculation",
    "Charged",
    "Claim",
    "ClaimStatus",
    "Export",
    "Purchase",
    "PurchaseKind",
    "RatePolicy",
    "RateUsed",
    "Step",
    "StepCode",
    "Valued",
    "VatReturn",
    "Withdrawn",
    "Word",
    "attribute",
    "bulletin_wanted",
    "calculate",
    "charge",
    "claim_id",
    "days_left",
    "deadline",
    "first_day",
    "following",
    "in_try",
    "last_day",
    "purchase_id",
]
