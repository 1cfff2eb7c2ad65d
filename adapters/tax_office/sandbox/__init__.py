"""SANDBOX tax office: shows ETGBs in a VEDOP that is none, and takes claims that nobody pays."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from adapters.sandbox import Manners, reply
from events.tasks import Reply
from workflow.ports import Clock
from workflow.values import istanbul_day

FAMILY, CODE = "tax_office", "sandbox"
SOURCE = f"{FAMILY}/{CODE}"


class SandboxTaxOffice:
    """Answers ``vedop_check.requested.v1`` and ``claim_filing.requested.v1``."""

    def __init__(self, manners: Manners, clock: Clock) -> None:
        """Nothing has been seen yet."""
        self._manners, self._clock = manners, clock
        self._seen: set[str] = set()

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Do what a task asks."""
        found = self._claim(task) if task["type"] == "claim_filing.requested.v1" else self._vedop(task)
        return self._manners.apply(task["id"], found)

    def _vedop(self, task: dict[str, Any]) -> list[Reply]:
        """The feed tells once that an ETGB is there, however many shipments ask for it."""
        number = task["data"]["etgb_number"]
        if number in self._seen:
            return []
        self._seen.add(number)
        now = self._clock() + timedelta(seconds=30)
        day = istanbul_day(now).isoformat()
        evidence = {"kind": "sandbox_feed", "reference": f"SANDBOX {number}"}
        data = {"etgb_number": number, "seen_on": day, "closed_on": day, "evidence": evidence}
        return [reply(SOURCE, f"vedop:{number}", "vedop.transferred.v1", now, data, task=task)]

    def _claim(self, task: dict[str, Any]) -> list[Reply]:
        claim = task["data"]["claim"]
        now = self._clock() + timedelta(seconds=60)
        day = istanbul_day(now).isoformat()
        filed = {"claim": claim, "petition_number": f"SANDBOX-{claim[:8]}", "filed_on": day}
        review = {"claim": claim, "status": "under_review", "on": day, "note": "SANDBOX"}
        return [
            reply(SOURCE, f"filed:{claim}", "claim.filed.v1", now, filed, task=task),
            reply(SOURCE, f"review:{claim}", "claim.progressed.v1", now, review, task=task),
        ]
