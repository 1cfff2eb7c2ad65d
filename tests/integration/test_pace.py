"""One caller does not take all of a web process."""

import asyncio

import asyncpg

from adapters.settings import Settings
from events.intake import Intake
from tests.integration.http_app import Web, problem


def paced(pool: "asyncpg.Pool[asyncpg.Record]", intake: Intake, api: int, webhooks: int = 0) -> Web:
    """The app with a pace."""
    return Web(pool, intake, Settings(database_url="", broker_url="", pace={"api": api, "webhooks": webhooks}))


async def test_a_caller_that_asks_too_fast_is_told_when_to_ask_again(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake
) -> None:
    """Beyond the pace the answer is 429 with Retry-After, a problem like any other; another key goes on."""
    web = paced(connections, intake, api=4)
    async with web.as_("viewer") as client, web.as_("finance") as other:
        answers = await asyncio.gather(*(client.get("/api/stages") for _ in range(16)))
        turned_away = [answer for answer in answers if answer.status_code == 429]
        assert 8 <= len(turned_away) <= 12, "all within one window of a second, or two"
        problem(turned_away[0], 429, "too-many-requests")
        assert turned_away[0].headers["retry-after"] == "1"
        assert turned_away[0].headers["x-content-type-options"] == "nosniff"
        assert (await other.get("/api/stages")).status_code == 200


async def test_keys_that_are_none_are_counted_by_their_address(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake
) -> None:
    """Who tries one key after the other is turned away like one who repeats the same."""
    web = paced(connections, intake, api=1)
    async with web.as_() as client:
        keys = [{"Authorization": f"Bearer kv_{n}"} for n in range(40)]
        answers = await asyncio.gather(*(client.get("/api/stages", headers=key) for key in keys))
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {401, 429}
    assert codes.count(429) >= 30


async def test_without_a_pace_any_number_is_answered(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake) -> None:
    """0 turns it off; what is not asked over /api or /webhooks is not counted."""
    web = paced(connections, intake, api=0, webhooks=1)
    async with web.as_("viewer") as client:
        for path in ("/api/stages", "/healthz"):
            answers = await asyncio.gather(*(client.get(path) for _ in range(20)))
            assert {answer.status_code for answer in answers} == {200}
        answers = await asyncio.gather(*(client.post("/webhooks/pts", content=b"{}") for _ in range(20)))
        assert 429 in {answer.status_code for answer in answers}
