"""API keys: made once, shown once, kept as a hash."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
import bcrypt

from adapters.database import bindings
from adapters.database.seller_lock import unlocked
from events.access import BrokerUser
from workflow.errors import SaidError

ROLES = ("viewer", "operations", "finance", "admin", "courier")


class KeyNameTakenError(SaidError):
    """An active key has this name already."""

    TEXTS = (
        "{name!r} adında geçerli bir anahtar var. Başka bir ad seçin, ya da önce onu geçersiz kılın.",
        "There is an active key named {name!r}. Choose another name, or revoke that one first.",
    )

    def __init__(self, name: str) -> None:
        """Name it."""
        super().__init__(name=name)


class KeyUnknownError(SaidError):
    """No active key has this name."""

    TEXTS = (
        "{name!r} adında geçerli bir anahtar yok. Anahtarları `kervan key list` gösterir.",
        "There is no active key named {name!r}. `kervan key list` shows the keys.",
    )

    def __init__(self, name: str) -> None:
        """Name it."""
        super().__init__(name=name)


@dataclass(frozen=True, slots=True)
class Key:
    """Who calls: ``courier`` names the counterpart that a courier's key speaks for, ``sellers`` whose rows alone it reaches."""

    id: UUID
    name: str
    role: str
    courier: str
    sellers: tuple[str, ...] = ()
    """Tax numbers; empty: all sellers."""


def _hash(key: str) -> bytes:
    """A key has 256 random bits, so a plain hash keeps it; a slow one would only slow the door."""
    return sha256(key.encode()).digest()


def _broker_hash(key: str) -> str:
    """The hash that NATS compares; at its lowest cost, for the same reason."""
    return bcrypt.hashpw(key.encode(), bcrypt.gensalt(4)).decode()


async def add(
    pool: "asyncpg.Pool[asyncpg.Record]",
    name: str,
    role: str,
    courier: str = "",
    *,
    broker: bool = False,
    sellers: Iterable[str] = (),
) -> str:
    """Make a key and give it, for this once; with ``broker`` it is the password of the broker's user ``name`` too.

    With ``sellers`` it reaches the rows of those alone.

    Raises:
        KeyNameTakenError: the name is in use.
        SaidError: it cannot be bound so (:func:`adapters.database.bindings.read`).
    """
    bound = bindings.read(role, sellers)
    key = f"kv_{secrets.token_urlsafe(32)}"
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('kervan key ' || $1))", name)
        if await connection.fetchval("SELECT 1 FROM api_key WHERE name = $1 AND revoked_at IS NULL", name):
            raise KeyNameTakenError(name)
        await connection.execute(
            """INSERT INTO api_key (name, role, courier, hash, broker, sellers, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, now())""",
            name,
            role,
            courier,
            _hash(key),
            _broker_hash(key) if broker else "",
            bound,
        )
    return key


@unlocked("who calls is asked before it is known to whom they are bound")
async def find(pool: "asyncpg.Pool[asyncpg.Record]", key: str) -> Key | None:
    """Who a key belongs to; the look-up is by hash, so its time tells nothing of the key."""
    row = await pool.fetchrow(
        "SELECT id, name, role, courier, sellers FROM api_key WHERE hash = $1 AND revoked_at IS NULL", _hash(key)
    )
    if row is None:
        return None
    return Key(UUID(int=row["id"].int), row["name"], row["role"], row["courier"], tuple(row["sellers"]))


async def revoke(pool: "asyncpg.Pool[asyncpg.Record]", name: str) -> None:
    """End a key.

    Raises:
        KeyUnknownError: there is none.
    """
    done = await pool.execute("UPDATE api_key SET revoked_at = now() WHERE name = $1 AND revoked_at IS NULL", name)
    if done == "UPDATE 0":
        raise KeyUnknownError(name)


async def broker_users(pool: "asyncpg.Pool[asyncpg.Record]") -> list[BrokerUser]:
    """Whoever may use the broker under a name of their own."""
    found = await pool.fetch(
        "SELECT name, broker, courier FROM api_key WHERE broker <> '' AND revoked_at IS NULL ORDER BY name"
    )
    return [BrokerUser(row["name"], row["broker"], row["courier"]) for row in found]


async def listed(pool: "asyncpg.Pool[asyncpg.Record]") -> list[dict[str, Any]]:
    """All keys, without what would open a door."""
    found = await pool.fetch("SELECT name, role, courier, sellers, created_at, revoked_at FROM api_key ORDER BY created_at")
    return [dict(row) for row in found]
