"""``kervan import rows``: what became of each row of the files that were imported."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from adapters.entrypoints.cli.data import imports
from workflow.errors import KervanError


class NoSuchImportError(KervanError):
    """There is no such import."""

    def __init__(self, import_id: UUID) -> None:
        """Name it, and say where ids are shown."""
        super().__init__(f"There is no import {import_id}. `kervan import rows --json` names the imports that there are.")


class OutcomeChoice(StrEnum):
    """Which rows."""

    ALL = "all"
    TAKEN = "taken"
    ASIDE = "aside"


_STORED = {OutcomeChoice.ALL: "", OutcomeChoice.TAKEN: "taken", OutcomeChoice.ASIDE: "set_aside"}


def rows(
    import_id: Annotated[UUID | None, typer.Option("--import", help="Id of one import; default: all")] = None,
    outcome: Annotated[OutcomeChoice, typer.Option(help="Which rows")] = OutcomeChoice.ALL,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print as CSV for a spreadsheet, in the language of KERVAN_LOCALE")
    ] = False,
) -> None:
    """List the rows of imported files: file, row number, what became of it and why, its shipment; set aside: as it stood.

    Example: kervan import rows --outcome aside --csv > aside.csv
    """
    import asyncio
    import sys
    from collections.abc import AsyncIterator
    from contextlib import aclosing

    from adapters.database import pool
    from adapters.database.accounts import ImportAccounts
    from adapters.entrypoints import row_list
    from adapters.entrypoints.cli.place import servers
    from adapters.settings import Settings

    if as_json and as_csv:
        raise typer.BadParameter("give --json or --csv, not both")
    settings = Settings()
    out = sys.stdout.buffer  # CSV has its own line ends, and is UTF-8 wherever it is written

    def shown(found: row_list.Rows) -> AsyncIterator[str]:
        if as_json:
            return row_list.as_json(found)
        return row_list.as_csv(found, settings.locale) if as_csv else row_list.as_text(found, settings.locale)

    async def run(url: str) -> None:
        connected = await pool.connect(url, size=2)
        try:
            account = ImportAccounts(connected)
            if import_id is not None and await account.one(import_id) is None:
                raise NoSuchImportError(import_id)
            async with aclosing(account.rows(import_id, _STORED[outcome])) as found:
                async for text in shown(found):
                    out.write(text.encode())
            out.flush()
        finally:
            await connected.close()

    with servers(settings, broker=False) as urls:
        asyncio.run(run(urls.database_url))


def register() -> None:
    """Add the command to the group of imports."""
    imports.command("rows")(rows)
