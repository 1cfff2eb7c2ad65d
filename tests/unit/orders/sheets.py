"""Order files for tests."""

import os
from collections.abc import Iterable
from pathlib import Path

from adapters.imports.order_rows import COLUMNS, Row, Unread, read, read_row

DEMO = Path(__file__).parents[3] / "deploy" / "demo"
HEADING = ",".join(COLUMNS)


def days() -> list[Path]:
    """The order days of the demo; all of a folder where KERVAN_TEST_ORDERS names one."""
    folder = os.environ.get("KERVAN_TEST_ORDERS")
    return sorted((Path(folder) if folder else DEMO / "orders").glob("*.csv"))


def line(invoice: str = "536365", code: str = "85123A", **changes: str) -> str:
    """One line of an order file: 6 of something at 2.55."""
    cells = {
        "description": "HEART T-LIGHT HOLDER",
        "quantity": "6",
        "at": "2010-12-01 08:26:00",
        "price": "2.55",
        "customer": "17850.0",
        "country": "United Kingdom",
    }
    return ",".join((invoice, code, *(cells | changes).values()))


def row(invoice: str = "536365", code: str = "85123A", *, number: int = 1, **changes: str) -> Row:
    """One row, read."""
    found = read_row(number, line(invoice, code, **changes).split(","))
    assert isinstance(found, Row), found
    return found


def sheet(folder: Path, lines: Iterable[str | bytes], name: str = "orders.csv") -> Path:
    """An order file with a heading and these lines."""
    path = folder / name
    encoded = (text if isinstance(text, bytes) else text.encode() for text in (HEADING, *lines))
    path.write_bytes(b"".join(text + b"\n" for text in encoded))
    return path


def outcomes(path: Path) -> list[str]:
    """Of each row, its order number, or why it cannot be read."""
    return [found.detail if isinstance(found, Unread) else found.invoice for found in read(path)]
