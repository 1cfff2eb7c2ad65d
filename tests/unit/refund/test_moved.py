"""What the correction of a closing day would move is told before it is made, as the engine then does it."""

from datetime import date
from uuid import UUID

import pytest

from tests.stories import SELLER
from workflow.refund import ClaimStatus, claim_id
from workflow.refund.moved import Move, OnEtgb, preview

NOVEMBER, DECEMBER = date(2026, 11, 22), date(2026, 12, 2)
FIRST = claim_id(SELLER, "2026-11", 0)


def member(status: ClaimStatus | None = ClaimStatus.OPEN, claim: UUID | None = FIRST, *, gathers: bool = True) -> OnEtgb:
    """A shipment on the ETGB."""
    return OnEtgb(SELLER, gathers, claim, "2026-11" if claim else "", status, "P-1" if status else "")


def test_within_the_month_only_the_rate_changes() -> None:
    """Nothing moves."""
    found = preview(NOVEMBER, date(2026, 11, 30), [member()], {})
    assert (found.changes_period, found.moves) == (False, ())


def test_shipments_change_to_the_claim_of_the_right_month_which_may_be_new() -> None:
    """Two of one seller go together; one that is not in VEDOP yet follows later."""
    later = member(None, None, gathers=False)
    found = preview(NOVEMBER, DECEMBER, [member(), member(), later], {})
    assert (found.period_before, found.period, found.later) == ("2026-11", "2026-12", 1)
    assert found.moves == (Move(SELLER, 2, FIRST, "2026-11", claim_id(SELLER, "2026-12", 0), "2026-12", opens=True),)


@pytest.mark.parametrize("status", [ClaimStatus.FILED, ClaimStatus.REJECTED, ClaimStatus.PAID])
def test_a_claim_of_that_month_that_was_filed_is_passed_over(status: ClaimStatus) -> None:
    """They join its supplementary one, as late shipments do."""
    found = preview(NOVEMBER, DECEMBER, [member()], {(SELLER, 0): status, (SELLER, 1): ClaimStatus.OPEN})
    (move,) = found.moves
    assert (move.target, move.opens) == (claim_id(SELLER, "2026-12", 1), False)


def test_a_petition_by_the_day_forbids_it() -> None:
    """The tax office has its figures."""
    found = preview(NOVEMBER, DECEMBER, [member(ClaimStatus.FILED)], {})
    assert (found.filed, found.moves) == ("P-1", ())


def test_a_rejected_claim_forbids_nothing() -> None:
    """It is to be filed anew in any case."""
    assert len(preview(NOVEMBER, DECEMBER, [member(ClaimStatus.REJECTED)], {}).moves) == 1


def test_the_first_day_of_all_opens_claims() -> None:
    """Nobody told one before: shipments that are in VEDOP were in no claim."""
    (move,) = preview(None, DECEMBER, [member(None, None)], {}).moves
    assert (move.origin, move.target_period) == (None, "2026-12")
