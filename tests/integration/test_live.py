"""News for open pages: topics, gathered, ended with the session or the process."""

import asyncio
import time
from datetime import UTC, datetime

import asyncpg
import pytest

from adapters.settings import Settings
from adapters.web import live
from adapters.web.console.figures import Figures, Kept, Sample
from adapters.web.live import Live
from events.intake import Intake
from tests.integration.http_app import Web


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes is told at once."""
    monkeypatch.setattr(live, "GATHER_S", 0.01)


async def test_a_line_hears_its_topics_and_no_others() -> None:
    """Each line is told of what it wants, a burst once, and both what a message is about and whose it is."""
    hub = Live()
    lists, one = hub.follow(frozenset({"shipments"})), hub.follow(frozenset({"shipment-a", "attention"}))
    waiting = [asyncio.ensure_future(anext(line)) for line in (lists, one)]
    await asyncio.sleep(0)
    assert hub.open_lines == 2
    for _ in range(3):
        hub.heard("kervan.out.shipment.invoiced", b'{"data": {"shipment_id": "a"}}')
    hub.heard("kervan.out.claim", b"not json")
    hub.heard("kervan.out.attention", b'{"data": []}')
    assert await asyncio.gather(*waiting) == [{"shipments"}, {"shipment-a", "attention"}]
    await lists.aclose()
    assert hub.open_lines == 1


async def test_lines_end_with_the_process_and_beat_while_they_are_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent line shows that it is open; closing ends all at once."""
    monkeypatch.setattr(live, "BEAT_S", 0.01)
    hub = Live()
    line = hub.follow(frozenset())
    assert await anext(line) == set()
    hub.close()
    assert [news async for news in line] == []
    assert hub.open_lines == 0


async def test_dear_figures_are_shown_as_they_were() -> None:
    """A figure that takes long is asked for in the background, once for all who look; a cheap one each time."""
    asked: list[float] = []

    async def dear() -> int:
        asked.append(time.monotonic())
        await asyncio.sleep(0.04)
        return len(asked)

    async def cheap() -> int:
        asked.append(0)
        return len(asked)

    kept = Kept(dear)
    assert await asyncio.gather(*(kept.get() for _ in range(5))) == [1] * 5
    began = time.monotonic()
    assert await kept.get() == 1
    assert time.monotonic() - began < 0.03
    once = Kept(cheap)
    assert [await once.get(), await once.get()] == [2, 3]


async def test_the_chart_says_how_much_a_minute(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, settings: Settings
) -> None:
    """Between two samples the difference counts, by the minute; what waits is that of the later one."""
    web = Web(connections, intake, settings)
    figures: Figures = web.app.state.figures
    assert figures.chart() == {"at": [], "rate": [], "lag": []}
    for second, published, lag in ((0, 100, None), (10, 110, 3), (30, 110, 0)):
        figures.samples.append(Sample(datetime(2026, 11, 20, 9, 0, second, tzinfo=UTC), published, lag))
    assert figures.chart()["rate"] == [60.0, 0.0]
    assert figures.chart()["lag"] == [3, 0]
    assert (await figures._sample()).published == 0
