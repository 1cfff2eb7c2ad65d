"""Takes the answers that lie in the tax office's folder, by the engine's ordinary way in.

Each worker looks; an answer's id follows from what it says, so two that take the same one change nothing twice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from adapters.database.store import LOST
from adapters.tax_office.file import AnswerFolder
from events import keeping
from events.intake import Intake
from workflow.errors import BatchConflictError, StoreUnavailableError
from workflow.ports import Clock

_log = structlog.get_logger("kervan.tax_office")

_AGAIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Answering:
    """Looks into the folder, in one process."""

    folder: AnswerFolder
    intake: Intake
    clock: Clock

    async def run(self) -> int:
        """Take all answers that are there, and say how many.

        Raises:
            OSError: the folder cannot be used; what was taken comes again and changes nothing.
            StoreUnavailableError, BatchConflictError: nothing was taken.
        """
        now = self.clock()
        found = await asyncio.to_thread(self.folder.waiting, now)
        if not found:
            return 0
        outcomes = await self.intake.take([one.arrival for one in found])
        for one, outcome in zip(found, outcomes, strict=True):
            try:
                await asyncio.to_thread(self.folder.settle, one, outcome, now)
            except FileNotFoundError:
                _log.info("another process has moved an answer", state=outcome.state)
        _log.info("answers taken", answers=len(found), refused=sum(outcome.state == "refused" for outcome in outcomes))
        return len(found)


async def keep(answering: Answering, pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Look, and ``pause``, until cancelled."""

    async def turn() -> float:
        try:
            await answering.run()
        except OSError as error:
            if error.filename is None:  # a connection's, not a file's
                raise
            _log.error("the tax office's folder cannot be used", error=error.strerror)
        return _AGAIN_S

    await keeping.keep(turn, _FAULTS, _log, pause)


_FAULTS = keeping.Faults(
    (StoreUnavailableError, BatchConflictError, *LOST), "answers cannot be taken yet", "answers cannot be taken", _AGAIN_S
)
