"""``kervan import rows``, run as a command over what was imported."""

import asyncio
import csv
import io
import os
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from tests.integration.order_imports import MIXED, PLACES, take_in
from tests.unit.orders.sheets import line, sheet
from workflow.shipment import shipment_id

Pool = Any
SOON_S = 60


async def run(database_url: str, folder: Path, *words: str, locale: str = "en") -> tuple[int, bytes, str]:
    """The command's code, output and complaint."""
    where = {"KERVAN_DATABASE_URL": database_url, "KERVAN_DATA_DIR": str(folder), "KERVAN_LOCALE": locale}
    command = [sys.executable, "-m", "adapters.entrypoints.cli", "import", "rows", *words]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env=os.environ | where)
    async with asyncio.timeout(SOON_S):
        printed, complaint = await process.communicate()
    return process.returncode or 0, printed, complaint.decode()


async def test_each_row_of_each_file_is_listed_with_what_became_of_it(
    connections: Pool, database_url: str, tmp_path: Path
) -> None:
    """All rows of all imports, or those that were set aside, or those of one import; in JSON, CSV and words."""
    first = await take_in(connections, sheet(tmp_path, [text for text, _ in MIXED], "mixed.csv"))
    await take_in(connections, sheet(tmp_path, [line("700001")], "later.csv"))
    seller = "1234567890"

    code, printed, _ = await run(database_url, tmp_path, "--json")
    found = orjson.loads(printed)
    assert code == 0
    assert [(row["file_name"], row["row_no"], row["reason"]) for row in found] == [
        *(("mixed.csv", number, "" if told in PLACES else told) for number, (_, told) in enumerate(MIXED, start=1)),
        ("later.csv", 1, ""),
    ]
    assert found[0]["shipment"] == str(shipment_id(seller, "600001"))

    code, printed, _ = await run(
        database_url, tmp_path, "--import", str(first.import_ids[0]), "--outcome", "aside", "--csv", locale="tr"
    )
    rows = list(csv.reader(io.StringIO(printed.decode().removeprefix("\ufeff")), delimiter=";"))[1:]
    assert (code, printed[:3]) == (0, b"\xef\xbb\xbf")
    assert [row[8] for row in rows] == [text for text, told in MIXED if told not in PLACES]

    code, printed, _ = await run(database_url, tmp_path, "--outcome", "taken")
    assert code == 0
    assert printed.decode().count("  taken  ") == 1 + sum(told in PLACES for _, told in MIXED)


async def test_an_import_that_is_not_there_is_said_in_words(database_url: str, tmp_path: Path) -> None:
    """No traceback, and nothing on what a program reads."""
    code, printed, complaint = await run(database_url, tmp_path, "--import", str(uuid4()), "--json")
    assert (code, printed) == (1, b"")
    assert "There is no import" in complaint
    assert "Traceback" not in complaint
