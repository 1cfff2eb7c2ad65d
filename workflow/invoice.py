"""The invoice of a micro-export: one document, from which XML, paper and proforma are all made.

What it must be: e-Arşiv, type ``ISTISNA``, VAT 0 by exemption 301, since an ETGB goes with no other (KDVK 11/1-a; GİB's
UBL-TR guides; the operators' rules). What it says follows from the shipment's draft, so that what was judged is what
is invoiced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from workflow.draft import Draft, Line, LineKind, Party
from workflow.stages import Stage
from workflow.values import ISTANBUL, to_cents

PROFILE = "EARSIVFATURA"
TYPE = "ISTISNA"
EXEMPTION_CODE = "301"
EXEMPTION_REASON = "11/1-a Mal ihracatı"
"""The text that GİB's code list gives exemption 301."""
AIR = "4"
"""UN/ECE Recommendation 19: the mode of transport of express couriers unless they say otherwise."""

_GRAM = Decimal("0.001")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line; money in the invoice's currency and rounded to two places, weights in kilograms.

    ``discount`` is an amount and ``discount_rate`` the same in percent of ``gross_amount`` (quantity times unit price).
    Charges (freight, insurance, bank fee, packaging) have no GTİP, origin or weight.
    """

    number: int
    kind: LineKind
    sku: str
    description: str
    description_tr: str
    gtip: str
    origin: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    gross_amount: Decimal
    discount: Decimal
    discount_rate: Decimal
    amount: Decimal
    gross_weight_kg: Decimal | None = None
    net_weight_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """The central bank's rate that stands on the invoice: TRY for one unit, by the bulletin of ``published_on``."""

    value: Decimal
    published_on: date


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice, or the proforma that says the same; ``number`` and ``ettn`` identify it.

    ``issued_at`` is the moment of issue (UTC); the day on the paper is Istanbul's. ``rate`` is missing only where the
    currency is TRY.
    """

    number: str
    ettn: UUID
    issued_at: datetime
    seller: Party
    buyer: Party
    currency: str
    lines: tuple[InvoiceLine, ...]
    gross_weight_kg: Decimal
    reference: str
    rate: Rate | None = None
    packages: int = 1
    incoterm: str = "DAP"
    transport_mode: str = AIR
    courier: str = ""
    notes: tuple[str, ...] = ()
    profile: str = PROFILE
    type: str = TYPE
    exemption_code: str = EXEMPTION_CODE
    exemption_reason: str = EXEMPTION_REASON

    @property
    def total(self) -> Decimal:
        """What is to be paid: the sum of the lines; VAT is 0."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def gross_total(self) -> Decimal:
        """The lines before discounts."""
        return sum((line.gross_amount for line in self.lines), Decimal("0.00"))

    @property
    def discount_total(self) -> Decimal:
        """All discounts."""
        return sum((line.discount for line in self.lines), Decimal("0.00"))

    @property
    def issued_on(self) -> date:
        """The day of issue in Istanbul."""
        return self.issued_at.astimezone(ISTANBUL).date()

    @property
    def total_try(self) -> Decimal:
        """The total in TRY at the invoice's rate, rounded half up to the kuruş."""
        return self.total if self.rate is None else to_cents(self.total * self.rate.value)

    @property
    def is_all_turkish(self) -> bool:
        """Whether all goods originate in Türkiye: then the paper says so ("Türk menşelidir")."""
        goods = [line for line in self.lines if line.kind is LineKind.GOODS]
        return bool(goods) and all(line.origin == "TR" for line in goods)


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A shipment as it stands when its invoice is to be made: ``sequence`` counts its moves, ``draft`` is what it declares.

    While it is ``held`` by a finding it gets none. While it is ``declared`` on an ETGB, its invoice is not cancelled.
    """

    shipment: UUID
    stage: Stage
    sequence: int
    invoice_number: str
    held: bool
    draft: Draft
    declared: bool = False


def compose(
    draft: Draft,
    *,
    number: str,
    ettn: UUID,
    issued_at: datetime,
    rate: Rate | None,
    transport_mode: str = AIR,
    notes: Sequence[str] = (),
) -> Invoice:
    """Make the invoice of a shipment from its draft.

    The total is the draft's: each line is rounded half up to two places there too. A line's gross weight is its share,
    by net weight, of the shipment's; the shares add up to it exactly, and none is below its net weight unless the
    shipment's is.
    """
    weights = _gross_weights(draft)
    return Invoice(
        number=number,
        ettn=ettn,
        issued_at=issued_at,
        seller=draft.seller,
        buyer=draft.consignee,
        currency=draft.currency,
        lines=tuple(_line(n, line, weights.get(n)) for n, line in enumerate(draft.lines, start=1)),
        gross_weight_kg=draft.gross_weight_kg,
        reference=draft.reference,
        rate=rate,
        packages=draft.packages,
        incoterm=draft.incoterm,
        transport_mode=transport_mode,
        courier=draft.courier,
        notes=tuple(notes),
    )


def _line(number: int, line: Line, gross_weight: Decimal | None) -> InvoiceLine:
    gross = to_cents(line.quantity * line.unit_price)
    amount = to_cents(line.amount)
    discount = gross - amount
    rate = (discount / gross * _HUNDRED).quantize(Decimal("0.01"), ROUND_HALF_UP) if gross else Decimal("0.00")
    goods = line.kind is LineKind.GOODS
    return InvoiceLine(
        number=number,
        kind=line.kind,
        sku=line.sku,
        description=line.description,
        description_tr=line.description_tr,
        gtip=line.gtip if goods else "",
        origin=line.origin if goods else "",
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        gross_amount=gross,
        discount=discount,
        discount_rate=rate,
        amount=amount,
        gross_weight_kg=gross_weight,
        net_weight_kg=line.net_weight_kg if goods else None,
    )


def _gross_weights(draft: Draft) -> dict[int, Decimal]:
    """Share the shipment's gross weight over its goods lines; what is rounded is the running sum.

    Rounded to the gram, or finer where a weight is given finer: else the shares of 1.2345 kg would add up to 1.235.
    """
    goods = [(n, line) for n, line in enumerate(draft.lines, start=1) if line.kind is LineKind.GOODS]
    nets = [line.net_weight_kg for _, line in goods if line.net_weight_kg]
    known = len(nets) == len(goods)
    shares = [(n, (line.net_weight_kg or Decimal(1)) if known else Decimal(1)) for n, line in goods]
    whole = sum((share for _, share in shares), Decimal(0))
    step = min((_GRAM, draft.gross_weight_kg, *nets), key=_places)
    found: dict[int, Decimal] = {}
    so_far = given = Decimal(0)
    for n, share in shares:
        so_far += share
        upto = (draft.gross_weight_kg * so_far / whole).quantize(step, ROUND_HALF_UP)
        found[n], given = upto - given, upto
    return found


def _places(weight: Decimal) -> int:
    """The exponent of the last digit: -3 for grams."""
    return int(weight.as_tuple().exponent)
