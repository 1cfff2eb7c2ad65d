"""What finance says: purchase invoices, and figures of VAT returns. All amounts are in TRY."""

from typing import Annotated, Literal

from pydantic import Field

from events.contracts.base import Day, Money, Name, ShipmentRef, Text, Wire

TaxNumber = Annotated[str, Field(pattern=r"^[0-9]{10,11}$")]
Period = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
"""A VAT period, as ``2026-11``."""

Seen = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
"""``seen`` of a purchase as the API tells it: what was looked at. Where it is otherwise by now, the message is refused."""


class Supplier(Wire):
    """Who sold; what is missing is said in the claim's checklist, a number whose check digits are wrong is refused."""

    tax_number: Annotated[str, Field(max_length=20)] = ""
    name: Annotated[str, Field(max_length=200)] = ""


class PurchaseBooked(Wire):
    """``purchase.booked.v1`` on ``kervan.in.accounting.<code>``; the same seller, supplier and number is the same invoice."""

    seller: TaxNumber
    supplier: Supplier
    invoice_number: Annotated[str, Field(min_length=1, max_length=60)]
    issued_on: Day
    period: Period
    kind: Literal["direct", "general", "depreciation"] = "direct"
    description: Text = ""
    quantity: Annotated[str, Field(max_length=60)] = ""
    net: Money
    vat: Money
    incurred: Money | None = None
    share: Annotated[str, Field(pattern=r"^(0(\.[0-9]{1,6})?|1)$")] | None = None
    shipment: ShipmentRef | None = None
    customs_number: Annotated[str, Field(max_length=40)] = ""


class PurchaseName(Wire):
    """Which of a seller's purchase invoices: by its supplier's number and its own, as it was booked."""

    supplier_tax_number: Annotated[str, Field(max_length=20)] = ""
    invoice_number: Annotated[str, Field(min_length=1, max_length=60)]


class PurchaseWithdrawn(PurchaseName):
    """``purchase.withdrawn.v1``: it counts no more, whatever lists say of it; refused once a claim was filed with it."""

    seller: TaxNumber
    reason: Name
    seen: Seen = ""


class PurchaseCorrected(PurchaseBooked):
    """``purchase.corrected.v1``: what was booked as ``corrects`` is this invoice; in one step, so that its VAT counts once.

    What was withdrawn counts again by it. Refused once a claim was filed with it.
    """

    corrects: PurchaseName
    reason: Name
    seen: Seen = ""


class VatReturnTold(Wire):
    """``vat_return.told.v1`` on ``kervan.in.accounting.<code>``: VAT carried forward, and turnover without VAT, of a period."""

    seller: TaxNumber
    period: Period
    carried: Money | None = None
    turnover: Money | None = None
