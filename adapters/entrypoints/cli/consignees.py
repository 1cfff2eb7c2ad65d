"""Commands about what is kept of people: ``consignee export``, ``consignee erase``, ``consignee retention``."""

from typing import Annotated, Any
from uuid import UUID

import typer

consignees = typer.Typer(
    name="consignee",
    help="What is kept of a consignee (KVKK): export, erase, and how long it is kept.\n\n"
    "Example: kervan consignee export 'Erika Mustermann' --country DE",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="The consignee's whole name; or leave it out and name shipments")]
Seller = Annotated[str, typer.Option(help="Only with this seller (VKN or TCKN)")]
Country = Annotated[str, typer.Option(help="Only in this country (alpha-2)")]
Shipments = Annotated[list[UUID] | None, typer.Option("--shipment", help="These shipments instead of a name; may be repeated")]


def _selection(name: str, seller: str, country: str, shipments: list[UUID] | None) -> Any:  # noqa: ANN401 - imported late
    from adapters.database.consignees import Selection

    if bool(name.strip()) == bool(shipments):
        raise typer.BadParameter("a name, or --shipment", param_hint="NAME")
    return Selection(name.strip(), seller, country, tuple(shipments or ()))


@consignees.command("export")
def export(name: Name = "", seller: Seller = "", country: Country = "", shipments: Shipments = None) -> None:
    """Print all that is held of a consignee as JSON: shipments, messages as they came, documents, rows of files, actions.

    The printed list names the documents; `GET /api/shipments/ID/documents/DOCUMENT` gives each.

    Example: kervan consignee export 'Erika Mustermann' --country DE > erika.json
    """
    import orjson

    from adapters.database import consignees as table
    from adapters.entrypoints.cli.place import on_pool, signed

    selection = _selection(name, seller, country, shipments)

    async def read(pool: Any) -> dict[str, Any]:  # noqa: ANN401 - a pool
        async with signed(pool, "consignee.export", ""):
            return await table.export(pool, selection)

    typer.echo(orjson.dumps(on_pool(read), option=orjson.OPT_INDENT_2).decode())


@consignees.command("erase")
def erase(
    name: Name = "",
    seller: Seller = "",
    country: Country = "",
    shipments: Shipments = None,
    basis: Annotated[str, typer.Option(help="On what it stands; goes into the audit log, so without names")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased and what stays")] = False,
) -> None:
    """Erase a consignee wherever nothing needs the data any more, and say what stays and why.

    Shipments under way and refunds that are not settled keep theirs; issued invoices stay for their legal time.

    Example: kervan consignee erase 'Erika Mustermann' --country DE --basis 'KVKK 11/1-e, request 2026/17' --dry-run
    """
    import orjson

    from adapters.database.audit import Act
    from adapters.documents import DocumentFolder
    from adapters.entrypoints import bootstrap, forgetting
    from adapters.entrypoints.cli.place import cli_actor, on_pool
    from adapters.settings import Settings
    from workflow.personal import KEPT

    settings = Settings()
    selection = _selection(name, seller, country, shipments)
    if not dry_run and not basis.strip():
        raise typer.BadParameter("say on what the erasure stands", param_hint="--basis")
    act = None if dry_run else Act("cli", cli_actor(), "", "consignee.erase", reason=basis)
    folder = DocumentFolder(settings.documents_dir)
    done = on_pool(lambda pool: forgetting.erase(pool, folder, selection, bootstrap.now, act))
    told = {
        "done": not dry_run,
        "erased": [str(one) for one in done.erased],
        "counts": done.counts,
        "kept": [{"what": what, "why": why, "text": KEPT[why][settings.locale == "en"]} for what, why in done.kept],
    }
    typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


@consignees.command("retention")
def retention(
    run: Annotated[bool, typer.Option("--run", help="Remove it now; without, it is only counted")] = False,
) -> None:
    """Print the retention policy in force as JSON, and how much it lets go of now; workers remove that by themselves.

    Example: kervan consignee retention
    """
    import orjson

    from adapters import retention as policies
    from adapters.documents import DocumentFolder
    from adapters.entrypoints import bootstrap, forgetting
    from adapters.entrypoints.cli.place import on_pool
    from adapters.settings import Settings
    from workflow.values import istanbul_day

    settings = Settings()
    policy = policies.load(settings.retention_policy)
    folder = DocumentFolder(settings.documents_dir)

    async def count(pool: Any) -> dict[policies.Matter, int]:  # noqa: ANN401 - a pool
        return await forgetting.Forgetting(pool, folder, policy, bootstrap.now).run(dry=not run)

    done = on_pool(count)
    rows = policies.in_force(policy, istanbul_day(bootstrap.now()))
    told = [
        {"matter": row.matter, "days": row.days, "valid_from": row.valid_from, "source": row.source, "rows": done.get(matter)}
        for matter, row in rows.items()
    ]
    typer.echo(orjson.dumps({"removed": run, "policy": told}, option=orjson.OPT_INDENT_2).decode())


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(consignees)
