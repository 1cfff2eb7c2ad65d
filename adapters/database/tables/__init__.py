"""The tables, as SQLModel sees them: the schema's one definition, from which Alembic's migrations are made.

Reading goes through these classes; the engine writes with the set-based statements of
:mod:`adapters.database.statements`. Money is ``numeric``, times are ``timestamptz``, stages are text with a check.

One module a subject; importing this room makes them all known.
"""

from sqlmodel import SQLModel

from adapters.database.tables import (
    attention,
    bulk,
    counterparts,
    documents,
    etgbs,
    flow,
    imports,
    messages,
    people,
    rates,
    refunds,
    schema,
    seals,
    shipments,
    subscriptions,
)

__all__ = [
    "METADATA",
    "attention",
    "bulk",
    "counterparts",
    "documents",
    "etgbs",
    "flow",
    "imports",
    "messages",
    "people",
    "rates",
    "refunds",
    "schema",
    "seals",
    "shipments",
    "subscriptions",
]

METADATA = SQLModel.metadata
"""All tables, as Alembic compares them with a database."""
