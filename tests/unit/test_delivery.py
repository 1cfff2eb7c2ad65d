"""How scans become the parcel's one status, in whatever order they come."""

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import delivery
from workflow.delivery import DeliveryStatus

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Known = tuple[DeliveryStatus | None, datetime | None]
SCANS = st.lists(
    st.tuples(st.sampled_from(list(DeliveryStatus)), st.integers(0, 5).map(lambda hours: START + timedelta(hours=hours))),
    min_size=1,
    max_size=8,
)


def merged(scans: list[tuple[DeliveryStatus, datetime]]) -> Known:
    """What is known after some scans."""
    nothing: Known = (None, None)
    return reduce(lambda known, scan: delivery.merge(*known, *scan) or known, scans, nothing)


@pytest.mark.parametrize("known", [DeliveryStatus.DELIVERED, DeliveryStatus.ANNOUNCED, DeliveryStatus.RETURNED])
def test_words_that_nobody_knows_replace_nothing_that_is_known(known: DeliveryStatus) -> None:
    """A later scan in words of no table leaves the status and its time; an earlier one that is known replaces the unknown."""
    later = START + timedelta(hours=1)
    assert merged([(known, START), (DeliveryStatus.UNKNOWN, later)]) == (known, START)
    assert merged([(DeliveryStatus.UNKNOWN, later), (known, START)]) == (known, START)


def test_words_that_nobody_knows_are_better_than_nothing() -> None:
    """The first scan stands, even so, and the later of two of them."""
    later = START + timedelta(hours=1)
    assert merged([(DeliveryStatus.UNKNOWN, START)]) == (DeliveryStatus.UNKNOWN, START)
    assert merged([(DeliveryStatus.UNKNOWN, START), (DeliveryStatus.UNKNOWN, later)]) == (DeliveryStatus.UNKNOWN, later)


@given(SCANS.flatmap(lambda scans: st.tuples(st.just(scans), st.permutations(scans + scans))))
def test_any_order_and_any_repetition_end_alike(
    case: tuple[list[tuple[DeliveryStatus, datetime]], list[tuple[DeliveryStatus, datetime]]],
) -> None:
    """The same scans, however they come and however often, leave the same status."""
    scans, shuffled = case
    assert merged(shuffled) == merged(scans)
