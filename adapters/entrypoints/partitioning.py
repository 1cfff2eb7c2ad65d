"""A worker's chore: the months ahead are made in time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import structlog

from adapters.database import months
from adapters.database.store import LOST
from events import keeping
from workflow.errors import StoreUnavailableError
from workflow.ports import Clock

if TYPE_CHECKING:
    import asyncpg

_log = structlog.get_logger("kervan.partitions")
_AGAIN_S: Final = 6 * 3600.0
_AFTER_FAULT_S: Final = 60.0
_FAULTS: Final = keeping.Faults(
    (StoreUnavailableError, *LOST), "months cannot be made yet", "months cannot be made", _AFTER_FAULT_S
)


async def keep(
    pool: "asyncpg.Pool[asyncpg.Record]", clock: Clock, pause: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> None:
    """Look four times a day, until cancelled."""

    async def turn() -> float:
        made = await months.make_ahead(pool, clock())
        if made:
            _log.info("months made", parts=made)
        return _AGAIN_S

    await keeping.keep(turn, _FAULTS, _log, pause)
