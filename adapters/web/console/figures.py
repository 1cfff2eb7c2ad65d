"""Figures that many pages show and that may be dear: one process asks the database once for all who look at the moment.

A figure that takes next to nothing is asked for each time. A dear one is shown as it was, and asked for again in the
background, so rarely that it takes at most a twentieth of the time of one connection; one that is older than a minute, since
nobody looked meanwhile, is waited for.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from datetime import time as time_of_day
from typing import Any, Generic, TypeVar

import structlog

from adapters.database import overview, queries, seller_lock
from adapters.web.services import Services
from workflow.values import ISTANBUL, istanbul_day

_log = structlog.get_logger("kervan.console")
_Value = TypeVar("_Value")

_CHEAP_S = 0.03
_SHARE = 20
_OLD_S = 60
_SETS = 1000
"""For so many sets of sellers figures are kept; of those who were not seen for longest they are asked anew."""


class Kept(Generic[_Value]):
    """A figure and when it was asked for."""

    def __init__(self, ask: Callable[[], Awaitable[_Value]]) -> None:
        """Nothing is asked yet."""
        self._ask = ask
        self._value: _Value | None = None
        self._at = 0.0
        self._took = 0.0
        self._asking: asyncio.Task[_Value] | None = None

    async def get(self) -> _Value:
        """The figure: as it is where that is cheap, else as it was at most a minute ago."""
        age_s = time.monotonic() - self._at
        if self._value is None or self._took < _CHEAP_S or age_s > _OLD_S:
            return await self._renewed()
        if age_s > self._took * _SHARE:
            task = asyncio.ensure_future(self._renewed())
            task.add_done_callback(_told)
        return self._value

    async def _renewed(self) -> _Value:
        """Ask, or wait for who asks already."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(self._timed())
        return await asyncio.shield(self._asking)

    async def _timed(self) -> _Value:
        began = time.monotonic()
        self._value = await self._ask()
        self._at = time.monotonic()
        self._took = self._at - began
        return self._value


class Each(Generic[_Value]):
    """A figure for each set of sellers that people are bound to, and for all: nobody is shown what was asked for another."""

    def __init__(self, ask: Callable[[], Awaitable[_Value]]) -> None:
        """Nothing is asked yet."""
        self._ask = ask
        self._kept: OrderedDict[tuple[str, ...], Kept[_Value]] = OrderedDict()

    def of(self, sellers: tuple[str, ...]) -> Kept[_Value]:
        """The figure of some sellers; of none: that of all."""

        async def ask() -> _Value:
            seller_lock.bind(sellers)  # in a task of its own, whoever it was that wanted the figure first
            return await self._ask()

        kept = self._kept.setdefault(sellers, Kept(ask))
        self._kept.move_to_end(sellers)
        while len(self._kept) > _SETS:
            self._kept.popitem(last=False)
        return kept


def _told(task: "asyncio.Future[_Value]") -> None:
    """A figure that could not be asked for in the background stays as it was."""
    if not task.cancelled() and task.exception() is not None:
        _log.warning("a figure could not be renewed", error=type(task.exception()).__name__)


class Figures:
    """The figures of one web process."""

    def __init__(self, parts: Services) -> None:
        """Over a process's parts."""
        self._stages = Each(lambda: queries.stages(parts.pool))
        self._waiting = Each(lambda: overview.waiting(parts.pool))
        self._arrived = Each(lambda: overview.arrived(parts.pool, _midnight(parts.clock())))

    async def stages(self) -> list[dict[str, Any]]:
        """How many shipments stand in each stage, of whoever asks."""
        return await self._stages.of(seller_lock.sellers()).get()

    async def waiting(self) -> dict[str, int]:
        """How much waits for whoever asks."""
        return await self._waiting.of(seller_lock.sellers()).get()

    async def arrived(self) -> dict[str, int]:
        """What came in and moved today, of whoever asks."""
        return await self._arrived.of(seller_lock.sellers()).get()


def _midnight(now: datetime) -> datetime:
    """When the day began in Istanbul."""
    return datetime.combine(istanbul_day(now), time_of_day(), ISTANBUL).astimezone(UTC)
