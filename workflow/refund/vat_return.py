"""What a person tells of a seller's VAT return (KDV1) of a period: what is carried forward, and the turnover."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """When a figure was told and by which message, so that two of one moment have an order too."""

    at: datetime
    source: str
    message_id: str


@dataclass(frozen=True, slots=True)
class VatReturn:
    """Figures of one period's return, in TRY; ``None`` where nobody told them.

    ``carried_try`` is the VAT carried forward (devreden KDV), ``turnover_try`` all deliveries of the period without VAT, by
    which general expenses are shared. Each stands by its own last word, in whichever order the words come.
    """

    seller: str
    period: str
    carried_try: Decimal | None = None
    turnover_try: Decimal | None = None
    carried_told: Word | None = None
    turnover_told: Word | None = None

    def heard(self, word: Word, carried_try: Decimal | None, turnover_try: Decimal | None) -> "VatReturn":
        """The return after a word on one figure or both; a figure that the word leaves out, or that was told later, stays."""
        after = self
        if carried_try is not None and _later(word, self.carried_told):
            after = replace(after, carried_try=carried_try, carried_told=word)
        if turnover_try is not None and _later(word, self.turnover_told):
            after = replace(after, turnover_try=turnover_try, turnover_told=word)
        return after

    @property
    def figures(self) -> tuple[Decimal | None, Decimal | None]:
        """Both figures, without who told them."""
        return self.carried_try, self.turnover_try

    @property
    def last(self) -> Word:
        """The last word on any of its figures.

        Raises:
            ValueError: nobody told any.
        """
        return max(word for word in (self.carried_told, self.turnover_told) if word is not None)


def _later(word: Word, known: Word | None) -> bool:
    return known is None or word > known
