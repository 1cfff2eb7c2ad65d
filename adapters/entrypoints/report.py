"""What commands show people: progress bars and summaries, in Turkish or English."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from adapters.imports import reasons
from adapters.imports.account import Summary
from workflow.stages import STAGE_LABELS, Stage

WORDS: dict[str, tuple[str, str]] = {
    "rows": ("Satır", "Rows"),
    "taken": ("Alınan", "Taken"),
    "set_aside": ("Ayrılan", "Set aside"),
    "shipments": ("Gönderi", "Shipments"),
    "findings": ("Bekleten bulgular (gönderi sayısı)", "Findings that hold (shipments)"),
    "stages": ("Aşamalar", "Stages"),
    "reasons": ("Ayrılma nedenleri", "Why rows were set aside"),
    "sandbox": (
        "DENEME ORTAMI · karşı taraflar gerçek değil, hiçbir belge geçerli değil",
        "SANDBOX · the counterparts are not real and no document is valid",
    ),
    "nobody": (
        "Konsola giriş yapabilecek kimse yok. İlk yönetici: kervan user add --role admin --name ayse",
        "Nobody can sign in to the console yet. The first administrator: kervan user add --role admin --name ayse",
    ),
    "known": ("Daha önce alınmış dosyalar (değişiklik yok)", "Files taken before (nothing changed)"),
}


def word(name: str, locale: str) -> str:
    """A word of the reports."""
    return WORDS[name][0 if locale == "tr" else 1]


@contextmanager
def progress(
    what: str, files: Sequence[str], *, by_file: bool = False, total: int | None = None
) -> Iterator[Callable[[int], None]]:
    """A bar on stderr that counts up to ``total``, or the rows of files (or the files); nothing where nobody watches."""
    console = Console(stderr=True)
    if total is None and console.is_terminal:
        total = len(files) if by_file else sum(map(_rows, files))
    bar = Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=total)
        yield lambda rows: bar.advance(task, rows)


def _rows(file: str) -> int:
    """The lines of a file below its heading, counted a piece at a time."""
    with Path(file).open("rb") as opened:
        return max(sum(block.count(b"\n") for block in iter(lambda: opened.read(1 << 20), b"")) - 1, 0)


def plain(summary: Summary) -> dict[str, Any]:
    """The account of an import for JSON (``dataclasses.asdict`` spoils a ``Counter``: it gives it pairs for keys)."""
    return {part.name: getattr(summary, part.name) for part in fields(summary)}


def import_summary(summary: Summary, locale: str, *, as_json: bool) -> None:
    """Print the account of an import."""
    if as_json:
        print(orjson.dumps(plain(summary), option=orjson.OPT_INDENT_2).decode())
        return
    column = 0 if locale == "tr" else 1
    console = Console()
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(justify="right")
    table.add_column()
    table.add_row(str(summary.rows), word("rows", locale))
    table.add_row(str(summary.taken), word("taken", locale))
    table.add_row(str(summary.set_aside), word("set_aside", locale))
    for reason, count in summary.reasons.most_common():
        table.add_row(str(count), f"  {reasons.title(reason, 'tr' if locale == 'tr' else 'en')}")
    table.add_row(str(summary.shipments), word("shipments", locale))
    for stage in Stage:
        if summary.stages.get(stage):
            table.add_row(str(summary.stages[stage]), f"  {STAGE_LABELS[stage][column]}")
    if summary.findings:
        table.add_row("", word("findings", locale))
        for code, count in summary.findings.most_common():
            table.add_row(str(count), f"  {code}")
    if summary.known_files:
        table.add_row(str(len(summary.known_files)), word("known", locale))
    console.print(table)
    for warning in summary.warnings:
        console.print(f"[yellow]{escape(reasons.warned(warning)['tr' if locale == 'tr' else 'en'])}[/]")
