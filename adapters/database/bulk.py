"""Actions on many shipments as they are kept: proposed, confirmed, worked on, paused, and looked at."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import aside, audit, search, turns
from adapters.database.audit import Act
from adapters.database.save import columns
from adapters.database.seller_lock import lifted, sellers, unlocked
from adapters.database.store import LOST
from events.bulk import Order
from events.roles import FIRE
from workflow import lifecycle
from workflow.errors import StoreUnavailableError
from workflow.stages import Trigger
from workflow.world import Outcome

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

KEPT: Final = timedelta(days=1)
"""How long a proposal waits for its confirmation."""
_ALL: Final = 2**31 - 1
_SLOW_S: Final = 120.0
"""How long choosing may take: a million shipments are tens of seconds."""

STARTER_REVOKED: Final = "starter_revoked"
STARTER_ROLE: Final = "starter_role"
"""Why a job was stopped that nobody stopped: the account of whoever started it was revoked, or its role may not do this any
more, or it reaches the shipments no more."""
OUTCOMES: Final = ("waiting", "done", "failed", "unable")

_FORGET = """
WITH old AS (DELETE FROM bulk_job WHERE state = 'proposed' AND made_at < $1 RETURNING id)
DELETE FROM bulk_line USING old WHERE job = old.id
"""
_PROPOSE = """
INSERT INTO bulk_job (id, trigger, filter, by, role, made_at, sellers, able, unable, done, failed)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0) ON CONFLICT DO NOTHING
"""
_COUNT = """
UPDATE bulk_job SET (able, unable) = (SELECT count(*) FILTER (WHERE outcome = 'waiting'),
    count(*) FILTER (WHERE outcome = 'unable') FROM bulk_line WHERE job = $1) WHERE id = $1
"""
_START = """
UPDATE bulk_job SET state = 'running', reason = $2, started_at = $3
WHERE id = $1 AND state = 'proposed' AND able > 0 RETURNING id
"""
_MOVE = """
UPDATE bulk_job SET state = $2, finished_at = CASE WHEN $2 = 'stopped' THEN $4::timestamptz END
WHERE id = $1 AND state = ANY($3) RETURNING id
"""
_MOVES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "pause": ("paused", ("running",)),
    "resume": ("running", ("paused",)),
    "stop": ("stopped", ("running", "paused")),
}
_NOTE = """
WITH told AS (
    UPDATE bulk_line l SET outcome = t.outcome, code = t.code, detail = t.detail
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS t (shipment, outcome, code, detail)
    WHERE l.job = $1 AND l.outcome = 'waiting' AND l.shipment = t.shipment RETURNING l.outcome)
UPDATE bulk_job j SET done = j.done + n.done, failed = j.failed + n.failed
FROM (SELECT count(*) FILTER (WHERE outcome = 'done') AS done, count(*) FILTER (WHERE outcome = 'failed') AS failed FROM told) n
WHERE j.id = $1
"""
_FINISH = """
UPDATE bulk_job SET state = 'finished', finished_at = $2 WHERE id = $1 AND state IN ('running', 'paused')
    AND NOT EXISTS (SELECT FROM bulk_line WHERE job = $1 AND outcome = 'waiting') RETURNING *
"""
_ORPHANED = """
WITH starter AS (
    SELECT j.id, u.role, u.sellers = '{}' OR j.sellers <> '{}' AND j.sellers <@ u.sellers AS reaches FROM bulk_job j
    LEFT JOIN console_user u ON u.name = j.by AND u.revoked_at IS NULL AND u.created_at <= j.made_at WHERE j.id = $1)
UPDATE bulk_job j SET state = 'stopped', finished_at = $2,
    why = CASE WHEN s.role IS NULL THEN $5 ELSE $6 END
FROM starter s WHERE j.id = s.id AND j.state = 'running' AND NOT EXISTS (
    SELECT FROM unnest($3::text[], $4::text[]) AS may (trigger, role)
    WHERE (may.trigger, may.role) = (j.trigger, s.role) AND s.reaches)
RETURNING j.*
"""
_MAY: Final = [(trigger.value, role) for trigger, roles in FIRE.items() for role in sorted(roles)]
_LINES = """
SELECT l.no, l.shipment, l.outcome, l.code, l.detail, s.reference, s.stage
FROM bulk_line l JOIN shipment s ON s.id = l.shipment
WHERE l.job = $1 AND l.no > $2 AND ($3 = '' OR l.outcome = $3) ORDER BY l.no LIMIT $4
"""
_LIST = """
SELECT * FROM bulk_job WHERE state <> 'proposed'
    AND ($4::text[] = '{}' OR sellers <> '{}' AND sellers <@ $4) AND ($2::timestamptz IS NULL OR (made_at, id) < ($2, $3::uuid))
ORDER BY made_at DESC, id DESC LIMIT $1
"""


class BulkJobs:
    """The tables ``bulk_job`` and ``bulk_line``: what :class:`events.bulk.Bulk` works from."""

    def __init__(self, pool: Pool) -> None:
        """Keep jobs over a pool."""
        self._pool = pool

    @unlocked("it writes, or is the engine's; the job was seen through the lock before")
    async def propose(
        self,
        job: UUID,
        trigger: Trigger,
        wanted: Mapping[str, Any],
        *,
        shown: str,
        by: str,
        role: str,
        names: bool,
        now: datetime,
    ) -> None:
        """Choose the shipments that filters let through, and keep which of them may take the action now; nothing is done yet.

        Of somebody who is bound to sellers it takes theirs alone, and keeps to whom that was.
        ``names`` tells whether the search finds people; ``shown`` is the filters as the list's address has them. The same job
        again changes nothing.
        """
        able = [(one.version, stage.value) for one in lifecycle.KNOWN.versions for stage in one.sources(trigger)]
        bound = list(sellers())
        found, values = search.ids({**wanted, "sellers": bound}, names=names, limit=_ALL)
        n = len(values)
        choose = f"""INSERT INTO bulk_line (job, no, shipment, outcome)
            SELECT ${n + 1}, row_number() OVER ({search.NEWEST}), s.id,
                CASE WHEN (s.lifecycle, s.stage) IN (SELECT * FROM unnest(${n + 2}::int[], ${n + 3}::text[]))
                    THEN 'waiting' ELSE 'unable' END
            FROM shipment s WHERE s.id IN (SELECT id FROM ({found}) AS found)"""  # noqa: S608 - ours; values are parameters
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_FORGET, now - KEPT)
            made = await connection.execute(_PROPOSE, job, trigger.value, shown, by, role, now, bound)
            if made == "INSERT 0 1":
                await connection.execute(choose, *values, job, *columns(able, 2), timeout=_SLOW_S)
                await connection.execute(_COUNT, job)

    @unlocked("it writes, or is the engine's; the job was seen through the lock before")
    async def start(self, job: UUID, reason: str, now: datetime) -> bool:
        """Confirm a proposal; whether it was this call that did."""
        return await self._pool.fetchval(_START, job, reason, now) is not None

    @unlocked("it writes, or is the engine's; the job was seen through the lock before")
    async def move(self, job: UUID, action: str, now: datetime) -> bool:
        """``pause``, ``resume`` or ``stop`` a job; whether it was in a state for that. What is done stays done."""
        state, before = _MOVES[action]
        return await self._pool.fetchval(_MOVE, job, state, list(before), now) is not None

    async def find(self, job: UUID) -> dict[str, Any] | None:
        """A job with its figures."""
        row = await self._pool.fetchrow("SELECT * FROM bulk_job WHERE id = $1", job)
        return None if row is None else _shown(row)

    async def listed(self, limit: int, after: tuple[datetime, UUID] | None = None) -> list[dict[str, Any]]:
        """Jobs that were confirmed, the newest first."""
        return [_shown(row) for row in await self._pool.fetch(_LIST, limit, *(after or (None, None)), list(sellers()))]

    async def lines(self, job: UUID, limit: int, after: int = 0, outcome: str = "") -> list[dict[str, Any]]:
        """Shipments of a job in its order, those of one outcome or all, with where they stand now."""
        return [dict(row) for row in await self._pool.fetch(_LINES, job, after, outcome, limit)]

    @asynccontextmanager
    async def turn(self, job: UUID) -> AsyncIterator[bool]:
        """Whether this process may work on a job now; nobody else does meanwhile.

        Raises:
            StoreUnavailableError: PostgreSQL does not answer.
        """
        try:
            with lifted("a lock of the engine's, which is no row"):
                async with turns.turn(self._pool, int.from_bytes(job.bytes[:8], signed=True)) as mine:
                    yield mine
        except LOST as error:
            raise _away(error) from error

    @unlocked("it writes, or is the engine's; the job was seen through the lock before")
    async def running(self) -> Sequence[UUID]:
        """Jobs that are to go on, the longest started first.

        Raises:
            StoreUnavailableError: PostgreSQL does not answer.
        """
        try:
            rows = await self._pool.fetch("SELECT id FROM bulk_job WHERE state = 'running' ORDER BY started_at")
        except LOST as error:
            raise _away(error) from error
        return [UUID(int=row["id"].int) for row in rows]

    @unlocked("it writes, or is the engine's; the job was seen through the lock before")
    async def orphaned(self, job: UUID, now: datetime) -> bool:
        """Stop a running job whose starter may not do this any more, and say so in the audit log; whether it was.

        The account was revoked (somebody who was given the same name since is somebody else), or has another role or other
        sellers now.
        """
        row = await self._pool.fetchrow(_ORPHANED, job, now, *columns(_MAY, 2), STARTER_REVOKED, STARTER_ROLE)
        if row is not None:
            await audit.note(self._pool, now, _orphaned(row))
        return row is not None

    @unlocked("it writes, or is the engine's; the job was seen through the lock before")
    async def order(self, job: UUID) -> Order | None:
        """What a job does; ``None`` unless it is running."""
        row = await self._pool.fetchrow("SELECT * FROM bulk_job WHERE id = $1 AND state = 'running'", job)
        return None if row is None else Order(job, Trigger(row["trigger"]), row["reason"], row["by"])

    @unlocked("it writes, or is the engine's; the job was seen through the lock before")
    async def waiting(self, job: UUID, limit: int) -> Sequence[UUID]:
        """The next shipments of a job, in its order."""
        rows = await self._pool.fetch(
            "SELECT shipment FROM bulk_line WHERE job = $1 AND outcome = 'waiting' ORDER BY no LIMIT $2", job, limit
        )
        return [UUID(int=row["shipment"].int) for row in rows]

    @unlocked("it writes, or is the engine's; the job was seen through the lock before")
    async def told_before(self, outcome: Outcome) -> Outcome:
        """What became of a message when it came the first time."""
        return await aside.told_before(self._pool, outcome)

    @unlocked("it writes, or is the engine's; the job was seen through the lock before")
    async def note(self, job: UUID, told: Sequence[tuple[UUID, Outcome]], now: datetime) -> None:
        """Note what became of shipments; a job of which none waits any more is finished by it, and stands in the audit log."""
        noted = [
            (shipment, "done" if one.state in {"applied", "repeated"} else "failed", one.code, one.detail)
            for shipment, one in told
        ]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_NOTE, job, *columns(noted, 4))
            ended = await connection.fetchrow(_FINISH, job, now)
        if ended is not None:
            await audit.note(self._pool, now, _finished(ended))


def _away(error: BaseException) -> StoreUnavailableError:
    message = f"PostgreSQL does not answer ({type(error).__name__}). Shipments of bulk jobs wait; they go on by themselves."
    return StoreUnavailableError(message)


def _finished(row: asyncpg.Record) -> Act:
    counted = f"{row['done']}/{row['able']}"
    return Act(
        "console", f"ops/{row['by']}", row["role"], f"shipment.{row['trigger']}", f"bulk/{row['id']}", row["reason"], counted
    )


def _orphaned(row: asyncpg.Record) -> Act:
    return Act("console", "kervan", "", "shipment.bulk_stop", f"bulk/{row['id']}", row["reason"], row["why"])


def _shown(row: asyncpg.Record) -> dict[str, Any]:
    return {**dict(row), "id": UUID(int=row["id"].int), "left": row["able"] - row["done"] - row["failed"]}
