"""The series of the chart of *Bugün*."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.database import flow as kept
from adapters.database.flow import Flowed
from adapters.web.console import flow

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_nothing_noted_is_an_empty_chart() -> None:
    """There is no line to draw."""
    assert flow.series([], MINUTE, NINE) == {"at": [], "rate": [], "lag": []}


def test_a_minute_without_messages_is_nought_and_not_a_gap() -> None:
    """Nothing came is a measurement; that nobody looked how much waits is none."""
    found = [Flowed(NINE, 60, 3), Flowed(NINE + 3 * MINUTE, 12, None)]
    drawn = flow.series(found, MINUTE, NINE + 5 * MINUTE)
    assert drawn["rate"] == [60, 0, 0, 12, 0]
    assert drawn["lag"] == [3, None, None, None, None]
    assert drawn["at"] == [(NINE + n * MINUTE).timestamp() for n in range(5)]


def test_the_minute_that_goes_on_is_not_drawn() -> None:
    """It is not over, so it would look like a fall."""
    now = NINE + MINUTE + timedelta(seconds=20)
    assert flow.series([Flowed(NINE, 60, 0), Flowed(NINE + MINUTE, 2, 0)], MINUTE, now)["rate"] == [60]


@pytest.mark.parametrize("span", flow.SPANS.values(), ids=list(flow.SPANS))
def test_steps_begin_where_the_database_has_them_begin(span: flow.Span) -> None:
    """Whatever the step, a step's beginning is its own, and steps fill the span."""
    at = kept.began(NINE + timedelta(minutes=17, seconds=3), span.step)
    assert kept.began(at, span.step) == at
    assert at <= NINE + timedelta(minutes=17, seconds=3) < at + span.step
    assert span.back % span.step == timedelta(0)
