"""What is exported and in no claim yet: its ETGB was closed, and is not seen in VEDOP; and what shipments of open claims lack.

What will be refunded of it depends on purchases that nobody has attributed yet, so it is worth its ceiling at most.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from workflow.refund import terms
from workflow.refund.calculation import NOTHING
from workflow.refund.claim import MAY_BE_FILED
from workflow.refund.listing import exported, item, money
from workflow.refund.readiness import OF_SHIPMENTS, SOON_DAYS
from workflow.refund.sheet import InCurrency, Sheet
from workflow.rules.law import LawBook
from workflow.values import to_cents, vat_period

NOT_IN_VEDOP = "not_in_vedop"
_SAYS = {
    "tr": "{count} gönderinin ETGB'si kapandı, VEDOP'ta henüz görülmedi; görülünce dönemin başvurusuna kendiliğinden girerler.",
    "en": "The ETGB of {count} shipments is closed and not seen in VEDOP yet; once it is, they join the period's claim.",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Shipments of one currency whose ETGBs were closed on one day and are not in VEDOP.

    ``value_try`` is their value by the installation's policy over rates, rounded once; ``None`` while a rate is missing.
    """

    closed_on: date
    currency: str
    etgbs: frozenset[str]
    shipments: int
    amount: Decimal
    value_try: Decimal | None

    @property
    def period(self) -> str:
        """The VAT period that they belong to."""
        return vat_period(self.closed_on)


def waiting(found: Sequence[Waiting], law: LawBook, today: date) -> dict[str, Any]:
    """What waits, in figures; what lapses and has lapsed is what may be refunded of it at most."""
    currencies: dict[str, InCurrency] = {}
    for one in found:
        so_far = currencies.get(one.currency, InCurrency(one.currency, NOTHING, NOTHING))
        value = so_far.value_try + (one.value_try or NOTHING)
        currencies[one.currency] = InCurrency(one.currency, so_far.amount + one.amount, value)
    left = {one.period: terms.days_left(law, one.period, today) for one in found}
    return {
        "etgbs": len({number for one in found for number in one.etgbs}),
        "shipments": sum(one.shipments for one in found),
        "exported": [exported(currencies[name]) for name in sorted(currencies)],
        "exported_try": money(sum((one.value_try or NOTHING for one in found), NOTHING)),
        "at_most_try": money(ceiling(found, law)),
        "lapsing_try": money(ceiling((one for one in found if 0 <= left[one.period] <= SOON_DAYS), law)),
        "lapsed_try": money(ceiling((one for one in found if left[one.period] < 0), law)),
        "unvalued": sorted({one.currency for one in found if one.value_try is None}),
    }


def ceiling(found: Iterable[Waiting], law: LawBook) -> Decimal:
    """What may be refunded of it at most, in TRY; nothing of what has no rate yet."""
    values = ((one.value_try or NOTHING) * terms.general_rate(law, one.closed_on) for one in found)
    return sum((to_cents(value) for value in values), NOTHING)


def lacking(found: Sequence[Waiting], sheets: Iterable[Sheet]) -> list[dict[str, Any]]:
    """Why shipments cannot be claimed yet, or not as they should: what waits outside, and what those of open claims lack."""
    count = sum(one.shipments for one in found)
    rows: list[dict[str, Any]] = []
    if count:
        message = {language: text.format(count=count) for language, text in _SAYS.items()}
        rows.append({"code": NOT_IN_VEDOP, "severity": "block", "claim": None, "shipments": count, "message": message})
    for sheet in sheets:
        if sheet.claim.status not in MAY_BE_FILED:
            continue
        unmet = [item(one) for one in sheet.checklist if one.check in OF_SHIPMENTS and not one.met]
        rows += [
            {
                "code": one["code"],
                "severity": one["severity"],
                "claim": str(sheet.claim.id),
                "shipments": one["count"],
                "message": one["message"],
            }
            for one in unmet
        ]
    return rows
