"""Waits and allowances: what is awaited, of whom, and how long before somebody should ask why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from workflow.etgb import Etgb
from workflow.refund import terms
from workflow.rules.law import LawBook
from workflow.values import ISTANBUL, istanbul_day, vat_period
from workflow.waits import Allowance, Wait

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Term:
    """The allowance of a wait as it comes with Kervan, and why it is so long."""

    allowance: Allowance
    source: str


TERMS: dict[Wait, Term] = {
    Wait.FINDINGS: Term(Allowance(2, working=True), "own choice: the seller's to mend, and the buyer waits"),
    Wait.INVOICE: Term(Allowance(7), "VUK 231/5: the invoice is due within seven days"),
    Wait.FIRST_SCAN: Term(
        Allowance(3, working=True), "own choice: the parcel lies at the seller, or its tracking number is wrong"
    ),
    Wait.EVIDENCE: Term(
        Allowance(2, working=True), "own choice: a scan that is late overtakes nothing; then the ETGB itself is the evidence"
    ),
    Wait.ETGB: Term(Allowance(5, working=True), "domain 2.3: five days between registration and receipt were seen"),
    Wait.ETGB_DOCUMENT: Term(Allowance(5, working=True), "domain 2.3, 7: the number comes without its PDF, as a rule for days"),
    Wait.CLOSING: Term(Allowance(15), "domain 2.5, 7: what exporters chase is an intaç that is missing for weeks"),
    Wait.VEDOP: Term(Allowance(15), "domain 2.4: no official time is known; alarm 15 days after the closing"),
    Wait.VEDOP_LAPSE: Term(Allowance(90), "own choice: a quarter to find the ETGB in VEDOP and file; KDVK 32 ends the right"),
    Wait.REFUND: Term(Allowance(60), "own choice: the month's VAT return is due on the 28th of the next; a month for papers"),
    Wait.LAPSE: Term(Allowance(90), "own choice: a quarter for papers and answers; KDVK 32 ends the right"),
    Wait.PARKED: Term(
        Allowance(5, working=True), "own choice: what comes in another order comes within hours; five days were seen of an ETGB"
    ),
}
"""The allowance of each wait, where the installation sets no other. That of a lapse counts back from the last day on which
the refund can be claimed; the others count on from where the wait began."""

Allowed = Mapping[Wait, Allowance | None]
_AS_USUAL: Mapping[Wait, Allowance] = {}


@dataclass(frozen=True, slots=True)
class Allowances:
    """The allowances of an installation; a seller's own stands above a courier's, and that above the general one.

    A seller's is a promise to one customer, a courier's what one counterpart is known to take. Where the installation says
    nothing, ``usual`` counts, what a shipment's version of the stages allows, and then :data:`TERMS`. ``holidays`` are the days
    besides Saturdays and Sundays on which nobody works; on the eves of holidays people work until noon, so they count as
    working days.
    """

    general: Allowed = field(default_factory=dict)
    of_courier: Mapping[str, Allowed] = field(default_factory=dict)
    of_seller: Mapping[str, Allowed] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()

    def of(
        self, wait: Wait, seller: str = "", courier: str = "", usual: Mapping[Wait, Allowance] = _AS_USUAL
    ) -> Allowance | None:
        """What is allowed for a wait; ``None`` where nobody is to be told."""
        for table in (self.of_seller.get(seller), self.of_courier.get(courier), self.general):
            if table is not None and wait in table:
                return table[wait]
        return usual.get(wait, TERMS[wait].allowance)

    def after(
        self,
        wait: Wait,
        since: datetime,
        seller: str = "",
        courier: str = "",
        usual: Mapping[Wait, Allowance] = _AS_USUAL,
    ) -> datetime | None:
        """When a wait that began at ``since`` falls due: days to the minute, working days at the end of the last."""
        allowance = self.of(wait, seller, courier, usual)
        if allowance is None:
            return None
        if allowance.working:
            return _end(istanbul_day(since), allowance.days, self.holidays)
        return since + timedelta(days=allowance.days)

    def after_day(self, wait: Wait, day: date, seller: str = "", courier: str = "") -> datetime | None:
        """When a wait that began on a day in Istanbul falls due: at the end of the last day allowed."""
        allowance = self.of(wait, seller, courier)
        if allowance is None:
            return None
        if allowance.working:
            return _end(day, allowance.days, self.holidays)
        return end_of(day + timedelta(days=allowance.days))

    def before_day(self, wait: Wait, last: date, seller: str = "", courier: str = "") -> datetime | None:
        """When to tell of what ends with a day in Istanbul: at the beginning of the day that lies so long before it."""
        allowance = self.of(wait, seller, courier)
        if allowance is None:
            return None
        if allowance.working:
            return _begin(last, allowance.days, self.holidays)
        return end_of(last - timedelta(days=allowance.days) - _DAY)


@lru_cache(maxsize=1024)
def end_of(day: date) -> datetime:
    """The end of a day in Istanbul, in UTC."""
    return datetime.combine(day + _DAY, time(), ISTANBUL).astimezone(UTC)


@lru_cache(maxsize=1024)
def _begin(day: date, working_days: int, holidays: frozenset[date]) -> datetime:
    """The beginning of the first of so many working days before a day."""
    left = working_days
    while left:
        day -= _DAY
        left -= day.weekday() < _SATURDAY and day not in holidays
    return end_of(day - _DAY)


@lru_cache(maxsize=1024)
def _end(day: date, working_days: int, holidays: frozenset[date]) -> datetime:
    """The end of the last of so many working days after a day."""
    left = working_days
    while left:
        day += _DAY
        left -= day.weekday() < _SATURDAY and day not in holidays
    return end_of(day)


def etgb_waits(etgb: Etgb, allowances: Allowances, law: LawBook) -> dict[Wait, datetime]:
    """What an ETGB still waits for, and when each falls due; a wait that nobody is to be told of is left out.

    While one that is closed is not in VEDOP, its shipments are in no claim, and their refund lapses all the same.

    Raises:
        LawMissingError: the law's tables do not say until when refunds of its period can be claimed.
    """
    if etgb.cancel_cause is not None:
        return {}
    found: dict[Wait, datetime | None] = {}
    if not etgb.document_url:
        found[Wait.ETGB_DOCUMENT] = allowances.after_day(Wait.ETGB_DOCUMENT, etgb.registered_on, courier=etgb.courier)
    if etgb.closed_on is None:
        found[Wait.CLOSING] = allowances.after_day(Wait.CLOSING, etgb.registered_on, courier=etgb.courier)
    elif etgb.vedop_seen_on is None:
        found[Wait.VEDOP] = allowances.after_day(Wait.VEDOP, etgb.closed_on, courier=etgb.courier)
        last = terms.deadline(law, vat_period(etgb.closed_on))
        found[Wait.VEDOP_LAPSE] = allowances.before_day(Wait.VEDOP_LAPSE, last, courier=etgb.courier)
    return {wait: due for wait, due in found.items() if due is not None}


def refund_due(period: str, seller: str, allowances: Allowances) -> datetime | None:
    """When the claim of a VAT period (``YYYY-MM``) falls due: so long after the period's last day."""
    year, month = int(period[:4]), int(period[5:])
    last = date(year + month // 12, month % 12 + 1, 1) - _DAY
    return allowances.after_day(Wait.REFUND, last, seller=seller)
