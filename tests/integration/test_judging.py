"""Drafts judged again by themselves: a bulletin's, however many wait for it, in batches of bounded size."""

from datetime import date
from typing import Any

import orjson
import pytest
from nats.aio.client import Client

from adapters.database.store import JUDGED_AT_ONCE, PostgresStore
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded import Urls
from adapters.settings import Settings
from events.intake import Intake
from events.translate import Arrival
from tests.integration.http_app import Web, problem
from tests.integration.test_broker import until, worker
from tests.integration.test_rates import FRIDAY, MONDAY, RATES, in_dollars
from tests.law import BOOK
from tests.stories import draft, known_id, said
from workflow.apply import Engine

Pool = Any


def bulletin(name: str, day: date = FRIDAY) -> Arrival:
    """A bulletin with rates of dollar and euro: amounts are converted by both."""
    euro = {"currency": "EUR", "forex_buying": "55.1234"}
    data = {"published_on": day.isoformat(), "bulletin": name, "rates": [*RATES, euro]}
    return said("rates/tcmb", "rates.published.v1", name, data)


def few_at_once(pool: Pool, limit: int = 3) -> Intake:
    """A way in whose batches judge only so many waiting drafts."""
    store = PostgresStore(pool, BOOK.version, judged_at_once=limit)
    policy = bootstrap.policy(Settings(database_url="", broker_url=""))
    return Intake(Engine(store, bootstrap.now, policy), store, bootstrap.now)


async def left(pool: Pool) -> list[Arrival]:
    """What the engine left for itself in the outbox, taken out as the relay would."""
    found = await pool.fetch("DELETE FROM outbox WHERE subject LIKE 'kervan.in.%' RETURNING message_id, subject, payload")
    return [Arrival(row["subject"], row["payload"], row["message_id"]) for row in found]


async def stages(pool: Pool) -> dict[str, int]:
    """How many shipments stand in each stage."""
    return {row[0]: row[1] for row in await pool.fetch("SELECT stage, count(*) FROM shipment GROUP BY stage")}


async def told_by(pool: Pool) -> list[tuple[str, int]]:
    """How many shipments each message validated, in the order in which the messages were taken."""
    found = await pool.fetch(
        """SELECT t.source, count(*) AS n FROM transition t GROUP BY t.source, t.message_id, t.recorded_at
           ORDER BY t.recorded_at"""
    )
    return [(row["source"], row["n"]) for row in found]


async def test_the_rest_of_a_bulletins_drafts_follows_in_batches_of_bounded_size(connections: Pool) -> None:
    """Eight wait and three fit: 3, 3 and 2, each batch leaving one message for the next, the last one none."""
    intake = few_at_once(connections)
    await intake.take([in_dollars(f"d{n}") for n in range(8)])
    await intake.take([bulletin("b")])
    assert await stages(connections) == {"draft": 5, "validated": 3}
    while messages := await left(connections):
        (one,) = messages
        event = orjson.loads(one.body)
        assert (one.subject, event["type"], event["causationid"] != "") == ("kervan.in.engine.judge", "shipment.judge.v1", True)
        assert event["correlationid"] == "b"
        (outcome,) = await intake.take([one])
        assert outcome.state == "applied"
    assert await stages(connections) == {"validated": 8}
    assert await told_by(connections) == [("rates/tcmb", 3), ("engine/judge", 3), ("engine/judge", 2)]


async def test_what_goes_on_comes_twice_and_changes_nothing(connections: Pool) -> None:
    """The same message again is a repeated one, and leaves nothing more to do."""
    intake = few_at_once(connections)
    await intake.take([in_dollars(f"d{n}") for n in range(5)])
    await intake.take([bulletin("b")])
    (one,) = await left(connections)
    outcomes = await intake.take([one, one])
    assert [outcome.state for outcome in outcomes] == ["applied", "repeated"]
    assert (await intake.take([one]))[0].state == "repeated"
    assert await stages(connections) == {"validated": 5}
    assert await left(connections) == []


async def test_two_that_go_on_at_once_become_one(connections: Pool) -> None:
    """A second bulletin begins again from the first draft; in one batch the two ways are one, and still bounded."""
    intake = few_at_once(connections)
    data = {"currency": "XDR"}
    await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"d{n}", **data)) for n in range(9)])
    await intake.take([bulletin("b1")])
    first = await left(connections)
    await intake.take([bulletin("b2", MONDAY)])
    both = first + await left(connections)
    assert len(both) == 2
    await intake.take(both)
    assert len(await left(connections)) == 1


async def test_drafts_that_no_bulletin_helps_are_judged_once_a_bulletin(connections: Pool) -> None:
    """A currency that is never listed: the way through them ends, and every one has been judged again once."""
    intake = few_at_once(connections)
    await intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"d{n}", currency="XDR")) for n in range(7)])
    await intake.take([bulletin("b")])
    rounds = 0
    while messages := await left(connections):
        rounds += 1
        assert rounds < 10, "the way does not end"
        await intake.take(messages)
    assert rounds == 2
    versions = {row["version"] for row in await connections.fetch("SELECT version FROM shipment")}
    assert versions == {2}


async def test_more_drafts_than_one_batch_judges_go_on_over_the_broker(
    settings: Settings, urls: Urls, database_url: str, connections: Pool, intake: Intake, broker: Client
) -> None:
    """A worker alone: the bulletin comes once, and everything that waited for it is validated."""
    many = JUDGED_AT_ONCE * 2 + 1
    arrivals = [in_dollars(f"d{n}") for n in range(many)]
    for begin in range(0, many, 500):
        await intake.take(arrivals[begin : begin + 500])
    await connections.execute("DELETE FROM outbox")
    one = bulletin("b")
    await broker.jetstream().publish(one.subject, one.body)

    async def validated() -> bool:
        return await stages(connections) == {"validated": many}

    async with worker(settings, database_url, urls.broker_url):
        await until(validated)
    assert [n for _, n in await told_by(connections)] == [JUDGED_AT_ONCE, JUDGED_AT_ONCE, 1]


async def test_nobody_outside_may_speak_for_the_engine(connections: Pool, intake: Intake, settings: Settings) -> None:
    """Not even an administrator: what Kervan tells itself comes from Kervan."""
    one = said("engine/judge", "shipment.judge.v1", "j", {"shipments": [{"id": known_id(0)}]})
    async with Web(connections, intake, settings).as_("admin") as client:
        answer = await client.post("/api/messages", content=one.body, headers={"Content-Type": "application/json"})
    problem(answer, 403, "not-allowed")


BOTH = {"shipments": [{"id": known_id(0)}], "without_rate_after": known_id(0)}


@pytest.mark.parametrize("data", [{}, {"shipments": []}, BOTH])
async def test_a_message_that_names_no_drafts_or_both_kinds_is_refused(intake: Intake, data: dict[str, Any]) -> None:
    """It is one or the other."""
    (outcome,) = await intake.take([said("engine/judge", "shipment.judge.v1", "j", data)])
    assert (outcome.state, outcome.code) == ("refused", "wrong_data")
