"""Months of the transition log that were detached: what is noted of them, and the log read with those still at hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from adapters.database import chains
from adapters.database.months import LOG, Month

Connection = Any

_NOTED = """
SELECT m.month, m.detached_at, m.shipments, m.moves, c.oid IS NOT NULL AS here FROM detached_month m
LEFT JOIN pg_class c ON c.oid = to_regclass('transition_' || replace(m.month, '-', '_'))
WHERE NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid) ORDER BY m.month
"""
_NOTE = "INSERT INTO detached_month (month, detached_at, shipments, moves) VALUES ($1, $2, $3, $4)"
_FORGET = "DELETE FROM detached_month WHERE month = $1"


@dataclass(frozen=True, slots=True)
class Detached:
    """A detached month: its shipments and their moves when it went, and whether its table is still in the database."""

    month: Month
    detached_at: datetime
    shipments: int
    moves: int
    here: bool

    def __str__(self) -> str:
        """Name it, with what it should hold."""
        there = f"looked at where it is ({self.month.part_of(LOG)})" if self.here else "kept elsewhere, and not looked at"
        return (
            f"month {self.month} of the log: {self.moves} transitions of {self.shipments} shipments, detached on "
            f"{self.detached_at:%Y-%m-%d}, {there}"
        )


async def months(connection: Connection) -> list[Detached]:
    """The months that are detached, the oldest first."""
    return [_detached(row) for row in await connection.fetch(_NOTED)]


def _detached(row: asyncpg.Record) -> Detached:
    month = Month.read(row["month"])
    if month is None:  # the table has a check
        raise ValueError(row["month"])
    return Detached(month, row["detached_at"], row["shipments"], row["moves"], row["here"])


async def note(connection: Connection, one: Detached) -> None:
    """Note a month that is being detached."""
    await connection.execute(_NOTE, str(one.month), one.detached_at, one.shipments, one.moves)


async def forget(connection: Connection, month: Month) -> None:
    """It is attached again."""
    await connection.execute(_FORGET, str(month))


def read_with(months_at_hand: Iterable[Month]) -> str:
    """What to read the log from, so that detached months whose tables are here are read as if they were attached."""
    tables = [LOG, *(month.part_of(LOG) for month in months_at_hand)]
    if len(tables) == 1:
        return chains.LOG
    return f"({' UNION ALL '.join(f'SELECT {chains.COLUMNS_READ} FROM {table}' for table in tables)}) AS t"  # noqa: S608 - names of ours
