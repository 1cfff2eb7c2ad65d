"""Commands about backups: ``backup``, ``restore``."""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print what was done as JSON")]


def backup(
    target: Annotated[Path, typer.Argument(help="A new folder, or a new file whose name ends in .tar")],
    as_json: AsJson = False,
) -> None:
    """Keep database, documents, and what the broker alone holds, as of one moment, while work goes on.

    The backup holds personal data and the key of webhooks' secrets, and is not encrypted: keep it where only those may read who
    may see all shipments. Its manifest has the SHA-256 of every file; the manifest's own is printed.

    Example: kervan backup /backup/kervan-2026-11-26.tar
    """
    import asyncio

    import orjson

    from adapters.entrypoints import backups, report
    from adapters.entrypoints.cli.place import servers
    from adapters.settings import Settings

    settings = Settings()
    total = sum(1 for _ in settings.documents_dir.glob("[0-9a-f][0-9a-f]/*/*"))
    with servers(settings, migrated=False, owner=True) as urls, report.progress("documents", [], total=total) as progress:
        taken = asyncio.run(backups.take(settings, urls, target.expanduser().absolute(), progress))
    found = taken.manifest
    if as_json:
        told = {
            "backup": str(target),
            "id": found.id,
            "taken_at": found.taken_at,
            "manifest_sha256": taken.sha256,
            "documents": taken.documents,
            "messages": taken.messages,
            "lacking": found.lacking,
        }
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        typer.echo(
            f"{target}: schema {found.schema} as of {found.taken_at:%Y-%m-%d %H:%M:%S} UTC, {taken.documents} documents, "
            f"{taken.messages} messages that only the broker had; manifest {taken.sha256}"
        )
    for digest, why in found.lacking.items():
        typer.echo(f"document {digest} is {why} and not in the backup", err=True)


def restore(
    backup: Annotated[Path, typer.Argument(exists=True, readable=True, help="A backup's folder or .tar")],
    as_json: AsJson = False,
) -> None:
    """Put a backup into an empty place: a new data folder, or an empty database of your own.

    Every file is compared with the manifest first. Nothing may work on the place meanwhile, and nothing is written over. The
    schema is brought to this release's by whatever starts next. With KERVAN_OWNER_URL it signs in as the owner of the tables:
    run `kervan migrate` then, which gives the other login its rights. Afterwards start Kervan as always.

    Example: KERVAN_DATA_DIR=/srv/kervan kervan restore /backup/kervan-2026-11-26.tar
    """
    import asyncio

    import orjson

    from adapters.entrypoints import backups, report
    from adapters.entrypoints.backups.restoring import examined, opened, refuse_unless_empty
    from adapters.entrypoints.cli.place import embedded
    from adapters.settings import Settings

    settings = Settings()
    if settings.owner_url:  # only who owns the database makes its tables
        settings = settings.model_copy(update={"database_url": settings.owner_url})
    refuse_unless_empty(settings)
    with opened(backup, settings.data_dir.expanduser().absolute() / "restoring") as folder:
        with report.progress("files compared", []) as progress:
            found = examined(folder, backup, progress)
        with embedded(settings) as servers, report.progress("documents", [], total=len(found.files)) as progress:
            done = asyncio.run(backups.restore(settings, servers.urls, found, folder, progress))
            if not settings.broker_url:
                asyncio.run(_let_couriers_in(settings.data_dir, servers.urls.database_url))
    if as_json:
        told = {
            "id": found.id,
            "taken_at": found.taken_at,
            "documents": done.documents,
            "same_broker": done.same_broker,
            "messages_put_again": done.put_again,
            "known_published": done.known_published,
        }
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
        return
    broker = "the same broker: what it told since is taken again" if done.same_broker else "a new broker"
    typer.echo(
        f"Restored as of {found.taken_at:%Y-%m-%d %H:%M:%S} UTC: {done.documents} documents, {broker}, {done.put_again} "
        "messages published into it. Before you start: does Kervan number invoices? See *Backup and restore* in the runbook."
    )


async def _let_couriers_in(data_dir: Path, database_url: str) -> None:
    """Give the embedded broker the couriers' users that the backup has keys of."""
    from adapters.database import keys, pool
    from adapters.entrypoints.embedded import nats

    connected = await pool.connect(database_url, size=1)
    try:
        nats.allow(data_dir, await keys.broker_users(connected))
    finally:
        await connected.close()


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)
