"""Commands that look and administer: ``doctor``, ``diagram``."""

from enum import StrEnum
from typing import Annotated, Any

import typer


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


def diagram(
    form: Annotated[Form, typer.Option("--format", help="mermaid or svg")] = Form.MERMAID,
    version: Annotated[
        int | None, typer.Option("--version", help="Of which version (`kervan lifecycle list`); the newest if not given")
    ] = None,
) -> None:
    """The state machine, drawn from its table.

    Example: kervan diagram --format svg > deploy/stages.svg
    """
    from workflow import diagram as drawing
    from workflow.lifecycle import KNOWN

    known = {one.version: one.steps for one in KNOWN.versions}
    if version is not None and version not in known:
        wrong = f"one of {', '.join(map(str, known))}"
        raise typer.BadParameter(wrong, param_hint="--version")
    steps = known[max(known) if version is None else version]
    typer.echo(drawing.svg(steps) if form is Form.SVG else drawing.mermaid(steps), nl=False)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(doctor)
    app.command()(diagram)
