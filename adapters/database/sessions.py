"""Sessions of the console: kept here, known to the browser by a random token of which only the hash is kept."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database.seller_lock import unlocked
from adapters.database.users import IDLE, User

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

LONGEST = timedelta(days=7)
"""A session ends after a week at the latest, and earlier if nobody uses it for as long as ``IDLE``."""
_SEEN_EVERY = timedelta(minutes=5)

_BEGIN = """
INSERT INTO console_session (token, console_user, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)
"""
_FIND = """
SELECT u.id, u.name, u.role, u.must_change, u.sellers, s.seen_at
FROM console_session s JOIN console_user u ON u.id = s.console_user
WHERE s.token = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND s.seen_at > $3 AND u.revoked_at IS NULL
"""
_LIST = """
SELECT created_at, seen_at, token = $2 AS this FROM console_session
WHERE console_user = $1 AND ended_at IS NULL AND expires_at > $3 AND seen_at > $4 ORDER BY seen_at DESC
"""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that somebody signed in with; ``token`` is what its cookie holds."""

    token: str
    user: User


def _hash(token: str) -> bytes:
    """256 random bits need no slow hash."""
    return sha256(token.encode()).digest()


@unlocked("one's own session, found by its token")
async def begin(pool: Pool, user: User, now: datetime) -> Session:
    """Begin a session."""
    token = secrets.token_urlsafe(32)
    await pool.execute(_BEGIN, _hash(token), user.id, now, now + LONGEST)
    return Session(token, user)


@unlocked("one's own session, found by its token")
async def find(pool: Pool, token: str, now: datetime) -> Session | None:
    """The session of a token, if it goes on; that it was used is noted every few minutes."""
    row = await pool.fetchrow(_FIND, _hash(token), now, now - IDLE)
    if row is None:
        return None
    if now - row["seen_at"] > _SEEN_EVERY:
        await pool.execute("UPDATE console_session SET seen_at = $2 WHERE token = $1", _hash(token), now)
    user = User(UUID(int=row["id"].int), row["name"], row["role"], row["must_change"], tuple(row["sellers"]))
    return Session(token, user)


@unlocked("one's own session, found by its token")
async def end(pool: Pool, token: str, now: datetime) -> None:
    """End one session."""
    await pool.execute("UPDATE console_session SET ended_at = $2 WHERE token = $1 AND ended_at IS NULL", _hash(token), now)


@unlocked("one's own session, found by its token")
async def end_others(pool: Pool, session: Session, now: datetime) -> int:
    """End all other sessions of a session's user; how many of them had gone on: what nobody used for long was over already."""
    ended = await pool.fetch(
        """UPDATE console_session SET ended_at = $3
           WHERE console_user = $1 AND token <> $2 AND ended_at IS NULL AND expires_at > $3 RETURNING seen_at > $4 AS used""",
        session.user.id,
        _hash(session.token),
        now,
        now - IDLE,
    )
    return sum(row["used"] for row in ended)


@unlocked("one's own sessions")
async def of_user(pool: Pool, session: Session, now: datetime) -> list[dict[str, Any]]:
    """The sessions of a session's user that go on, the one used last first."""
    rows = await pool.fetch(_LIST, session.user.id, _hash(session.token), now, now - IDLE)
    return [dict(row) for row in rows]
