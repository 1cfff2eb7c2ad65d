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

from workflow.refund.calculation import Calculation
from workflow.refund.claim import Claim
from workflow.refund.purchases import Charged

SOON_DAYS = 90
"""From how many days before the deadline on it is pointed at."""


class Severity(StrEnum):
    """What an item that is not met does."""

    BLOCK = "block"
    ADVISE = "advise"


class Check(StrEnum):
    """What is looked at, in the order of the list."""

    PERIOD = "period"
    SHIPMENTS = "shipments"
    ETGB = "etgb"
    CLOSING = "closing"
    VEDOP = "vedop"
    RETURNED = "returned"
    PART_BACK = "part_back"
    INVOICE_XML = "invoice_xml"
    AMOUNTS = "amounts"
    INFERRED = "inferred"
    RATES = "rates"
    PURCHASES = "purchases"
    LATE_PURCHASES = "late_purchases"
    ORDERS = "orders"
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
    Check.PART_BACK: Severity.ADVISE,
    Check.INVOICE_XML: Severity.ADVISE,
    Check.AMOUNTS: Severity.ADVISE,
    Check.INFERRED: Severity.ADVISE,
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
class Unplaced:
    """Purchases of a period for orders that are in no claim: how many, the VAT in TRY that exports bear of them, the first."""

    count: int
    vat_try: Decimal
    first: tuple[str, ...] = ()


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
    late_purchases: int = 0
    """Purchases for shipments of an earlier claim of the period, told after it was filed."""
    unplaced: Unplaced | None = None
    """Purchases of the period that count in no claim, because the orders that they are for are in none."""
