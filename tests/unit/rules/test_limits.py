"""LIM001, LIM002, FX001: what one shipment may weigh and be worth, on each day."""

from datetime import date
from decimal import Decimal

import pytest

from tests.unit.rules.cases import BOOK, Found, book, draft, first, found, row, worth
from workflow.rules.law import Rates
from workflow.rules.tables import Certainty, CourierLimit, Limit

OLD, MIDDLE, NEW = date(2019, 7, 13), date(2019, 7, 14), date(2026, 1, 3)
LAST_MIDDLE = date(2026, 1, 2)
TODAY = date(2026, 11, 16)
TOO_HEAVY = [("block", "gross_weight_kg", "")]
TOO_DEAR = [("block", "lines", "")]
NEAR = [("warn", "lines", "near")]


@pytest.mark.parametrize(
    ("day", "kg", "expected"),
    [
        (date(2010, 12, 1), "150", []),
        (date(2010, 12, 1), "150.001", TOO_HEAVY),
        (OLD, "150", []),
        (OLD, "150.001", TOO_HEAVY),
        (MIDDLE, "150.001", []),
        (MIDDLE, "300", []),
        (MIDDLE, "300.001", TOO_HEAVY),
        (LAST_MIDDLE, "300", []),
        (LAST_MIDDLE, "300.001", TOO_HEAVY),
        (NEW, "300.001", []),
        (NEW, "600", []),
        (NEW, "600.001", TOO_HEAVY),
        (TODAY, "0.001", []),
        (TODAY, "0", [("block", "gross_weight_kg", "missing")]),
        (TODAY, "-1", [("block", "gross_weight_kg", "missing")]),
    ],
)
def test_lim001_the_gross_weight_is_held_against_the_planned_days_limit(day: date, kg: str, expected: list[Found]) -> None:
    """The limit itself passes, a gram more does not, on both sides of each change of the law."""
    assert found("LIM001", draft(planned_on=day, gross_weight_kg=Decimal(kg))) == expected


@pytest.mark.parametrize(
    ("day", "euro", "expected"),
    [
        (OLD, "7124.99", []),
        (OLD, "7125", NEAR),
        (OLD, "7500", NEAR),
        (OLD, "7500.01", TOO_DEAR),
        (MIDDLE, "7500.01", []),
        (MIDDLE, "14249.99", []),
        (MIDDLE, "14250", NEAR),
        (MIDDLE, "15000", NEAR),
        (MIDDLE, "15000.01", TOO_DEAR),
        (LAST_MIDDLE, "15000", NEAR),
        (LAST_MIDDLE, "15000.01", TOO_DEAR),
        (NEW, "15000.01", []),
        (NEW, "28499.99", []),
        (NEW, "28500", NEAR),
        (NEW, "30000", NEAR),
        (NEW, "30000.01", TOO_DEAR),
    ],
)
def test_lim002_the_value_is_held_against_the_limit_of_the_planned_day(day: date, euro: str, expected: list[Found]) -> None:
    """From 95 % it warns, above the limit it blocks."""
    assert found("LIM002", worth(euro, planned_on=day)) == expected


def rates(day: date, usd: str = "40", eur: str = "50") -> Rates:
    made = Rates()
    made.add(day, {"USD": Decimal(usd), "EUR": Decimal(eur)})
    return made


@pytest.mark.parametrize(
    ("usd", "expected"),
    [("35624.98", []), ("35625", NEAR), ("37500", NEAR), ("37500.02", TOO_DEAR)],
)
def test_lim002_a_foreign_currency_is_converted_by_the_days_rate(usd: str, expected: list[Found]) -> None:
    """At 40 and 50 lira 37,500 dollars are 30,000 euro."""
    assert found("LIM002", worth(usd, currency="USD", planned_on=TODAY), rates=rates(TODAY)) == expected


@pytest.mark.parametrize(
    ("bulletin", "amount", "expected"),
    [
        (TODAY, "37500.02", []),
        (date(2026, 11, 4), "37500.02", []),
        (date(2026, 11, 3), "37500.02", [("block", "currency", "")]),
        (date(2026, 11, 3), "9375", [("block", "currency", "")]),
        (date(2026, 11, 3), "0.01", [("block", "currency", "")]),
        (date(2026, 11, 17), "9375", [("block", "currency", "")]),
        (date(2026, 11, 17), "0.01", [("block", "currency", "")]),
    ],
)
def test_fx001_without_a_rate_of_the_last_twelve_days_nothing_is_guessed(
    bulletin: date, amount: str, expected: list[Found]
) -> None:
    """An older bulletin, or one of a later day, lets nothing pass, however little it seems to be worth."""
    given = worth(amount, currency="USD", planned_on=TODAY)
    assert found("FX001", given, rates=rates(bulletin)) == expected
    if expected:
        assert found("LIM002", given, rates=rates(bulletin)) == []


def test_fx001_a_currency_that_no_bulletin_has_blocks_and_euro_never_does() -> None:
    """Also where there is no bulletin at all."""
    assert found("FX001", worth("1", currency="XAU")) == [("block", "currency", "")]
    assert found("FX001", worth("1", currency="XAU", planned_on=TODAY), rates=rates(TODAY)) == [("block", "currency", "")]
    assert found("FX001", worth("1", currency="EUR")) == []
    assert found("FX001", worth("1", currency="TRY", planned_on=TODAY), rates=rates(TODAY)) == []


def test_fx001_a_rate_of_other_years_says_nothing_of_the_day() -> None:
    """30,000 lira in June 2014 were above that day's limit of 7,500 euro: bulletins of 2010 and of 2026 must not pass them."""
    dear = worth("30000", currency="TRY", planned_on=date(2014, 6, 3))
    around = several((date(2010, 12, 1), {"EUR": "1.9"}), (date(2026, 9, 18), {"EUR": "55.9"}))
    assert found("FX001", dear, rates=around) == [("block", "currency", "")]
    around.add(date(2014, 6, 3), {"EUR": Decimal("2.85")})
    assert (found("FX001", dear, rates=around), found("LIM002", dear, rates=around)) == ([], TOO_DEAR)


def test_fx001_says_what_is_missing() -> None:
    """The day and the currency, whatever other bulletins there are."""
    for known in (rates(date(2026, 10, 1)), Rates()):
        none = first("FX001", worth("1000", currency="USD", planned_on=TODAY), rates=known)
        assert none.params == {"currency": "USD", "day": "2026-11-16"}


def several(*bulletins: tuple[date, dict[str, str]]) -> Rates:
    made = Rates()
    for day, found_rates in bulletins:
        made.add(day, {currency: Decimal(rate) for currency, rate in found_rates.items()})
    return made


D13, D14, D15 = date(2026, 11, 13), date(2026, 11, 14), date(2026, 11, 15)


def test_the_lira_needs_the_euros_rate_only() -> None:
    """At 50 lira 1,500,000 TRY are 30,000 EUR."""
    for amount, expected in (("1500000", NEAR), ("1500000.50", TOO_DEAR)):
        given = worth(amount, currency="TRY", planned_on=TODAY)
        assert found("LIM002", given, rates=several((TODAY, {"EUR": "50"}))) == expected


def test_the_newest_bulletin_that_has_both_currencies_converts() -> None:
    """Whatever the order in which they came; what a later message adds to a day's bulletin counts with what was there."""
    oldest, middle, newest = {"USD": "40", "EUR": "50"}, {"USD": "20", "EUR": "50"}, {"EUR": "50"}
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)):
        dated = ((D13, oldest), (D14, middle), (D15, newest))
        made = several(*(dated[n] for n in order))
        assert made.to_eur(Decimal(100), "USD", TODAY) == 40
        assert made.to_eur(Decimal(100), "USD", D14) == 40
        assert made.to_eur(Decimal(100), "USD", D13) == 80
        assert made.to_eur(Decimal(100), "USD", date(2026, 11, 12)) is None
        assert made.to_eur(Decimal(100), "TRY", D15) == 2
        assert made.to_eur(Decimal(100), "GBP", TODAY) is None
    whole = several((TODAY, {"EUR": "50"}), (TODAY, {"USD": "40"}))
    assert whole.to_eur(Decimal(100), "USD", TODAY) == 80
    assert whole.to_eur(Decimal(100), "USD", date(2026, 11, 28)) == 80
    assert whole.to_eur(Decimal(100), "USD", date(2026, 11, 29)) is None


def own(**columns: object) -> CourierLimit:
    made: CourierLimit = row(CourierLimit, **{"courier": "pts", **columns})
    return made


@pytest.mark.parametrize(
    ("limit", "kg", "euro", "weight", "value"),
    [
        (own(max_gross_kg=Decimal(30)), "30", "1", [], []),
        (own(max_gross_kg=Decimal(30)), "30.001", "1", [("block", "gross_weight_kg", "courier")], []),
        (own(max_eur=Decimal(100)), "30.001", "100", [], []),
        (own(max_eur=Decimal(100)), "30", "100.01", [], [("block", "lines", "courier")]),
        (own(max_eur=Decimal(100)), "30", "30000", [], [("block", "lines", "courier")]),
        (own(max_eur=Decimal(29000)), "30", "28900", [], NEAR),
        (own(max_eur=Decimal(100), courier="ptt"), "30", "100.01", [], []),
        (own(max_eur=Decimal(100), courier="PTS"), "30", "100.01", [], [("block", "lines", "courier")]),
        (own(max_gross_kg=Decimal(30)), "601", "1", TOO_HEAVY, []),
        (own(max_eur=Decimal(100)), "30", "30000.01", [], TOO_DEAR),
        (
            own(max_gross_kg=Decimal(30), max_eur=Decimal(100), certainty=Certainty.UNVERIFIED),
            "31",
            "101",
            [("warn", "gross_weight_kg", "courier_unsure")],
            [("warn", "lines", "courier_unsure")],
        ),
        (
            own(max_eur=Decimal(29000), certainty=Certainty.UNVERIFIED),
            "30",
            "29900",
            [],
            [("warn", "lines", "courier_unsure"), *NEAR],
        ),
        (own(max_gross_kg=Decimal(30), certainty=Certainty.LIKELY), "31", "1", [("block", "gross_weight_kg", "courier")], []),
        (own(max_gross_kg=Decimal(30), valid_to=date(2026, 11, 15)), "31", "1", [], []),
        (own(max_gross_kg=Decimal(30), valid_to=TODAY), "31", "1", [("block", "gross_weight_kg", "courier")], []),
        (own(max_gross_kg=Decimal(30), valid_from=TODAY), "31", "1", [("block", "gross_weight_kg", "courier")], []),
        (own(max_gross_kg=Decimal(30), valid_from=date(2026, 11, 17)), "31", "1", [], []),
    ],
)
def test_a_couriers_own_limit_holds_besides_the_laws(
    limit: CourierLimit, kg: str, euro: str, weight: list[Found], value: list[Found]
) -> None:
    """For that courier only, in its days only; one that nobody could confirm only warns."""
    law = book(courier_limits=(limit,))
    given = worth(euro, gross_weight_kg=Decimal(kg), planned_on=TODAY)
    assert (found("LIM001", given, law), found("LIM002", given, law)) == (weight, value)


def test_a_limit_that_could_not_be_confirmed_is_packaged_for_dhl_and_warns() -> None:
    """From the day since when the law allows more."""
    for name in ("dhl", "DHL Express", " dhl  EXPRESS"):
        heavy = {"courier": name, "gross_weight_kg": Decimal("300.001")}
        assert found("LIM001", draft(planned_on=NEW, **heavy)) == [("warn", "gross_weight_kg", "courier_unsure")]
    assert found("LIM001", draft(planned_on=LAST_MIDDLE, **heavy)) == TOO_HEAVY
    assert found("LIM001", draft(planned_on=NEW, courier="dhl", gross_weight_kg=Decimal(300))) == []


def test_a_couriers_limit_may_be_set_by_any_of_its_names() -> None:
    """Operators and aggregators alike; one that is neither is known by its own word."""
    for set_for, named in (
        ("DHL Express", "dhl"),
        ("fedex", "FedEx Express"),
        ("navlungo", "NAVLUNGO "),
        ("yurtiçi", "YURTICI"),
    ):
        law = book(courier_limits=(own(courier=set_for, max_gross_kg=Decimal(30)),))
        given = draft(courier=named, gross_weight_kg=Decimal(31))
        assert found("LIM001", given, law) == [("block", "gross_weight_kg", "courier")]


def test_each_finding_stands_on_the_row_in_force() -> None:
    """With its source and its days; what people read names the limit and the day."""
    heavy = first("LIM001", draft(planned_on=LAST_MIDDLE, gross_weight_kg=Decimal(301)))
    limit = BOOK.limit(LAST_MIDDLE)
    assert isinstance(heavy.basis, Limit)
    assert (heavy.source, heavy.valid_from, heavy.valid_to) == (limit.source, MIDDLE, LAST_MIDDLE)
    assert heavy.params == {"weight": "301", "limit": "300", "day": "2026-01-02"}
    dear = first("LIM002", worth("30000.01", planned_on=NEW))
    assert (dear.valid_from, dear.valid_to) == (NEW, None)
    assert dear.params == {"value": "30000.01", "limit": "30000", "day": "2026-01-03"}
    near = first("LIM002", worth("7500", planned_on=OLD))
    assert (near.basis, near.valid_from, near.valid_to) == (BOOK.limit(OLD), None, OLD)
    assert near.params == {"value": "7500.00", "limit": "7500", "day": "2019-07-13"}
    law = book(courier_limits=(own(max_gross_kg=Decimal(30), max_eur=Decimal(100)),))
    given = worth("101", gross_weight_kg=Decimal(31))
    kg, euro = first("LIM001", given, law), first("LIM002", given, law)
    assert (kg.source, kg.params) == ("a test", {"weight": "31", "limit": "30", "courier": "pts"})
    assert (euro.source, euro.params) == ("a test", {"value": "101.00", "limit": "100", "courier": "pts"})
    unsure = own(max_gross_kg=Decimal(30), max_eur=Decimal(100), certainty=Certainty.UNVERIFIED)
    for code, params in (("LIM001", kg.params), ("LIM002", euro.params)):
        asked = first(code, given, book(courier_limits=(unsure,)))
        assert (asked.source, asked.params) == ("a test", params)
    missing = first("LIM001", draft(gross_weight_kg=Decimal(0)))
    assert (missing.params, missing.basis) == ({"weight": "0"}, BOOK.limit(draft().planned_on))
