"""A database that is there and lets nobody in, or nobody write, is like one that is not there: everything waits for it."""

from typing import Any

import orjson
import pytest

from adapters.database import pool as database
from events.intake import Intake
from tests.integration.http_app import Web
from tests.integration.outages import shut
from tests.integration.test_webhooks import SCAN, headers, web
from tests.stories import story
from workflow.errors import StoreUnavailableError

__all__ = ["web"]
Pool = Any


async def test_a_database_that_lets_nobody_in_is_not_there(intake: Intake, connections: Pool, database_url: str) -> None:
    """As while it is restored: nothing is taken, nobody is blamed, and afterwards all goes on."""
    messages = [*story(1)][:3]
    async with shut(database_url):
        with pytest.raises(StoreUnavailableError):
            await intake.take(messages)
        with pytest.raises(database.DatabaseUnreachableError, match="let nobody into this database"):
            await database.connect(database_url)
    assert [outcome.state for outcome in await intake.take(messages)] == ["applied"] * 3
    assert await connections.fetchval("SELECT count(*) FROM refused") == 0


async def test_a_database_that_nobody_may_write_is_not_there(intake: Intake, connections: Pool, database_url: str) -> None:
    """As a standby that was asked in the place of its leader."""
    name = database_url.partition("?")[0].rpartition("/")[2]
    await connections.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    await connections.expire_connections()
    with pytest.raises(StoreUnavailableError):
        await intake.take([*story(1)][:3])


async def test_a_webhook_finds_the_door_shut_and_comes_again(web: Web, database_url: str) -> None:
    """503 with a time to wait; the same webhook afterwards is new."""
    body = orjson.dumps(SCAN)
    async with web.as_() as client:
        async with shut(database_url):
            answer = await client.post("/webhooks/pts", content=body, headers=headers(body))
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        again = await client.post("/webhooks/pts", content=body, headers=headers(body))
    assert again.json() == {"state": "stored"}
