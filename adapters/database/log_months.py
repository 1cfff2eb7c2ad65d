"""Months of the transition log are proven before they go and before they come back.

A month goes only when all its shipments have ended, every move is sealed and nothing in it is other than it was written. What
went is noted: how many moves of how many shipments. The shipments' own rows stay, each with the end of its chain, so a month
that comes back, from whatever archive, has to be the one that went.
"""

from datetime import datetime
from typing import Any, Final, TypeAlias

import asyncpg

from adapters.database import detached, months, seals
from adapters.database.detached import Detached
from adapters.database.months import LOG, Month, MonthNeededError
from adapters.database.proof import Proof
from workflow.chain import Fault
from workflow.errors import KervanError
from workflow.seal import ALL
from workflow.stages import Trigger

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection = Any

_HELD: Final = "SELECT count(*) FILTER (WHERE sequence = 1) AS shipments, count(*) AS moves, max(batch) AS batch FROM {part}"
_DECLARED: Final = f"""
INSERT INTO shipment_message (shipment, source, message_id, seller)
SELECT DISTINCT shipment, source, message_id, seller FROM {{part}}
WHERE trigger IN ('{Trigger.VALIDATE}', '{Trigger.AMEND}') ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants
"""Messages that moved a shipment stand in its log alone; of these, those that declared it hold a consignee's data."""
_STRANGE: Final = """
SELECT t.shipment, t.sequence FROM {part} t
WHERE NOT EXISTS (SELECT FROM shipment s WHERE s.id = t.shipment AND s.created_at >= $1 AND s.created_at < $2)
ORDER BY 1, 2 LIMIT 1
"""


class MonthBrokenError(KervanError):
    """A month of the log is not as it was written."""

    def __init__(self, month: Month, what: str, *, comes_back: bool) -> None:
        """Say what was found, and what to do."""
        said = (
            "It was not attached. Take another copy from the archive; keep this one, to find out what was done to it"
            if comes_back
            else "It was not detached. `kervan audit verify` names every such row; the runbook says what then"
        )
        super().__init__(f"The log of month {month} is not as it was written: {what}. {said}.")


async def detach(pool: Pool, month: Month, now: datetime) -> str:
    """Prove a month of the log, make a table of its own of it, note that, and name the table.

    Raises:
        MonthUnknownError, MonthNeededError, MonthBusyError: as :func:`adapters.database.months.detach`.
        MonthNeededError: besides, where moves of it are not sealed yet.
        MonthBrokenError: a row of it is not as it was written.
    """
    if await months.is_attached(pool, LOG, month):
        await _prove(pool, month, comes_back=False)

    async def noted(connection: Connection, part: str) -> None:
        held = await connection.fetchrow(_HELD.format(part=part))
        last = await seals.last(connection)
        if held["moves"] and (last is None or last.seal.walked != ALL or (held["batch"] or 0) > last.seal.batches):
            raise MonthNeededError(month, "some of its moves are not sealed yet; workers seal within minutes")
        await connection.execute(_DECLARED.format(part=part))
        await detached.note(connection, Detached(month, now, held["shipments"], held["moves"], here=True))

    return await months.detach(pool, LOG, month, now, noted)


async def attach(pool: Pool, month: Month) -> str:
    """Prove a month's table, put it back, and name it.

    Raises:
        MonthUnknownError, MonthBusyError: as :func:`adapters.database.months.attach`.
        MonthBrokenError: it is not what was detached; nothing was changed.
    """
    if await pool.fetchval("SELECT to_regclass($1)", month.part_of(LOG)) is not None:
        await _prove(pool, month, comes_back=True)
    return await months.attach(pool, LOG, month, lambda connection, _: detached.forget(connection, month))


async def _prove(pool: Pool, month: Month, *, comes_back: bool) -> None:
    proof = Proof(pool, at_hand=(month,) if comes_back and not await months.is_attached(pool, LOG, month) else ())
    found: list[Fault] = [fault async for fault in proof.of_month(month)]
    if found:
        more = f", and {len(found) - 1} more" if found[1:] else ""
        raise MonthBrokenError(month, f"{found[0]}{more}", comes_back=comes_back)
    strange = await pool.fetchrow(_STRANGE.format(part=month.part_of(LOG)), month.begins, month.ends)
    if strange is not None:
        what = f"transition {strange['sequence']} of shipment {strange['shipment']} is of no shipment that began in it"
        raise MonthBrokenError(month, what, comes_back=comes_back)
