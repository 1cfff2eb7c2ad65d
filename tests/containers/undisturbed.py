"""What the same messages come to where nothing goes wrong: in this process, in their order, over an embedded PostgreSQL."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from adapters import observability
from adapters.database import migrate
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded.postgres import Postgres
from adapters.settings import Settings
from events.translate import Arrival
from workflow.waits import Wait

ROOT = Path(__file__).parents[2]
AT_ONCE = 40

BOOKS: dict[str, str] = {
    "stages": """SELECT seller, reference, stage, sequence, delivery_status, etgb_number, invoice_number
                 FROM shipment ORDER BY 1, 2""",
    "log": """SELECT s.seller, s.reference, t.sequence, t.origin, t.target, t."trigger", t.source, t.message_id
              FROM transition t JOIN shipment s ON s.id = t.shipment ORDER BY 1, 2, 3""",
    "claims": """SELECT c.seller, c.period, c.supplement, c.status, c.petition_number, c.filed_on::text,
                        (SELECT count(*) FROM shipment s WHERE s.claim = c.id) AS shipments
                 FROM claim c ORDER BY 1, 2, 3""",
    "inbox": "SELECT source, id, state FROM inbox ORDER BY 1, 2",
    "attention": "SELECT reason, count(*) FROM attention WHERE resolved_at IS NULL GROUP BY 1 ORDER BY 1",
    "parked": "SELECT count(*) FROM parked",
    "refused": "SELECT source, message_id, code FROM refused ORDER BY 1, 2",
}
"""What is compared, each a question to the database; nothing in it depends on when or by whom a message was taken."""


def import_command(folder: str) -> list[str]:
    """How the demonstration's day of real orders is imported."""
    files = {"--catalogue": "catalogue.csv", "--seller": "seller.toml", "--rates": "rates.csv"}
    options = [word for option, name in files.items() for word in (option, f"{folder}/{name}")]
    return ["import", "orders", f"{folder}/orders/2010-12-22.csv", *options, "--courier", "pts"]


def books(folder: Path, arrivals: Sequence[Arrival]) -> dict[str, Any]:
    """The answers to :data:`BOOKS`."""
    server = Postgres(folder)
    server.start()
    try:
        return asyncio.run(_books(server.url, arrivals))
    finally:
        server.stop()


def restored(folder: Path, backup: Path) -> dict[str, Any]:
    """The answers to :data:`BOOKS` of a backup that was put into an empty folder."""
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KERVAN_")}
    command = [sys.executable, "-m", "adapters.entrypoints.cli", "restore", str(backup)]
    done = subprocess.run(
        command, env=environment | {"KERVAN_DATA_DIR": str(folder)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    server = Postgres(folder)
    server.start()
    try:
        return asyncio.run(_answers(server.url))
    finally:
        server.stop()


async def _books(url: str, arrivals: Sequence[Arrival]) -> dict[str, Any]:
    observability.configure("console", "error")
    await migrate.upgrade_async(url)
    settings = Settings(allowances=dict.fromkeys(Wait))
    async with bootstrap.parts(settings, url) as parts:
        for start in range(0, len(arrivals), AT_ONCE):
            await parts.intake.take(arrivals[start : start + AT_ONCE])
    environment = {**os.environ, "KERVAN_DATABASE_URL": url, "KERVAN_BROKER_URL": "nats://127.0.0.1:1"}
    environment |= {f"KERVAN_ALLOWANCES__{wait.upper()}": "off" for wait in Wait}
    command = [sys.executable, "-m", "adapters.entrypoints.cli", *import_command(str(ROOT / "deploy" / "demo"))]
    done = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return await _answers(url)


async def _answers(url: str) -> dict[str, Any]:
    connection = await asyncpg.connect(url)
    try:
        return {
            name: orjson.loads(await connection.fetchval(f"SELECT coalesce(json_agg(row), '[]')::text FROM ({sql}) row"))
            for name, sql in BOOKS.items()
        }
    finally:
        await connection.close()
