"""``kervan import etgb``, ``vedop``, ``checkpoints``, ``purchases``: lists whose headings are understood, or said once."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias
from uuid import UUID

import typer

from adapters.entrypoints.cli.data import AsJson, imports

if TYPE_CHECKING:
    from adapters.entrypoints.bootstrap import Parts

Run: TypeAlias = Callable[[str, bytes], Awaitable[tuple[UUID, bool]]]
"""Imports one file, by its name and content: its account, and whether it was imported before."""

Lists = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, XLSX or PDF")]
Mapped = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="HEADING=COLUMN", help="What a heading means that nobody knows; remembered. Repeatable"),
]


def etgb(
    files: Lists,
    courier: Annotated[str, typer.Option(help="Courier whose ETGBs these are, where a row names no other")],
    seller: Annotated[str, typer.Option(help="VKN or TCKN of the seller, where a row names no other")] = "",
    mapped: Mapped = None,
    as_json: AsJson = False,
) -> None:
    """Import a courier's list of ETGBs: rows of one number become one declaration, every row has one counted outcome.

    Example: kervan import etgb november.xlsx --courier navlungo --seller 1234567890
    """
    _check_parties(courier, seller)
    _lists("etgb", files, seller=seller, courier=courier, mapped=mapped, as_json=as_json)


def _check_parties(courier: str, seller: str) -> None:
    import re

    from workflow.values import is_valid_tax_number

    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", courier):
        raise typer.BadParameter("use letters, digits, - and _ only, 64 at most", param_hint="--courier")
    if seller and not is_valid_tax_number(seller):
        raise typer.BadParameter("is neither a VKN nor a TCKN", param_hint="--seller")


def vedop(files: Lists, mapped: Mapped = None, as_json: AsJson = False) -> None:
    """Import a list of ETGBs that were seen in VEDOP, the tax office's database of export declarations.

    Example: kervan import vedop vedop-2026-11.csv
    """
    _lists("vedop", files, seller="", courier="", mapped=mapped, as_json=as_json)


def checkpoints(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or XLSX")],
    courier: Annotated[str, typer.Option(help="Courier whose scans these are")],
    seller: Annotated[str, typer.Option(help="VKN or TCKN of the seller, where a row names an order and no seller")] = "",
    mapped: Mapped = None,
    status: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD=STATUS", help="What a status word means that nobody knows; remembered. Repeatable"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import a courier's list of scans: tracking number, status or code, time; every row has one counted outcome.

    Times without an offset are Istanbul's. Rows that name the seller's order also book its parcel. A status that nobody knows
    is kept in its words as unknown, until it is said once what it means.

    Example: kervan import checkpoints hareketler.xlsx --courier pts --status "Şubede=ready_for_pickup"
    """
    from functools import partial

    from adapters.database.accounts import ImportAccounts
    from adapters.database.mappings import ColumnMappings
    from adapters.entrypoints import bootstrap
    from adapters.imports import headings, status_words
    from adapters.imports.checkpoint_import import CheckpointImport

    _check_parties(courier, seller)
    mapping = headings.read_mapping(mapped or [], headings.CHECKPOINTS)
    statuses = status_words.read(status or [])

    def importing(parts: "Parts") -> Run:
        account, mappings = ImportAccounts(parts.pool), ColumnMappings(parts.pool)
        one = CheckpointImport(parts.intake, account, bootstrap.now, mappings, owner="file")
        return partial(one.run, courier=courier, seller=seller, mapping=mapping, statuses=statuses)

    _each("checkpoints", files, importing, as_json=as_json)


def purchases(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or XLSX")],
    seller: Annotated[str, typer.Option(help="VKN or TCKN of whom these purchases are")],
    kind: Annotated[str, typer.Option(help="direct, general or depreciation: what rows are that do not say so")] = "direct",
    period: Annotated[str, typer.Option(help="VAT period, as 2026-11; default: each row's, or that of its date")] = "",
    mapped: Mapped = None,
    as_json: AsJson = False,
) -> None:
    """Import purchase invoices, whose VAT a refund claims: from an accounting program's list or the tax office's own form.

    An invoice that is there already is corrected, until a claim was filed with it; none counts twice.

    Example: kervan import purchases alislar-2026-11.xlsx --seller 1234567890 --kind general
    """
    from functools import partial

    from adapters.database.accounts import ImportAccounts
    from adapters.database.mappings import ColumnMappings
    from adapters.entrypoints import bootstrap
    from adapters.imports import headings
    from adapters.imports.purchase_headings import PURCHASES
    from adapters.imports.purchase_import import PurchaseImport
    from adapters.imports.purchases import Beside
    from workflow.values import is_valid_tax_number

    if not is_valid_tax_number(seller):
        raise typer.BadParameter("is neither a VKN nor a TCKN", param_hint="--seller")
    mapping = headings.read_mapping(mapped or [], PURCHASES)

    def importing(parts: "Parts") -> Run:
        account, mappings = ImportAccounts(parts.pool), ColumnMappings(parts.pool)
        one = PurchaseImport(parts.intake, account, bootstrap.now, mappings, owner="file")
        return partial(one.run, beside=Beside(seller, kind, period), mapping=mapping)

    _each("purchases", files, importing, as_json=as_json)


def _lists(kind: str, files: list[Path], *, seller: str, courier: str, mapped: list[str] | None, as_json: bool) -> None:
    from functools import partial

    from adapters.database.accounts import ImportAccounts
    from adapters.database.mappings import ColumnMappings
    from adapters.database.matches import EtgbMatches
    from adapters.documents import DocumentFolder
    from adapters.entrypoints import bootstrap
    from adapters.imports import headings
    from adapters.imports.lists import ListImport
    from adapters.settings import Settings
    from adapters.web.kept_etgbs import EtgbPapers

    mapping = headings.read_mapping(mapped or [])

    def importing(parts: "Parts") -> Run:
        one = ListImport(
            parts.intake,
            ImportAccounts(parts.pool),
            bootstrap.now,
            EtgbMatches(parts.pool),
            ColumnMappings(parts.pool),
            EtgbPapers(parts.pool, DocumentFolder(Settings().documents_dir), bootstrap.now),
            kind=kind,
            owner="file",
        )
        return partial(one.run, seller=seller, courier=courier, mapping=mapping)

    _each(kind, files, importing, as_json=as_json)


def _each(kind: str, files: list[Path], importing: "Callable[[Parts], Run]", *, as_json: bool) -> None:
    """Import files one after the other, and print their account."""
    import uvloop

    from adapters import observability
    from adapters.database.accounts import ImportAccounts
    from adapters.entrypoints import bootstrap, report
    from adapters.entrypoints.cli.place import servers, sign
    from adapters.imports.account import Summary
    from adapters.imports.list_files import MAX_BYTES
    from adapters.settings import Settings

    settings = Settings()
    observability.configure(settings.log_format, "warning")

    async def run(database_url: str, progress: Callable[[int], None]) -> Summary:
        async with bootstrap.parts(settings, database_url) as parts:
            summary, one = Summary(), importing(parts)
            for file in files:
                with file.open("rb") as opened:
                    content = opened.read(MAX_BYTES + 1)
                import_id, known = await one(file.name, content)
                (summary.known_files if known else summary.files).append(file.name)
                summary.import_ids.append(import_id)
                progress(1)
            await sign(parts.pool, bootstrap.now(), f"import.{kind}", ", ".join(file.name for file in files))
            summary.count(await ImportAccounts(parts.pool).totals(summary.import_ids))
            return summary

    paths = [str(file) for file in files]
    with servers(settings, broker=False) as urls, report.progress("files", paths, by_file=True) as progress:
        summary = uvloop.run(run(urls.database_url, progress))
    report.import_summary(summary, settings.locale, as_json=as_json)


def register() -> None:
    """Add the commands to the group of imports."""
    for command in (etgb, vedop, checkpoints, purchases):
        imports.command(command.__name__)(command)
