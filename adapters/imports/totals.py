"""What an ETGB list says its lines add up to, against what they do: the surest sign that a line of a PDF was missed or misread.

A total may be of the table above it, of its ETGB, or of the whole file, and nobody says which: it is only told as differing
where it is none of these.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from adapters.imports.declarations import a_currency, an_amount
from adapters.imports.headings import Mapped, heading
from adapters.imports.list_files import records
from adapters.imports.pdf_tables import Total
from workflow.values import normalise_etgb_number

_SUMS = frozenset(
    heading(words)
    for words in (
        "toplam",
        "genel toplam",
        "ara toplam",
        "toplam tutar",
        "fatura toplamı",
        "total",
        "grand total",
        "subtotal",
        "total amount",
        "invoice total",
    )
)
"""What a total of amounts is called; ``Toplam Adet`` and ``Toplam Ağırlık`` are of something else."""
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?", re.ASCII)
_NUMBER = re.compile(r"[0-9][0-9.,]*", re.ASCII)
_CURRENCY = re.compile(r"\b[A-Z]{3}\b|\bTL\b|[€$£₺]")
_HALF = Decimal("0.5")
_NOTHING = Decimal("0.00")
_CENTS = -2
"""The exponent of an amount that is not rounded."""


@dataclass(frozen=True, slots=True)
class Differs:
    """A total that is the sum of nothing: ``told`` by the list, ``lines`` by its lines."""

    etgb: str
    told: Decimal
    lines: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class _Line:
    etgb: str
    amount: Decimal
    currency: str


def differing(rows: list[list[str]], totals: Sequence[Total], mapped: Mapped | None = None) -> list[Differs]:
    """The totals that agree with no sum of the list's lines; one that stands under no amounts is passed over."""
    if not totals:
        return []
    read = [row for _, row, _ in records(rows, mapped)]
    if not any(row.get("amount") for row in read):
        return []
    lines = [_line(row) for row in read]
    found: list[Differs] = []
    before = 0
    for total in totals:
        told = _told(total.text)
        etgb = normalise_etgb_number(total.etgb)
        of_etgb = [line for line in lines if line.etgb == etgb] if etgb else []
        sums = [some for some in (lines[before : total.above], of_etgb, lines[: total.above], lines) if some]
        if told and sums and not any(_agrees(amount, some) for amount in told for some in sums):
            nearest = of_etgb or sums[0]
            found.append(Differs(etgb or nearest[0].etgb, told[-1], _sum(nearest), nearest[0].currency))
        before = total.above
    return found


def _line(row: dict[str, str]) -> _Line:
    """A row's amount; one that cannot be read counts as nothing, so that its total differs."""
    amount = an_amount(row.get("amount", ""))
    read = Decimal(amount) if _AMOUNT.fullmatch(amount) else _NOTHING
    return _Line(normalise_etgb_number(row.get("number", "")), read, a_currency(row))


def _told(text: str) -> list[Decimal]:
    """The amounts in a line that gives a total of amounts; empty where it is of something else."""
    words = _CURRENCY.sub(" ", _NUMBER.sub(" ", text))
    if heading(" ".join(words.replace("(", " ").replace(")", " ").replace(":", " ").split())) not in _SUMS:
        return []
    return list(_amounts(text))


def _amounts(text: str) -> Iterator[Decimal]:
    for number in _NUMBER.findall(text):
        amount = an_amount(number.rstrip(".,"))
        if _AMOUNT.fullmatch(amount):
            yield Decimal(amount)


def _sum(lines: Sequence[_Line]) -> Decimal:
    return sum((line.amount for line in lines), _NOTHING)


def _agrees(told: Decimal, lines: Sequence[_Line]) -> bool:
    """Whether a total is the sum of some lines; where their amounts are rounded, each may be off by half of its last place."""
    if len({line.currency for line in lines}) > 1:
        return True  # amounts in two currencies have no sum that could be compared
    finest = min(int(line.amount.as_tuple().exponent) for line in lines)
    rounded = _HALF * len(lines) * Decimal(1).scaleb(finest) if finest > _CENTS else _NOTHING
    return abs(told - _sum(lines)) <= rounded
