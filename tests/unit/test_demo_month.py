"""Which orders the demo's month has, whatever day it runs on."""

import csv
import io
from datetime import date, timedelta

import pytest

from adapters.entrypoints.demo import demo_data
from adapters.entrypoints.demo_month import calendar
from adapters.imports.companions import read_catalogue, read_seller
from workflow.values import is_valid_vkn

FILES = [(demo_data() / "orders" / name).read_text("utf-8-sig") for name in ("2010-12-05.csv", "2010-12-07.csv")]
CATALOGUE = read_catalogue(demo_data() / "catalogue.csv")
DAYS = [date(2026, 11, 26), date(2027, 1, 1), date(2028, 3, 1), date(2026, 12, 31)]


def rows(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content)))


@pytest.mark.parametrize("today", DAYS)
def test_orders_come_on_working_days_before_today_alone(today: date) -> None:
    """Each working day of the last thirty has some, and each of the four periods before has some."""
    found = calendar.order_days(FILES, CATALOGUE, today)
    days = [one.day for one in found]
    assert days == sorted(set(days))
    assert all(day < today and day.weekday() < 5 for day in days)
    month = {today - timedelta(days=n) for n in range(1, 31)}
    assert {day for day in days if day in month} == {day for day in month if day.weekday() < 5}
    assert {f"{day:%Y-%m}" for day in days} >= {f"{calendar.period_before(today, n):%Y-%m}" for n in range(1, 5)}


@pytest.mark.parametrize("today", DAYS)
def test_no_order_number_comes_twice(today: date) -> None:
    """Orders are used again, but under numbers of their day, and dated on it; a credit note is known as one."""
    seen: set[str] = set()
    for one in calendar.order_days(FILES, CATALOGUE, today):
        numbers = {row["InvoiceNo"] for row in rows(one.content)}
        assert not numbers & seen
        seen |= numbers
        assert {row["InvoiceDate"][:10] for row in rows(one.content)} == {one.day.isoformat()}
    assert any(number.startswith("C") for number in seen)


def test_each_seller_has_orders_in_each_period() -> None:
    """So that the view of all sellers has something to compare; their tax numbers pass their check digits."""
    found = calendar.order_days(FILES, CATALOGUE, DAYS[0])
    assert {one.seller for one in found} == {0, 1}
    numbers = {read_seller(demo_data() / "seller.toml")["tax_number"], *(one["tax_number"] for one in calendar.SELLERS[1:])}
    assert len(numbers) == 2
    assert all(is_valid_vkn(str(number)) for number in numbers)
