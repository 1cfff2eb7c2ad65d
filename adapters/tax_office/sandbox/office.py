"""How the sandbox tax office goes about what it is asked: by its conduct, the same way for the same task."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

import structlog

from adapters.sandbox import Event, Manners, asked_at
from adapters.tax_office.desk import filing_of
from adapters.tax_office.ports import FAMILY, FILING, VEDOP_CHECK, Filing
from events.tasks import Reply
from workflow.values import istanbul_day

CODE = "sandbox"
SOURCE = f"{FAMILY}/{CODE}"

_log = structlog.get_logger("kervan.sandbox")

_STEPS_TO_ANSWER = 3
"""The office is slower than a courier: an ETGB is closed before it is seen in VEDOP."""


class Conduct(StrEnum):
    """What becomes of a claim at the sandbox."""

    REVIEWS = "reviews"
    """It is taken, and stays under review."""
    PAYS = "pays"
    ASKS = "asks"
    """It asks back, with a day until which to answer, before it pays."""
    REJECTS = "rejects"


_NOTE = "SANDBOX"
_TO_ANSWER = timedelta(days=15)
_WAYS: dict[Conduct, tuple[tuple[str, str], ...]] = {
    Conduct.REVIEWS: (("under_review", _NOTE),),
    Conduct.PAYS: (("under_review", _NOTE), ("approved", _NOTE), ("paid", _NOTE)),
    Conduct.ASKS: (
        ("under_review", f"{_NOTE}: eksik belge soruluyor / asks for a missing document"),
        ("approved", _NOTE),
        ("paid", _NOTE),
    ),
    Conduct.REJECTS: (("under_review", _NOTE), ("rejected", f"{_NOTE}: örnek ret / an example of a rejection")),
}
"""The statuses through which a claim goes, each with what is said of it."""
_WITH_AMOUNT = frozenset({"approved", "paid"})


def seen_in_vedop(task: dict[str, Any]) -> Event:
    """The feed's line on the ETGB that a task asks about."""
    number, day = task["data"]["etgb_number"], istanbul_day(asked_at(task)).isoformat()
    evidence = {"kind": "sandbox_feed", "reference": f"SANDBOX {number}"}
    data = {"etgb_number": number, "seen_on": day, "closed_on": day, "evidence": evidence}
    return Event(f"vedop:{number}", "vedop.transferred.v1", data)


def claim_taken(task: dict[str, Any], conduct: Conduct = Conduct.REVIEWS) -> list[Event]:
    """A claim's way through the office: filed with a petition number, then each status in turn.

    Where the task tells an ``amount``, that is approved and paid. A claim that is filed again gets another petition number.

    Raises:
        RejectedError: the task names no claim.
    """
    filing, day = filing_of(task), istanbul_day(asked_at(task)).isoformat()
    claim, petition = str(filing.claim), _petition(filing)
    again = f":{petition}" if filing.rejected else ""
    filed = {"claim": claim, "petition_number": petition, "filed_on": day}
    told = {"amount": task["data"]["amount"]} if task["data"].get("amount") else {}
    progress: list[Event] = []
    for status, note in _WAYS[conduct]:
        data = {"claim": claim, "status": status, "on": day, "note": note} | (told if status in _WITH_AMOUNT else {})
        if conduct is Conduct.ASKS and not progress:
            data["due_on"] = (istanbul_day(asked_at(task)) + _TO_ANSWER).isoformat()
        progress.append(Event(f"{status}:{claim}{again}", "claim.progressed.v1", data))
    return [Event(f"filed:{claim}{again}", "claim.filed.v1", filed), *progress]


def _petition(filing: Filing) -> str:
    """A petition number that says what it is; after a rejection with the next number behind it."""
    first = f"SANDBOX-{str(filing.claim)[:8]}"
    number = filing.rejected.removeprefix(first).removeprefix("-")
    return f"{first}-{int(number) + 1 if number.isdecimal() else 2}" if filing.rejected else first


class SandboxTaxOffice:
    """Answers the tasks of the family by its conduct, with the manners of all sandboxes."""

    def __init__(self, manners: Manners, conduct: Conduct = Conduct.REVIEWS) -> None:
        """No ETGB has been asked about yet."""
        self._manners = manners
        self._first: dict[str, str] = {}
        self._reactions: dict[str, Callable[[dict[str, Any]], list[Event]]] = {
            VEDOP_CHECK: self._vedop,
            FILING: lambda task: claim_taken(task, conduct),
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
