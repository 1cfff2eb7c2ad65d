"""Another law: what was judged by the one before is judged again, a thousand at a time, by the engine's ordinary way in.

A worker puts its law in force when it starts, and has judged again whatever another law judged: the drafts, and the validated
shipments whose invoice has not come (see :mod:`workflow.handlers.judging`). One process at a time does this; should it die, the
next one takes the turn and goes on, since each shipment keeps the version that judged it. The workers whose law is in force
look again every ten minutes: during an upgrade an older worker may still have judged drafts meanwhile. A worker of a law that
is no longer in force has nothing judged again, so two versions that run side by side do not undo each other's work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

import asyncpg
import structlog

from adapters.database import law, turns
from adapters.database.law import Judged
from adapters.database.store import JUDGED_AT_ONCE, LOST
from events import keeping, topology
from events.intake import Intake
from events.outgoing import envelope
from events.translate import Arrival
from workflow.errors import BatchConflictError, StoreUnavailableError
from workflow.ports import Clock

_log = structlog.get_logger("kervan.law")

_AGAIN_S = 600.0
_AFTER_FAULT_S = 30.0
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Rejudging:
    """Has shipments judged again by the law of one process."""

    intake: Intake
    pool: "asyncpg.Pool[asyncpg.Record]"
    version: str
    clock: Clock
    at_once: int = JUDGED_AT_ONCE

    async def begin(self) -> bool:
        """Put this process's law in force; whether it was another one until now."""
        return await law.put_in_force(self.pool, self.version, self.clock())

    async def run(self, *, whoever: bool = False, told: Callable[[int], None] = lambda _: None) -> int | None:
        """Have judged again what another law judged (with ``whoever`` all there is), and say how many shipments that were.

        ``None`` where this law is not in force, or another process is at it already. ``told`` hears how many are done.

        Raises:
            StoreUnavailableError, BatchConflictError: some were not judged; they are found again the next time.
        """
        if await law.in_force(self.pool) != self.version:
            return None
        async with turns.turn(self.pool, law.TURN) as mine:
            if not mine:
                return None
            judged, after = 0, _FIRST
            while found := await self._next(after, whoever):
                judged += await self._judge(found)
                after = found[-1].shipment
                told(len(found))
        if judged:
            _log.info("judged again by the law in force", shipments=judged, version=self.version)
        return judged

    async def _next(self, after: UUID, whoever: bool) -> list[Judged]:
        return await law.judged_by_another(self.pool, self.version, after, self.at_once, whoever=whoever)

    async def _judge(self, found: Sequence[Judged]) -> int:
        """Have some judged in one batch; one that cannot be judged is refused alone, and listed, and the others go through."""
        alone = len(found) == 1
        (outcome,) = await self.intake.take([self._message(found, attended=not alone)])
        if outcome.state != "refused":
            return len(found) if outcome.state == "applied" else 0
        if alone:
            _log.error("a shipment cannot be judged again", shipment=str(found[0].shipment), why=outcome.code)
            return 0
        half = len(found) // 2
        return await self._judge(found[:half]) + await self._judge(found[half:])

    def _message(self, found: Sequence[Judged], *, attended: bool) -> Arrival:
        """The same shipments in the same state, to be judged by the same law, are the same message."""
        said = f"{self.version} " + " ".join(f"{one.shipment}:{one.version}" for one in found)
        message_id = f"law:{blake2b(said.encode(), digest_size=16).hexdigest()}"
        body = envelope(
            source=topology.JUDGING,
            id=message_id,
            type="shipment.judge.v1",
            time=self.clock(),
            data={"shipments": [{"id": str(one.shipment)} for one in found]},
        )
        return Arrival(topology.subject_of(topology.JUDGING), body, message_id, attended=attended)


async def keep(rejudging: Rejudging) -> None:
    """Put the law in force and look, now and then again, for what another law judged; until cancelled."""
    begun = False

    async def turn() -> float:
        nonlocal begun
        if not begun:
            await rejudging.begin()
            begun = True
        await rejudging.run()
        return _AGAIN_S

    await keeping.keep(turn, _FAULTS, _log)


_FAULTS = keeping.Faults(
    (StoreUnavailableError, BatchConflictError, *LOST),
    "not all is judged again yet",
    "shipments cannot be judged again",
    _AFTER_FAULT_S,
)
