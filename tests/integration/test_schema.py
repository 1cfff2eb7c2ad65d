"""The tables as the code sees them are the tables that the migrations make."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database.pool import alchemy_url
from adapters.database.tables import METADATA


async def test_migrations_and_tables_agree(database_url: str) -> None:
    """Alembic finds nothing to add, drop or change."""
    engine = create_async_engine(alchemy_url(database_url))

    def differences(connection: Connection) -> list[object]:
        found: list[object] = compare_metadata(MigrationContext.configure(connection), METADATA)
        return found

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
