"""What a seller declares about a shipment before anything official exists: parties, lines, weight, terms."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from workflow.values import to_cents


class LineKind(StrEnum):
    """What a line of the order charges for; only these may stand on a micro-export invoice (rule ``LINE001``)."""

    GOODS = "goods"
    FREIGHT = "freight"
    INSURANCE = "insurance"
    BANK_FEE = "bank_fee"
    PACKAGING = "packaging"


class SaleType(StrEnum):
    """Why the goods leave; only ``COMMERCIAL`` (and, since 2025-11-06, ``CONSIGNMENT``) is micro-export."""

    COMMERCIAL = "commercial"
    SAMPLE = "sample"
    GIFT = "gift"
    REPAIR = "repair"
    EXHIBITION = "exhibition"
    RETURN = "return"
    CONSIGNMENT = "consignment"
    INWARD_PROCESSING = "inward_processing"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; ``country`` is ISO 3166-1 alpha-2, or empty where the order names none.

    ``country_name`` is what the order called the country, where it did not give the code.
    """

    country: str = ""
    city: str = ""
    line: str = ""
    district: str = ""
    postcode: str = ""
    country_name: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A seller or a consignee; ``tax_number`` is a VKN (10 digits) or a TCKN (11 digits), empty for most consignees."""

    name: str
    address: Address = field(default_factory=Address)
    tax_number: str = ""
    tax_office: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the order; ``unit_price`` and ``discount`` in the draft's currency, ``net_weight_kg`` for all units."""

    kind: LineKind
    description: str
    quantity: Decimal
    unit_price: Decimal
    sku: str = ""
    description_tr: str = ""
    gtip: str = ""
    origin: str = ""
    unit: str = "C62"
    discount: Decimal = Decimal(0)
    net_weight_kg: Decimal | None = None

    @property
    def amount(self) -> Decimal:
        """What the line costs: quantity times unit price less discount, not rounded."""
        return self.quantity * self.unit_price - self.discount


class SetAsideReason(StrEnum):
    """Why an order's row is no line of its shipment."""

    CHARGE_NOT_ALLOWED = "charge_not_allowed"
    SAMPLE = "sample"
    MANUAL = "manual"
    GIFT_VOUCHER = "gift_voucher"
    NO_DESCRIPTION = "no_description"
    NEGATIVE_QUANTITY = "negative_quantity"
    MALFORMED = "malformed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row of the order that has a price and is no line of the shipment, so that what the customer paid is another sum.

    ``unit_price`` in the draft's currency; quantity and price are ``None`` where the row could not be read.
    """

    reason: SetAsideReason
    sku: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None

    @property
    def amount(self) -> Decimal:
        """What the row cost, rounded half up to two places; nothing where that is not known."""
        return Decimal(0) if self.quantity is None or self.unit_price is None else to_cents(self.quantity * self.unit_price)


@dataclass(frozen=True, slots=True)
class Proforma:
    """The proforma invoice that travels with the parcel; ``total`` in ``currency``."""

    number: str
    total: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A shipment as its seller declares it.

    ``gross_weight_kg`` is the weight of the whole shipment with its packaging; ``planned_on`` is the day (Istanbul) whose
    rules judge it.
    """

    seller: Party
    reference: str
    consignee: Party
    currency: str
    lines: tuple[Line, ...]
    gross_weight_kg: Decimal
    planned_on: date
    packages: int = 1
    sale_type: SaleType = SaleType.COMMERCIAL
    incoterm: str = "DAP"
    courier: str = ""
    ecommerce: bool = True
    proforma: Proforma | None = None
    set_aside: tuple[SetAside, ...] = ()

    @property
    def total(self) -> Decimal:
        """What the consignee pays: the sum of the lines' amounts, each rounded half up to two places as on the invoice."""
        return sum((to_cents(line.amount) for line in self.lines), Decimal("0.00"))
