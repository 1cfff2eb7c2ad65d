"""Invoices for tests of issuers: documents that say which invoice they are, and little more."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from adapters.invoicing.ports import Handover
from adapters.invoicing.sandbox import plain
from workflow.draft import Address, Draft, Line, LineKind, Party
from workflow.invoice import Rate, compose

SELLER = "1234567890"
_NAMESPACE = UUID(int=7)


def document(n: int = 1, *, unit_price: str = "21.00") -> Handover:
    """The n-th invoice of a seller, over 42.00 EUR."""
    number, ettn = f"KRV2026{n:09d}", uuid5(_NAMESPACE, str(n))
    draft = Draft(
        seller=Party("Örnek Ltd.", Address("TR", "İstanbul"), SELLER),
        reference=f"o{n}",
        consignee=Party("Erika Mustermann", Address("DE", "Berlin")),
        currency="EUR",
        lines=(Line(LineKind.GOODS, "T-SHIRT", Decimal(2), Decimal(unit_price), gtip="610910000000", origin="TR"),),
        gross_weight_kg=Decimal("1.2"),
        planned_on=date(2026, 11, 20),
    )
    issued_at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    rate = Rate(Decimal("55.7981"), date(2026, 11, 19))
    invoice = compose(draft, number=number, ettn=ettn, issued_at=issued_at, rate=rate)
    return Handover(SELLER, number, ettn, plain.write(invoice))
