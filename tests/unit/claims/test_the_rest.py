"""What is left of a claim of which a part was reversed, or of which nobody knows what it asks for, goes its way."""

from decimal import Decimal
from itertools import permutations

import pytest

from events.translate import Arrival
from tests.stories import story
from tests.unit.claims.told import after, filed, progress
from workflow.refund import ClaimStatus, ageing


def test_what_a_part_reversal_left_is_still_approved_and_paid() -> None:
    """Reversed before the money came: what is paid of the rest counts, and the status stays."""
    claim, _, states = after(
        filed(), progress("reversed", amount="150.00"), progress("approved", amount="850.00"), progress("paid")
    )
    assert states == ["applied"] * 4
    assert (claim.status, claim.approved_try, claim.paid_try) == (
        ClaimStatus.REVERSED,
        Decimal("850.00"),
        Decimal("850.00"),
    )


STEPS: dict[ClaimStatus, tuple[Arrival, ...]] = {
    ClaimStatus.UNDER_REVIEW: (progress("under_review", note="which rate?", due_on="2026-12-17"),),
    ClaimStatus.APPROVED: (progress("under_review"), progress("approved", amount="500.00")),
    ClaimStatus.PAID: (progress("approved", amount="500.00"), progress("paid", amount="500.00")),
}
"""How far the tax office comes with a claim, and by what."""


@pytest.mark.parametrize("status", STEPS)
def test_what_a_part_reversal_left_goes_its_way_as_if_there_had_been_none(status: ClaimStatus) -> None:
    """Asked about, approved, paid: told before the reversal or after it, the claim is the same and says how far the rest is."""
    part = progress("reversed", amount="150.00", note="returned goods")
    before, _, _ = after(filed(), *STEPS[status], part)
    then, _, states = after(filed(), part, *STEPS[status])
    assert set(states) == {"applied"}
    assert then == before
    assert (then.status, then.partly_reversed, then.rest, then.stands_as) == (ClaimStatus.REVERSED, True, status, status)


def test_a_question_about_what_a_part_reversal_left_is_asked_and_answered() -> None:
    """Its item opens after the reversal too, and ends with the answer."""
    part, (asks,) = progress("reversed", amount="150.00"), STEPS[ClaimStatus.UNDER_REVIEW]
    assert {one.value for one in after(filed(), part, asks)[1].reasons} == {"claim_question"}
    assert not after(filed(), part, asks, progress("under_review", on="2026-12-12", answered=True))[1].open


def test_what_is_left_of_a_claim_without_an_amount_is_less_what_was_reversed() -> None:
    """Of 1,000.00 150.00 were reversed: all the rest approved is 850.00, all of it paid 850.00."""
    claim, watched, _ = after(filed(), progress("reversed", amount="150.00"), progress("approved"), progress("paid"))
    assert (claim.approved_try, claim.paid_try) == (Decimal("850.00"), Decimal("850.00"))
    assert not watched.open


def test_what_a_part_reversal_left_may_be_rejected_and_is_filed_again_without_it() -> None:
    """The new petition asks for 850.00; what was approved and reversed of the old one counts no more."""
    claim, _, states = after(
        filed(), progress("reversed", amount="150.00"), progress("approved", amount="100.00"), progress("rejected", note="x")
    )
    assert states == ["applied"] * 4
    assert (claim.status, claim.reversed_try, claim.approved_try) == (ClaimStatus.REJECTED, None, None)
    claim, _, states = after(
        filed(), progress("reversed", amount="150.00"), progress("rejected", note="x"), filed("P-2", 40, refundable="850.00")
    )
    assert (states[-1], claim.status, claim.rest) == ("applied", ClaimStatus.FILED, None)


def test_money_that_came_is_not_rejected_and_what_was_rejected_has_no_part_to_reverse() -> None:
    """A part was paid: the rest is denied by an approval of less. Of a rejected claim only the whole can be given up."""
    part = progress("reversed", amount="150.00")
    assert after(filed(), part, progress("paid", amount="500.00"), progress("rejected", note="x"))[2][-1] == "claim_cannot"
    claim, _, states = after(filed(), progress("rejected", note="x"), progress("reversed", amount="150.00"))
    assert (states[-1], claim.status) == ("claim_cannot", ClaimStatus.REJECTED)
    assert after(filed(), progress("rejected", note="x"), progress("reversed"))[0].status is ClaimStatus.REVERSED


def test_once_all_of_it_is_reversed_nothing_is_left() -> None:
    """150.00, then the 850.00 that are left."""
    claim, _, states = after(filed(), progress("reversed", amount="150.00"), progress("reversed"), progress("under_review"))
    assert (claim.reversed_try, claim.partly_reversed, claim.rest) == (Decimal("1000.00"), False, None)
    assert states[1:] == ["applied", "applied", "claim_cannot"]


def test_of_a_claim_reversed_as_a_whole_nothing_is_paid() -> None:
    """Without an amount the whole is reversed; a payment after that is refused."""
    claim, _, states = after(filed(), progress("reversed"), progress("paid", amount="1.00"))
    assert claim.reversed_try == Decimal("1000.00")
    assert states[1:] == ["applied", "claim_cannot"]


UNTOLD = tuple(story(0))[7:]
"""The claim is filed in the contract's least form; what it asks for nobody told, and nothing here says it."""


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_claim_of_which_nobody_knows_the_amount_goes_its_way(order: tuple[int, ...]) -> None:
    """12,000.00 approved, 500.00 of it given back, 11,500.00 paid: the rest goes on, in whatever order they are told."""
    news = (
        progress("approved", amount="12000.00"),
        progress("reversed", amount="500.00", note="returned goods"),
        progress("paid", amount="11500.00"),
    )
    claim, _, states = after(*UNTOLD, *(news[place] for place in order))
    assert states == ["applied"] * 4
    assert (claim.status, claim.partly_reversed, claim.stands_as) == (ClaimStatus.REVERSED, True, ClaimStatus.PAID)
    assert (str(claim.approved_try), str(claim.reversed_try), str(claim.paid_try)) == ("12000.00", "500.00", "11500.00")
    assert ageing.outstanding(claim, Decimal("0.00")) == 0


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_an_unknown_amount_all_that_was_approved_is_to_come_until_the_whole_is_reversed(order: tuple[int, ...]) -> None:
    """A reversal without an amount is of the whole, whatever part was told before it or after; then nothing is out."""
    news = (progress("approved", amount="12000.00"), progress("reversed", amount="500.00"), progress("reversed"))
    claim = after(*UNTOLD, news[0])[0]
    assert ageing.outstanding(claim, Decimal("0.00")) == Decimal("12000.00")
    claim = after(*UNTOLD, *(news[place] for place in order))[0]
    assert (claim.status, claim.partly_reversed) == (ClaimStatus.REVERSED, False)
    assert ageing.outstanding(claim, Decimal("0.00")) == 0
