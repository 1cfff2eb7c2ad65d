"""Import order files: stream, make drafts, give them to the intake in batches, account for every row."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from adapters.imports import orders
from adapters.imports.account import Account, DoesNotReconcileError, RowResult, Summary
from adapters.imports.orders import Order, Row, Unread
from events import topology
from events.intake import Intake
from events.translate import MAX_BYTES, Arrival, envelope
from workflow.errors import KervanError
from workflow.shipment import shipment_id

BATCH_ROWS = 5000
"""So many rows go to the intake at once, whatever the orders' sizes."""


class WrongColumnsError(KervanError):
    """A file does not have the columns of an order export."""

    def __init__(self, file: str, columns: Sequence[str], wanted: Sequence[str]) -> None:
        """Show both."""
        super().__init__(
            f"{file} has the columns {', '.join(columns) or '(none)'}; an order file has {', '.join(wanted)}. "
            "Nothing of it was imported. Give the export of the shop, with its heading row."
        )


@dataclass(frozen=True, slots=True)
class Options:
    """What an import may choose; ``planned_on`` is a day as ``YYYY-MM-DD``, or empty for each order's own day."""

    channel: str = "csv"
    currency: str = "GBP"
    courier: str = ""
    planned_on: str = ""


Progress = Callable[[int], None]
"""Told how many more rows are done."""


def read_catalogue(path: Path) -> dict[str, dict[str, str]]:
    """The catalogue by stock code."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["stock_code"]: row for row in csv.DictReader(file)}


def read_seller(path: Path) -> dict[str, Any]:
    """The seller from a TOML or JSON file, as in the contract's payload, alone or under ``seller``.

    Raises:
        KervanError: it is neither.
    """
    import tomllib  # noqa: PLC0415 - only here

    text = path.read_text(encoding="utf-8-sig")
    try:
        found = orjson.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (orjson.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path} is neither TOML nor JSON ({error}); see deploy/demo/seller.toml for the form."
        raise KervanError(message) from error
    seller: dict[str, Any] = found.get("seller", found)
    if not seller.get("tax_number") or not seller.get("name"):
        message = f"{path} has no tax_number or no name; see deploy/demo/seller.toml for the form."
        raise KervanError(message)
    return {**seller, "tax_number": str(seller["tax_number"])}


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
        self._common = {"seller": dict(seller), "currency": options.currency}
        if options.courier:
            self._common["courier"] = options.courier

    async def run(self, files: Sequence[Path]) -> Summary:
        """Import files and give the account.

        Raises:
            WrongColumnsError: a file is no order export.
            DoesNotReconcileError: a fault of the program.
        """
        summary = Summary()
        for path in files:
            digest = _digest(path)
            import_id, known = await self._account.begin("orders", self._seller["tax_number"], path.name, digest)
            (summary.known_files if known else summary.files).append(path.name)
            summary.import_ids.append(import_id)
            if known:
                continue
            await self._file(path, import_id)
            counts = await self._account.finish(import_id)
            if counts["rows"] != counts["taken"] + counts["set_aside"]:
                raise DoesNotReconcileError(path.name, counts["rows"], counts["taken"], counts["set_aside"])
        totals = await self._account.totals(summary.import_ids)
        summary.rows, summary.taken, summary.set_aside = totals["rows"], totals["taken"], totals["set_aside"]
        summary.reasons, summary.stages, summary.findings = totals["reasons"], totals["stages"], totals["findings"]
        summary.shipments = sum(summary.stages.values())
        return summary

    async def _file(self, path: Path, import_id: UUID) -> None:
        seen: set[str] = set()
        waiting: list[Order] = []
        results: list[RowResult] = []
        rows = 0
        for invoice, group, unread in orders.grouped(_rows(path)):
            results += [RowResult(u.number, reason="malformed", detail=u.detail, raw=u.raw) for u in unread]
            rows += len(group) + len(unread)
            if invoice in seen:
                results += [_aside(row, "rows_apart") for row in group]
            elif group:
                seen.add(invoice)
                made = orders.order(invoice, group, self._catalogue, self._common, self._options.planned_on)
                results += [_aside(row, reason) for row, reason in made.aside]
                if made.data is not None:
                    waiting.append(made)
            if rows >= BATCH_ROWS:
                await self._account.add(import_id, results + await self._give(waiting))
                self._progress(rows)
                waiting, results, rows = [], [], 0
        await self._account.add(import_id, results + await self._give(waiting))
        self._progress(rows)

    async def _give(self, made: Sequence[Order]) -> list[RowResult]:
        """Give drafts to the intake, and say what became of their rows."""
        results: list[RowResult] = []
        arrivals: list[Arrival] = []
        given: list[Order] = []
        for one in made:
            arrival = self._arrival(one)
            if len(arrival.body) > MAX_BYTES:
                results += [_aside(row, "too_large") for row in one.kept]
                continue
            arrivals.append(arrival)
            given.append(one)
        outcomes = await self._intake.take(arrivals) if arrivals else []
        for one, outcome in zip(given, outcomes, strict=True):
            shipment = shipment_id(self._seller["tax_number"], one.invoice)
            if outcome.state in {"applied", "parked"} or outcome.code == "duplicate":
                results += [RowResult(row.number, shipment=shipment) for row in one.kept]
            else:
                reason = "reference_known" if outcome.state == "repeated" else "refused"
                results += [_aside(row, reason, outcome.detail) for row in one.kept]
        return results

    def _arrival(self, one: Order) -> Arrival:
        source = f"orders/{self._options.channel}"
        if one.data is None:
            missing = "only orders with something to ship are given"
            raise AssertionError(missing)
        stable = {key: value for key, value in one.data.items() if key != "planned_on"}
        message_id = f"order-{sha256(orjson.dumps(stable, option=orjson.OPT_SORT_KEYS)).hexdigest()[:40]}"
        at = datetime.now(UTC) if self._options.planned_on else one.kept[0].at
        body = envelope(source=source, id=message_id, type="shipment.drafted.v1", time=at, data=one.data)
        return Arrival(topology.subject_of(source), body, f"import:{message_id}")


def _aside(row: Row, reason: str, detail: str = "") -> RowResult:
    return RowResult(row.number, reason=reason, detail=detail, raw=row.raw)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        found = sha256()
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def _rows(path: Path) -> Iterator[Row | Unread]:
    """The rows of a file, one in memory at a time; NUL characters, which no text column takes, are dropped."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(line.replace("\0", "") for line in file)
        heading = [cell.strip() for cell in next(reader, [])]
        if heading != list(orders.COLUMNS):
            raise WrongColumnsError(path.name, heading, orders.COLUMNS)
        for number, cells in enumerate(reader, start=1):
            yield orders.read_row(number, cells)


async def publish_rates(intake: Intake, path: Path) -> int:
    """Take rates from a CSV file (date, currency, unit, forex_buying), one bulletin a day; gives the number of bulletins."""
    bulletins: dict[str, list[dict[str, Any]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            rate = {"currency": row["currency"], "unit": int(row["unit"]), "forex_buying": row["forex_buying"]}
            bulletins.setdefault(row["date"], []).append(rate)
    arrivals = []
    for day, rates in sorted(bulletins.items()):
        data = {"published_on": day, "bulletin": path.name, "rates": rates}
        body = envelope(
            source="rates/file", id=f"{path.name}:{day}", type="rates.published.v1", time=datetime.now(UTC), data=data
        )
        arrivals.append(Arrival("kervan.in.rates.file", body, f"rates:{path.name}:{day}"))
    for outcome in await intake.take(arrivals) if arrivals else []:
        if outcome.state == "refused":
            raise KervanError(f"{path}: {outcome.detail}")  # noqa: EM102 - the outcome says it all
    return len(arrivals)
