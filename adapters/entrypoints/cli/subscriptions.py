"""Commands about who is told by signed webhooks: ``subscription add``, ``list``, ``pause``, ``resume``, and so on."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

subscriptions = typer.Typer(
    name="subscription",
    help="Who is told by signed webhooks: add, list, pause, resume and so on.\n\nExample: kervan subscription list",
    no_args_is_help=True,
)

Which = Annotated[str, typer.Argument(help="Name or id, as `kervan subscription list` shows them")]
By = Annotated[str, typer.Option(help="Who does it")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON")]


@subscriptions.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What to call it")],
    url: Annotated[str, typer.Argument(help="Where to send: https://…")],
    types: Annotated[list[str] | None, typer.Option("--type", help="Message types; default: all")] = None,
    stages: Annotated[list[str] | None, typer.Option("--stage", help="Where transitions lead to; default: all")] = None,
    sellers: Annotated[list[str] | None, typer.Option("--seller", help="Tax numbers; default: all")] = None,
    reasons: Annotated[list[str] | None, typer.Option("--reason", help="Reasons of attention items; default: all")] = None,
    by: By = "cli",
    as_json: AsJson = False,
) -> None:
    """Have what goes out on kervan.out sent to a URL from now on, and print the secret that it is signed with, this once.

    Example: kervan subscription add erp https://erp.example.com/hooks --type shipment.transitioned.v1 --stage etgb_issued
    """
    import asyncio

    from adapters.calls.addresses import Outside, UnknownHostError
    from adapters.database import subscriptions as table
    from adapters.entrypoints.cli.place import on_pool, signed
    from adapters.settings import Settings
    from adapters.subscriptions import settled
    from events.subscriptions import TYPES, Hears
    from workflow.attention import Reason
    from workflow.stages import Stage

    hears = Hears(
        _words("--type", types, TYPES),
        _words("--stage", stages, [stage.value for stage in Stage]),
        frozenset(sellers or ()),
        _words("--reason", reasons, [reason.value for reason in Reason]),
    )
    settings = Settings()
    ring = settled.keyring(settings)
    try:
        asyncio.run(Outside.of(settings.outside).check(url))
    except UnknownHostError as error:
        typer.echo(f"{error} It is tried all the same.", err=True)

    async def make(pool: Any) -> tuple[UUID, str]:  # noqa: ANN401 - a pool
        secret = ring.new()
        async with signed(pool, "subscription.add", f"subscription/{name}") as now:
            made = await table.add(pool, name=name, url=url, hears=hears, secret=secret, by=by, now=now)
        return made, ring.shown(secret)

    made, secret = on_pool(make)
    if as_json:
        _print({"id": str(made), "name": name, "url": url, "hears": hears.written(), "secret": secret})
        return
    typer.echo(secret)


@subscriptions.command("list")
def listed(as_json: AsJson = False) -> None:
    """All subscriptions, with how they fare; without their secrets.

    Example: kervan subscription list
    """
    from adapters.database import subscriptions as table
    from adapters.entrypoints.cli.place import on_pool

    found = on_pool(lambda pool: table.listed(pool, 1000))
    if as_json:
        _print(found)
        return
    for one in found:
        fares = f"failing since {one['failing_since']:%Y-%m-%d %H:%M}" if one["failing_since"] else "well"
        counts = f"{one['waiting']} waiting, {one['given_up']} given up"
        typer.echo(f"{one['name']:<24} {one['state']:<9} {fares:<31} {counts:<28} {one['url']}  {one['id']}")


@subscriptions.command("pause")
def pause(which: Which) -> None:
    """Deliver nothing for a while; what it hears is kept for it.

    Example: kervan subscription pause erp
    """
    from adapters.database import subscriptions as table

    if not _do("pause", which, table.pause):
        raise typer.BadParameter("only an active subscription can be paused", param_hint="WHICH")
    typer.echo(f"paused {which}")


@subscriptions.command("resume")
def resume(which: Which, by: By = "cli") -> None:
    """Deliver again; one that Kervan stopped is also sent what it missed.

    Example: kervan subscription resume erp --by ayse
    """
    from adapters.database import subscriptions as table

    if not _do("resume", which, lambda pool, one, now: table.resume(pool, one, by, now)):
        raise typer.BadParameter("it is active already", param_hint="WHICH")
    typer.echo(f"resumed {which}")


@subscriptions.command("replay")
def replay(
    which: Which,
    since: Annotated[datetime, typer.Option(help="From when on, in Istanbul's time", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])],
    again: Annotated[bool, typer.Option("--again", help="Send again what was delivered too")] = False,
) -> None:
    """Send what was told since a time, from the log; however long ago.

    Example: kervan subscription replay erp --since 2026-11-20 --again
    """
    from adapters.database import subscriptions as table
    from workflow.values import ISTANBUL

    start = since.replace(tzinfo=ISTANBUL)
    _do("replay", which, lambda pool, one, now: table.replay(pool, one, start, now, again=again))
    typer.echo(f"{which} is sent what was told since {start:%Y-%m-%d %H:%M}; `kervan subscription list` shows what waits")


@subscriptions.command("rotate")
def rotate(
    which: Which, overlap_hours: Annotated[float, typer.Option(min=0, max=336, help="For how long both secrets sign")] = 24
) -> None:
    """Sign with a new secret, and print it, this once; for a while the one before signs too.

    Example: kervan subscription rotate erp
    """
    from datetime import timedelta

    from adapters.database import subscriptions as table
    from adapters.settings import Settings
    from adapters.subscriptions import settled

    ring = settled.keyring(Settings())
    secret = ring.new()
    _do("rotate", which, lambda pool, one, now: table.rotate(pool, one, secret, now, timedelta(hours=overlap_hours)))
    typer.echo(ring.shown(secret))


@subscriptions.command("remove")
def remove(which: Which, by: By = "cli") -> None:
    """End a subscription; what waits for it is not delivered.

    Example: kervan subscription remove erp --by ayse
    """
    from adapters.database import subscriptions as table

    _do("remove", which, lambda pool, one, now: table.remove(pool, one, by, now))
    typer.echo(f"removed {which}")


def _do(name: str, which: str, action: Callable[[Any, UUID, datetime], Awaitable[bool]]) -> bool:
    """Do something to a subscription, by name or id."""
    from datetime import UTC

    from adapters.database import subscriptions as table
    from adapters.entrypoints.cli.place import on_pool, sign

    async def find_and_do(pool: Any) -> bool | None:  # noqa: ANN401 - a pool
        found = await table.named(pool, which)
        if found is None:
            return None
        now = datetime.now(UTC)
        done = await action(pool, found, now)
        if done:
            await sign(pool, now, f"subscription.{name}", f"subscription/{found}")
        return done

    done = on_pool(find_and_do)
    if done is None:
        typer.echo(f"There is no subscription {which!r}; `kervan subscription list` shows them.", err=True)
        raise typer.Exit(1)
    return done


def _words(option: str, given: list[str] | None, known: "tuple[str, ...] | list[str]") -> frozenset[str]:
    if unknown := sorted(set(given or ()) - set(known)):
        why = f"{', '.join(unknown)}: not one of {', '.join(known)}"
        raise typer.BadParameter(why, param_hint=option)
    return frozenset(given or ())


def _print(found: object) -> None:
    import orjson

    typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(subscriptions)
