"""How a seller's refunds stand who has exports that are in no claim: what waits for VEDOP, and until when."""

from datetime import date, timedelta
from decimal import Decimal

from tests.law import BOOK
from tests.stories import SELLER
from workflow.refund.standing import standing
from workflow.refund.waiting import Waiting

LAST = date(2028, 12, 31)
"""What was closed in 2026 is claimed until the end of the second calendar year after."""


def waits(day: str = "2026-11-22", value: str | None = "2310.23", *numbers: str) -> Waiting:
    """Two shipments on the ETGBs named, or on one."""
    known = None if value is None else Decimal(value)
    return Waiting(date.fromisoformat(day), "EUR", frozenset(numbers or {day}), 2, Decimal("42.00"), known)


def test_what_waits_is_worth_its_ceiling_until_it_lapses() -> None:
    """2,310.23 x 20 % = 462.046 → 462.05 each, told apart from claims; of an ETGB on two days of rates it is one."""
    found = standing(SELLER, (), BOOK, date(2026, 12, 5), [waits(), waits("2026-12-02")])
    assert (found.waiting, found.waiting_shipments, found.waiting_try) == (2, 4, Decimal("924.10"))
    assert (found.lapses_on, found.claimable, found.blocked_try) == (LAST, 0, Decimal(0))
    same = standing(SELLER, (), BOOK, date(2026, 12, 5), [waits("2026-11-22", "1.00", "A"), waits("2026-11-22", "2.00", "A")])
    assert (same.waiting, same.waiting_try) == (1, Decimal("0.60"))


def test_on_the_last_day_it_still_waits_and_on_the_next_there_is_nothing_to_wait_for() -> None:
    """The right to it has lapsed with the year."""
    assert standing(SELLER, (), BOOK, LAST, [waits()]).waiting == 1
    after = standing(SELLER, (), BOOK, LAST + timedelta(days=1), [waits()])
    assert (after.waiting, after.waiting_shipments, after.waiting_try, after.lapses_on) == (0, 0, Decimal(0), None)


def test_what_has_no_rate_yet_waits_and_is_said_to_have_none() -> None:
    """It is counted, its worth is not, and nothing of it can be told to lapse."""
    found = standing(SELLER, (), BOOK, date(2026, 12, 5), [waits(value=None)])
    assert (found.waiting, found.waiting_try, found.unvalued, found.lapses_on) == (1, Decimal(0), True, None)
