"""Import lists of ETGBs and of what was seen in VEDOP: one message an ETGB, one counted outcome a row."""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from adapters.imports import declarations, doubts, headings, list_files, pdf, reasons, totals
from adapters.imports.account import Account, RowResult
from events import topology
from events.intake import Intake
from events.translate import Arrival, envelope
from workflow import evidence
from workflow.ports import Clock
from workflow.values import istanbul_day

SPEAKS_FOR: dict[str, tuple[str, str]] = {
    "etgb": ("customs", "etgb.issued.v1"),
    "vedop": ("tax_office", "vedop.transferred.v1"),
}
"""Which family a list speaks for, and in which message."""

_LONGEST = 1000
"""Characters of a message's text."""


class Papers(Protocol):
    """Keeps papers of ETGBs; :mod:`adapters.web.kept_etgbs` does."""

    async def keep(self, number: str, content: bytes, source: str) -> str:
        """Keep an ETGB's PDF with its shipments; its address, or empty where none of them is known."""
        ...

    async def keep_evidence(self, numbers: Sequence[str], name: str, content: bytes, source: str, *, read: bool = False) -> str:
        """Keep a file that shows ETGBs in VEDOP, with each of them; its SHA-256. One that was ``read`` is a list."""
        ...


class ListImport:
    """Reads lists of one kind in one owner's name; everything goes through ``intake``, as from any other door."""

    def __init__(
        self,
        intake: Intake,
        account: Account,
        clock: Clock,
        matches: doubts.Matches,
        mappings: headings.Mappings,
        papers: Papers,
        *,
        kind: str,
        owner: str,
    ) -> None:
        """``kind`` is one of :data:`SPEAKS_FOR`; the messages' source is its family and ``owner``."""
        self._matches, self._mappings, self._papers = matches, mappings, papers
        self._intake, self._account, self._clock = intake, account, clock
        self._kind, self._owner = kind, owner
        family, self._message_type = SPEAKS_FOR[kind]
        self._source = f"{family}/{owner}"

    async def run(
        self, name: str, content: bytes, *, seller: str = "", courier: str = "", mapping: Mapping[str, str] | None = None
    ) -> tuple[UUID, bool]:
        """Import one file; gives its account, and whether the same file was imported before: then nothing changes.

        ``seller`` and ``courier`` are used where a row does not name its own. ``mapping`` says what headings mean that
        nobody knows; it is remembered for the courier's next list with the same headings.

        Raises:
            UnreadableFileError: it is neither CSV nor XLSX, or is too large.
            UnreadablePdfError: it is a PDF without text or table.
            WrongMappingError: the mapping names a column that there is not.
            StoreUnavailableError: give the same file again.
        """
        list_files.check_size(content)
        file, mapped = await self._read(content, courier, headings.checked(mapping or {}))
        rows = file.rows
        if self._kind == "etgb":
            found = declarations.read_etgbs(rows, seller, courier, mapped, today=istanbul_day(self._clock()))
        else:
            found = declarations.read_vedop(rows, istanbul_day(self._clock()), mapped)
        # what was given beside the file decides how its rows are read: with other words it is another import
        identity = sha256(b"\n".join((content, seller.encode(), courier.encode(), *_said(mapped)))).hexdigest()
        import_id, finished = await self._account.begin(self._kind, self._owner, name[:200], identity)
        if not finished:
            doubtful = await doubts.resolve(found, self._matches)
            await self._matches.keep(import_id, doubtful, self._clock())
            found.aside += [(one.entry.row, "doubtful", one.entry.raw) for one in doubtful]
            if self._kind == "vedop" and found.groups:
                await self._prove(found, name, content)
            aside = [RowResult(number, reason=reason, raw=raw) for number, reason, raw in found.aside]
            results = await self._give(import_id, found)
            await self._account.add(import_id, aside + results)
            if self._kind == "vedop":
                waiting = {row.row_no for row in results if row.detail == "parked"}
                unknown = [number for number, group in found.groups.items() if any(n in waiting for n, _ in group.rows)]
                await self._account.warn(import_id, [reasons.etgbs_unknown(unknown)] if unknown else [])
            if self._kind == "etgb" and pdf.is_pdf(content):
                await self._keep(import_id, found, content)
                differing = totals.differing(rows, file.totals, mapped)
                await self._account.warn(import_id, [reasons.total_differs(one) for one in differing])
            await self._account.finish(import_id)
        return import_id, finished

    async def _read(self, content: bytes, courier: str, said: dict[str, str]) -> tuple[list_files.ListFile, dict[str, str]]:
        """A file as read, and what its headings are mapped to: by what is known of the courier's, and is said now."""
        fingerprint = headings.OF_PDF
        if pdf.is_pdf(content):
            mapped = await self._mappings.known(courier, fingerprint) | said
            file = await asyncio.to_thread(list_files.read, content, mapped)
        else:
            file = await asyncio.to_thread(list_files.read, content)
            fingerprint = headings.fingerprint(file.rows[0] if file.rows else [])
            mapped = await self._mappings.known(courier, fingerprint) | said
        list_files.check_columns(file.rows, mapped)
        if said:
            await self._mappings.remember(courier, fingerprint, said, self._owner, self._clock())
        return file, mapped

    async def _give(self, import_id: UUID, found: declarations.Reading) -> list[RowResult]:
        """Give the messages to the intake, and say what became of their rows."""
        numbers = list(found.groups)
        arrivals = [self._arrival(f"{import_id}:{number}", found.groups[number].data) for number in numbers]
        outcomes = await self._intake.take(arrivals) if arrivals else []
        results: list[RowResult] = []
        for number, outcome in zip(numbers, outcomes, strict=True):
            # a row is taken when its ETGB is: what waits for its shipment waits inside Kervan, not in the file
            moved = outcome.shipments[0] if len(set(outcome.shipments)) == 1 else None
            for row, raw in found.groups[number].rows:
                if outcome.state == "refused":
                    results.append(RowResult(row, reason="refused", detail=f"{outcome.code} {outcome.detail}", raw=raw))
                else:
                    results.append(RowResult(row, shipment=moved, detail=outcome.state))
        return results

    def _arrival(self, message_id: str, data: dict[str, Any]) -> Arrival:
        body = envelope(source=self._source, id=message_id, type=self._message_type, time=self._clock(), data=data)
        return Arrival(topology.subject_of(self._source), body, f"import:{message_id}")

    async def _prove(self, found: declarations.Reading, name: str, content: bytes) -> None:
        """Keep the list itself, and let each message name it before what its row says of its evidence."""
        digest = await self._papers.keep_evidence(list(found.groups), name, content, self._source, read=True)
        for group in found.groups.values():
            said = group.data["evidence"]["reference"]
            group.data["evidence"] = {"kind": evidence.LIST, "reference": f"{digest} {said}".strip()[:_LONGEST]}

    async def _keep(self, import_id: UUID, found: declarations.Reading, content: bytes) -> None:
        """Keep the PDF of a single ETGB as its document, and say that it is there."""
        if len(found.groups) != 1:
            return
        ((number, group),) = found.groups.items()
        url = await self._papers.keep(number, content, self._source)
        if url:
            data = group.data | {"document_url": url}
            await self._intake.take([self._arrival(f"{import_id}:{number}:document", data)])


def _said(mapped: Mapping[str, str]) -> list[bytes]:
    """A mapping as part of an import's identity; without one the identity is what it was before there were any."""
    return [f"{said}={name}".encode() for said, name in sorted(mapped.items())]
