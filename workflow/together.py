"""Shipments that go together: one seller's, to one consignee, planned for one day (rule ``LIM003``).

The consignee is compared by name and country: names without case, accents and signs, since one customer's orders write them now
this way, now that. Street, postcode and city do not count: one consignee with two warehouses is still one consignee, and the
rule only warns. Shipments without a consignee's name go with nobody.

Cancelled shipments do not count, nor drafts that are above a limit by themselves: those do not leave as they are. Whoever
drafts or amends a shipment holds its group (a lock by its number), so that of two shipments that come at once the later one
sees the earlier.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from heapq import nsmallest
from uuid import UUID

from workflow import facts
from workflow.draft import Draft
from workflow.errors import WiderWorldNeededError
from workflow.values import plain

NAMED = 3
"""So many of the others are named by their references; all are counted."""

_ZERO = Decimal(0)


def group_of(draft: Draft) -> int | None:
    """The number of the group that a draft belongs to, from 64 bits of a digest; ``None`` where the consignee has no name."""
    to = draft.consignee
    return _group(draft.seller.tax_number, to.name, to.address.country, draft.planned_on)


@lru_cache(maxsize=16384)
def _group(seller: str, name: str, country: str, day: date) -> int | None:
    words = plain(name)
    if not words:
        return None
    said = f"{seller}\0{words}\0{country}\0{day.isoformat()}"
    return int.from_bytes(blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


@dataclass(frozen=True, slots=True)
class Member:
    """What counts of one shipment."""

    group: int
    reference: str
    currency: str
    gross_kg: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Others:
    """What goes to the same consignee on the same day besides one shipment; ``totals`` by currency."""

    count: int = 0
    gross_kg: Decimal = _ZERO
    totals: Mapping[str, Decimal] = field(default_factory=dict)
    outside: Sequence[str] = ()
    """References of those that this batch does not touch, the first ones."""
    inside: Mapping[UUID, str] = field(default_factory=dict)
    """References of those that it does, perhaps with ``own`` among them."""
    own: UUID | None = None

    def named(self) -> str:
        """The first of their references, and a sign that there are more."""
        inside = (reference for shipment, reference in self.inside.items() if shipment != self.own)
        return ", ".join(nsmallest(NAMED, (*self.outside, *inside))) + (", …" if self.count > NAMED else "")


NOBODY = Others()


class Fellows:
    """The groups that a batch's drafts belong to: those of the batch one by one, all others as their sum.

    ``seen`` are the groups that were loaded, ``held`` those that are locked as well; ``None``: all there are.
    """

    def __init__(self, seen: set[int] | None = None, held: set[int] | None = None) -> None:
        """Begin with nobody."""
        self.seen, self.held = seen, held
        self._sums: dict[int, dict[str, tuple[int, Decimal, Decimal]]] = {}
        self._outside: dict[int, list[str]] = {}
        self._members: dict[UUID, Member] = {}
        self._inside: dict[int, dict[UUID, str]] = {}

    def hold(self, group: int | None) -> None:
        """Make sure that nobody else changes a group meanwhile.

        Raises:
            WiderWorldNeededError: it is not locked.
        """
        if group is not None and self.held is not None and group not in self.held:
            raise WiderWorldNeededError(facts.group(group))

    def outside(self, group: int, currency: str, count: int, gross_kg: Decimal, total: Decimal, first: Iterable[str]) -> None:
        """Count shipments that this batch does not touch; ``first`` are some of their references, the first ones."""
        self._add(group, currency, count, gross_kg, total)
        self._outside.setdefault(group, []).extend(first)

    def count(self, shipment: UUID, member: Member | None) -> None:
        """Count a shipment as it is now, or no more."""
        was = self._members.pop(shipment, None)
        if was is not None:
            del self._inside[was.group][shipment]
            self._add(was.group, was.currency, -1, -was.gross_kg, -was.total)
        if member is not None:
            self._members[shipment] = member
            self._inside.setdefault(member.group, {})[shipment] = member.reference
            self._add(member.group, member.currency, 1, member.gross_kg, member.total)

    def besides(self, shipment: UUID, group: int | None) -> Others:
        """The others of a group.

        Raises:
            WiderWorldNeededError: the group was not loaded.
        """
        if group is None:
            return NOBODY
        if self.seen is not None and group not in self.seen:
            raise WiderWorldNeededError(facts.group(group))
        sums = self._sums.get(group)
        if sums is None:
            return NOBODY
        own = self._members.get(shipment)
        count, gross_kg, totals = 0, _ZERO, {}
        for currency, (number, kg, total) in sums.items():
            mine = own is not None and own.group == group and own.currency == currency
            if own is not None and mine:
                number, kg, total = number - 1, kg - own.gross_kg, total - own.total  # noqa: PLW2901 - all but one's own
            if number:
                count, gross_kg = count + number, gross_kg + kg
                totals[currency] = total
        if not count:
            return NOBODY
        return Others(count, gross_kg, totals, self._outside.get(group, ()), self._inside.get(group, {}), shipment)

    def currencies(self) -> set[str]:
        """All that the groups' values are in."""
        return {currency for sums in self._sums.values() for currency in sums}

    def _add(self, group: int, currency: str, count: int, gross_kg: Decimal, total: Decimal) -> None:
        sums = self._sums.setdefault(group, {})
        before = sums.get(currency)
        sums[currency] = (
            (count, gross_kg, total) if before is None else (before[0] + count, before[1] + gross_kg, before[2] + total)
        )
