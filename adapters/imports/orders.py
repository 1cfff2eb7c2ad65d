"""A shop's order lines (columns of UCI "Online Retail") as drafts: every invoice number is one shipment.

Pure: rows in, drafts and row results out. What a row means is decided by tables, in the order of :data:`_CHECKS`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Any

from adapters.imports.countries import alpha2
from adapters.imports.order_rows import Row
from workflow.values import istanbul_day, to_cents

MAX_LINES = 2000
"""The most lines that ``shipment.drafted.v1`` takes."""

WITHHELD = "withheld"
"""City of the consignee: the public data set names none, and a person can see that none was made up."""

_CHARGES: dict[str, str] = {"POST": "freight", "DOT": "freight", "C2": "freight", "BANK CHARGES": "bank_fee"}
_ASIDE: dict[str, str] = {
    "AMAZONFEE": "charge_not_allowed",
    "CRUK": "charge_not_allowed",
    "S": "sample",
    "M": "manual",
    "m": "manual",
    "B": "not_an_order",
}
_TOLD_AS: dict[str, str] = {"not_an_order": "other", "zero_price": "other"}
"""Reasons that the draft calls otherwise than the account."""
_GRAMS = Decimal(1000)
_GRAM = Decimal("0.001")
_UNKNOWN = "0"
"""A gross weight that is not known: ``LIM001`` holds the shipment until somebody enters it."""


@dataclass(slots=True)
class Order:
    """The rows of one invoice number: those that make the shipment, and those set aside with their reasons."""

    invoice: str
    kept: list[Row] = field(default_factory=list)
    aside: list[tuple[Row, str]] = field(default_factory=list)
    data: dict[str, Any] | None = None
    """Payload of ``shipment.drafted.v1``; ``None`` where there is nothing to ship."""


def _is_order(invoice: str) -> bool:
    """Order numbers are digits; ``C…`` are cancellation notes and ``A…`` accounting entries."""
    return invoice.isascii() and invoice.isdigit()


_CHECKS: tuple[tuple[str, Callable[[Row], bool]], ...] = (
    ("cancellation", lambda row: row.invoice.startswith("C")),
    ("not_an_order", lambda row: not _is_order(row.invoice)),
    ("gift_voucher", lambda row: row.code.lower().startswith("gift_")),
    ("no_description", lambda row: not row.description and row.code not in _CHARGES),
    ("zero_price", lambda row: row.price <= 0),
    ("negative_quantity", lambda row: row.quantity <= 0 and row.code != "D"),
)
"""Why a row cannot be part of a shipment, the first that holds."""


def why_aside(row: Row) -> str:
    """The reason to set a row aside, or nothing."""
    if _is_order(row.invoice) and row.code in _ASIDE:
        return _ASIDE[row.code]
    return next((reason for reason, holds in _CHECKS if holds(row)), "")


def is_goods(row: Row) -> bool:
    """Whether a row is about goods: no charge, no discount, nothing that is set aside for its code."""
    return row.code not in _CHARGES and row.code not in _ASIDE and row.code != "D"


def consignee_name(row: Row) -> str:
    """Who gets an order: the data set has numbers for names, and none for guests."""
    return f"Customer {row.customer}" if row.customer else f"Guest of order {row.invoice}"


def plain(value: Decimal) -> str:
    """A decimal string without exponent."""
    return format(value.normalize(), "f")


def order(
    invoice: str,
    rows: Iterable[Row],
    catalogue: Mapping[str, Mapping[str, str]],
    common: Mapping[str, Any],
    planned_on: str,
    packaging: Decimal = Decimal(0),
    unread: int = 0,
) -> Order:
    """Make one invoice's shipment; ``common`` has what all shipments share (seller, currency, courier).

    ``packaging`` is what packing adds to the weight, as a share of the goods' weight; ``unread`` rows of the order could not
    be read. What is set aside of an order though it has a price stands in the draft, so that people see it (``ORD001``).
    """
    made = Order(invoice)
    discount = Decimal(0)
    for row in rows:
        reason = why_aside(row)
        if reason:
            made.aside.append((row, reason))
            continue
        made.kept.append(row)
        if row.code == "D":
            discount += abs(row.quantity * row.price)
    sold = [row for row in made.kept if row.code != "D"]
    if all(row.code in _CHARGES for row in sold):
        made.aside.extend((row, "charges_only") for row in made.kept)
        made.kept = []
        return made
    first = made.kept[0]
    lines = [_line(row, catalogue.get(row.code)) for row in sold]
    _spread(lines, sold, discount)
    made.data = {
        **common,
        "reference": invoice,
        "consignee": {"name": consignee_name(first), "address": _address(first.country)},
        "lines": lines,
        "gross_weight_kg": _gross_weight(lines, packaging),
        "planned_on": planned_on or istanbul_day(first.at).isoformat(),
    }
    left = [_left_out(row, reason) for row, reason in made.aside if row.price and row.quantity]
    left += [{"reason": "malformed"}] * unread
    if left:
        made.data["set_aside"] = left[:MAX_LINES]
    return made


def _left_out(row: Row, reason: str) -> dict[str, str]:
    """A row that is set aside though it has a price, as the wire takes it."""
    priced = {"quantity": plain(row.quantity), "unit_price": plain(row.price)}
    return {"reason": _TOLD_AS.get(reason, reason), "sku": row.code, "description": row.description} | priced


def _address(country: str) -> dict[str, str]:
    """An address without what the data set withholds; the country by its code, and in the file's own word."""
    code = alpha2(country)
    return {"city": WITHHELD, "country": code} | ({"country_name": country} if country not in {"", code} else {})


def _line(row: Row, known: Mapping[str, str] | None) -> dict[str, Any]:
    """A line as the wire takes it; defaults are left out, since large orders come near the largest message."""
    line = {
        "kind": _CHARGES.get(row.code, "goods"),
        "sku": row.code,
        "description": row.description or row.code,
        "quantity": plain(row.quantity),
        "unit_price": plain(row.price),
    }
    if known is not None and line["kind"] == "goods":
        line |= {"description_tr": known["description_tr"], "gtip": known["gtip"], "origin": known["origin"]}
        grams = Decimal(known.get("unit_weight_g") or 0)
        if grams:
            line["net_weight_kg"] = plain(grams * row.quantity / _GRAMS)
    return {key: value for key, value in line.items() if value}


def _gross_weight(lines: list[dict[str, Any]], packaging: Decimal) -> str:
    """The goods' weight with its packaging, in kilograms; unknown where any of the goods has none: a part is too low."""
    goods = [line for line in lines if line["kind"] == "goods"]
    if any("net_weight_kg" not in line for line in goods):
        return _UNKNOWN
    net = sum((Decimal(line["net_weight_kg"]) for line in goods), Decimal(0))
    return plain((net * (1 + packaging)).quantize(_GRAM, ROUND_CEILING) if packaging else net)


def _spread(lines: list[dict[str, Any]], rows: list[Row], discount: Decimal) -> None:
    """Spread an order's discount over its goods by value, to the cent: the shares add up to it, and none is negative.

    Rounded is what has been given so far, not each share; so no rest remains, however many lines there are. A discount
    above the goods' value is spread as it is: ``LINE005`` then holds the shipment until somebody looks.
    """
    if not discount:
        return
    goods = [(line, row.quantity * row.price) for line, row in zip(lines, rows, strict=True) if line["kind"] == "goods"]
    total = sum((amount for _, amount in goods), Decimal(0))
    passed = given = Decimal(0)
    for line, amount in goods:
        passed += amount
        share = to_cents(discount * passed / total) - given
        given += share
        if share:
            line["discount"] = plain(share)
