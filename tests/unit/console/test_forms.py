"""Amounts as people type them, in either language."""

from decimal import Decimal

import pytest

from adapters.web.console.forms import amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8000", "8000"),
        ("8000,5", "8000.5"),
        ("8000.50", "8000.50"),
        ("8.000,00", "8000.00"),
        ("8,000.00", "8000.00"),
        ("8.000", "8000"),
        ("8,000", "8000"),
        (" 1.234.567,89 ", "1234567.89"),
        ("1 234,5", "1234.5"),
        ("0,01", "0.01"),
    ],
)
def test_thousands_and_decimals_are_told_apart(text: str, value: str) -> None:
    """Money has two decimals at most, so three digits after the only mark are thousands, in Turkish and in English."""
    assert amount(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "x", "-5", "8.0000", "1.2.3", "8,00,00", "1.23,45.6", "٣", "1e3", "NaN", "9" * 16])
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    """Neither words, signs, exponents nor marks in odd places are taken for a number."""
    assert amount(text) is None
