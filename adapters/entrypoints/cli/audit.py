"""Commands about the logs: ``audit verify``."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

if TYPE_CHECKING:
    from adapters.entrypoints import verifying

audit = typer.Typer(
    name="audit",
    help="The transition log and the audit log: verify, restored.\n\nExample: kervan audit verify",
    no_args_is_help=True,
)


@audit.command("verify")
def verify(
    shipment: Annotated[UUID | None, typer.Option(help="Only this shipment's log")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only what was sealed since (UTC), and what is not sealed yet")] = None,
    broker: Annotated[bool, typer.Option("--broker/--no-broker", help="Compare with the seals on the broker too")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON: a line a row, then one with the figures")] = False,
) -> None:
    """Look whether any row of the logs was changed, removed, inserted or put elsewhere, and name it; exit code 1 if so.

    Example: kervan audit verify --since 2026-11-01
    """
    import asyncio
    from dataclasses import asdict
    from datetime import UTC

    import orjson

    from adapters.entrypoints import verifying
    from adapters.entrypoints.cli.place import servers
    from adapters.settings import Settings
    from workflow.chain import Fault

    def named(fault: Fault) -> None:
        typer.echo(orjson.dumps(asdict(fault)).decode() if as_json else str(fault))

    moment = None if since is None else since.replace(tzinfo=since.tzinfo or UTC)
    asked = verifying.Asked(shipment, moment)
    settings = Settings()
    with servers(settings, migrated=False, broker=broker) as urls:
        found = asyncio.run(verifying.verify(settings, urls.database_url, urls.broker_url if broker else "", asked, named))
    if as_json:
        typer.echo(orjson.dumps(asdict(found) | {"transitions_per_s": round(found.rate)}).decode())
    else:
        typer.echo(_said(found))
    if found.faults:
        raise typer.Exit(1)


@audit.command("restored")
def restored() -> None:
    """Say that the database was put back to an earlier moment: what was sealed after it is missed no more.

    `kervan restore` says so itself; after PostgreSQL's own recovery to a moment, say it once, before workers run.

    Example: kervan audit restored
    """
    import asyncio
    from datetime import UTC

    from adapters.entrypoints import verifying
    from adapters.entrypoints.cli.place import servers
    from adapters.settings import Settings

    settings = Settings()
    with servers(settings, migrated=False) as urls:
        number = asyncio.run(verifying.tell_restored(settings, urls.database_url, urls.broker_url, datetime.now(UTC)))
    typer.echo(f"The broker keeps that the database has seals up to {number}.")


def _said(found: "verifying.Verified") -> str:
    """The figures in words."""
    looked = (
        f"{found.transitions} transitions of {found.shipments} shipments, {found.acts} rows of the audit log and {found.seals} "
        f"seals looked through in {found.seconds:.1f} s ({found.rate:,.0f} transitions/s)"
    )
    if found.seals_published is not None:
        looked += f", {found.seals_published} seals are on the broker"
    if found.seals_undone:
        looked += f" ({found.seals_undone} of them are of before the database was put back to an earlier moment)"
    if found.seals_without_known_mac:
        looked += f"; {found.seals_without_known_mac} seals bear no mac of a key that is known here"
    detached = "".join(f"Detached: {one}.\n" for one in found.detached)
    return f"{looked}.\n{detached}" + (
        f"{found.faults} rows are not as they were written." if found.faults else "All is as it was written."
    )


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(audit)
