"""A claim's life after it was filed: amounts in parts, questions, rejections, reversals, and finance's own figures."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.translate import Arrival
from tests.stories import SELLER, draft, etgb_number, invoice, ref, said, story
from tests.unit.test_disturbed import at
from tests.unit.watched import Watched
from workflow import facts
from workflow.etgb import Etgb
from workflow.refund import Claim, ClaimStatus, ageing, claim_id, purchase_id
from workflow.stages import Stage
from workflow.values import vat_period

CLAIM = claim_id(SELLER, "2026-11", 0)
GATHERED = tuple(story(0, claim=False))
NEW_YEAR = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)
COUNT = iter(range(1, 10_000))


def filed(petition: str = "P-1", hours: float = 9, again: str = "", **more: Any) -> Arrival:
    """The claim is filed, asking for 1,000.00 TL; ``again`` makes it another message."""
    figures = {"exported": "5000.00", "refundable": "1000.00", "rate_policy": "intac_prev_bulletin"}
    data = {"claim": str(CLAIM), "petition_number": petition, "filed_on": "2026-11-20", **figures, **more}
    return said("tax_office/ayse", "claim.filed.v1", f"filed-{petition}{again}", data, at=at(hours))


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


def back(number: int) -> Arrival:
    """A shipment's goods come back after the filing."""
    data = {"shipment": ref(f"order-{number}"), "reason": "refused by the buyer"}
    return said("ops/ayse", "shipment.return_goods.v1", f"back-{number}", data, at=at(30))


def asked_for(watched: Watched) -> set[str]:
    """The references of the shipments for which a reversal is asked."""
    shipments = watched.store.world.shipments
    asked = [item for item in watched.open.values() if item.reason.value == "claim_reversal_needed"]
    return {shipments[item.shipment].reference for item in asked if item.shipment is not None}


def test_a_reversal_for_one_of_several_shipments_says_how_much() -> None:
    """Without an amount it would be of the whole claim; of a claim that has no other shipment it is."""
    watched = Watched()
    watched.tell(*GATHERED, *story(1, claim=False), filed())
    (refused,) = watched.tell(progress("reversed", shipment=ref("order-1")))
    assert (refused.state, refused.code) == ("refused", "reversal_unmeasured")
    assert watched.store.world.claims[CLAIM].reversed_try is None
    claim, _, _ = after(filed(), progress("reversed", shipment=ref("order-0")))
    assert claim.reversed_try == Decimal("1000.00")


def test_a_part_is_reversed_for_the_return_that_it_names() -> None:
    """Two came back: the one named is settled, the other stays asked for; without a name nobody knows whose part it was."""
    watched = Watched()
    watched.tell(*GATHERED, *story(1, claim=False), *story(2, claim=False), filed(), back(1), back(2))
    assert asked_for(watched) == {"order-1", "order-2"}
    watched.tell(progress("reversed", amount="10.00"))
    assert asked_for(watched) == {"order-1", "order-2"}
    watched.tell(progress("reversed", amount="150.00", shipment=ref("order-1")))
    assert asked_for(watched) == {"order-2"}
    (refused,) = watched.tell(progress("reversed", amount="1.00", shipment=ref("order-9")))
    assert refused.code == "not_in_claim"
    watched.tell(progress("reversed"))
    assert asked_for(watched) == set()
    assert watched.store.world.claims[CLAIM].reversed_try == Decimal("1000.00")


def part_back(name: str, *lines: tuple[int, str]) -> Arrival:
    """Some pieces of the first shipment come back after the filing."""
    pieces = [{"line": line, "quantity": quantity} for line, quantity in lines]
    data = {"shipment": ref("order-0"), "reason": "one was broken", "lines": pieces}
    return said("ops/ayse", "shipment.return_goods.v1", name, data, at=at(30))


def test_pieces_that_come_back_after_the_filing_ask_for_a_reversal_and_the_shipment_stays() -> None:
    """One of the first line's two came back, 10.50 of 42.00 EUR: it is asked for, and settled by the reversal that names it."""
    watched = Watched()
    (outcome,) = watched.tell(*GATHERED, filed(), part_back("one", (1, "1")))[-1:]
    assert outcome.state == "applied"
    (shipment,) = watched.store.world.shipments.values()
    assert shipment.stage == "refund_filed"
    assert asked_for(watched) == {"order-0"}
    (item,) = [one for one in watched.open.values() if one.reason.value == "claim_reversal_needed"]
    assert "10.50 of 42.00 EUR" in item.detail
    watched.tell(progress("reversed", amount="37.50", shipment=ref("order-0")))
    assert asked_for(watched) == set()


def test_a_piece_is_given_back_by_the_reversal_that_comes_after_it_in_whatever_batch() -> None:
    """Piece, reversal and another piece, told together: the first is given back, the second is asked for."""
    watched = Watched()
    watched.tell(*GATHERED, filed())
    reversal = progress("reversed", amount="250.00", shipment=ref("order-0"))
    states = [one.state for one in watched.together(part_back("one", (1, "1")), reversal, part_back("two", (1, "1")))]
    assert states == ["applied"] * 3
    changes = watched.store.changes[-1]
    assert [one.piece.given_back for one in changes.pieces_back] == [True, False]
    assert list(changes.given_back) == [(CLAIM, watched.shipment.id)]
    assert asked_for(watched) == {"order-0"}


@pytest.mark.parametrize("news", [back(0), part_back("one", (1, "1"))], ids=["all", "a piece"])
def test_what_is_asked_of_a_claim_names_it(news: Arrival) -> None:
    """Goods came back, as a whole or in part: the item has the shipment and the claim."""
    watched = Watched()
    watched.tell(*GATHERED, filed(), news)
    (item,) = [one for one in watched.open.values() if one.reason.value == "claim_reversal_needed"]
    assert (item.claim, item.shipment) == (CLAIM, watched.shipment.id)


@pytest.mark.parametrize("lines", [((3, "1"),), ((1, "3"),), ((1, "0"),), ((1, "1"), (2, "2.5"))])
def test_more_than_was_ordered_cannot_come_back(lines: tuple[tuple[int, str], ...]) -> None:
    """The order has two lines of two pieces each: nothing of it is kept."""
    watched = Watched()
    (outcome,) = watched.tell(*GATHERED, filed(), part_back("wrong", *lines))[-1:]
    assert (outcome.state, outcome.code) == ("refused", "not_in_order")
    assert asked_for(watched) == set()


def test_pieces_that_come_back_while_no_refund_is_asked_have_nothing_to_reverse() -> None:
    """Before the filing, and after a rejection: they are kept, without a claim of which they are to be given back."""
    watched = Watched()
    (early,) = watched.tell(*GATHERED, part_back("early", (1, "1")))[-1:]
    (late,) = watched.tell(filed(), progress("rejected", note="x"), part_back("late", (1, "1")))[-1:]
    assert {early.state, late.state} == {"applied"}
    assert [one.claim for changes in watched.store.changes for one in changes.pieces_back] == [None, None]
    assert asked_for(watched) == set()
    assert watched.shipment.stage == "refund_filed"


@pytest.mark.parametrize("stage", range(4, 8))
def test_pieces_may_come_back_from_the_hand_over_on(stage: int) -> None:
    """The shipment stays where it is, and goes on from there."""
    watched = Watched()
    watched.tell(*GATHERED[:stage])
    before = watched.shipment.stage
    (outcome,) = watched.tell(part_back("one", (1, "1")))
    assert (outcome.state, watched.shipment.stage) == ("applied", before)
    watched.tell(*GATHERED[stage:])
    assert watched.shipment.claim == CLAIM


def test_no_more_comes_back_than_is_left_of_a_line() -> None:
    """Two of line 1, told in two messages; what both lines cost is told to the cent, in whichever parts."""
    watched = Watched()
    told = watched.tell(*GATHERED, *(part_back(name, (1, "1")) for name in ("one", "two", "three")))
    assert [one.code for one in told[-3:]] == ["", "", "not_in_order"]
    assert told[-1].detail == "1 of line 1 came back; 0 of it are with the buyer"


def test_parts_of_a_line_add_up_to_it() -> None:
    """Three pieces for 10.00: 3.33, 3.34 and 3.33, not 9.99."""
    watched = Watched()
    line = draft("order-0")["lines"][0] | {"quantity": "3", "unit_price": "3.333333"}
    rest = draft("order-0")["lines"][1]
    first = said("orders/shop", "shipment.drafted.v1", "draft-0", draft("order-0", lines=[line, rest]))
    bill = said("invoicing/file", "invoice.issued.v1", "invoice-0", invoice("order-0", 0, total="31.00"))
    watched.tell(first, bill, *GATHERED[2:], *(part_back(name, (1, "1")) for name in ("one", "two", "three")))
    amounts = [one.piece.amount for changes in watched.store.changes for one in changes.pieces_back]
    assert [str(one) for one in amounts] == ["3.33", "3.34", "3.33"]


def test_with_the_last_of_its_goods_a_shipment_came_back_as_a_whole() -> None:
    """It leaves its open claim as any other return does."""
    watched = Watched()
    watched.tell(*GATHERED, part_back("one", (1, "2")), part_back("two", (2, "2")))
    assert (watched.shipment.stage, watched.shipment.claim) == ("returned", None)


def test_a_rejection_leaves_nothing_to_reverse_of_pieces() -> None:
    """Nothing was refunded; the claim is filed again without them."""
    watched = Watched()
    watched.tell(*GATHERED, filed(), part_back("one", (1, "1")))
    assert asked_for(watched) == {"order-0"}
    watched.tell(progress("rejected", note="x"))
    assert asked_for(watched) == set()


@pytest.mark.parametrize("first", ["rejected", "returned"])
def test_goods_that_came_back_leave_a_rejected_claim(first: str) -> None:
    """Whichever was told first: the claim can be filed again without them, and nothing of theirs is to be reversed."""
    watched = Watched()
    told = [progress("rejected", note="x"), back(1)]
    watched.tell(*GATHERED, *story(1, claim=False), filed(), *(told if first == "rejected" else reversed(told)))
    world = watched.store.world
    assert asked_for(watched) == set()
    assert len(world.of(facts.by_claim(CLAIM))) == 1
    assert {one.reference: one.claim for one in world.shipments.values()} == {"order-0": CLAIM, "order-1": None}
    watched.tell(filed("P-2", 50, shipments=1))
    assert watched.store.world.claims[CLAIM].status is ClaimStatus.FILED


def test_goods_that_come_back_after_a_part_was_reversed_ask_for_theirs() -> None:
    """What is left of the claim still stands for them; the only one that came back needs no name."""
    watched = Watched()
    watched.tell(*GATHERED, *story(1, claim=False), filed(), progress("reversed", amount="100.00"), back(1))
    assert asked_for(watched) == {"order-1"}
    watched.tell(progress("reversed", amount="150.00"))
    assert asked_for(watched) == set()


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


def test_amounts_are_the_same_in_whatever_order_they_are_told() -> None:
    """Two approvals and two payments, told forwards and backwards."""
    told = [
        progress("approved", amount="600.00"),
        progress("paid", on="2026-12-12", amount="500.00"),
        progress("approved", amount="300.00"),
        progress("paid", on="2026-12-15", amount="400.00"),
    ]
    assert after(filed(), *told)[0] == after(filed(), *reversed(told))[0]


MONEY = st.sampled_from(["0.01", "99.99", "100.00", "250.50"])


@hypothesis.settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(["approved", "paid", "under_review", "reversed"]), MONEY, st.integers(10, 28)), max_size=6
    ),
    st.data(),
)
def test_any_order_of_the_same_decisions_ends_alike(told: list[tuple[str, str, int]], data: st.DataObject) -> None:
    """Approvals, payments, part reversals, reviews: what is kept and asked follows from the news, not from its order."""
    arrivals = [
        progress(status, on=f"2026-12-{day}", **({"amount": amount} if status != "under_review" else {}))
        for status, amount, day in told
    ]
    shuffled = data.draw(st.permutations(arrivals))
    (one, watched, _), (other, beside, _) = (after(filed(refundable="100000.00"), *order) for order in (arrivals, shuffled))
    assert one == other
    assert watched.reasons == beside.reasons
    assert (one.approved_try or 0) == sum(Decimal(amount) for status, amount, _ in told if status == "approved")
    assert (one.paid_try or 0) == sum(Decimal(amount) for status, amount, _ in told if status == "paid")
    assert (one.reversed_try or 0) == sum(Decimal(amount) for status, amount, _ in told if status == "reversed")


def refused(watched: Watched) -> list[tuple[str, str]]:
    """Which messages were refused, and why."""
    return sorted((one.part.message.id, one.code) for changes in watched.store.changes for one in changes.refused)


@hypothesis.settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(["approved", "paid", "under_review", "reversed", "rejected", "filed"]), MONEY | st.none()),
        max_size=6,
    ),
    st.data(),
)
def test_cut_into_batches_anyhow_a_filing_without_figures_ends_as_one_by_one(
    told: list[tuple[str, str | None]], data: st.DataObject
) -> None:
    """It comes to 600.00 once it is saved; whatever is told before it or after, in its batch or in others, counts by that."""
    untold: dict[str, Any] = {"exported": None, "refundable": None}
    news = [
        filed(f"P-{n}", 30 + n, **untold) if status == "filed" else progress(status, amount=amount, note="x")
        for n, (status, amount) in enumerate(told, start=2)
    ]
    news.insert(data.draw(st.integers(0, len(news))), filed(**untold))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(news)), max_size=3)))
    alone, cut = Watched(), Watched()
    alone.store.comes_to = cut.store.comes_to = Decimal("600.00")
    alone.tell(*GATHERED)
    cut.tell(*GATHERED)
    alone.tell(*news)
    for begun, end in zip([0, *cuts], [*cuts, len(news)], strict=True):
        if news[begun:end]:
            cut.together(*news[begun:end])
    assert cut.store.world.claims[CLAIM] == alone.store.world.claims[CLAIM]
    assert cut.reasons == alone.reasons
    assert refused(cut) == refused(alone)
    waits = {key: len(parts) for key, parts in alone.store.world.waiting.items() if parts}
    assert {key: len(parts) for key, parts in cut.store.world.waiting.items() if parts} == waits
    claim = cut.store.world.claims[CLAIM]
    assert max(claim.approved_try or 0, claim.reversed_try or 0, claim.paid_try or 0) <= Decimal("600.00")


def period_of(etgb: Etgb) -> str:
    """The VAT period of an ETGB that is closed."""
    assert etgb.closed_on is not None
    return vat_period(etgb.closed_on)


@hypothesis.settings(max_examples=40)
@given(st.data())
def test_no_shipment_is_ever_in_two_claims(data: st.DataObject) -> None:
    """In whatever order, with filings and returns between, each shipment is in the claim that it names, or in none."""
    stories = [list(story(number, claim=False)) for number in range(3)]
    closed = data.draw(st.lists(st.sampled_from(["2026-11-22", "2026-12-03"]), min_size=3, max_size=3))
    for number, day in enumerate(closed):
        told = {"number": etgb_number(number), "closed_on": day}
        stories[number][5] = said("customs/feed", "etgb.closed.v1", f"c{number}", told, at=at(5))
    filings = [
        said("tax_office/x", "claim.filed.v1", f"f{period}{n}", {
            "claim": str(claim_id(SELLER, period, n)), "petition_number": f"P{period}{n}", "filed_on": "2027-01-02"},
            at=NEW_YEAR)
        for period in ("2026-11", "2026-12") for n in range(2)
    ]  # fmt: skip
    back = [said("ops/x", "shipment.return_goods.v1", "back", {"shipment": ref("order-1"), "reason": "x"}, at=at(30))]
    watched = Watched()
    watched.tell(*data.draw(st.permutations([one for journey in stories for one in journey] + filings + back)))
    world = watched.store.world
    claims = {key: members for key, members in world.members.items() if key.startswith("claim:")}
    for shipment in world.shipments.values():
        inside = [key for key, members in claims.items() if shipment.id in members]
        assert inside == ([] if shipment.claim is None else [facts.by_claim(shipment.claim)])
    for claim in world.claims.values():
        members = claims.get(facts.by_claim(claim.id), {}).values()
        assert all(period_of(world.etgbs[one.etgb_number]) == claim.period for one in members if one.etgb_number)
        if claim.status is not ClaimStatus.OPEN:
            assert all(one.stage in {Stage.REFUND_FILED, Stage.RETURNED} for one in members)


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
        told(1, carried="900.00"), told(2, turnover="5000.00"), told(0.5, carried="1.00"), told(3, carried="900.00")
    )
    assert states == ["applied", "applied", "repeated", "repeated"]
    (found,) = watched.store.world.vat_returns.values()
    assert (found.carried_try, found.turnover_try) == (Decimal("900.00"), Decimal("5000.00"))


def test_an_older_word_on_one_figure_counts_after_a_newer_word_on_another() -> None:
    """Turnover told first and delivered last is not lost to what was told of the carried VAT in between."""
    _, watched, _ = after(vat_return("a", 2, carried="900.00"), vat_return("b", 1, turnover="5000.00"))
    (found,) = watched.store.world.vat_returns.values()
    assert found.figures == (Decimal("900.00"), Decimal("5000.00"))


def vat_return(name: str, hours: float, **figures: str) -> Arrival:
    """A word on the VAT return of November."""
    data = {"seller": SELLER, "period": "2026-11", **figures}
    return said("accounting/ayse", "vat_return.told.v1", f"word-{name}", data, at=at(hours))


WORDS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.dictionaries(st.sampled_from(["carried", "turnover"]), st.sampled_from(["1.00", "2.00", "3.00"]), min_size=1),
    ),
    min_size=1,
    max_size=5,
)


@given(WORDS, st.randoms())
def test_words_on_a_vat_return_give_one_return_in_any_order(words: list[tuple[int, dict[str, str]]], chance: Random) -> None:
    """Also words of the same moment, words that say again what is known, and words that come twice."""
    arrivals = [vat_return(str(number), hours, **figures) for number, (hours, figures) in enumerate(words)]
    shuffled = chance.sample(arrivals + arrivals, k=2 * len(arrivals))
    assert after(*shuffled)[1].store.world.vat_returns == after(*arrivals)[1].store.world.vat_returns


def test_a_purchase_that_was_confirmed_is_not_undone_by_an_older_correction() -> None:
    """Booked, confirmed as it is, and then a correction from in between comes: the confirmation is the last word."""
    first, again, between = purchase(hours=1), purchase(hours=3), purchase(hours=2, vat="7.00")
    _, watched, states = after(first, again, between)
    assert states == ["applied", "repeated", "repeated"]
    (found,) = watched.store.world.purchases.values()
    assert found.purchase.vat_try != Decimal("7.00")


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
