"""``kervan claim export``: a claim's dossier as a file."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any
from uuid import UUID

import typer

from adapters.dossiers.rows import RefundWay, Remark
from adapters.entrypoints.cli.claims import claims


def export(
    claim: Annotated[UUID | None, typer.Argument(help="The claim's id, or say --seller and --period")] = None,
    seller: Annotated[str, typer.Option(help="VKN or TCKN of the seller")] = "",
    period: Annotated[str, typer.Option(help="The VAT period, as 2026-11")] = "",
    supplement: Annotated[int, typer.Option(min=0, help="0: the period's first claim; 1, 2, …: supplementary ones")] = 0,
    out: Annotated[Path, typer.Option(help="A folder to write into, or the file to write (….zip); it is replaced")] = Path(),
    way: Annotated[
        RefundWay, typer.Option(help="What the petition asks for: cash (nakden), offset (mahsuben)")
    ] = RefundWay.UNDECIDED,
    filing: Annotated[
        int | None, typer.Option(min=1, help="As it was filed that time (1: the first; `kervan claim show` lists them)")
    ] = None,
    prints: Annotated[
        bool, typer.Option("--print", help="First print the invoices that never were, some ten in a second")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Write a claim's dossier: lists for the tax office, petition, invoices, ETGBs, report, manifest.

    Example: kervan claim export --seller 1234567890 --period 2026-11 --out dosyalar
    """
    from adapters.entrypoints.cli import place

    wanted = _named(claim, seller, period, supplement)
    folder = out.parent if out.suffix == ".zip" else out
    with _beside(folder) as file:
        written = place.on_pool(lambda pool: _write(pool, wanted, file, way, filing, prints=prints))
        file.close()
        path = Path(file.name).replace(out if out.suffix == ".zip" else folder / written.name)
    if as_json:
        import orjson

        counts = Counter(one.code for one in written.remarks)
        told = {"claim": str(wanted), "path": str(path), "bytes": path.stat().st_size, "missing": counts}
        typer.echo(orjson.dumps(told).decode())
    else:
        typer.echo(path)
        typer.echo("\n".join(_lacking(written.remarks)), err=True)


async def _write(
    pool: Any,  # noqa: ANN401 - late imports
    claim: UUID,
    file: IO[bytes],
    way: RefundWay,
    filing: int | None,
    *,
    prints: bool,
) -> Any:  # noqa: ANN401 - late imports
    """Write it, with a bar that shows how far it is."""
    from rich.console import Console
    from rich.progress import Progress

    from adapters.entrypoints import bootstrap, dossiers, printing
    from adapters.entrypoints.cli import place
    from adapters.settings import Settings

    settings = Settings()
    exporter = dossiers.dossiers(settings, pool, bootstrap.law_book(settings), bootstrap.now)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        if prints:
            printer, printing_them = printing.printer(settings, pool, bootstrap.now), bar.add_task("invoices", total=None)
            await exporter.print_missing(claim, printer, lambda done, of: bar.update(printing_them, completed=done, total=of))
        writing = bar.add_task("dossier", total=None)

        def shown(done: int, of: int) -> None:
            bar.update(writing, completed=done, total=of)

        async with place.signed(pool, "claim.export", f"claim/{claim}"):
            return await exporter.write(claim, file, way=way, version=filing, progress=shown)


@contextmanager
def _beside(folder: Path) -> Iterator[IO[bytes]]:
    """A file in the folder, to be renamed when it is whole; where it is not, it is gone."""
    import tempfile

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".dosya-", delete=False) as file:
        path = Path(file.name)
        path.chmod(0o640)
        try:
            yield file
        finally:
            path.unlink(missing_ok=True)


def _lacking(remarks: Sequence[Remark]) -> Iterator[str]:
    """What a dossier lacks, each kind once with how many there are, in the language of the settings."""
    from adapters.settings import Settings

    language = 0 if Settings().locale == "tr" else 1
    counts = Counter(one.code for one in remarks)
    texts = {one.code: one.text[language] for one in reversed(remarks)}
    return (f"  {count} × {texts[code]}" for code, count in counts.items())


def _named(claim: UUID | None, seller: str, period: str, supplement: int) -> UUID:
    """The claim that is meant."""
    from workflow.refund import claim_id
    from workflow.refund.periods import first_day

    if claim is not None:
        return claim
    if not seller or not period:
        raise typer.BadParameter("say which claim: its id, or --seller and --period (kervan claim list shows them)")
    try:
        first_day(period)
    except ValueError as error:
        message = f"--period {error}"
        raise typer.BadParameter(message) from None
    return claim_id(seller, period, supplement)


def answers(
    state: Annotated[str, typer.Option(help="in, kept or refused: only these")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """List the tax office's answers in the folder (KERVAN_TASKS__TAX_OFFICE=file), the latest first, and why one was refused.

    Example: kervan claim answers --state refused
    """
    from adapters.entrypoints import filing
    from adapters.settings import Settings
    from adapters.tax_office.file import AnswerFolder
    from workflow.values import ISTANBUL

    found = [one for one in AnswerFolder(filing.folder(Settings())).listed() if state in {"", one.state}]
    if as_json:
        import orjson

        typer.echo(orjson.dumps([{"name": o.name, "state": o.state, "at": o.at, "reason": o.reason} for o in found]).decode())
        return
    for one in found:
        typer.echo(f"{one.at.astimezone(ISTANBUL):%Y-%m-%d %H:%M}  {one.state:<8} {one.name}  {one.reason}".rstrip())


def register() -> None:
    """Add the commands to the group of claims."""
    claims.command("export")(export)
    claims.command("answers")(answers)
