"""The timer: what is awaited and has not come by its day is told to the engine, by the engine's ordinary way in.

A worker looks every half minute. One process at a time does, by an advisory lock, so it is safe in several copies; should it
die, the next one takes the turn. It only says that something fell due; the engine decides, under its locks, whether that is
still so, and the same word twice is one (its id follows from what waits and since when).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import orjson
import structlog

from adapters.database import due, turns
from adapters.database.due import Looked, Watched
from adapters.database.store import LOST
from events import keeping, topology
from events.intake import Intake
from events.outgoing import envelope
from events.translate import Arrival
from workflow.errors import BatchConflictError, StoreUnavailableError
from workflow.ports import Clock

_log = structlog.get_logger("kervan.timer")

AT_ONCE = 500
"""How many fall due in one batch: as many as the broker gives a worker."""
_CLAIMS_AT_ONCE = 10
"""Fewer claims, since a claim is decided on with all its shipments locked."""
_AGAIN_S = 30.0


@dataclass(frozen=True, slots=True)
class _Kind:
    watched: Watched
    type: str
    data: Callable[[Looked], dict[str, Any]]
    at: Callable[[Looked], str]
    at_once: int = AT_ONCE


_KINDS = (
    _Kind(
        due.SHIPMENTS,
        "shipment.overdue.v1",
        lambda one: {"shipment": {"id": str(one.key)}, "due_at": one.due_at},
        lambda one: f"{one.sequence}:{_moment(one.due_at)}",
    ),
    _Kind(due.ETGBS, "etgb.overdue.v1", lambda one: {"number": one.key}, lambda one: _moment(one.due_at)),
    _Kind(
        due.CLAIMS, "claim.lapsing.v1", lambda one: {"claim": str(one.key)}, lambda one: _moment(one.due_at), _CLAIMS_AT_ONCE
    ),
    _Kind(
        due.PARKED,
        "message.overdue.v1",
        lambda one: {"waits_on": one.key, "about": _order(one.about)},
        lambda one: _moment(one.look_at),
    ),
)


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


def _order(named: str | None) -> str:
    """The shipment that a message names, in words."""
    names = orjson.loads(named) if named else {}
    for fields, words in _NAMED:
        if set(fields) <= names.keys():
            return words.format(*(names[field] for field in fields))
    return ""


_NAMED = (
    (("reference", "seller"), "order {0} of seller {1}"),
    (("invoice_number", "seller"), "invoice {0} of seller {1}"),
    (("id",), "shipment {0}"),
)


@dataclass(frozen=True, slots=True)
class Timer:
    """Looks at what waits, in one process."""

    intake: Intake
    pool: "asyncpg.Pool[asyncpg.Record]"
    clock: Clock
    at_once: int = AT_ONCE

    async def run(self) -> int | None:
        """Tell the engine all that has fallen due, and say how much that was; ``None`` where another process is at it.

        Raises:
            StoreUnavailableError, BatchConflictError: not all was told; it is found again the next time.
        """
        async with turns.turn(self.pool, due.TURN) as mine:
            if not mine:
                return None
            told = 0
            for kind in _KINDS:
                told += await self._look(kind)
        if told:
            _log.info("fell due", told=told)
        return told

    async def _look(self, kind: _Kind) -> int:
        """Go through a kind once, a batch at a time: one that cannot be told does not hold up the others."""
        now, told, at_once = self.clock(), 0, min(self.at_once, kind.at_once)
        found: list[Looked] = []
        while True:
            found = await due.to_look_at(self.pool, kind.watched, now, found[-1] if found else None, at_once)
            if not found:
                return told
            await due.look_later(self.pool, kind.watched, [one for one in found if not one.due], now)
            told += await self._tell(kind, [one for one in found if one.due])

    async def _tell(self, kind: _Kind, found: Sequence[Looked]) -> int:
        if not found:
            return 0
        outcomes = await self.intake.take([self._message(kind, one) for one in found])
        return sum(outcome.state == "applied" for outcome in outcomes)

    def _message(self, kind: _Kind, one: Looked) -> Arrival:
        message_id = f"{one.key}:{kind.at(one)}"
        body = envelope(source=topology.TIMER, id=message_id, type=kind.type, time=self.clock(), data=kind.data(one))
        return Arrival(topology.subject_of(topology.TIMER), body, message_id)


async def keep(timer: Timer, pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Look, and ``pause``, until cancelled."""

    async def turn() -> float:
        await timer.run()
        return _AGAIN_S

    await keeping.keep(turn, _FAULTS, _log, pause)


_FAULTS = keeping.Faults(
    (StoreUnavailableError, BatchConflictError, *LOST),
    "not all that fell due is told yet",
    "what fell due cannot be told",
    _AGAIN_S,
)
