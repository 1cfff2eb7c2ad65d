"""What is proposed to be given back for goods that came back after the filing."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from workflow.refund.reversal import Piece, propose

AMOUNTS = st.decimals(min_value=0, max_value=1_000_000, places=2)


def piece(amount: str | Decimal, *, given_back: bool = False) -> Piece:
    """One piece of the first line."""
    return Piece(1, Decimal(1), Decimal(amount), given_back)


def test_a_partial_return_after_payment_takes_its_share_by_value() -> None:
    """Asked and paid for the shipment: 150.00 TRY. Of its 42.00 EUR one piece of 10.50 came back, a quarter: 37.50.

    Then another: both are a half, 75.00, of which 37.50 were given back. Then the rest: all of 150.00 less the 75.00.
    """
    total, asked = Decimal("42.00"), Decimal("150.00")
    first = propose(asked, total, "EUR", [piece("10.50")], whole=False)
    assert (first.vat_try, first.value) == (Decimal("37.50"), Decimal("10.50"))
    told = [piece("10.50", given_back=True), piece("10.50")]
    second = propose(asked, total, "EUR", told, whole=False)
    assert (second.vat_try, second.before_try) == (Decimal("37.50"), Decimal("37.50"))
    rest = propose(asked, total, "EUR", [replace(one, given_back=True) for one in told], whole=True)
    assert (rest.vat_try, rest.before_try) == (Decimal("75.00"), Decimal("75.00"))


def test_a_share_that_does_not_divide_is_rounded_half_up_to_the_kurus() -> None:
    """100.00 TRY x 7.00 / 42.00 = 16.666… → 16.67."""
    assert propose(Decimal("100.00"), Decimal("42.00"), "EUR", [piece("7.00")], whole=False).vat_try == Decimal("16.67")


def test_nothing_is_proposed_of_a_shipment_without_value() -> None:
    """Its goods cost nothing, so nothing was asked for them by value."""
    assert propose(Decimal("0.00"), Decimal("0.00"), "EUR", [piece("0.00")], whole=False).vat_try == 0


@given(AMOUNTS, AMOUNTS, st.lists(AMOUNTS, max_size=6))
def test_parts_given_back_one_after_the_other_never_exceed_what_was_asked_and_add_up_to_it(
    asked: Decimal, total: Decimal, amounts: list[Decimal]
) -> None:
    """Whatever came back in whatever pieces, and the rest in the end: to the kuruş what the claim asked for the shipment."""
    told: list[Piece] = []
    back = Decimal("0.00")
    for amount in amounts:
        found = propose(asked, total, "EUR", [*told, piece(amount)], whole=False)
        assert 0 <= found.vat_try <= asked
        back += found.vat_try
        assert back <= asked
        told.append(piece(amount, given_back=True))
    assert back + propose(asked, total, "EUR", told, whole=True).vat_try == asked
