"""How much comes in and waits, by the minute: what charts show, the same in every process and after every restart.

Each batch leaves one narrow row with what it admitted (in the statement that admits it, see :data:`.statements.ADMIT`). One
worker at a time gathers those rows into minutes, and minutes that are old into hours, so that a month is some hundred rows.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

import asyncpg

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

TURN: Final = 0x666C6F77  # "flow": the advisory lock of whoever gathers
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
MINUTES_KEPT: Final = timedelta(hours=26)
"""A day by minutes, and some more."""
HOURS_KEPT: Final = timedelta(days=400)
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)

_GATHER: Final = """
WITH gone AS (DELETE FROM flow_batch WHERE at < $1 RETURNING at, messages)
INSERT INTO flow AS f (seconds, begins, messages)
SELECT 60, date_bin('1 minute', at, $2), sum(messages) FROM gone GROUP BY 2
ON CONFLICT (seconds, begins) DO UPDATE SET messages = f.messages + excluded.messages
"""
_ROLL: Final = """
WITH gone AS (DELETE FROM flow WHERE seconds = 60 AND begins < $1 RETURNING begins, messages, waiting)
INSERT INTO flow AS f (seconds, begins, messages, waiting)
SELECT 3600, date_bin('1 hour', begins, $2), sum(messages), max(waiting) FROM gone GROUP BY 2
ON CONFLICT (seconds, begins) DO UPDATE SET messages = f.messages + excluded.messages,
    waiting = greatest(f.waiting, excluded.waiting)
"""
_FORGET: Final = "DELETE FROM flow WHERE seconds = 3600 AND begins < $1"
_NOTE: Final = """
INSERT INTO flow AS f (seconds, begins, waiting) VALUES (60, date_bin('1 minute', $1::timestamptz, $2), $3)
ON CONFLICT (seconds, begins) DO UPDATE SET waiting = greatest(f.waiting, excluded.waiting)
"""
_SINCE: Final = """
SELECT date_bin($2, at, $3) AS begins, sum(messages)::bigint AS messages, max(waiting) AS waiting FROM (
    SELECT begins AS at, messages, waiting FROM flow WHERE begins >= $1
    UNION ALL SELECT at, messages, NULL FROM flow_batch WHERE at >= $1) AS came
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Flowed:
    """What came within a while that begins at a moment, and the most that waited; ``None`` where nobody looked."""

    begins: datetime
    messages: int
    waiting: int | None


async def gather(pool: Pool, now: datetime) -> None:
    """Gather what is over: batches of minutes before this one, minutes of old hours; forget what is very old."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_GATHER, began(now, MINUTE), EPOCH)
        await connection.execute(_ROLL, began(now - MINUTES_KEPT, HOUR), EPOCH)
        await connection.execute(_FORGET, now - HOURS_KEPT)


async def note_waiting(pool: Pool, now: datetime, waiting: int) -> None:
    """Note how many messages wait on the broker; of a minute the most counts."""
    await pool.execute(_NOTE, now, EPOCH, waiting)


async def since(pool: Pool, begin: datetime, step: timedelta) -> list[Flowed]:
    """What came since a moment, in steps that begin where :func:`began` says; a step in which nothing was noted is left out."""
    return [Flowed(*row) for row in await pool.fetch(_SINCE, began(begin, step), step, EPOCH)]


def began(at: datetime, step: timedelta) -> datetime:
    """When the step began in which a moment lies."""
    return EPOCH + (at - EPOCH) // step * step
