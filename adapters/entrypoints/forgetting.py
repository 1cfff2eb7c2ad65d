"""What the retention policy lets go of, removed by a worker now and then, and what one consignee asks to have erased."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

import asyncpg
import structlog

from adapters import retention
from adapters.database import audit, consignees, turns
from adapters.database import retention as table
from adapters.database.consignees import Selection
from adapters.database.store import LOST
from adapters.documents import DocumentFolder
from adapters.retention import Matter, Row
from events import keeping
from workflow.errors import BatchConflictError, StoreUnavailableError
from workflow.ports import Clock
from workflow.values import istanbul_day

_log = structlog.get_logger("kervan.retention")

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

BATCH = 200
"""How many rows one transaction removes."""
_MOST = 50
"""How many batches of one matter a turn does; the rest waits for the next one."""
_EVERY_S = 3600.0
_AGAIN_S = 300.0
_ACT = "consignee.erase"


@dataclass(frozen=True, slots=True)
class Forgetting:
    """The policy over one database and its folder of documents."""

    pool: Pool
    documents: DocumentFolder
    policy: tuple[Row, ...]
    clock: Clock
    batch: int = BATCH
    most: int = field(default=_MOST)

    async def run(self, *, dry: bool = False) -> dict[Matter, int]:
        """Remove what the policy lets go of, or with ``dry`` only count it; nothing where another process is at it."""
        async with turns.turn(self.pool, table.TURN) as mine:
            if not mine:
                return {}
            force = retention.in_force(self.policy, istanbul_day(self.clock()))
            done = {matter: await self._matter(row, dry=dry) for matter, row in force.items()}
        if not dry and any(done.values()):
            _log.info("removed by the retention policy", **{str(matter): number for matter, number in done.items() if number})
        return done

    async def _matter(self, row: Row, *, dry: bool) -> int:
        total = 0
        for _ in range(self.most):
            number = await self._batch(row, dry=dry)
            total += number
            if dry or number < self.batch:
                break
        return total

    async def _batch(self, row: Row, *, dry: bool) -> int:
        before = self.clock() - timedelta(days=row.days)
        limit = None if dry else self.batch
        match row.matter:
            case Matter.CONSIGNEES:
                ids = await table.old_consignees(self.pool, before, limit)
                if not dry and ids:
                    reason = f"retention policy of {row.valid_from}: {row.days} days, {row.source}"
                    act = audit.Act("worker", "retention", "", _ACT, reason=reason)
                    await erase(self.pool, self.documents, Selection(shipments=tuple(ids)), self.clock, act)
                return len(ids)
            case Matter.DOCUMENTS:
                ids = await table.old_documents(self.pool, before, limit)
                if not dry and ids:
                    await _remove(self.documents, await table.forget_documents(self.pool, ids))
                return len(ids)
            case _:
                return await table.rows(self.pool, row.matter, before, self.batch, dry=dry)


async def erase(
    pool: Pool, documents: DocumentFolder, selection: Selection, clock: Clock, act: audit.Act | None
) -> consignees.Erasure:
    """Erase a consignee, files of documents too; without ``act`` only say what would be done."""
    done = await consignees.erase(pool, selection, clock(), act)
    if act is not None:
        await _remove(documents, done.files)
    return done


async def _remove(documents: DocumentFolder, files: list[str]) -> None:
    for digest in files:
        await asyncio.to_thread(documents.remove, digest)


async def keep(forgetting: Forgetting, pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Remove, and ``pause``, until cancelled."""

    async def turn() -> float:
        await forgetting.run()
        return _EVERY_S

    await keeping.keep(turn, _FAULTS, _log, pause)


_FAULTS = keeping.Faults(
    (StoreUnavailableError, BatchConflictError, *LOST),
    "what the retention policy lets go of is not removed yet",
    "what the retention policy lets go of cannot be removed",
    _AGAIN_S,
)
