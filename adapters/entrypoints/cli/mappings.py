"""``kervan import mappings``: what operators' own headings were mapped to."""

from typing import Annotated
from uuid import UUID

import typer

from adapters.entrypoints.cli.data import imports
from workflow.errors import KervanError


class NoSuchMappingError(KervanError):
    """There is no such mapping."""

    def __init__(self, mapping_id: UUID) -> None:
        """Name it."""
        super().__init__(f"There is no mapping {mapping_id}. `kervan import mappings` lists those that there are.")


def mappings(
    forget: Annotated[UUID | None, typer.Option(metavar="ID", help="Forget this one")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """List what headings and status words of operators' lists were mapped to by hand, or forget one.

    Example: kervan import mappings
    """
    import asyncio
    from typing import Any

    import orjson

    from adapters.database import pool
    from adapters.database.mappings import ColumnMappings
    from adapters.entrypoints.cli.place import servers
    from adapters.settings import Settings

    settings = Settings()

    async def run(url: str) -> list[dict[str, Any]]:
        connected = await pool.connect(url, size=2)
        try:
            store = ColumnMappings(connected)
            if forget is not None and not await store.forget(forget):
                raise NoSuchMappingError(forget)
            return await store.listed()
        finally:
            await connected.close()

    with servers(settings, broker=False) as urls:
        found = asyncio.run(run(urls.database_url))
    if as_json:
        typer.echo(orjson.dumps(found).decode())
        return
    for one in found:
        said = ", ".join(f"{heading}={column}" for heading, column in one["mapping"].items())
        typer.echo(f"{one['id']}  {one['courier'] or '-'}  {one['of']}  {said}")


def register() -> None:
    """Add the command to the group of imports."""
    imports.command("mappings")(mappings)
