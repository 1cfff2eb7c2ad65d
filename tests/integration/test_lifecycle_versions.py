"""Shipments under way when the table of stages changes, over real PostgreSQL."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from typer.testing import CliRunner

from adapters.database.bulk import BulkJobs
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap
from adapters.entrypoints.cli import app
from adapters.settings import Settings
from events.intake import Intake
from tests.integration.browser import browser
from tests.integration.http_app import Web, problem
from tests.law import BOOK
from tests.lifecycles import DAY, SHORT, full, known, triggers_of, with_edge
from tests.stories import known_id, sellers, story
from workflow.apply import Engine
from workflow.errors import LifecycleUnknownError
from workflow.lifecycle import FIRST
from workflow.stages import JOURNEY, Stage, Trigger

Pool = Any
BEFORE = datetime.fromisoformat("2026-11-26T09:00:00+00:00")
CHANGE = BEFORE + DAY
AFTER = BEFORE + 2 * DAY


@dataclass
class Hand:
    """A worker whose clock is set."""

    pool: Pool
    now: datetime = BEFORE

    async def take(self, *arrivals: Any) -> list[str]:
        """What became of some messages, each a batch of its own."""
        store = PostgresStore(self.pool, BOOK.version)
        clock = lambda: self.now  # noqa: E731 - a clock
        intake = Intake(Engine(store, clock, bootstrap.policy(Settings())), store, clock)
        return [(await intake.take([arrival]))[0].state for arrival in arrivals]


async def triggers(pool: Pool, shipment: str) -> tuple[str, ...]:
    """The log of a shipment."""
    rows = await pool.fetch("SELECT trigger FROM transition WHERE shipment = $1 ORDER BY sequence", UUID(shipment))
    return tuple(row[0] for row in rows)


async def test_shipments_at_every_stage_go_on_by_their_own_table_when_a_stage_is_put_in_between(connections: Pool) -> None:
    """Eight that have heard 1 to 8 of their messages, and one that begins after the change: each ends by its version."""
    stories = [list(story(n, seller)) for n, seller in enumerate(sellers(9))]
    hand = Hand(connections)
    with known(SHORT, full(2, CHANGE)):
        for n in range(8):
            await hand.take(*stories[n][: n + 1])
        standing = {row[0] for row in await connections.fetch("SELECT DISTINCT stage FROM shipment")}
        hand.now = AFTER
        for n in range(8):
            await hand.take(*stories[n][n + 1 :])
        await hand.take(*stories[8])
    assert standing == set(SHORT.journey) - {Stage.DRAFT}
    for n, seller in enumerate(sellers(9)):
        assert await triggers(connections, known_id(n, seller)) == triggers_of(2 if n == 8 else 1), n
    rows = await connections.fetch("SELECT lifecycle, stage, count(*) FROM shipment GROUP BY 1, 2 ORDER BY 1")
    assert [tuple(row) for row in rows] == [(1, "refund_filed", 8), (2, "refund_filed", 1)]
    left = "SELECT (SELECT count(*) FROM parked) + (SELECT count(*) FROM refused) + (SELECT count(*) FROM attention)"
    assert await connections.fetchval(left) == 0


async def test_what_a_person_may_do_follows_the_version_of_each_shipment(web: Web, connections: Pool) -> None:
    """API, screen and bulk action: goods on their way are cancelled under the new table, and not under the old one."""
    old, new = sellers(2)
    hand = Hand(connections)
    with known(FIRST, with_edge(2, CHANGE)):
        await hand.take(*list(story(0, old))[:4])
        hand.now = AFTER
        await hand.take(*list(story(1, new))[:4])
        jobs, job = BulkJobs(connections), uuid4()
        await jobs.propose(job, Trigger.CANCEL, {}, shown="", by="a", role="operations", names=True, now=AFTER)
        outcomes = {str(UUID(int=line["shipment"].int)): line["outcome"] for line in await jobs.lines(job, 9)}
        assert outcomes == {known_id(0, old): "unable", known_id(1, new): "waiting"}
        async with browser(web, "operations") as person:
            pages = [(await person.get(f"/shipments/{known_id(n, s)}/actions/cancel")).text for n, s in ((0, old), (1, new))]
        assert ["Artık olmaz" in page for page in pages] == [True, False]
        async with web.as_("operations") as client:
            answers = [
                await client.post(f"/api/shipments/{known_id(n, s)}/actions/cancel", json={"reason": "lost"})
                for n, s in ((0, old), (1, new))
            ]
        assert "handed_to_courier" in problem(answers[0], 409, "goods-have-left")["why"]
        assert (answers[1].status_code, answers[1].json()["stage"]) == (200, "cancelled")
        assert [(await connections.fetchval("SELECT lifecycle FROM shipment WHERE seller = $1", s)) for s in (old, new)] == [
            1,
            2,
        ]


async def test_the_screen_shows_the_journey_of_the_shipments_own_table(web: Web, connections: Pool) -> None:
    """A stage that it will not pass is not ahead of it."""
    old, new = sellers(2)
    hand = Hand(connections)
    with known(SHORT, full(2, CHANGE)):
        await hand.take(*list(story(0, old))[:2])
        hand.now = AFTER
        await hand.take(*list(story(1, new))[:2])
        async with browser(web, "operations") as person:
            pages = [(await person.get(f"/shipments/{known_id(n, s)}")).text for n, s in ((0, old), (1, new))]
    rails = [page.split('class="rail"')[1].split("</ol>")[0] for page in pages]
    assert ["VEDOP" in rail for rail in rails] == [False, True]


async def test_a_worker_of_a_release_that_does_not_know_the_version_gives_the_messages_back(connections: Pool) -> None:
    """Nothing of them is kept or refused; a worker that knows it takes the same messages afterwards."""
    messages = list(story(0))
    hand = Hand(connections, AFTER)
    with known(FIRST, full(2, CHANGE)):
        await hand.take(*messages[:3])
    with pytest.raises(LifecycleUnknownError, match="version 2"):
        await hand.take(messages[3])
    assert await connections.fetchval("SELECT count(*) FROM refused") == 0
    with known(FIRST, full(2, CHANGE)):
        assert await hand.take(*messages[3:]) == ["applied"] * 5


async def test_the_command_and_the_doctor_say_which_versions_have_shipments_under_way(
    connections: Pool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By version and stage in the journey's order; a version that this release does not know is named."""
    monkeypatch.setenv("KERVAN_DATABASE_URL", database_url)
    hand = Hand(connections)
    with known(FIRST, full(2, CHANGE)):
        for n, (seller, heard) in enumerate(zip(sellers(3), (2, 1, 8), strict=True)):
            await hand.take(*list(story(n, seller))[:heard])
        hand.now = AFTER
        await hand.take(*list(story(3, sellers(4)[3]))[:4])
        told = await asyncio.to_thread(CliRunner().invoke, app, ["lifecycle", "list", "--json"])
        found = orjson.loads(told.stdout)
    assert [(one["version"], one["known"], one["begins"], one["shipments"]) for one in found] == [
        (1, True, None, 3),
        (2, True, CHANGE.isoformat(), 1),
    ]
    assert [one["under_way"] for one in found] == [{"validated": 1, "invoiced": 1}, {"handed_to_courier": 1}]
    assert list(found[0]["under_way"]) == [stage for stage in JOURNEY if stage in found[0]["under_way"]]
    lines = (await asyncio.to_thread(CliRunner().invoke, app, ["lifecycle", "list"])).stdout.splitlines()
    assert "from the beginning" in lines[0]
    assert "NOT KNOWN HERE" in lines[1]
