"""Puts together what prints the sheets of stored shipments."""

from adapters.database.awaiting import PostgresAwaiting
from adapters.database.numbers import Pool, PostgresNumbers
from adapters.documents import DocumentFolder
from adapters.entrypoints.issuing import Archive
from adapters.invoicing.desk import FAMILY
from adapters.invoicing.sandbox import client as sandbox
from adapters.invoicing.sheets.printing import Printer
from adapters.settings import Settings
from workflow.ports import Clock


def printer(settings: Settings, pool: Pool, clock: Clock) -> Printer:
    """Prints the sheets of stored shipments."""
    archive = Archive(DocumentFolder(settings.documents_dir), pool, clock)
    to_sandbox = settings.tasks.get(FAMILY) == sandbox.CODE
    return Printer(PostgresAwaiting(pool), PostgresNumbers(pool), archive, settings.signatures_dir, to_sandbox)
