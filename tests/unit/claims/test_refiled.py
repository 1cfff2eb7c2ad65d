"""Days and petitions of filings, rejections after which a claim is filed again, and questions in between."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.stories import SELLER, said, story
from tests.unit.claims.told import CLAIM, GATHERED, after, filed, progress
from tests.unit.test_disturbed import at
from tests.unit.watched import Watched
from workflow.refund import ClaimStatus, claim_id


def test_a_rejected_claim_says_why_and_is_filed_again() -> None:
    """With a new petition and new figures; the first rejection's reason is gone."""
    claim, _, _ = after(filed(), progress("rejected", note="no VEDOP record"))
    assert (claim.status, claim.reason) == (ClaimStatus.REJECTED, "no VEDOP record")
    claim, _, states = after(filed(), progress("rejected", note="x"), filed("P-2", 40, refundable="900.00"))
    assert states[-1] == "applied"
    assert (claim.status, claim.petition_number, claim.reason) == (ClaimStatus.FILED, "P-2", "")
    assert claim.refundable_try == Decimal("900.00")


def test_what_was_approved_before_a_rejection_counts_for_no_later_petition() -> None:
    """600.00 of 1,000.00 approved, then rejected; filed again, all of it can be approved, and 1,000.00 are what it comes to."""
    claim, _, states = after(
        filed(),
        progress("approved", amount="600.00"),
        progress("rejected", note="a supplier is on the list of those who issue false invoices"),
        filed("P-2", hours=12),
        progress("approved", on="2026-12-28", amount="1000.00"),
    )
    assert states == ["applied"] * 5
    assert (claim.status, claim.approved_try) == (ClaimStatus.APPROVED, Decimal("1000.00"))


def test_each_question_is_asked_of_finance_with_its_day() -> None:
    """One item for the claim, naming the last question; while the claim is under review a second question is not a repeat."""
    claim, watched, states = after(
        filed(),
        progress("under_review", on="2026-12-02", note="which rate?", due_on="2026-12-17"),
        progress("under_review", on="2026-12-05", note="where is invoice 7?", due_on="2026-12-20"),
    )
    assert states == ["applied"] * 3
    (item,) = watched.open.values()
    assert (item.reason.value, claim.question) == ("claim_question", "where is invoice 7?")
    assert "2026-12-20: where is invoice 7?" in item.detail


def test_an_answer_that_is_known_answers_what_was_asked_before_it() -> None:
    """Told the other way round, the question of the 2nd that was answered on the 4th opens nothing; a later one does."""
    answer = progress("under_review", on="2026-12-04", answered=True)
    asked = progress("under_review", on="2026-12-02", note="which rate?", due_on="2026-12-17")
    assert not after(filed(), answer, asked)[1].open
    assert after(filed(), answer, progress("under_review", on="2026-12-06", note="more?", due_on="2026-12-20"))[1].open


def test_the_same_status_again_without_anything_more_changes_nothing() -> None:
    """Under review twice, approved twice without an amount."""
    told = (progress("under_review"), progress("under_review"), progress("approved"), progress("approved"))
    assert after(filed(), *told)[2] == ["applied", "applied", "repeated", "applied", "repeated"]


def test_a_day_of_filing_after_the_day_it_was_told_on_is_refused() -> None:
    """Told and received on 20 November in Istanbul: the 21st is refused, whether the claim is known by then or not."""
    early = Watched()
    assert early.tell(filed(filed_on="2026-11-21"))[0].code == "filed_in_future"
    assert after(filed(filed_on="2026-11-21"))[2] == ["filed_in_future"]
    assert after(filed(filed_on="2026-11-20"))[2] == ["applied"]


def test_the_day_of_filing_may_be_that_of_the_event_or_of_its_reception_in_istanbul() -> None:
    """At 21:30 UTC it is the next day in Istanbul; news that was on its way for days is judged by the day it came."""
    evening = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
    data = {"claim": str(CLAIM), "petition_number": "P-1", "filed_on": "2026-11-21"}
    assert after(said("tax_office/ayse", "claim.filed.v1", "f", data, at=evening))[2] == ["applied"]
    watched = Watched()
    watched.tell(*GATHERED)
    watched.now = evening
    (outcome,) = watched.tell(said("tax_office/ayse", "claim.filed.v1", "f", data, at=at(1)))
    assert outcome.state == "applied"


def test_a_petition_number_belongs_to_one_claim_of_its_seller() -> None:
    """Another claim that carries it is refused, which names the first; that one may carry it again, and another seller too."""
    watched = Watched()
    watched.tell(*GATHERED, filed("P-1"), progress("rejected", note="x"), filed("P-2", filed_on="2026-11-20"))
    watched.tell(*story(1, claim=False))
    other = claim_id(SELLER, "2026-11", 1)
    for petition in ("P-1", "P-2"):
        data = {"claim": str(other), "petition_number": petition, "filed_on": "2026-11-20"}
        (outcome,) = watched.tell(said("tax_office/ayse", "claim.filed.v1", f"other-{petition}", data))
        assert (outcome.code, str(CLAIM) in outcome.detail) == ("petition_taken", True)
    watched.tell(*story(2, "4540536920", claim=False))
    data = {"claim": str(claim_id("4540536920", "2026-11", 0)), "petition_number": "P-1", "filed_on": "2026-11-20"}
    assert watched.tell(said("tax_office/ayse", "claim.filed.v1", "theirs", data))[0].state == "applied"


def test_a_claim_is_filed_again_with_the_petition_that_was_rejected() -> None:
    """On a later day; the first filing, told again, is still known."""
    claim, _, states = after(
        filed("P-1", filed_on="2026-11-18"),
        progress("rejected", on="2026-11-19", note="x"),
        filed("P-1", filed_on="2026-11-18", again="a"),
        filed("P-1", filed_on="2026-11-20", again="b"),
    )
    assert states == ["applied", "applied", "repeated", "applied"]
    assert (claim.status, claim.filed_on) == (ClaimStatus.FILED, date(2026, 11, 20))


@pytest.mark.parametrize("first", range(3))
def test_filing_rejection_and_new_filing_end_alike_in_any_order(first: int) -> None:
    """The new filing waits for the rejection; the rejection of the old petition does not touch the new one."""
    news = [
        filed("P-1", filed_on="2026-11-17"),
        progress("rejected", on="2026-11-18", note="x"),
        filed("P-2", filed_on="2026-11-20"),
    ]
    claim, _, _ = after(*news[first:], *news[:first])
    assert (claim.status, claim.petition_number, claim.filed_on) == (ClaimStatus.FILED, "P-2", date(2026, 11, 20))
