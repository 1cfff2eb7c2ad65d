"""Commands about what was asked of counterparts and could not be done: ``task list``, ``task retry``."""

from typing import Annotated, Any
from uuid import UUID

import typer

tasks = typer.Typer(
    name="task",
    help="Tasks that no counterpart could do: list, retry.\n\nExample: kervan task list",
    no_args_is_help=True,
)


@tasks.command("list")
def listed(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False) -> None:
    """Tasks that were tried for the last time, the oldest first.

    Example: kervan task list
    """
    import orjson

    from adapters.database import failed_tasks
    from adapters.entrypoints.cli.place import on_pool

    found = on_pool(lambda pool: failed_tasks.listed(pool, "failed", 1000))
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    for one in found:
        when = f"{one['failed_at']:%Y-%m-%d %H:%M}"
        typer.echo(f"{one['id']}  {when}  {one['counterpart']}  {one['type']}  {one['code']}: {one['detail']}")


@tasks.command("retry")
def retry(
    failed: Annotated[list[UUID], typer.Argument(help="Ids as `kervan task list` shows them")],
    by: Annotated[str, typer.Option(help="Who asks; noted with the attention item")] = "cli",
) -> None:
    """Have failed tasks done once more; their attention items are settled.

    Example: kervan task retry 6f1c7d0e-6f0e-5d7c-9b0a-0f0e4c2b9a11 --by ayse
    """
    from datetime import UTC, datetime

    from adapters.database import failed_tasks
    from adapters.entrypoints.cli.place import on_pool, sign

    async def ask(pool: Any) -> list[UUID]:  # noqa: ANN401 - a pool
        unknown = []
        for one in failed:
            now = datetime.now(UTC)
            if await failed_tasks.ask_again(pool, one, by, now) is None:
                unknown.append(one)
            else:
                await sign(pool, now, "task.retry", f"task/{one}", reason=f"by {by}")
        return unknown

    unknown = on_pool(ask)
    for one in unknown:
        typer.echo(f"No failed task is kept under {one}; `kervan task list` shows them.", err=True)
    if unknown:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(tasks)
