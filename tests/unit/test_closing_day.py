"""The closing day (intaç) decides the VAT period, so one that cannot be is raised for a person; it stands all the same."""

import pytest

from events.translate import Arrival
from tests.stories import etgb_number, ref, said, story
from tests.unit.watched import Watched
from workflow.attention import Reason

OUT = tuple(story(0))[:4]
UNLIKELY = Reason.ETGB_CLOSING_UNLIKELY


def etgb(name: str, day: str, *, inferred: bool = False) -> Arrival:
    """A message about the ETGB."""
    data = {"number": etgb_number(0), "registered_on": day, "courier": "pts", "lines": [{"shipment": ref("order-0")}]}
    source = "courier/pts" if inferred else "customs/file"
    return said(source, "etgb.issued.v1", name, data | ({"registered_on_inferred": True} if inferred else {}))


def closed(day: str) -> Arrival:
    """Customs' word that it is closed."""
    return said("customs/feed", "etgb.closed.v1", "closed", {"number": etgb_number(0), "closed_on": day})


def raised(*arrivals: Arrival) -> list[Reason]:
    """Why items are open once all is told."""
    watched = Watched()
    watched.tell(*arrivals)
    return [item.reason for item in watched.open.values()]


@pytest.mark.parametrize(
    ("day", "wanted"),
    [("2026-11-20", [UNLIKELY]), ("2026-11-21", []), ("2026-11-22", []), ("2199-12-31", [UNLIKELY])],
)
def test_a_closing_before_the_registration_or_far_ahead_is_raised(day: str, wanted: list[Reason]) -> None:
    """The day of the registration itself is likely."""
    assert raised(*OUT, etgb("a", "2026-11-21"), closed(day)) == wanted


def test_vedop_may_tell_such_a_day_too() -> None:
    """One item for the ETGB, whoever tells it."""
    seen = {"etgb_number": etgb_number(0), "seen_on": "2026-11-23", "closed_on": "2019-01-05", "evidence": {"kind": "list"}}
    told = said("tax_office/vedop", "vedop.transferred.v1", "seen", seen)
    assert raised(*OUT, etgb("a", "2026-11-21"), told) == [UNLIKELY]


def test_an_inferred_registration_proves_nothing_and_a_true_one_does() -> None:
    """The inferred day is later than the true one; when that comes, the closing is weighed again."""
    inferred = etgb("a", "2026-11-25", inferred=True)
    assert raised(*OUT, inferred, closed("2026-11-22")) == []
    assert raised(*OUT, inferred, closed("2026-11-22"), etgb("b", "2026-11-21")) == []
    assert raised(*OUT, inferred, closed("2026-11-22"), etgb("b", "2026-11-23")) == [UNLIKELY]
