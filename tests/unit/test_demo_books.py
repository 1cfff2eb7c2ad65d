"""The demo's purchases are of the month in which the demo runs, whatever day it is."""

import re
from datetime import date

import pytest

from adapters.entrypoints.demo import demo_data
from adapters.entrypoints.demo_books import moved
from adapters.imports.list_files import cells
from adapters.imports.purchases import Beside, read


@pytest.mark.parametrize("today", [date(2026, 11, 26), date(2027, 1, 1), date(2028, 2, 29)])
def test_every_purchase_is_taken_and_of_this_month(today: date) -> None:
    """Nothing is set aside, on the first of a month either, and no invoice is of tomorrow."""
    text = moved((demo_data() / "stock.csv").read_text("utf-8-sig"), today)
    found = read(cells(text.encode()), Beside("1234567890", "direct", ""), {})
    assert (len(found.bought), found.aside) == (6, [])
    for one in found.bought.values():
        assert one.data["period"] == f"{today:%Y-%m}"
        assert f"{today:%Y-%m}-01" <= one.data["issued_on"] <= today.isoformat()
    assert not re.search("2010", text)
