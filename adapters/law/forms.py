"""Which tables there are, and what a row of each must say: a new table is a line in ``FORMS``, a new column one in its form."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from workflow.draft import SaleType
from workflow.errors import Pair
from workflow.rules.tables import (
    Aggregator,
    Certainty,
    Charge,
    ClaimDeadline,
    ClaimMinimum,
    ControlledGoods,
    CourierLimit,
    Dated,
    Effect,
    Incoterm,
    InspectionLimit,
    Limit,
    Operator,
    Scope,
    Share,
    Tier,
    VatRate,
)
from workflow.values import fold, plain

Convert = Callable[[Any], Any]
"""Makes the value of a column of what TOML read; raises ``ValueError`` or ``TypeError`` where it cannot be one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: how its value is made, what is wanted of it in words, and whether it may be left out.

    Of the columns that may be left out a row has at least one.
    """

    convert: Convert
    wanted: Pair
    required: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """A table: what its rows are, its own columns, and by which columns two rows are about the same matter.

    ``continuous`` means that some row must hold on each day.
    """

    row: type[Dated]
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    several: bool = False
    """Whether several rows may speak of one matter on one day."""
    continuous: bool = False
    all_columns: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        """Add the columns that every table has."""
        object.__setattr__(self, "all_columns", {**self.columns, **_EVERY})

    def matter(self, row: Dated) -> str:
        """What a row is about."""
        return " ".join(str(getattr(row, column)) for column in self.key)


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError
    return value


def _first(value: object) -> date:
    return date.min if value == "always" else _day(value)


def _last(value: object) -> date:
    return date.max if value == "open" else _day(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value.strip()


def _words(value: object) -> str:
    found = _text(value)
    if not plain(found):
        raise ValueError
    return found


def _number(value: object) -> Decimal:
    """TOML's numbers with a point are read as ``Decimal`` already."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError
    found = Decimal(value)
    if not found.is_finite():
        raise ValueError
    return found


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _prefix(value: object) -> str:
    found = _text(value)
    if not re.fullmatch("[0-9]{2,12}", found):
        raise ValueError
    return found


def _above_zero(value: object) -> Decimal:
    found = _number(value)
    if found <= 0:
        raise ValueError
    return found


def _not_negative(value: object) -> Decimal:
    found = _number(value)
    if found < 0:
        raise ValueError
    return found


def _share(value: object) -> Decimal:
    found = _above_zero(value)
    if found > 1:
        raise ValueError
    return found


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    if value <= 0:
        raise ValueError
    return value


def _one_of(words: type[Enum]) -> Column:
    listed = ", ".join(str(word.value) for word in words)
    return Column(words, (f"şunlardan biri: {listed}", f"one of {listed}"))


_TEXT = Column(_text, ("boş olmayan bir metin", "a text that is not empty"))
_DAY = Column(_day, ("tırnaksız, 2026-01-03 gibi bir gün", "a day like 2026-01-03, without quotation marks"))
_YES_NO = Column(_yes_no, ("tırnaksız true ya da false", "true or false, without quotation marks"))
_POSITIVE = Column(_above_zero, ("tırnaksız, sıfırdan büyük bir sayı", "a number above zero, without quotation marks"))
_SHARE = Column(
    _share, ("tırnaksız, 0'dan büyük, en çok 1 olan bir sayı", "a number above 0 and at most 1, without quotation marks")
)
_PERHAPS_POSITIVE = Column(_above_zero, _POSITIVE.wanted, required=False)

_EVERY: dict[str, Column] = {
    "valid_from": Column(
        _first,
        ('tırnaksız, 2026-01-03 gibi bir gün, ya da "always"', 'a day like 2026-01-03 without quotation marks, or "always"'),
    ),
    "valid_to": Column(
        _last, ('tırnaksız, 2026-01-03 gibi bir gün, ya da "open"', 'a day like 2026-01-03 without quotation marks, or "open"')
    ),
    "source": _TEXT,
    "certainty": _one_of(Certainty),
}

FORMS: dict[str, Form] = {
    "limits": Form(Limit, {"max_gross_kg": _POSITIVE, "max_eur": _POSITIVE}, continuous=True),
    "courier_limits": Form(
        CourierLimit,
        {"courier": _TEXT, "max_gross_kg": _PERHAPS_POSITIVE, "max_eur": _PERHAPS_POSITIVE},
        key=("courier",),
        several=True,
    ),
    "operators": Form(Operator, {"code": _TEXT, "name": _TEXT}, key=("code",)),
    "aggregators": Form(Aggregator, {"code": _TEXT, "name": _TEXT, "through": _TEXT}, key=("code",)),
    "controlled_goods": Form(
        ControlledGoods,
        {
            "prefix": Column(
                _prefix,
                ("tırnak içinde, bir GTİP'in ilk 2 ila 12 hanesi", "the first 2 to 12 digits of a GTİP, in quotation marks"),
            ),
            "goods_tr": _TEXT,
            "goods_en": _TEXT,
            "effect": _one_of(Effect),
        },
        key=("prefix",),
    ),
    "incoterms": Form(Incoterm, {"code": _TEXT, "freight": _YES_NO, "insurance": _YES_NO}, key=("code",)),
    "scopes": Form(Scope, {"sale_type": _one_of(SaleType)}, key=("sale_type",)),
    "charges": Form(Charge, {"keyword": Column(_words, ("bir ya da birkaç sözcük", "a word, or several"))}, key=("keyword",)),
    "income_tax_tiers": Form(
        Tier,
        {
            "upto_try": _POSITIVE,
            "employees": Column(
                _not_negative, ("tırnaksız, sıfır ya da daha büyük bir sayı", "a number, zero or more, without quotation marks")
            ),
            "source_checked_on": _DAY,
        },
        key=("upto_try",),
    ),
    "income_tax_shares": Form(Share, {"share": _SHARE, "source_checked_on": _DAY}),
    "vat_rates": Form(VatRate, {"rate": _SHARE}, continuous=True),
    "claim_minimums": Form(ClaimMinimum, {"min_try": _POSITIVE}, continuous=True),
    "claim_inspection_limits": Form(InspectionLimit, {"upto_try": _POSITIVE}, continuous=True),
    "claim_deadlines": Form(
        ClaimDeadline,
        {
            "years": Column(
                _whole, ("tırnaksız, sıfırdan büyük bir tam sayı", "a whole number above zero, without quotation marks")
            )
        },
        continuous=True,
    ),
}
"""Every table by the name of its file, without ``.toml``."""


def same_matter(form: Form, row: Dated) -> str:
    """The matter without regard to case."""
    return fold(form.matter(row))
