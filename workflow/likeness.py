"""How well a line of an ETGB list and a shipment go together: what speaks for them, what against, and in points."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class Sign(StrEnum):
    """What speaks for a candidate, or against it."""

    NAME_SAME = "name_same"
    NAME_NEAR = "name_near"
    AMOUNT_SAME = "amount_same"
    AMOUNT_ROUNDED = "amount_rounded"
    CURRENCY_SAME = "currency_same"
    COUNTRY_SAME = "country_same"
    DAY_FITS = "day_fits"
    NAME_OTHER = "name_other"
    NAMES_DISAGREE = "names_disagree"
    AMOUNT_DIFFERS = "amount_differs"
    CURRENCY_DIFFERS = "currency_differs"
    COUNTRY_DIFFERS = "country_differs"
    DAY_DIFFERS = "day_differs"
    HAS_ETGB = "has_etgb"


TEXTS: dict[Sign, tuple[str, str]] = {
    Sign.NAME_SAME: ("numarası aynı", "same number"),
    Sign.NAME_NEAR: ("numarası benziyor", "similar number"),
    Sign.AMOUNT_SAME: ("tutarı aynı", "same amount"),
    Sign.AMOUNT_ROUNDED: ("tutarı yuvarlanınca aynı", "same amount when rounded"),
    Sign.CURRENCY_SAME: ("para birimi aynı", "same currency"),
    Sign.COUNTRY_SAME: ("ülkesi aynı", "same country"),
    Sign.DAY_FITS: ("tarihi uyuyor", "the day fits"),
    Sign.NAME_OTHER: ("numarası başka", "another number"),
    Sign.NAMES_DISAGREE: ("numaraları birbirini tutmuyor", "its numbers disagree"),
    Sign.AMOUNT_DIFFERS: ("tutarı tutmuyor", "the amount differs"),
    Sign.CURRENCY_DIFFERS: ("para birimi başka", "another currency"),
    Sign.COUNTRY_DIFFERS: ("ülkesi başka", "another country"),
    Sign.DAY_DIFFERS: ("tarihi uymuyor", "the day does not fit"),
    Sign.HAS_ETGB: ("başka bir ETGB'si var", "stands on another ETGB"),
}
"""What people read of a sign: Turkish, English."""

POINTS: dict[Sign, int] = {
    Sign.NAME_SAME: 60,
    Sign.NAME_NEAR: 30,
    Sign.AMOUNT_SAME: 30,
    Sign.AMOUNT_ROUNDED: 20,
    Sign.CURRENCY_SAME: 7,
    Sign.COUNTRY_SAME: 8,
    Sign.DAY_FITS: 5,
}
"""What each sign is worth; those not here speak against."""

FAR_AHEAD = timedelta(days=60)
"""An ETGB comes within so many days after the invoice."""
_TWO_EDITS = 10
"""What a name that is two edits away is worth less than one that is one edit away."""
_OFF = Decimal("0.05")
"""By which share an amount may differ under an unmistakable name before it counts against it."""
_WHOLE, _TENTH, _CENT = Decimal(1), Decimal("0.1"), Decimal("0.01")
_SHORTEST = 5
"""Names shorter than this are never similar, only the same."""
LONG = 10
"""Two edits make a name of so many characters similar; a shorter one may become another order's by them."""
ENDING = 6
"""The end of a name says which it is from so many characters on; the beginnings of invoice numbers are all the same."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of an ETGB list; what is not known is empty."""

    etgb: str
    seller: str
    registered_on: date
    reference: str = ""
    invoice_number: str = ""
    tracking_number: str = ""
    amount: Decimal | None = None
    currency: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A shipment that a line may mean; ``goods`` is its total without freight and insurance."""

    shipment: UUID
    seller: str
    reference: str
    currency: str
    total: Decimal
    goods: Decimal
    country: str
    day: date
    """The day of its invoice, or else the one it is planned for."""
    invoice_number: str = ""
    tracking_number: str = ""
    etgb: str = ""
    """The ETGB that it stands on, or that has a line waiting for it."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its points, what speaks for it and what against."""

    candidate: Candidate
    points: int
    signs: tuple[Sign, ...]

    @property
    def against(self) -> bool:
        """Whether anything speaks against it."""
        return any(sign not in POINTS for sign in self.signs)


def names_of(one: ListLine | Candidate) -> list[tuple[str, str]]:
    """The names of a line or a shipment, with their kinds."""
    names = (("reference", one.reference), ("invoice", one.invoice_number), ("tracking", one.tracking_number))
    return [(kind, name) for kind, name in names if name]


def form_of(name: str) -> str:
    """The form of a name: digits as 9, letters as A."""
    return "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in name.strip())


def weigh(line: ListLine, candidate: Candidate) -> Weighed:
    """What speaks for a candidate of the line's own seller, and what against."""
    names = [
        _nearness(given, known)
        for given, known in (
            (line.reference, candidate.reference),
            (line.invoice_number, candidate.invoice_number),
            (line.tracking_number, candidate.tracking_number),
        )
        if given and known
    ]
    same = 0 in names
    near = min((n for n in names if n is not None), default=None)
    signs: list[Sign] = []
    if same:
        signs.append(Sign.NAMES_DISAGREE if None in names else Sign.NAME_SAME)
    elif near is not None:
        signs.append(Sign.NAME_NEAR)
    elif names:
        signs.append(Sign.NAME_OTHER)
    signs += _circumstances(line, candidate, same=same)
    points = sum(POINTS.get(sign, 0) for sign in signs)
    if Sign.NAME_NEAR in signs and near == 2:
        points -= _TWO_EDITS
    return Weighed(candidate, points, tuple(signs))


def _circumstances(line: ListLine, candidate: Candidate, *, same: bool) -> list[Sign]:
    """Amount, currency, country and day; under an unmistakable name only an amount that is off speaks against.

    What is odd about such a line otherwise (another currency, a day before the invoice) the engine raises by itself. An amount
    that is a little off speaks against it only together with another country: one mistyped number is another order's.
    """
    signs: list[Sign] = []
    currency = not line.currency or line.currency == candidate.currency
    if line.currency:
        signs.append(Sign.CURRENCY_SAME if currency else Sign.CURRENCY_DIFFERS)
    if line.amount is not None and currency:
        signs.append(amount_sign(line, candidate))
    if len(line.country) == 2:
        signs.append(Sign.COUNTRY_SAME if line.country == candidate.country else Sign.COUNTRY_DIFFERS)
    fits = candidate.day <= line.registered_on <= candidate.day + FAR_AHEAD
    signs.append(Sign.DAY_FITS if fits else Sign.DAY_DIFFERS)
    if candidate.etgb not in {"", line.etgb}:
        signs.append(Sign.HAS_ETGB)
    if not same:
        return signs
    off = Sign.AMOUNT_DIFFERS in signs and (Sign.COUNTRY_DIFFERS in signs or not _roughly(line, candidate))
    return [sign for sign in signs if sign in POINTS] + ([Sign.AMOUNT_DIFFERS] if off else [])


def _roughly(line: ListLine, candidate: Candidate) -> bool:
    """Whether the amount is about the invoice's, as the engine's own tolerance has it."""
    return line.amount is not None and abs(line.amount - candidate.total) <= candidate.total * _OFF


def amount_sign(line: ListLine, candidate: Candidate) -> Sign:
    """Whether the amounts are the same, or may be one rounded; with freight and insurance, or without.

    A whole amount may be rounded or cut by up to one, one with a zero at its end by up to a tenth.
    """
    if line.amount is None:
        return Sign.AMOUNT_DIFFERS
    off = min(abs(line.amount - candidate.total), abs(line.amount - candidate.goods))
    within = reach(line.amount)
    if off < _CENT and within == _CENT:
        return Sign.AMOUNT_SAME
    return Sign.AMOUNT_ROUNDED if off <= within else Sign.AMOUNT_DIFFERS


def reach(amount: Decimal) -> Decimal:
    """By how much an amount may have been rounded or cut."""
    if amount == amount.to_integral_value():
        return _WHOLE
    return _TENTH if amount * 10 % 1 == 0 else _CENT


def squeezed(name: str) -> str:
    """A name without spaces and signs, in capitals."""
    return name.upper() if name.isalnum() else "".join(c for c in name.upper() if c.isalnum())


def _nearness(given: str, known: str) -> int | None:
    """How many edits apart two names are: 0, 1 or 2; the end of the other counts as 1; ``None`` for strangers."""
    if given == known:
        return 0
    a, b = squeezed(given), squeezed(known)
    if a == b:
        return 1
    if min(len(a), len(b)) < _SHORTEST:
        return None
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) >= ENDING and longer.endswith(shorter):
        return 1
    found = edits(a, b)
    return found if found <= (2 if min(len(a), len(b)) >= LONG else 1) else None


def may_be_mistyped(line: ListLine, candidate: Candidate, slips: int = 2) -> bool:
    """Whether a name of a line may be a candidate's with some slips, even if it is another shipment's as it stands."""
    known = dict(names_of(candidate))
    return any(kind in known and edits(squeezed(name), squeezed(known[kind])) <= slips for kind, name in names_of(line))


def _alike(a: str, b: str) -> int:
    """With how many of the same characters two texts begin."""
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def edits(a: str, b: str) -> int:
    """How many characters were changed, dropped, added or swapped with their neighbour; 3 stands for more than two."""
    if abs(len(a) - len(b)) > 2:
        return 3
    start = _alike(a, b)
    a, b = a[start:], b[start:]
    end = _alike(a[::-1], b[::-1])
    a, b = a[: len(a) - end], b[: len(b) - end]
    before, above = [0] * (len(b) + 1), list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > 2:
            return 3
        before, above = above, row
    return min(above[-1], 3)
