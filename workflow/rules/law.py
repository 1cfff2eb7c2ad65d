"""The law as an installation has it: its tables, what holds on a day, and the rates that values are converted with."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from workflow.rules.tables import (
    Aggregator,
    Charge,
    ClaimDeadline,
    ClaimMinimum,
    ControlledGoods,
    CourierLimit,
    Dated,
    Incoterm,
    InspectionLimit,
    Limit,
    Operator,
    Scope,
    Share,
    Tier,
    VatRate,
    in_force,
)
from workflow.values import plain


class InForce:
    """What holds on a day, laid out so that rules find it fast; days between two changes of the law share it."""

    def __init__(self, law: "LawBook", day: date) -> None:
        """Lay out the rows that hold on ``day``."""
        (self.limit,) = in_force(law.limits, day)
        self.scopes = {row.sale_type: row for row in in_force(law.scopes, day)}
        self._operators = _by_code_and_name(in_force(law.operators, day))
        self._aggregators = _by_code_and_name(in_force(law.aggregators, day))
        self._courier_limits: dict[str, tuple[CourierLimit, ...]] = {}
        for row in in_force(law.courier_limits, day):
            code = self._code(row.courier)
            self._courier_limits[code] = (*self._courier_limits.get(code, ()), row)
        self._controlled = {row.prefix: row for row in in_force(law.controlled_goods, day)}
        self._lengths = sorted({len(prefix) for prefix in self._controlled}, reverse=True)
        self._chapters = {prefix[:2] for prefix in self._controlled}
        self.incoterms = {row.code.upper(): row for row in in_force(law.incoterms, day)}
        self._charges = {plain(row.keyword): row for row in in_force(law.charges, day)}
        self._charge = re.compile(rf"\b(?:{'|'.join(map(re.escape, self._charges)) or '(?!)'})")

    def courier_limits(self, courier: str) -> tuple[CourierLimit, ...]:
        """A courier's own limits, by whichever of its names it is called."""
        return self._courier_limits.get(self._code(courier), ()) if self._courier_limits else ()

    def operator(self, courier: str) -> Operator | None:
        """The authorised operator that a courier is, by its code or its name."""
        return self._operators.get(_plain(courier))

    def aggregator(self, courier: str) -> Aggregator | None:
        """The aggregator that a courier is, by its code or its name."""
        return self._aggregators.get(_plain(courier))

    def _code(self, courier: str) -> str:
        """The code of the carrier that a name means; the name itself where it means none."""
        name = _plain(courier)
        carrier = self._operators.get(name) or self._aggregators.get(name)
        return name if carrier is None else _plain(carrier.code)

    def controlled(self, gtip: str) -> ControlledGoods | None:
        """The row on controlled goods that fits a GTİP best: the one with the longest prefix."""
        if gtip[:2] not in self._chapters:
            return None
        found = (self._controlled.get(gtip[:length]) for length in self._lengths)
        return next((row for row in found if row is not None), None)

    def charge_in(self, text: str) -> Charge | None:
        """The charge in a text that may not stand on an invoice, however it is spelled; its words may have endings."""
        found = self._charge.search(plain(text))
        return self._charges[found.group()] if found else None


_plain = lru_cache(maxsize=1024)(plain)

_Carrier = TypeVar("_Carrier", Operator, Aggregator)


def _by_code_and_name(rows: tuple[_Carrier, ...]) -> dict[str, _Carrier]:
    return {_plain(word): row for row in rows for word in (row.name, row.code)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LawBook:
    """All tables that judging needs, as an installation has them.

    ``version`` is stored with each validation. ``limits`` follow each other without a gap, the first to the last day; no two
    rows of another table say different things about the same matter on one day. Who reads the tables sees to both.
    """

    version: str
    limits: tuple[Limit, ...]
    courier_limits: tuple[CourierLimit, ...] = ()
    operators: tuple[Operator, ...] = ()
    aggregators: tuple[Aggregator, ...] = ()
    controlled_goods: tuple[ControlledGoods, ...] = ()
    incoterms: tuple[Incoterm, ...] = ()
    scopes: tuple[Scope, ...] = ()
    charges: tuple[Charge, ...] = ()
    income_tax_tiers: tuple[Tier, ...] = ()
    income_tax_shares: tuple[Share, ...] = ()
    vat_rates: tuple[VatRate, ...] = ()
    claim_minimums: tuple[ClaimMinimum, ...] = ()
    claim_inspection_limits: tuple[InspectionLimit, ...] = ()
    claim_deadlines: tuple[ClaimDeadline, ...] = ()
    _changes: list[date] = field(init=False, repr=False, compare=False)
    _between: list[InForce] = field(init=False, repr=False, compare=False)
    _couriers: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay out what holds between each two changes of the law."""
        rows = [row for table in self.tables().values() for row in table]
        changes = sorted({date.min} | {row.valid_from for row in rows} | set(map(_day_after, rows)))
        object.__setattr__(self, "_changes", changes)
        object.__setattr__(self, "_between", [InForce(self, day) for day in changes])
        carriers = {**_by_code_and_name(self.operators), **_by_code_and_name(self.aggregators)}
        object.__setattr__(self, "_couriers", frozenset(carriers))

    def tables(self) -> dict[str, tuple[Dated, ...]]:
        """All tables by name."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.init and one.name != "version"}

    def on(self, day: date) -> InForce:
        """What holds on a day."""
        return self._between[bisect_right(self._changes, day) - 1]

    def knows_courier(self, courier: str) -> bool:
        """Whether a courier may have an ETGB declared on any day at all."""
        return _plain(courier) in self._couriers

    def limit(self, day: date) -> Limit:
        """The limit in force on a day."""
        return self.on(day).limit


def _day_after(row: Dated) -> date:
    """The first day on which a row does not hold any more; the last day of all for one without end."""
    return row.valid_to if row.valid_to == date.max else row.valid_to + timedelta(days=1)


WALK_BACK_DAYS = 12
"""How far back a bulletin may lie: the longest run of days without one (Bayram with its bridging days)."""


class Rates:
    """Central bank bulletins: TRY for one unit of a currency (forex buying), by day of publication."""

    def __init__(self) -> None:
        """Start with none."""
        self._days: list[date] = []
        self._bulletins: dict[date, dict[str, Decimal]] = {}

    def add(self, day: date, rates: dict[str, Decimal]) -> None:
        """Add rates of a day's bulletin."""
        bulletin = self._bulletins.get(day)
        if bulletin is None:
            self._bulletins[day] = bulletin = {"TRY": Decimal(1)}
            self._days.insert(bisect_right(self._days, day), day)
        bulletin.update(rates)

    def to_eur(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        """Convert by the newest bulletin of ``day`` or before, at most 12 days back; ``None`` where there is none."""
        for position in range(bisect_right(self._days, day) - 1, -1, -1):
            found = self._days[position]
            if found < day - timedelta(days=WALK_BACK_DAYS):
                return None
            value = self._convert(amount, currency, found)
            if value is not None:
                return value
        return None

    def _convert(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        bulletin = self._bulletins[day]
        rate, euro = bulletin.get(currency), bulletin.get("EUR")
        return None if rate is None or euro is None else amount * rate / euro
