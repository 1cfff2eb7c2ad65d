"""``kervan gtip search`` and ``kervan advise income-tax``, run as commands."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import orjson

from adapters.entrypoints.embedded import Urls
from events.intake import Intake
from tests.stories import SELLER, draft, said

SOON_S = 30


async def kervan(*words: str, **settings: str) -> tuple[int, str]:
    """Run a command: its code, and what it printed."""
    where = {f"KERVAN_{name.upper()}": value for name, value in settings.items()}
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "adapters.entrypoints.cli", *words]
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env=os.environ | where)
    async with asyncio.timeout(SOON_S):
        printed, complaint = await process.communicate()
    return process.returncode or 0, printed.decode() + complaint.decode()


async def test_codes_are_found_without_a_server_and_with_one_what_was_used_too(
    urls: Urls, database_url: str, intake: Intake, tmp_path: Path
) -> None:
    """Alone the nomenclature answers; beside a database its shipments do too; nothing found is code 1."""
    code, printed = await kervan("gtip", "search", "pamuklu", "tişört", "--limit", "1", data_dir=str(tmp_path), locale="tr")
    assert code == 0
    assert printed.startswith("610910 ")
    assert "https://uygulama.gtb.gov.tr/Tara" in printed
    assert (await kervan("gtip", "search", "zzzz", data_dir=str(tmp_path)))[0] == 1
    await intake.take([said("orders/shop", "shipment.drafted.v1", "d", draft("a"))])
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path)}
    code, printed = await kervan("gtip", "search", "tişört", "--json", **where)
    found: list[dict[str, Any]] = orjson.loads(printed)["items"]
    assert [(hit["source"], hit["code"]) for hit in found[:2]] == [("used", "610910000000"), ("hs", "610910")]


async def test_the_advice_is_printed_for_a_person_and_for_a_program(urls: Urls, database_url: str, tmp_path: Path) -> None:
    """In the language that is set, with what is missing and that it is no tax advice; wrong numbers are code 2."""
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path)}
    command = ("advise", "income-tax", "--seller", SELLER, "--year", "2025")
    code, printed = await kervan(*command, "--company", "--insured", locale="tr", **where)
    assert code == 0
    assert "şirketler yararlanamaz" in printed
    assert "mali müşavir" in printed
    code, printed = await kervan(*command, "--natural-person", "--insured", "--earnings", "1000", "--json", **where)
    assert (code, orjson.loads(printed)["deduction_try"]) == (0, "500.00")
    assert (await kervan("advise", "income-tax", "--seller", "1111111111", "--year", "2025", **where))[0] == 2
    assert (await kervan(*command, "--employees", "1,5", **where))[0] == 2
