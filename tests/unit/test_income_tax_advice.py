"""Half of the export earnings may be deducted (GVK 89/1-(16)): for whom, up to which revenue, and what is missing."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import BOOK
from workflow.advice import Advice, Caveat, Condition, Revenue, Seller, Standing, Unconverted, income_tax
from workflow.advice_texts import CAVEATS, CONDITIONS, LANGUAGES, VERDICTS, condition, document, money, number, verdict
from workflow.rules.income_tax import share_of, tiers_of

YEAR, TODAY = 2025, date(2026, 11, 24)
PERSON, COMPANY = "17291716060", "4540536920"
KURUS = Decimal("0.01")


def advised(revenue: str, seller: Seller | None = None, *unconverted: Unconverted, today: date = TODAY) -> Advice:
    return income_tax(YEAR, Revenue(Decimal(revenue), 3, unconverted), seller or Seller(PERSON, insured=True), today, BOOK)


def standing(advice: Advice, wanted: Condition) -> Standing | None:
    return next((checked.standing for checked in advice.conditions if checked.condition is wanted), None)


@pytest.mark.parametrize(
    ("revenue", "upto", "employees"),
    [
        ("0", 400_000, None),
        ("400000.00", 400_000, None),
        ("400000.01", 800_000, 1),
        ("800000.00", 800_000, 1),
        ("800000.01", 1_600_000, 2),
        ("1600000.00", 1_600_000, 2),
        ("1600000.01", 2_400_000, 3),
        ("2400000.00", 2_400_000, 3),
    ],
)
def test_a_tier_holds_up_to_its_limit_and_a_kurus_more_is_the_next(revenue: str, upto: int, employees: int | None) -> None:
    """The limit itself still belongs to the tier; the first asks for no employee."""
    found = advised(revenue)
    assert found.tier is not None
    assert found.tier.upto_try == upto
    needed = next((one.need for one in found.conditions if one.condition is Condition.EMPLOYEES), None)
    assert needed == employees


def test_a_kurus_above_the_highest_tier_ends_it() -> None:
    """2,400,000.01: no employees help, nothing may be deducted, even if something could not be converted."""
    late = Unconverted("USD", date(2025, 5, 5), 1, Decimal(1), "no rate")
    for found in (advised("2400000.01"), advised("2400000.01", None, late)):
        assert found.tier is None
        assert found.standing is Standing.MISSING
        assert standing(found, Condition.REVENUE) is Standing.MISSING
        assert standing(found, Condition.EMPLOYEES) is None


@pytest.mark.parametrize(
    ("employees", "expected"),
    [
        ("1.99", Standing.MISSING),
        ("2", Standing.MET),
        ("2.01", Standing.MET),
        ("0", Standing.MISSING),
        (None, Standing.UNKNOWN),
    ],
)
def test_employees_count_as_full_time_equivalents(employees: str | None, expected: Standing) -> None:
    """Of two asked for, 1.99 are not enough and 2 are; not said is not known, which is not the same as none."""
    seller = Seller(PERSON, insured=True, employees=None if employees is None else Decimal(employees))
    assert standing(advised("1600000", seller), Condition.EMPLOYEES) is expected


@pytest.mark.parametrize(
    ("number_", "said", "expected"),
    [
        (PERSON, None, Standing.MET),
        (PERSON, False, Standing.MISSING),
        (COMPANY, None, Standing.UNKNOWN),
        (COMPANY, True, Standing.MET),
        (COMPANY, False, Standing.MISSING),
    ],
)
def test_a_tckn_is_a_person_and_a_vkn_has_to_be_asked(number_: str, said: bool | None, expected: Standing) -> None:
    """Persons have VKNs too; what is said goes before what the number suggests."""
    assert standing(advised("1", Seller(number_, natural_person=said)), Condition.NATURAL_PERSON) is expected


@pytest.mark.parametrize(("said", "expected"), [(True, Standing.MET), (False, Standing.MISSING), (None, Standing.UNKNOWN)])
def test_the_owner_needs_an_insurance_in_every_tier(said: bool | None, expected: Standing) -> None:
    """From the first lira on."""
    found = advised("1", Seller(PERSON, insured=said))
    assert standing(found, Condition.OWN_INSURANCE) is expected
    assert found.standing is expected


def test_half_of_the_earnings_is_deducted_not_of_the_revenue() -> None:
    """100,000.01 of earnings are 50,000.01, rounded half up; a loss deducts nothing; unknown earnings have no amount."""
    for earnings, deduction in (("100000.01", "50000.01"), ("0", "0.00"), ("-5", "0.00")):
        found = advised("300000", Seller(PERSON, insured=True, earnings_try=Decimal(earnings)))
        assert found.deduction_try == Decimal(deduction)
    found = advised("300000")
    assert found.deduction_try is None
    assert Caveat.NO_EARNINGS in found.caveats


def test_nothing_is_deducted_where_a_condition_is_missing() -> None:
    """However large the earnings."""
    assert advised("1", Seller(PERSON, insured=False, earnings_try=Decimal(1000))).deduction_try is None


def test_what_could_not_be_converted_leaves_the_revenue_open() -> None:
    """It may lift the year into the next tier, so nobody is told that all is well."""
    late = Unconverted("USD", date(2025, 5, 5), 2, Decimal("10.00"), "no rate")
    found = advised("399999.99", None, late)
    assert standing(found, Condition.REVENUE) is Standing.UNKNOWN
    assert found.standing is Standing.UNKNOWN
    assert Caveat.NOT_CONVERTED in found.caveats


def test_a_year_that_is_not_over_may_still_change() -> None:
    """On 31 December it is not over, on 1 January it is."""
    assert Caveat.YEAR_NOT_OVER in advised("1", today=date(2025, 12, 31)).caveats
    assert Caveat.YEAR_NOT_OVER not in advised("1", today=date(2026, 1, 1)).caveats


@pytest.mark.parametrize("year", [1999, 2010, 2024])
def test_of_a_year_before_the_tables_begin_nothing_is_claimed(year: int) -> None:
    """Neither that the conditions are met nor that they are missing, whatever else was said; both languages say so."""
    told = Seller(PERSON, insured=True, employees=Decimal(9), natural_person=True, earnings_try=Decimal(1000))
    late = Unconverted("USD", date(year, 5, 5), 2, Decimal("10.00"), "no rate")
    for revenue in (Revenue(Decimal(1), 3), Revenue(Decimal(3_000_000), 3, (late,))):
        found = income_tax(year, revenue, told, TODAY, BOOK)
        assert (found.standing, found.conditions, found.tiers, found.deduction_try) == (Standing.UNKNOWN, (), (), None)
        assert found.caveats == ((Caveat.NOT_CONVERTED,) if revenue.unconverted else ())
    said = document(found)
    assert (said["standing"], said["verdict"]) == ("unknown", verdict(found))
    assert f"nothing of {year}" in verdict(found)["en"]
    assert f"{year} yılı" in verdict(found)["tr"]


def test_without_a_share_nothing_is_claimed_either() -> None:
    """An installation's own table may lack the year."""
    law = dataclasses.replace(BOOK, income_tax_shares=())
    found = income_tax(YEAR, Revenue(Decimal(1), 3), Seller(PERSON, insured=True), TODAY, law)
    assert (found.standing, found.tiers) == (Standing.UNKNOWN, ())


def test_every_row_of_the_table_has_its_source_and_the_day_it_was_looked_at() -> None:
    """Four tiers, each higher than the one before; half of the earnings."""
    tiers = tiers_of(BOOK, 2026)
    assert [(int(tier.upto_try), int(tier.employees)) for tier in tiers] == [
        (400_000, 0),
        (800_000, 1),
        (1_600_000, 2),
        (2_400_000, 3),
    ]
    assert all(tier.source and tier.source_checked_on <= date(2026, 11, 24) for tier in tiers)
    assert share_of(BOOK, 2026) == Decimal("0.5")
    assert share_of(dataclasses.replace(BOOK, income_tax_shares=()), 2026) == Decimal(0)
    assert Caveat.TIERS_UNVERIFIED in advised("1").caveats


def test_everything_is_said_in_both_languages() -> None:
    """Each condition in each standing, each verdict, each caveat; and what is not tax advice says so."""
    assert set(CONDITIONS) == {(one, how) for one in Condition for how in Standing}
    assert set(VERDICTS) == set(Standing)
    assert set(CAVEATS) == set(Caveat)
    for text in (*CONDITIONS.values(), *VERDICTS.values(), *CAVEATS.values()):
        assert set(text) == set(LANGUAGES)
        assert all(text.values())
    found = document(advised("900000.50"))
    assert "mali müşavir" in str(found["advisory"])
    assert found["sources"]


def test_amounts_are_written_as_each_language_writes_them() -> None:
    """1.600.000,00 TL and TRY 1,600,000.00; 1,5 and 1.5 employees."""
    assert money(Decimal(1600000), "tr") == "1.600.000,00 TL"
    assert money(Decimal(1600000), "en") == "TRY 1,600,000.00"
    assert (number(Decimal("1.50"), "tr"), number(Decimal("1.50"), "en"), number(Decimal(10), "en")) == ("1,5", "1.5", "10")
    found = advised("900000.50", Seller(PERSON, insured=True, employees=Decimal("1.5")))
    employees = next(condition(one) for one in found.conditions if one.condition is Condition.EMPLOYEES)
    assert "1,5" in employees["tr"]
    assert "%50" in VERDICTS[Standing.MET]["tr"].format(year=2025, percent=50)
    assert "2025" in verdict(found)["tr"]


AMOUNTS = st.decimals(0, 3_000_000, places=2)


@given(AMOUNTS, AMOUNTS, st.decimals(0, 5, places=2))
def test_more_revenue_never_asks_for_less(one: Decimal, other: Decimal, employees: Decimal) -> None:
    """What is not enough for a revenue is not enough for a higher one."""
    low, high = sorted((one, other))
    seller = Seller(PERSON, insured=True, employees=employees)
    if advised(str(high), seller).standing is Standing.MET:
        assert advised(str(low), seller).standing is Standing.MET


@given(AMOUNTS)
def test_the_deduction_is_half_to_the_kurus(earnings: Decimal) -> None:
    """Twice the deduction is the earnings, or a kuruş more where half a kuruş was rounded up."""
    found = advised("1", Seller(PERSON, insured=True, earnings_try=earnings)).deduction_try
    assert found is not None
    assert found * 2 - earnings in {Decimal(0), KURUS}
