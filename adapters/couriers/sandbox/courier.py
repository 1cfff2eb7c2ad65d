"""The SANDBOX courier at work: it answers what Kervan asks of it, as its script and its manners have it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from adapters.couriers.sandbox.life import CODE, declaration, declaration_line, parcel
from adapters.couriers.sandbox.script import DECLARED_ALONE, NOT_DECLARED, Fault, Script
from adapters.sandbox import Manners, Register, asked_at
from events.tasks import NotYetError, Reply

FAMILY = "courier"
SOURCE = f"{FAMILY}/{CODE}"

ASK_AGAIN_S = 300.0
"""A courier that does not answer is asked again so many seconds later at the most."""
_STEPS_TO_DECLARATION = 3
"""Customs is told after the booking, the label and the pick-up."""

_log = structlog.get_logger("kervan.sandbox")


class SandboxUnavailableError(NotYetError):
    """SANDBOX 503: the script has an outage now."""


class SandboxNotDeliveredError(NotYetError):
    """SANDBOX 400: the ETGB is given for delivered parcels only, and this one is not delivered yet."""


@dataclass(slots=True)
class _Manifest:
    """Parcels that leave on one ETGB; whoever opened it declares it when it is closed."""

    leader: str
    faults: frozenset[Fault] = frozenset()
    lines: list[dict[str, Any]] = field(default_factory=list)
    latest: datetime | None = None
    closed: asyncio.Event = field(default_factory=asyncio.Event)


def _now() -> datetime:
    return datetime.now(UTC)


class SandboxCourier:
    """Answers ``pickup.requested.v1``: booking, scans, and one ETGB for up to ``consolidate`` parcels.

    A manifest is closed when it is full or ``gather_s`` seconds after it was opened. It lives in memory: the numbers go on
    after a restart, a manifest that was still open does not. The clock is asked for outages alone.
    """

    def __init__(
        self,
        manners: Manners,
        parcels: Register | None = None,
        declarations: Register | None = None,
        *,
        consolidate: int = 12,
        gather_s: float = 0.4,
        script: Script | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Begin without a manifest; number from one, or go on where the registers stand."""
        self._manners, self._script, self._clock = manners, script or Script(), clock
        self._parcels, self._declarations = parcels or Register(), declarations or Register()
        self._consolidate, self._gather_s = consolidate, gather_s
        self._open: _Manifest | None = None
        self._boarded: dict[str, _Manifest] = {}
        self._asked = Counter[str]()

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Carry a parcel; whoever opened a manifest also sends its ETGB.

        Raises:
            SandboxUnavailableError: the script has an outage now.
            SandboxNotDeliveredError: the script has the parcel not delivered when its ETGB is asked for; the scans are told.
        """
        if task["type"] != "pickup.requested.v1":
            _log.warning("the sandbox courier does not do this", type=task["type"])
            return ()
        away = self._script.put_off(self._clock()).total_seconds()
        if away:
            raise SandboxUnavailableError(min(away, ASK_AGAIN_S))
        faults = self._script.faults(task["data"]["reference"])
        life = parcel(task, self._parcels.number(task["id"]), faults)
        replies = self._manners.plan(SOURCE, task, life)
        if Fault.NOT_DELIVERED in faults and self._asked[task["id"]] < self._script.not_delivered_asks:
            self._asked[task["id"]] += 1
            raise SandboxNotDeliveredError(self._seconds(len(life)), self._put_off(replies, asked_at(task)))
        if not faults & NOT_DECLARED:
            replies += await self._declare(task, faults, len(life))
        return self._put_off(replies, asked_at(task))

    async def _declare(self, task: dict[str, Any], faults: frozenset[Fault], steps: int) -> list[Reply]:
        """The ETGB of a parcel's manifest, where this parcel is to send it."""
        manifest = self._board(task, faults)
        if manifest.leader != task["id"]:
            return []
        try:
            async with asyncio.timeout(self._gather_s):
                await manifest.closed.wait()
        except TimeoutError:
            self._close(manifest)
        since = manifest.latest or asked_at(task)
        serials = [self._declarations.number(task["id"])]
        if Fault.ETGB_REISSUED in manifest.faults:
            serials.append(self._declarations.number(f"{task['id']} again"))
        late = self._script.late_closing_steps
        events = declaration(
            serials,
            manifest.lines,
            since,
            manifest.faults,
            closed_late=timedelta(seconds=self._seconds(late)),
            late_steps=late,
        )
        after = steps if Fault.NOT_DELIVERED in manifest.faults else _STEPS_TO_DECLARATION
        return self._manners.plan(SOURCE, task, events, since=since, after=after)

    def _seconds(self, steps: int) -> float:
        return steps * (self._manners.delay_s + self._manners.jitter_s)

    def _put_off(self, replies: Sequence[Reply], since: datetime) -> list[Reply]:
        """Messages as they are said where the courier is away for a time: what falls into it is said when it is back."""
        if not self._script.outages:
            return list(replies)
        return [
            replace(one, delay=one.delay + self._script.put_off(since + timedelta(seconds=one.delay)).total_seconds())
            for one in replies
        ]

    def _board(self, task: dict[str, Any], faults: frozenset[Fault]) -> _Manifest:
        """The manifest of a parcel; a task that comes again stays where it is."""
        found = self._boarded.get(task["id"])
        if found is not None:
            return found
        if faults & DECLARED_ALONE:
            manifest = _Manifest(task["id"], faults)
        else:
            manifest = self._open = self._open or _Manifest(task["id"])
        self._boarded[task["id"]] = manifest
        manifest.lines.append(declaration_line(task))
        manifest.latest = max(manifest.latest or asked_at(task), asked_at(task))
        if manifest.faults or len(manifest.lines) >= self._consolidate:
            self._close(manifest)
        return manifest

    def _close(self, manifest: _Manifest) -> None:
        manifest.closed.set()
        if self._open is manifest:
            self._open = None
