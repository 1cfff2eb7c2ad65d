"""Amounts as people type them, in either language."""

from decimal import Decimal

import pytest

from adapters.web.console import amending, forms
from adapters.web.console.forms import amount, number
from workflow.stages import Trigger


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


@pytest.mark.parametrize(
    "text", ["", "x", "-5", "0.350", "8.0000", "1.2.3", "8,00,00", "1.23,45.6", "٣", "1e3", "NaN", "9" * 16]
)
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    """Neither words, signs, exponents nor marks in odd places are taken for a number."""
    assert amount(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.350", "0.350"),
        ("0,350", "0.350"),
        ("8.000", "8.000"),
        ("36,1234", "36.1234"),
        ("8,000.00", "8000.00"),
        ("8.000,00", "8000.00"),
        ("1 234,5", "1234.5"),
        ("1,234.5678", "1234.5678"),
        ("1.234.567", "1234567"),
        ("-5,5", "-5.5"),
    ],
)
def test_a_lone_mark_of_a_weight_or_rate_is_the_decimal_one(text: str, value: str) -> None:
    """They have three decimals and more, so what stands in a form stays what it is; two marks are told apart."""
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "8,00,00", "1,23.45,6", "1e3", "--5"])
def test_what_is_no_number_is_left_as_it_was_typed(text: str) -> None:
    """So that the contract refuses it, and the form shows it again."""
    assert number(text) == text


@pytest.mark.parametrize("text", ["8000", "8,000.00", "8.000,00", "8,000", "8.000"])
def test_an_invoice_of_thousands_is_of_thousands_however_it_is_typed(text: str) -> None:
    """The total of an invoice is money, as the amounts of a claim are."""
    told = forms.data(Trigger.INVOICE, {"total": text}, {"currency": "GBP"})
    assert Decimal(told["total"]) == 8000


def test_a_draft_takes_a_price_of_thousands_in_either_language() -> None:
    """A unit price in English is not taken for one of a few units."""
    line = {"description": "soap", "unit_price": "8,000.00"}
    assert amending.data({}, [], {}, [line])["lines"] == [{"description": "soap", "unit_price": "8000.00"}]
