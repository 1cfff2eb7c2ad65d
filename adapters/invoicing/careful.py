"""Any integrator, asked so that a repetition does no harm: query before every attempt, read back before anything counts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import stamina

from adapters.invoicing import essence
from adapters.invoicing.ports import (
    Absent,
    Answer,
    Handover,
    Integrator,
    Issued,
    IssuerUnavailableError,
    Pending,
    Reference,
    Rejected,
    Withdrawn,
)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often an unreachable issuer is tried again at once, and for how many seconds altogether; then it is for later."""

    attempts: int = 3
    within_s: float = 90.0
    first_s: float = 0.5
    longest_s: float = 5.0


class CarefulIssuer:
    """An :class:`~adapters.invoicing.ports.InvoiceIssuer` over an integrator.

    A 200 is not believed: what the look-up says afterwards is. After a time-out the look-up comes first, so a document that
    had arrived is not delivered again. What came back signed must say what was handed over, or it does not count.
    """

    def __init__(self, integrator: Integrator, retries: Retries | None = None) -> None:
        """Ask ``integrator``."""
        self._integrator, self._retries = integrator, retries or Retries()

    @property
    def code(self) -> str:
        """The integrator's."""
        return self._integrator.code

    async def issue(self, document: Handover) -> Issued | Pending | Rejected | Withdrawn:
        """Have a document issued; whatever is not known for certain is pending."""
        try:
            async for attempt in self._attempts():
                with attempt:
                    return _verified(document, await self._issued(document))
        except IssuerUnavailableError as error:
            return Pending(str(error), error.seconds)
        raise AssertionError  # the last attempt returns or raises

    async def look_up(self, reference: Reference) -> Answer:
        """What became of a document."""
        try:
            async for attempt in self._attempts():
                with attempt:
                    return await self._integrator.look_up(reference)
        except IssuerUnavailableError as error:
            return Pending(str(error), error.seconds)
        raise AssertionError

    async def cancel(self, reference: Reference, reason: str) -> Withdrawn | Pending | Rejected:
        """Have an invoice cancelled, and see that it is."""
        try:
            async for attempt in self._attempts():
                with attempt:
                    return await self._cancelled(reference, reason)
        except IssuerUnavailableError as error:
            return Pending(str(error), error.seconds)
        raise AssertionError

    def _attempts(self) -> AsyncIterator[stamina.Attempt]:
        r = self._retries
        return aiter(
            stamina.retry_context(
                on=_worth_another,
                attempts=r.attempts,
                timeout=r.within_s,
                wait_initial=r.first_s,
                wait_max=r.longest_s,
                wait_jitter=r.first_s,
            )
        )

    async def _issued(self, document: Handover) -> Issued | Pending | Rejected | Withdrawn:
        known = await self._integrator.look_up(document)
        if not isinstance(known, Absent):
            return known
        refused = await self._integrator.deliver(document)
        if refused is not None:
            return refused
        found = await self._integrator.look_up(document)
        if isinstance(found, Absent):
            return Pending(f"{self.code} took the document and does not show it yet")
        return found

    async def _cancelled(self, reference: Reference, reason: str) -> Withdrawn | Pending | Rejected:
        known = await self._integrator.look_up(reference)
        if isinstance(known, Withdrawn | Pending):
            return known
        if isinstance(known, Rejected | Absent):
            return Rejected(f"{self.code} has no issued invoice {reference.number} to cancel")
        refused = await self._integrator.withdraw(reference, reason)
        if refused is not None:
            return refused
        found = await self._integrator.look_up(reference)
        return found if isinstance(found, Withdrawn) else Pending(f"{self.code} does not show the cancellation yet")


def _worth_another(error: Exception) -> bool:
    """Whether to try again at once: not where the issuer is left alone for a while."""
    return isinstance(error, IssuerUnavailableError) and not error.seconds


def _verified(document: Handover, answer: Issued | Pending | Rejected | Withdrawn) -> Issued | Pending | Rejected | Withdrawn:
    """An issued invoice counts only where the signed document says what the unsigned one said."""
    if not isinstance(answer, Issued):
        return answer
    try:
        same = essence.read(answer.signed) == essence.read(document.xml)
    except essence.UnreadableDocumentError as error:
        return Pending(str(error))
    if not same:
        return Pending(f"the signed document that came back is not invoice {document.number} as it was handed over")
    return answer
