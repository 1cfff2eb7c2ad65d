"""The tables of the law, each row with the days it holds for and its source."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

RULE_VERSION = "2026-11-25"
"""Version of the rule set; stored with each validation."""

_FIRST = date(1, 1, 1)
_LAST = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Dated:
    """A row that holds from ``valid_from`` to ``valid_to``, both included."""

    valid_from: date
    valid_to: date
    source: str


@dataclass(frozen=True, slots=True)
class Limit(Dated):
    """The most one shipment may weigh (gross kg) and be worth (EUR, without VAT)."""

    max_gross_kg: Decimal
    max_eur: Decimal


@dataclass(frozen=True, slots=True)
class Scope(Dated):
    """A sale type that may leave as micro-export."""

    sale_type: str


@dataclass(frozen=True, slots=True)
class Charge(Dated):
    """A charge that may not stand on a micro-export invoice; ``keyword`` is folded (:func:`workflow.values.fold`)."""

    keyword: str


@dataclass(frozen=True, slots=True)
class CourierLimit:
    """A courier's own, lower limits; ``None`` where it has none."""

    max_gross_kg: Decimal | None = None
    max_eur: Decimal | None = None


LIMITS = (
    Limit(_FIRST, date(2019, 7, 13), "RG 10.03.2013/28583 (Seri No 4)", Decimal(150), Decimal(7500)),
    Limit(date(2019, 7, 14), date(2026, 1, 2), "RG 29.06.2019/30816", Decimal(300), Decimal(15000)),
    Limit(date(2026, 1, 3), _LAST, "RG 03.01.2026", Decimal(600), Decimal(30000)),
)

SCOPES = (
    Scope(_FIRST, _LAST, "Posta ve Hızlı Kargo Tebliği (Seri No: 1)", "commercial"),
    Scope(date(2025, 11, 6), _LAST, "RG 06.11.2025/33069 (Seri No: 4)", "consignment"),
)

_CHARGE_SOURCE = "Only goods, freight, insurance, bank fee and packaging may be invoiced (operators' rule)"
CHARGES = tuple(
    Charge(_FIRST, _LAST, _CHARGE_SOURCE, keyword)
    for keyword in (
        "gümrükleme",
        "gümrük hizmet",
        "gümrük müşavir",
        "ordino",
        "ardiye",
        "customs clearance",
        "customs service",
        "customs brokerage",
        "brokerage fee",
        "amazon fee",
        "amazonfee",
        "cruk commission",
        "marketplace fee",
        "komisyon bedeli",
    )
)

_Row = TypeVar("_Row", bound=Dated)


def in_force(rows: tuple[_Row, ...], day: date) -> tuple[_Row, ...]:
    """The rows that hold on a day."""
    return tuple(row for row in rows if row.valid_from <= day <= row.valid_to)


@dataclass(slots=True)
class LawBook:
    """All tables that judging needs, as an installation has them."""

    limits: tuple[Limit, ...] = LIMITS
    scopes: tuple[Scope, ...] = SCOPES
    charges: tuple[Charge, ...] = CHARGES
    courier_limits: dict[str, CourierLimit] = field(default_factory=dict)
    version: str = RULE_VERSION
    _limit_days: list[date] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the look-up by day."""
        self._limit_days = [limit.valid_from for limit in self.limits]

    def limit(self, day: date) -> Limit:
        """The limit in force on a day."""
        return self.limits[bisect_right(self._limit_days, day) - 1]

    def scope(self, sale_type: str, day: date) -> Scope | None:
        """The row that lets a sale type leave on a day, or ``None``."""
        for row in self.scopes:
            if row.sale_type == sale_type and row.valid_from <= day <= row.valid_to:
                return row
        return None


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

    def roughly(self, amount: Decimal, currency: str) -> tuple[Decimal, date] | None:
        """Convert by the newest bulletin there is, however old, and name its day."""
        for day in reversed(self._days):
            value = self._convert(amount, currency, day)
            if value is not None:
                return value, day
        return None

    def _convert(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        bulletin = self._bulletins[day]
        rate, euro = bulletin.get(currency), bulletin.get("EUR")
        return None if rate is None or euro is None else amount * rate / euro
