"""Which of a seller's shipments are worth weighing against a line of an ETGB list: those whose name or amount can fit.

A shipment with neither can be nothing but noise (at most 20 points, and 30 are shown). So of twenty thousand a line is weighed
against some ten. Names are found by what is left when characters are dropped: of two names that are so many edits apart, as
many dropped from each can leave the same. A name that is two edits away is looked for where the amount fits, or is not told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import TypeVar
from uuid import UUID

from workflow.likeness import ENDING, LONG, Candidate, ListLine, form_of, names_of, reach, squeezed

_TAIL = 8
"""Edits show in the last characters as well as in all, and the beginnings of invoice numbers are all the same."""
_CENT = 100
_Key = TypeVar("_Key")


@dataclass(slots=True)
class Shortlist:
    """A seller's shipments by all their names, by what these may be mistaken for, and by their amounts."""

    candidates: list[Candidate] = field(default_factory=list)
    forms: set[str] = field(default_factory=set)
    """The forms of all names."""
    _by_name: dict[str, dict[UUID, Candidate]] = field(default_factory=dict)
    _by_amount: dict[int, dict[UUID, Candidate]] = field(default_factory=dict)
    _by_ending: dict[str, dict[UUID, Candidate]] = field(default_factory=dict)
    _by_rest: dict[int, dict[str, dict[UUID, Candidate]]] = field(default_factory=dict)
    """By how many characters are dropped, what is left: made when it is first asked for."""

    def add(self, candidate: Candidate) -> None:
        """Enter one."""
        self.candidates.append(candidate)
        for kind, name in names_of(candidate):
            _enter(self._by_name, f"{kind} {name}", candidate)
            _enter(self._by_ending, squeezed(name)[-ENDING:], candidate)
            self.forms.add(form_of(name))
        for amount in {candidate.total, candidate.goods}:
            _enter(self._by_amount, _cents(amount), candidate)

    def named(self, line: ListLine) -> list[Candidate]:
        """Those that have one of a line's names."""
        found: dict[UUID, Candidate] = {}
        for kind, name in names_of(line):
            found |= self._by_name.get(f"{kind} {name}", {})
        return list(found.values())

    def amount_fits(self, line: ListLine) -> list[Candidate]:
        """Those whose amount, with freight and insurance or without, can be the line's."""
        if line.amount is None:
            return []
        found: dict[UUID, Candidate] = {}
        about, within = _cents(line.amount), _cents(reach(line.amount)) + 1
        for cents in range(about - within, about + within + 1):
            found |= self._by_amount.get(cents, {})
        return list(found.values())

    def worth_weighing(self, line: ListLine) -> list[Candidate]:
        """Those that have a line's name or one like it, or whose amount can be the line's."""
        found = {one.shipment: one for one in (*self.named(line), *self.amount_fits(line))}
        for _, name in names_of(line):
            found |= self._alike(squeezed(name), told=line.amount is not None)
        return list(found.values())

    def _alike(self, name: str, *, told: bool) -> dict[UUID, Candidate]:
        """Those with a name like this one, or with one that ends this one or ends with it."""
        found = dict(self._by_ending.get(name[-ENDING:], {}))
        dropped = 2 if len(name) >= LONG and not told else 1
        rests = self._by_rest.get(dropped)
        if rests is None:
            rests = self._by_rest[dropped] = self._rests(dropped)
        for rest in _left(name, dropped):
            found |= rests.get(rest, {})
        return found

    def _rests(self, dropped: int) -> dict[str, dict[UUID, Candidate]]:
        made: dict[str, dict[UUID, Candidate]] = {}
        for candidate in self.candidates:
            for _, name in names_of(candidate):
                for rest in _left(squeezed(name), dropped):
                    _enter(made, rest, candidate)
        return made


def _enter(index: dict[_Key, dict[UUID, Candidate]], key: _Key, candidate: Candidate) -> None:
    index.setdefault(key, {})[candidate.shipment] = candidate


def _cents(amount: Decimal) -> int:
    return int(amount * _CENT)


def _left(name: str, dropped: int) -> Iterator[str]:
    """What can be left of a name's end when up to so many characters are dropped."""
    tail = name[-_TAIL:]
    yield tail
    for place in range(len(tail)):
        yield tail[:place] + tail[place + 1 :]
    if dropped > 1:
        for first, second in combinations(range(len(tail)), 2):
            yield tail[:first] + tail[first + 1 : second] + tail[second + 1 :]
