"""Commands about versions of the table of stages: ``lifecycle list``."""

from typing import Annotated, Any

import typer

lifecycles = typer.Typer(
    name="lifecycle",
    help="Versions of the table of stages, and which shipments are under them: list.\n\nExample: kervan lifecycle list",
    no_args_is_help=True,
)


@lifecycles.command("list")
def listed(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False) -> None:
    """Each version, when shipments begin under it, how many are under way in which stage, and how many there are in all.

    A shipment keeps the version that it began under. One that is not known here was brought by a newer release.

    Example: kervan lifecycle list
    """
    import orjson

    from adapters.database import lifecycles as kept
    from adapters.entrypoints.cli.place import on_pool
    from workflow import lifecycle

    async def look(pool: Any) -> tuple[dict[int, Any], dict[int, int]]:  # noqa: ANN401 - a pool
        return await kept.under_way(pool), await kept.ever(pool)

    under_way, ever = on_pool(look)
    begins = {one.version: one.begins for one in lifecycle.KNOWN.versions}
    first = lifecycle.KNOWN.versions[0].version
    found: list[dict[str, Any]] = [
        {
            "version": version,
            "known": version in begins,
            "begins": begins[version].isoformat() if version in begins and version != first else None,
            "under_way": {stage.value: count for stage, count in under_way.get(version, {}).items()},
            "shipments": ever.get(version, 0),
        }
        for version in sorted(begins.keys() | ever.keys())
    ]
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    for one in found:
        since = f"from {one['begins']}" if one["begins"] else "from the beginning" if one["known"] else "NOT KNOWN HERE"
        stages = ", ".join(f"{stage} {count:,}" for stage, count in one["under_way"].items())
        typer.echo(f"{one['version']:>3}  {since:<32}  {one['shipments']:>12,} in all; under way: {stages or 'none'}")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(lifecycles)
