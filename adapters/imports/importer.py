"""Import order files: stream, make drafts, give them to the intake in batches, account for every row."""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from adapters.imports import credit_notes, file_words, order_rows, orders
from adapters.imports.account import Account, DoesNotReconcileError, RowResult, Summary
from adapters.imports.credit_notes import Sold
from adapters.imports.order_rows import Group, Row, Unread
from adapters.imports.orders import Order
from events import topology
from events.intake import Intake
from events.translate import MAX_BYTES, Arrival, envelope
from workflow.errors import SaidError
from workflow.shipment import shipment_id

BATCH_ROWS = 5000
"""So many rows go to the intake at once, whatever the orders' sizes."""
NAMED = 5
"""So many orders are named at a credit note that may belong to any of them."""
REMEMBERED = 10_000
"""So many orders of a file are remembered, to tell one whose rows stand apart; the engine tells it of older ones."""

_SHARE = re.compile(r"0(\.[0-9]{1,4})?|1", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


class WrongOptionError(SaidError):
    """An option of an import is not of its form."""

    TEXTS = (
        "{name} {value!r} olamaz; şu olmalı: {wanted}. Hiçbir şey içe aktarılmadı.",
        "{name} is {value!r}, but must be {wanted}. Nothing was imported.",
    )

    def __init__(self, name: str, value: str, wanted: str) -> None:
        """Say what is wanted, by one of :data:`adapters.imports.file_words.WANTED`."""
        super().__init__(name=name, value=value, wanted=file_words.WANTED[wanted])


@dataclass(frozen=True, slots=True)
class Options:
    """What an import may choose.

    ``planned_on`` is a day as ``YYYY-MM-DD``, or empty for each order's own day. ``packaging`` is what packing adds to a
    shipment's weight, as a share of its goods' weight; by default nothing is made up, and the gross weight is the net one.
    """

    channel: str = "csv"
    currency: str = "GBP"
    courier: str = ""
    planned_on: str = ""
    packaging: str = "0"

    def __post_init__(self) -> None:
        """Check all.

        Raises:
            WrongOptionError: one is not of its form.
        """
        for name, value, form, wanted in (
            ("channel", self.channel, _CODE, "code"),
            ("courier", self.courier or "none", _CODE, "code"),
            ("currency", self.currency, _CURRENCY, "currency"),
            ("packaging", self.packaging, _SHARE, "share"),
        ):
            if not form.fullmatch(value):
                raise WrongOptionError(name, value, wanted)
        try:
            good = not self.planned_on or date.fromisoformat(self.planned_on).isoformat() == self.planned_on
        except ValueError:
            good = False
        if not good:
            raise WrongOptionError("planned_on", self.planned_on, "planned_on")


Progress = Callable[[int], None]
"""Told how many more rows are done."""


@dataclass(slots=True)
class _Batch:
    """What waits to be given to the intake."""

    rows: int = 0
    orders: list[Order] = field(default_factory=list)
    notes: list[Group] = field(default_factory=list)
    apart: list[Group] = field(default_factory=list)
    """Rows of orders whose shipments were made without them."""
    results: list[RowResult] = field(default_factory=list)


class OrderImport:
    """One run over some files."""

    def __init__(
        self,
        intake: Intake,
        account: Account,
        *,
        catalogue: Mapping[str, Mapping[str, str]],
        seller: Mapping[str, Any],
        options: Options,
        progress: Progress = lambda _: None,
    ) -> None:
        """Everything goes through ``intake``, as from any other door."""
        self._intake, self._account = intake, account
        self._catalogue, self._seller, self._options = catalogue, seller, options
        self._progress = progress
        self._source = f"orders/{options.channel}"
        self._packaging = Decimal(options.packaging)
        self._common = {"seller": dict(seller), "currency": options.currency}
        if options.courier:
            self._common["courier"] = options.courier

    async def run(self, files: Sequence[Path]) -> Summary:
        """Import files and give the account.

        Raises:
            WrongColumnsError: one of the files is no order export; none was imported.
            DoesNotReconcileError: a fault of the program.
        """
        for path in files:
            order_rows.check_heading(path)
        summary = Summary()
        for path in files:
            digest = _digest(path)
            import_id, known = await self._account.begin("orders", self._seller["tax_number"], path.name, digest)
            (summary.known_files if known else summary.files).append(path.name)
            summary.import_ids.append(import_id)
            if known:
                continue
            rows = await self._file(path, import_id)
            noted = await self._account.finish(import_id, rows)
            if not rows == noted["rows"] == noted["taken"] + noted["set_aside"]:
                raise DoesNotReconcileError(path.name, rows, noted)
        summary.count(await self._account.totals(summary.import_ids))
        return summary

    async def _file(self, path: Path, import_id: UUID) -> int:
        """Import one file; gives the number of its rows."""
        seen = OrderedDict[str, bool]()
        batch, total = _Batch(), 0
        for found in order_rows.grouped(order_rows.read(path)):
            if isinstance(found, Unread):
                batch.rows += 1
                batch.results.append(RowResult(found.number, reason="malformed", detail=found.detail, raw=found.raw))
            else:
                self._collect(found, seen, batch)
            if batch.rows >= BATCH_ROWS:
                total += await self._conclude(import_id, batch)
                batch = _Batch()
        return total + await self._conclude(import_id, batch)

    def _collect(self, group: Group, seen: OrderedDict[str, bool], batch: _Batch) -> None:
        """Make a group's shipment, or set the group aside; ``seen`` tells of earlier orders whether they made one."""
        batch.rows += len(group.rows)
        if group.cut:
            batch.results += [_aside(row, "too_large") for row in group.rows]
            return
        if group.invoice in seen:
            batch.results += [_aside(row, "rows_apart") for row in group.rows]
            if seen[group.invoice]:
                batch.apart.append(group)
            return
        if credit_notes.is_note(group.invoice):
            batch.notes.append(group)
            seen[group.invoice] = False
        else:
            seen[group.invoice] = self._order(group, batch)
        if len(seen) > REMEMBERED:
            seen.popitem(last=False)

    def _order(self, group: Group, batch: _Batch) -> bool:
        """Make a group's shipment, if it has goods; whether it has."""
        made = orders.order(
            group.invoice,
            group.rows,
            self._catalogue,
            self._common,
            self._options.planned_on,
            self._packaging,
            group.unread,
        )
        batch.results += [_aside(row, reason) for row, reason in made.aside]
        if made.data is None:
            return False
        batch.orders.append(made)
        return True

    async def _conclude(self, import_id: UUID, batch: _Batch) -> int:
        """Give a batch to the intake and note what became of its rows; gives their number."""
        results = batch.results + await self._give(batch.orders)
        await self._account.add(import_id, results + await self._remark(batch))
        self._progress(batch.rows)
        return batch.rows

    async def _remark(self, batch: _Batch) -> list[RowResult]:
        """Tell of orders that a person has to look at, now that they are there; gives what became of the credit notes."""
        results: list[RowResult] = []
        remarks = [self._remarked(one.invoice, "rows_apart", one) for one in batch.apart]
        seller, wanted = self._seller["tax_number"], credit_notes.wanted(batch.notes)
        sold = [Sold(**row) for row in await self._account.sold(seller, wanted)] if wanted else []
        for note in batch.notes:
            found = credit_notes.orders_of(note, sold)[:NAMED]
            if found:
                results += [_aside(row, "credited_order", ", ".join(found)) for row in note.rows]
                remarks.append(self._remarked(found[0], "credit_note", note))
            else:
                results += [_aside(row, "cancellation") for row in note.rows]
        if remarks:
            await self._intake.take(remarks)
        return results

    def _remarked(self, reference: str, remark: str, group: Group) -> Arrival:
        """The message that tells of an order what other rows say of it."""
        data = {
            "shipment": {"seller": self._seller["tax_number"], "reference": reference},
            "remark": remark,
            "about": group.invoice,
            "detail": f"{group.invoice}: {credit_notes.told(group.rows)}",
        }
        return self._message("remark", "order.remarked.v1", data, data, group.rows[0])

    async def _give(self, made: Sequence[Order]) -> list[RowResult]:
        """Give drafts to the intake, and say what became of their rows."""
        results: list[RowResult] = []
        given: list[tuple[Order, Arrival]] = []
        for one in made:
            if one.data is None:
                continue
            arrival = self._arrival(one, one.data)
            if len(arrival.body) > MAX_BYTES or len(one.data["lines"]) > orders.MAX_LINES:
                results += [_aside(row, "too_large") for row in one.kept]
            else:
                given.append((one, arrival))
        outcomes = await self._intake.take([arrival for _, arrival in given]) if given else []
        before = [outcome.id for outcome in outcomes if outcome.code == "duplicate"]
        decided = await self._account.decided(self._source, before) if before else {}
        for (one, _), outcome in zip(given, outcomes, strict=True):
            # the state tells an order of this very message from one whose number another channel had used before
            state = decided[outcome.id] if outcome.code == "duplicate" else outcome.state
            if state == "applied":
                shipment = shipment_id(self._seller["tax_number"], one.invoice)
                results += [RowResult(row.number, shipment=shipment) for row in one.kept]
            else:
                why = ("reference_known", "") if state == "repeated" else ("refused", f"{outcome.code} {outcome.detail}")
                results += [_aside(row, *why) for row in one.kept]
        return results

    def _arrival(self, one: Order, data: dict[str, Any]) -> Arrival:
        """The order's message."""
        stable = {key: value for key, value in data.items() if key != "planned_on"}
        return self._message("order", "shipment.drafted.v1", data, stable, one.kept[0])

    def _message(self, prefix: str, kind: str, data: dict[str, Any], stable: dict[str, Any], row: Row) -> Arrival:
        """A message whose id follows from what it says, so that the same order is the same message for ever."""
        message_id = f"{prefix}-{sha256(orjson.dumps(stable, option=orjson.OPT_SORT_KEYS)).hexdigest()[:40]}"
        at = datetime.now(UTC) if self._options.planned_on else row.at
        body = envelope(source=self._source, id=message_id, type=kind, time=at, data=data)
        return Arrival(topology.subject_of(self._source), body, f"import:{message_id}")


def _aside(row: Row, reason: str, detail: str = "") -> RowResult:
    return RowResult(row.number, reason=reason, detail=detail, raw=row.raw)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        found = sha256()
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()
