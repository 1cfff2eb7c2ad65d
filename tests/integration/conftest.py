"""Real PostgreSQL and NATS: one pair of servers a session, a fresh database and fresh streams a test."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import asyncpg
import nats
import pytest
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from adapters.database import migrate, pool
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded import Urls
from adapters.settings import Settings
from events import topology
from events.intake import Intake
from tests.integration import servers as kinds
from tests.integration.http_app import Web
from tests.integration.receiver import Receiver, receiving
from tests.law import BOOK
from workflow.apply import Engine


def renamed(url: str, database: str) -> str:
    """The same server, another database."""
    base, _, query = url.partition("?")
    return base.rpartition("/")[0] + f"/{database}" + (f"?{query}" if query else "")


@pytest.fixture(scope="session")
def urls() -> Iterator[Urls]:
    """The servers."""
    with kinds.available() as found:
        yield found


@pytest.fixture(scope="session")
def template(urls: Urls) -> str:
    """A database with this release's schema, to be copied."""
    import asyncio

    name = f"template_{uuid4().hex[:12]}"

    async def make() -> None:
        admin = await asyncpg.connect(urls.database_url)
        await admin.execute(f'CREATE DATABASE "{name}"')
        await admin.close()

    asyncio.run(make())
    migrate.upgrade(renamed(urls.database_url, name))
    return name


@pytest.fixture
async def database_url(urls: Urls, template: str) -> AsyncIterator[str]:
    """A fresh database, dropped at the end."""
    name = f"test_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(urls.database_url)
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield renamed(urls.database_url, name)
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()


@pytest.fixture
async def connections(database_url: str) -> "AsyncIterator[asyncpg.Pool[asyncpg.Record]]":
    """A pool on the fresh database."""
    found = await pool.connect(database_url, size=6)
    yield found
    await found.close()


@pytest.fixture
def settings() -> Settings:
    """Settings as an installation has them by default."""
    return Settings(database_url="", broker_url="")


@pytest.fixture
def intake(connections: "asyncpg.Pool[asyncpg.Record]", settings: Settings) -> Intake:
    """The way in, over the fresh database."""
    store = PostgresStore(connections, BOOK.version)
    return Intake(Engine(store, bootstrap.now, bootstrap.policy(settings)), store, bootstrap.now)


@pytest.fixture
async def web(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, settings: Settings) -> AsyncIterator[Web]:
    """The app over the fresh database."""
    found = Web(connections, intake, settings)
    yield found
    await found.app.state.services.sender.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Somebody who listens."""
    async with receiving() as found:
        yield found


@pytest.fixture
async def broker(urls: Urls) -> AsyncIterator[Client]:
    """A connection to the broker, with empty streams."""
    client = await nats.connect(urls.broker_url)
    js = client.jetstream()
    for stream in (topology.STREAM_IN, topology.STREAM_OUT, topology.STREAM_TASK, topology.STREAM_AUDIT):
        try:
            await js.delete_stream(stream)
        except NotFoundError:
            continue
    await topology.declare(js)
    yield client
    await client.close()
