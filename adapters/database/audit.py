"""The audit log: who did what to what, when, why and by which door. Rows are added and never changed; the database holds it.

A row is written when the action is done. What the action itself said to the engine stands in the inbox besides, under
``ops/<user>``, so that an action whose process died between the two is not lost either. What rows say is sealed
(:mod:`workflow.seal`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import asyncpg

from adapters.database.save import columns
from adapters.database.seller_lock import unlocked

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

SUBJECTS = tuple(
    "shipment consignee attention message match task import document claim etgb vat_return purchase subscription "
    "counterpart partition user key session".split()
)
"""What actions are about: the words before the dot."""


@dataclass(frozen=True, slots=True)
class Act:
    """One action: ``action`` like ``shipment.cancel``, ``thing`` like ``shipment/<id>``, ``outcome``: done, or why not."""

    door: str
    actor: str
    role: str
    action: str
    thing: str = ""
    reason: str = ""
    outcome: str = "done"
    request: str = ""


_ADD = """
INSERT INTO audit (at, door, actor, role, action, thing, reason, outcome, request)
SELECT $1, a.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) AS a
"""

_LIST = """
SELECT * FROM audit WHERE ($2 = '' OR actor = $2) AND ($3 = '' OR thing = $3) AND ($4 = '' OR split_part(action, '.', 1) = $4)
    AND ($5::bigint IS NULL OR id < $5) ORDER BY id DESC LIMIT $1
"""


@unlocked("the audit log is the operator's, and only added to")
async def note(pool: "Pool | Connection", now: datetime, *acts: Act) -> None:
    """Write actions down."""
    if acts:
        noted = [(a.door, a.actor, a.role, a.action, a.thing, a.reason[:1000], a.outcome, a.request) for a in acts]
        await pool.execute(_ADD, now, *columns(noted, 8))


async def listed(
    pool: Pool, limit: int, before: int | None = None, *, actor: str = "", thing: str = "", subject: str = ""
) -> list[dict[str, Any]]:
    """A page of the log, newest first; ``subject`` is what actions are about (``shipment``, ``user``, …)."""
    return [dict(row) for row in await pool.fetch(_LIST, limit, actor, thing, subject, before)]
