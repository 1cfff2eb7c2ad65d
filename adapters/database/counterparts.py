"""How counterparts fare and whether they are paused: tables ``counterpart``, ``counterpart_calls``, ``counterpart_action``.

What calls came to is written in sums, by each process every few seconds, not a row a call; the calls of each minute are kept
for a day. What persons do is kept for ever, with who and why.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import asyncpg

from adapters.calls import words
from adapters.calls.fare import News
from adapters.calls.words import Tried

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Name = tuple[str, str]
"""Family and code."""

_KEPT = timedelta(days=1)

_NOTE = """
INSERT INTO counterpart AS c (family, code, succeeded_at, failed_at, failure, detail, opened_at, open_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (family, code) DO UPDATE SET
    succeeded_at = greatest(c.succeeded_at, excluded.succeeded_at),
    failed_at = greatest(c.failed_at, excluded.failed_at),
    failure = CASE WHEN excluded.failed_at >= coalesce(c.failed_at, '-infinity') THEN excluded.failure ELSE c.failure END,
    detail = CASE WHEN excluded.failed_at >= coalesce(c.failed_at, '-infinity') THEN excluded.detail ELSE c.detail END,
    opened_at = greatest(c.opened_at, excluded.opened_at),
    open_until = greatest(c.open_until, excluded.open_until)
"""
_COUNT = """
WITH forgotten AS (DELETE FROM counterpart_calls WHERE (family, code) = ($1, $2) AND minute < $6)
INSERT INTO counterpart_calls AS c (family, code, minute, calls, failures)
SELECT $1, $2, g.minute, g.calls, g.failures FROM unnest($3::timestamptz[], $4::int[], $5::int[]) AS g(minute, calls, failures)
ON CONFLICT (family, code, minute)
DO UPDATE SET calls = c.calls + excluded.calls, failures = c.failures + excluded.failures
"""
_PAUSED = "SELECT family, code FROM counterpart WHERE paused_at IS NOT NULL"
_PAUSE = """
INSERT INTO counterpart AS c (family, code, paused_at, paused_by, pause_reason) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (family, code) DO UPDATE SET paused_at = $3, paused_by = $4, pause_reason = $5 WHERE c.paused_at IS NULL
RETURNING family
"""
_RESUME = """
UPDATE counterpart SET paused_at = NULL, paused_by = '', pause_reason = ''
WHERE (family, code) = ($1, $2) AND paused_at IS NOT NULL RETURNING family
"""
_ACT = """
INSERT INTO counterpart_action (family, code, at, action, actor, reason, outcome) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_LIST = """
SELECT c.*, coalesce(h.calls, 0) AS calls, coalesce(h.failures, 0) AS failures,
       a.action, a.at AS acted_at, a.actor, a.reason, a.outcome
FROM counterpart c
LEFT JOIN LATERAL (
    SELECT sum(calls) AS calls, sum(failures) AS failures FROM counterpart_calls n
    WHERE (n.family, n.code) = (c.family, c.code) AND n.minute > $1::timestamptz - interval '1 hour'
) h ON true
LEFT JOIN LATERAL (
    SELECT * FROM counterpart_action n WHERE (n.family, n.code) = (c.family, c.code) ORDER BY id DESC LIMIT 1
) a ON true
"""


async def note(pool: Pool, name: Name, news: News, now: datetime) -> None:
    """Keep what is new of a counterpart, as one process saw it."""
    minutes = sorted(news.calls.keys() | news.failures.keys())
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            _NOTE,
            *name,
            news.succeeded_at,
            news.failed_at,
            news.failure,
            news.detail,
            news.opened_at,
            news.open_until,
        )
        await connection.execute(
            _COUNT,
            *name,
            minutes,
            [news.calls.get(minute, 0) for minute in minutes],
            [news.failures.get(minute, 0) for minute in minutes],
            now - _KEPT,
        )


async def paused(pool: Pool) -> frozenset[Name]:
    """Which counterparts are asked nothing for now."""
    return frozenset((row["family"], row["code"]) for row in await pool.fetch(_PAUSED))


async def pause(pool: Pool, name: Name, actor: str, reason: str, now: datetime) -> bool:
    """Ask a counterpart nothing until :func:`resume`; whether it was asked until now."""
    async with pool.acquire() as connection, connection.transaction():
        changed = await connection.fetchval(_PAUSE, *name, now, actor, reason) is not None
        if changed:
            await connection.execute(_ACT, *name, now, "pause", actor, reason, "")
    return changed


async def resume(pool: Pool, name: Name, actor: str, reason: str, now: datetime) -> bool:
    """Let a counterpart be asked again; whether it was paused."""
    async with pool.acquire() as connection, connection.transaction():
        changed = await connection.fetchval(_RESUME, *name) is not None
        if changed:
            await connection.execute(_ACT, *name, now, "resume", actor, reason, "")
    return changed


async def tried(pool: Pool, name: Name, actor: str, reason: str, outcome: Tried, now: datetime) -> None:
    """Keep that somebody tried a counterpart, and what came of it."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO counterpart (family, code) VALUES ($1, $2) ON CONFLICT (family, code) DO NOTHING", *name
        )
        await connection.execute(_ACT, *name, now, "test", actor, reason, outcome.kind)


async def listed(pool: Pool, known: Mapping[Name, str], used: Collection[Name], now: datetime) -> list[dict[str, Any]]:
    """How each counterpart fares that Kervan knows how to ask; ``used`` are those that the settings name."""
    rows = {(row["family"], row["code"]): row for row in await pool.fetch(_LIST, now)}
    return [_shown(name, title, name in used, rows.get(name), now) for name, title in sorted(known.items())]


def _shown(name: Name, title: str, used: bool, row: asyncpg.Record | None, now: datetime) -> dict[str, Any]:  # noqa: FBT001 - a column
    found: dict[str, Any] = {"family": name[0], "code": name[1], "name": title, "used": used}
    if row is None:
        nothing = dict.fromkeys(("succeeded_at", "failed_at", "failure", "open_until", "paused", "last_action"))
        return found | nothing | {"calls_last_hour": 0, "failures_last_hour": 0, "breaker": "closed"}
    breaker = _breaker(row, now)
    failure = None
    if row["failure"]:
        failure = {
            "kind": row["failure"],
            "detail": row["detail"],
            "text": words.said(row["failure"], title, detail=row["detail"]),
        }
    paused_by = {"at": row["paused_at"], "by": row["paused_by"], "reason": row["pause_reason"]}
    action = None
    if row["action"]:
        action = {"action": row["action"], "at": row["acted_at"], "by": row["actor"], "reason": row["reason"]}
        action["outcome"] = row["outcome"]
    return found | {
        "succeeded_at": row["succeeded_at"],
        "failed_at": row["failed_at"],
        "failure": failure,
        "calls_last_hour": row["calls"],
        "failures_last_hour": row["failures"],
        "breaker": breaker,
        "open_until": row["open_until"] if breaker == "open" else None,
        "paused": paused_by if row["paused_at"] is not None else None,
        "last_action": action,
    }


def _breaker(row: asyncpg.Record, now: datetime) -> str:
    """The state that follows from the times: of several processes each has a breaker, and one that is answered is right."""
    if row["opened_at"] is None or (row["succeeded_at"] is not None and row["succeeded_at"] > row["opened_at"]):
        return "closed"
    return "open" if now < row["open_until"] else "half_open"
