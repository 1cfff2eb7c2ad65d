"""The tables as the code sees them are the tables that the migrations make."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database import months
from adapters.database.pool import alchemy_url
from adapters.database.tables import METADATA


def _is_part(name: str | None) -> bool:
    """Parts of a table by month are as their table is; how many there are depends on the day."""
    return any((name or "").startswith(f"{table}_") for table in months.TABLES)


async def test_migrations_and_tables_agree(database_url: str) -> None:
    """Alembic finds nothing to add, drop or change."""
    engine = create_async_engine(alchemy_url(database_url))

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: not (kind == "table" and _is_part(name))}
        )
        found: list[object] = compare_metadata(context, METADATA)
        return found

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
