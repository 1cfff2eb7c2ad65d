"""Users of the console: people with a password, each in one of the contract's roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import bindings, passwords
from adapters.database.seller_lock import unlocked
from workflow.errors import SaidError

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

ROLES = ("viewer", "operations", "finance", "admin")
"""The contract's roles of people; a courier has a key and no password."""

FREE_TRIES = 5
LONGEST_LOCK_MIN = 15
"""After so many wrong passwords in a row a user waits a minute, then two, four, … and never longer than this."""

IDLE = timedelta(hours=12)
"""After so long in which nobody used it a session is over."""


class UserNameTakenError(SaidError):
    """A user has this name already."""

    TEXTS = (
        "{name!r} adında bir kullanıcı var. Başka bir ad seçin, ya da önce onun yetkisini kaldırın.",
        "There is a user named {name!r}. Choose another name, or revoke that one first.",
    )

    def __init__(self, name: str) -> None:
        """Name it."""
        super().__init__(name=name)


class UserUnknownError(SaidError):
    """No user has this name."""

    TEXTS = (
        "{name!r} adında bir kullanıcı yok. Kullanıcıları `kervan user list` gösterir.",
        "There is no user named {name!r}. `kervan user list` shows the users.",
    )

    def __init__(self, name: str) -> None:
        """Name it."""
        super().__init__(name=name)


class LastAdminError(SaidError):
    """Without this user nobody could let anybody in."""

    TEXTS = (
        (
            "{name!r} kalan tek yönetici; hiçbir şey değişmedi. Önce başka bir yönetici ekleyin (`kervan user "
            "add --role admin --name …`), ya da rolü bir başkasına verin."
        ),
        (
            "{name!r} is the only admin left; nothing was changed. Make another one first: `kervan user add "
            "--role admin --name …`, or give the role to somebody who is there."
        ),
    )

    def __init__(self, name: str) -> None:
        """Name it."""
        super().__init__(name=name)


@dataclass(frozen=True, slots=True)
class User:
    """Who somebody is; ``must_change``: the password was made for them and opens nothing but the page to choose their own."""

    id: UUID
    name: str
    role: str
    must_change: bool
    sellers: tuple[str, ...] = ()
    """Whose rows alone they reach, by tax number; empty: those of all."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of an attempt to sign in: the user, or until when this name is locked, or neither: a wrong password."""

    user: User | None = None
    locked_until: datetime | None = None


_ADD = """
INSERT INTO console_user (name, role, password, must_change, created_at, sellers) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING RETURNING id
"""
_LIST = """
SELECT u.id, u.name, u.role, u.sellers, u.must_change, u.created_at, u.revoked_at, u.signed_in_at, u.locked_until,
    (SELECT count(*) FROM console_session s
     WHERE s.console_user = u.id AND s.ended_at IS NULL AND s.expires_at > $1 AND s.seen_at > $2) AS sessions
FROM console_user u ORDER BY u.revoked_at IS NOT NULL, u.name
"""
_KNOWN = "SELECT * FROM console_user WHERE name = $1 AND revoked_at IS NULL"
_FAILED = """
UPDATE console_user SET failures = failures + 1, locked_until = CASE WHEN failures + 1 >= $3
    THEN $2::timestamptz + least(power(2, least(failures + 1 - $3, 10)), $4) * interval '1 minute' END
WHERE id = $1
"""
_SUCCEEDED = "UPDATE console_user SET failures = 0, locked_until = NULL, signed_in_at = $2 WHERE id = $1"
_RENEW = """
UPDATE console_user SET password = $2, must_change = $3, failures = 0, locked_until = NULL
WHERE name = $1 AND revoked_at IS NULL RETURNING id
"""
_ADMINS = "SELECT name FROM console_user WHERE role = 'admin' AND revoked_at IS NULL FOR UPDATE"
_BOUND_TO = "SELECT sellers FROM console_user WHERE name = $1 AND revoked_at IS NULL FOR UPDATE"
_END_SESSIONS = "UPDATE console_session SET ended_at = $2 WHERE console_user = $1 AND ended_at IS NULL"


async def add(pool: Pool, name: str, role: str, now: datetime, *, password: str = "", sellers: Iterable[str] = ()) -> str:
    """Add a user and give the password: the one that was chosen, or one that is good for the first sign-in only.

    With ``sellers`` they reach the rows of those alone.

    Raises:
        UserNameTakenError: the name is in use.
        SaidError: they cannot be bound so (:func:`adapters.database.bindings.read`).
    """
    bound = bindings.read(role, sellers)
    given = password or passwords.made()
    if await pool.fetchval(_ADD, name, role, passwords.hashed(given), not password, now, bound) is None:
        raise UserNameTakenError(name)
    return given


async def listed(pool: Pool, now: datetime) -> list[dict[str, Any]]:
    """All users, those that were revoked last, and how many of their sessions go on; without what would open a door."""
    return [dict(row) for row in await pool.fetch(_LIST, now, now - IDLE)]


@unlocked("asked before anybody has signed in")
async def any_at_all(pool: Pool) -> bool:
    """Whether anybody could sign in."""
    return bool(await pool.fetchval("SELECT EXISTS (SELECT FROM console_user WHERE revoked_at IS NULL)"))


async def revoke(pool: Pool, name: str, now: datetime) -> None:
    """End a user and all their sessions at once.

    Raises:
        UserUnknownError: there is none.
        LastAdminError: nobody could let anybody in any more.
    """
    async with pool.acquire() as connection, connection.transaction():
        await _not_the_last(connection, name)
        row = await connection.fetchrow(
            "UPDATE console_user SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL RETURNING id", name, now
        )
        if row is None:
            raise UserUnknownError(name)
        await connection.execute(_END_SESSIONS, row["id"], now)


async def assign(pool: Pool, name: str, role: str) -> None:
    """Give a user another role, from the next request on.

    Raises:
        UserUnknownError: there is none.
        LastAdminError: nobody could let anybody in any more.
        RoleUnboundError: they are bound to sellers, and the role concerns all.
    """
    async with pool.acquire() as connection, connection.transaction():
        if role != "admin":
            await _not_the_last(connection, name)
        bindings.read(role, await connection.fetchval(_BOUND_TO, name) or ())
        done = await connection.execute("UPDATE console_user SET role = $2 WHERE name = $1 AND revoked_at IS NULL", name, role)
        if done == "UPDATE 0":
            raise UserUnknownError(name)


async def rebind(pool: Pool, name: str, sellers: Iterable[str]) -> list[str]:
    """Bind a user to sellers, or to none, from the next request on; whom they are bound to then.

    Raises:
        UserUnknownError: there is none.
        SaidError: they cannot be bound so (:func:`adapters.database.bindings.read`).
    """
    async with pool.acquire() as connection, connection.transaction():
        role = await connection.fetchval(
            "SELECT role FROM console_user WHERE name = $1 AND revoked_at IS NULL FOR UPDATE", name
        )
        if role is None:
            raise UserUnknownError(name)
        bound = bindings.read(role, sellers)
        await connection.execute("UPDATE console_user SET sellers = $2 WHERE name = $1 AND revoked_at IS NULL", name, bound)
    return bound


async def reset(pool: Pool, name: str, now: datetime) -> str:
    """Give a user a new password for one sign-in, and end all their sessions.

    Raises:
        UserUnknownError: there is none.
    """
    given = passwords.made()
    await renew(pool, name, given, now, must_change=True)
    return given


async def renew(pool: Pool, name: str, password: str, now: datetime, *, must_change: bool = False) -> None:
    """Give a user a password that somebody else chose, and end all their sessions.

    Raises:
        UserUnknownError: there is none.
    """
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(_RENEW, name, passwords.hashed(password), must_change)
        if row is None:
            raise UserUnknownError(name)
        await connection.execute(_END_SESSIONS, row["id"], now)


@unlocked("one's own password")
async def choose(pool: Pool, user: UUID, kept_hash: str) -> None:
    """Keep the password that a user chose, as its hash."""
    await pool.execute(
        "UPDATE console_user SET password = $2, must_change = false WHERE id = $1 AND revoked_at IS NULL", user, kept_hash
    )


@unlocked("whoever signs in is looked up before they are known")
async def known(pool: Pool, name: str) -> asyncpg.Record | None:
    """A user's row, for whoever checks the password."""
    return await pool.fetchrow(_KNOWN, name)


@unlocked("whoever signs in is not known yet")
async def failed(pool: Pool, user: UUID, now: datetime) -> None:
    """Count a wrong password."""
    await pool.execute(_FAILED, user, now, FREE_TRIES, LONGEST_LOCK_MIN)


@unlocked("one's own sign-in")
async def succeeded(pool: Pool, user: UUID, now: datetime) -> None:
    """Forget the wrong passwords before a right one."""
    await pool.execute(_SUCCEEDED, user, now)


async def _not_the_last(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", name: str) -> None:
    admins = [row["name"] for row in await connection.fetch(_ADMINS)]
    if admins == [name]:
        raise LastAdminError(name)
