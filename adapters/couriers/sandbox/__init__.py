"""SANDBOX courier: books, scans and delivers parcels that do not exist, and declares them on consolidated ETGBs."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from adapters.sandbox import Manners, reply
from events.tasks import Reply
from workflow.ports import Clock
from workflow.values import istanbul_day

FAMILY, CODE = "courier", "sandbox"
SOURCE = f"{FAMILY}/{CODE}"

SCANS: tuple[tuple[str, str, str], ...] = (
    ("announced", "LC", "SANDBOX label created"),
    ("picked_up", "PU", "SANDBOX shipment picked up"),
    ("in_transit", "DF", "SANDBOX departed facility"),
    ("out_for_delivery", "WC", "SANDBOX with delivery courier"),
    ("delivered", "OK", "SANDBOX delivered"),
)
"""A parcel's life, as this courier tells it: status, its own code, its own words."""

_OFFICE = "341453"


@dataclass(slots=True)
class _Manifest:
    """Shipments that leave on one ETGB."""

    number: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class SandboxCourier:
    """Answers ``pickup.requested.v1``: booking, scans, and one ETGB for up to ``consolidate`` parcels."""

    def __init__(self, manners: Manners, clock: Clock, *, consolidate: int = 12, gather_s: float = 0.4) -> None:
        """Begin with an empty manifest."""
        self._manners, self._clock = manners, clock
        self._consolidate, self._gather_s = consolidate, gather_s
        self._serial = count(1)
        self._open: _Manifest | None = None
        self._tracking: dict[str, str] = {}

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Carry a parcel; whoever opened a manifest also sends its ETGB."""
        now = self._clock()
        data = task["data"]
        tracking = self._tracking.setdefault(task["id"], f"SBX{len(self._tracking) + 1:012d}")
        replies = self._parcel(task, tracking, now)
        manifest, leads = self._board(data, now)
        if leads:
            try:
                async with asyncio.timeout(self._gather_s):
                    await manifest.closed.wait()
            except TimeoutError:
                self._close(manifest)
            replies[3:3] = self._declaration(task, manifest, now)
        return self._manners.apply(task["id"], replies)

    def _parcel(self, task: dict[str, Any], tracking: str, now: datetime) -> list[Reply]:
        booking = {"shipment": task["data"]["shipment"], "courier": CODE, "tracking_number": tracking}
        found = [reply(SOURCE, f"booked:{tracking}", "courier.booked.v1", now, booking, task=task)]
        for hours, (status, code, words) in enumerate(SCANS):
            at = now + timedelta(seconds=hours)
            scan = {
                "courier": CODE,
                "tracking_number": tracking,
                "status": status,
                "code": code,
                "description": words,
                "occurred_at": at.isoformat(),
            }
            found.append(reply(SOURCE, f"scan:{tracking}:{code}", "courier.checkpoint.v1", at, scan, task=task))
        return found

    def _board(self, data: dict[str, Any], now: datetime) -> tuple[_Manifest, bool]:
        manifest, leads = self._open, False
        if manifest is None:
            day = istanbul_day(now)
            manifest = self._open = _Manifest(f"{day:%y}{_OFFICE}EX{next(self._serial):06d}")
            leads = True
        manifest.lines.append(
            {
                "shipment": data["shipment"],
                "invoice_number": data["invoice_number"],
                "amount": data["invoice_total"],
                "currency": data["currency"],
            }
        )
        if len(manifest.lines) >= self._consolidate:
            self._close(manifest)
        return manifest, leads

    def _close(self, manifest: _Manifest) -> None:
        manifest.closed.set()
        if self._open is manifest:
            self._open = None

    def _declaration(self, task: dict[str, Any], manifest: _Manifest, now: datetime) -> list[Reply]:
        day = istanbul_day(now).isoformat()
        issued = {"number": manifest.number, "registered_on": day, "courier": CODE, "lines": manifest.lines}
        closed = {"number": manifest.number, "closed_on": day}
        registered = now + timedelta(seconds=len(SCANS))
        return [
            reply(SOURCE, f"etgb:{manifest.number}", "etgb.issued.v1", registered, issued, task=task),
            reply(SOURCE, f"closed:{manifest.number}", "etgb.closed.v1", registered, closed, task=task),
        ]
