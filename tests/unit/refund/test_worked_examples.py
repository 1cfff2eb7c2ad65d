"""Claims calculated by hand; each comment is the calculation."""

from datetime import date
from decimal import Decimal

import pytest

from tests.law import BOOK
from tests.unit.refund import figures
from workflow.bulletins import Bulletins, RateMissingError
from workflow.refund import (
    Basis,
    PurchaseKind,
    RatePolicy,
    RateUsed,
    StepCode,
    bulletin_wanted,
    calculate,
    charge,
    in_try,
    periods,
    terms,
)
from workflow.values import vat_period


def test_the_closing_day_decides_the_period_and_neither_invoice_nor_registration() -> None:
    """Invoice 30 September, ETGB 1 October, intaç 3 November: November's period."""
    assert vat_period(date(2026, 11, 3)) == "2026-11"
    assert (periods.first_day("2026-11"), periods.last_day("2026-11")) == (date(2026, 11, 1), date(2026, 11, 30))
    assert periods.following("2026-12") == "2027-01"


@pytest.mark.parametrize(("today", "left"), [(date(2026, 11, 26), 35), (date(2026, 12, 31), 0), (date(2027, 1, 1), -1)])
def test_exports_of_2024_can_be_claimed_on_the_last_day_of_2026_and_not_on_the_day_after(today: date, left: int) -> None:
    """The transaction's year is 2024, the second one after it 2026; of November 26 four days are left, and December's 31."""
    assert terms.deadline(BOOK, "2024-03") == terms.deadline(BOOK, "2024-12") == date(2026, 12, 31)
    assert periods.days_left("2024-03", 2, today) == left


@pytest.mark.parametrize("period", ["2026-13", "2026-1", "26-11", "2026/11", "٢٠٢٦-١١", ""])
def test_what_is_no_month_is_no_period(period: str) -> None:
    """A period is a year of four digits, a hyphen, a month of two."""
    with pytest.raises(ValueError, match=r"month"):
        periods.first_day(period)


def test_yen_come_by_the_hundred_and_are_valued_by_the_one() -> None:
    """TCMB 2026/176: 100 JPY = 30.7666 TRY, so 1 JPY = 0.307666; 125,000 JPY x 0.307666 = 38,458.25 TRY."""
    rate = RateUsed("JPY", Decimal("30.7666") / 100, date(2026, 9, 18), "TCMB 2026/176")
    assert in_try(figures.export(1, "125000", "JPY"), rate).value_try == Decimal("38458.25")


def test_half_a_kurus_is_rounded_up() -> None:
    """10.01 USD x 48.6116 = 486.602116 → 486.60; 0.50 x 48.6100 = 24.305 → 24.31, not the even 24.30."""
    usd = RateUsed("USD", Decimal("48.6116"), date(2026, 9, 18), "TCMB 2026/176")
    assert in_try(figures.export(1, "10.01", "USD"), usd).value_try == Decimal("486.60")
    usd = RateUsed("USD", Decimal("48.61"), date(2026, 9, 18), "TCMB 2026/176")
    assert in_try(figures.export(1, "0.50", "USD"), usd).value_try == Decimal("24.31")


def test_a_rate_of_another_currency_values_nothing() -> None:
    """Euros are not valued by the dollar."""
    with pytest.raises(ValueError, match=r"USD.*EUR"):
        in_try(figures.export(1, "1", "EUR"), RateUsed("USD", Decimal(48), date(2026, 9, 18), "TCMB"))


BULLETINS = Bulletins(
    published={
        date(2026, 10, 27): {"USD": Decimal("49.10")},
        date(2026, 10, 28): {"USD": Decimal("49.20")},
        date(2026, 10, 30): {"USD": Decimal("49.30")},
    },
    absent=frozenset({date(2026, 10, 29)}),
)
"""Around the Republic Day of 2026, a Thursday."""


@pytest.mark.parametrize(
    ("policy", "closed", "bulletin"),
    [
        # intaç on Friday the 30th: the day before is a holiday, so Wednesday's bulletin
        (RatePolicy.INTAC_PREV_BULLETIN, date(2026, 10, 30), date(2026, 10, 28)),
        (RatePolicy.INTAC_SAME_DAY, date(2026, 10, 30), date(2026, 10, 30)),
        # intaç on the holiday itself: no bulletin of the day, so the one before, by either policy
        (RatePolicy.INTAC_PREV_BULLETIN, date(2026, 10, 29), date(2026, 10, 28)),
        (RatePolicy.INTAC_SAME_DAY, date(2026, 10, 29), date(2026, 10, 28)),
        # intaç on Sunday the 1st: Friday's
        (RatePolicy.INTAC_PREV_BULLETIN, date(2026, 11, 1), date(2026, 10, 30)),
        # the invoice of the 28th was issued while Tuesday's was in force, whenever the goods left
        (RatePolicy.INVOICE_DATE, date(2026, 11, 1), date(2026, 10, 27)),
    ],
)
def test_each_policy_takes_its_bulletin_and_walks_back_over_holidays(policy: RatePolicy, closed: date, bulletin: date) -> None:
    """The rate is that of a bulletin that came out, never of a holiday."""
    found = BULLETINS.in_force("USD", bulletin_wanted(policy, closed, date(2026, 10, 28)))
    assert found is not None
    assert found.published_on == bulletin


def test_a_bulletin_that_may_exist_and_is_not_known_here_is_never_passed_over() -> None:
    """Nobody knows here of Tuesday the 3rd: its bulletin would be the one for Wednesday."""
    with pytest.raises(RateMissingError):
        BULLETINS.in_force("USD", bulletin_wanted(RatePolicy.INTAC_PREV_BULLETIN, date(2026, 11, 4), date(2026, 10, 28)))


@pytest.mark.parametrize(
    ("day", "rate"), [(date(2023, 7, 9), "0.18"), (date(2023, 7, 10), "0.20"), (date(2026, 11, 3), "0.20")]
)
def test_the_general_rate_is_that_of_the_day(day: date, rate: str) -> None:
    """18 % until 9 July 2023, 20 % from the day after."""
    assert terms.general_rate(BOOK, day) == Decimal(rate)


@pytest.mark.parametrize(("period", "least"), [("2025-03", "2000"), ("2025-04", "10000")])
def test_the_minimum_is_that_of_the_transactions(period: str, least: str) -> None:
    """10,000 TL for what was exported from 1 April 2025 on, 2,000 before."""
    assert terms.minimum(BOOK, period) == Decimal(least)


@pytest.mark.parametrize(("period", "limit"), [("2024-09", "10000"), ("2024-10", "50000")])
def test_the_limit_without_inspection_is_that_of_the_period(period: str, limit: str) -> None:
    """50,000 TL from the period of October 2024 on, 10,000 before."""
    assert terms.inspection_limit(BOOK, period) == Decimal(limit)


def test_the_ceiling_of_july_2023_is_made_of_both_rates() -> None:
    """1,000.05 at 18 % = 180.009 → 180.01, and 2,000.00 at 20 % = 400.00; ceiling 580.01."""
    basis = Basis(
        exported={Decimal("0.18"): Decimal("1000.05"), Decimal("0.20"): Decimal("2000.00")},
        incurred={PurchaseKind.DIRECT: Decimal("900.00")},
        carried_try=Decimal("700.00"),
    )
    found = calculate(basis)
    assert (found.exported_try, found.ceiling_try) == (Decimal("3000.05"), Decimal("580.01"))
    assert (found.refundable_try, found.bound) == (Decimal("580.01"), StepCode.CEILING)


def test_the_three_bounds_and_every_step_stand_on_the_sheet() -> None:
    """What is carried forward decides here: 10,500.00 less the 300.00 of an earlier claim are 10,200.00.

    Exports 100,000.00, ceiling 20,000.00; VAT 9,000.00 on goods, 2,500.00 general, 500.00 depreciation: incurred 12,000.00. Of
    what is claimed 9,000.00 are the goods', 1,200.00 general; depreciation has no room left.
    """
    found = calculate(
        Basis(
            exported={Decimal("0.20"): Decimal("100000.00")},
            incurred={
                PurchaseKind.DIRECT: Decimal("9000.00"),
                PurchaseKind.GENERAL: Decimal("2500.00"),
                PurchaseKind.DEPRECIATION: Decimal("500.00"),
            },
            carried_try=Decimal("10500.00"),
            claimed_before_try=Decimal("300.00"),
        )
    )
    assert [(step.code.value, str(step.amount_try)) for step in found.steps] == [
        ("exported", "100000.00"),
        ("direct", "9000.00"),
        ("general", "2500.00"),
        ("depreciation", "500.00"),
        ("incurred", "12000.00"),
        ("ceiling", "20000.00"),
        ("carried", "10500.00"),
        ("claimed_before", "300.00"),
        ("refundable", "10200.00"),
    ]
    assert found.bound is StepCode.CARRIED
    assert [str(found.claimed[kind]) for kind in PurchaseKind] == ["9000.00", "1200.00", "0.00"]


def test_what_is_carried_forward_is_said_to_be_unknown_while_nobody_has_told_it() -> None:
    """The other two bounds hold meanwhile; the step has no amount rather than a nought."""
    found = calculate(Basis({Decimal("0.20"): Decimal("1000.00")}, {PurchaseKind.DIRECT: Decimal("150.00")}, carried_try=None))
    assert [step.amount_try for step in found.steps if step.code is StepCode.CARRIED] == [None]
    assert (found.refundable_try, found.carried_try) == (Decimal("150.00"), None)


def test_general_expenses_are_shared_by_value() -> None:
    """Exports 40,000.00 of a turnover of 120,000.00 are a third: of 100.00 VAT 33.33 are borne, of 200.00 66.67."""
    exported, turnover = Decimal("40000.00"), Decimal("120000.00")
    assert charge(figures.purchase(1, PurchaseKind.GENERAL, "100.00"), exported, turnover).vat_try == Decimal("33.33")
    assert charge(figures.purchase(2, PurchaseKind.DEPRECIATION, "200.00"), exported, turnover).vat_try == Decimal("66.67")


def test_a_share_that_was_told_stands_above_the_turnover() -> None:
    """12.5 % of 80.20 = 10.025 → 10.03, whatever is exported; a direct purchase may have a share too."""
    told = figures.purchase(1, PurchaseKind.GENERAL, "80.20", share="0.125")
    assert charge(told, Decimal("40000.00"), Decimal("120000.00")).vat_try == Decimal("10.03")
    assert charge(figures.purchase(2, vat="80.20", share="0.5"), Decimal(1), None).vat_try == Decimal("40.10")


@pytest.mark.parametrize("turnover", [None, Decimal(0)])
def test_without_a_share_and_a_turnover_nothing_of_a_general_expense_is_borne(turnover: Decimal | None) -> None:
    """Nothing is guessed; direct purchases count whole."""
    assert charge(figures.purchase(1, PurchaseKind.GENERAL), Decimal(1000), turnover).vat_try == 0
    assert charge(figures.purchase(1, PurchaseKind.DIRECT), Decimal(1000), turnover).vat_try == Decimal("200.00")


def test_more_exports_than_turnover_bear_the_whole_and_no_more() -> None:
    """A turnover that was told too small does not make more VAT than there is."""
    found = charge(figures.purchase(1, PurchaseKind.GENERAL, "200.00"), Decimal(1000), Decimal(500))
    assert found.vat_try == Decimal("200.00")
