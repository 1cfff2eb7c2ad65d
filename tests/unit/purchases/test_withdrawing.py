"""A purchase that was booked wrongly: withdrawn, or corrected in one step; its VAT counts once, in any order."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from events.translate import Arrival
from tests.stories import SELLER, said
from tests.unit.claims.told import COUNT, purchase
from tests.unit.test_disturbed import at
from tests.unit.watched import Watched
from workflow import refusal_details
from workflow.refund import Booked, Withdrawn, purchase_id
from workflow.refund import seen as seeing
from workflow.refusals import TEXTS

RIGHT, WRONG, OTHER = "4540536920", "4540536921", "1460415308"
BOOKED = {
    "seller": SELLER,
    "supplier": {"tax_number": RIGHT, "name": "Tedarik A.Ş."},
    "invoice_number": "TED1",
    "issued_on": "2026-11-03",
    "period": "2026-11",
    "net": "100.00",
    "vat": "20.00",
}


def withdrawn(number: str = "TED1", supplier: str = RIGHT, hours: float = 5, **more: str) -> Arrival:
    """Somebody withdraws an invoice."""
    data = {"seller": SELLER, "supplier_tax_number": supplier, "invoice_number": number, "reason": "iptal edildi"} | more
    return said("accounting/ayse", "purchase.withdrawn.v1", f"w{next(COUNT)}", data, at=at(hours))


def corrected(number: str = "TED1", whose: str = RIGHT, hours: float = 5, **changes: Any) -> Arrival:
    """Somebody says what the invoice that was booked so should have been."""
    named = {"supplier_tax_number": whose, "invoice_number": number}
    data = BOOKED | {"corrects": named, "reason": "yanlış girilmiş"} | changes
    return said("accounting/ayse", "purchase.corrected.v1", f"c{next(COUNT)}", data, at=at(hours))


def of(supplier: str) -> dict[str, str]:
    """A supplier by number."""
    return {"tax_number": supplier, "name": "Tedarik A.Ş."}


def told(*arrivals: Arrival) -> tuple[dict[tuple[str, str], str], list[str]]:
    """The VAT that counts, by supplier and number; and what became of each message."""
    watched = Watched()
    outcomes = watched.tell(*arrivals)
    counts = watched.store.world.purchases.values()
    vat = {(b.purchase.supplier_tax_number, b.purchase.invoice_number): str(b.purchase.vat_try) for b in counts}
    return vat, [one.code or one.state for one in outcomes]


@pytest.mark.parametrize("number", [WRONG, "17291716050", "1234567891", "123", "DE123456789"])
def test_a_supplier_whose_number_does_not_check_is_refused_in_words(number: str) -> None:
    """No claim could take its VAT; what it means and what to do is said in both languages."""
    counts, states = told(purchase(supplier=of(number)))
    assert (counts, states) == ({}, ["supplier_number_wrong"])
    watched = Watched()
    (outcome,) = watched.tell(purchase(supplier=of(number)))
    assert outcome.detail == f"purchase TED1: {number} is neither a VKN nor a TCKN"
    assert refusal_details.said(outcome.detail)[0] == f"TED1 numaralı alış faturası: {number} ne VKN ne TCKN."
    assert all("VKN" in text for text in TEXTS["supplier_number_wrong"])


def test_a_seller_abroad_is_booked_under_the_number_that_the_lists_have_for_it() -> None:
    """1111111111 stands for all of them (docs.logo.com.tr), though its check digits fail; a buyer's 2222222222 does not."""
    assert told(purchase(supplier=of("1111111111"))) == ({("1111111111", "TED1"): "20.00"}, ["applied"])
    assert told(purchase(supplier=of("2222222222")))[1] == ["supplier_number_wrong"]


NAMELESS = ({"tax_number": "", "name": "A Ltd."}, {"tax_number": "", "name": "B Ltd."})
ABROAD = ({"tax_number": "1111111111", "name": "Acme"}, {"tax_number": "1111111111", "name": "Acme"})


@pytest.mark.parametrize(
    ("suppliers", "more"),
    [
        (NAMELESS, ({}, {"issued_on": "2026-11-09"})),
        (ABROAD, ({"customs_number": "26341200IM000001"}, {"customs_number": "26341200IM000002"})),
        (({"name": "Acme"}, {"name": "Acme"}), ({"customs_number": "26341200IM1"}, {"customs_number": "26341200IM2"})),
    ],
)
def test_two_invoices_of_one_number_without_a_supplier_to_tell_them_apart_are_not_taken_for_one(
    suppliers: tuple[dict[str, str], ...], more: tuple[dict[str, str], ...]
) -> None:
    """e-Arşiv's GIB2026000000001 begins anew with each supplier: the second is refused in words, not taken for the first."""
    both = zip(suppliers, more, strict=True)
    first, second = (purchase(hours=n, supplier=one, vat=f"{n}.00", **other) for n, (one, other) in enumerate(both, 1))
    for news in ((first, second), (second, first)):
        watched = Watched()
        outcomes = watched.tell(*news)
        assert [one.code or one.state for one in outcomes] == ["applied", "purchase_number_shared"]
        assert len(watched.store.world.purchases) == 1
        assert "numarası girilmiş" in refusal_details.said(outcomes[1].detail)[0]


def test_an_invoice_without_its_suppliers_number_may_still_be_corrected_by_a_list() -> None:
    """Another amount, another day, or another spelling of the name and of the declaration: the last word stands."""
    declared: dict[str, Any] = {"supplier": {"name": "A Ltd."}, "customs_number": "26 341200 IM 000001"}
    counts, states = told(
        purchase(**declared),
        purchase(hours=2, vat="19.00", **declared | {"issued_on": "2026-11-04"}),
        purchase(hours=3, vat="18.00", **declared | {"customs_number": "26341200IM000001", "issued_on": "2026-11-04"}),
        purchase(hours=4, vat="17.00", supplier={"tax_number": "", "name": "a ltd"}, issued_on="2026-11-04"),
    )
    assert (counts, states) == ({("", "TED1"): "17.00"}, ["applied"] * 4)


def test_a_supplier_without_a_number_may_be_completed_later() -> None:
    """The checklist asks for it."""
    assert told(purchase(supplier={"name": "Tedarik A.Ş."})) == ({("", "TED1"): "20.00"}, ["applied"])


def test_an_invoice_whose_suppliers_number_comes_later_is_still_one() -> None:
    """The list is completed and loaded again: the VAT counts once, and the list without the number changes nothing any more."""
    unnamed = {"name": "Tedarik A.Ş."}
    counts, states = told(purchase(supplier=unnamed), purchase(hours=2), purchase(hours=3, supplier=unnamed))
    assert (counts, states) == ({(RIGHT, "TED1"): "20.00"}, ["applied", "applied", "repeated"])
    other_day = told(purchase(supplier=unnamed), purchase(hours=2, issued_on="2026-11-04"))[0]
    assert other_day == {("", "TED1"): "20.00", (RIGHT, "TED1"): "20.00"}, "another supplier may have the same number"


UNNAMED = {"tax_number": "", "name": "Tedarik A.Ş."}


@pytest.mark.parametrize("later", [0.5, 2.0])
def test_an_invoice_told_without_its_suppliers_number_after_it_was_told_with_it_is_still_one(later: float) -> None:
    """Whatever was said first, and however old the list without the number is."""
    counts, states = told(purchase(hours=1), purchase(hours=later, supplier=UNNAMED))
    assert (counts, states) == ({(RIGHT, "TED1"): "20.00"}, ["applied", "repeated"])
    other_day = told(purchase(), purchase(hours=2, supplier=UNNAMED, issued_on="2026-11-04"))[0]
    assert other_day == {("", "TED1"): "20.00", (RIGHT, "TED1"): "20.00"}


def test_what_was_withdrawn_before_its_suppliers_number_was_told_stays_so() -> None:
    """A list that adds the number does not have it count again; one with another amount has a person look."""
    first = (purchase(supplier=UNNAMED), withdrawn(supplier=""))
    assert told(*first, purchase(hours=9)) == ({}, ["applied", "applied", "repeated"])
    assert told(*first, purchase(hours=9, vat="21.00")) == ({}, ["applied", "applied", "purchase_withdrawn"])
    again = corrected(whose="", hours=9)
    assert told(*first, purchase(hours=8), again, purchase(hours=10))[0] == {(RIGHT, "TED1"): "20.00"}


@given(st.permutations(range(4)), st.sets(st.sampled_from(["named", "unnamed", "withdraw", "withdraw_unnamed"]), min_size=1))
def test_with_and_without_the_suppliers_number_all_ends_alike_in_any_order(order: list[int], which: set[str]) -> None:
    """Lists with the number and without, and withdrawals that name the invoice either way; once in each order."""
    all_of = [
        ("named", purchase(hours=1)),
        ("unnamed", purchase(hours=2, supplier=UNNAMED)),
        ("withdraw", withdrawn(hours=3)),
        ("withdraw_unnamed", withdrawn(supplier="", hours=4)),
    ]
    taken = [arrival for name, arrival in all_of if name in which]
    shuffled = [all_of[place][1] for place in order if all_of[place][0] in which]
    assert sum(map(Decimal, told(*shuffled)[0].values())) == sum(map(Decimal, told(*taken)[0].values()))
    watched = Watched()
    watched.together(*shuffled)
    assert len(watched.store.world.purchases) == len(told(*taken)[0])


def test_what_is_withdrawn_counts_no_more_whatever_lists_say() -> None:
    """Once more as it was: nothing happens. With another amount: refused, so that a person looks."""
    assert told(purchase(), withdrawn(), purchase(hours=6), purchase(hours=7, vat="21.00"), withdrawn()) == (
        {},
        ["applied", "applied", "repeated", "purchase_withdrawn", "repeated"],
    )


def test_a_withdrawal_that_comes_before_its_booking_waits_for_it() -> None:
    """Whichever is told first, and whichever comes first, it does not count."""
    assert told(withdrawn(), purchase()) == ({}, ["bought:" + str(purchase_id(SELLER, RIGHT, "TED1")), "applied"])
    assert told(withdrawn(hours=1), purchase(hours=3))[0] == {}


def test_a_correction_of_the_suppliers_number_leaves_one_invoice() -> None:
    """The case that blocked claims: booked with a wrong number by an earlier release, then corrected."""
    first = purchase(supplier=of(OTHER))
    counts, states = told(first, corrected(whose=OTHER), corrected(whose=OTHER), first)
    assert counts == {(RIGHT, "TED1"): "20.00"}
    assert states == ["applied", "applied", "repeated", "duplicate"]


def test_an_older_list_does_not_book_again_what_was_corrected() -> None:
    """The typo comes once more with the next list: its VAT would count twice."""
    counts, states = told(purchase(supplier=of(OTHER)), corrected(whose=OTHER), purchase(supplier=of(OTHER), hours=9))
    assert (counts, states[-1]) == ({(RIGHT, "TED1"): "20.00"}, "repeated")


def test_the_right_invoice_that_is_booked_already_becomes_one_with_the_wrong_one() -> None:
    """The corrected list was loaded first: two invoices, until the wrong one is corrected to the right one."""
    counts, states = told(purchase(supplier=of(OTHER)), purchase(hours=2), corrected(whose=OTHER))
    assert (counts, states) == ({(RIGHT, "TED1"): "20.00"}, ["applied", "applied", "applied"])


def test_a_correction_may_change_amounts_alone() -> None:
    """The same invoice with other VAT; an older correction does not undo it, the same one again changes nothing."""
    counts, states = told(purchase(), corrected(vat="18.00"), corrected(vat="19.00", hours=4), corrected(vat="18.00", hours=6))
    assert (counts, states) == ({(RIGHT, "TED1"): "18.00"}, ["applied", "applied", "repeated", "repeated"])


def test_what_was_withdrawn_counts_again_once_it_is_corrected() -> None:
    """By name: that is how a withdrawal is taken back."""
    counts, states = told(purchase(), withdrawn(), corrected(hours=6))
    assert (counts, states) == ({(RIGHT, "TED1"): "20.00"}, ["applied", "applied", "applied"])
    assert told(purchase(), withdrawn(hours=7), corrected(hours=6))[0] == {}


def test_what_was_corrected_to_another_invoice_is_not_corrected_to_a_third() -> None:
    """Two people at once: the second is told, instead of counting it twice. What replaced it may be corrected back."""
    first = purchase(supplier=of(OTHER))
    again = corrected(whose=OTHER, invoice_number="TED2", hours=6)
    counts, states = told(first, corrected(whose=OTHER), again)
    assert (counts, states[-1]) == ({(RIGHT, "TED1"): "20.00"}, "purchase_withdrawn")
    back = corrected(hours=6, supplier=of(OTHER))
    counts, states = told(first, corrected(whose=OTHER), back)
    assert (counts, states[-1]) == ({(OTHER, "TED1"): "20.00"}, "applied")


def test_a_correction_needs_a_number_that_checks() -> None:
    """Nothing changes where it does not."""
    counts, states = told(purchase(), corrected(supplier=of(WRONG)))
    assert (counts, states[-1]) == ({(RIGHT, "TED1"): "20.00"}, "supplier_number_wrong")


@pytest.mark.parametrize("place", range(6))
def test_a_booking_and_its_correction_end_alike_in_any_order(place: int) -> None:
    """The typo, its correction, and the list with the right number."""
    three = [purchase(supplier=of(OTHER)), purchase(hours=2), corrected(whose=OTHER)]
    assert told(*list(permutations(three))[place])[0] == {(RIGHT, "TED1"): "20.00"}


def test_what_was_corrected_to_another_invoice_names_it() -> None:
    """From A to B to C: who corrects C back to A, or A itself, is told which one replaced A."""
    chain = (corrected("TED1", invoice_number="TED2"), corrected("TED2", hours=6, invoice_number="TED3"))
    replacing = purchase_id(SELLER, RIGHT, "TED2")
    for late in (corrected("TED3", hours=7, invoice_number="TED1"), corrected("TED1", hours=7)):
        watched = Watched()
        outcome = watched.tell(purchase(), *chain, late)[-1]
        assert outcome.code == "purchase_withdrawn"
        assert f"was corrected to invoice {replacing} on" in outcome.detail
        assert f"{replacing} kimlikli faturaya düzeltildi" in refusal_details.said(outcome.detail)[0]


def seen(*arrivals: Arrival) -> str:
    """What somebody sees of the one invoice after messages."""
    watched = Watched()
    watched.tell(*arrivals)
    world = watched.store.world
    stands: list[Booked | Withdrawn] = [*world.purchases.values(), *world.withdrawn.values()]
    return seeing.of(stands[0])


def test_who_has_not_seen_what_stands_undoes_nothing() -> None:
    """A correction sends the whole invoice: what somebody else told meanwhile, and that they withdrew it, would be lost."""
    first, more, gone = purchase(), corrected(vat="18.00"), withdrawn(hours=6)
    before, between, after = seen(first), seen(first, more), seen(first, more, gone)
    assert len({before, between, after}) == 3
    assert seen(first, purchase(hours=2)) == before, "the same told once more is the same"
    for late in (corrected(hours=8, vat="20.00", seen=before), withdrawn(hours=8, seen=before)):
        assert told(first, more, late) == ({(RIGHT, "TED1"): "18.00"}, ["applied", "applied", "purchase_changed"])
    assert told(first, more, gone, corrected(hours=8, seen=between)) == ({}, ["applied"] * 3 + ["purchase_changed"])
    assert told(first, more, gone, corrected(hours=8, seen=after))[1][-1] == "applied"


NAMES = [(supplier, number) for supplier in (RIGHT, OTHER) for number in ("TED1", "TED2")]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("book"), st.sampled_from(NAMES), st.just(None)),
        st.tuples(st.just("withdraw"), st.sampled_from(NAMES), st.just(None)),
        st.tuples(st.just("correct"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    ),
    max_size=8,
)


@given(STEPS)
def test_no_correction_makes_more_invoices_than_were_booked(steps: list[tuple[str, Any, Any]]) -> None:
    """What counts is never more than what was booked under so many names, and nothing both counts and is withdrawn."""
    watched = Watched()
    booked: set[tuple[str, str]] = set()
    for hour, (what, named, right) in enumerate(steps):
        supplier, number = named
        if what == "book":
            booked.add(named)
            watched.tell(purchase(number, hour, supplier=of(supplier)))
        elif what == "withdraw":
            watched.tell(withdrawn(number, supplier, hour))
        else:
            watched.tell(corrected(number, supplier, hour, **_named(right)))
        world = watched.store.world
        assert len(world.purchases) <= len(booked)
        assert not world.purchases.keys() & world.withdrawn.keys()
        assert sum(one.purchase.vat_try for one in world.purchases.values()) <= Decimal("20.00") * len(booked)


def _named(name: tuple[str, str]) -> dict[str, Any]:
    return {"supplier": of(name[0]), "invoice_number": name[1]}
