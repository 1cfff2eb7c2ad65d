"""Purchases that count in no claim: why each does not, and what of their VAT that is, so that finance sees all of it.

What a claim bears is found by the claim; of a purchase that no claim bears nobody would hear. Whether one is such is decided by
where its order, or its period, stands (:data:`adapters.database.claim_queries.UNCLAIMED`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from workflow.errors import Pair
from workflow.refund.calculation import NOTHING
from workflow.refund.listing import money
from workflow.refund.purchases import Booked


class Why(StrEnum):
    """Why a purchase counts in no claim, in the order in which it is told."""

    ORDER_UNKNOWN = "order_unknown"
    """It is for an order by a number that is not known here."""
    ORDER_OVER = "order_over"
    """Its order was cancelled, or the goods came back: nothing was exported for good."""
    ORDER_WAITS = "order_waits"
    """Its order is in no claim yet: not exported, its ETGB not closed, or not seen in VEDOP."""
    FILED_BEFORE = "filed_before"
    """The claim of its order, or of its period, was filed before it was told, and no other of the period is open."""
    NO_CLAIM = "no_claim"
    """It is for the period, and the period has no claim."""


WHY: Final[dict[Why, Pair]] = {
    Why.ORDER_UNKNOWN: (
        "Sipariş no bilinmiyor; yanlışsa düzeltin.",
        "The order's number is not known; correct it if it is wrong.",
    ),
    Why.ORDER_OVER: (
        "Siparişi iptal ya da malı geri geldi; ihracat sayılmaz. Başka bir sipariş içinse düzeltin.",
        "Its order was cancelled, or its goods came back, so there is no export. Correct it if it is for another order.",
    ),
    Why.ORDER_WAITS: (
        "Siparişi henüz hiçbir başvuruda değil; ETGB'si kapanıp VEDOP'ta görülünce sayılır.",
        "Its order is in no claim yet; it counts once the ETGB is closed and seen in VEDOP.",
    ),
    Why.FILED_BEFORE: (
        "Başvuru verildikten sonra girildi; dönemin ek başvurusu açılırsa sayılır, yoksa mali müşavirinizle görüşün.",
        "Entered after the claim was filed; a supplementary claim of the period takes it, else see your accountant.",
    ),
    Why.NO_CLAIM: (
        "Döneminde ihracat başvurusu yok; bir sipariş için alındıysa siparişini yazın.",
        "Its period has no claim; name its order if it was bought for one.",
    ),
}
"""Each in Turkish and English, with what to do."""


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """Purchases of a period that count in no claim for one reason: how many, and the VAT in TRY that exports were to bear."""

    period: str
    why: Why
    count: int
    vat_try: Decimal


@dataclass(frozen=True, slots=True)
class InNoClaim:
    """One of them; ``order`` is the number of the order that it is for, where that is known here."""

    booked: Booked
    why: Why
    order: str = ""


def unclaimed(found: Sequence[Unclaimed]) -> dict[str, Any]:
    """What counts in no claim, in figures, with the reasons."""
    because = []
    for why in Why:
        alike = [one for one in found if one.why is why]
        if alike:
            count, vat = sum(one.count for one in alike), sum((one.vat_try for one in alike), NOTHING)
            because.append({**said(why), "count": count, "vat_try": money(vat)})
    return {
        "count": sum(one.count for one in found),
        "vat_try": money(sum((one.vat_try for one in found), NOTHING)),
        "because": because,
    }


def said(why: Why) -> dict[str, Any]:
    """A reason by its code and in words."""
    tr, en = WHY[why]
    return {"code": why.value, "message": {"tr": tr, "en": en}}
