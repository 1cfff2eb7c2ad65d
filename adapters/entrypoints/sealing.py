"""Seals both logs each minute, and looks through what was sealed: each new seal, and one of the older ones in turn.

One process at a time does, by an advisory lock. It seals what had settled when it looked the last time
(:mod:`adapters.database.seals`). What is not as it was written becomes an attention item by the engine's ordinary way in; each
row is told of once. ``kervan audit verify`` looks through everything at once.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import asyncpg
import structlog

from adapters.database import seals, turns
from adapters.database.proof import Proof
from adapters.database.seals import Mark
from adapters.database.store import LOST
from adapters.settings import Settings
from events import keeping, sealed, topology
from events.intake import Intake
from events.outgoing import envelope
from events.translate import Arrival
from workflow.chain import Fault
from workflow.errors import BatchConflictError, StoreUnavailableError
from workflow.ports import Clock
from workflow.seal import ALL, Kept, Key

_log = structlog.get_logger("kervan.seals")

EVERY_S = 60.0
_SOON_S = 2.0
"""While what was there before there were chains is sealed, and more waits."""
_SEALS_A_TURN = 5
_TOLD_A_TURN = 100
"""How many rows of one turn are told of; should there be more, the log says so, and ``kervan audit verify`` names them."""


def keys(settings: Settings) -> list[Key]:
    """The keys of seals that this installation has."""
    return [Key(one) for one in settings.seal_keys]


@dataclass(slots=True)
class Sealer:
    """Seals, and looks through seals, in one process."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    intake: Intake
    clock: Clock
    keys: Sequence[Key] = ()
    _mark: Mark | None = field(default=None)

    async def run(self) -> bool:
        """One turn; whether more waits to be sealed.

        Raises:
            StoreUnavailableError, BatchConflictError: what is not right was not told; it is found again.
        """
        async with turns.turn(self.pool, seals.TURN) as mine:
            if not mine:
                self._mark = None
                return False
            more = await self._seal()
            await self._look()
        return more

    async def _seal(self) -> bool:
        made: list[Kept] = []
        async with self.pool.acquire() as connection:
            if self._mark is not None and await seals.settled(connection, self._mark):
                while len(made) < _SEALS_A_TURN:
                    async with connection.transaction():
                        kept = await seals.make(
                            connection, self._mark, self.clock(), self.keys[0] if self.keys else None, sealed.news
                        )
                    if kept is None:
                        break
                    made.append(kept)
                    _log.info("sealed", seal=kept.seal.number, digest=kept.digest.hex(), key=kept.key, mac=kept.mac.hex())
                self._mark = None
            if self._mark is None:
                self._mark = await seals.mark(connection)
        return len(made) == _SEALS_A_TURN or (bool(made) and made[-1].seal.walked != ALL)

    async def _look(self) -> None:
        """Look through what is new, and one seal of before."""
        newest, again = await seals.looked_through(self.pool)
        last = await seals.last(self.pool)
        there = 0 if last is None else last.seal.number
        up_to = min(there, newest + _SEALS_A_TURN)
        await self._tell(Proof(self.pool, self.keys).sealed(newest, up_to, deep=True))
        again = again + 1 if again < newest else 1
        if again <= newest:
            await self._tell(Proof(self.pool, self.keys).sealed(again - 1, again, deep=True))
        await seals.look_on(self.pool, up_to, again, self.clock())

    async def _tell(self, found: AsyncIterator[Fault]) -> None:
        """Have a person told of each row once."""
        faults = [fault async for fault in found]
        if not faults:
            return
        _log.error("a log is not as it was written", rows=len(faults), first=str(faults[0]))
        await self.intake.take([self._message(fault) for fault in islice(faults, _TOLD_A_TURN)])

    def _message(self, fault: Fault) -> Arrival:
        place = f"{fault.log}:{fault.shipment}" if fault.shipment is not None else str(fault.log)
        message_id = f"{place}:{fault.number}:{fault.kind}"
        data = {"place": place, "detail": str(fault), "shipment": None if fault.shipment is None else str(fault.shipment)}
        body = envelope(source=topology.PROOF, id=message_id, type="log.broken.v1", time=self.clock(), data=data)
        return Arrival(topology.subject_of(topology.PROOF), body, message_id)


async def keep(sealer: Sealer, pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Seal and look, and ``pause``, until cancelled."""

    async def turn() -> float:
        return _SOON_S if await sealer.run() else EVERY_S

    await keeping.keep(turn, _FAULTS, _log, pause)


_FAULTS = keeping.Faults(
    (StoreUnavailableError, BatchConflictError, *LOST),
    "the logs are not sealed now",
    "the logs cannot be sealed",
    EVERY_S,
)
