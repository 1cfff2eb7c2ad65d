"""Commands about invoices: ``invoice show``, ``invoice export``, ``invoice check`` and ``invoice pdf``."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from adapters.press.language import Language
from workflow.errors import KervanError

invoices = typer.Typer(
    name="invoice",
    help="Invoices: show, export, check, print.\n\nExample: kervan invoice show 6f1c7d0e-6f0e-5d7c-9b0a-0f0e4c2b9a11",
    no_args_is_help=True,
)


class NoSuchShipmentError(KervanError):
    """A name means no shipment, or more than one."""

    def __init__(self, name: str, found: list[str]) -> None:
        """Name those that it may mean."""
        means = "means several: " + ", ".join(found) if found else "is no shipment's reference, tracking or invoice number"
        super().__init__(f"{name!r} {means}. Nothing more was printed. Give an id, or the seller with --seller.")


_SHIPMENT = Annotated[UUID, typer.Argument(help="Id of the shipment")]


def _with_pool(action: Any) -> Any:  # noqa: ANN401 - a coroutine over a pool and the settings, and what it gives
    import asyncio

    from adapters.database import pool
    from adapters.entrypoints.cli.place import servers
    from adapters.settings import Settings

    settings = Settings()

    async def run(url: str) -> Any:  # noqa: ANN401 - what the action gives
        connected = await pool.connect(url, size=1)
        try:
            return await action(connected, settings)
        finally:
            await connected.close()

    with servers(settings) as urls:
        return asyncio.run(run(urls.database_url))


@invoices.command("show")
def show(shipment: _SHIPMENT, as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False) -> None:
    """The numbers a shipment has or had an invoice under, and what became of each.

    Example: kervan invoice show 6f1c7d0e-6f0e-5d7c-9b0a-0f0e4c2b9a11
    """
    from adapters.database import numbers

    found = _with_pool(lambda pool, _: numbers.listed(pool, shipment))
    if as_json:
        from dataclasses import asdict

        import orjson

        typer.echo(orjson.dumps([asdict(one) for one in found], option=orjson.OPT_INDENT_2, default=str).decode())
    else:
        for one in found:
            typer.echo(
                f"{one.number}  {one.ettn}  {one.issued_on:%Y-%m-%d}  {one.state:<9}  {one.issuer}  {one.reason}".rstrip()
            )
    if not found:
        if not as_json:
            typer.echo("no invoice number was drawn for this shipment", err=True)
        raise typer.Exit(1)


@invoices.command("export")
def export(
    shipment: _SHIPMENT,
    out: Annotated[Path, typer.Option(help="Folder to write into; it is made where it is missing")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Write a shipment's kept documents (XML, signed XML, PDF) into a folder, each verified.

    Example: kervan invoice export 6f1c7d0e-6f0e-5d7c-9b0a-0f0e4c2b9a11 --out invoices
    """
    from adapters.database import documents
    from adapters.documents import DocumentFolder

    async def write(pool: Any, settings: Any) -> list[str]:  # noqa: ANN401 - a pool and the settings
        folder = DocumentFolder(settings.documents_dir)
        out.mkdir(parents=True, exist_ok=True)
        written = []
        for one in await documents.of_shipment(pool, shipment):
            path = out / Path(one["name"]).name
            if str(path) in written:  # a number that was used again has several documents of one name
                path = path.with_stem(f"{path.stem}-{one['sha256'][:8]}")
            path.write_bytes(await folder.read(one["sha256"]))
            written.append(str(path))
        return written

    paths = _with_pool(write)
    if as_json:
        import orjson

        typer.echo(orjson.dumps(paths).decode())
    else:
        for path in paths:
            typer.echo(path)
    if not paths:
        raise typer.Exit(1)


@invoices.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="UBL-TR XML, signed or not")],
    shipment: Annotated[UUID | None, typer.Option(help="Compare with this shipment, line by line")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Judge invoices, whoever made them: by Kervan's rules for micro-export, and by GİB's own where they are installed.

    Nothing is kept or changed. Ends with 1 where a finding blocks or a file cannot be read.

    Example: kervan invoice check invoice.xml --shipment 6f1c7d0e-6f0e-5d7c-9b0a-0f0e4c2b9a11
    """
    import asyncio

    from adapters.entrypoints import checking

    draft = None
    if shipment is not None:
        from adapters.database.awaiting import PostgresAwaiting

        known = _with_pool(lambda pool, _: PostgresAwaiting(pool).awaiting(shipment))
        if known is None:
            typer.echo(f"There is no shipment {shipment}. Without --shipment, invoices are judged by themselves.", err=True)
            raise typer.Exit(2)
        draft = known.draft
    found = asyncio.run(checking.check(files, draft))
    if as_json:
        import orjson

        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        typer.echo("\n".join(checking.lines(found)))
    if not all(one["accepted"] for one in found):
        raise typer.Exit(1)


@invoices.command("pdf")
def pdf(
    shipments: Annotated[list[str], typer.Argument(help="Ids of shipments, or their reference, tracking or invoice numbers")],
    proforma: Annotated[bool, typer.Option("--proforma", help="The proforma instead of the invoice")] = False,
    language: Annotated[Language, typer.Option(help="en: English with Turkish beneath; tr: Turkish")] = Language.EN,
    seller: Annotated[str, typer.Option(help="VKN or TCKN, where several sellers use the same reference")] = "",
    out: Annotated[Path, typer.Option(help="Folder to write into; it is made where it is missing")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Print the invoices that Kervan issued, or the proformas, as PDF.

    Example: kervan invoice pdf WEB-1001 WEB-1002 --language en --out sheets
    """
    from adapters.entrypoints import bootstrap, printing
    from adapters.invoicing.sheets.content import SheetKind

    kind = SheetKind.PROFORMA if proforma else SheetKind.INVOICE

    async def write(pool: Any, settings: Any) -> list[str]:  # noqa: ANN401 - a pool and the settings
        printer = printing.printer(settings, pool, bootstrap.now)
        out.mkdir(parents=True, exist_ok=True)
        written = []
        for name in shipments:
            sheet = await printer.print(await _one(pool, name, seller), kind, language)
            path = out / sheet.name
            path.write_bytes(sheet.pdf)
            written.append(str(path))
            if not as_json:
                typer.echo(path)
            if sheet.lacks_letters:
                typer.echo(f"{path}: the fonts lack a character of its texts; □ stands in its place", err=True)
        return written

    paths = _with_pool(write)
    if as_json:
        import orjson

        typer.echo(orjson.dumps(paths).decode())


async def _one(pool: Any, name: str, seller: str) -> UUID:  # noqa: ANN401 - a pool
    """The one shipment that a name means; an id as it is."""
    from adapters.database import queries

    try:
        return UUID(name)
    except ValueError:
        found = await queries.named(pool, name, seller=seller)
    if len(found) == 1:
        return found[0]
    raise NoSuchShipmentError(name, [str(one) for one in found])


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(invoices)
