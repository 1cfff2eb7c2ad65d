"""``kervan doctor``: what an operator asks first."""

import asyncio
from functools import partial
from importlib.metadata import version
from typing import Any

from adapters.database import bindings, law, lifecycles, policies, pool, tallies
from adapters.entrypoints import bootstrap, broker, serve
from adapters.entrypoints.cli.place import known
from adapters.entrypoints.embedded import running
from adapters.settings import Settings, without_password
from events import topology
from workflow.errors import KervanError

_WITHIN_S = 8.0
_PACKAGES = ("kervan", "faststream", "nats-py", "asyncpg", "sqlmodel", "transitions")


async def examine(settings: Settings) -> dict[str, Any]:
    """Look at everything; what does not answer is named with its error, and ``ok`` is false then.

    The URLs of embedded servers hold no password, and clients on this machine connect with them; of one that was set the
    password is left out, since what this prints is sent to whoever helps.
    """
    state = running(settings.data_dir.expanduser().absolute())
    urls = known(settings)
    found: dict[str, Any] = {
        "ok": True,
        "running": state is not None,
        "database_url": without_password(urls.database_url),
        "broker_url": without_password(urls.broker_url),
        "http_url": state.http_url if state else serve.http_url(settings.http_host, settings.http_port),
        "data_dir": str(settings.data_dir),
        "versions": {name: version(name) for name in _PACKAGES},
        "rules": _rules(settings),
        "sandbox": None,
        "lag": None,
        "parked": None,
        "refused": None,
    }
    if not urls.database_url or not urls.broker_url:
        found["ok"] = False
        found["problem"] = "Nothing runs here. Start it with `kervan up`, or set KERVAN_DATABASE_URL and KERVAN_BROKER_URL."
        return found
    for part, look, url in (
        ("database", _database, urls.database_url),
        ("broker", partial(_broker, settings), urls.broker_url),
    ):
        try:
            async with asyncio.timeout(_WITHIN_S):
                found |= await look(url)
        except KervanError as error:
            found |= {"ok": False, f"{part}_error": str(error)}
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the diagnosis
            found |= {"ok": False, f"{part}_error": type(error).__name__}
    if "error" in found["rules"]:
        found["ok"] = False
    found["rules"]["in_force"] = found.pop("law_in_force", "")
    return found


def _rules(settings: Settings) -> dict[str, str]:
    """The version of the rules that this shell has, or why it has none."""
    try:
        return {"here": bootstrap.law_book(settings).version}
    except KervanError as error:
        return {"here": "", "error": str(error)}


async def _database(url: str) -> dict[str, Any]:
    connected = await pool.connect(url, size=1)
    try:
        figures = await tallies.counted(connected)
        sandbox = await tallies.holds_sandbox_data(connected)
        server = await connected.fetchval("SHOW server_version")
        schema = await connected.fetchval("SELECT version_num FROM alembic_version")
        law_in_force = await law.in_force(connected)
        under_way = await lifecycles.under_way(connected)
        async with connected.acquire() as connection:
            lock, remedy = await policies.state(connection)
        bound = await connected.fetchval(bindings.ANYBODY)
    finally:
        await connected.close()
    found: dict[str, Any] = {
        "postgresql": server,
        "schema": schema,
        "sandbox": sandbox,
        "law_in_force": law_in_force,
        "lifecycles": {str(version): sum(stages.values()) for version, stages in under_way.items()},
        **figures,
    }
    found["seller_lock"] = {"state": lock.value} | ({"remedy": remedy} if remedy else {})
    if remedy and bound:  # they are refused until it is closed
        found["ok"] = False
    return found


async def _broker(settings: Settings, url: str) -> dict[str, Any]:
    client = await broker.connect_once(url, "kervan doctor", authority=settings.broker_ca)
    try:
        info = await client.jetstream(timeout=3).consumer_info(topology.STREAM_IN, topology.ENGINE)
        server = client.connected_server_version
        return {
            "nats": f"{server.major}.{server.minor}.{server.patch}",
            "lag": info.num_pending,
            "unacknowledged": info.num_ack_pending,
        }
    finally:
        await broker.close(client)
