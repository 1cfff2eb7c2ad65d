"""Where commands find the servers: by the settings, in a Kervan that runs already, or started for the moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.entrypoints.embedded import EmbeddedServers, Urls, running
from adapters.settings import Settings


def embedded(settings: Settings) -> EmbeddedServers:
    """The embedded servers that the settings ask for."""
    return EmbeddedServers(
        settings.data_dir,
        database_url=settings.database_url,
        broker_url=settings.broker_url,
        broker_port=settings.broker_port,
        fixed_port="broker_port" in settings.model_fields_set,
    )


@contextmanager
def servers(settings: Settings, *, migrated: bool = True) -> Iterator[Urls]:
    """URLs of PostgreSQL and NATS for one command; the database is brought to this release's schema first."""
    found = running(settings.data_dir.expanduser().absolute())
    if found is not None and not settings.database_url:
        yield Urls(found.database_url, found.broker_url)
        return
    if settings.database_url and settings.broker_url:
        urls = Urls(settings.database_url, settings.broker_url)
        _migrate(urls, wanted=migrated)
        yield urls
        return
    with embedded(settings) as started:
        _migrate(started.urls, wanted=migrated)
        yield started.urls


def _migrate(urls: Urls, *, wanted: bool) -> None:
    if wanted:
        from adapters.database import migrate

        migrate.upgrade(urls.database_url)
