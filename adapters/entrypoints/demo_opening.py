"""When the demo opened: what came before is its past, and the summary counts what came since.

It stands in a file beside the registers of the sandboxes, so that a kept folder knows it when the demo runs on it again.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import asyncpg
import orjson
from nats.aio.client import Client

from adapters.database import showing
from events import topology

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_FILE = "opened.json"
_FOLDER = "sandbox"
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Opened:
    """The moment, and how many messages had been published by then; without a past, the beginning of time and none."""

    at: datetime = _NEVER
    published: int = 0


async def untouched(folder: Path, pool: Pool) -> bool:
    """Whether nothing was ever told here, so that a past can be."""
    return not (folder / _FOLDER / _FILE).exists() and not await pool.fetchval(showing.WAS_USED)


async def begin(folder: Path, at: datetime) -> datetime:
    """Note that a past is told up to a moment: a demo that is broken off meanwhile has what was told of it."""
    await _write(folder, Opened(at))
    return at


async def told(folder: Path, client: Client) -> None:
    """Note that all of the past is told and published."""
    stream = await client.jetstream().stream_info(topology.STREAM_OUT)
    await _write(folder, Opened((await read(folder)).at, stream.state.messages))


async def read(folder: Path) -> Opened:
    """When the demo opened."""
    path = folder / _FOLDER / _FILE
    if not path.exists():
        return Opened()
    found = orjson.loads(await asyncio.to_thread(path.read_bytes))
    return Opened(datetime.fromisoformat(found["at"]), found["published"])


async def _write(folder: Path, opened: Opened) -> None:
    path = folder / _FOLDER / _FILE
    path.parent.mkdir(exist_ok=True)
    await asyncio.to_thread(path.write_bytes, orjson.dumps({"at": opened.at.isoformat(), "published": opened.published}))
