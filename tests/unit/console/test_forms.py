"""Amounts as people type them, in either language."""

from datetime import date
from decimal import Decimal

import pytest

from adapters.web.console import amending, forms, offers
from adapters.web.console.forms import amount, number
from tests.law import BOOK
from workflow.rules import units
from workflow.stages import Trigger

OFFERED = offers.lists(BOOK, date(2026, 11, 26))


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
    told = forms.data(Trigger.INVOICE, {"total": text}, {"currency": "GBP"}, {})
    assert Decimal(told["total"]) == 8000


def test_a_draft_takes_a_price_of_thousands_in_either_language() -> None:
    """A unit price in English is not taken for one of a few units."""
    line = {"description": "soap", "unit_price": "8,000.00"}
    assert amending.data({}, [], {}, [line], OFFERED)["lines"] == [{"description": "soap", "unit_price": "8000.00"}]


@pytest.mark.parametrize(
    ("what", "text", "code"),
    [
        ("units", "adet", "C62"),
        ("units", "ADET", "C62"),
        ("units", "piece", "C62"),
        ("units", "kgm", "KGM"),
        ("units", "Kilogram", "KGM"),
        ("units", "m2", "m2"),
        ("countries", "almanya", "DE"),
        ("countries", "Germany", "DE"),
        ("countries", "İNGİLTERE", "İNGİLTERE"),
        ("countries", "de", "DE"),
        ("incoterms", "dap", "DAP"),
        ("incoterms", "Delivered duty paid", "DDP"),
        ("couriers", "DHL Express", "dhl"),
        ("couriers", "dhl", "dhl"),
        ("couriers", "somebody", "somebody"),
        ("units", "", ""),
    ],
)
def test_a_code_is_taken_by_its_name_in_either_language(what: str, text: str, code: str) -> None:
    """However it is spelled; what is neither a code nor a name stays as it was typed, for the rules to tell."""
    assert offers.meant(OFFERED[what], text) == code


def test_what_was_written_by_its_name_and_is_left_so_is_not_changed() -> None:
    """A form that is sent back as it was opened changes nothing, though it gives codes for names."""
    line = {"sku": "", "description": "soap", "unit": "adet", "origin": "Türkiye", "kind": "goods"}
    (kept,) = amending.line_values([line])
    form = {"lines": "1", **{f"line-0-{name}": text for name, text in kept.items()}}
    terms, lines = amending.typed(form, OFFERED)
    assert (lines[0]["unit"], lines[0]["origin"]) == ("C62", "TR")
    assert amending.data({}, [line], terms, lines, OFFERED) == {}


def test_every_unit_has_a_name_in_both_languages_or_is_known_by_its_code() -> None:
    """What the rules take is what the form offers, but for codes that nobody has a word for."""
    assert set(units.NAMES) <= units.UNITS
    assert all(tr and en for tr, en in units.NAMES.values())
    assert len(units.UNITS - set(units.NAMES)) <= 10
