"""What the tax office decides of a claim: amounts in parts, none above what was asked for, money beyond the approval."""

from decimal import Decimal

import pytest

from tests.stories import SELLER, story
from tests.unit.claims.told import CLAIM, GATHERED, after, filed, progress
from tests.unit.watched import Watched
from workflow.refund import ClaimStatus
from workflow.stages import Stage


def test_a_claim_keeps_the_figures_it_was_filed_with() -> None:
    """Export value, refund, the policy over rates, and why it was filed although the checklist blocked."""
    claim, _, states = after(filed(override="the accountant has the papers"))
    assert states == ["applied"]
    assert (claim.exported_try, claim.refundable_try) == (Decimal("5000.00"), Decimal("1000.00"))
    assert (claim.rate_policy, claim.override) == ("intac_prev_bulletin", "the accountant has the papers")


def test_a_claim_that_has_changed_meanwhile_is_not_filed_by_old_figures() -> None:
    """The figures are of two shipments, and it has one; nothing moves, and with the right number it does."""
    claim, watched, states = after(filed(shipments=2))
    assert (states, claim.status) == (["claim_changed"], ClaimStatus.OPEN)
    assert watched.shipment.stage is Stage.VEDOP_TRANSFERRED
    assert after(filed(shipments=1))[2] == ["applied"]


def test_it_is_approved_and_paid_in_parts() -> None:
    """600.00 and 300.00 approved; 500.00 and 400.00 paid, the last of it on the 20th."""
    claim, _, states = after(
        filed(),
        progress("approved", amount="600.00"),
        progress("paid", on="2026-12-20", amount="500.00"),
        progress("approved", amount="300.00"),
        progress("paid", on="2026-12-18", amount="400.00"),
    )
    assert states == ["applied"] * 5
    assert (claim.status, claim.approved_try, claim.paid_try) == (ClaimStatus.PAID, Decimal("900.00"), Decimal("900.00"))
    assert str(claim.paid_on) == "2026-12-20"


def test_a_decision_without_an_amount_is_about_all_that_is_left() -> None:
    """Approved 700.00, paid without an amount: 700.00; one for which nobody told figures has none."""
    claim, _, _ = after(filed(), progress("approved", amount="700.00"), progress("paid"))
    assert claim.paid_try == Decimal("700.00")
    claim, _, _ = after(*list(story(0))[7:], progress("approved"), progress("paid"))
    assert (claim.status, claim.approved_try, claim.paid_try) == (ClaimStatus.PAID, None, None)


@pytest.mark.parametrize("status", ["approved", "paid", "reversed"])
def test_more_than_was_asked_for_is_refused(status: str) -> None:
    """The same payment told twice under two ids is noticed: 600.00 and 600.00 are more than 1,000.00."""
    claim, _, states = after(filed(), progress(status, amount="600.00"), progress(status, amount="600.00"))
    assert states[1:] == ["applied", "claim_amount_above"]
    assert getattr(claim, f"{status}_try") == Decimal("600.00")


def test_more_than_was_asked_for_says_how_much_too_much() -> None:
    """600.00 approved before, 600.00 more; the claim was for 1,000.00."""
    watched = Watched()
    told = (filed(), progress("approved", amount="600.00"), progress("approved", amount="600.00"))
    refused = watched.tell(*GATHERED, *told)[-1]
    assert refused.detail == "approved 600.00 TRY besides 600.00 told before; the claim was for 1000.00: 200.00 too much"


PAID_BEFORE = (progress("paid", amount="500.00"), progress("paid", on="2026-12-14", amount="200.00"))


APPROVED_LESS = progress("approved", amount="600.00")


@pytest.mark.parametrize("first", range(3))
def test_money_beyond_what_was_approved_is_kept_and_finance_is_asked_what_it_is(first: int) -> None:
    """600.00 approved, 500.00 and 200.00 paid: all of it counts, and one item names the 100.00, in whatever order they came."""
    news = [*PAID_BEFORE, APPROVED_LESS]
    claim, watched, states = after(filed(), *news[first:], *news[:first])
    assert states == ["applied"] * 4
    assert (claim.paid_try, claim.approved_try) == (Decimal("700.00"), Decimal("600.00"))
    (item,) = watched.open.values()
    assert (item.reason.value, item.claim) == ("claim_paid_above", CLAIM)
    assert item.detail == f"claim {CLAIM} of {SELLER} for 2026-11: 700.00 TRY paid, 600.00 approved, 100.00 more"


def test_money_is_not_too_much_once_the_rest_is_approved_or_while_no_approval_was_told() -> None:
    """The rest of the approval comes later; of a payment alone nobody can say that it is too much."""
    assert not after(filed(), APPROVED_LESS, *PAID_BEFORE, progress("approved", amount="100.00"))[1].open
    assert not after(filed(), *PAID_BEFORE)[1].open
    assert not after(filed(), APPROVED_LESS, progress("paid", amount="600.00"))[1].open


def test_a_partial_return_after_payment_reverses_a_part() -> None:
    """Paid 1,000.00; goods of 150.00 VAT come back and are given back: 850.00 stay, and no more than those can be reversed."""
    claim, _, states = after(
        filed(), progress("paid", amount="1000.00"), progress("reversed", amount="150.00", note="returned goods")
    )
    assert states == ["applied"] * 3
    assert (claim.status, claim.paid_try, claim.reversed_try) == (
        ClaimStatus.REVERSED,
        Decimal("1000.00"),
        Decimal("150.00"),
    )
    assert claim.partly_reversed
    assert claim.reason == "returned goods"
