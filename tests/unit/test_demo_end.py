"""When the demo is over."""

import asyncio
from typing import Any

import pytest

from adapters.entrypoints import demo, demo_view
from adapters.entrypoints.demo_opening import Opened
from adapters.entrypoints.demo_view import Figures
from adapters.imports.account import Summary


class Picture:
    """A view that nobody watches."""

    def show(self, found: Figures) -> None:
        """Draw nothing."""


async def _watch(monkeypatch: pytest.MonkeyPatch, figures: Figures, *, stopped: bool) -> Figures | None:
    """What watching gives once the orders are in and these are the counts."""

    async def count(*_: object) -> Figures:
        return figures

    async def claims(*_: object) -> int:
        return 0

    monkeypatch.setattr(demo_view, "figures", count)
    monkeypatch.setattr(demo, "_file_claims", claims)
    importing = asyncio.get_running_loop().create_future()
    importing.set_result(Summary())
    stop = asyncio.Event()
    if stopped:
        stop.set()
    nobody: Any = None
    return await demo._until_settled(nobody, nobody, Picture(), importing, stop, Opened())  # type: ignore[arg-type]


async def test_what_was_stopped_is_not_settled_however_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """All shipments that have come so far are held by findings: others were still to come."""
    assert await _watch(monkeypatch, Figures(stages={"draft": 3}, held=3), stopped=True) is None


async def test_a_day_with_nothing_to_ship_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The orders are in, and none of their rows made a shipment."""
    found = await _watch(monkeypatch, Figures(), stopped=False)
    assert found is not None
    assert (found.settled, found.nothing) == (True, True)


def test_nothing_is_settled_before_the_orders_are_in() -> None:
    """No shipment yet is not the same as nothing to ship."""
    assert not Figures().settled
