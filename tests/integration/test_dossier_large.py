"""Ten thousand shipments in one claim: the dossier is made within its bounds of time and memory."""

import json
import zipfile
from pathlib import Path
from typing import Any

from events.intake import Intake
from tests import many

Pool = Any
SHIPMENTS = 10_000
MOST_SECONDS = 15.0
"""By the clock, less what other programs on the machine made it wait; so on a machine of its own by the clock itself."""
MOST_MEGABYTES = 300


async def test_the_dossier_of_ten_thousand_shipments_is_written_within_its_bounds(
    intake: Intake, connections: Pool, database_url: str, tmp_path: Path
) -> None:
    """Every invoice is in the lists and, as XML, in the archive; a fixed number of statements, one file in memory at a time."""
    await many.ready(intake, connections, tmp_path, SHIPMENTS)
    measured = await many.exported(database_url, tmp_path)
    print(measured)
    assert measured.alone_s <= MOST_SECONDS, measured
    assert measured.processor_s <= MOST_SECONDS, measured
    assert measured.megabytes <= MOST_MEGABYTES, measured
    with zipfile.ZipFile(measured.path) as archive:
        assert archive.testzip() is None
        assert sum(name.startswith("faturalar/") for name in archive.namelist()) == SHIPMENTS
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["claim"]["invoices"] == SHIPMENTS
    assert manifest["claim"]["exported_try"] == f"{2343.52 * SHIPMENTS:.2f}"
    assert "invoice_xml_missing" not in {one["code"] for one in manifest["missing"]}
