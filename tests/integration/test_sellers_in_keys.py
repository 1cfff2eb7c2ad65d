"""What is one seller's carries the seller in every key, so that its tables can be spread over servers by it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database import migrate
from adapters.database.pool import alchemy_url
from adapters.database.spreading import APART
from events.intake import Intake
from tests.stories import SELLERS, story
from workflow.shipment import shipment_id

Pool = Any

_KEYS = """
SELECT t.relname AS "table", i.relname AS name, array_agg(a.attname::text) AS columns
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(x.indkey)
WHERE x.indisunique AND NOT t.relispartition AND t.relnamespace = 'public'::regnamespace AND t.relname <> 'alembic_version'
GROUP BY 1, 2
"""
_OF = """
SELECT c.table_name FROM information_schema.columns c JOIN information_schema.columns s USING (table_schema, table_name)
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' AND s.column_name = 'seller' AND c.column_name = $1
    AND table_name !~ '_(other|[0-9]{4}_[0-9]{2})$' AND table_name <> $1
"""
UNKNOWN, ADDED = "0046", "0062"
"""The schemas of the previous release, and between the two steps of the upgrade."""
WRITTEN = (
    "shipment_content",
    "shipment_line",
    "shipment_key",
    "shipment_message",
    "shipment_trait",
    "transition",
    "claim_line",
)
"""What any journey writes."""


async def test_every_key_carries_the_seller_or_its_table_stands_apart_with_a_reason(connections: Pool) -> None:
    """Every unique index of every table there is; a table that gains the seller leaves the list."""
    without = {row["table"] for row in await connections.fetch(_KEYS) if "seller" not in row["columns"]}
    assert without == set(APART)


async def strangers(pool: Pool) -> list[str]:
    """Rows that name another seller than their shipment or claim has."""
    found = []
    for of in ("shipment", "claim"):
        for table in [row[0] for row in await pool.fetch(_OF, of)]:
            query = f"SELECT count(*) FROM {table} t JOIN {of} o ON o.id = t.{of} WHERE t.seller <> o.seller"
            if await pool.fetchval(query) and table not in APART:
                found.append(table)
    return found


@pytest.fixture
async def journeys(connections: Pool, intake: Intake) -> Pool:
    """Three shipments of three sellers that went all their way, and one that is held."""
    for number in range(3):
        for arrival in story(number, SELLERS[number]):
            await intake.take([arrival])
    return connections


async def test_nothing_is_written_under_another_seller_than_its_shipments(journeys: Pool) -> None:
    """Whatever is written on the way; the code takes the seller from the shipment."""
    assert await strangers(journeys) == []
    for table in WRITTEN:
        sellers = {row[0] for row in await journeys.fetch(f"SELECT DISTINCT seller FROM {table}")}
        assert sellers == set(SELLERS[:3]), table


async def test_rows_of_an_earlier_release_get_their_seller(journeys: Pool, intake: Intake, database_url: str) -> None:
    """An upgrade with data in place gives each row its shipment's, and changes nothing else; between its steps both work on."""
    tables = [*WRITTEN, "claim_move", "claim_filing", "shipment", "claim"]

    async def rows() -> dict[str, list[asyncpg.Record]]:
        return {t: sorted(await journeys.fetch(f"SELECT to_jsonb(t)::text FROM {t} t")) for t in tables}

    def go(connection: Connection, revision: str, way: Callable[[Config, str], None]) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        way(config, revision)
        connection.commit()

    before = await rows()
    engine = create_async_engine(alchemy_url(database_url))
    async with engine.connect() as connection:
        await journeys.expire_connections()
        await connection.run_sync(go, UNKNOWN, command.downgrade)
        await connection.run_sync(go, ADDED, command.upgrade)
        await journeys.expire_connections()
        ours = shipment_id(SELLERS[0], "order-0")
        await journeys.execute("INSERT INTO shipment_key (key, shipment) VALUES ('trk:x/1', $1)", ours)  # as it did
        assert await journeys.fetchval("SELECT seller FROM shipment_key WHERE key = 'trk:x/1'") == SELLERS[0]
        await journeys.execute("DELETE FROM shipment_key WHERE key = 'trk:x/1'")
        for arrival in story(3, SELLERS[3]):
            (outcome,) = await intake.take([arrival])
            assert outcome.state == "applied"
        await connection.run_sync(go, "head", command.upgrade)
    await engine.dispose()
    await journeys.expire_connections()
    after = await rows()
    assert {t: [row for row in before[t] if row not in after[t]] for t in tables} == {t: [] for t in tables}
    assert await strangers(journeys) == []
    assert await journeys.fetchval("SELECT count(DISTINCT seller) FROM shipment_trait") == 4
