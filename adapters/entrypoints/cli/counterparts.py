"""Commands about the systems that Kervan calls: ``counterpart list``, ``test``, ``pause``, ``resume``."""

from typing import Annotated, Any

import typer

counterparts = typer.Typer(
    name="counterpart",
    help="The systems that Kervan calls: how they fare, try, pause, resume.\n\nExample: kervan counterpart list",
    no_args_is_help=True,
)

Code = Annotated[str, typer.Argument(help="Its code, or family/code, as `kervan counterpart list` shows them")]
By = Annotated[str, typer.Option(help="Who does it; kept with the reason")]


@counterparts.command("list")
def listed(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False) -> None:
    """How each counterpart fares: calls and failures of the last hour, breaker, pause, last success and failure.

    Example: kervan counterpart list
    """
    import orjson

    from adapters.database import counterparts as kept
    from adapters.entrypoints import trying
    from adapters.entrypoints.bootstrap import now
    from adapters.entrypoints.cli.place import on_pool
    from adapters.settings import Settings

    used = set(Settings().tasks.items())
    found = on_pool(lambda pool: kept.listed(pool, trying.NAMES, used, now()))
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    locale = Settings().locale
    for one in found:
        state = "paused" if one["paused"] else f"breaker {one['breaker']}" if one["breaker"] != "closed" else "asked"
        state = state if one["used"] else f"{state}, not in use"
        last = f"{one['succeeded_at']:%Y-%m-%d %H:%M}" if one["succeeded_at"] else "never"
        typer.echo(
            f"{one['family']}/{one['code']}  {state}  last answer {last}  "
            f"{one['calls_last_hour']} calls, {one['failures_last_hour']} failures in the last hour"
        )
        if one["paused"]:
            typer.echo(f"  {one['paused']['at']:%Y-%m-%d %H:%M}  {one['paused']['by']}: {one['paused']['reason']}")
        if one["failure"]:
            typer.echo(f"  {one['failed_at']:%Y-%m-%d %H:%M}  {one['failure']['text'][locale]}")


@counterparts.command("test")
def try_out(code: Code, by: By = "cli", reason: Annotated[str, typer.Option(help="Why; kept")] = "") -> None:
    """Try a counterpart with one call that changes nothing there; ends with 1 where it did not go well.

    Example: kervan counterpart test tcmb
    """
    import asyncio

    from adapters.calls import words
    from adapters.database import counterparts as kept
    from adapters.entrypoints import trying
    from adapters.entrypoints.bootstrap import now
    from adapters.entrypoints.cli.place import on_pool
    from adapters.settings import Settings

    settings, name = Settings(), _named(code)
    tried = asyncio.run(trying.try_out(name, settings))
    on_pool(lambda pool: kept.tried(pool, name, by, reason, tried, now()))
    typer.echo(words.said(tried.kind, trying.NAMES[name], detail=tried.detail, seconds=tried.seconds)[settings.locale])
    if not tried.ok:
        raise typer.Exit(1)


@counterparts.command("pause")
def pause(
    code: Code,
    reason: Annotated[str, typer.Option(help="Why; others will want to know")],
    by: By = "cli",
) -> None:
    """Ask a counterpart nothing until it is resumed; its tasks stay on the broker.

    Example: kervan counterpart pause navlungo --reason "their maintenance, until Monday" --by ayse
    """
    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    _steer("pause", code, by, reason.strip())


@counterparts.command("resume")
def resume(code: Code, by: By = "cli", reason: Annotated[str, typer.Option(help="Why; kept")] = "") -> None:
    """Let a counterpart be asked again; what was kept for it goes on.

    Example: kervan counterpart resume navlungo --by ayse
    """
    _steer("resume", code, by, reason.strip())


def _steer(action: str, code: str, by: str, reason: str) -> None:
    from adapters.database import counterparts as kept
    from adapters.entrypoints.bootstrap import now
    from adapters.entrypoints.cli.place import on_pool

    name = _named(code)

    async def work(pool: Any) -> bool:  # noqa: ANN401 - a pool
        return await (kept.pause if action == "pause" else kept.resume)(pool, name, by, reason, now())

    if on_pool(work):
        typer.echo(f"{'/'.join(name)} is paused." if action == "pause" else f"{'/'.join(name)} is asked again.")
    else:
        typer.echo(f"{'/'.join(name)} was {'paused already' if action == 'pause' else 'not paused'}; nothing was changed.")


def _named(code: str) -> tuple[str, str]:
    """Family and code of a counterpart."""
    from adapters.entrypoints import trying

    found = [name for name in trying.NAMES if code in {name[1], "/".join(name)}]
    if len(found) != 1:
        known = ", ".join("/".join(name) for name in sorted(trying.NAMES))
        message = f"{code} is {'several' if found else 'none'} of {known}"
        raise typer.BadParameter(message)
    return found[0]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(counterparts)
