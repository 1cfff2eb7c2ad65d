"""News for open pages: topics, gathered, ended with the session or the process."""

import asyncio
import time

import pytest

from adapters.web import live
from adapters.web.console import figures
from adapters.web.console.figures import Kept
from adapters.web.live import Live


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


async def test_a_dear_figure_that_nobody_looked_at_for_long_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes first in the morning is not shown the evening."""
    asked: list[int] = []

    async def dear() -> int:
        await asyncio.sleep(0.04)
        asked.append(0)
        return len(asked)

    kept = Kept(dear)
    assert [await kept.get(), await kept.get()] == [1, 1]
    monkeypatch.setattr(figures, "_OLD_S", 0)
    assert await kept.get() == 2
