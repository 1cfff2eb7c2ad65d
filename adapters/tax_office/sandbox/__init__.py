"""SANDBOX tax office: shows ETGBs in a VEDOP that is none, and takes claims that nobody pays.

May import :mod:`adapters.sandbox` and what it may.
"""

from collections.abc import Callable, Sequence
from typing import Any

import structlog

from adapters.sandbox import Event, Manners, asked_at
from events.tasks import Reply
from workflow.values import istanbul_day

FAMILY, CODE = "tax_office", "sandbox"
SOURCE = f"{FAMILY}/{CODE}"

_log = structlog.get_logger("kervan.sandbox")

_STEPS_TO_ANSWER = 3
"""The office is slower than a courier: an ETGB is closed before it is seen in VEDOP."""

_REVIEW = ("under_review",)
_DECISION = ("under_review", "approved", "paid")


def seen_in_vedop(task: dict[str, Any]) -> Event:
    """The feed's line on the ETGB that a task asks about."""
    number, day = task["data"]["etgb_number"], istanbul_day(asked_at(task)).isoformat()
    evidence = {"kind": "sandbox_feed", "reference": f"SANDBOX {number}"}
    data = {"etgb_number": number, "seen_on": day, "closed_on": day, "evidence": evidence}
    return Event(f"vedop:{number}", "vedop.transferred.v1", data)


def claim_taken(task: dict[str, Any], statuses: Sequence[str] = _REVIEW) -> list[Event]:
    """A claim's way through the office: filed with a petition number, then each status in turn."""
    claim, day = task["data"]["claim"], istanbul_day(asked_at(task)).isoformat()
    filed = {"claim": claim, "petition_number": f"SANDBOX-{claim[:8]}", "filed_on": day}
    progress = [
        Event(f"{status}:{claim}", "claim.progressed.v1", {"claim": claim, "status": status, "on": day, "note": "SANDBOX"})
        for status in statuses
    ]
    return [Event(f"filed:{claim}", "claim.filed.v1", filed), *progress]


class SandboxTaxOffice:
    """Answers ``vedop_check.requested.v1`` and ``claim_filing.requested.v1``; with ``decides`` it also approves and pays."""

    def __init__(self, manners: Manners, *, decides: bool = False) -> None:
        """No ETGB has been asked about yet."""
        self._manners = manners
        self._statuses = _DECISION if decides else _REVIEW
        self._first: dict[str, str] = {}
        self._reactions: dict[str, Callable[[dict[str, Any]], list[Event]]] = {
            "vedop_check.requested.v1": self._vedop,
            "claim_filing.requested.v1": lambda task: claim_taken(task, self._statuses),
        }

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Do what a task asks."""
        reaction = self._reactions.get(task["type"])
        if reaction is None:
            _log.warning("the sandbox tax office does not do this", type=task["type"])
            return ()
        return self._manners.plan(SOURCE, task, reaction(task), after=_STEPS_TO_ANSWER)

    def _vedop(self, task: dict[str, Any]) -> list[Event]:
        """The feed tells of an ETGB once, however many shipments ask; only the first task, if it comes again, is told again."""
        first = self._first.setdefault(task["data"]["etgb_number"], task["id"])
        return [seen_in_vedop(task)] if first == task["id"] else []
