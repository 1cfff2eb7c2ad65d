"""Commands for the law: ``rules list``, ``rules rejudge``."""

from datetime import datetime
from typing import Annotated

import typer

rules = typer.Typer(
    name="rules",
    help="The rules that shipments are judged by.\n\nExample: kervan rules list",
    no_args_is_help=True,
)


@rules.callback()
def _group() -> None:
    """The rules that shipments are judged by."""


@rules.command("list")
def list_(
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="A day; default: today in Istanbul")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Print the rule set: the tables in force on a day with source and certainty, and every finding; needs no server.

    Example: kervan rules list --on 2019-07-13
    """
    from datetime import UTC

    import orjson

    from adapters.entrypoints import bootstrap
    from adapters.entrypoints.rules_view import show
    from adapters.settings import Settings
    from workflow.rules.listing import document
    from workflow.values import istanbul_day

    settings = Settings()
    day = on.date() if on is not None else istanbul_day(datetime.now(UTC))
    found = document(bootstrap.law_book(settings), day)
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        show(found, settings.locale)


@rules.command()
def rejudge(
    everything: Annotated[bool, typer.Option("--all", help="Also what was judged by the rules in force already")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Put the rules of this shell in force where the workers have put others")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Judge drafts, and validated shipments without an invoice, again by the rules of this installation; workers do it alone.

    Where this shell has other rules than those in force nothing is judged: `kervan doctor` shows both.

    Example: kervan rules rejudge --all
    """
    import orjson
    import uvloop

    from adapters import observability
    from adapters.database import law
    from adapters.entrypoints import agreeing, bootstrap, report
    from adapters.entrypoints.cli.place import servers
    from adapters.entrypoints.rejudging import Rejudging
    from adapters.settings import Settings

    settings = Settings()
    observability.configure(settings.log_format, "warning")

    async def main(database_url: str) -> tuple[str, int | None]:
        async with bootstrap.parts(settings, database_url) as parts:
            version = parts.law.version
            if not force:
                await agreeing.agree(parts.pool, version)
            judging = Rejudging(parts.intake, parts.pool, version, bootstrap.now)
            await judging.begin()
            total = await law.count(parts.pool, version, whoever=everything)
            with report.progress("shipments", [], total=total) as advance:
                return version, await judging.run(whoever=everything, told=advance)

    with servers(settings, broker=False) as urls:
        version, judged = uvloop.run(main(urls.database_url))
    if as_json:
        typer.echo(orjson.dumps({"version": version, "judged": judged}).decode())
    else:
        typer.echo(_SAID[judged is not None][settings.locale != "tr"].format(judged=judged, version=version))


_SAID: dict[bool, tuple[str, str]] = {
    True: (
        "{version} kurallarıyla yeniden denetlenen gönderi: {judged}",
        "Shipments judged again by rules {version}: {judged}",
    ),
    False: (
        "Başka bir süreç gönderileri şu anda zaten yeniden denetliyor.",
        "Another process is judging the shipments again just now.",
    ),
}
"""What is said when it is done, and when another process is at it: in Turkish and English."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(rules)
