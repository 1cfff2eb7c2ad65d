"""Bring a database to this release's schema."""

import asyncio
from collections.abc import Collection
from enum import StrEnum
from functools import cache, partial
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Final

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from adapters.database import hosts, policies
from adapters.database.pool import UNREACHABLE, DatabaseUnreachableError, plain_url
from workflow.errors import KervanError

_LOCKED_FOR = "2s"
"""How long a migration waits for a table: whoever comes after it waits as long, since locks are given in turn."""
_TRIES = 30
_PAUSE_S = 1.0
_IN_THE_WAY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)
_OWNED = "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('shipment')"
_LOCK = 0x6B65727661  # "kerva": two processes that start at once migrate one after the other


class DatabaseNewerError(KervanError):
    """The database was made by a newer Kervan; this one would not understand it. Run the newer release, or restore."""

    def __init__(self, revision: str) -> None:
        """Name the revision that is not known here."""
        super().__init__(
            f"The database has schema revision {revision!r}, which this release of Kervan does not know: it was written "
            "by a newer release. Nothing was changed. Start that newer release, or restore a backup made by this one."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


class MigrationBusyError(KervanError):
    """Others hold a table that a migration changes for longer than it waits. Nothing is half done; run it again."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            f"A migration waited {_TRIES} times for {_LOCKED_FOR} for a table that others hold, never longer: others wait "
            "behind it. What ran before it stays, nothing is half done. See in pg_stat_activity who holds the table (the "
            "oldest xact_start: an export or a backup, as a rule), let it end, and run `kervan migrate` again."
        )


class NotOwnerError(KervanError):
    """The schema is behind, and this login may not change it."""

    def __init__(self) -> None:
        """Say whose work it is."""
        super().__init__(
            "The database has not the schema that this release needs, and the login of KERVAN_DATABASE_URL does not own the "
            "tables. Nothing was changed. Run `kervan migrate` with KERVAN_OWNER_URL set, then this again."
        )


class MigrationStep(StrEnum):
    """When a migration may run in an upgrade that stops nothing; a version file says it as ``step``."""

    BEFORE = "before"
    """Before the new release starts: it only adds, and the previous release works on. What a file says that says nothing."""
    AFTER = "after"
    """Once none of the previous release is left: it takes away, or asks for what that release does not give."""


class StepsMixedError(KervanError):
    """What the new release needs stands behind what the previous one does not survive: releases were left out."""

    def __init__(self, revision: str) -> None:
        """Name the migration in the way."""
        super().__init__(
            f"The migrations that this release needs stand behind migration {revision}, on which the release that runs may not "
            "work. Nothing was changed. Upgrade by way of the releases between, or stop all workers and webs, run "
            "`kervan migrate`, and start the new release."
        )


_UNSEEN: Final = """
SELECT c.oid::regclass::text AS name FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relallvisible = 0
    AND pg_relation_size(c.oid) > $1 AND pg_has_role(c.relowner, 'USAGE')
"""
"""Tables of ours of which PostgreSQL has not looked at a page since they were written."""
LARGE: Final = 8 * 1024 * 1024
"""Bytes from which that matters."""


@cache
def steps() -> dict[str, MigrationStep]:
    """When each migration may run, the oldest first; read once, since each command asks."""
    found = list(ScriptDirectory.from_config(_config()).walk_revisions())
    return {one.revision: MigrationStep(getattr(one.module, "step", MigrationStep.BEFORE)) for one in reversed(found)}


def _target(at: str | None, only: MigrationStep | None) -> str:
    """How far to go from a revision: to the end, or before the first migration that is for after the change of releases.

    Raises:
        StepsMixedError: what is for before it would be left out.
    """
    order = steps()
    head = list(order)[-1]
    if only is not MigrationStep.BEFORE or at is None:  # nobody works on an empty database
        return head
    known = list(order)
    missing = known[known.index(at) + 1 :]
    early = list(takewhile(lambda one: order[one] is MigrationStep.BEFORE, missing))
    if any(order[one] is MigrationStep.BEFORE for one in missing[len(early) :]):
        raise StepsMixedError(missing[len(early)])
    return [at, *early][-1]


def revisions() -> frozenset[str]:
    """The revisions of the schema that this release knows."""
    return frozenset(one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions())


def _upgrade(connection: Connection, only: MigrationStep | None) -> str:
    config = _config()
    script = ScriptDirectory.from_config(config)
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
    try:
        known = {revision.revision for revision in script.walk_revisions()}
        at = MigrationContext.configure(connection).get_current_revision()
        if at is not None and at not in known:
            if not _survived(connection, at, known):
                raise DatabaseNewerError(at)
            return at
        target = _target(at, only)
        connection.execute(text(f"SET lock_timeout = '{_LOCKED_FOR}'"))
        connection.commit()
        for revision in _left_out(connection, at):
            _make_up(connection, script.get_revision(revision))
        if at != target:
            config.attributes["connection"] = connection
            command.upgrade(config, target)
            connection.commit()
        return target
    finally:
        connection.rollback()
        connection.execute(text("RESET lock_timeout"))
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()


def _left_out(connection: Connection, at: str | None) -> list[str]:
    """Migrations for before the change of releases that were put below the one a database is at, after it came there.

    That happens between releases: a database that followed the source has run what is for after already. What ran is written
    down since ``migration_run`` is there; what ran earlier was never reordered.
    """
    if at is None or connection.execute(text("SELECT to_regclass('migration_run')")).scalar() is None:
        return []
    ran = {row[0] for row in connection.execute(text("SELECT revision FROM migration_run"))}
    order = steps()
    known = list(order)
    below = dropwhile(lambda one: one not in ran, known[: known.index(at) + 1])
    return [one for one in below if one not in ran and order[one] is MigrationStep.BEFORE]


def _make_up(connection: Connection, revision: Script) -> None:
    """Run one migration by itself, and write it down, in a transaction."""
    with Operations.context(MigrationContext.configure(connection)):
        revision.module.upgrade()
    noted = {"revision": revision.revision, "step": MigrationStep.BEFORE.value}
    connection.execute(text("INSERT INTO migration_run (revision, step) VALUES (:revision, :step)"), noted)
    connection.commit()


def _survived(connection: Connection, at: str, known: Collection[str]) -> bool:
    """Whether this release works on a schema that a newer one made: whatever it does not know is for before the change.

    What is not written down, with the revision the database is at first of all, may be anything; so it is not survived.
    """
    if connection.execute(text("SELECT to_regclass('migration_run')")).scalar() is None:
        return False
    rows = connection.execute(text("SELECT revision, step FROM migration_run"))
    ran = {row[0]: MigrationStep(row[1]) for row in rows}
    return at in ran and all(one in known or step is MigrationStep.BEFORE for one, step in ran.items())


async def upgrade_async(database_url: str, only: MigrationStep | None = None) -> str:
    """Run the migrations that are missing and give the revision the database is at then.

    With ``BEFORE`` those that the previous release works on with; with ``AFTER``, as without, all; in either case first those
    that were put below where the database is since it came there. A schema that a newer release made, and on which this one
    works on, is left as it is.

    Raises:
        MigrationBusyError: others held a table all the while; what is done stays.
        NotOwnerError: this login may not change the schema.
        StepsMixedError: those that are needed first stand behind others; nothing was changed.
        DatabaseNewerError: the database is ahead of this release.
        DatabaseUnreachableError: PostgreSQL does not answer, or does not let us in.
    """
    # SQLAlchemy reads no URL of several servers; the driver's own way to them is taken
    engine = create_async_engine(
        "postgresql+asyncpg://", poolclass=NullPool, async_creator=partial(hosts.connect, plain_url(database_url))
    )
    try:
        try:
            connection = await engine.connect()
        except DBAPIError as error:
            raise DatabaseUnreachableError(getattr(error.orig, "__cause__", None) or error) from None
        except UNREACHABLE as error:
            raise DatabaseUnreachableError(error) from None
        try:
            reached = await _until_free(connection, only)
        finally:
            await connection.close()
    finally:
        await engine.dispose()
    await _fasten(plain_url(database_url))
    if only is not MigrationStep.BEFORE:
        await _tidy(plain_url(database_url))
    return reached


async def _connected(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection for what follows the migrations: PostgreSQL may have gone in between."""
    try:
        return await hosts.connect(url)
    except UNREACHABLE as error:
        raise DatabaseUnreachableError(error) from None


async def _tidy(url: str) -> None:
    """Have PostgreSQL look at tables that a migration wrote anew, else it does not know that indexes alone can answer.

    By itself it would only do so when a fifth of their rows have changed, which takes months in a large table.
    """
    connection = await _connected(url)
    try:
        for row in await connection.fetch(_UNSEEN, LARGE):
            await connection.execute(f"VACUUM (ANALYZE) {row['name']}")
    finally:
        await connection.close()


async def _fasten(url: str) -> None:
    """Put in order what bound principals may read, for one process at a time; it is the owner's work alone.

    Raises:
        MigrationBusyError: others held a table all the while; what is done stays.
    """
    connection = await _connected(url)
    try:
        if not await connection.fetchval(_OWNED):
            return
        await connection.execute(f"SELECT pg_advisory_lock({_LOCK})")
        await connection.execute(f"SET lock_timeout = '{_LOCKED_FOR}'")
        for _ in range(_TRIES):
            try:
                await policies.fasten(connection)
            except _IN_THE_WAY:
                await asyncio.sleep(_PAUSE_S)
            else:
                return
        raise MigrationBusyError
    finally:
        await connection.close()  # and with it the lock


async def _until_free(connection: AsyncConnection, only: MigrationStep | None) -> str:
    """Run migrations, and those again that met others' locks: each is a transaction of its own."""
    for _ in range(_TRIES):
        try:
            return await connection.run_sync(_upgrade, only)
        except DBAPIError as error:
            cause = getattr(error.orig, "__cause__", None)
            if isinstance(cause, asyncpg.InsufficientPrivilegeError):
                raise NotOwnerError from None
            if not isinstance(cause, _IN_THE_WAY):
                raise
        await asyncio.sleep(_PAUSE_S)
    raise MigrationBusyError


def upgrade(database_url: str, only: MigrationStep | None = None) -> str:
    """The same, for callers without an event loop."""
    return asyncio.run(upgrade_async(database_url, only))
