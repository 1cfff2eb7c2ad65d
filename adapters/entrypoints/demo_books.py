"""What the demo's sellers bought, and what their VAT returns carry forward: without both no refund would be worth anything.

The purchases are those that come with Kervan, moved to the month in question; the returns are invented as they are.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias

import asyncpg

from adapters.database.accounts import ImportAccounts
from adapters.database.mappings import ColumnMappings
from adapters.imports.purchase_import import PurchaseImport
from adapters.imports.purchases import Beside
from events import topology
from events.intake import Intake
from events.outgoing import envelope
from events.translate import Arrival
from workflow.errors import KervanError
from workflow.ports import Clock
from workflow.values import vat_period

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_DAY = re.compile(r"\b\d{2}\.\d{2}\.\d{4}\b")
_SERIAL = re.compile(r";(\d{6});")
_A_MONTH = 5000
"""How many invoices a supplier writes in a month, about."""
_PERIOD = "201012"
_OWNER = "demo"
CARRIED_TRY = Decimal("185000.00")
"""VAT carried forward by the demo seller's return."""
TURNOVER_TRY = Decimal("3500000.00")
"""All its deliveries of the month, without VAT."""


class DemoBooksError(KervanError):
    """The demo's purchases or VAT return were not taken."""

    def __init__(self, why: str) -> None:
        """Say why."""
        message = f"The demo seller's VAT return was refused ({why}); its refunds would show nothing, so the demo ends here."
        super().__init__(message)


async def book(intake: Intake, pool: Pool, clock: Clock, purchases: str, seller: str, today: date) -> None:
    """Book the purchases of a day's month and tell the VAT return of one seller; told again, nothing changes.

    Raises:
        DemoBooksError: the engine refused what it was told.
    """
    period = vat_period(today)
    importing = PurchaseImport(intake, ImportAccounts(pool, clock), clock, ColumnMappings(pool), owner=_OWNER)
    await importing.run(f"alislar-{period}.csv", moved(purchases, today).encode(), Beside(seller, "direct", period))
    source = f"accounting/{_OWNER}"
    told = {"seller": seller, "period": period, "carried": str(CARRIED_TRY), "turnover": str(TURNOVER_TRY)}
    message_id = f"vat-return:{seller}:{period}"
    body = envelope(source=source, id=message_id, type="vat_return.told.v1", time=clock(), data=told)
    (outcome,) = await intake.take([Arrival(topology.subject_of(source), body, message_id)])
    if outcome.state == "refused":
        raise DemoBooksError(outcome.code)


def moved(text: str, today: date) -> str:
    """The list with its invoices dated on days before ``today``, in that day's VAT period; each month has its own numbers."""
    days = _before(today)
    dated = _DAY.sub(lambda _: f"{next(days):%d.%m.%Y}", text)
    dated = _SERIAL.sub(lambda found: f";{int(found[1]) + _A_MONTH * (12 * (today.year % 10) + today.month):06d};", dated)
    return dated.replace(_PERIOD, vat_period(today).replace("-", ""))


def _before(today: date) -> Iterator[date]:
    """Days before a day, two apart; none of another month, so that no invoice is of another period than its row says."""
    day = today
    while True:
        yield day
        day = max(day - timedelta(days=2), today.replace(day=1))
