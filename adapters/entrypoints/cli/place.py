"""Where commands find the servers: by the settings, in a Kervan that runs already, or started for the moment."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.entrypoints.embedded import EmbeddedServers, Urls, running
from adapters.settings import Settings

if TYPE_CHECKING:
    from adapters.entrypoints.bootstrap import Parts

_Given = TypeVar("_Given")


def embedded(settings: Settings, *, broker: bool = True) -> EmbeddedServers:
    """The embedded servers that the settings ask for."""
    return EmbeddedServers(
        settings.data_dir,
        database_url=settings.database_url,
        broker_url=settings.broker_url,
        broker_port=settings.broker_port,
        fixed_port="broker_port" in settings.model_fields_set,
        broker=broker,
    )


def known(settings: Settings) -> Urls:
    """Where the servers are, each by its setting, or else as a Kervan that runs on the data folder tells; empty: nowhere."""
    found = running(settings.data_dir.expanduser().absolute())
    return Urls(
        settings.database_url or (found.database_url if found else ""),
        settings.broker_url or (found.broker_url if found else ""),
    )


def at_hand(settings: Settings) -> str:
    """The database that is set or that a running Kervan has; empty where one would have to be started."""
    found = running(settings.data_dir.expanduser().absolute())
    return settings.database_url or (found.database_url if found is not None else "")


@contextmanager
def servers(settings: Settings, *, migrated: bool = True, broker: bool = True, owner: bool = False) -> Iterator[Urls]:
    """URLs of PostgreSQL and NATS for one command; the database is brought to a schema that this release works on first.

    Where servers are there already, others may work on them who are of the release before: what these would not survive is
    left to ``kervan migrate``. ``broker`` is false for commands that need none: then none is started, and its URL may be empty.
    ``owner`` is true for those that change tables, or read all of them at once.
    """
    urls = known(settings)
    if owner and settings.owner_url:
        urls = Urls(settings.owner_url, urls.broker_url)
    if urls.database_url and (urls.broker_url or not broker):
        if migrated:
            from adapters.database import migrate

            migrate.upgrade(settings.owner_url or urls.database_url, migrate.MigrationStep.BEFORE)
        yield urls
        return
    with embedded(settings, broker=broker) as started:
        if migrated:
            from adapters.database import migrate

            migrate.upgrade(started.urls.database_url)
        yield started.urls


def on_pool(action: Callable[[Any], Awaitable[_Given]], *, owner: bool = False) -> _Given:
    """What a coroutine over a pool gives, wherever the database is."""
    import asyncio

    from adapters.database import pool

    async def run(url: str) -> _Given:
        connected = await pool.connect(url, size=1)
        try:
            return await action(connected)
        finally:
            await connected.close()

    with servers(Settings(), broker=False, owner=owner) as urls:
        return asyncio.run(run(urls.database_url))


def on_parts(action: "Callable[[Parts, Settings], Awaitable[_Given]]") -> _Given:
    """What a coroutine over the engine and its database gives, wherever they are."""
    import asyncio

    from adapters import observability
    from adapters.entrypoints import bootstrap

    settings = Settings()
    observability.configure(settings.log_format, "warning")

    async def run(url: str) -> _Given:
        async with bootstrap.parts(settings, url) as parts:
            return await action(parts, settings)

    with servers(settings, broker=False) as urls:
        return asyncio.run(run(urls.database_url))


@asynccontextmanager
async def signed(pool: Any, action: str, thing: str, *, reason: str = "") -> AsyncIterator[datetime]:  # noqa: ANN401 - a pool
    """Around what a command does: written into the audit log under the name of the system's user, if nothing was raised."""
    now = datetime.now(UTC)
    yield now
    await sign(pool, now, action, thing, reason=reason)


async def sign(pool: Any, now: datetime, action: str, thing: str, *, reason: str = "") -> None:  # noqa: ANN401 - a pool
    """Write what a command did into the audit log, under the name of the system's user."""
    from adapters.database import audit

    await audit.note(pool, now, audit.Act("cli", cli_actor(), "", action, thing, reason))


def cli_actor() -> str:
    """How the audit log names whoever gives a command."""
    import getpass

    return f"cli/{getpass.getuser()}"
