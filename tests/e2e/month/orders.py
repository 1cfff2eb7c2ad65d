"""The real orders of December 2010, moved to July 2026, whose days fall on the same weekdays."""

import csv
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from adapters.entrypoints.rehearsal import _draft
from adapters.imports import companions, order_rows, orders
from adapters.imports.order_rows import Unread
from tests.law import BOOK
from tests.lists_of_orders import DEMO, ROOT
from workflow.rules.judge import blocking, judge
from workflow.rules.law import Rates

SHIFT = date(2026, 7, 1) - date(2010, 12, 1)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the shop, as the wire takes it, and whether a rule holds it."""

    invoice: str
    at: datetime
    data: dict[str, Any]
    total: Decimal
    country: str
    held: bool


def rates_file(folder: Path) -> Path:
    """The sandbox rates, moved with the orders."""
    path = folder / "rates.csv"
    with (DEMO / "rates.csv").open(encoding="utf-8") as given, path.open("w", encoding="utf-8", newline="") as moved:
        rows = csv.reader(given)
        writer = csv.writer(moved)
        writer.writerow(next(rows))
        writer.writerows([(date.fromisoformat(day) + SHIFT).isoformat(), *rest] for day, *rest in rows)
    return path


def real(folder: Path) -> list[Order]:
    """All orders of the month that can be drafted, in their order."""
    path = folder / "orders.csv"
    path.write_bytes(lzma.decompress((ROOT / "tests" / "data" / "orders-2010-12.csv.xz").read_bytes()))
    rates = Rates()
    for bulletin in companions.read_rates(rates_file(folder)):
        if "rates" in bulletin:
            found = {one["currency"]: Decimal(one["forex_buying"]) / int(one["unit"]) for one in bulletin["rates"]}
            rates.add(date.fromisoformat(bulletin["published_on"]), found)
    return list(_drafted(path, rates))


def _drafted(path: Path, rates: Rates) -> Iterator[Order]:
    catalogue = companions.read_catalogue(DEMO / "catalogue.csv")
    common = {"seller": companions.read_seller(DEMO / "seller.toml"), "currency": "GBP"}
    for group in order_rows.grouped(order_rows.read(path)):
        if isinstance(group, Unread):
            continue
        made = orders.order(group.invoice, group.rows, catalogue, common, "", Decimal("0.05"), group.unread)
        if made.data is None:
            continue
        at = (made.kept[0].at + SHIFT).astimezone(UTC)
        data = made.data | {"planned_on": (date.fromisoformat(made.data["planned_on"]) + SHIFT).isoformat()}
        draft = _draft(data)
        if draft is not None:
            held = blocking(judge(draft, BOOK, rates))
            yield Order(group.invoice, at, data, draft.total, draft.consignee.address.country, held=bool(held))
