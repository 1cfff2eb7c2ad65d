"""A claim's life after it was filed: amounts in parts, questions, rejections, reversals, and finance's own figures."""

from decimal import Decimal
from typing import Any

import pytest

from events.translate import Arrival
from tests.stories import SELLER, said, story
from tests.unit.test_disturbed import at
from tests.unit.watched import Watched
from workflow.refund import Claim, ClaimStatus, claim_id, purchase_id

CLAIM = claim_id(SELLER, "2026-11", 0)
GATHERED = tuple(story(0, claim=False))
COUNT = iter(range(1, 10_000))


def filed(petition: str = "P-1", hours: float = 9, **more: Any) -> Arrival:
    """The claim is filed, asking for 1,000.00 TL."""
    figures = {"exported": "5000.00", "refundable": "1000.00", "rate_policy": "intac_prev_bulletin"}
    data = {"claim": str(CLAIM), "petition_number": petition, "filed_on": "2026-12-01", **figures, **more}
    return said("tax_office/ayse", "claim.filed.v1", f"filed-{petition}", data, at=at(hours))


def progress(status: str, on: str = "2026-12-10", **more: Any) -> Arrival:
    """The tax office's word on the claim."""
    number = next(COUNT)
    data = {"claim": str(CLAIM), "status": status, "on": on, **more}
    return said("tax_office/ayse", "claim.progressed.v1", f"p{number}", data, at=at(20 + number / 100))


def after(*arrivals: Arrival) -> tuple[Claim, Watched, list[str]]:
    """The claim after all that, who watched, and what became of each message."""
    watched = Watched()
    watched.tell(*GATHERED)
    outcomes = watched.tell(*arrivals)
    return watched.store.world.claims[CLAIM], watched, [one.code or one.state for one in outcomes]


def test_a_claim_keeps_the_figures_it_was_filed_with() -> None:
    """Export value, refund, the policy over rates, and why it was filed although the checklist blocked."""
    claim, _, states = after(filed(override="the accountant has the papers"))
    assert states == ["applied"]
    assert (claim.exported_try, claim.refundable_try) == (Decimal("5000.00"), Decimal("1000.00"))
    assert (claim.rate_policy, claim.override) == ("intac_prev_bulletin", "the accountant has the papers")


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


def test_of_a_claim_reversed_as_a_whole_nothing_is_paid() -> None:
    """Without an amount the whole is reversed; a payment after that is refused."""
    claim, _, states = after(filed(), progress("reversed"), progress("paid", amount="1.00"))
    assert claim.reversed_try == Decimal("1000.00")
    assert states[1:] == ["applied", "claim_cannot"]


def test_amounts_are_the_same_in_whatever_order_they_are_told() -> None:
    """Two approvals and two payments, told forwards and backwards."""
    told = [
        progress("approved", amount="600.00"),
        progress("paid", on="2026-12-12", amount="500.00"),
        progress("approved", amount="300.00"),
        progress("paid", on="2026-12-15", amount="400.00"),
    ]
    assert after(filed(), *told)[0] == after(filed(), *reversed(told))[0]


def test_a_rejected_claim_says_why_and_is_filed_again() -> None:
    """With a new petition and new figures; the first rejection's reason is gone."""
    claim, _, _ = after(filed(), progress("rejected", note="no VEDOP record"))
    assert (claim.status, claim.reason) == (ClaimStatus.REJECTED, "no VEDOP record")
    claim, _, states = after(filed(), progress("rejected", note="x"), filed("P-2", 40, refundable="900.00"))
    assert states[-1] == "applied"
    assert (claim.status, claim.petition_number, claim.reason) == (ClaimStatus.FILED, "P-2", "")
    assert claim.refundable_try == Decimal("900.00")


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


def purchase(number: str = "TED1", hours: float = 1, **changes: Any) -> Arrival:
    """A purchase invoice."""
    data = {
        "seller": SELLER,
        "supplier": {"tax_number": "4540536920", "name": "Tedarik A.Ş."},
        "invoice_number": number,
        "issued_on": "2026-11-03",
        "period": "2026-11",
        "net": "100.00",
        "vat": "20.00",
    }
    return said("accounting/ayse", "purchase.booked.v1", f"b{next(COUNT)}", data | changes, at=at(hours))


def test_a_purchase_is_one_however_it_is_spelled_and_its_last_word_stands() -> None:
    """The same number in other letters is the same invoice; the later correction stands, whichever came first."""
    _, watched, states = after(purchase(), purchase("ted 1"), purchase(hours=3, vat="18.00"), purchase(hours=2, vat="19.00"))
    assert states == ["applied", "repeated", "applied", "repeated"]
    (booked,) = watched.store.world.purchases.values()
    assert booked.purchase.id == purchase_id(SELLER, "4540536920", "TED1")
    assert booked.purchase.vat_try == Decimal("18.00")


@pytest.mark.parametrize(
    "wrong",
    [{"share": "0"}, {"vat": "-1.00"}, {"period": "2026-13"}, {"shipment": {"courier": "x", "tracking_number": "y"}}],
)
def test_a_purchase_that_means_nothing_is_not_read(wrong: dict[str, Any]) -> None:
    """No share, VAT below nought, no month, a shipment of which no id follows."""
    with pytest.raises(AssertionError, match="Unreadable"):
        after(purchase(**wrong))


def test_figures_of_a_vat_return_stand_side_by_side() -> None:
    """What is told of the one figure leaves the other; an older word changes neither."""

    def told(hours: float, **figures: str) -> Arrival:
        data = {"seller": SELLER, "period": "2026-11", **figures}
        return said("accounting/ayse", "vat_return.told.v1", f"v{next(COUNT)}", data, at=at(hours))

    _, watched, states = after(
        told(1, carried="900.00"), told(2, turnover="5000.00"), told(1.5, carried="1.00"), told(3, carried="900.00")
    )
    assert states == ["applied", "applied", "repeated", "repeated"]
    (found,) = watched.store.world.vat_returns.values()
    assert (found.carried_try, found.turnover_try) == (Decimal("900.00"), Decimal("5000.00"))
