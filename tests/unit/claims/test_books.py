"""Purchases and VAT returns as finance tells them: one each, by the last word."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.translate import Arrival
from tests.stories import SELLER, said
from tests.unit.claims.told import COUNT, after, purchase
from tests.unit.test_disturbed import at
from workflow.refund import purchase_id


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
