"""The tax office of the demo's past: what becomes of the claims that are filed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from adapters.database.claims import ClaimBooks
from adapters.sandbox import Manners
from adapters.tax_office.ports import VEDOP_CHECK
from adapters.tax_office.sandbox import SOURCE, Conduct, SandboxTaxOffice, seen_in_vedop
from events.tasks import NotYetError, Reply
from workflow.ports import Clock
from workflow.values import istanbul_day

_UNTIL_QUESTION: Final = 2
"""Of an office that asks only the filing and the question come: nobody has answered yet."""


@dataclass(slots=True)
class TaxOffice:
    """The sandbox office at a real one's pace: what it does with a claim depends on the claim's VAT period."""

    manners: Manners
    books: ClaimBooks
    clock: Clock
    conducts: Mapping[str, Conduct]
    """By period (``YYYY-MM``); the others' claims are reviewed."""
    closed: Callable[[str], Awaitable[bool]]
    """Whether customs have closed an ETGB: only then does VEDOP have it."""

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Do a task.

        Raises:
            NotYetError: the ETGB is not closed.
        """
        if task["type"] == VEDOP_CHECK:
            return await self._vedop(task)
        conduct = self.conducts.get(task["data"]["period"], Conduct.REVIEWS)
        sheet = await self.books.one(UUID(task["data"]["claim"]), istanbul_day(self.clock()))
        asked = task | {"data": task["data"] | {"amount": str(sheet.refundable_try)}} if sheet is not None else task
        replies = await SandboxTaxOffice(self.manners, conduct)(asked)
        return replies[:_UNTIL_QUESTION] if conduct is Conduct.ASKS else replies

    async def _vedop(self, task: dict[str, Any]) -> Sequence[Reply]:
        if not await self.closed(task["data"]["etgb_number"]):
            raise NotYetError(0)
        seen = seen_in_vedop(task | {"time": self.clock().isoformat()})
        shown = replace(seen, data={name: value for name, value in seen.data.items() if name != "closed_on"})
        return self.manners.plan(SOURCE, task, [shown], since=self.clock())
