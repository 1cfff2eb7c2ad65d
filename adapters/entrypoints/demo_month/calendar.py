"""Which orders come on which day, of which seller: the orders that come with Kervan, under new numbers. Pure."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, groupby, islice
from typing import Final, TypeAlias

from adapters.imports.companions import CATALOGUE
from adapters.imports.order_rows import COLUMNS

Order: TypeAlias = list[list[str]]
"""The rows of an order, as their file has them."""

MONTH: Final = timedelta(days=30)
"""How far back the orders go that come each working day."""
PERIODS: Final = 4
"""How many VAT periods before the current one have orders."""
_BEFORE: Final = ((4, 5), (12, 6))
"""Before that, in each period: on which day of its month how many orders come."""
_A_DAY: Final = (4, 6, 5, 7, 5)
"""Orders of working days, in turn."""
_SECOND: Final = 4
"""Each so manieth file of orders is the second seller's."""
_HELD: Final = 9
"""Each so manieth order is one that its findings will hold, or a credit note."""
_NEEDED: Final = ("gtip", "origin", "unit_weight_g")
"""What the catalogue has to know of goods so that an order of them is not held."""
_SATURDAY: Final = 5
_NOTE: Final = "C"

SELLERS: Final[tuple[dict[str, object], ...]] = (
    {},
    {
        "tax_number": "9240481875",
        "name": "Örnek Ege Tekstil A.Ş.",
        "tax_office": "Bornova",
        "address": {"line": "Kemalpaşa Cad. 12", "district": "Bornova", "city": "İzmir", "country": "TR"},
    },
)
"""The sellers besides the demo's own, which is the first one; invented as it is."""


@dataclass(frozen=True, slots=True)
class OrderDay:
    """The file of a day's orders; ``seller`` is a place in :data:`SELLERS`."""

    day: date
    seller: int
    content: str

    @property
    def codes(self) -> set[str]:
        """The stock codes in it."""
        return {row[1] for row in csv.reader(io.StringIO(self.content))}

    @property
    def name(self) -> str:
        """The file's name."""
        return f"siparisler-{self.day.isoformat()}.csv"


def order_days(files: Sequence[str], catalogue: Mapping[str, Mapping[str, str]], today: date) -> list[OrderDay]:
    """The days before ``today`` on which orders come, the oldest first.

    Args:
        files: order files as text, whose orders are used in turn, and again once none is left.
        catalogue: what is known of goods, by stock code.
        today: nothing comes on this day or later.
    """
    orders = _mixed([order for text in files for order in _orders(text)], catalogue)
    found = []
    for number, (day, count) in enumerate(sorted(_counts(today)), start=1):
        seller = 0 if number % _SECOND else 1
        found.append(OrderDay(day, seller, _written(list(islice(orders, count)), day)))
    return found


def catalogue_of(one: OrderDay, catalogue: Mapping[str, Mapping[str, str]]) -> str:
    """The part of the catalogue that a day's orders need, as a file."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(CATALOGUE), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(catalogue[code] for code in sorted(one.codes) if code in catalogue)
    return file.getvalue()


def period_before(day: date, months: int) -> date:
    """The first day of the month that lies so many months before a day's."""
    years, month = divmod(day.month - 1 - months, 12)
    return date(day.year + years, month + 1, 1)


def _counts(today: date) -> Iterator[tuple[date, int]]:
    turns = cycle(_A_DAY)
    begin = today - MONTH
    for months in range(PERIODS, 0, -1):
        first = period_before(today, months)
        for number, count in _BEFORE:
            day = _working(first + timedelta(days=number - 1))
            if day < begin:
                yield day, count
    for offset in range(MONTH.days):
        day = begin + timedelta(days=offset)
        if day == _working(day):
            yield day, next(turns)


def _working(day: date) -> date:
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day


def _mixed(orders: Sequence[Order], catalogue: Mapping[str, Mapping[str, str]]) -> Iterator[Order]:
    """Orders without end: those that pass, and now and then one that does not."""
    passing = [order for order in orders if _passes(order, catalogue)]
    going, held = cycle(passing), cycle([order for order in orders if order not in passing])
    while True:
        yield from islice(going, _HELD - 1)
        yield next(held)


def _passes(order: Order, catalogue: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether all goods of an order are known well enough; what begins with a letter is a charge, and needs nothing."""
    goods = {row[1] for row in order if not row[1][:1].isalpha()}
    known = [catalogue.get(code, {}) for code in goods]
    return bool(goods) and not order[0][0].startswith(_NOTE) and all(one.get(name) for one in known for name in _NEEDED)


def _orders(text: str) -> list[Order]:
    rows = list(csv.reader(io.StringIO(text)))[1:]
    return [list(group) for _, group in groupby(rows, key=lambda row: row[0])]


def _written(orders: Sequence[Order], day: date) -> str:
    """Orders as a file, dated on a day: ``536370`` becomes ``1103536370``, so that none has another one's number."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for order in orders:
        for number, code, description, quantity, at, *rest in order:
            note = number.startswith(_NOTE)
            named = f"{_NOTE if note else ''}{day:%m%d}{number.removeprefix(_NOTE)}"
            writer.writerow((named, code, description, quantity, f"{day.isoformat()} {at.partition(' ')[2]}", *rest))
    return file.getvalue()
