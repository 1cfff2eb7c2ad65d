"""Bring a database to this release's schema."""

import asyncio
from functools import partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from adapters.database import hosts
from adapters.database.pool import UNREACHABLE, DatabaseUnreachableError, plain_url
from workflow.errors import KervanError

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


def revisions() -> frozenset[str]:
    """The revisions of the schema that this release knows."""
    return frozenset(one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions())


def _upgrade(connection: Connection) -> str:
    config = _config()
    script = ScriptDirectory.from_config(config)
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
    try:
        known = {revision.revision for revision in script.walk_revisions()}
        at = MigrationContext.configure(connection).get_current_revision()
        if at is not None and at not in known:
            raise DatabaseNewerError(at)
        head = script.get_current_head() or ""
        if at != head:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        return head
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()


async def upgrade_async(database_url: str) -> str:
    """Run the migrations that are missing and give the revision the database is at then.

    Raises:
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
            return await connection.run_sync(_upgrade)
        finally:
            await connection.close()
    finally:
        await engine.dispose()


def upgrade(database_url: str) -> str:
    """The same, for callers without an event loop."""
    return asyncio.run(upgrade_async(database_url))
