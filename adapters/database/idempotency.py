"""The answers that were given to requests with an ``Idempotency-Key``, each under the caller's key and its own."""

from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

import asyncpg

from adapters.database.seller_lock import unlocked

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_TAKE = """
INSERT INTO idempotency AS i (api_key, key, request_hash, status, body, created_at) VALUES ($1, $2, $3, 0, '', now())
ON CONFLICT (api_key, key) DO UPDATE SET created_at = now()
WHERE i.status = 0 AND i.request_hash = excluded.request_hash AND i.created_at < now() - interval '60 s'
RETURNING 1
"""
"""Take a key; one whose request died with its process is taken over after a minute."""
_KNOWN = "SELECT request_hash, status, body FROM idempotency WHERE (api_key, key) = ($1, $2)"
_KEEP = "UPDATE idempotency SET status = $3, body = $4 WHERE (api_key, key) = ($1, $2)"
_FREE = "DELETE FROM idempotency WHERE (api_key, key) = ($1, $2) AND status = 0"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of the request that took a key: its fingerprint, and its answer; ``status`` 0 while it is worked on."""

    request_hash: bytes
    status: int
    body: bytes


@unlocked("keys and their answers are the caller's own")
async def take(pool: Pool, api_key: UUID, key: str, fingerprint: bytes) -> tuple[bool, Earlier | None]:
    """Take a key; whether it is ours now, and if not, what is known of it: nothing where it was given free meanwhile."""
    if await pool.fetchval(_TAKE, api_key, key, fingerprint):
        return True, None
    row = await pool.fetchrow(_KNOWN, api_key, key)
    return False, None if row is None else Earlier(row["request_hash"], row["status"], row["body"])


@unlocked("keys and their answers are the caller's own")
async def keep(pool: Pool, api_key: UUID, key: str, status: int, body: bytes) -> None:
    """Keep the answer of the request that took a key."""
    await pool.execute(_KEEP, api_key, key, status, body)


@unlocked("keys and their answers are the caller's own")
async def free(pool: Pool, api_key: UUID, key: str) -> None:
    """Give a key free whose request came to nothing."""
    await pool.execute(_FREE, api_key, key)
