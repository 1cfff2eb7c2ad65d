"""Commands for the central bank's rates: ``rates fetch`` and ``import rates``."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.entrypoints.cli.data import imports

if TYPE_CHECKING:
    from adapters.rates.tcmb.bank import TcmbBank
    from events.intake import Intake

rates = typer.Typer(
    name="rates",
    help="The central bank's exchange rates.\n\nExample: kervan rates fetch --from 2026-11-01 --to 2026-11-24",
    no_args_is_help=True,
)

_DAY = ["%Y-%m-%d"]
_LONGEST_DAYS = 3660
_AT_ONCE = 25


@rates.command("fetch")
def fetch(
    since: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First day; none: the newest bulletin")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="Last day; default: the first")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Fetch the bulletins of some days from the central bank (TCMB); what is known is not fetched again.

    Example: kervan rates fetch --from 2026-11-01 --to 2026-11-24
    """
    if since is None and until is not None:
        raise typer.BadParameter("--to needs --from")
    last = (until or since).date() if since is not None else None
    if since is not None and last is not None and not 0 <= (last - since.date()).days < _LONGEST_DAYS:
        wrong = f"--to must not be before --from, nor {_LONGEST_DAYS} days after it"
        raise typer.BadParameter(wrong)

    async def run(intake: "Intake", bank: "TcmbBank") -> dict[str, int]:
        if since is None or last is None:
            newest = await bank.newest()
            found = [newest] if newest is not None else []
            return _counted(await _told(intake, found), found, 1)
        return await _between(intake, bank, since.date(), last)

    _show(_with_bank(run), as_json=as_json)


async def _between(intake: "Intake", bank: "TcmbBank", since: Any, until: Any) -> dict[str, int]:  # noqa: ANN401 - two days
    """Fetch day by day and take some at once (each time waiting drafts are judged); what was fetched is taken in any case."""
    from adapters.rates.tcmb.bank import days

    asked: list[Any] = []
    waiting: list[Any] = []
    taken = 0
    with _bar("bulletins", len(days(since, until))) as advance:
        try:
            async for answer in bank.between(since, until):
                if answer is not None:
                    asked.append(answer)
                    waiting.append(answer)
                if len(waiting) >= _AT_ONCE:
                    taken += await _told(intake, waiting)
                    waiting.clear()
                advance(1)
        finally:
            taken += await _told(intake, waiting)
    return _counted(taken, asked, len(days(since, until)))


async def _told(intake: "Intake", answers: Any) -> int:  # noqa: ANN401 - answers of the bank, imported late
    """Give final answers to the intake; how many bulletins were new."""
    from adapters.rates.tcmb.bank import reply
    from events.translate import Arrival

    final = [answer for answer in answers if answer.final]
    replies = [reply(answer) for answer in final]
    arrivals = [Arrival(one.subject, one.body, f"rates:{one.message_id}") for one in replies]
    outcomes = await intake.take(arrivals) if arrivals else []
    pairs = zip(final, outcomes, strict=True)
    return sum(answer.bulletin is not None and outcome.state == "applied" for answer, outcome in pairs)


def _counted(taken: int, answers: Any, days: int) -> dict[str, int]:  # noqa: ANN401 - answers of the bank, imported late
    return {
        "days": days,
        "asked": len(answers),
        "bulletins": taken,
        "without_bulletin": sum(answer.bulletin is None for answer in answers),
    }


WORDS: dict[str, tuple[str, str]] = {
    "days": ("gün", "days"),
    "asked": ("bankaya sorulan gün", "days asked of the bank"),
    "bulletins": ("yeni bülten", "new bulletins"),
    "without_bulletin": ("bülteni olmayan gün", "days without a bulletin"),
    "files": ("dosya", "files"),
}


def _show(found: dict[str, int], *, as_json: bool) -> None:
    import orjson

    from adapters.settings import Settings

    if as_json:
        typer.echo(orjson.dumps(found).decode())
        return
    column = 0 if Settings().locale == "tr" else 1
    for name, count in found.items():
        typer.echo(f"{count:>6}  {WORDS[name][column]}")


def _with_bank(run: Callable[..., Any]) -> dict[str, int]:
    """Run something over an intake and the bank."""
    from functools import partial

    import uvloop

    from adapters import observability
    from adapters.database import rates as known
    from adapters.entrypoints import bootstrap
    from adapters.entrypoints.cli.place import servers
    from adapters.rates import tcmb
    from adapters.rates.tcmb.bank import TcmbBank
    from adapters.rates.tcmb.client import TcmbClient
    from adapters.settings import Settings

    settings = Settings()
    observability.configure(settings.log_format, "warning")

    async def main(database_url: str) -> dict[str, int]:
        async with (
            bootstrap.parts_in_agreement(settings, database_url) as parts,
            TcmbClient(settings.rates.tcmb.base_url, timeout_s=settings.rates.tcmb.timeout_s) as client,
        ):
            bank = TcmbBank(client, partial(known.known, parts.pool, tcmb.CODE), bootstrap.now)
            found: dict[str, int] = await run(parts.intake, bank)
            return found

    with servers(settings) as urls:
        return uvloop.run(main(urls.database_url))


def _bar(what: str, total: int) -> Any:  # noqa: ANN401 - a context that gives a function
    from adapters.entrypoints import report

    return report.progress(what, [], total=total)


@imports.command("rates")
def import_(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Take rates from files, for use without the internet: the bank's bulletins (XML), or CSV/JSON as in an order import.

    Example: kervan import rates 18092026.xml rates.csv
    """
    from adapters.imports import companions
    from adapters.rates.tcmb import bulletin

    read = {path: bulletin.read(_content(path), path.name) for path in files if path.suffix.lower() == ".xml"}
    for path in files:
        if path not in read:
            companions.read_rates(path)  # every file is checked before any is taken

    async def run(intake: "Intake", _: "TcmbBank") -> dict[str, int]:
        taken = 0
        with _bar("files", len(files)) as advance:
            for path in files:
                found = read.get(path)
                taken += await companions.publish_rates(intake, path) if found is None else await _filed(intake, found)
                advance(1)
        return {"files": len(files), "bulletins": taken}

    _show(_with_bank(run), as_json=as_json)


def _content(path: Path) -> bytes:
    """The bytes of a file, no more than one over what a bulletin may have."""
    from adapters.rates.tcmb.bulletin import MAX_BYTES

    with path.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


async def _filed(intake: "Intake", found: Any) -> int:  # noqa: ANN401 - a bulletin, imported late
    """Take a bulletin that came as a file: as source ``rates/file``, since it may be an excerpt and the bank's is whole."""
    from hashlib import sha256

    from adapters.rates.tcmb import bulletin
    from events import topology
    from events.translate import Arrival

    source = "rates/file"
    _, body = bulletin.published(found, source=source)
    message_id = f"{found.published_on}-{sha256(body).hexdigest()[:32]}"
    _, body = bulletin.published(found, source=source, message_id=message_id)
    (outcome,) = await intake.take([Arrival(topology.subject_of(source), body, f"rates:{message_id}")])
    return int(outcome.state == "applied")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(rates)
