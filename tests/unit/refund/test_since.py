"""What has come to differ since a claim was filed, and why as far as the figures show."""

from dataclasses import replace
from decimal import Decimal

import pytest

from workflow.refund.calculation import Basis, calculate
from workflow.refund.purchases import PurchaseKind
from workflow.refund.sheet import Figures, InCurrency
from workflow.refund.since import CAUSES, FIGURES, Cause, Figure, differences
from workflow.refund.valuation import RatePolicy

RATE = Decimal("0.20")


def figures(
    *,
    shipments: int = 2,
    value: str = "1000.00",
    amount: str = "20.00",
    vat: str = "150.00",
    carried: str = "500.00",
    turnover: str | None = None,
    claimed_before: str = "0.00",
) -> Figures:
    """A claim of two shipments, 20.00 EUR at 50, with 150.00 TRY of VAT."""
    exported = {RATE: Decimal(value)}
    basis = Basis(exported, {PurchaseKind.DIRECT: Decimal(vat)}, Decimal(carried), Decimal(claimed_before))
    return Figures(
        RatePolicy.INTAC_PREV_BULLETIN,
        shipments,
        (InCurrency("EUR", Decimal(amount), Decimal(value)),),
        exported,
        {},
        0,
        None if turnover is None else Decimal(turnover),
        calculate(basis),
    )


def test_nothing_differs_where_nothing_was_learnt() -> None:
    """The same figures."""
    assert differences(figures(), figures()) == []


@pytest.mark.parametrize(
    ("today", "figure", "cause"),
    [
        (figures(value="1100.00"), Figure.EXPORTED, Cause.RATES),
        (figures(value="1100.00", amount="22.00"), Figure.EXPORTED, Cause.AMOUNTS),
        (figures(value="500.00", amount="10.00", shipments=1), Figure.EXPORTED, Cause.SHIPMENTS),
        (figures(vat="100.00"), Figure.INCURRED, Cause.PURCHASES),
        (figures(vat="100.00", turnover="5000.00"), Figure.INCURRED, Cause.TURNOVER),
        (figures(carried="120.00"), Figure.CARRIED, Cause.CARRIED),
        (replace(figures(), by_rate={Decimal("0.18"): Decimal("1000.00")},
                 calculation=replace(figures().calculation, ceiling_try=Decimal("180.00"))), Figure.CEILING, Cause.LAW),
        (figures(claimed_before="100.00"), Figure.CEILING, Cause.OTHER_CLAIMS),
    ],
)  # fmt: skip
def test_a_figure_that_differs_says_why(today: Figures, figure: Figure, cause: Cause) -> None:
    """A corrected rate, amount or return, late purchases, shipments that left, another claim of the period."""
    found = {one.figure: one for one in differences(figures(), today)}
    assert found[figure].causes == (cause,)
    if Figure.REFUNDABLE in found:
        assert cause in found[Figure.REFUNDABLE].causes


def test_every_figure_and_cause_has_words_in_both_languages() -> None:
    """None is forgotten."""
    assert set(FIGURES) == set(Figure)
    assert set(CAUSES) == set(Cause)
