"""Tables that grow for ever, kept in parts by month (UTC): made ahead, listed, detached once they are old, attached again.

What grows fastest is what messages said, by the month in which they came; and the transition log, by the month in which its
shipment began. A month of a table is detached as a whole: it becomes a table of its own, that an operator dumps, keeps as long
as the law asks (for papers of a refund: Vergi Usul Kanunu article 253, five years) and drops. What Kervan decides by stays: the
inbox, that admits each message once, the shipments, the documents. What came in a month that no worker made is kept aside by
PostgreSQL (``<table>_other``) and put into its month when that is made. What the log's months are proven by, before they go and
before they come back, is :mod:`adapters.database.log_months`.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import asyncpg

from adapters.database import turns
from workflow.errors import KervanError
from workflow.stages import ENDED, Stage

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

Noting: TypeAlias = Callable[[Connection, str], Awaitable[None]]
"""What is done with a part in the transaction in which it goes or comes."""

BODIES: Final = "inbox_body"
LOG: Final = "transition"
AHEAD: Final = 3
"""Months that are made before they come: workers may be away for longer than any fault lasts."""
TURN = 0x6D6F6E7468  # "month": the advisory lock of whoever makes months
STAND = 0x7374616E64  # "stand": of whoever reads what months there are and then what is in them, and of who changes it
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_LOCKED_FOR: Final = "SET LOCAL lock_timeout = '3s'"
"""Attaching and detaching lock the table for a moment; where others hold it for longer it is tried again, not waited for."""

_PARTS = """
SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes, greatest(c.reltuples, 0)::bigint AS rows
FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid WHERE h.inhparent = to_regclass($1) ORDER BY c.relname
"""
_IN_PARTS = "SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass($1)"


@dataclass(frozen=True, slots=True)
class Parted:
    """A table in parts: what keeps a month of it here. How a part is made the database knows (``make_month``)."""

    needed: str
    """Asks how many need the month from ``$1`` to before ``$2``."""
    why: str
    """What they are."""


_STAGES = ", ".join(f"'stage:{stage}'" for stage in Stage if stage not in ENDED)
TABLES: Final[dict[str, Parted]] = {
    BODIES: Parted(
        """SELECT count(*) FROM parked p JOIN inbox i ON (i.source, i.id) = (p.source, p.message_id)
        WHERE i.received_at >= $1 AND i.received_at < $2""",
        "{count} of its messages wait for something (`GET /api/messages?state=parked`)",
    ),
    LOG: Parted(
        f"SELECT count(*) FROM shipment_trait WHERE trait IN ({_STAGES}) AND created_at >= $1 AND created_at < $2",  # noqa: S608 - constants
        "{count} of the shipments that began in it still move (`GET /api/shipments?stage=…`; cancel drafts that nobody wants)",
    ),
}
"""Each table in parts."""


class MonthNeededError(KervanError):
    """A month cannot be detached: work still needs it."""

    def __init__(self, month: "Month", why: str) -> None:
        """Say which and why."""
        super().__init__(f"The month {month} was not detached: {why}. Nothing was changed.")


class MonthUnknownError(KervanError):
    """There is no such month, or it is not what the command needs it to be."""

    def __init__(self, month: "Month", why: str) -> None:
        """Say which and why."""
        super().__init__(f"The month {month} {why}. `kervan partition list` shows those that are there.")


class MonthBusyError(KervanError):
    """Others hold the table for longer than the command waits."""

    def __init__(self, month: "Month") -> None:
        """Say which."""
        super().__init__(
            f"The month {month} was left as it is: others held its table, or read it to verify the log, for longer than three "
            "seconds. Try again in a moment."
        )


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in UTC."""

    year: int
    month: int

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        """The month in which a moment lies."""
        there = moment.astimezone(UTC)
        return cls(there.year, there.month)

    @classmethod
    def read(cls, text: str) -> "Month | None":
        """``2026-11``; ``None`` for anything else."""
        found = _MONTH.fullmatch(text)
        return None if found is None else cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        """As it is read."""
        return f"{self.year:04}-{self.month:02}"

    def later(self, by: int) -> "Month":
        """So many months after this one, or before it."""
        years, month = divmod(self.month - 1 + by, 12)
        return Month(self.year + years, month + 1)

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return self.later(1).begins

    def part_of(self, table: str) -> str:
        """The name of its part of a table."""
        return f"{table}_{self.year:04}_{self.month:02}"


async def make_ahead(pool: Pool, now: datetime) -> list[str]:
    """Make the months from this one to three ahead that are not there, and name those that were made.

    One process at a time; where another is at it, nothing is done. A month that was detached is not made again. A table that is
    not in parts yet (an upgrade is under way) is left as it is.
    """
    async with turns.turn(pool, TURN) as mine:
        if not mine:
            return []
        wanted = [Month.of(now).later(n) for n in range(AHEAD + 1)]
        tables = [table for table in TABLES if await pool.fetchval(_IN_PARTS, table)]
        return [month.part_of(table) for table in tables for month in wanted if await _made(pool, table, month)]


async def _made(pool: Pool, table: str, month: Month) -> bool:
    """Make a month; a function of the database does it, for workers who do not own the table."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_LOCKED_FOR)
        return bool(await connection.fetchval("SELECT make_month($1::text::regclass, $2)", table, month.begins))


async def _join(connection: Connection, table: str, month: Month) -> None:
    """Make a part of the month's table, and put there what came meanwhile."""
    await connection.execute("SELECT join_month($1::text::regclass, $2)", table, month.begins)


async def listed(pool: Pool) -> list[dict[str, Any]]:
    """Every part: its ``table``, ``name``, ``month`` (empty for what came in none), about how many ``rows``, its ``bytes``."""
    return [
        {"table": table, "month": _month_of(table, row["name"]), **dict(row)}
        for table in TABLES
        for row in await pool.fetch(_PARTS, table)
    ]


def _month_of(table: str, part: str) -> str:
    return part.removeprefix(f"{table}_").replace("_", "-") if not part.endswith("_other") else ""


@asynccontextmanager
async def _alone(pool: Pool, month: Month) -> AsyncIterator[Connection]:
    try:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(_LOCKED_FOR)
            await turns.alone(connection, STAND)
            yield connection
    except asyncpg.LockNotAvailableError as error:
        raise MonthBusyError(month) from error


async def is_attached(connection: "Pool | Connection", table: str, month: Month) -> bool:
    """Whether a month of a table is a part of it."""
    return month.part_of(table) in {row["name"] for row in await connection.fetch(_PARTS, table)}


async def detach(pool: Pool, table: str, month: Month, now: datetime, noted: Noting | None = None) -> str:
    """Make a table of its own of a month's part of a table, and name it. ``noted`` is done first: nobody adds to it meanwhile.

    Raises:
        MonthUnknownError: it is not attached.
        MonthNeededError: it has not ended, or is needed as :data:`TABLES` says.
        MonthBusyError: the table was not free within three seconds.
    """
    if month.ends > now:
        raise MonthNeededError(month, "it has not ended")
    part, parted = month.part_of(table), TABLES[table]
    async with _alone(pool, month) as connection:
        if not await is_attached(connection, table, month):
            raise MonthUnknownError(month, f"has no part of {table} that is attached")
        if noted is not None:
            await connection.execute(f"LOCK TABLE {part} IN SHARE MODE")
            await noted(connection, part)
        await connection.execute(f"ALTER TABLE {table} DETACH PARTITION {part}")
        needed = await connection.fetchval(parted.needed, month.begins, month.ends)
        if needed:
            raise MonthNeededError(month, parted.why.format(count=needed))
    return part


async def attach(pool: Pool, table: str, month: Month, noted: Noting | None = None) -> str:
    """Put a month's table back, with what came of it meanwhile, and name it. ``noted`` is done in the same transaction.

    Raises:
        MonthUnknownError: there is no table of it that is not attached.
        MonthBusyError: the table was not free within three seconds.
    """
    part = month.part_of(table)
    async with _alone(pool, month) as connection:
        there = await connection.fetchval("SELECT to_regclass($1)", part) is not None
        if not there or await is_attached(connection, table, month):
            raise MonthUnknownError(month, f"has no table of {table} that could be attached")
        await _join(connection, table, month)
        if noted is not None:
            await noted(connection, part)
    return part
