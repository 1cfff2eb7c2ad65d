"""``kervan rates fetch`` and ``kervan import rates``, run as commands."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from adapters.database import rates
from adapters.entrypoints.embedded import Urls
from tests.bulletins import RECORDINGS, bulletin
from tests.contract.bank_server import Answer, Server, bank_server

Pool = Any
Run = Callable[..., Awaitable[tuple[int, str, str]]]
SOON_S = 30


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with bank_server() as found:
        yield found


@pytest.fixture
def run(urls: Urls, database_url: str, server: Server, tmp_path: Path) -> Run:
    """Runs the command line over the test's database and bank: code, output, complaint."""
    where = {
        "KERVAN_DATABASE_URL": database_url,
        "KERVAN_BROKER_URL": urls.broker_url,
        "KERVAN_DATA_DIR": str(tmp_path),
        "KERVAN_RATES__TCMB__BASE_URL": server.url,
        "KERVAN_LOCALE": "tr",
    }

    async def go(*words: str) -> tuple[int, str, str]:
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", "adapters.entrypoints.cli", *words]
        process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env=os.environ | where)
        async with asyncio.timeout(SOON_S):
            printed, complaint = await process.communicate()
        return process.returncode or 0, printed.decode(), complaint.decode()

    return go


async def test_fetch_takes_what_is_missing_of_some_days_and_says_what_it_did(
    run: Run, server: Server, connections: Pool
) -> None:
    """Friday to Monday with a holiday on Friday: two asked, one bulletin; the second run asks nothing."""
    friday, monday = date(2026, 9, 18), date(2026, 9, 21)
    server.publish(monday, Answer(bulletin(monday)))
    code, printed, _ = await run("rates", "fetch", "--from", "2026-09-18", "--to", "2026-09-21", "--json")
    assert (code, orjson.loads(printed)) == (0, {"days": 4, "asked": 2, "bulletins": 1, "without_bulletin": 1})
    assert await rates.known(connections, "tcmb", friday, monday) == {friday: False, monday: True}
    code, printed, _ = await run("rates", "fetch", "--from", "2026-09-18", "--to", "2026-09-21")
    assert code == 0
    assert "0  yeni bülten" in printed
    assert len(server.asked) == 2


async def test_fetch_without_days_takes_the_newest(run: Run, server: Server, connections: Pool) -> None:
    """today.xml, whatever day it is of."""
    server.answers["/today.xml"] = [Answer((RECORDINGS / "18092026.xml").read_bytes())]
    code, printed, _ = await run("rates", "fetch", "--json")
    assert (code, orjson.loads(printed)["bulletins"]) == (0, 1)
    assert await connections.fetchval("SELECT rate::text FROM rate WHERE currency = 'JPY'") == "0.307666"


async def test_fetch_says_in_a_sentence_that_the_bank_is_not_there(run: Run, server: Server, connections: Pool) -> None:
    """Code 1, the address and what to do, no traceback; what came before is kept."""
    server.publish(date(2026, 9, 17), Answer(bulletin(date(2026, 9, 17))))
    server.publish(date(2026, 9, 18), Answer(status="403 Forbidden"))
    code, _, complaint = await run("rates", "fetch", "--from", "2026-09-17", "--to", "2026-09-18")
    assert code == 1
    assert await rates.known(connections, "tcmb", date(2026, 9, 17), date(2026, 9, 18)) == {date(2026, 9, 17): True}
    assert "HTTP 403" in complaint
    assert "Traceback" not in complaint
    assert (await run("rates", "fetch", "--from", "2026-09-18", "--to", "2026-09-17"))[0] == 2


async def test_rates_come_from_files_where_there_is_no_internet(
    run: Run, server: Server, connections: Pool, tmp_path: Path
) -> None:
    """A bulletin and a CSV, whose row with a date alone is a holiday; twice is once; one wrong file and none is taken."""
    table, wrong = tmp_path / "rates.csv", tmp_path / "wrong.xml"
    table.write_text("date,currency,unit,forex_buying\n2020-10-29,,,\n2020-10-28,USD,1,8.1\n", encoding="utf-8")
    wrong.write_bytes(b"<html/>")
    bulletin_file = str(RECORDINGS / "08102020.xml")
    code, _, complaint = await run("import", "rates", bulletin_file, str(wrong))
    assert code == 1
    assert "wrong.xml" in complaint
    assert await connections.fetchval("SELECT count(*) FROM rate") == 0
    for new in (2, 0):
        code, printed, complaint = await run("import", "rates", bulletin_file, str(table), "--json")
        assert code == 0, complaint
        assert orjson.loads(printed) == {"files": 2, "bulletins": new}
    found = await connections.fetch("SELECT bulletin, count(*) FROM rate WHERE currency <> 'TRY' GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in found] == [("2020/192", 6), ("rates.csv", 1)]
    usd = await rates.rate_for_invoice(connections, "USD", date(2020, 10, 30))
    assert usd is not None
    assert usd.published_on == date(2020, 10, 28)
    assert server.asked == []
