"""Alembic's entry: runs the migrations on the connection that :mod:`adapters.database.migrate` hands over."""

from typing import TYPE_CHECKING, cast

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from sqlalchemy import text

from adapters.database import tables

if TYPE_CHECKING:
    from alembic.script import Script


def _note(ctx: MigrationContext, step: MigrationInfo, heads: object, run_args: object) -> None:  # noqa: ARG001 - given by name
    """Write down each migration with when it may run: by this an older release sees whether it works on this schema."""
    connection = ctx.connection
    if connection is None or connection.execute(text("SELECT to_regclass('migration_run')")).scalar() is None:
        return
    revision = cast("Script", step.up_revision)
    if step.is_upgrade:
        wanted = getattr(revision.module, "step", "before")
        connection.execute(
            text("INSERT INTO migration_run (revision, step) VALUES (:revision, :step) ON CONFLICT (revision) DO NOTHING"),
            {"revision": revision.revision, "step": wanted},
        )
    else:
        connection.execute(text("DELETE FROM migration_run WHERE revision = :revision"), {"revision": revision.revision})


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.METADATA,
    transaction_per_migration=True,
    on_version_apply=_note,
)
with context.begin_transaction():
    context.run_migrations()
