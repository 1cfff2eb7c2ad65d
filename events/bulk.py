"""One action on many shipments, as a job that is kept: a batch at a time, each shipment once, whatever ends in between.

A job's lines wait in the database. Whoever has its turn takes the next few, tells the engine by its ordinary way in, and notes
what became of each. A process that dies between the two leaves the lines waiting: they are told again, under the same ids, so
the engine does nothing twice and the first outcome is noted. A job acts in its starter's name, so it ends where that account
does, or where its role may not do this any more: this is asked before each batch.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID, uuid4

import structlog

from events import topology
from events.intake import Intake
from events.outgoing import envelope
from events.translate import Arrival
from workflow.errors import BatchConflictError, StoreUnavailableError
from workflow.ports import Clock
from workflow.stages import Trigger
from workflow.world import Outcome

_log = structlog.get_logger("kervan.bulk")

AT_ONCE: Final = 200
"""How many shipments one batch has: a fraction of a second's work, after which a pause is heard."""
_AGAIN_S: Final = 2.0

REASONED: Final = frozenset({Trigger.CANCEL, Trigger.RETURN_GOODS})
"""Actions that ask for a reason."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a running job has done to each of its shipments, and in whose name (``by``, a user's name)."""

    id: UUID
    trigger: Trigger
    reason: str
    by: str


class Book(Protocol):
    """Where jobs and their lines are kept."""

    def turn(self, job: UUID) -> AbstractAsyncContextManager[bool]:
        """Whether this process may work on a job now; nobody else does meanwhile."""
        ...

    async def running(self) -> Sequence[UUID]:
        """Jobs that are to go on, the longest started first."""
        ...

    async def orphaned(self, job: UUID, now: datetime) -> bool:
        """Stop a running job whose starter's account was revoked, or may not do this any more; whether it was."""
        ...

    async def order(self, job: UUID) -> Order | None:
        """What a job does; ``None`` unless it is running."""
        ...

    async def waiting(self, job: UUID, limit: int) -> Sequence[UUID]:
        """The next shipments of a job, in its order."""
        ...

    async def told_before(self, outcome: Outcome) -> Outcome:
        """What became of a message when it came the first time."""
        ...

    async def note(self, job: UUID, told: Sequence[tuple[UUID, Outcome]], now: datetime) -> None:
        """Note what became of shipments; a job of which none waits any more is finished by it."""
        ...


@dataclass(frozen=True, slots=True)
class Bulk:
    """Works on jobs, in one process; any number of processes may."""

    book: Book
    intake: Intake
    clock: Clock
    at_once: int = AT_ONCE

    async def step(self, job: UUID) -> bool:
        """Do the next few of a job; whether there was something to do, and it was ours.

        Raises:
            StoreUnavailableError, BatchConflictError: nothing is noted; the same lines come again.
        """
        async with self.book.turn(job) as mine:
            if not mine or await self.book.orphaned(job, self.clock()):
                return False
            order = await self.book.order(job)
            if order is None:
                return False
            some = await self.book.waiting(job, self.at_once)
            outcomes = await self.intake.take([self._arrival(order, one) for one in some]) if some else []
            first = [await self.book.told_before(one) if one.code == "duplicate" else one for one in outcomes]
            await self.book.note(job, list(zip(some, first, strict=True)), self.clock())
            return True

    async def run(self) -> int:
        """Go on with all that is running, a batch of each in turn, until none is left to us; how many batches that took."""
        took = 0
        while True:
            worked = [job for job in await self.book.running() if await self.step(job)]
            if not worked:
                return took
            took += len(worked)

    def _arrival(self, order: Order, shipment: UUID) -> Arrival:
        """One shipment's message, whose id follows from the job."""
        source = f"ops/{order.by}"
        data: dict[str, object] = {"shipment": {"id": str(shipment)}}
        if order.trigger in REASONED:
            data["reason"] = order.reason
        body = envelope(
            source=source,
            id=f"{order.id}:{shipment}",
            type=f"shipment.{order.trigger}.v1",
            time=self.clock(),
            data=data,
            correlationid=str(order.id),
        )
        return Arrival(topology.subject_of(source), body, f"bulk:{uuid4()}", attended=True)


async def keep(bulk: Bulk, pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Go on with what is running, and ``pause``, until cancelled."""
    while True:
        try:
            await bulk.run()
        except (StoreUnavailableError, BatchConflictError) as error:
            _log.warning("a bulk job waits; its lines come again", error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the worker; it is tried again, and logged each time
            _log.error("a bulk job cannot go on", error=type(error).__name__)
        await pause(_AGAIN_S)
