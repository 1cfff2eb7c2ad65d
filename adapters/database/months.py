"""Tables that grow for ever, kept in parts by month (UTC): made ahead, listed, detached once they are old, attached again.

What grows fastest is what messages said. A month is detached as a whole: it becomes a table of its own, that an operator dumps,
keeps as long as the law asks (for papers of a refund: Vergi Usul Kanunu article 253, five years) and drops. What Kervan decides
by stays: the inbox, that admits each message once, the log, the documents. What came in a month that no worker made is kept
aside by PostgreSQL (``<table>_other``) and put into its month when that is made.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import asyncpg

from adapters.database import turns
from workflow.errors import KervanError

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

TABLES: Final[dict[str, str]] = {"inbox_body": "received_at"}
"""Each table in parts, and the time by which it is."""
AHEAD: Final = 3
"""Months that are made before they come: workers may be away for longer than any fault lasts."""
TURN = 0x6D6F6E7468  # "month": the advisory lock of whoever makes months
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_LOCKED_FOR: Final = "SET LOCAL lock_timeout = '3s'"
"""Attaching and detaching lock the table for a moment; where others hold it for longer it is tried again, not waited for."""

_PARTS = """
SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes, greatest(c.reltuples, 0)::bigint AS rows
FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid WHERE h.inhparent = to_regclass($1) ORDER BY c.relname
"""
_OPEN = """
SELECT count(*) FROM parked p JOIN inbox i ON (i.source, i.id) = (p.source, p.message_id)
WHERE i.received_at >= $1 AND i.received_at < $2
"""


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
            f"The month {month} was left as it is: others held its table for longer than three seconds. Try again in a moment."
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


def _bounds(month: Month) -> str:
    return f"FROM ('{month.begins.isoformat()}') TO ('{month.ends.isoformat()}')"


async def make_ahead(pool: Pool, now: datetime) -> list[str]:
    """Make the months from this one to three ahead that are not there, and name those that were made.

    One process at a time; where another is at it, nothing is done. A month that was detached is not made again.
    """
    async with turns.turn(pool, TURN) as mine:
        if not mine:
            return []
        wanted = [Month.of(now).later(n) for n in range(AHEAD + 1)]
        return [month.part_of(table) for table in TABLES for month in wanted if await _made(pool, table, month)]


async def _made(pool: Pool, table: str, month: Month) -> bool:
    part, by = month.part_of(table), TABLES[table]
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval("SELECT to_regclass($1)", part) is not None:
            return False
        await connection.execute(_LOCKED_FOR)
        # names and bounds are made of a table's name of ours and two numbers
        await connection.execute(f"CREATE TABLE {part} (LIKE {table} INCLUDING ALL)")
        await connection.execute(
            f"WITH late AS (DELETE FROM {table}_other WHERE {by} >= $1 AND {by} < $2 RETURNING *) "  # noqa: S608 - see above
            f"INSERT INTO {part} SELECT * FROM late",
            month.begins,
            month.ends,
        )
        await connection.execute(f"ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES {_bounds(month)}")
    return True


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
            yield connection
    except asyncpg.LockNotAvailableError as error:
        raise MonthBusyError(month) from error


async def detach(pool: Pool, month: Month, now: datetime) -> list[str]:
    """Make tables of their own of a month's parts, and name them; all or none.

    Raises:
        MonthUnknownError: no part of it is attached.
        MonthNeededError: it has not ended, or messages of it wait for something, and their bodies with them.
        MonthBusyError: the table was not free within three seconds.
    """
    if month.ends > now:
        raise MonthNeededError(month, "it has not ended")
    async with _alone(pool, month) as connection:
        parts = await _attached(connection, month)
        if not parts:
            raise MonthUnknownError(month, "has no part that is attached")
        for table, part in parts:
            await connection.execute(f"ALTER TABLE {table} DETACH PARTITION {part}")
        waiting = await connection.fetchval(_OPEN, month.begins, month.ends)
        if waiting:
            raise MonthNeededError(month, f"{waiting} of its messages wait for something (`GET /api/messages?state=parked`)")
    return [part for _, part in parts]


async def attach(pool: Pool, month: Month) -> list[str]:
    """Put a month's tables back, and name them; all or none.

    Raises:
        MonthUnknownError: there is no table of it that is not attached.
        MonthBusyError: the table was not free within three seconds.
    """
    async with _alone(pool, month) as connection:
        there = await _attached(connection, month)
        found = [
            (table, part)
            for table, part in _parts(month)
            if (table, part) not in there and await connection.fetchval("SELECT to_regclass($1)", part) is not None
        ]
        if not found:
            raise MonthUnknownError(month, "has no table that could be attached")
        for table, part in found:
            await connection.execute(f"ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES {_bounds(month)}")
    return [part for _, part in found]


def _parts(month: Month) -> Iterator[tuple[str, str]]:
    return ((table, month.part_of(table)) for table in TABLES)


async def _attached(connection: Connection, month: Month) -> list[tuple[str, str]]:
    found = {row["name"] for table in TABLES for row in await connection.fetch(_PARTS, table)}
    return [(table, part) for table, part in _parts(month) if part in found]
