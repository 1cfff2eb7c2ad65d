"""Commands about keys: ``key add``, ``key list``, ``key revoke``, ``key broker``."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from events.access import BrokerUser

keys = typer.Typer(
    name="key",
    help="API keys, and users of the broker: add, list, revoke, broker.\n\nExample: kervan key add --role viewer --name ayse",
    no_args_is_help=True,
)


class Role(StrEnum):
    """Who a key is for."""

    VIEWER = "viewer"
    OPERATIONS = "operations"
    FINANCE = "finance"
    ADMIN = "admin"
    COURIER = "courier"


@keys.command("add")
def key_add(
    role: Annotated[Role, typer.Option(help="What the key may do")],
    name: Annotated[str, typer.Option(help="Whose key it is: a-z, 0-9, - and _")],
    courier: Annotated[str, typer.Option(help="For role courier: whose messages; default: the name")] = "",
    seller: Annotated[
        list[str] | None, typer.Option(help="Bind the key to this seller's rows, by VKN or TCKN; may be given again")
    ] = None,
    broker: Annotated[bool, typer.Option("--broker", help="For role courier: the key opens the broker too")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Make an API key and print it, this once.

    With --broker a courier connects to NATS with the key's name as user and the key as password. It may publish on its own
    subject only, and has to use the inbox prefix that is printed. The embedded server knows it at once; for a server of your
    own put what `kervan key broker` prints into its configuration.

    With --seller it reaches the rows of those sellers alone, and nothing that concerns all.

    Example: kervan key add --role courier --name pts --broker
    """
    import re

    import orjson

    from adapters.database import bindings
    from adapters.database import keys as table
    from adapters.entrypoints.cli.place import on_pool, signed
    from events import access

    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) or not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", courier):
        raise typer.BadParameter("use letters, digits, - and _ only, 64 at most")
    if broker and role is not Role.COURIER:
        raise typer.BadParameter("is for couriers only", param_hint="--broker")
    bound = bindings.read(role.value, seller or [])
    speaks_for = (courier or name) if role is Role.COURIER else ""

    async def add(pool: Any) -> "tuple[str, Sequence[BrokerUser]]":  # noqa: ANN401 - a pool
        async with signed(pool, "key.add", f"key/{name}", reason=bindings.told(role.value, bound)):
            made = await table.add(pool, name, role.value, speaks_for, broker=broker, sellers=bound)
        return made, await table.broker_users(pool)

    key, users = on_pool(add)
    told: dict[str, object] = {"key": key, "name": name, "role": role.value, "sellers": bound}
    if broker:
        _tell_embedded(users)
        told |= {"broker_user": name, "inbox_prefix": access.inbox(name)}
    if as_json:
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2, default=str).decode())
        return
    typer.echo(key)
    if broker:
        typer.echo(f"NATS: user {name}, password as above, inbox prefix {access.inbox(name)}", err=True)


@keys.command("list")
def key_list(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False) -> None:
    """All keys, without their secrets.

    Example: kervan key list
    """
    import orjson

    from adapters.database import keys as table
    from adapters.entrypoints.cli.place import on_pool

    found: list[dict[str, Any]] = on_pool(table.listed)
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2, default=str).decode())
        return
    for row in found:
        state = f"revoked {row['revoked_at']:%Y-%m-%d}" if row["revoked_at"] else "active"
        whose = row["courier"] or ",".join(row["sellers"])
        typer.echo(f"{row['name']:<24} {row['role']:<12} {whose:<16} {row['created_at']:%Y-%m-%d} {state}")


@keys.command("revoke")
def key_revoke(name: Annotated[str, typer.Argument(help="Name of the key")]) -> None:
    """End a key at once.

    Example: kervan key revoke ayse
    """
    from adapters.database import keys as table
    from adapters.entrypoints.cli.place import on_pool, signed

    async def revoke(pool: Any) -> "tuple[bool, Sequence[BrokerUser]]":  # noqa: ANN401 - a pool
        before = await table.broker_users(pool)
        async with signed(pool, "key.revoke", f"key/{name}"):
            await table.revoke(pool, name)
        after = await table.broker_users(pool)
        return before != after, after

    changed, users = on_pool(revoke)
    if changed:
        _tell_embedded(users)
    typer.echo(f"revoked {name}")


@keys.command("broker")
def key_broker() -> None:
    """Print NATS's authorization block with the couriers that have keys for the broker, for a server of your own.

    Kervan's own user has all rights and the password of the server's environment variable KERVAN_NATS_PASSWORD; name it in
    KERVAN_BROKER_URL. After `key add --broker` and `key revoke`, print again and reload the server (`nats-server --signal
    reload`).

    Example: kervan key broker > couriers.conf
    """
    from adapters.database import keys as table
    from adapters.entrypoints.cli.place import on_pool
    from events import access

    users = on_pool(table.broker_users)
    typer.echo(access.authorization(users, "kervan", "$KERVAN_NATS_PASSWORD"), nl=False)


def _tell_embedded(users: "Sequence[BrokerUser]") -> None:
    """Let the embedded server know; one of your own has to be told by you."""
    from adapters.entrypoints.embedded import nats
    from adapters.settings import Settings

    settings = Settings()
    if not settings.broker_url:
        nats.allow(settings.data_dir, users)
    else:
        typer.echo("Put what `kervan key broker` prints into your NATS server's configuration, and reload it.", err=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(keys)
