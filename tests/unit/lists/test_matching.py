"""Which shipment a damaged line means: sure only where nothing else could be meant."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from workflow.likeness import TEXTS, Candidate, ListLine, Sign, edits
from workflow.matching import match

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
