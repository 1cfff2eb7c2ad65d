"""What has come to differ since a claim was filed, and why as far as that is known; the filing itself stays as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from workflow.refund.sheet import Figures, InCurrency


class Figure(StrEnum):
    """What may differ, in the order in which it is told."""

    SHIPMENTS = "shipments"
    EXPORTED = "exported_try"
    TURNOVER = "turnover_try"
    INCURRED = "incurred_try"
    CEILING = "ceiling_try"
    CARRIED = "carried_try"
    REFUNDABLE = "refundable_try"


class Cause(StrEnum):
    """Why something differs."""

    SHIPMENTS = "shipments"
    """Shipments joined the claim or left it."""
    AMOUNTS = "amounts"
    """What invoices or closings say of the exports was corrected."""
    RATES = "rates"
    """The same amounts have another value in TRY: a rate was corrected, or came late."""
    TURNOVER = "turnover"
    CARRIED = "carried"
    PURCHASES = "purchases"
    """Purchases were booked or corrected later, or what is borne of them changed."""
    LAW = "law"
    """The general VAT rate of the closing days is another one by the tables of today."""
    OTHER_CLAIMS = "other_claims"
    """Other claims of the period take more, or less, of its bounds."""


CAUSES: dict[Cause, tuple[str, str]] = {
    Cause.SHIPMENTS: ("başvurudaki gönderiler değişti", "the shipments in the claim changed"),
    Cause.AMOUNTS: ("faturalar ya da intaç günleri düzeltildi", "invoices or closing days were corrected"),
    Cause.RATES: ("kurlar düzeltildi ya da geç geldi", "rates were corrected or came late"),
    Cause.TURNOVER: ("dönemin teslimleri yeniden bildirildi", "the period's turnover was told anew"),
    Cause.CARRIED: ("devreden KDV yeniden bildirildi", "the VAT carried forward was told anew"),
    Cause.PURCHASES: ("alış faturaları sonradan girildi ya da düzeltildi", "purchases were booked or corrected later"),
    Cause.LAW: ("genel KDV oranının tablosu düzeltildi", "the table of general VAT rates was corrected"),
    Cause.OTHER_CLAIMS: ("dönemin öteki başvuruları değişti", "the period's other claims changed"),
}
"""Each cause in Turkish and English."""


FIGURES: dict[Figure, tuple[str, str]] = {
    Figure.SHIPMENTS: ("Gönderi", "Shipments"),
    Figure.EXPORTED: ("İhracat tutarı", "Export value"),
    Figure.TURNOVER: ("Dönemin teslimleri", "Turnover of the period"),
    Figure.INCURRED: ("Yüklenilen KDV", "Incurred VAT"),
    Figure.CEILING: ("Azami iade", "Ceiling of the refund"),
    Figure.CARRIED: ("Devreden KDV", "VAT carried forward"),
    Figure.REFUNDABLE: ("İade edilecek KDV", "VAT to be refunded"),
}
"""Each figure in Turkish and English."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure as it was filed and as it is today (amounts in TRY, a count for shipments), with what is known to cause it."""

    figure: Figure
    filed: Decimal | None
    today: Decimal | None
    causes: tuple[Cause, ...]


def differences(filed: Figures, today: Figures) -> list[Difference]:
    """The figures that would be others if the claim were filed today; none where nothing changed.

    Causes are seen from the figures alone, so a refund has those of all that it is calculated from.
    """
    before, now = _values(filed), _values(today)
    causes = _causes(filed, today, {figure for figure in Figure if before[figure] != now[figure]})
    return [
        Difference(figure, before[figure], now[figure], tuple(causes[figure]))
        for figure in Figure
        if before[figure] != now[figure]
    ]


def _values(of: Figures) -> dict[Figure, Decimal | None]:
    made = of.calculation
    return {
        Figure.SHIPMENTS: Decimal(of.shipments),
        Figure.EXPORTED: made.exported_try,
        Figure.TURNOVER: of.turnover_try,
        Figure.INCURRED: made.incurred_try,
        Figure.CEILING: made.ceiling_try,
        Figure.CARRIED: made.carried_try,
        Figure.REFUNDABLE: made.refundable_try,
    }


def _causes(filed: Figures, today: Figures, differ: set[Figure]) -> dict[Figure, list[Cause]]:
    exports = [_of_exports(filed, today)] if Figure.EXPORTED in differ or Figure.SHIPMENTS in differ else []
    turnover = [Cause.TURNOVER] if Figure.TURNOVER in differ else []
    incurred = (turnover or exports or [Cause.PURCHASES]) if Figure.INCURRED in differ else []
    if Figure.INCURRED in differ and filed.late_purchases != today.late_purchases and Cause.PURCHASES not in incurred:
        incurred = [*incurred, Cause.PURCHASES]
    other = Cause.OTHER_CLAIMS if set(filed.by_rate) == set(today.by_rate) else Cause.LAW
    ceiling = (exports or [other]) if Figure.CEILING in differ else []
    carried = ([Cause.OTHER_CLAIMS] if ceiling == [Cause.OTHER_CLAIMS] else [Cause.CARRIED]) if Figure.CARRIED in differ else []
    return {
        Figure.SHIPMENTS: exports,
        Figure.EXPORTED: exports,
        Figure.TURNOVER: turnover,
        Figure.INCURRED: incurred,
        Figure.CEILING: ceiling,
        Figure.CARRIED: carried,
        Figure.REFUNDABLE: list(dict.fromkeys([*incurred, *ceiling, *carried])),
    }


def _of_exports(filed: Figures, today: Figures) -> Cause:
    if filed.shipments != today.shipments:
        return Cause.SHIPMENTS
    return Cause.RATES if _amounts(filed.exported) == _amounts(today.exported) else Cause.AMOUNTS


def _amounts(exported: tuple[InCurrency, ...]) -> Mapping[str, Decimal]:
    return {one.currency: one.amount for one in exported}
