"""Commands that look and administer: ``doctor``, ``diagram``, ``key``."""

from enum import StrEnum
from typing import Annotated, Any

import typer

keys = typer.Typer(
    name="key",
    help="API keys: add, list, revoke.\n\nExample: kervan key add --role viewer --name ayse",
    no_args_is_help=True,
)


class Role(StrEnum):
    """Who a key is for."""

    VIEWER = "viewer"
    OPERATIONS = "operations"
    FINANCE = "finance"
    ADMIN = "admin"
    COURIER = "courier"


class Form(StrEnum):
    """How the state machine is drawn."""

    MERMAID = "mermaid"
    SVG = "svg"


def _print(found: Any) -> None:  # noqa: ANN401 - anything JSON takes
    import orjson

    typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2, default=str).decode())


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False) -> None:
    """Where everything is, which versions run, and what waits.

    Example: kervan doctor --json
    """
    import asyncio

    from adapters.entrypoints import report
    from adapters.entrypoints.doctor import examine
    from adapters.settings import Settings

    settings = Settings()
    found = asyncio.run(examine(settings))
    if as_json:
        _print(found)
    else:
        for name, value in found.items():
            shown = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
            typer.echo(f"{name:>14}  {shown}")
        if found["sandbox"]:
            typer.echo(report.word("sandbox", settings.locale))
    if not found["ok"]:
        raise typer.Exit(1)


def diagram(form: Annotated[Form, typer.Option("--format", help="mermaid or svg")] = Form.MERMAID) -> None:
    """The state machine, drawn from its table.

    Example: kervan diagram --format svg > deploy/stages.svg
    """
    from workflow import diagram as drawing
    from workflow.lifecycle import STEPS

    typer.echo(drawing.svg(STEPS) if form is Form.SVG else drawing.mermaid(STEPS), nl=False)


def _on_pool(action: Any) -> Any:  # noqa: ANN401 - a coroutine over a pool, and what it gives
    import asyncio

    from adapters.database import pool
    from adapters.entrypoints.cli.place import servers
    from adapters.settings import Settings

    async def run(url: str) -> Any:  # noqa: ANN401 - what the action gives
        connected = await pool.connect(url, size=1)
        try:
            return await action(connected)
        finally:
            await connected.close()

    with servers(Settings(), broker=False) as urls:
        return asyncio.run(run(urls.database_url))


@keys.command("add")
def key_add(
    role: Annotated[Role, typer.Option(help="What the key may do")],
    name: Annotated[str, typer.Option(help="Whose key it is: a-z, 0-9, - and _")],
    courier: Annotated[str, typer.Option(help="For role courier: whose messages; default: the name")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Make an API key and print it, this once.

    Example: kervan key add --role operations --name ayse
    """
    import re

    from adapters.database import keys as table

    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) or not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", courier):
        raise typer.BadParameter("use letters, digits, - and _ only, 64 at most")
    speaks_for = (courier or name) if role is Role.COURIER else ""
    key = _on_pool(lambda pool: table.add(pool, name, role.value, speaks_for))
    if as_json:
        _print({"key": key, "name": name, "role": role.value})
    else:
        typer.echo(key)


@keys.command("list")
def key_list(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False) -> None:
    """All keys, without their secrets.

    Example: kervan key list
    """
    from adapters.database import keys as table

    found = _on_pool(table.listed)
    if as_json:
        _print(found)
        return
    for row in found:
        state = f"revoked {row['revoked_at']:%Y-%m-%d}" if row["revoked_at"] else "active"
        typer.echo(f"{row['name']:<24} {row['role']:<12} {row['courier']:<16} {row['created_at']:%Y-%m-%d} {state}")


@keys.command("revoke")
def key_revoke(name: Annotated[str, typer.Argument(help="Name of the key")]) -> None:
    """End a key at once.

    Example: kervan key revoke ayse
    """
    from adapters.database import keys as table

    _on_pool(lambda pool: table.revoke(pool, name))
    typer.echo(f"revoked {name}")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(doctor)
    app.command()(diagram)
    app.add_typer(keys)
