"""Drafts for tests of invoices, and strategies that make them."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from workflow.draft import Address, Draft, Line, LineKind, Party, Proforma
from workflow.invoice import Invoice, Rate, compose

SELLER = Party(
    "Örnek Tekstil Ltd. Şti.", Address("TR", "İstanbul", "Örnek Sokak No: 1", "Kadıköy", "34710"), "4540536920", "Kadıköy"
)
BUYER = Party("Beispiel GmbH", Address("DE", "Berlin", "Musterstraße 5", "Mitte", "10115"))
SHIRTS = Line(
    LineKind.GOODS,
    "Cotton T-shirt",
    Decimal(100),
    Decimal("10.50"),
    sku="TS-1",
    description_tr="Pamuklu örme tişört",
    gtip="610910000011",
    origin="TR",
    discount=Decimal("50.00"),
    net_weight_kg=Decimal(20),
)
FREIGHT = Line(LineKind.FREIGHT, "Courier freight", Decimal(1), Decimal(50))
ISSUED_AT = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)
NUMBER = "MEX2026000000042"
ETTN = UUID("6f1c2a52-0d0b-4a7e-9d4f-2f7b8c1a9e11")
RATE = Rate(Decimal("50.1234"), date(2026, 11, 13))


def draft(**changes: Any) -> Draft:
    """A draft that nothing blocks: 1,000.00 EUR of T-shirts and 50.00 EUR of freight, 22.5 kg to Berlin."""
    found = Draft(
        SELLER, "WEB-1001", BUYER, "EUR", (SHIRTS, FREIGHT), Decimal("22.5"), date(2026, 11, 16), courier="pts", packages=2
    )
    return dataclasses.replace(found, **changes)


def invoice(given: Draft | None = None, **changes: Any) -> Invoice:
    """The invoice of a draft, of :func:`draft` where none is given."""
    options: dict[str, Any] = {"number": NUMBER, "ettn": ETTN, "issued_at": ISSUED_AT, "rate": RATE} | changes
    return compose(given or draft(), **options)


def proforma(total: str = "1050.00", currency: str = "EUR") -> Proforma:
    """A proforma over the total of :func:`draft`."""
    return Proforma("PF-7", Decimal(total), currency)


def decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals of at most so many places."""
    return st.decimals(low, high, places=places, allow_nan=False, allow_infinity=False)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Any line that LINE001 to LINE005 let through, with odd prices, quantities and weights."""
    kind = draw(st.sampled_from([LineKind.GOODS, LineKind.GOODS, *LineKind]))
    quantity, price = draw(decimals("0.001", "999", 3)), draw(decimals("0.000001", "400", 6))
    discount = draw(st.one_of(st.just(Decimal(0)), decimals("0", "1", 4).map(lambda share: quantity * price * share)))
    goods = kind is LineKind.GOODS
    return Line(
        kind,
        draw(st.text("abcğşİ<&>\"' \t\x0b", max_size=12)) or "x",
        quantity,
        price,
        sku=draw(st.text("A1<&", max_size=4)),
        description_tr="tişört" if goods else "",
        gtip="610910000011" if goods else "",
        origin=draw(st.sampled_from(["TR", "CN"])) if goods else "",
        unit=draw(st.sampled_from(["C62", "KGM", "PR"])),
        discount=discount,
        net_weight_kg=draw(st.one_of(st.none(), decimals("0.000001", "30", 6))) if goods else None,
    )


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Any draft with at least one line of goods."""
    made = [dataclasses.replace(SHIRTS, net_weight_kg=draw(decimals("0.001", "20", 4))), *draw(st.lists(lines(), max_size=8))]
    given = draft(lines=tuple(made), gross_weight_kg=draw(decimals("0.000001", "600", 6)))
    return dataclasses.replace(given, currency=draw(st.sampled_from(["EUR", "GBP", "TRY"])))
