"""Commands that bring data in: the group ``import``, and of it ``orders`` and ``check``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

imports = typer.Typer(
    name="import",
    help="Bring files in: orders, ETGB lists, VEDOP lists, couriers' scans.\n\nExample: kervan import vedop vedop.xlsx",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON")]


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
    packaging: Annotated[
        str, typer.Option(help="What packing adds to the weight, as a share of the goods'; 0: gross weight = net weight")
    ] = "0",
    as_json: AsJson = False,
) -> None:
    """Import a shop's order lines: every invoice number becomes one shipment, every row has one counted outcome.

    Example: kervan import orders 2010-12-01.csv --catalogue catalogue.csv --seller seller.toml
    """
    import uvloop

    from adapters import observability
    from adapters.database.accounts import ImportAccounts
    from adapters.entrypoints import bootstrap, report
    from adapters.entrypoints.cli.place import servers, sign
    from adapters.imports import companions, importer
    from adapters.imports.account import Summary
    from adapters.settings import Settings
    from workflow.values import istanbul_day

    settings = Settings()
    observability.configure(settings.log_format, "warning")
    fixed = {"order-date": "", "today": istanbul_day(datetime.now(UTC)).isoformat()}
    options = importer.Options(channel, currency, courier, fixed.get(planned_on, planned_on), packaging)
    goods, who = companions.read_catalogue(catalogue), companions.read_seller(seller)

    async def run(database_url: str, progress: importer.Progress) -> Summary:
        async with bootstrap.parts_in_agreement(settings, database_url) as parts:
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
            done = await one.run(files)
            await sign(parts.pool, bootstrap.now(), "import.orders", ", ".join(file.name for file in files))
            return done

    with servers(settings, broker=False) as urls, report.progress("rows", [str(file) for file in files]) as progress:
        summary = uvloop.run(run(urls.database_url, progress))
    report.import_summary(summary, settings.locale, as_json=as_json)


@imports.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)],
    catalogue: Annotated[Path, typer.Option(exists=True, help="CSV: what each stock code is")],
    seller: Annotated[Path, typer.Option(exists=True, help="TOML or JSON: who sells")],
    rates: Annotated[Path | None, typer.Option(exists=True, help="Rates, CSV or JSON: date, currency, unit, …")] = None,
    currency: Annotated[str, typer.Option(help="Currency of the prices")] = "GBP",
    courier: Annotated[str, typer.Option(help="Courier that would carry the parcels")] = "",
    planned_on: Annotated[str, typer.Option(help="order-date, today, or YYYY-MM-DD: whose rules judge")] = "order-date",
    packaging: Annotated[str, typer.Option(help="What packing adds to the weight, as a share of the goods'")] = "0",
    as_json: AsJson = False,
) -> None:
    """Judge order files without importing anything: how many orders pass, why others do not, and the invoices of those.

    The invoices are made and checked with Kervan's rules and, where they are installed, with GİB's own; none is kept, sent or
    numbered. Ends with 1 where an invoice is not valid.

    Example: kervan import check 2010-12-01.csv --catalogue catalogue.csv --seller seller.toml --rates rates.csv
    """
    import asyncio

    from adapters.entrypoints import bootstrap, rehearsal, rehearsal_view
    from adapters.imports import companions, importer
    from adapters.invoicing import gib
    from adapters.settings import Settings
    from workflow.values import istanbul_day

    settings = Settings()
    fixed = {"order-date": "", "today": istanbul_day(datetime.now(UTC)).isoformat()}
    options = importer.Options("check", currency, courier, fixed.get(planned_on, planned_on), packaging)
    goods, who = companions.read_catalogue(catalogue), companions.read_seller(seller)

    async def run() -> rehearsal.Report:
        rules = gib.checker("off" if settings.gib_check == "off" else "if_installed", 2)
        one = rehearsal.Rehearsal(bootstrap.law_book(settings), goods, who, options, rehearsal.read_rates(rates), rules)
        try:
            return await one.run(files)
        finally:
            if rules is not None:
                await rules.close()

    found = asyncio.run(run())
    rehearsal_view.show(found, settings.locale, as_json=as_json)
    if found.faults:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(imports)
