"""Numbers on paper: as many digits as they have, and never an error."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.press import wording
from adapters.press.language import Language

LARGEST = Decimal("999999999999998000.000000000001")
"""999999999.999999 by itself: a price times a quantity, the largest of each that the contract lets in."""


def test_the_largest_line_can_be_printed() -> None:
    """The product of the largest price and the largest quantity; an order that nobody meant must not break its sheet."""
    shown = wording.amount(LARGEST.copy_negate(), Language.TR)
    assert shown == "\u2212999.999.999.999.998.000,000000000001"


@pytest.mark.parametrize("language", list(Language))
@given(value=st.decimals(LARGEST.copy_negate(), LARGEST, places=12))
def test_no_digit_is_lost(language: Language, value: Decimal) -> None:
    """What is printed is the number, whatever signs the language sets between its digits."""
    group, point = (".", ",") if language is Language.TR else (",", ".")
    shown = wording.amount(value, language).replace(group, "").replace(point, ".").replace("\u2212", "-")
    assert Decimal(shown) == value
