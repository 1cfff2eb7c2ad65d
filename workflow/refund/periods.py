"""VAT periods, and until when a refund may be claimed.

A period is a month, written ``YYYY-MM``: that of the declaration's closing day (intaç) in Istanbul, not of the invoice
(:func:`workflow.values.vat_period`; KDV GUT II/A-1.1.1). The day of an ETGB's closing is told as a day, so no zone is involved.
"""

from datetime import date, timedelta


def first_day(period: str) -> date:
    """The first day of a period.

    Raises:
        ValueError: it is not written ``YYYY-MM``.
    """
    if len(period) != 7 or period[4] != "-" or not (period[:4] + period[5:]).isdecimal() or not period.isascii():
        raise ValueError("must be a month like 2026-11")
    return date(int(period[:4]), int(period[5:]), 1)


def following(period: str) -> str:
    """The period after one."""
    day = first_day(period)
    return f"{day.year + day.month // 12:04d}-{day.month % 12 + 1:02d}"


def last_day(period: str) -> date:
    """The last day of a period."""
    return first_day(following(period)) - timedelta(days=1)


def deadline(period: str, years: int) -> date:
    """The last day on which the refund of a period may be claimed: the end of so many calendar years after its own.

    ``years`` is 2 by KDVK 32 as amended by law 7104 and KDV GUT Seri 23: exports of 2024 lapse after 31 December 2026.
    """
    return date(first_day(period).year + years, 12, 31)


def days_left(period: str, years: int, today: date) -> int:
    """How many days are left after ``today`` (Istanbul): 0 on the last day itself, negative once the claim has lapsed."""
    return (deadline(period, years) - today).days
