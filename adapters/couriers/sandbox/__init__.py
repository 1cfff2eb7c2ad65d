"""SANDBOX courier: books, scans and delivers parcels that do not exist, and declares them on consolidated ETGBs.

Its tracking numbers begin with ``SBX``; its ETGB numbers name a customs office that cannot be, as in ``26000000EX000001``.
May import :mod:`adapters.sandbox` and what it may.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from adapters.sandbox import Event, Manners, Register, asked_at
from events.tasks import Reply
from workflow.values import istanbul_day

FAMILY, CODE = "courier", "sandbox"
SOURCE = f"{FAMILY}/{CODE}"

LAW = Path(__file__).parent / "law"
"""The table that makes this courier an operator where it does the couriers' tasks, and nowhere else."""

_log = structlog.get_logger("kervan.sandbox")

SCANS: tuple[tuple[str, str, str], ...] = (
    ("announced", "LC", "SANDBOX label created"),
    ("picked_up", "PU", "SANDBOX shipment picked up"),
    ("in_transit", "DF", "SANDBOX departed facility"),
    ("out_for_delivery", "WC", "SANDBOX with delivery courier"),
    ("delivered", "OK", "SANDBOX delivered"),
)
"""A parcel's life, as this courier tells it: status, its own code, its own words."""

_CUSTOMS_OFFICE = "000000"
"""No customs office has this code (they begin with the province, 01 to 81): nobody can take such an ETGB for a real one."""
_STEPS_TO_DECLARATION = 3
"""Customs is told after the booking, the label and the pick-up."""


def parcel(task: dict[str, Any], serial: int) -> list[Event]:
    """A parcel's booking and scans."""
    tracking = f"SBX{serial:012d}"
    booking = {"shipment": task["data"]["shipment"], "courier": CODE, "tracking_number": tracking}
    scans = [
        Event(
            f"{code}:{task['id']}",
            "courier.checkpoint.v1",
            {"courier": CODE, "tracking_number": tracking, "status": status, "code": code, "description": words},
            clocked=True,
        )
        for status, code, words in SCANS
    ]
    return [Event(f"booked:{task['id']}", "courier.booked.v1", booking), *scans]


def declaration_line(task: dict[str, Any]) -> dict[str, Any]:
    """A parcel's line on an ETGB: its invoice, as the shipment has it."""
    data = task["data"]
    return {
        "shipment": data["shipment"],
        "invoice_number": data["invoice_number"],
        "amount": data["invoice_total"],
        "currency": data["currency"],
    }


def declaration(serial: int, lines: Sequence[dict[str, Any]], registered: datetime) -> list[Event]:
    """An ETGB over some parcels: registered, and closed on the same day."""
    day = istanbul_day(registered)
    number = f"{day:%y}{_CUSTOMS_OFFICE}EX{serial:06d}"
    issued = {"number": number, "registered_on": day.isoformat(), "courier": CODE, "lines": list(lines)}
    closed = {"number": number, "closed_on": day.isoformat()}
    return [
        Event(f"etgb:{number}", "etgb.issued.v1", issued),
        Event(f"closed:{number}", "etgb.closed.v1", closed),
    ]


@dataclass(slots=True)
class _Manifest:
    """Parcels that leave on one ETGB; whoever opened it declares it when it is closed."""

    leader: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    latest: datetime | None = None
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class SandboxCourier:
    """Answers ``pickup.requested.v1``: booking, scans, and one ETGB for up to ``consolidate`` parcels.

    A manifest is closed when it is full or ``gather_s`` seconds after it was opened. It lives in memory: the numbers go on
    after a restart, a manifest that was still open does not.
    """

    def __init__(
        self,
        manners: Manners,
        parcels: Register | None = None,
        declarations: Register | None = None,
        *,
        consolidate: int = 12,
        gather_s: float = 0.4,
    ) -> None:
        """Begin without a manifest; number from one, or go on where the registers stand."""
        self._manners = manners
        self._parcels, self._declarations = parcels or Register(), declarations or Register()
        self._consolidate, self._gather_s = consolidate, gather_s
        self._open: _Manifest | None = None
        self._boarded: dict[str, _Manifest] = {}

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Carry a parcel; whoever opened a manifest also sends its ETGB."""
        if task["type"] != "pickup.requested.v1":
            _log.warning("the sandbox courier does not do this", type=task["type"])
            return ()
        replies = self._manners.plan(SOURCE, task, parcel(task, self._parcels.number(task["id"])))
        manifest = self._board(task)
        if manifest.leader == task["id"]:
            try:
                async with asyncio.timeout(self._gather_s):
                    await manifest.closed.wait()
            except TimeoutError:
                self._close(manifest)
            since = manifest.latest or asked_at(task)
            events = declaration(self._declarations.number(task["id"]), manifest.lines, since)
            replies += self._manners.plan(SOURCE, task, events, since=since, after=_STEPS_TO_DECLARATION)
        return replies

    def _board(self, task: dict[str, Any]) -> _Manifest:
        """The manifest of a parcel; a task that comes again stays where it is."""
        found = self._boarded.get(task["id"])
        if found is not None:
            return found
        manifest = self._open
        if manifest is None:
            manifest = self._open = _Manifest(task["id"])
        self._boarded[task["id"]] = manifest
        manifest.lines.append(declaration_line(task))
        manifest.latest = max(manifest.latest or asked_at(task), asked_at(task))
        if len(manifest.lines) >= self._consolidate:
            self._close(manifest)
        return manifest

    def _close(self, manifest: _Manifest) -> None:
        manifest.closed.set()
        if self._open is manifest:
            self._open = None
