"""What the login of workers, web and commands may do where it does not own the tables: all of its work, and nothing else.

Whoever owns the tables can take away whatever holds the logs: triggers, privileges, the tables themselves. So an installation
can have two logins, the owner's for ``kervan migrate`` and what changes tables, and one for all that runs. It is given its
privileges anew after each migration; what it was given besides is taken back.
"""

import base64
import hmac
import os
from contextlib import suppress
from dataclasses import dataclass
from hashlib import pbkdf2_hmac, sha256
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import asyncpg

from adapters.database import hosts, months
from adapters.database.pool import UNREACHABLE, DatabaseUnreachableError, plain_url
from adapters.database.seller_lock import ROLE
from workflow.errors import KervanError

ADDED_TO_ONLY: Final = frozenset({months.LOG, "audit", "seal"})
OWNERS: Final = frozenset({"alembic_version", "migration_run"})
"""Written by migrations alone."""
_ROUNDS: Final = 4096
_TABLES: Final = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1"
_SEQUENCES: Final = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY 1"
_LOGIN: Final = """
SELECT rolsuper OR pg_has_role(oid, CURRENT_USER, 'MEMBER') AS too_much, rolbypassrls FROM pg_roles WHERE rolname = $1
"""


class LoginUnfitError(KervanError):
    """The login of ``KERVAN_DATABASE_URL`` cannot be given less than the owner's rights, or cannot be made."""

    def __init__(self, login: str, why: str) -> None:
        """Name it, and say what to do."""
        super().__init__(
            f"The login {login!r} of KERVAN_DATABASE_URL {why}. The schema is migrated, its privileges are as they were. A "
            f"superuser runs: CREATE ROLE \"{login}\" LOGIN BYPASSRLS PASSWORD '…' (or ALTER ROLE); then `kervan migrate`."
        )


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in, as a database's URL says it."""

    name: str
    password: str

    @classmethod
    def of(cls, url: str) -> "Login":
        """The one of a URL."""
        parts = urlsplit(plain_url(url))
        return cls(unquote(parts.username or ""), unquote(parts.password or ""))


def rights(table: str) -> str:
    """What the login may do with a table, in SQL's words. Parts are reached by way of their table; it may read them alone."""
    if table in OWNERS or any(table.startswith(f"{whole}_") for whole in months.TABLES):
        return "SELECT"
    return "SELECT, INSERT" if table in ADDED_TO_ONLY else "SELECT, INSERT, UPDATE, DELETE"


async def give(owner_url: str, login: Login) -> None:
    """Make the login where it is missing, and give it what its work needs, in one transaction.

    Raises:
        LoginUnfitError: it is a superuser or has the owner's rights, or the owner may not make it.
        DatabaseUnreachableError: PostgreSQL does not answer, or does not let the owner in.
    """
    try:
        connection = await hosts.connect(plain_url(owner_url))
    except UNREACHABLE as error:
        raise DatabaseUnreachableError(error) from None
    try:
        async with connection.transaction():
            await _make(connection, login)
            name = await connection.fetchval("SELECT quote_ident($1)", login.name)
            for statement in await _statements(connection, name):
                await connection.execute(statement)
        await _let_read_for_sellers(connection, name)
    finally:
        await connection.close()


async def _make(connection: Any, login: Login) -> None:  # noqa: ANN401 - a connection
    """Make the login, or look whether it may be what it is to be.

    All that runs sees the rows of all sellers, as the owner does, and copies into tables that have policies, which PostgreSQL
    lets nobody do who is bound by them. For those who are bound to sellers it takes on a role that is.
    """
    found = await connection.fetchrow(_LOGIN, login.name)
    if found is None:
        verifier = _scram(login.password) if login.password else None
        made = "SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOINHERIT BYPASSRLS PASSWORD %L', $1::text, $2::text)"
        try:
            await connection.execute(await connection.fetchval(made, login.name, verifier))
        except asyncpg.InsufficientPrivilegeError:
            raise LoginUnfitError(login.name, "is not there, and the owner of the tables may not make it") from None
    elif found["too_much"]:
        raise LoginUnfitError(
            login.name, "is a superuser, or has the rights of the owner of the tables: it could change the logs"
        )
    elif not found["rolbypassrls"]:
        raise LoginUnfitError(login.name, "is bound by the policies for those who see some sellers' rows alone (BYPASSRLS)")


async def _let_read_for_sellers(connection: Any, name: str) -> None:  # noqa: ANN401 - a connection
    """Let the login take on the role for those who are bound to sellers, without its being narrowed itself.

    Where the owner does not administer that role, ``kervan doctor`` says so and what a DBA does.
    """
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", ROLE):
        return
    with suppress(asyncpg.InsufficientPrivilegeError):
        async with connection.transaction():
            await connection.execute(f"GRANT {ROLE} TO {name} WITH INHERIT FALSE, SET TRUE")


async def _statements(connection: Any, name: str) -> list[str]:  # noqa: ANN401 - a connection
    """All that is given and taken; names of tables and of the login are quoted."""
    database = await connection.fetchval("SELECT quote_ident(current_database())")
    found = [
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {name}",
        f"REVOKE ALL ON SCHEMA public FROM {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT EXECUTE ON FUNCTION make_month(regclass, timestamptz) TO {name}",
    ]
    for row in await connection.fetch(_TABLES):
        table = row["relname"]
        found += [f'REVOKE ALL ON "{table}" FROM {name}', f'GRANT {rights(table)} ON "{table}" TO {name}']
    return found + [
        f'GRANT USAGE, SELECT ON SEQUENCE "{row["relname"]}" TO {name}' for row in await connection.fetch(_SEQUENCES)
    ]


def _scram(password: str) -> str:
    """The password as PostgreSQL keeps it (RFC 5803), so that the statement, which may be logged, does not tell it."""
    salt = os.urandom(16)
    salted = pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS)
    stored = sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    kept = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(_ROUNDS, *kept)
