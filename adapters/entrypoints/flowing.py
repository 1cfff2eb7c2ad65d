"""Keeps how much comes in and waits, for charts: one worker at a time gathers and looks, by an advisory lock."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import asyncpg
import nats.errors
import nats.js.errors
import structlog
from nats.js import JetStreamContext

from adapters.database import flow, turns
from adapters.database.store import LOST
from events import keeping, topology
from workflow.errors import StoreUnavailableError
from workflow.ports import Clock

_log = structlog.get_logger("kervan.flow")
_AGAIN_S: Final = 15.0
_FAULTS: Final = keeping.Faults(
    (StoreUnavailableError, nats.errors.Error, nats.js.errors.Error, *LOST),
    "how much waits is not known now",
    "how much comes cannot be kept",
    _AGAIN_S,
)


@dataclass(frozen=True, slots=True)
class Flow:
    """Gathers and looks, in one process."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    js: JetStreamContext
    clock: Clock

    async def run(self) -> bool:
        """Gather what came and note what waits; whether it was ours to do.

        Raises:
            asyncpg.PostgresError, nats.errors.Error: a server is away; what was not gathered is so the next time.
        """
        async with turns.turn(self.pool, flow.TURN) as mine:
            if mine:
                await flow.gather(self.pool, self.clock())
                info = await self.js.consumer_info(topology.STREAM_IN, topology.ENGINE)
                waiting = (info.num_pending or 0) + (info.num_ack_pending or 0)
                await flow.note_waiting(self.pool, self.clock(), waiting)
            return mine


async def keep(one: Flow, pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Four times a minute, until cancelled."""

    async def turn() -> float:
        await one.run()
        return _AGAIN_S

    await keeping.keep(turn, _FAULTS, _log, pause)
