"""The rows of the law's tables: each says on which days it holds, where it is written, and how sure that is."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from workflow.draft import SaleType


class Certainty(StrEnum):
    """How sure it is that a row says what the law says."""

    VERIFIED = "verified"
    """An official text, or two sources that do not depend on each other."""
    LIKELY = "likely"
    """One decent source, or general professional practice."""
    UNVERIFIED = "unverified"
    """Nobody could confirm it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A row that holds from ``valid_from`` to ``valid_to``, both included.

    ``date.min`` and ``date.max`` stand for "as long as anybody knows" and "no end is known".
    """

    valid_from: date
    valid_to: date
    source: str
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Dated):
    """The most one shipment may weigh (gross kg) and be worth (EUR, without VAT)."""

    max_gross_kg: Decimal
    max_eur: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierLimit(Dated):
    """A courier's own, lower limits; ``None`` where it has none. Where a courier has several rows, each holds."""

    courier: str
    max_gross_kg: Decimal | None = None
    max_eur: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator(Dated):
    """Who may declare on an ETGB: the post, or an authorised express operator; a courier is known by code or name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregator(Dated):
    """A courier or marketplace that has an operator declare for it: the one whose code is ``through``.

    ``through`` is ``any`` where it chooses one for each shipment; which one, the ETGB tells.
    """

    code: str
    name: str
    through: str


class Effect(StrEnum):
    """What a row on controlled goods does."""

    BLOCK = "block"
    """ETGB does not take the goods."""
    WARN = "warn"
    """Part of the goods may need a permit: the courier has to be asked."""
    NONE = "none"
    """An exemption from a row with a shorter prefix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledGoods(Dated):
    """Goods whose GTİP begins with ``prefix``, and what they are in words."""

    prefix: str
    goods_tr: str
    goods_en: str
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoterm(Dated):
    """A delivery term by which the seller pays freight or insurance."""

    code: str
    freight: bool
    insurance: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope(Dated):
    """A sale type that may leave as micro-export."""

    sale_type: SaleType


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(Dated):
    """A charge that may not stand on a micro-export invoice: what has ``keyword`` in its description.

    Case, accents, signs and spacing do not count, and its last word may have an ending; it begins where a word does.
    """

    keyword: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier(Dated):
    """Revenue of a year up to ``upto_try`` (included) asks for so many employees, on average over the year.

    ``employees`` are full-time ones or part-time ones of the same working time together. The owner's own insurance (5510) is
    asked for in every tier.
    """

    upto_try: Decimal
    employees: Decimal
    source_checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Dated):
    """The share of the export earnings that may be deducted."""

    share: Decimal
    source_checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class VatRate(Dated):
    """The general VAT rate as a share (0.20), by the day of the transaction."""

    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMinimum(Dated):
    """What a VAT refund claim must come to at least (TRY), by the day of the transactions."""

    min_try: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionLimit(Dated):
    """Up to which amount (TRY) a VAT refund needs neither inspection, nor certified report, nor guarantee."""

    upto_try: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDeadline(Dated):
    """How many calendar years after that of the transaction a VAT refund may be claimed."""

    years: int


Row = TypeVar("Row", bound=Dated)


def in_force(rows: tuple[Row, ...], day: date) -> tuple[Row, ...]:
    """The rows that hold on a day."""
    return tuple(row for row in rows if row.valid_from <= day <= row.valid_to)
