"""The one way in: every door gives its arrivals here and learns what became of each."""

import logging
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import uuid4

import structlog

from events import tracing
from events.translate import Arrival, Unreadable, read
from workflow.apply import Engine
from workflow.errors import BatchConflictError, StoreUnavailableError
from workflow.message import Message
from workflow.ports import Clock
from workflow.world import Outcome

_log = structlog.get_logger("kervan.intake")

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}", re.ASCII)


def plain(text: str) -> str:
    """An id as it may stand in a log: what others choose freely may hold a name, or a line's end."""
    return text if _PLAIN.fullmatch(text) else "[redacted]" if text else ""


def _ids(found: "Sequence[Message | Unreadable]") -> dict[str, str]:
    """What all log lines of a batch carry: its own id, and the correlation id that all its messages share, if they do."""
    ids = {"batch": uuid4().hex[:12]} if "batch" not in structlog.contextvars.get_contextvars() else {}
    shared = {item.correlation for item in found if isinstance(item, Message)}
    if len(shared) == 1 and (correlation := plain(shared.pop())):
        ids["correlation"] = correlation
    return ids


class Keeper(Protocol):
    """Keeps what could not be read."""

    async def keep_unreadable(self, found: Sequence[Unreadable], now: datetime) -> None:
        """Keep them, list them, raise attention."""
        ...


class Intake:
    """Reads arrivals, keeps what cannot be read, and gives the rest to the engine in one batch."""

    def __init__(self, engine: Engine, keeper: Keeper, clock: Clock) -> None:
        """Work for one process; several batches may be under way at once."""
        self._engine = engine
        self._keeper = keeper
        self._clock = clock
        self.totals: Counter[str] = Counter()
        self.batches, self.seconds = 0, 0.0
        """Since this process began: batches that were taken, and how long they took."""

    async def take(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """Take arrivals and say what became of each, in their order.

        Raises:
            StoreUnavailableError: nothing may be acknowledged; give the same arrivals again.
            BatchConflictError: the same.
        """
        now = self._clock()
        found = [read(arrival, now) for arrival in arrivals]
        with structlog.contextvars.bound_contextvars(**_ids(found)):
            return await self._take(arrivals, found, now)

    async def keep(self, unreadable: Sequence[Unreadable]) -> None:
        """Keep what a door itself could make no message of; it is listed, and may be replayed after a fix.

        Raises:
            StoreUnavailableError, BatchConflictError: not all is kept; give it again.
        """
        await self._keep(unreadable, self._clock())
        self.totals["refused"] += len(unreadable)
        _log.info("kept unread", unreadable=len(unreadable))

    async def _take(self, arrivals: Sequence[Arrival], found: Sequence[Message | Unreadable], now: datetime) -> list[Outcome]:
        began = time.perf_counter()
        log = _log.bind()
        unreadable = [  # whoever waits for the answer is told what is wrong; what is replayed is kept already
            item
            for arrival, item in zip(arrivals, found, strict=True)
            if isinstance(item, Unreadable) and not (arrival.attended or arrival.replay)
        ]
        messages = [item for item in found if isinstance(item, Message)]
        if log.is_enabled_for(logging.DEBUG):
            for one in messages:
                ids = {"id": one.id, "source": one.source, "correlation": one.correlation}
                log.debug("message", type=one.type, **{name: plain(text) for name, text in ids.items()})
        if unreadable:
            await self._keep(unreadable, now)
        with tracing.taking(messages) as told:
            answers = await self._engine.apply(messages) if messages else []
            told(answers)
        applied = iter(answers)
        outcomes = [
            Outcome(item.source, item.message_id, "refused", item.code, item.detail)
            if isinstance(item, Unreadable)
            else next(applied)
            for item in found
        ]
        counts = Counter(outcome.state for outcome in outcomes)
        self.totals.update(counts)
        took = time.perf_counter() - began
        self.batches, self.seconds = self.batches + 1, self.seconds + took
        log.info(
            "batch taken",
            messages=len(arrivals),
            ms=round(took * 1000, 1),
            unreadable=len(unreadable),
            **counts,
        )
        return outcomes

    async def _keep(self, unreadable: Sequence[Unreadable], now: datetime) -> None:
        """Keep what cannot be read; one that cannot even be kept as it is must not hold up the others.

        Raises:
            StoreUnavailableError: nothing may be acknowledged.
            BatchConflictError: the same.
        """
        try:
            await self._keeper.keep_unreadable(unreadable, now)
        except (StoreUnavailableError, BatchConflictError):
            raise
        except Exception as error:
            if len(unreadable) > 1:
                half = len(unreadable) // 2
                await self._keep(unreadable[:half], now)
                await self._keep(unreadable[half:], now)
                return
            (alone,) = unreadable
            if not alone.subject:
                raise
            _log.warning("kept without what it says of itself", token=alone.token, error=type(error).__name__)
            bare = replace(alone, subject="", source="", message_id="", type="")
            await self._keep([bare], now)
