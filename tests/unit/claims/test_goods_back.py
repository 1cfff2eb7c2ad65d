"""Goods that come back after a filing, whole shipments and pieces: what is to be reversed, and what settles it."""

from decimal import Decimal

import pytest

from events.translate import Arrival
from tests.stories import draft, invoice, ref, said, story
from tests.unit.claims.told import CLAIM, GATHERED, after, asked_for, back, filed, part_back, progress
from tests.unit.watched import Watched
from workflow import facts
from workflow.refund import ClaimStatus


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
