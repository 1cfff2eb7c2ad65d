"""Keeps how counterparts fare, and lets the workers' tasks flow or rest: in every worker, every other second.

What calls came to is counted in memory and written here in sums; whether a counterpart is paused is read here, so that a pause
holds in all processes a moment later. Until it is known, nothing flows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping

import structlog

from adapters.calls.fare import Fare
from adapters.database import counterparts
from adapters.database.counterparts import Name, Pool
from adapters.database.store import LOST
from events import keeping
from workflow.ports import Clock

_log = structlog.get_logger("kervan.counterparts")

EVERY_S = 2.0
_FAULTS = keeping.Faults(LOST, "how counterparts fare cannot be kept yet", "how counterparts fare cannot be kept", EVERY_S)


class Ledger:
    """For the counterparts of one process."""

    def __init__(self, pool: Pool, named: Iterable[Name], fares: Mapping[Name, Fare], clock: Clock) -> None:
        """Keep ``fares``; steer all that are ``named``."""
        self._pool, self._fares, self._clock = pool, dict(fares), clock
        self.going = {name: asyncio.Event() for name in named}
        """Set while the tasks of a counterpart may be taken."""

    async def run(self, pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        """Look, and ``pause``, until cancelled."""
        await keeping.keep(self._turn, _FAULTS, _log, pause)

    async def _turn(self) -> float:
        await self.look()
        return EVERY_S

    async def look(self) -> None:
        """Keep what is new, and do what was said meanwhile.

        Raises:
            LOST: the database is not there; what is new is kept for the next time, and what flows goes on.
        """
        paused = await counterparts.paused(self._pool)
        for name, going in self.going.items():
            if (name in paused) == going.is_set():
                _log.info("a counterpart is paused" if going.is_set() else "a counterpart is asked", counterpart="/".join(name))
            if name in paused:
                going.clear()
            else:
                going.set()
        await self._keep()

    async def close(self) -> None:
        """Keep what is new for the last time."""
        try:
            await self._keep()
        except LOST as error:
            _log.warning("how counterparts fared could not be kept", error=type(error).__name__)

    async def _keep(self) -> None:
        for name, fare in self._fares.items():
            news = fare.take()
            if news is None:
                continue
            try:
                await counterparts.note(self._pool, name, news, self._clock())
            except BaseException:
                fare.give_back(news)
                raise
