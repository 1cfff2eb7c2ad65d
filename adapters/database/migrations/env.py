"""Alembic's entry: runs the migrations on the connection that :mod:`adapters.database.migrate` hands over."""

from alembic import context

from adapters.database import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.METADATA,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
