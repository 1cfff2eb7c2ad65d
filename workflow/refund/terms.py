"""What the law says of refunds on a day: from the dated tables, so that each claim is held to the rules of its own time."""

from datetime import date
from decimal import Decimal
from typing import TypeVar

from workflow.errors import SaidError
from workflow.refund import periods
from workflow.rules.law import LawBook
from workflow.rules.tables import Dated, in_force

_Row = TypeVar("_Row", bound=Dated)


class LawMissingError(SaidError):
    """A table of the law that refunds need says nothing of a day."""

    TEXTS = (
        (
            "Mevzuat tablosu `{table}` {day} günü için bir şey söylemiyor, iade hesaplanmadı. Tabloyu KERVAN_LAW_DIR "
            "klasöründe tamamlayın, ya da oradan kaldırın; o zaman paketteki geçerli olur."
        ),
        (
            "The law's table `{table}` says nothing of {day}, so no refund is calculated. Complete the table in the folder "
            "that KERVAN_LAW_DIR names, or remove it there so that the packaged one holds."
        ),
    )

    def __init__(self, table: str, day: date) -> None:
        """Name table and day."""
        super().__init__(table=table, day=day)


def _one(table: str, rows: tuple[_Row, ...], day: date) -> _Row:
    found = in_force(rows, day)
    if not found:
        raise LawMissingError(table, day)
    return found[0]


def general_rate(law: LawBook, day: date) -> Decimal:
    """The general VAT rate of a day, as a share.

    Raises:
        LawMissingError: the table says nothing of the day; so for the others here.
    """
    return _one("vat_rates", law.vat_rates, day).rate


def minimum(law: LawBook, period: str) -> Decimal:
    """What a claim of a period must come to at least, in TRY; a claim of just that may be made."""
    return _one("claim_minimums", law.claim_minimums, periods.first_day(period)).min_try


def inspection_limit(law: LawBook, period: str) -> Decimal:
    """Up to which amount, in TRY, a claim of a period is refunded without inspection, certified report or guarantee."""
    return _one("claim_inspection_limits", law.claim_inspection_limits, periods.first_day(period)).upto_try


def deadline(law: LawBook, period: str) -> date:
    """The last day on which the refund of a period may be claimed."""
    return periods.deadline(period, _years(law, period))


def days_left(law: LawBook, period: str, today: date) -> int:
    """How many days are left after ``today`` (Istanbul): 0 on the last day itself, negative once the refund has lapsed."""
    return periods.days_left(period, _years(law, period), today)


def _years(law: LawBook, period: str) -> int:
    return _one("claim_deadlines", law.claim_deadlines, periods.first_day(period)).years
