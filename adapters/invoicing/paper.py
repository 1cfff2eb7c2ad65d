"""From a shipment to the document of its invoice: rate, composition, writing, and the check before a number is spent."""

from dataclasses import dataclass
from datetime import datetime

from adapters.invoicing.ports import Check, RateForInvoice, Write
from workflow import numbering
from workflow.errors import KervanError
from workflow.invoice import Awaiting, Rate, compose
from workflow.numbering import Numbered
from workflow.values import istanbul_day

TRY = "TRY"
NO_RATE = (
    "There is no central bank rate for the day of issue, which an invoice in foreign currency must show. "
    "It is asked for again; import the bulletin, or see why the central bank's adapter does not get it."
)


@dataclass(frozen=True, slots=True)
class Papers:
    """Makes documents with a writer, a check and a source of rates that somebody else gives."""

    write_xml: Write
    check: Check
    rate: RateForInvoice

    async def trial(self, shipment: Awaiting, held: Numbered | None, series: str, now: datetime) -> str:
        """What is wrong with the invoice as it would be; empty where nothing is.

        A shipment that has no number yet is tried with the series' number 0, which is never drawn.
        """
        issued_at = now if held is None else numbering.dated(held, now)
        rate = await self._rate(shipment, issued_at)
        if rate is None and shipment.draft.currency != TRY:
            return NO_RATE
        number = numbering.number(series, numbering.year_of(now), 0) if held is None else held.number
        ettn = numbering.ettn(shipment.draft.seller.tax_number, number, "trial")
        try:
            invoice = compose(shipment.draft, number=number, ettn=ettn, issued_at=issued_at, rate=rate)
            return "; ".join(await self.check(self.write_xml(invoice)))
        except KervanError as error:
            return str(error)

    async def write(self, shipment: Awaiting, held: Numbered) -> bytes | None:
        """The document of a drawn number; ``None`` where its rate is gone meanwhile.

        Raises:
            KervanError: the writer cannot; the trial should have said so.
        """
        rate = await self._rate(shipment, held.issued_at)
        if rate is None and shipment.draft.currency != TRY:
            return None
        invoice = compose(shipment.draft, number=held.number, ettn=held.ettn, issued_at=held.issued_at, rate=rate)
        return self.write_xml(invoice)

    async def _rate(self, shipment: Awaiting, issued_at: datetime) -> Rate | None:
        if shipment.draft.currency == TRY:
            return None
        return await self.rate(shipment.draft.currency, istanbul_day(issued_at))
