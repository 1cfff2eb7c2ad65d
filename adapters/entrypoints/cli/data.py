"""Commands that bring data in: ``import orders``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

imports = typer.Typer(name="import", help="Bring files in: orders.", no_args_is_help=True)


@imports.command("orders")
def orders_(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)],
    catalogue: Annotated[Path, typer.Option(exists=True, help="CSV: what each stock code is")],
    seller: Annotated[Path, typer.Option(exists=True, help="TOML or JSON: who sells")],
    rates: Annotated[
        Path | None, typer.Option(exists=True, help="Rates to take first, CSV or JSON: date, currency, unit, …")
    ] = None,
    channel: Annotated[str, typer.Option(help="Name of the shop's channel")] = "csv",
    currency: Annotated[str, typer.Option(help="Currency of the prices")] = "GBP",
    courier: Annotated[str, typer.Option(help="Courier that will carry the parcels")] = "",
    planned_on: Annotated[str, typer.Option(help="order-date, today, or YYYY-MM-DD: whose rules judge")] = "order-date",
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON")] = False,
) -> None:
    """Import a shop's order lines: every invoice number becomes one shipment, every row has one counted outcome.

    Example: kervan import orders 2010-12-01.csv --catalogue catalogue.csv --seller seller.toml
    """
    import uvloop

    from adapters import observability
    from adapters.database.accounts import ImportAccounts
    from adapters.entrypoints import bootstrap, report
    from adapters.entrypoints.cli.place import servers
    from adapters.imports import companions, importer
    from adapters.imports.account import Summary
    from adapters.settings import Settings
    from workflow.values import istanbul_day

    settings = Settings()
    observability.configure(settings.log_format, "warning")
    fixed = {"order-date": "", "today": istanbul_day(datetime.now(UTC)).isoformat()}
    options = importer.Options(channel, currency, courier, fixed.get(planned_on, planned_on))
    goods, who = companions.read_catalogue(catalogue), companions.read_seller(seller)

    async def run(database_url: str, progress: importer.Progress) -> Summary:
        async with bootstrap.parts(settings, database_url) as parts:
            if rates is not None:
                await companions.publish_rates(parts.intake, rates)
            one = importer.OrderImport(
                parts.intake,
                ImportAccounts(parts.pool),
                catalogue=goods,
                seller=who,
                options=options,
                progress=progress,
            )
            return await one.run(files)

    with servers(settings) as urls, report.progress("rows", [str(file) for file in files]) as progress:
        summary = uvloop.run(run(urls.database_url, progress))
    report.import_summary(summary, settings.locale, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(imports)
