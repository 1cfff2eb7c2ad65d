"""Allowances: how long what is awaited may take, in days and working days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.calendar.turkey import public_holidays
from tests.law import BOOK
from workflow.deadlines import TERMS, Allowances, etgb_waits, refund_due
from workflow.etgb import Cause, Etgb
from workflow.lifecycle import FIRST
from workflow.waits import Allowance, Wait

TURKEY = Allowances(holidays=public_holidays())
WEEK = Allowance(5, working=True)
FRIDAY = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


def istanbul_midnight(day: date) -> datetime:
    """The moment at which a day begins in Istanbul (UTC+3 all the year)."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=3)


@pytest.mark.parametrize(
    ("text", "allowance"),
    [("7d", Allowance(7)), ("5wd", WEEK), ("0d", Allowance(0)), ("off", None)],
)
def test_an_allowance_is_read_as_it_is_written(text: str, allowance: Allowance | None) -> None:
    """Days, working days, or nobody is told."""
    assert Allowance.parse(text) == allowance


@pytest.mark.parametrize("text", ["", "7", "wd", "-1d", "5 wd", "5WD", "٥d", "99999d"])
def test_anything_else_is_refused(text: str) -> None:
    """The message says what is expected."""
    with pytest.raises(ValueError, match=r"7d \(days\), 5wd"):
        Allowance.parse(text)


@pytest.mark.parametrize(
    ("since", "last"),
    [
        (datetime(2026, 11, 20, 6, 0, tzinfo=UTC), date(2026, 11, 27)),  # a Friday: the weekend does not count
        (datetime(2026, 11, 20, 20, 59, tzinfo=UTC), date(2026, 11, 27)),  # 23:59 in Istanbul
        (datetime(2026, 11, 20, 21, 0, tzinfo=UTC), date(2026, 11, 27)),  # Saturday there
        (datetime(2026, 10, 26, 6, 0, tzinfo=UTC), date(2026, 11, 3)),  # 29 October; its eve (a half day) counts
        (datetime(2026, 5, 25, 6, 0, tzinfo=UTC), date(2026, 6, 4)),  # Kurban Bayramı, 27-30 May; its eve counts
        (datetime(2026, 3, 18, 6, 0, tzinfo=UTC), date(2026, 3, 26)),  # Ramazan Bayramı, 20-22 March
    ],
)
def test_five_working_days_pass_over_weekends_and_holidays(since: datetime, last: date) -> None:
    """They end with the last day, as it is counted in Istanbul."""
    allowances = Allowances({Wait.ETGB: WEEK}, holidays=public_holidays())
    due = allowances.after(Wait.ETGB, since)
    assert due == istanbul_midnight(date.fromordinal(last.toordinal() + 1))


def test_days_are_counted_to_the_minute() -> None:
    """Seven days for an invoice are seven times 24 hours."""
    assert TURKEY.after(Wait.INVOICE, FRIDAY) == datetime(2026, 11, 27, 6, 0, tzinfo=UTC)


def test_the_sellers_allowance_stands_above_the_couriers_and_that_above_the_general_one() -> None:
    """Each is asked in turn; what none names is as it comes with Kervan."""
    found = Allowances({Wait.ETGB: Allowance(1)}, {"pts": {Wait.ETGB: Allowance(2)}}, {"123": {Wait.ETGB: None}})
    assert found.of(Wait.ETGB, "9", "ups") == Allowance(1)
    assert found.of(Wait.ETGB, "9", "pts") == Allowance(2)
    assert found.of(Wait.ETGB, "123", "pts") is None
    assert found.of(Wait.INVOICE, "123", "pts") == TERMS[Wait.INVOICE].allowance
    assert found.after(Wait.ETGB, FRIDAY, "123", "pts") is None
    assert found.after_day(Wait.ETGB, FRIDAY.date(), "123") is None


def test_every_wait_has_a_term_with_its_reason() -> None:
    """No number without why."""
    assert set(TERMS) == set(Wait)
    assert all(term.source and term.allowance.days > 0 for term in TERMS.values())
    assert {wait for wait in FIRST.waits.values() if wait} < set(Wait)


def etgb(**known: object) -> Etgb:
    """An ETGB of a Saturday."""
    found = Etgb("26341453EX000001", date(2026, 11, 21), "pts")
    for name, value in known.items():
        setattr(found, name, value)
    return found


def test_what_lapses_is_told_so_long_before_its_last_day() -> None:
    """2024's exports, KDVK 32: until 31.12.2026, so from the first of 2.10.2026 on; working days count back over holidays."""
    last = date(2026, 12, 31)
    assert TURKEY.before_day(Wait.LAPSE, last, "123") == istanbul_midnight(date(2026, 10, 2))
    week = Allowances({Wait.LAPSE: Allowance(5, working=True)}, holidays=frozenset({date(2026, 12, 30)}))
    assert week.before_day(Wait.LAPSE, last) == istanbul_midnight(date(2026, 12, 23))
    assert Allowances({Wait.LAPSE: None}).before_day(Wait.LAPSE, last) is None


def test_an_etgb_waits_for_what_has_not_come() -> None:
    """Its document and its closing side by side, VEDOP only once it is closed, nothing once it is cancelled."""
    cancelled = Cause("customs/feed", "1", FRIDAY)
    assert list(etgb_waits(etgb(), TURKEY, BOOK)) == [Wait.ETGB_DOCUMENT, Wait.CLOSING]
    assert list(etgb_waits(etgb(document_url="x"), TURKEY, BOOK)) == [Wait.CLOSING]
    closed = etgb_waits(etgb(document_url="x", closed_on=date(2026, 11, 30)), TURKEY, BOOK)
    lapses = istanbul_midnight(date(2028, 10, 2))
    assert closed == {Wait.VEDOP: istanbul_midnight(date(2026, 12, 16)), Wait.VEDOP_LAPSE: lapses}
    assert etgb_waits(etgb(document_url="x", closed_on=date(2026, 11, 30), vedop_seen_on=date(2026, 12, 1)), TURKEY, BOOK) == {}
    assert etgb_waits(etgb(vedop_seen_on=date(2026, 12, 1), document_url="x"), TURKEY, BOOK).keys() == {Wait.CLOSING}
    assert etgb_waits(etgb(cancel_cause=cancelled), TURKEY, BOOK) == {}
    patient = Allowances(of_courier={"pts": {Wait.ETGB_DOCUMENT: None}})
    assert list(etgb_waits(etgb(), patient, BOOK)) == [Wait.CLOSING]


@pytest.mark.parametrize(
    ("period", "last"), [("2026-11", date(2027, 1, 29)), ("2026-12", date(2027, 3, 1)), ("2027-02", date(2027, 4, 29))]
)
def test_a_claim_falls_due_so_long_after_its_months_end(period: str, last: date) -> None:
    """Sixty days after the last day of the VAT period, for all its shipments alike."""
    assert refund_due(period, "123", TURKEY) == istanbul_midnight(date.fromordinal(last.toordinal() + 1))
