"""The desk of invoices: takes Kervan's requests and sees each through to one issued invoice, or to a person.

Every step is noted in the database before it is taken, so a crash anywhere leaves a state from which the same task goes on:
a number is reserved, then noted as sent, then handed over; what became of it is looked up before anything is sent again. So
no shipment gets two invoices.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from adapters.calls.caller import Caller
from adapters.invoicing import essence, news, paper
from adapters.invoicing.asked import Asked
from adapters.invoicing.news import News, Say
from adapters.invoicing.patience import Patience
from adapters.invoicing.ports import (
    Absent,
    Answer,
    Archive,
    Handover,
    InvoiceIssuer,
    Issued,
    Numbers,
    Pending,
    Reference,
    Rejected,
    Shipments,
    Withdrawn,
)
from events.tasks import NotYetError, Reply
from workflow.documents import DocumentKind
from workflow.invoice import Awaiting
from workflow.numbering import UNUSED, Numbered, NumberState
from workflow.ports import Clock
from workflow.stages import Stage

_log = structlog.get_logger("kervan.invoicing")

FAMILY = "invoicing"
_SOON_S = 1.0
HELD = "findings block the shipment; its invoice is made once none does"
"""Why no invoice is made of a shipment that was judged again and is held now."""
_OVER = (*UNUSED, NumberState.CANCELLED)
"""Under a number in one of these states there is no invoice."""
_NOT_WANTED: dict[Stage, str] = {
    Stage.CANCELLED: "the shipment was cancelled",
    Stage.RETURNED: "the goods came back before they were declared",
}
"""Where a shipment's invoice is cancelled, and the reason that is given."""
_ELSEWHERE = "it was not issued through Kervan; cancel it where it was made"
_AT_ONCE = 8
"""Invoices one desk has under way at once."""


@dataclass(slots=True)
class Desk:
    """Does ``invoice.requested.v1`` and ``invoice_cancellation.requested.v1`` with one issuer."""

    issuer: InvoiceIssuer
    shipments: Shipments
    numbers: Numbers
    archive: Archive
    papers: paper.Papers
    series_of: Callable[[str], str]
    clock: Clock
    patience: Patience = field(default_factory=Patience)
    say: Say = news.plainly
    caller: Caller | None = None
    """What calls the issuer, where that is done over HTTP."""
    closing: tuple[Callable[[], Awaitable[None]], ...] = ()
    """Ends what the desk had started for itself."""
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Do a task; the same one again finds what was done.

        Raises:
            NotYetError: it is under way; ask again later.
        """
        does: dict[str, Callable[[Asked], Awaitable[Sequence[Reply]]]] = {
            "invoice.requested.v1": self._invoice,
            "invoice_cancellation.requested.v1": self._cancellation,
        }
        work = does.get(task["type"])
        if work is None:
            _log.warning("the desk of invoices does not do this", type=task["type"])
            return ()
        async with self._slots:
            return await work(Asked.of(task))

    async def close(self) -> None:
        """End what was started for the desk; it takes no more tasks."""
        for close in self.closing:
            await close()

    async def _invoice(self, asked: Asked) -> Sequence[Reply]:
        shipment = await self.shipments.awaiting(asked.shipment)
        held = await self.numbers.of(asked.shipment)
        if shipment is None:
            _log.warning("an invoice was requested for a shipment that is not there", request=asked.request)
            return ()
        if shipment.stage is not Stage.VALIDATED or shipment.sequence != asked.sequence:
            return await self._outdated(asked, shipment, held)
        if held is not None and held.request != asked.request and held.state not in UNUSED:
            stopped = await self._withdraw(asked, held, "the shipment was changed")
            if stopped is not None:
                return stopped
            held = None
        if held is None or held.state in _OVER:
            return await self._begin(asked, shipment, held)
        if shipment.held:  # what went out before it was held may be issued; nothing more goes out
            held = await self._known(asked, held)
            return await self._tell_settled(asked, held)
        if held.state is NumberState.ISSUED:
            return await self._tell_issued(asked, held)
        return await self._go_on(asked, held)

    async def _outdated(self, asked: Asked, shipment: Awaiting, held: Numbered | None) -> Sequence[Reply]:
        """The shipment has moved on; what this very request may have caused at the issuer is undone."""
        if held is None or held.request != asked.request or held.state in UNUSED:
            return ()
        if shipment.invoice_number == held.number and held.state is not NumberState.SENT:
            return ()
        if shipment.invoice_number == held.number:
            await self._known(asked, held)
            return ()
        return await self._undo(asked, held, "the shipment does not want it any more", asked.sequence)

    async def _cancellation(self, asked: Asked) -> Sequence[Reply]:
        """Cancel the invoice of a shipment that is over; where an ETGB declares it meanwhile, it is asked for again later."""
        shipment = await self.shipments.awaiting(asked.shipment)
        held = await self.numbers.of(asked.shipment)
        if shipment is None or shipment.stage not in _NOT_WANTED or shipment.declared:
            return ()
        number, why = shipment.invoice_number, _NOT_WANTED[shipment.stage]
        told: list[Reply] = []
        if number and (held is None or held.number != number):
            told += self._tell(asked, "not_cancelled", _ELSEWHERE, asked.at, number)
        if held is not None and held.state not in UNUSED:
            told += await self._undo(asked, held, why)
        return told

    async def _undo(self, asked: Asked, held: Numbered, why: str, sequence: int | None = None) -> Sequence[Reply]:
        """Withdraw an invoice, and tell that it is cancelled, also where that was done before and could not be told."""
        if held.state is not NumberState.CANCELLED:
            stopped = await self._withdraw(asked, held, why)
            if stopped is not None:
                return stopped
        left = await self.numbers.of(asked.shipment)
        if left is None or left.number != held.number or left.state is not NumberState.CANCELLED:
            return ()
        return self._say(asked, news.cancelled(left, sequence, why))

    async def _begin(self, asked: Asked, shipment: Awaiting, held: Numbered | None) -> Sequence[Reply]:
        """Check, draw the number, keep the document, note that it goes out, and hand it over."""
        over = held is not None and held.state in {NumberState.REJECTED, NumberState.CANCELLED}
        if held is not None and over and held.request == asked.request:
            return self._tell(asked, "rejected", held.reason, held.settled_at or asked.at, held.number)
        now = self.clock()
        if shipment.held:
            raise self._withheld(asked, HELD, now)
        series = self.series_of(shipment.draft.seller.tax_number)
        why = await self.papers.trial(shipment, None if over else held, series, now)
        if why is paper.NO_RATE:
            raise self._withheld(asked, paper.NO_RATE, now)
        if why:
            return self._tell(asked, "withheld", why, asked.at)
        drawn = await self.numbers.draw(asked.shipment, asked.sequence, asked.request, series, now)
        if drawn is None:  # while its invoice was prepared the shipment moved, or is held now
            raise NotYetError(_SOON_S)
        if drawn.state is not NumberState.RESERVED:
            raise NotYetError(_SOON_S)
        xml = await self.papers.write(shipment, drawn)
        if xml is None:
            raise NotYetError(_SOON_S)
        digest = await self.archive.keep(asked.shipment, DocumentKind.INVOICE_XML, f"{drawn.number}.xml", xml, "kervan")
        sent = await self.numbers.send(drawn, self.issuer.code, digest, now, now + self.patience.lease)
        if sent is None:
            raise NotYetError(_SOON_S)
        return await self._hand_over(asked, sent, xml)

    async def _go_on(self, asked: Asked, held: Numbered) -> Sequence[Reply]:
        """An attempt was made before: the same document again, which the issuer is asked about first."""
        self._ours(asked, held)
        taken = await self._take(held)
        try:
            xml = await self.archive.read(taken.document)
        except BaseException:
            await self.numbers.release(taken)
            raise
        return await self._hand_over(asked, taken, xml)

    async def _hand_over(self, asked: Asked, held: Numbered, xml: bytes) -> Sequence[Reply]:
        try:
            answer = await self.issuer.issue(Handover(held.seller, held.number, held.ettn, xml))
            settled = await self._settle(asked, held, answer)
        finally:
            await self.numbers.release(held)
        return await self._tell_settled(asked, settled)

    async def _settle(self, asked: Asked, held: Numbered, answer: Answer) -> Numbered:
        """Note what the issuer says; a number that is issued is never unused again.

        Raises:
            NotYetError: it does not say yet.
        """
        now = self.clock()
        settled: Numbered | None
        match answer:
            case Issued(signed):
                name = f"{held.number}-signed.xml"
                digest = await self.archive.keep(
                    held.shipment, DocumentKind.INVOICE_SIGNED_XML, name, signed, f"{FAMILY}/{self.issuer.code}"
                )
                settled = await self.numbers.settle(held, NumberState.ISSUED, now, signed=digest)
            case Rejected(reason):
                settled = await self.numbers.settle(held, NumberState.REJECTED, now, reason=reason)
            case Withdrawn():
                reason = f"{self.issuer.code} says that the invoice was cancelled there"
                settled = await self.numbers.settle(held, NumberState.CANCELLED, now, reason=reason)
            case Absent() if now - (held.sent_at or now) > self.patience.lost_after:
                reason = f"the document never arrived at {self.issuer.code}"
                settled = await self.numbers.settle(held, NumberState.REJECTED, now, reason=reason)
            case Absent():
                raise self._not_yet(asked, held, f"{self.issuer.code} does not know the document")
            case Pending(why, seconds):
                raise self._not_yet(asked, held, why, seconds)
        if settled is None:
            raise NotYetError(_SOON_S)
        return settled

    async def _known(self, asked: Asked, held: Numbered) -> Numbered:
        """A sent number, once it is known what became of it."""
        if held.state is not NumberState.SENT:
            return held
        self._ours(asked, held)
        taken = await self._take(held)
        try:
            return await self._settle(asked, taken, await self.issuer.look_up(_reference(taken)))
        finally:
            await self.numbers.release(taken)

    async def _withdraw(self, asked: Asked, held: Numbered, why: str) -> Sequence[Reply] | None:
        """Undo what was sent: ``None`` once no invoice is left of it, else what a person is to be told."""
        known = await self._known(asked, held)
        if known.state is not NumberState.ISSUED:
            return None
        if known.issuer != self.issuer.code:
            reason = f"it was issued through {known.issuer}, which is not asked any more; cancel it there"
            return self._tell(asked, "not_cancelled", reason, known.settled_at or asked.at, known.number)
        answer = await self.issuer.cancel(_reference(known), why)
        now = self.clock()
        if isinstance(answer, Withdrawn):
            await self.numbers.settle(known, NumberState.CANCELLED, now, reason=why)
            return None
        if isinstance(answer, Rejected):
            return self._tell(asked, "not_cancelled", answer.reason, known.settled_at or asked.at, known.number)
        age = now - asked.at
        late = age > self.patience.lost_after
        told = self._tell(asked, "not_cancelled", answer.why, asked.at, known.number) if late else ()
        raise NotYetError(max(answer.seconds, self.patience.pause(age)), told)

    async def _take(self, held: Numbered) -> Numbered:
        now = self.clock()
        taken = await self.numbers.take(held, now, now + self.patience.lease)
        if taken is None:  # another worker is at it, or was when it died
            raise NotYetError(_SOON_S if held.busy_until is None else max(_SOON_S, (held.busy_until - now).total_seconds()))
        return taken

    def _ours(self, asked: Asked, held: Numbered) -> None:
        """See that a number was handed to this desk's issuer: another one's "unknown here" would say nothing.

        Raises:
            NotYetError: it was handed to an issuer that the settings name no more.
        """
        if held.issuer != self.issuer.code:
            raise self._not_yet(asked, held, f"the document was handed to {held.issuer}, which is not asked any more")

    def _not_yet(self, asked: Asked, held: Numbered, why: str, seconds: float = 0.0) -> NotYetError:
        since = held.sent_at or asked.at
        age = self.clock() - since
        late = age > self.patience.person_after
        told = self._tell(asked, "unanswered", why, since + self.patience.person_after, held.number) if late else ()
        return NotYetError(max(seconds, self.patience.pause(age)), told)

    def _withheld(self, asked: Asked, why: str, now: datetime) -> NotYetError:
        """The invoice is not made now; it is later by itself, and a person is told where that takes long."""
        age = now - asked.at
        late = age > self.patience.lost_after
        return NotYetError(self.patience.pause(age), self._tell(asked, "withheld", why, asked.at) if late else ())

    async def _tell_settled(self, asked: Asked, settled: Numbered) -> Sequence[Reply]:
        if settled.state is NumberState.ISSUED:
            return await self._tell_issued(asked, settled)
        return self._tell(asked, "rejected", settled.reason, settled.settled_at or asked.at, settled.number)

    async def _tell_issued(self, asked: Asked, held: Numbered) -> Sequence[Reply]:
        said = essence.read(await self.archive.read(held.document))
        return self._say(asked, news.issued(held, asked.sequence, said))

    def _tell(self, asked: Asked, about: str, reason: str, at: datetime, number: str = "") -> Sequence[Reply]:
        return self._say(asked, news.rejected(about, asked.request, str(asked.shipment), reason, at, number))

    def _say(self, asked: Asked, one: News) -> Sequence[Reply]:
        return self.say(f"{FAMILY}/{self.issuer.code}", asked.task, one)


def _reference(held: Numbered) -> Reference:
    return Reference(held.seller, held.number, held.ettn)
