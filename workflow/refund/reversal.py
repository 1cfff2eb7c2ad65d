"""Goods that came back after the filing: what of the refund is proposed to be given back for them.

What a claim asked for a shipment (:mod:`workflow.refund.attribution`) belongs to its goods by their value, so pieces that came
back take with them their value's share of the shipment's. Goods that came back as a whole take all of it. The law says that
what was refunded is given back (domain section 1.3) and not how a part is measured: by value is our own choice, as everything
else of a claim is shared by value. It is a proposal: a person confirms it, or tells another amount and why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from workflow.refund.calculation import NOTHING
from workflow.refund.purchases import half_up


@dataclass(frozen=True, slots=True)
class Piece:
    """Of a line (1, 2, …) of the order, what came back: ``quantity`` in the line's unit, ``amount`` in the order's currency.

    ``given_back`` says that its part of the refund was given back already.
    """

    line: int
    quantity: Decimal
    amount: Decimal
    given_back: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be given back for a shipment, in TRY, and by what.

    ``asked_try`` is what the claim asked for it. ``value`` of ``total`` (both in ``currency``) came back, with what was given
    back before; ``before_try`` of the refund was given back before. ``whole``: all of it came back.
    """

    vat_try: Decimal
    asked_try: Decimal
    value: Decimal
    total: Decimal
    currency: str
    before_try: Decimal
    whole: bool
    pieces: tuple[Piece, ...] = ()


def propose(asked_try: Decimal, total: Decimal, currency: str, pieces: Sequence[Piece], *, whole: bool) -> Proposal:
    """Propose what is given back for a shipment that came back, as a ``whole`` or in ``pieces``.

    Shares are of all that came back so far, less those of what was given back before, so that parts add up to the whole.
    """
    before = _share(asked_try, total, (one for one in pieces if one.given_back))
    value = total if whole else min(sum((one.amount for one in pieces), NOTHING), total)
    due = asked_try if whole else _share(asked_try, total, pieces)
    return Proposal(due - before, asked_try, value, total, currency, before, whole, tuple(pieces))


def _share(asked_try: Decimal, total: Decimal, pieces: Iterable[Piece]) -> Decimal:
    value = sum((one.amount for one in pieces), NOTHING)
    share = min(Fraction(value) / Fraction(total), Fraction(1)) if total else Fraction(0)
    return half_up(Fraction(asked_try) * share)
