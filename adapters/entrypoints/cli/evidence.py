"""``kervan import evidence``: a file that shows an ETGB in VEDOP is kept, and what was seen is entered."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.entrypoints.cli.data import AsJson, imports
from workflow.errors import KervanError

if TYPE_CHECKING:
    from adapters.entrypoints.bootstrap import Parts
    from workflow.world import Outcome


class NoSuchEtgbError(KervanError):
    """There is no such ETGB here."""

    def __init__(self, number: str) -> None:
        """Name it, and say how it comes here."""
        super().__init__(f"There is no ETGB {number} here. Nothing was kept. `kervan import etgb` brings a courier's list.")


class NotConfirmedError(KervanError):
    """What was seen could not be entered."""

    def __init__(self, number: str, detail: str) -> None:
        """Say why; a file that was given is kept."""
        super().__init__(f"That ETGB {number} is in VEDOP was not entered: {detail}. A file that was given is kept.")


def evidence(
    etgb: Annotated[str, typer.Option(help="Number of the ETGB that was seen")],
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, readable=True, help="PDF, PNG, JPEG, XLSX or CSV")
    ] = None,
    note: Annotated[str, typer.Option(help="What was seen, where, by whom; needed where there is no file")] = "",
    seen_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day it was seen; enters it")] = None,
    closed_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its closing day, where shown")] = None,
    as_json: AsJson = False,
) -> None:
    """Keep a file that shows an ETGB in VEDOP; with a day, enter that it was seen, by that file or by a note.

    Example: kervan import evidence ekran.png --etgb 26341453EX000001 --seen-on 2026-11-23
    """
    import json

    import uvloop

    from adapters.entrypoints import bootstrap
    from adapters.entrypoints.cli.place import servers
    from adapters.settings import Settings
    from workflow.values import normalise_etgb_number

    if file is None and (not note.strip() or seen_on is None):
        raise typer.BadParameter("give a file, or --note with --seen-on", param_hint="--note")
    settings, number = Settings(), normalise_etgb_number(etgb)
    days = {"seen_on": _day(seen_on), "closed_on": _day(closed_on)}

    async def run(database_url: str) -> dict[str, object]:
        async with bootstrap.parts(settings, database_url) as parts:
            digest = await _kept(parts, number, file)
            outcome = await _entered(parts, number, digest, note.strip(), days) if days["seen_on"] else None
        if outcome is not None and outcome.state == "refused":
            raise NotConfirmedError(number, outcome.detail)
        return {"etgb": number, "sha256": digest or None, "entered": None if outcome is None else outcome.state}

    with servers(settings, broker=False) as urls:
        found = uvloop.run(run(urls.database_url))
    typer.echo(json.dumps(found) if as_json else "\n".join(f"{name}: {value}" for name, value in found.items() if value))


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


async def _kept(parts: "Parts", number: str, file: Path | None) -> str:
    from adapters.database import etgbs
    from adapters.documents import EVIDENCE_BYTES, DocumentFolder
    from adapters.entrypoints import bootstrap
    from adapters.settings import Settings
    from adapters.web.kept_etgbs import EtgbPapers

    if await etgbs.shown(parts.pool, number) is None:
        raise NoSuchEtgbError(number)
    if file is None:
        return ""
    with file.open("rb") as opened:
        content = opened.read(EVIDENCE_BYTES + 1)
    papers = EtgbPapers(parts.pool, DocumentFolder(Settings().documents_dir), bootstrap.now)
    return await papers.keep_evidence([number], file.name, content, "tax_office/file")


async def _entered(parts: "Parts", number: str, digest: str, note: str, days: dict[str, date | None]) -> "Outcome":
    from uuid import uuid4

    from adapters.entrypoints import bootstrap
    from events import topology
    from events.outgoing import envelope
    from events.translate import Arrival
    from workflow import evidence as said

    proof = {"kind": said.FILE if digest else said.NOTE, "reference": f"{digest} {note}".strip()}
    data = {"etgb_number": number, "evidence": proof, **{name: day for name, day in days.items() if day is not None}}
    source, message_id = "tax_office/file", str(uuid4())
    body = envelope(source=source, id=message_id, type="vedop.transferred.v1", time=bootstrap.now(), data=data)
    (outcome,) = await parts.intake.take([Arrival(topology.subject_of(source), body, f"cli:{message_id}", attended=True)])
    return outcome


def register() -> None:
    """Add the command to the group of imports."""
    imports.command("evidence")(evidence)
