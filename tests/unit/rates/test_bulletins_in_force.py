"""Which bulletin's rate an invoice states."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.bulletins import Bulletins, CurrencyNotListedError, NoBulletinInReachError, RateMissingError, is_weekend
from workflow.invoice import Rate

THURSDAY, FRIDAY, MONDAY = date(2026, 9, 17), date(2026, 9, 18), date(2026, 9, 21)
USD = {"USD": Decimal("48.6116")}


def test_the_rate_of_a_day_is_that_of_the_day_before_never_its_own() -> None:
    """Thursday's bulletin comes out at 15:30 and is used on Friday; Friday's own is not."""
    known = Bulletins({THURSDAY: USD, FRIDAY: {"USD": Decimal(49)}})
    assert known.in_force("USD", FRIDAY) == Rate(Decimal("48.6116"), THURSDAY)


def test_a_weekend_is_passed_over() -> None:
    """On Saturday, Sunday and Monday the bulletin of Friday is in force."""
    known = Bulletins({FRIDAY: USD})
    for day in (FRIDAY + timedelta(days=n) for n in (1, 2, 3)):
        assert known.in_force("USD", day) == Rate(USD["USD"], FRIDAY)


def test_a_holiday_is_passed_over_only_where_it_is_known_as_one() -> None:
    """Kurban Bayramı 2026, 27–29 May: known, the bulletin of the 26th holds on 1 June; not known, the days are named."""
    published, bayram = {date(2026, 5, 26): USD}, [date(2026, 5, 27 + n) for n in range(3)]
    assert Bulletins(published, frozenset(bayram)).in_force("USD", date(2026, 6, 1)) == Rate(USD["USD"], date(2026, 5, 26))
    with pytest.raises(RateMissingError, match="--from 2026-05-27 --to 2026-05-28") as error:
        Bulletins(published, frozenset(bayram[2:])).in_force("USD", date(2026, 6, 1))
    assert error.value.unknown == tuple(bayram[:2])


def test_the_lira_needs_no_rate() -> None:
    """An invoice in TRY states none."""
    assert Bulletins({}).in_force("TRY", FRIDAY) is None


def test_a_currency_that_the_bulletin_lacks_has_no_rate_even_if_an_older_one_has_it() -> None:
    """The bulletin in force decides; an older rate would be a guess."""
    with pytest.raises(CurrencyNotListedError, match=str(THURSDAY)):
        Bulletins({THURSDAY: USD, date(2026, 9, 16): {"GBP": Decimal(60)}}).in_force("GBP", FRIDAY)


def test_twelve_days_without_a_bulletin_cannot_be() -> None:
    """On the twelfth day back a bulletin counts, on the thirteenth it does not."""
    gone = frozenset(MONDAY - timedelta(days=n) for n in range(1, 15))
    twelfth, thirteenth = MONDAY - timedelta(days=12), MONDAY - timedelta(days=13)
    assert Bulletins({twelfth: USD}, gone - {twelfth}).in_force("USD", MONDAY) == Rate(USD["USD"], twelfth)
    with pytest.raises(NoBulletinInReachError):
        Bulletins({thirteenth: USD}, gone - {thirteenth}).in_force("USD", MONDAY)


DAYS = [MONDAY - timedelta(days=n) for n in range(16)]


@given(st.dictionaries(st.sampled_from(DAYS), st.booleans()))
def test_a_rate_is_given_only_where_every_day_after_its_bulletin_is_accounted_for(known: dict[date, bool]) -> None:
    """Whatever is known: a rate given is the newest before the day, and no working day between is unknown."""
    book = Bulletins({d: USD for d, there in known.items() if there}, frozenset(d for d, there in known.items() if not there))
    try:
        rate = book.in_force("USD", MONDAY)
    except (RateMissingError, NoBulletinInReachError):
        return
    assert rate is not None
    assert rate.published_on < MONDAY
    for day in DAYS:
        if rate.published_on < day < MONDAY:
            assert known.get(day) is False or (day not in known and is_weekend(day))
