"""How much comes in and waits: facts of the database, the same in every process and after every restart."""

from datetime import UTC, datetime, timedelta
from typing import Any

from nats.aio.client import Client

from adapters.database import flow
from adapters.database.flow import Flowed
from adapters.entrypoints.flowing import Flow
from adapters.settings import Settings
from adapters.web.console import flow as chart
from events.intake import Intake
from tests.integration.browser import browser
from tests.integration.http_app import Web
from tests.stories import draft, said

Pool = Any
NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def admitted(pool: Pool, *batches: tuple[datetime, int]) -> None:
    """Batches as the statement that admits messages leaves them."""
    for at, messages in batches:
        await pool.execute("INSERT INTO flow_batch (at, messages) VALUES ($1, $2)", at, messages)


async def test_a_batch_leaves_how_many_messages_it_admitted(connections: Pool, intake: Intake) -> None:
    """What comes again is not counted, and a batch that admits nothing leaves nothing."""
    arrivals = [said("orders/shop", "shipment.drafted.v1", name, draft(name)) for name in ("A", "B", "C")]
    await intake.take(arrivals)
    await intake.take(arrivals)
    assert [row["messages"] for row in await connections.fetch("SELECT messages FROM flow_batch")] == [3]


async def test_minutes_are_the_same_before_and_after_they_are_gathered(connections: Pool) -> None:
    """Batches are gathered minute by minute; the minute that goes on is left for later, and is in the chart all the same."""
    await admitted(connections, (NINE, 3), (NINE + timedelta(seconds=59), 4), (NINE + 2 * MINUTE, 5))
    expected = [Flowed(NINE, 7, None), Flowed(NINE + 2 * MINUTE, 5, None)]
    assert await flow.since(connections, NINE, MINUTE) == expected
    await flow.gather(connections, NINE + 2 * MINUTE + timedelta(seconds=30))
    assert await connections.fetchval("SELECT count(*) FROM flow_batch") == 1
    assert await flow.since(connections, NINE, MINUTE) == expected


async def test_what_commits_late_is_added_to_its_minute(connections: Pool) -> None:
    """A batch that took longer than the gathering counts where it came."""
    await admitted(connections, (NINE, 3))
    await flow.gather(connections, NINE + 5 * MINUTE)
    await admitted(connections, (NINE, 2))
    await flow.gather(connections, NINE + 6 * MINUTE)
    assert await flow.since(connections, NINE, MINUTE) == [Flowed(NINE, 5, None)]


async def test_old_minutes_become_hours_and_very_old_hours_go(connections: Pool) -> None:
    """A month is some hundred rows, with the same sum and the most that waited."""
    for n in range(120):
        await admitted(connections, (NINE + n * MINUTE, 2))
        await flow.note_waiting(connections, NINE + n * MINUTE, n)
    await flow.gather(connections, NINE + timedelta(days=3))
    assert await connections.fetchval("SELECT count(*) FROM flow") == 2
    hours = await flow.since(connections, NINE, timedelta(hours=1))
    assert hours == [Flowed(NINE, 120, 59), Flowed(NINE + timedelta(hours=1), 120, 119)]
    await flow.gather(connections, NINE + timedelta(days=3) + flow.HOURS_KEPT)
    assert await flow.since(connections, NINE, timedelta(hours=1)) == []


async def test_of_a_minute_the_most_that_waited_counts(connections: Pool) -> None:
    """Whoever looks often sees the crest, not the last drop."""
    for waiting in (3, 40, 0):
        await flow.note_waiting(connections, NINE, waiting)
    assert await flow.since(connections, NINE, MINUTE) == [Flowed(NINE, 0, 40)]


async def test_one_worker_at_a_time_gathers_and_looks_at_the_broker(connections: Pool, broker: Client) -> None:
    """The one whose turn it is notes what waits; the others leave it to it."""
    await admitted(connections, (NINE - MINUTE, 8))
    one = Flow(connections, broker.jetstream(), lambda: NINE)
    assert await one.run()
    assert await flow.since(connections, NINE - MINUTE, MINUTE) == [Flowed(NINE - MINUTE, 8, None), Flowed(NINE, 0, 0)]


async def test_the_figures_beside_the_chart_are_of_the_last_whole_minute(connections: Pool) -> None:
    """Over whatever span it is drawn; where no worker looked lately, nobody knows what waits."""
    await admitted(connections, (NINE - MINUTE, 8), (NINE, 3))
    await flow.note_waiting(connections, NINE - 30 * MINUTE, 12)
    for span in chart.SPANS.values():
        drawn = await chart.chart(connections, span, NINE + timedelta(seconds=20))
        assert (drawn.rate, drawn.waiting) == (8, None)
    await flow.note_waiting(connections, NINE, 2)
    drawn = await chart.chart(connections, chart.SPANS["30d"], NINE + timedelta(seconds=20))
    assert drawn.waiting == 2


async def test_a_first_step_that_goes_on_is_drawn(connections: Pool) -> None:
    """Right after the first messages the page does not say that none came; later, a step is drawn once it is over."""
    await admitted(connections, (NINE, 8))
    for span in chart.SPANS.values():
        drawn = (await chart.chart(connections, span, NINE + timedelta(seconds=20))).series
        assert drawn["rate"] == [8]
        later = await chart.chart(connections, span, NINE + span.step + timedelta(seconds=20))
        assert later.series["at"][-1] == flow.began(NINE, span.step).timestamp()


async def test_every_web_process_shows_the_same_chart(connections: Pool, intake: Intake, settings: Settings) -> None:
    """A process that has just begun knows what came before it; the span is in the address."""
    web = Web(connections, intake, settings)
    web.app.state.services.clock = lambda: NINE
    async with browser(web, "viewer") as person:
        assert 'id="flow-empty"' in (await person.get("/")).text
    await admitted(connections, (NINE - MINUTE, 8))
    for _ in range(2):
        web = Web(connections, intake, settings)
        web.app.state.services.clock = lambda: NINE + timedelta(seconds=20)
        async with browser(web, "viewer") as person:
            page = (await person.get("/")).text
            assert "dakikada 8 mesaj" in page
            assert 'id="flow"' in page
            month = (await person.get("/", params={"flow": "30d"})).text
            assert 'href="/?flow=30d#flow-title" aria-current="true"' in month
            assert 'hx-get="/?flow=30d"' in month
            assert (await person.get("/", params={"flow": "x"})).status_code == 200
