"""Import lists of purchase invoices: one message an invoice, one counted outcome a row."""

import asyncio
from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import islice
from uuid import UUID

from adapters.imports import file_words, headings, list_files, pdf, purchases, reasons
from adapters.imports.account import Account, RowResult
from adapters.imports.purchase_headings import KINDS, PURCHASES
from adapters.imports.purchases import Beside, Bought
from events import topology
from events.intake import Intake
from events.translate import Arrival, envelope
from workflow.errors import SaidError
from workflow.ports import Clock
from workflow.refund.purchases import WITHDRAWN_BEFORE
from workflow.values import is_valid_tax_number

KIND = "purchases"
FAMILY, MESSAGE = "accounting", "purchase.booked.v1"
AT_ONCE = 1000
"""So many invoices go to the intake at once."""


class WrongPurchaseOptionError(SaidError):
    """What was said beside a list of purchases is not of its form."""

    TEXTS = ("{name} şu olmalı: {wanted}. Hiçbir şey içe aktarılmadı.", "{name} must be {wanted}. Nothing was imported.")

    def __init__(self, name: str) -> None:
        """Say what is wanted."""
        super().__init__(name=name, wanted=file_words.WANTED[name])


class PurchaseImport:
    """Reads lists of purchases in one owner's name; everything goes through ``intake``, as from any other door."""

    def __init__(self, intake: Intake, account: Account, clock: Clock, mappings: headings.Mappings, *, owner: str) -> None:
        """The messages' source is ``accounting/`` and ``owner``."""
        self._intake, self._account, self._clock, self._mappings, self._owner = intake, account, clock, mappings, owner
        self._source = f"{FAMILY}/{owner}"

    async def run(
        self, name: str, content: bytes, beside: Beside, mapping: Mapping[str, str] | None = None
    ) -> tuple[UUID, bool]:
        """Import one file; gives its account, and whether the same file was imported before: then nothing changes.

        An invoice that is there already is corrected by what the file says, until a claim was filed with it. ``mapping`` says
        what headings mean that nobody knows; it is remembered for the seller's next list with the same headings.

        Raises:
            UnreadableFileError: it is neither CSV nor XLSX, is too large, or lacks a column.
            WrongMappingError: the mapping names a column that there is not.
            WrongPurchaseOptionError: seller, kind or period are not of their form.
            StoreUnavailableError: give the same file again.
        """
        list_files.check_size(content)
        if pdf.is_pdf(content):
            raise list_files.UnreadableFileError("purchases_not_from_pdf")
        _check(beside)
        said = headings.checked(mapping or {}, PURCHASES)
        rows = await asyncio.to_thread(list_files.cells, content)
        whose = f"{KIND}/{beside.seller}"
        prints = headings.fingerprints(purchases.may_head(rows))
        mapped = await headings.recalled(self._mappings, whose, prints) | said
        found = await asyncio.to_thread(purchases.read, rows, beside, mapped)
        if said:  # under the row that was read as the headings: which one that is may depend on what they mean
            used = headings.fingerprint(rows[purchases.headed(rows, mapped)])
            await self._mappings.remember(whose, used, mapped, self._owner, self._clock())
        # what was said beside the file decides how its rows are read: with other words it is another import
        words = [beside.seller, beside.kind, beside.period, *(f"{one}={meant}" for one, meant in sorted(mapped.items()))]
        identity = sha256(b"\n".join((content, *(word.encode() for word in words)))).hexdigest()
        import_id, finished = await self._account.begin(KIND, self._owner, name[:200], identity)
        if not finished:
            aside = [RowResult(number, reason=reason, raw=raw) for number, reason, raw in found.aside]
            await self._account.add(import_id, aside)
            waiting = iter(found.bought.values())
            while part := list(islice(waiting, AT_ONCE)):
                await self._account.add(import_id, await self._give(import_id, part))
            await self._account.warn(import_id, await self._unknown(beside.seller, found.bought.values()))
            await self._account.finish(import_id)
        return import_id, finished

    async def _unknown(self, seller: str, bought: Iterable[Bought]) -> list[dict[str, str]]:
        """The warning of rows that name orders which are not known here: a typing error takes their VAT out of every claim."""
        named = [
            (row, str(one.data["shipment"]["reference"])) for one in bought if "shipment" in one.data for row, _ in one.rows
        ]
        unknown = await self._account.unknown(seller, sorted({order for _, order in named})) if named else set()
        wrong = sorted((row, order) for row, order in named if order in unknown)
        return [reasons.orders_unknown(wrong)] if wrong else []

    async def _give(self, import_id: UUID, part: list[Bought]) -> list[RowResult]:
        """Give invoices to the intake, and say what became of their rows."""
        outcomes = await self._intake.take([self._arrival(import_id, one) for one in part])
        results: list[RowResult] = []
        for one, outcome in zip(part, outcomes, strict=True):
            for row, raw in one.rows:
                if outcome.detail == WITHDRAWN_BEFORE:
                    results.append(RowResult(row, reason="purchase_withdrawn", raw=raw))
                elif outcome.state == "refused":
                    results.append(RowResult(row, reason="refused", detail=f"{outcome.code} {outcome.detail}", raw=raw))
                else:
                    results.append(RowResult(row, detail=outcome.state))
        return results

    def _arrival(self, import_id: UUID, one: Bought) -> Arrival:
        message_id = f"{import_id}:{one.rows[0][0]}"
        body = envelope(source=self._source, id=message_id, type=MESSAGE, time=self._clock(), data=one.data)
        return Arrival(topology.subject_of(self._source), body, f"import:{message_id}")


def _check(beside: Beside) -> None:
    if not is_valid_tax_number(beside.seller):
        raise WrongPurchaseOptionError("seller")
    if beside.kind not in KINDS:
        raise WrongPurchaseOptionError("kind")
    if beside.period and purchases.a_period(beside.period) != beside.period:
        raise WrongPurchaseOptionError("period")
