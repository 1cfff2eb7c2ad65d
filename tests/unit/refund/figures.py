"""Purchases, exports and claims as the tests of refunds make them."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from workflow.refund import Charged, Export, Purchase, PurchaseKind, RateUsed, Valued, in_try

SELLER = "1234567890"


def purchase(
    number: int,
    kind: PurchaseKind = PurchaseKind.DIRECT,
    vat: str = "200.00",
    *,
    share: str | None = None,
    shipment: int | None = None,
) -> Purchase:
    """A purchase invoice with some VAT."""
    return Purchase(
        id=UUID(int=number),
        seller=SELLER,
        supplier_tax_number="4540536920",
        supplier_name="Tedarikçi A.Ş.",
        invoice_number=f"TED{number:013d}",
        issued_on=date(2026, 11, 2),
        period="2026-11",
        kind=kind,
        description="Pamuklu kumaş",
        quantity="10 C62",
        net_try=Decimal(vat) * 5,
        vat_try=Decimal(vat),
        share=None if share is None else Decimal(share),
        shipment=None if shipment is None else UUID(int=shipment),
    )


def charged(
    number: int, vat: str | Decimal, kind: PurchaseKind = PurchaseKind.DIRECT, *, shipment: int | None = None
) -> Charged:
    """A purchase whose whole VAT is borne."""
    return Charged(purchase(number, kind, str(vat), shipment=shipment), Decimal(vat))


def export(number: int, amount: str | Decimal, currency: str = "TRY") -> Export:
    """A shipment closed on 10 November 2026."""
    return Export(
        shipment=UUID(int=number),
        reference=f"S-{number}",
        invoice_number=f"ABC2026{number:09d}",
        invoiced_on=date(2026, 11, 4),
        etgb_number=f"26341453EX{number:06d}",
        registered_on=date(2026, 11, 5),
        closed_on=date(2026, 11, 10),
        currency=currency,
        amount=Decimal(amount),
    )


def valued(number: int, value: str | Decimal) -> Valued:
    """A shipment worth so many lira."""
    return in_try(export(number, value), RateUsed("TRY", Decimal(1), None, ""))
