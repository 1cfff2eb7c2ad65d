"""A database that is there and lets nobody in, or nobody write, is like one that is not there: everything waits for it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
import pytest

from adapters.database import parcels
from adapters.database import pool as database
from adapters.entrypoints.counterparts import without_blame
from events.intake import Intake
from events.tasks import NotYetError, Reply
from tests.integration.http_app import Web
from tests.integration.outages import shut
from tests.integration.test_webhooks import SCAN, headers, web
from tests.stories import known_id, story
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


async def test_a_counterparts_tasks_wait_for_the_database(connections: Pool, database_url: str) -> None:
    """They are given back and not counted as tries: after a long outage nobody has to ask for each of them again."""

    async def handler(_: dict[str, Any]) -> Sequence[Reply]:
        await parcels.parcel(connections, UUID(known_id(0)))
        return ()

    async with shut(database_url):
        for _ in range(2):  # the connection that was thrown out, and one that is not let in
            with pytest.raises(NotYetError):
                await without_blame(handler)({})
    assert await without_blame(handler)({}) == ()


@pytest.mark.parametrize("error", [PermissionError("a folder"), TimeoutError("a counterpart"), ValueError("an answer")])
async def test_what_is_not_the_databases_fault_counts_as_a_try(error: Exception) -> None:
    """A folder that cannot be written to is no outage of ours that ends by itself: a person has to hear of it."""

    async def handler(_: dict[str, Any]) -> Sequence[Reply]:
        raise error

    with pytest.raises(type(error)):
        await without_blame(handler)({})
