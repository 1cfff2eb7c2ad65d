"""The Turkish descriptions that the installation's own shipments have used, searched like the nomenclature.

They are read anew when they are older than ten minutes, beside the searches that go on with the old ones, so that no search
waits for the database but the first.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log10

import structlog

from adapters.goods.index import Index, Text
from adapters.goods.nomenclature import split
from adapters.goods.words import words
from workflow.ports import Clock

Load = Callable[[], Awaitable[Sequence[tuple[str, str, int]]]]
"""Reads description, GTİP and how often they were used together, the most used first."""

_FRESH = timedelta(minutes=10)
_log = structlog.get_logger("kervan.goods")


@dataclass(frozen=True, slots=True)
class Used:
    """A description that shipments have used with a GTİP of twelve digits, and how often."""

    description: str
    gtip: str
    uses: int


class UsedGoods:
    """Searches them; one a process."""

    def __init__(self, load: Load, clock: Clock) -> None:
        """Nothing is read yet."""
        self._load, self._clock = load, clock
        self._goods: list[Used] = []
        self._index = Index(())
        self._read_at: datetime | None = None
        self._reading: asyncio.Task[None] | None = None

    async def search(self, query: str) -> list[Used]:
        """What has all words of a query, the best first; of a code alone, the most used under it."""
        await self._refresh()
        code, text = split(query)
        found = [self._goods[n] for n in self._index.search(text, whole=True)] if words(text) else self._goods if code else []
        return [one for one in found if one.gtip.startswith(code)]

    async def _refresh(self) -> None:
        """See to it that there is something to search in, and that it is being renewed where it is old."""
        if self._read_at is not None and self._clock() - self._read_at < _FRESH:
            return
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(_noted)
        if self._read_at is None:
            await asyncio.shield(self._reading)

    async def _read(self) -> None:
        found = [Used(*row) for row in await self._load()]
        index = Index(Text([(1.0, one.description)], bonus=1 + log10(one.uses)) for one in found)
        self._goods, self._index, self._read_at = found, index, self._clock()


def _noted(task: "asyncio.Task[None]") -> None:
    """Log a renewal that failed; searches go on with what there was, and the next one tries again."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.warning("used goods not renewed", error=type(error).__name__)
