"""The dossier of one claim of very many shipments, written by the command: time, memory, and how large it is."""

import tempfile
from pathlib import Path
from typing import Any

from adapters.database import pool as database
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap
from adapters.settings import Settings
from events.intake import Intake
from tests import many
from tests.benchmarks import rig
from tests.law import BOOK
from workflow.apply import Engine

_PDF_BYTES = 50_000
"""About what an invoice's print has."""


async def written(place: rig.Place, shipments: int, *, prints: bool) -> dict[str, Any]:
    """A claim with all its invoices as XML, and where ``prints`` as PDF too."""
    here = await rig.fresh(place)
    pool = await database.connect(here.database_url, size=4)
    try:
        store = PostgresStore(pool, BOOK.version)
        intake = Intake(Engine(store, bootstrap.now, bootstrap.policy(Settings())), store, bootstrap.now)
        with tempfile.TemporaryDirectory(dir=place.folder) as folder:
            await many.ready(intake, pool, Path(folder), shipments, pdf_bytes=_PDF_BYTES if prints else 0)
            measured = await many.exported(here.database_url, Path(folder))
            size = measured.path.stat().st_size
    finally:
        await pool.close()
    return {
        "shipments": shipments,
        "s": measured.seconds,
        "s of processor": measured.processor_s,
        "MB": measured.megabytes,
        "MB of archive": size / 1e6,
    }
