"""Whether a claim can be filed: a checklist in which what blocks stands apart from what is only to be known.

Documents and days that the law asks for block. What depends on figures blocks as soon as Kervan has the claim's purchases: who
calculates elsewhere, and only follows the claim here, is told and not held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from workflow.refund import terms
from workflow.refund.calculation import Calculation
from workflow.refund.claim import Claim
from workflow.refund.purchases import Charged, Purchase, PurchaseKind
from workflow.rules.law import LawBook
from workflow.values import is_valid_tax_number, shown

SOON_DAYS = 90
"""From how many days before the deadline on it is pointed at."""


class Severity(StrEnum):
    """What an item that is not met does."""

    BLOCK = "block"
    ADVISE = "advise"


class Check(StrEnum):
    """What is looked at, in the order of the list."""

    SHIPMENTS = "shipments"
    ETGB = "etgb"
    CLOSING = "closing"
    VEDOP = "vedop"
    RETURNED = "returned"
    INVOICE_XML = "invoice_xml"
    AMOUNTS = "amounts"
    RATES = "rates"
    PURCHASES = "purchases"
    SUPPLIERS = "suppliers"
    SHARES = "shares"
    CARRIED = "carried"
    MINIMUM = "minimum"
    INSPECTION = "inspection"
    DEADLINE = "deadline"


OF_SHIPMENTS: Mapping[Check, Severity] = {
    Check.ETGB: Severity.BLOCK,
    Check.CLOSING: Severity.BLOCK,
    Check.VEDOP: Severity.BLOCK,
    Check.RETURNED: Severity.BLOCK,
    Check.INVOICE_XML: Severity.ADVISE,
    Check.AMOUNTS: Severity.ADVISE,
}
"""What is looked at shipment by shipment."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many shipments do not meet a check, and the first of them."""

    count: int
    shipments: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the checklist; ``count`` says of how many (shipments, purchases, days) it is not met."""

    check: Check
    severity: Severity
    met: bool
    params: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    shipments: tuple[UUID, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether the claim cannot be filed for it."""
        return not self.met and self.severity is Severity.BLOCK


@dataclass(frozen=True, slots=True)
class Looked:
    """What the checklist is made of; ``unvalued`` maps a currency to the days whose rate is missing."""

    claim: Claim
    shipments: int
    lacking: Mapping[Check, Lacking]
    unvalued: Mapping[str, Sequence[date]]
    purchases: Sequence[Charged]
    calculation: Calculation
    turnover_try: Decimal | None
    tolerance: Decimal


def checklist(looked: Looked, law: LawBook, today: date) -> list[Item]:
    """The checklist of a claim on a day (Istanbul)."""
    figures = Severity.BLOCK if looked.purchases else Severity.ADVISE
    return [
        Item(Check.SHIPMENTS, Severity.BLOCK, looked.shipments > 0, {"count": str(looked.shipments)}),
        *_of_shipments(looked),
        _rates(looked, figures),
        Item(Check.PURCHASES, Severity.ADVISE, bool(looked.purchases), {"count": str(len(looked.purchases))}),
        *_of_purchases(looked),
        Item(Check.CARRIED, figures, looked.calculation.carried_try is not None, _tl(looked.calculation.carried_try)),
        *_of_amount(looked, law, figures),
        _deadline(looked.claim, law, today),
    ]


def _of_shipments(looked: Looked) -> list[Item]:
    found = []
    for check, severity in OF_SHIPMENTS.items():
        lacking = looked.lacking.get(check, Lacking(0))
        params = {"count": str(lacking.count), "percent": shown(looked.tolerance * 100)}
        found.append(Item(check, severity, not lacking.count, params, lacking.count, lacking.shipments))
    return found


def _rates(looked: Looked, severity: Severity) -> Item:
    days = sorted({day for missing in looked.unvalued.values() for day in missing})
    params = {"currencies": ", ".join(sorted(looked.unvalued))}
    if days:
        params |= {"since": days[0].isoformat(), "until": days[-1].isoformat()}
    return Item(Check.RATES, severity, not days, params, len(days))


def is_complete(purchase: Purchase) -> bool:
    """Whether the supplier of a purchase is named as the tax office's lists want it: name, and a number that checks."""
    return bool(purchase.supplier_name) and is_valid_tax_number(purchase.supplier_tax_number)


def _of_purchases(looked: Looked) -> list[Item]:
    if not looked.purchases:
        return []
    bad = [one.purchase.invoice_number for one in looked.purchases if not is_complete(one.purchase)]
    shared = [one.purchase for one in looked.purchases if one.purchase.kind is not PurchaseKind.DIRECT]
    open_shares = [one for one in shared if one.share is None and one.incurred_try is None] if not looked.turnover_try else []
    return [
        Item(Check.SUPPLIERS, Severity.BLOCK, not bad, {"count": str(len(bad)), "first": ", ".join(bad[:3])}, len(bad)),
        Item(Check.SHARES, Severity.ADVISE, not open_shares, {"count": str(len(open_shares))}, len(open_shares)),
    ]


def _of_amount(looked: Looked, law: LawBook, severity: Severity) -> list[Item]:
    if not looked.purchases:
        return []
    amount, period = looked.calculation.refundable_try, looked.claim.period
    least, most = terms.minimum(law, period), terms.inspection_limit(law, period)
    return [
        Item(Check.MINIMUM, severity, amount >= least, {"amount": shown_try(amount), "least": shown_try(least)}),
        Item(Check.INSPECTION, Severity.ADVISE, amount <= most, {"amount": shown_try(amount), "most": shown_try(most)}),
    ]


def _deadline(claim: Claim, law: LawBook, today: date) -> Item:
    last = terms.deadline(law, claim.period)
    left = (last - today).days
    severity = Severity.BLOCK if left < 0 else Severity.ADVISE
    return Item(Check.DEADLINE, severity, left > SOON_DAYS, {"last": last.isoformat(), "days": str(left)})


def _tl(amount: Decimal | None) -> dict[str, str]:
    return {} if amount is None else {"amount": shown_try(amount)}


def shown_try(amount: Decimal) -> str:
    """Lira as both languages can read them: ``10000.00``."""
    return f"{amount:.2f}"
