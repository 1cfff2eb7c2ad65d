"""When a delivery that failed comes again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.subscriptions import schedule


def test_eight_tries_go_over_a_day() -> None:
    """Seven pauses, each longer than the one before, some twenty-four hours in all."""
    assert len(schedule.PAUSES) == 7
    assert list(schedule.PAUSES) == sorted(set(schedule.PAUSES))
    assert timedelta(hours=22) < sum(schedule.PAUSES, timedelta()) < timedelta(hours=26)
    assert schedule.pause_after(8) is None


@given(st.integers(1, 7))
def test_pauses_are_spread_but_never_by_much(tries: int) -> None:
    """Within a fifth of what the table says, so that those that failed together do not come again together."""
    planned = schedule.PAUSES[tries - 1]
    found = {schedule.pause_after(tries) for _ in range(20)}
    assert len(found) > 1
    assert all(pause is not None and planned * 0.79 < pause < planned * 1.21 for pause in found)


def test_a_subscription_outlives_the_tries_of_a_message() -> None:
    """It is given up later than the last try of the first message that failed could come."""
    assert sum(schedule.PAUSES, timedelta()) * 1.2 < schedule.DISABLED_AFTER
