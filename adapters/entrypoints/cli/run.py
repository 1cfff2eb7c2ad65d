"""Commands that run Kervan: ``up``, ``demo``, ``worker``, ``web``, ``migrate``."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer


def _settings(part: str = "") -> Any:  # noqa: ANN401 - Settings, imported late
    from adapters import observability
    from adapters.settings import Settings

    settings = Settings()
    observability.configure(settings.log_format, settings.log_level)
    if part:
        from adapters import tracing

        tracing.configure(settings.traces, part)
    return settings


def up(
    workers: Annotated[int, typer.Option(min=0, max=64, help="Worker processes; 0: as set by KERVAN_WORKERS")] = 0,
) -> None:
    """Everything in one go: PostgreSQL and NATS unless URLs are set, workers, web.

    Example: KERVAN_DATA_DIR=/srv/kervan kervan up --workers 2
    """
    import uvloop

    from adapters.entrypoints.up import run

    settings = _settings("web")
    if workers:
        settings.workers = workers
    uvloop.run(run(settings, ready=typer.echo))


def demo(
    exit_: Annotated[bool, typer.Option("--exit", help="Stop when all is done and print the summary")] = False,
    day: Annotated[
        list[Path] | None, typer.Option(exists=True, help="Order files instead of the ones that come with it")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes")] = 1,
    speed: Annotated[float, typer.Option(min=0.01, max=1000, help="Pace of the sandbox: 2 is twice as fast")] = 1.0,
    duplicates: Annotated[float, typer.Option(min=0, max=1, help="Share of messages that the sandbox sends twice")] = 0.05,
    disorder: Annotated[float, typer.Option(min=0, max=1, help="Share of messages that others overtake")] = 0.1,
    seed: Annotated[int, typer.Option(help="Makes the sandbox's faults the same each time")] = 2010,
    keep: Annotated[Path | None, typer.Option(help="Work in this folder and leave it, for `kervan up` to go on")] = None,
    script: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="TOML: which parcels go wrong, and how (see faults.toml)")
    ] = None,
    tax_office: Annotated[
        Literal["reviews", "pays", "asks", "rejects"], typer.Option(help="What the sandbox tax office does with the claims")
    ] = "reviews",
    month: Annotated[bool, typer.Option(help="Tell the sellers' month before first, so that every page has something")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON")] = False,
) -> None:
    """A day's real orders through all seven stages, with sandbox counterparties, on a throw-away folder.

    Before the day the sellers' month before it is told, with what goes wrong in one; `--no-month` begins without.

    With a script in which shipments never arrive it ends with 1, and names those that are left.

    Example: kervan demo --exit
    """
    import uvloop

    from adapters.couriers.sandbox import Script, read_script
    from adapters.entrypoints.demo import Plan, run
    from adapters.sandbox import Manners
    from adapters.tax_office.sandbox import Conduct

    settings = _settings("web")
    manners = Manners(duplicate_share=duplicates, disorder_share=disorder, seed=seed).faster(speed)
    told = read_script(script) if script is not None else Script()
    plan = Plan(
        days=tuple(day or ()),
        workers=workers,
        manners=manners,
        stay=not exit_,
        keep=keep,
        script=told,
        tax_office=Conduct(tax_office),
        month=month,
    )
    raise typer.Exit(uvloop.run(run(settings, plan, as_json=as_json)))


def worker() -> None:
    """One worker: takes messages, decides, publishes. Needs KERVAN_DATABASE_URL and KERVAN_BROKER_URL, or a running `up`.

    Example: kervan worker
    """
    import asyncio

    import uvloop

    from adapters.entrypoints import bootstrap, serve
    from adapters.entrypoints.cli.place import servers
    from adapters.entrypoints.stopping import StoppedError

    settings = _settings("worker")

    async def main(database_url: str, broker_url: str) -> None:
        stop = serve.until_signal()
        watch = asyncio.create_task(serve.while_supervised(stop))
        try:
            await bootstrap.work(settings, database_url, broker_url, stop)
        except StoppedError:
            return
        finally:
            watch.cancel()

    with servers(settings, migrated=False) as urls:
        uvloop.run(main(urls.database_url, urls.broker_url))


def web() -> None:
    """The HTTP side alone. Needs KERVAN_DATABASE_URL and KERVAN_BROKER_URL, or a running `up`.

    Example: KERVAN_HTTP_PORT=8081 kervan web
    """
    import asyncio
    from contextlib import AsyncExitStack, suppress

    import uvloop

    from adapters.entrypoints import serve, web_application
    from adapters.entrypoints.cli.place import servers
    from adapters.entrypoints.stopping import StoppedError, unless

    settings = _settings("web")

    async def main(database_url: str, broker_url: str) -> None:
        stop = serve.until_signal()
        sockets = await asyncio.to_thread(serve.listening, settings.http_host, settings.http_port)
        with suppress(StoppedError):
            async with AsyncExitStack() as stack:
                web = web_application.web_app(settings, database_url, broker_url)
                app = await unless(stop, stack.enter_async_context(web))
                await stack.enter_async_context(serve.http(app, sockets, stop, web_application.ending(app)))
                await stop.wait()

    with servers(settings) as urls:
        uvloop.run(main(urls.database_url, urls.broker_url))


def migrate(
    before: Annotated[bool, typer.Option("--before", help="Only what the release that runs now works on with")] = False,
    after: Annotated[bool, typer.Option("--after", help="The rest, once none of that release runs any more")] = False,
) -> None:
    """Bring the database to this release's schema.

    An upgrade that stops nothing runs `--before` first, then changes workers and webs one by one, then runs `--after`. Without
    either all is run at once, which a release that still runs may not survive.

    Example: KERVAN_DATABASE_URL=postgresql://kervan@db/kervan kervan migrate --before
    """
    from adapters.database.migrate import MigrationStep, upgrade
    from adapters.entrypoints.cli.place import servers

    if before and after:
        raise typer.BadParameter("one of --before and --after", param_hint="--before")
    only = MigrationStep.BEFORE if before else MigrationStep.AFTER if after else None
    settings = _settings()
    with servers(settings, migrated=False, broker=False, owner=True) as urls:
        typer.echo(f"schema {upgrade(urls.database_url, only)}")
        _give_privileges(settings)


def _give_privileges(settings: Any) -> None:  # noqa: ANN401 - Settings, imported late
    """Where all that runs signs in as somebody else than the owner, give that login what its work needs."""
    import asyncio

    from adapters.database.privileges import Login, give

    login = Login.of(settings.database_url)
    if settings.owner_url and login.name not in ("", Login.of(settings.owner_url).name):
        asyncio.run(give(settings.owner_url, login))
        typer.echo(f"privileges of {login.name} given")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (up, demo, worker, web, migrate):
        app.command()(command)
