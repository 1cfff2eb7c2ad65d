"""``kervan import matches`` and ``kervan import match``: lines of ETGB lists that a person has to decide on."""

from typing import Annotated
from uuid import UUID

import typer

from adapters.entrypoints.cli.data import imports

_MOST = 200


def matches(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False) -> None:
    """List the lines that may mean several shipments, oldest first, each with its candidates.

    Example: kervan import matches
    """
    import asyncio

    import orjson

    from adapters.database import matches as stored
    from adapters.database import pool
    from adapters.entrypoints.cli.place import servers
    from adapters.settings import Settings

    settings = Settings()

    async def run(url: str) -> list[dict[str, object]]:
        connected = await pool.connect(url, size=2)
        try:
            return await stored.listed(connected, "open", _MOST, None)
        finally:
            await connected.close()

    with servers(settings, broker=False) as urls:
        found = asyncio.run(run(urls.database_url))
    if as_json:
        typer.echo(orjson.dumps(found).decode())
        return
    for one in found:
        typer.echo(_shown(one, settings.locale))
    if not found:
        typer.echo({"tr": "Bekleyen satır yok.", "en": "No line waits."}[settings.locale])


def _shown(one: dict[str, object], language: str) -> str:
    """A line and its candidates under it."""
    etgb, line, candidates = one["etgb"], one["line"], one["candidates"]
    if not (isinstance(etgb, dict) and isinstance(line, dict) and isinstance(candidates, list)):
        raise TypeError(one)
    said = " ".join(f"{name}={value}" for name, value in line.items())
    shown = [f"{one['id']}  {etgb['number']} {etgb['registered_on']}  {said}"]
    for c in candidates:
        signs = ", ".join(sign[language] for sign in c["signs"])
        shown.append(
            f"    {c['points']:>3}  {c['reference']}  {c['total']} {c['currency']} {c['country']}  {c['shipment']}  {signs}"
        )
    return "\n".join(shown)


def decide(
    match_id: Annotated[UUID, typer.Argument(metavar="ID", help="The line, as `kervan import matches` names it")],
    shipment: Annotated[UUID | None, typer.Option(help="Id of the shipment that the line means")] = None,
    reject: Annotated[bool, typer.Option("--reject", help="The line means none of Kervan's shipments")] = False,
) -> None:
    """Say which shipment a line means, or that it means none.

    Example: kervan import match 0b0f3a52-5f0e-5c5c-8a56-3f0f6a2d9c10 --reject
    """
    import asyncio

    from adapters import observability
    from adapters.database.matches import EtgbMatches
    from adapters.entrypoints import bootstrap
    from adapters.entrypoints.cli.place import servers, sign
    from adapters.imports import doubts
    from adapters.settings import Settings

    if reject == (shipment is not None):
        raise typer.BadParameter("give either --shipment or --reject")
    settings = Settings()
    observability.configure(settings.log_format, "warning")

    async def run(url: str) -> str:
        async with bootstrap.parts(settings, url) as parts:
            store = EtgbMatches(parts.pool)
            if shipment is None:
                await doubts.reject(store, bootstrap.now, match_id, owner="file")
                await sign(parts.pool, bootstrap.now(), "match.reject", f"match/{match_id}")
                return "rejected"
            outcome = await doubts.confirm(parts.intake, store, bootstrap.now, match_id, shipment, owner="file")
            await sign(parts.pool, bootstrap.now(), "match.confirm", f"match/{match_id}", reason=f"shipment/{shipment}")
            return outcome.state

    with servers(settings, broker=False) as urls:
        typer.echo(asyncio.run(run(urls.database_url)))


def register() -> None:
    """Add the commands to the group of imports."""
    imports.command("matches")(matches)
    imports.command("match")(decide)
