"""What an invoice number looks like, and which year it belongs to."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.numbering import (
    LAST_SERIAL,
    Numbered,
    NumberState,
    SeriesExhaustedError,
    WrongSeriesError,
    dated,
    ettn,
    number,
    series_of,
    year_of,
)
from workflow.values import is_invoice_number

HELD = Numbered(
    "1234567890",
    "KRV2026000000001",
    UUID(int=1),
    "r1",
    UUID(int=2),
    datetime(2026, 12, 31, 20, 0, tzinfo=UTC),
    NumberState.RESERVED,
)


@given(st.text("ABCXYZ0189", min_size=3, max_size=3), st.integers(2010, 2099), st.integers(0, LAST_SERIAL))
def test_every_number_of_a_series_is_a_well_formed_invoice_number(series: str, year: int, serial: int) -> None:
    """Three characters, the year, nine digits."""
    made = number(series_of(series), year, serial)
    assert is_invoice_number(made)
    assert (made[:3], int(made[3:7]), int(made[7:])) == (series, year, serial)


def test_the_last_number_is_the_last() -> None:
    """999,999,999 is given; after it the series says that it is used up, and what to do."""
    assert number("KRV", 2026, LAST_SERIAL) == "KRV2026999999999"
    with pytest.raises(SeriesExhaustedError, match="another series"):
        number("KRV", 2026, LAST_SERIAL + 1)


@pytest.mark.parametrize("text", ["", "KR", "KRVA", "krv", "İRV", "K V", "KR\u0662", "KRV\n"])
def test_a_series_is_three_capital_letters_or_digits(text: str) -> None:
    """Nothing else, and no Turkish letter, which GİB's rule would refuse."""
    with pytest.raises(WrongSeriesError, match="INVOICE_SERIES"):
        series_of(text)


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2026, 12, 31, 20, 59, 59, tzinfo=UTC), 2026),
        (datetime(2026, 12, 31, 21, 0, 0, tzinfo=UTC), 2027),
    ],
    ids=["a second before midnight in Istanbul", "midnight in Istanbul"],
)
def test_the_year_changes_at_midnight_in_istanbul(moment: datetime, year: int) -> None:
    """21:00 in UTC."""
    assert year_of(moment) == year


def test_an_unused_number_is_dated_anew_within_its_year_only() -> None:
    """A number of 2026 cannot stand on an invoice of 2027; a day later in 2026 it can."""
    assert dated(HELD, datetime(2026, 12, 31, 20, 30, tzinfo=UTC)) == datetime(2026, 12, 31, 20, 30, tzinfo=UTC)
    assert dated(HELD, datetime(2027, 1, 1, 8, 0, tzinfo=UTC)) == HELD.issued_at


def test_the_day_on_the_invoice_is_istanbuls() -> None:
    """An hour before midnight in UTC it is tomorrow there."""
    assert replace(HELD, issued_at=datetime(2026, 6, 30, 23, 0, tzinfo=UTC)).issued_on == date(2026, 7, 1)


def test_another_request_under_one_number_is_another_document() -> None:
    """The ETTN follows from seller, number and request, and from nothing else."""
    assert ettn("1", "KRV2026000000001", "r1") == ettn("1", "KRV2026000000001", "r1")
    assert len({ettn(s, n, r) for s in "12" for n in ("a", "b") for r in ("r1", "r2")}) == 8
