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

from adapters.imports import order_rows, orders
from adapters.imports.account import Account, DoesNotReconcileError, RowResult, Summary
from adapters.imports.order_rows import Group, Row, Unread
from adapters.imports.orders import Order
from events import topology
from events.intake import Intake
from events.translate import MAX_BYTES, Arrival, envelope
from workflow.errors import KervanError
from workflow.shipment import shipment_id

BATCH_ROWS = 5000
"""So many rows go to the intake at once, whatever the orders' sizes."""
REMEMBERED = 10_000
"""So many orders of a file are remembered, to tell one whose rows stand apart; the engine tells it of older ones."""

_SHARE = re.compile(r"0(\.[0-9]{1,4})?|1", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


class WrongOptionError(KervanError):
    """An option of an import is not of its form."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        """Say what is wanted."""
        super().__init__(f"{name} is {value!r}, but must be {wanted}. Nothing was imported.")


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
        code = "letters, digits, - and _, 64 at most"
        for name, value, form, wanted in (
            ("channel", self.channel, _CODE, code),
            ("courier", self.courier or "none", _CODE, code),
            ("currency", self.currency, _CURRENCY, "three capital letters, as GBP"),
            ("packaging", self.packaging, _SHARE, "a share of the goods' weight from 0 to 1, as 0.05"),
        ):
            if not form.fullmatch(value):
                raise WrongOptionError(name, value, wanted)
        try:
            good = not self.planned_on or date.fromisoformat(self.planned_on).isoformat() == self.planned_on
        except ValueError:
            good = False
        if not good:
            raise WrongOptionError("planned_on", self.planned_on, "order-date, today, or a day as 2026-11-20")


Progress = Callable[[int], None]
"""Told how many more rows are done."""


@dataclass(slots=True)
class _Batch:
    """What waits to be given to the intake."""

    rows: int = 0
    orders: list[Order] = field(default_factory=list)
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
        seen = OrderedDict[str, None]()
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

    def _collect(self, group: Group, seen: OrderedDict[str, None], batch: _Batch) -> None:
        """Make a group's shipment, or set the group aside."""
        batch.rows += len(group.rows)
        if group.cut:
            batch.results += [_aside(row, "too_large") for row in group.rows]
            return
        if group.invoice in seen:
            batch.results += [_aside(row, "rows_apart") for row in group.rows]
            return
        seen[group.invoice] = None
        if len(seen) > REMEMBERED:
            seen.popitem(last=False)
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
        if made.data is not None:
            batch.orders.append(made)

    async def _conclude(self, import_id: UUID, batch: _Batch) -> int:
        """Give a batch to the intake and note what became of its rows; gives their number."""
        await self._account.add(import_id, batch.results + await self._give(batch.orders))
        self._progress(batch.rows)
        return batch.rows

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
        """The order's message; its id follows from what it says, so that the same order is the same message for ever."""
        stable = {key: value for key, value in data.items() if key != "planned_on"}
        message_id = f"order-{sha256(orjson.dumps(stable, option=orjson.OPT_SORT_KEYS)).hexdigest()[:40]}"
        at = datetime.now(UTC) if self._options.planned_on else one.kept[0].at
        body = envelope(source=self._source, id=message_id, type="shipment.drafted.v1", time=at, data=data)
        return Arrival(topology.subject_of(self._source), body, f"import:{message_id}")


def _aside(row: Row, reason: str, detail: str = "") -> RowResult:
    return RowResult(row.number, reason=reason, detail=detail, raw=row.raw)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        found = sha256()
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()
