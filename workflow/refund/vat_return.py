"""What a person tells of a seller's VAT return (KDV1) of a period: what is carried forward, and the turnover."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class VatReturn:
    """Figures of one period's return, in TRY; ``None`` where nobody told them.

    ``carried_try`` is the VAT carried forward (devreden KDV), ``turnover_try`` all deliveries of the period without VAT, by
    which general expenses are shared. ``told_at`` is the time of the last word, which stands.
    """

    seller: str
    period: str
    carried_try: Decimal | None = None
    turnover_try: Decimal | None = None
    told_at: datetime | None = None
