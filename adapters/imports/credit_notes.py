"""Credit notes (``C…``): which order they may belong to, since they do not say.

A note takes back goods of an order, before or after they left, and names neither the order nor the reason. What can be known
is who bought the same goods at the same price before: such an order is a guess, so nothing is cancelled by it, but a person
is told at its shipment.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from adapters.imports.order_rows import Group, Row
from adapters.imports.orders import consignee_name, is_goods, plain


@dataclass(frozen=True, slots=True)
class Sold:
    """Goods on a shipment's line: the order's number, who gets them, and how many of which at what price."""

    reference: str
    consignee: str
    sku: str
    quantity: Decimal
    unit_price: Decimal


def is_note(invoice: str) -> bool:
    """Whether a number is a credit note's."""
    return invoice.startswith("C")


def wanted(notes: Iterable[Group]) -> list[tuple[str, str]]:
    """Whose purchases of which goods have to be looked up for some notes: consignee and stock code, each pair once."""
    pairs = ((consignee_name(row), row.code) for note in notes for row in _goods(note) if row.customer)
    return list(dict.fromkeys(pairs))


def orders_of(note: Group, sold: Sequence[Sold]) -> list[str]:
    """The numbers of the orders that a note may belong to, the newest first.

    Each sold all its goods to its customer, at its prices, and at least as many; and came before it, by the numbers that
    orders and notes share.
    """
    rows = _goods(note)
    serial = _serial(note.invoice)
    if not rows or not rows[0].customer or serial is None:
        return []
    taken = defaultdict[tuple[str, Decimal], Decimal](Decimal)
    for row in rows:
        taken[row.code, row.price] -= row.quantity
    bought = defaultdict[str, defaultdict[tuple[str, Decimal], Decimal]](lambda: defaultdict(Decimal))
    for line in sold:
        if line.consignee == consignee_name(rows[0]):
            bought[line.reference][line.sku, line.unit_price] += line.quantity
    found = {
        earlier: reference
        for reference, goods in bought.items()
        if (earlier := _serial(reference)) is not None
        and earlier < serial
        and all(goods[key] >= quantity for key, quantity in taken.items())
    }
    return [found[key] for key in sorted(found, reverse=True)]


def told(rows: Iterable[Row]) -> str:
    """Rows as an attention item names them, in no language."""
    return "; ".join(f"{row.code} {plain(row.quantity)} × {plain(row.price)}" for row in rows)[:1000]


def _goods(note: Group) -> list[Row]:
    return [row for row in note.rows if is_goods(row) and row.quantity < 0]


def _serial(number: str) -> int | None:
    digits = number.removeprefix("C")
    return int(digits) if digits.isascii() and digits.isdigit() else None
