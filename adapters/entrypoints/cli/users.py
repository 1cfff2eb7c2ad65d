"""Commands about people: ``user add``, ``user list``, ``user role``, ``user sellers``, ``user reset``, ``user revoke``."""

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

users = typer.Typer(
    name="user",
    help="People who sign in: add, list, role, sellers, reset, revoke.\n\nExample: kervan user add --role admin --name ayse",
    no_args_is_help=True,
)


class UserRole(StrEnum):
    """What a person may do."""

    VIEWER = "viewer"
    OPERATIONS = "operations"
    FINANCE = "finance"
    ADMIN = "admin"


Name = Annotated[str, typer.Argument(help="Name of the user")]


@users.command("add")
def user_add(
    role: Annotated[UserRole, typer.Option(help="What the person may do")],
    name: Annotated[str, typer.Option(help="Name to sign in with: a-z, 0-9, - and _")],
    seller: Annotated[
        list[str] | None, typer.Option(help="Bind the person to this seller's rows, by VKN or TCKN; may be given again")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of making one")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Add a person, and print a password for the first sign-in, this once; then one of their own has to be chosen.

    With --seller they reach the rows of those sellers alone, and nothing that concerns all.

    Example: kervan user add --role admin --name ayse
    """
    import re

    import orjson

    from adapters.database import bindings, passwords
    from adapters.database import users as table
    from adapters.entrypoints.cli.place import on_pool, signed

    if not re.fullmatch(r"[a-z0-9_-]{1,32}", name):
        raise typer.BadParameter("use a-z, 0-9, - and _ only, 32 at most", param_hint="--name")
    chosen = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    if password_stdin and not passwords.SHORTEST <= len(chosen) <= passwords.LONGEST:
        short = f"the password needs at least {passwords.SHORTEST} characters"
        raise typer.BadParameter(short, param_hint="--password-stdin")

    bound = bindings.read(role.value, seller or [])

    async def add(pool: Any) -> str:  # noqa: ANN401 - a pool
        async with signed(pool, "user.add", f"user/{name}", reason=bindings.told(role.value, bound)) as now:
            return await table.add(pool, name, role.value, now, password=chosen, sellers=bound)

    given = on_pool(add)
    if as_json:
        told = {"name": name, "role": role.value, "sellers": bound} | ({} if chosen else {"password": given})
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    elif not chosen:
        typer.echo(given)
        typer.echo(f"{name} signs in with it once, and then chooses another.", err=True)


@users.command("list")
def user_list(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False) -> None:
    """All people, with their roles.

    Example: kervan user list
    """
    import orjson

    from adapters.database import users as table
    from adapters.entrypoints import bootstrap
    from adapters.entrypoints.cli.place import on_pool

    found = on_pool(lambda pool: table.listed(pool, bootstrap.now()))
    if as_json:
        typer.echo(orjson.dumps([{**row, "id": str(row["id"])} for row in found], option=orjson.OPT_INDENT_2).decode())
        return
    for row in found:
        state = f"revoked {row['revoked_at']:%Y-%m-%d}" if row["revoked_at"] else "active"
        last = f"{row['signed_in_at']:%Y-%m-%d %H:%M}" if row["signed_in_at"] else "never"
        whose = ",".join(row["sellers"])
        typer.echo(
            f"{row['name']:<24} {row['role']:<12} {row['created_at']:%Y-%m-%d}  last {last:<16} {state}  {whose}".rstrip()
        )


@users.command("role")
def user_role(name: Name, role: Annotated[UserRole, typer.Argument(help="The new role")]) -> None:
    """Give a person another role, from their next click on.

    Example: kervan user role ayse finance
    """
    from adapters.database import users as table
    from adapters.entrypoints.cli.place import on_pool, signed

    async def assign(pool: Any) -> None:  # noqa: ANN401 - a pool
        async with signed(pool, "user.role", f"user/{name}", reason=f"role {role.value}"):
            await table.assign(pool, name, role.value)

    on_pool(assign)
    typer.echo(f"{name}: {role.value}")


@users.command("sellers")
def user_sellers(
    name: Name,
    seller: Annotated[list[str] | None, typer.Argument(help="VKN or TCKN of each seller; none: all sellers")] = None,
) -> None:
    """Bind a person to sellers, from their next click on: they reach the rows of those alone. Without a seller: to none.

    Example: kervan user sellers ayse 1234567890
    """
    from adapters.database import users as table
    from adapters.entrypoints.cli.place import on_pool, signed

    async def rebind(pool: Any) -> list[str]:  # noqa: ANN401 - a pool
        reason = " ".join(f"seller {one}" for one in seller or []) or "all sellers"
        async with signed(pool, "user.sellers", f"user/{name}", reason=reason):
            return await table.rebind(pool, name, seller or [])

    bound = on_pool(rebind)
    typer.echo(f"{name}: {', '.join(bound) or 'all sellers'}")


@users.command("reset")
def user_reset(name: Name) -> None:
    """Make a new password for one sign-in and print it, this once; all sessions of the person end.

    Example: kervan user reset ayse
    """
    from adapters.database import users as table
    from adapters.entrypoints.cli.place import on_pool, signed

    async def reset(pool: Any) -> str:  # noqa: ANN401 - a pool
        async with signed(pool, "user.reset", f"user/{name}") as now:
            return await table.reset(pool, name, now)

    typer.echo(on_pool(reset))


@users.command("revoke")
def user_revoke(name: Name) -> None:
    """End a person's access and all their sessions at once.

    Example: kervan user revoke ayse
    """
    from adapters.database import users as table
    from adapters.entrypoints.cli.place import on_pool, signed

    async def revoke(pool: Any) -> None:  # noqa: ANN401 - a pool
        async with signed(pool, "user.revoke", f"user/{name}") as now:
            await table.revoke(pool, name, now)

    on_pool(revoke)
    typer.echo(f"revoked {name}")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(users)
