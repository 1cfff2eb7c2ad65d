"""The closing day (intaç) decides the VAT period, so one that cannot be is raised for a person; it stands all the same."""

from datetime import date

import pytest

from events.translate import Arrival
from tests.stories import SELLER, etgb_number, ref, said, story
from tests.unit.watched import Watched
from workflow import facts
from workflow.attention import Reason
from workflow.refund import claim_id

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


JOURNEY = tuple(story(0))
IN_VEDOP, FILED = JOURNEY[:7], JOURNEY[7]


def corrected(day: str) -> Arrival:
    """A person's word on the closing day."""
    data = {"number": etgb_number(0), "closed_on": day, "reason": "customs confirmed it"}
    return said("ops/ayse", "etgb.correct_closing.v1", f"corrected {day}", data)


def members(watched: Watched, period: str) -> list[str]:
    """The orders in a period's claim."""
    return [one.reference for one in watched.store.world.of(facts.by_claim(claim_id(SELLER, period, 0)))]


def test_a_person_corrects_a_wrong_day_and_the_shipment_changes_its_claim() -> None:
    """It leaves the open claim of the wrong period for that of the right one, with the right one's days."""
    watched = Watched()
    watched.tell(*IN_VEDOP)
    assert members(watched, "2026-11") == ["order-0"]
    due = watched.shipment.due_at
    (outcome,) = watched.tell(corrected("2026-12-02"))
    assert outcome.state == "applied"
    assert watched.etgb.closed_on == date(2026, 12, 2)
    assert (members(watched, "2026-11"), members(watched, "2026-12")) == ([], ["order-0"])
    assert watched.shipment.claim == claim_id(SELLER, "2026-12", 0)
    assert due is not None
    assert watched.shipment.due_at is not None
    assert watched.shipment.due_at > due


def test_a_corrected_day_of_the_same_month_leaves_the_claim_as_it_is() -> None:
    """The rate of the day is what changes."""
    watched = Watched()
    watched.tell(*IN_VEDOP, corrected("2026-11-25"))
    assert watched.etgb.closed_on == date(2026, 11, 25)
    assert members(watched, "2026-11") == ["order-0"]


def test_a_day_by_which_a_claim_was_filed_is_not_corrected_here() -> None:
    """The tax office has the figures of that day; the refusal says which claim."""
    watched = Watched()
    watched.tell(*IN_VEDOP, FILED)
    (outcome,) = watched.tell(corrected("2026-12-02"))
    assert (outcome.state, outcome.code) == ("refused", "closing_day_filed")
    assert "P-0" in outcome.detail
    assert watched.etgb.closed_on == date(2026, 11, 22)


def test_a_shipment_of_a_rejected_claim_changes_to_the_claim_of_the_right_period() -> None:
    """Its refund was filed by the wrong day and denied: it is asked for with the right month's claim, and not lost."""
    watched = Watched()
    data = {"claim": str(claim_id(SELLER, "2026-11", 0)), "status": "rejected", "on": "2026-11-25", "note": "wrong period"}
    watched.tell(*IN_VEDOP, FILED, said("tax_office/x", "claim.progressed.v1", "no", data))
    (outcome,) = watched.tell(corrected("2026-12-02"))
    assert outcome.state == "applied"
    assert (members(watched, "2026-11"), members(watched, "2026-12")) == ([], ["order-0"])
    assert watched.shipment.due_at is None


def test_what_is_overdue_of_the_wrong_claim_ends_with_the_last_shipment_that_leaves_it() -> None:
    """The refund of an empty claim is asked for no more."""
    watched = Watched()
    watched.tell(*IN_VEDOP)
    watched.wait(days=90)
    assert Reason.REFUND_OVERDUE in watched.reasons
    watched.tell(corrected("2027-02-15"))
    assert Reason.REFUND_OVERDUE not in watched.reasons
    assert not watched.shipment.overdue


def test_only_a_person_corrects() -> None:
    """Another day that a counterpart tells is raised, and the first stands."""
    assert raised(*OUT, etgb("a", "2026-11-21"), closed("2026-11-22"), said(
        "customs/feed", "etgb.closed.v1", "again", {"number": etgb_number(0), "closed_on": "2026-11-23"})
    ) == [Reason.ETGB_CLOSING_DIFFERS]  # fmt: skip
