"""Commands about tables kept by month: ``partition list``, ``partition detach``, ``partition attach``."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from adapters.database.months import Month

partitions = typer.Typer(
    name="partition",
    help="What messages said, and the transition log, by month: list, detach old months, attach them again.\n\n"
    "Example: kervan partition list",
    no_args_is_help=True,
)


class Of(StrEnum):
    """What a month is detached of, as a person names it."""

    BODIES = "inbox_body"
    LOG = "transition"


_Given = Annotated[str, typer.Argument(metavar="MONTH", help="Like 2024-03 (UTC)")]
_Of = Annotated[
    Of,
    typer.Option(
        "--table", help="inbox_body: what messages said, by when they came; transition: the log, by when shipments began"
    ),
]
_Reason = Annotated[str, typer.Option(help="Why; it stands in the audit log")]


@partitions.command("list")
def listed(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False) -> None:
    """The months that are attached, with about how many rows and how many bytes each has, and those of the log that are not.

    Example: kervan partition list
    """
    import orjson

    from adapters.database import detached, months
    from adapters.entrypoints.cli.place import on_pool

    async def both(pool: Any) -> tuple[list[dict[str, Any]], list[detached.Detached]]:  # noqa: ANN401 - a pool
        return await months.listed(pool), await detached.months(pool)

    found, away = on_pool(both)
    if as_json:
        gone = [
            {
                "table": Of.LOG,
                "month": str(x.month),
                "detached_at": x.detached_at,
                "rows": x.moves,
                "shipments": x.shipments,
                "here": x.here,
            }
            for x in away
        ]
        typer.echo(orjson.dumps([*found, *gone], option=orjson.OPT_INDENT_2).decode())
        return
    for one in found:
        typer.echo(f"{one['table']}  {one['month'] or 'other':7}  {one['rows']:>12,}  {one['bytes']:>16,} B")
    for x in away:
        typer.echo(
            f"{Of.LOG}  {x.month}  {x.moves:>12,}  detached on {x.detached_at:%Y-%m-%d}{'' if x.here else ', kept elsewhere'}"
        )


@partitions.command("detach")
def detach(given: _Given, reason: _Reason, table: _Of = Of.BODIES) -> None:
    """Make a table of its own of an old month, to be dumped, kept and dropped; what is in it is not shown any more.

    A month of the log is proven first, which reads all of it; it goes only when all shipments that began in it have ended.

    Example: kervan partition detach 2024-03 --reason "kept as a dump in the archive"
    """
    from datetime import UTC, datetime

    from adapters.database import log_months, months

    month, now = _month(given), datetime.now(UTC)
    if table is Of.LOG:
        _settled(month.part_of(table), "partition.detach", reason, lambda pool: log_months.detach(pool, month, now))
    else:
        _settled(month.part_of(table), "partition.detach", reason, lambda pool: months.detach(pool, table, month, now))


@partitions.command("attach")
def attach(given: _Given, reason: _Reason, table: _Of = Of.BODIES) -> None:
    """Put a month's table back, as `pg_restore` or `psql` brought it. A month of the log is proven first.

    Example: kervan partition attach 2024-03 --table transition --reason "the tax office asks"
    """
    from adapters.database import log_months, months

    month = _month(given)
    if table is Of.LOG:
        _settled(month.part_of(table), "partition.attach", reason, lambda pool: log_months.attach(pool, month))
    else:
        _settled(month.part_of(table), "partition.attach", reason, lambda pool: months.attach(pool, table, month))


def _month(given: str) -> "Month":
    from adapters.database.months import Month

    month = Month.read(given)
    if month is None:
        wrong = f"{given!r} is no month; write it like 2024-03"
        raise typer.BadParameter(wrong)
    return month


def _settled(part: str, action: str, reason: str, doing: Any) -> None:  # noqa: ANN401 - a function over a pool
    from adapters.entrypoints.cli.place import on_pool, signed

    async def act(pool: Any) -> None:  # noqa: ANN401 - a pool
        async with signed(pool, action, f"partition/{part}", reason=reason):
            await doing(pool)

    on_pool(act, owner=True)
    typer.echo(part)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(partitions)
