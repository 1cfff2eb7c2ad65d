"""``kervan doctor``: what an operator asks first."""

from importlib.metadata import version
from typing import Any

from adapters.database import pool, queries
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded import running
from adapters.settings import Settings
from events import topology

_PACKAGES = ("kervan", "faststream", "nats-py", "asyncpg", "sqlmodel", "transitions")


async def examine(settings: Settings) -> dict[str, Any]:
    """Look at everything; what does not answer is named with its error, and ``ok`` is false then.

    The URLs are given whole, since clients on this machine connect with them: treat the output like the settings.
    """
    state = running(settings.data_dir.expanduser().absolute())
    database_url = settings.database_url or (state.database_url if state else "")
    broker_url = settings.broker_url or (state.broker_url if state else "")
    found: dict[str, Any] = {
        "ok": True,
        "running": state is not None,
        "database_url": database_url,
        "broker_url": broker_url,
        "http_url": state.http_url if state else f"http://{settings.http_host}:{settings.http_port}",
        "data_dir": str(settings.data_dir),
        "versions": {name: version(name) for name in _PACKAGES},
        "lag": None,
        "parked": None,
        "refused": None,
    }
    if not database_url or not broker_url:
        found["ok"] = False
        found["problem"] = "Nothing runs here. Start it with `kervan up`, or set KERVAN_DATABASE_URL and KERVAN_BROKER_URL."
        return found
    for part, look in (("database", _database), ("broker", _broker)):
        try:
            found |= await look(database_url if part == "database" else broker_url)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the diagnosis
            found["ok"] = False
            found[f"{part}_error"] = type(error).__name__
    return found


async def _database(url: str) -> dict[str, Any]:
    connected = await pool.connect(url, size=1)
    try:
        figures = await queries.figures(connected)
        server = await connected.fetchval("SHOW server_version")
        schema = await connected.fetchval("SELECT version_num FROM alembic_version")
    finally:
        await connected.close()
    return {"postgresql": server, "schema": schema, **figures}


async def _broker(url: str) -> dict[str, Any]:
    client = await bootstrap.connect_broker(url, "kervan doctor")
    try:
        info = await client.jetstream(timeout=3).consumer_info(topology.STREAM_IN, topology.ENGINE)
        return {
            "nats": str(client.connected_server_version),
            "lag": info.num_pending,
            "unacknowledged": info.num_ack_pending,
        }
    finally:
        await client.close()
