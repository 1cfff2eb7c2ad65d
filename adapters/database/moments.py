"""A database at one moment, while work goes on; and whether one is empty: for backups."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from adapters.database import hosts, policies
from adapters.database.pool import UNREACHABLE, DatabaseUnreachableError, plain_url
from workflow.errors import KervanError


class RoleNotMadeError(KervanError):
    """A dump gives rights to roles that the cluster does not have, and the login may not make them."""

    def __init__(self, names: Sequence[str]) -> None:
        """Say who makes them."""
        super().__init__(
            f"The backup gives rights to {', '.join(names)}, which this PostgreSQL does not have and this login may not make. "
            "Nothing was restored. Restore as a login with CREATEROLE, or have somebody who may make the logins of this "
            "installation (CREATE ROLE … LOGIN BYPASSRLS PASSWORD '…'); then restore, and run `kervan migrate`."
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """A snapshot that other connections may take part in as long as it is held."""

    snapshot: str
    """Its name for PostgreSQL."""
    at: datetime
    schema: str
    """The revision of the schema; empty where there is none."""
    server: str
    """PostgreSQL's version."""
    unpublished: frozenset[str]
    """The ids of what stands in the outbox."""


@asynccontextmanager
async def held(database_url: str) -> AsyncIterator[Moment]:
    """The moment at which the block begins, for as long as it runs.

    Raises:
        DatabaseUnreachableError: PostgreSQL does not answer.
    """
    connection = await _connect(database_url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            migrated = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
            yield Moment(
                await connection.fetchval("SELECT pg_export_snapshot()"),
                await connection.fetchval("SELECT now()"),
                await connection.fetchval("SELECT version_num FROM alembic_version") or "" if migrated else "",
                await connection.fetchval("SHOW server_version"),
                frozenset(row[0] for row in await connection.fetch("SELECT message_id FROM outbox"))
                if migrated
                else frozenset(),
            )
    finally:
        await connection.close()


async def holds(database_url: str) -> int:
    """How many tables a database has in the schema that Kervan works in.

    Raises:
        DatabaseUnreachableError: PostgreSQL does not answer.
    """
    connection = await _connect(database_url)
    try:
        found: int = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
        return found
    finally:
        await connection.close()


async def has_role(database_url: str) -> bool:
    """Whether the role that policies are for is there, or could be made: a database cannot be restored without it.

    Raises:
        DatabaseUnreachableError: PostgreSQL does not answer.
    """
    connection = await _connect(database_url)
    try:
        return await policies.make_role(connection)
    finally:
        await connection.close()


@asynccontextmanager
async def lent(database_url: str, roles: Collection[str]) -> AsyncIterator[None]:
    """Have those of some roles that this cluster does not know be there while the block runs, and no longer.

    A dump gives rights to the logins of the installation that it is of; in this one ``kervan migrate`` gives them.

    Raises:
        RoleNotMadeError: the login may make none; nothing was changed.
        DatabaseUnreachableError: PostgreSQL does not answer.
    """
    connection = await _connect(database_url)
    try:
        there = {row[0] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        names = [await connection.fetchval("SELECT quote_ident($1)", one) for one in sorted(set(roles) - there)]
        try:
            async with connection.transaction():
                for name in names:
                    await connection.execute(f"CREATE ROLE {name} NOLOGIN")
                    await connection.execute(f"GRANT {name} TO CURRENT_USER")  # else its rights could not be taken away again
        except asyncpg.InsufficientPrivilegeError:
            raise RoleNotMadeError(names) from None
        try:
            yield
        finally:
            for name in names:
                await connection.execute(f"DROP OWNED BY {name}")
                await connection.execute(f"DROP ROLE {name}")
    finally:
        await connection.close()


async def published(database_url: str, ids: Collection[str]) -> int:
    """Take out of the outbox what is on the broker already; how many that were.

    Raises:
        DatabaseUnreachableError: PostgreSQL does not answer.
    """
    connection = await _connect(database_url)
    try:
        taken = await connection.fetch("DELETE FROM outbox WHERE message_id = ANY($1::text[]) RETURNING id", list(ids))
        return len(taken)
    finally:
        await connection.close()


async def _connect(database_url: str) -> "asyncpg.Connection[asyncpg.Record]":
    try:
        return await hosts.connect(plain_url(database_url))
    except UNREACHABLE as error:
        raise DatabaseUnreachableError(error) from None
