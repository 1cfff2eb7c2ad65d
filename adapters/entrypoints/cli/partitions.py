"""Commands about tables kept by month: ``partition list``, ``partition detach``, ``partition attach``."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from adapters.database.months import Month

partitions = typer.Typer(
    name="partition",
    help="What messages said, by month: list, detach old months, attach them again.\n\nExample: kervan partition list",
    no_args_is_help=True,
)
_Given = Annotated[str, typer.Argument(metavar="MONTH", help="Like 2024-03 (UTC)")]
_Reason = Annotated[str, typer.Option(help="Why; it stands in the audit log")]


@partitions.command("list")
def listed(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False) -> None:
    """The months that are attached, with about how many messages and how many bytes each has.

    Example: kervan partition list
    """
    import orjson

    from adapters.database import months
    from adapters.entrypoints.cli.place import on_pool

    found = on_pool(months.listed)
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    for one in found:
        typer.echo(f"{one['table']}  {one['month'] or 'other':7}  {one['rows']:>12,}  {one['bytes']:>16,} B")


@partitions.command("detach")
def detach(given: _Given, reason: _Reason) -> None:
    """Make a table of its own of an old month, to be dumped, kept and dropped. Raw messages of it are not shown any more.

    Example: kervan partition detach 2024-03 --reason "kept as a dump in the archive"
    """
    from datetime import UTC, datetime

    from adapters.database import months

    month = _month(given)
    _settled(given, "partition.detach", reason, lambda pool: months.detach(pool, month, datetime.now(UTC)))


@partitions.command("attach")
def attach(given: _Given, reason: _Reason) -> None:
    """Put a month's table back, as `pg_restore` or `psql` brought it.

    Example: kervan partition attach 2024-03 --reason "the tax office asks"
    """
    from adapters.database import months

    month = _month(given)
    _settled(given, "partition.attach", reason, lambda pool: months.attach(pool, month))


def _month(given: str) -> "Month":
    from adapters.database.months import Month

    month = Month.read(given)
    if month is None:
        wrong = f"{given!r} is no month; write it like 2024-03"
        raise typer.BadParameter(wrong)
    return month


def _settled(given: str, action: str, reason: str, doing: Any) -> None:  # noqa: ANN401 - a function over a pool
    from adapters.entrypoints.cli.place import on_pool, signed

    async def act(pool: Any) -> list[str]:  # noqa: ANN401 - a pool
        async with signed(pool, action, f"partition/{given}", reason=reason):
            parts: list[str] = await doing(pool)
        return parts

    for part in on_pool(act):
        typer.echo(part)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(partitions)
