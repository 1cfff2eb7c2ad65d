"""Import lists of scans: the bookings that they tell first, then one message and one counted outcome a row."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from adapters.imports import checkpoints, headings, list_files, pdf, status_words
from adapters.imports.account import Account, RowResult
from adapters.imports.checkpoints import Booking, Reading, Scan
from events import topology
from events.intake import Intake
from events.translate import Arrival, envelope
from workflow.ports import Clock
from workflow.world import Outcome

KIND = "checkpoints"
AT_ONCE = 1000
"""So many rows go to the intake at once."""
_T = TypeVar("_T")


class CheckpointImport:
    """Reads couriers' lists of scans in one owner's name; the scans themselves are the courier's word."""

    def __init__(self, intake: Intake, account: Account, clock: Clock, mappings: headings.Mappings, *, owner: str) -> None:
        """Everything goes through ``intake``, as from any other door."""
        self._intake, self._account, self._clock, self._mappings, self._owner = intake, account, clock, mappings, owner

    async def run(
        self,
        name: str,
        content: bytes,
        *,
        courier: str,
        seller: str = "",
        mapping: Mapping[str, str] | None = None,
        statuses: Mapping[str, str] | None = None,
    ) -> tuple[UUID, bool]:
        """Import one file; gives its account, and whether the same file was imported before: then nothing changes.

        ``seller`` is used where a row names an order and not its seller. ``mapping`` says what headings mean that nobody
        knows, ``statuses`` what the courier's own words mean; both are remembered for the courier's next list.

        Raises:
            UnreadableFileError: it is neither CSV nor XLSX, is too large, or lacks a column.
            WrongMappingError, WrongStatusError: a column or a status is named that there is not.
            StoreUnavailableError: give the same file again.
        """
        list_files.check_size(content)
        if pdf.is_pdf(content):
            raise list_files.UnreadableFileError("scans_not_from_pdf")
        columns = headings.checked(mapping or {}, headings.CHECKPOINTS)
        words = status_words.checked(statuses or {})
        rows = await asyncio.to_thread(list_files.cells, content)
        fingerprint = headings.fingerprint(rows[0] if rows else [])
        mapped = await self._mappings.known(courier, fingerprint) | columns
        said = await self._mappings.known(courier, headings.OF_STATUSES) | words
        found = await asyncio.to_thread(
            lambda: checkpoints.read(rows, courier, seller=seller, mapped=mapped, said=said),
        )
        for place, new in ((fingerprint, columns), (headings.OF_STATUSES, words)):
            if new:
                await self._mappings.remember(courier, place, new, self._owner, self._clock())
        # what was said beside the file decides how its rows are read: with other words it is another import
        beside = [f"{word}={meaning}".encode() for known in (mapped, said) for word, meaning in sorted(known.items())]
        identity = sha256(b"\n".join((content, seller.encode(), courier.encode(), *beside))).hexdigest()
        import_id, finished = await self._account.begin(KIND, self._owner, name[:200], identity)
        if not finished:
            await self._account.add(
                import_id, [RowResult(number, reason=reason, raw=raw) for number, reason, raw in found.aside]
            )
            refused = await self._book(found, courier)
            for scans in _parts(found.scans):
                await self._account.add(import_id, await self._give(scans, courier, refused))
            await self._account.finish(import_id)
        return import_id, finished

    async def _book(self, found: Reading, courier: str) -> dict[str, Outcome]:
        """Tell which shipments the tracking numbers stand for; gives the refusals, by tracking number."""
        refused: dict[str, Outcome] = {}
        for bookings in _parts(list(found.bookings.values())):
            outcomes = await self._take(courier, "courier.booked.v1", bookings)
            for one, outcome in zip(bookings, outcomes, strict=True):
                if outcome.state == "refused":
                    refused[one.data["tracking_number"]] = outcome
        return refused

    async def _give(self, scans: Sequence[Scan], courier: str, refused: Mapping[str, Outcome]) -> list[RowResult]:
        """Give scans to the intake, and say what became of their rows; one that waits for a refused booking waits in vain."""
        outcomes = await self._take(courier, "courier.checkpoint.v1", scans)
        before = [outcome.id for outcome in outcomes if outcome.code == "duplicate"]
        decided = await self._account.decided(f"courier/{courier}", before) if before else {}
        carried = await self._account.carried(courier, list({scan.data["tracking_number"] for scan in scans}))
        results: list[RowResult] = []
        for scan, own in zip(scans, outcomes, strict=True):
            booking = refused.get(scan.data["tracking_number"])
            outcome = booking if booking is not None and own.state == "parked" else own
            if "refused" in {outcome.state, decided.get(scan.message_id)}:
                detail = f"{outcome.code} {outcome.detail}"
                results.append(RowResult(scan.row, reason="refused", detail=detail, raw=scan.raw))
            else:
                shipment = carried.get(scan.data["tracking_number"])
                detail = f"unknown_status {scan.unknown}" if scan.unknown else outcome.state
                results.append(RowResult(scan.row, shipment=shipment, detail=detail))
        return results

    async def _take(self, courier: str, kind: str, told: Sequence[Scan] | Sequence[Booking]) -> list[Outcome]:
        source = f"courier/{courier}"
        return await self._intake.take([_arrival(source, kind, one.message_id, one.at, one.data) for one in told])


def _arrival(source: str, kind: str, message_id: str, at: datetime, data: dict[str, Any]) -> Arrival:
    body = envelope(source=source, id=message_id, type=kind, time=at, data=data)
    return Arrival(topology.subject_of(source), body, f"import:{message_id}")


def _parts(items: Sequence[_T]) -> Iterator[list[_T]]:
    left = iter(items)
    while part := list(islice(left, AT_ONCE)):
        yield part
