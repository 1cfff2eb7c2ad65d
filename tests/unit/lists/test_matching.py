"""Which shipment a damaged line means: sure only where nothing else could be meant."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.likeness import TEXTS, Candidate, ListLine, Sign, amount_sign, edits, names_of, weigh
from workflow.matching import WORTH_SHOWING, match, to_be_weighed
from workflow.shortlist import Shortlist

SELLER = "1234567890"
DAY = date(2026, 11, 21)


def shipment(n: int, reference: str, total: str, **changes: Any) -> Candidate:
    """A shipment that was invoiced the day before; without freight unless ``goods`` says otherwise."""
    one = Candidate(UUID(int=n), SELLER, reference, "USD", Decimal(total), Decimal(total), "DE", date(2026, 11, 20))
    return replace(one, **changes)


def line(reference: str = "", amount: str | None = None, **changes: Any) -> ListLine:
    """A line of an ETGB of :data:`DAY`."""
    found = ListLine("26341453EX000001", SELLER, DAY, reference, amount=None if amount is None else Decimal(amount))
    return replace(found, **({"currency": "USD", "country": "DE"} | changes))


A = shipment(1, "3001234567", "45.37")
B = shipment(2, "3001234589", "129.90", goods=Decimal("117.45"))
C = shipment(3, "3001234612", "45.00")
ALL = (A, B, C)


def meant(*lines: ListLine, among: tuple[Candidate, ...] = ALL) -> list[Candidate | int | None]:
    """For each line the sure shipment, the number of doubtful ones, or none."""
    return [verdict.sure.candidate if verdict.sure else len(verdict.doubtful) or None for verdict in match(lines, among)]


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (line("3001234567"), A),
        (line("3001234567", "45.37"), A),
        (line("3001234567", "45"), A),
        (line("3001234589", "117.45"), B),
        (line("3001234567", "50", currency="EUR"), A),
        (line("300123456", "45.37"), A),
        (line("3OO1234567", "45.37"), A),
        (line("30012345677", "45"), A),
        (line(amount="45.37"), A),
        (line(amount="117.45"), B),
        (line(invoice_number="ABC2026000000007"), A),
    ],
)
def test_a_line_that_can_mean_one_shipment_only_is_sure(one: ListLine, wanted: Candidate) -> None:
    """By its name; by a damaged name that no order can have, with the amount; by an exact amount, country and day."""
    numbered = replace(A, invoice_number="ABC2026000000007")
    found = meant(one, among=(numbered, B, C))
    assert found == [numbered if wanted is A else wanted]


@pytest.mark.parametrize(
    "one",
    [
        line("3001234568", "45.37"),
        line("3001234576", "45.37"),
        line(amount="45"),
        line(amount="45.37", country=""),
        line("3001234567", "129.90"),
        line("3001234567", "45.37", invoice_number="ABC2026000000002"),
        line("99", "45.37"),
    ],
)
def test_a_line_that_could_mean_another_is_left_to_a_person(one: ListLine) -> None:
    """A number that may be an order not known yet, a round amount, a name against the amount, names that disagree."""
    other = replace(B, invoice_number="ABC2026000000002")
    (found,) = meant(one, among=(A, other, C))
    assert isinstance(found, int)


@pytest.mark.parametrize(
    "one",
    [
        line("4711", "9.99"),
        line(),
        line(amount="12.34"),
        line("3001234567", seller="4540536920"),
    ],
)
def test_what_nothing_fits_is_matched_with_nothing(one: ListLine) -> None:
    """It waits for its shipment, or is set aside, as before."""
    assert meant(one) == [None]


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"currency": "EUR"}, Sign.CURRENCY_DIFFERS),
        ({"country": "FR"}, Sign.COUNTRY_DIFFERS),
        ({"registered_on": date(2026, 11, 19)}, Sign.DAY_DIFFERS),
        ({"registered_on": date(2027, 2, 1)}, Sign.DAY_DIFFERS),
    ],
)
def test_what_speaks_against_makes_a_similar_name_doubtful_but_not_the_name_itself(changes: dict[str, Any], sign: Sign) -> None:
    """Under the very name the engine raises what is odd by itself."""
    assert meant(line("3001234567", "45.37", **changes)) == [A]
    (verdict,) = match([line("300123456", "45.37", **changes)], ALL)
    assert verdict.sure is None
    assert all(sign in one.signs for one in verdict.doubtful if one.candidate is A)


def test_a_damaged_name_and_a_rounded_amount_are_not_enough() -> None:
    """One of the next invoice numbers has about that amount by chance; an amount to the cent tells more, or one slip alone."""
    near = shipment(1, "A", "151.33", invoice_number="KRV2010000001038")
    two = line(amount="152", invoice_number="KRV20100000001028", country="")
    one = replace(two, invoice_number="KRV20100000001038")
    assert meant(two, among=(near,)) == [1]
    assert meant(replace(two, country="DE"), among=(near,)) == [1]
    assert meant(one, among=(near,)) == [1]
    assert meant(replace(one, country="DE"), among=(near,)) == [near]
    assert meant(replace(two, amount=Decimal("151.33")), among=(near,)) == [near]


def test_a_mistyped_name_that_is_another_orders_is_not_believed_over_the_amount() -> None:
    """536835, typed 536385: that order is there, its amount is within the tolerance; the other one's is the line's."""
    typed, true = shipment(1, "536385", "106.52", country="CH"), shipment(2, "536835", "109.09", country="FR")
    (found,) = meant(line("536385", "109.09", country="FR"), among=(typed, true))
    assert isinstance(found, int)
    (found,) = meant(line("536385", "109.09", country=""), among=(typed, true))
    assert isinstance(found, int), "also where the country is not told"
    (found,) = meant(line("537766", "668"), among=(shipment(1, "537766", "651.60"), shipment(2, "536769", "668.40")))
    assert isinstance(found, int), "two slips of six digits"
    (found,) = meant(line("536385", "109.09", country="FR"), among=(typed,))
    assert isinstance(found, int), "and where the other order is not known yet: amount and country both disagree"
    (found,) = meant(line("536385", "109.09", country="CH"), among=(typed,))
    assert found == typed, "an amount that is a little off alone speaks against nobody"


NUMBERS = st.integers(0, 60)
CANDIDATES = st.lists(
    st.builds(
        lambda n, reference, amount, goods, number: shipment(
            n,
            f"53{reference:04d}",
            str(Decimal(amount) / 4),
            goods=Decimal(goods) / 4,
            invoice_number=f"KRV2026{number:09d}" if number else "",
        ),
        st.integers(1, 10**6),
        NUMBERS,
        NUMBERS,
        NUMBERS,
        NUMBERS,
    ),
    max_size=12,
    unique_by=lambda one: one.shipment,
)
NAMES = st.one_of(
    st.just(""),
    NUMBERS.map(lambda n: f"53{n:04d}"),
    NUMBERS.map(lambda n: f"5{n:04d}"),
    st.text("0123456789O -", min_size=4, max_size=7),
)
LINES = st.builds(
    lambda reference, invoice, amount: line(
        reference, None if amount is None else str(Decimal(amount) / 4), invoice_number=invoice
    ),
    NAMES,
    st.one_of(
        st.just(""),
        NUMBERS.map(lambda n: f"KRV2026{n:09d}"),
        NUMBERS.map(lambda n: f"KRV226{n:08d}"),
        NUMBERS.map(lambda n: f"{n:06d}"),
    ),
    st.one_of(st.none(), NUMBERS),
)


@settings(max_examples=300)
@given(LINES, CANDIDATES)
def test_nobody_is_left_off_the_shortlist_who_could_be_meant_or_shown(one: ListLine, candidates: list[Candidate]) -> None:
    """Whom nothing speaks against and who is worth showing; and whoever has the name, or an amount that can be the line's."""
    known = Shortlist()
    for candidate in candidates:
        known.add(candidate)
    short = {candidate.shipment for candidate in known.worth_weighing(one)}
    for weighed in (weigh(one, candidate) for candidate in candidates):
        if weighed.points >= WORTH_SHOWING and (not weighed.against or Sign.NAME_SAME in weighed.signs or one.amount is None):
            assert weighed.candidate.shipment in short, (one, weighed)
    fits = {candidate.shipment for candidate in known.amount_fits(one)}
    for candidate in candidates:
        if amount_sign(one, candidate) is not Sign.AMOUNT_DIFFERS:
            assert candidate.shipment in fits


def test_a_shipment_is_given_to_one_line_only() -> None:
    """Two lines that mean the same one are both doubtful; one that names it unmistakably takes it from the other."""
    assert meant(line(amount="45.37"), line("300123456", "45.37")) == [1, 1]
    assert meant(line("3001234567", "45.37"), line(amount="45.37")) == [A, None]


def test_the_same_line_twice_is_one_line() -> None:
    """A list that repeats itself says nothing new."""
    assert meant(line("3001234567", "45.37"), line("3001234567", "45.37")) == [A, A]


def test_a_shipment_on_another_etgb_is_not_guessed() -> None:
    """It has its ETGB; only its own name brings it up again, and the engine says what comes of it."""
    taken = replace(A, etgb="26341453EX000009")
    assert meant(line(amount="45.37"), among=(taken, B, C)) == [None]
    assert meant(line("3001234567", "45.37"), among=(taken, B, C)) == [taken]


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abcd", "abxy", 2), ("abc", "xyz", 3), ("a", "abcd", 3)],
)
def test_edits(a: str, b: str, wanted: int) -> None:
    """Changed, dropped, added, or swapped with its neighbour: one edit each."""
    assert (edits(a, b), edits(b, a)) == (wanted, wanted)


def test_every_sign_has_its_words() -> None:
    """In both languages."""
    assert set(TEXTS) == set(Sign)


OTHER = "4540536920"
KNOWN_NAMES = ("3001234567", "3001234568", "536370", "536371", "S-1")
AMOUNTS = ("45.00", "45.37", "54.37", "129.90")


@st.composite
def sellers_shipments(draw: st.DrawFn) -> list[Candidate]:
    """Shipments of two sellers with names and amounts that are easily taken for each other's."""
    found = []
    for n, (seller, name) in enumerate((seller, name) for seller in (SELLER, OTHER) for name in KNOWN_NAMES):
        if draw(st.booleans()):
            amount = draw(st.sampled_from(AMOUNTS))
            invoice_number = draw(st.sampled_from(("", f"ABC202600000000{n}")))
            tracking = draw(st.sampled_from(("", "TRK1", f"TRK2{n}")))
            found.append(shipment(n, name, amount, seller=seller, invoice_number=invoice_number, tracking_number=tracking))
    return found


@st.composite
def list_lines(draw: st.DrawFn) -> list[ListLine]:
    """Lines that name them rightly, wrongly or not at all."""
    names = st.sampled_from(("", *KNOWN_NAMES, "30012345", "53637"))
    one = st.builds(
        lambda seller, name, invoice_number, tracking, amount: line(
            name, amount, seller=seller, invoice_number=invoice_number, tracking_number=tracking
        ),
        st.sampled_from((SELLER, OTHER)),
        names,
        st.sampled_from(("", "", *(f"ABC202600000000{n}" for n in range(10)))),
        st.sampled_from(("", "", "TRK1", "TRK21", "TRK27")),
        st.sampled_from((None, *AMOUNTS, "45")),
    )
    return draw(st.lists(one, min_size=1, max_size=5))


@settings(max_examples=400)
@given(sellers_shipments(), list_lines())
def test_sellers_whose_lines_name_their_shipments_need_no_others(known: list[Candidate], lines: list[ListLine]) -> None:
    """The verdicts are the same where only the named ones are looked at, and the others only of lines that are weighed."""
    names = {(one.seller, *name) for one in lines for name in names_of(one)}
    named = [one for one in known if any((one.seller, *name) in names for name in names_of(one))]
    weighed = to_be_weighed(lines, named)
    assert match(lines, [one for one in known if one in named or one.seller in weighed]) == match(lines, known)


def test_a_line_that_is_settled_by_its_name_is_not_weighed() -> None:
    """One shipment has it, and the amount is the shipment's or not told; everything else is weighed."""
    settled = [line("3001234567"), line("3001234567", "45"), line("3001234589", "117.45")]
    assert to_be_weighed(settled, ALL) == set()
    for one in (line("3001234567", "46.37"), line("300123456", "45.37"), line(amount="45.37"), line("9999999999")):
        assert to_be_weighed([*settled, one], ALL) == {SELLER}
