"""What the figures for Prometheus say of calls, and where nothing is known."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from adapters import metrics
from adapters.calls.breaker import Breaker
from adapters.calls.counterpart import Breaking
from adapters.calls.fare import Fare


def lines(families: metrics.Families) -> set[str]:
    """The samples, as Prometheus reads them."""
    return {line for line in metrics.exposition(families).decode().splitlines() if line.startswith("kervan_")}


@pytest.fixture
def seconds() -> list[float]:
    """A clock that the test sets."""
    return [0.0]


@pytest.fixture
def caller(seconds: list[float]) -> Any:
    """What counts one counterpart's calls, without the counterpart."""
    return SimpleNamespace(fare=Fare(), breaker=Breaker(Breaking(after=2), lambda: seconds[0], trial_s=1.0))


def test_calls_are_counted_by_what_came_of_them(caller: Any) -> None:
    """Since the process began: what is taken away to be kept does not go from the counts."""
    fare = caller.fare
    for _ in range(3):
        fare.succeeded()
    assert fare.take() is not None
    fare.failed("no_answer", "")
    fare.succeeded()
    fare.refused("")
    assert {
        'kervan_counterpart_calls_total{code="nilvera",family="invoicing",result="answered"} 4.0',
        'kervan_counterpart_calls_total{code="nilvera",family="invoicing",result="no_answer"} 1.0',
        'kervan_counterpart_calls_total{code="nilvera",family="invoicing",result="not_authorised"} 1.0',
    } <= lines(metrics.of_callers({("invoicing", "nilvera"): caller}))


def test_a_breaker_is_open_until_a_call_may_find_out(caller: Any, seconds: list[float]) -> None:
    """One while nothing is sent, zero again when the next call may be made."""
    name = {("rates", "tcmb"): caller}
    closed, opened = (f'kervan_breaker_open{{code="tcmb",family="rates"}} {value}' for value in ("0.0", "1.0"))
    assert closed in lines(metrics.of_callers(name))
    caller.breaker.failed()
    caller.breaker.failed()
    assert opened in lines(metrics.of_callers(name))
    seconds[0] += caller.breaker.left_s
    assert closed in lines(metrics.of_callers(name))


def test_a_broker_that_does_not_answer_has_no_lag() -> None:
    """Not none waiting: nobody knows. An alert asks for just that."""
    assert lines(metrics.of_broker({"ok": False})) == {"kervan_lag NaN", "kervan_unacknowledged NaN"}


def test_what_never_happened_is_left_out() -> None:
    """A family without a sample is none."""
    intake = SimpleNamespace(totals={}, batches=0, seconds=0.0)
    assert lines(metrics.of_intake(cast("Any", intake))) == {"kervan_batches_total 0.0", "kervan_batch_seconds_total 0.0"}
