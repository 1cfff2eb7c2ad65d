"""What would become of order files: each order is judged, and the invoice of each that passes is made and checked.

Nothing is stored, sent or numbered, and no server is needed. The orders go through the same reading and the same rules as
an import, and the invoices through the same writer and checks as the desk's.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from adapters.imports import companions, importer, order_rows, orders
from adapters.imports.order_rows import Unread
from adapters.invoicing import elsewhere
from adapters.invoicing.gib import GibCheck
from adapters.invoicing.ubl.writing import write
from events import topology
from events.translate import Arrival, Unreadable, envelope, read
from workflow import facts, numbering
from workflow.bulletins import RATE_ERRORS, Bulletins
from workflow.draft import Draft
from workflow.errors import KervanError
from workflow.invoice import Rate, compose
from workflow.rules.findings import Severity
from workflow.rules.judge import judge
from workflow.rules.law import LawBook, Rates
from workflow.values import ISTANBUL

_NUMBERS = "PRV"
"""The series of invoices that are made for the eye only."""
_AT_ONCE = 8
_Published = Mapping[date, Mapping[str, Decimal]]
_NINE = time(9, tzinfo=ISTANBUL)


@dataclass(slots=True)
class Report:
    """What was found: orders, those that pass, why others do not, and what became of the invoices of those that pass."""

    orders: int = 0
    nothing_to_ship: int = 0
    unreadable: int = 0
    passing: int = 0
    held_by: Counter[str] = field(default_factory=Counter)
    """For each finding that blocks, on how many orders it stands."""
    held_by_alone: Counter[str] = field(default_factory=Counter)
    """The same for orders on which nothing else blocks."""
    warned: Counter[str] = field(default_factory=Counter)
    invoices: int = 0
    valid: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)
    """Invoices that are not valid, or could not be made: order, and why."""
    checked_by_gib: bool = False
    judging_s: float = 0.0
    """What all the judging took."""

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "orders": self.orders,
            "nothing_to_ship": self.nothing_to_ship,
            "unreadable": self.unreadable,
            "passing": self.passing,
            "held": self.orders - self.nothing_to_ship - self.unreadable - self.passing,
            "held_by": _sorted(self.held_by),
            "held_by_alone": _sorted(self.held_by_alone),
            "warned": _sorted(self.warned),
            "invoices": self.invoices,
            "valid": self.valid,
            "checked_by_gib": self.checked_by_gib,
            "faults": self.faults,
            "judging_s": round(self.judging_s, 3),
        }


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


@dataclass(slots=True)
class Rehearsal:
    """One look at some files."""

    law: LawBook
    catalogue: Mapping[str, Mapping[str, str]]
    seller: Mapping[str, Any]
    options: importer.Options
    rates: Sequence[Mapping[str, Any]] = ()
    """Bulletins as :func:`adapters.imports.companions.read_rates` gives them."""
    gib: GibCheck | None = None

    async def run(self, files: Sequence[Path]) -> Report:
        """Judge all orders of the files, and check the invoices of those that pass.

        Raises:
            WrongColumnsError: one of the files is no order export.
            GibTooSlowError: GİB's rules did not end in time; nor are :class:`GibFailedError` and a wrong option caught.
        """
        for file in files:
            order_rows.check_heading(file)
        report = Report(checked_by_gib=self.gib is not None)
        published, absent = _bulletins(self.rates)
        passing = list(self._passing(files, published, report))
        slots = asyncio.Semaphore(_AT_ONCE)
        bulletins = Bulletins(published, absent)

        async def checked(place: int, draft: Draft) -> None:
            async with slots:
                await self._invoice(place, draft, bulletins, report)

        async with asyncio.TaskGroup() as group:
            for place, draft in enumerate(passing, start=1):
                group.create_task(checked(place, draft))
        return report

    def _passing(
        self, files: Sequence[Path], published: Mapping[date, Mapping[str, Decimal]], report: Report
    ) -> Iterator[Draft]:
        rates = Rates()
        for day, bulletin in published.items():
            rates.add(day, dict(bulletin))
        for draft in self._drafts(files, report):
            began = perf_counter()
            found = judge(draft, self.law, rates)
            report.judging_s += perf_counter() - began
            blocks = {one.code for one in found if one.severity is Severity.BLOCK}
            report.held_by.update(blocks)
            report.warned.update({one.code for one in found if one.severity is Severity.WARN})
            if len(blocks) == 1:
                report.held_by_alone.update(blocks)
            if not blocks:
                report.passing += 1
                yield draft

    def _drafts(self, files: Sequence[Path], report: Report) -> Iterator[Draft]:
        common = {"seller": dict(self.seller), "currency": self.options.currency}
        if self.options.courier:
            common["courier"] = self.options.courier
        seen: set[str] = set()
        for group in (one for file in files for one in order_rows.grouped(order_rows.read(file))):
            if isinstance(group, Unread) or group.cut or group.invoice in seen:
                continue
            seen.add(group.invoice)
            report.orders += 1
            made = orders.order(
                group.invoice,
                group.rows,
                self.catalogue,
                common,
                self.options.planned_on,
                Decimal(self.options.packaging),
                group.unread,
            )
            draft = None if made.data is None else _draft(made.data)
            if made.data is None:
                report.nothing_to_ship += 1
            elif draft is None:
                report.unreadable += 1
            else:
                yield draft

    async def _invoice(self, place: int, draft: Draft, bulletins: Bulletins, report: Report) -> None:
        """Make an invoice on the day the shipment is planned for, and check it."""
        report.invoices += 1
        issued_at = datetime.combine(draft.planned_on, _NINE).astimezone(UTC)
        try:
            rate = bulletins.in_force(draft.currency, draft.planned_on)
            number = numbering.number(_NUMBERS, draft.planned_on.year, place)
            xml = write(compose(draft, number=number, ettn=UUID(int=place), issued_at=issued_at, rate=rate))
        except (*RATE_ERRORS, KervanError) as error:
            report.faults.append({"order": draft.reference, "why": str(error)})
            return

        async def rate_of(_currency: str, _day: date) -> Rate | None:
            return rate

        found = await elsewhere.examine(xml, draft.planned_on, self.law, draft, self.gib, rate_of)
        if found.accepted:
            report.valid += 1
        else:
            report.faults.append({"order": draft.reference, "why": found.told()})


def _draft(data: Mapping[str, Any]) -> Draft | None:
    """The draft as the engine reads it from the wire; ``None`` where it would be refused."""
    source = "orders/rehearsal"
    now = datetime.now(UTC)
    body = envelope(source=source, id=str(data["reference"]), type="shipment.drafted.v1", time=now, data=dict(data))
    message = read(Arrival(topology.subject_of(source), body, "rehearsal"), now)
    if isinstance(message, Unreadable) or not isinstance(message.fact, facts.Drafted):
        return None
    return message.fact.draft


def _bulletins(rates: Sequence[Mapping[str, Any]]) -> tuple[dict[date, dict[str, Decimal]], frozenset[date]]:
    published: dict[date, dict[str, Decimal]] = {}
    absent: set[date] = set()
    for one in rates:
        if "rates" in one:
            day = date.fromisoformat(one["published_on"])
            published[day] = {r["currency"]: Decimal(r["forex_buying"]) / int(r["unit"]) for r in one["rates"]}
        else:
            absent.update(map(date.fromisoformat, one["days"]))
    return published, frozenset(absent)


def read_rates(path: Path | None) -> Sequence[Mapping[str, Any]]:
    """The bulletins of a file, or none."""
    return companions.read_rates(path) if path is not None else ()
