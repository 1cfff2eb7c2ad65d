"""``/api/imports``: orders, ETGB lists and VEDOP lists as files."""

import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, UploadFile

from adapters.database.accounts import ImportAccounts
from adapters.database.keys import Key
from adapters.imports import declarations, importer, orders
from adapters.imports.account import RowResult
from adapters.imports.declarations import Reading
from adapters.web import paging
from adapters.web.problems import ProblemError
from adapters.web.services import SOURCES, Actor, Parts, Reader, Services
from events import topology
from events.translate import Arrival, envelope
from workflow.errors import KervanError
from workflow.values import istanbul_day

router = APIRouter(prefix="/api/imports", tags=["imports"])

Kind = Literal["orders", "etgb", "vedop"]
FAMILY: dict[str, tuple[str, str]] = {
    "orders": ("orders", "shipment.drafted.v1"),
    "etgb": ("customs", "etgb.issued.v1"),
    "vedop": ("tax_office", "vedop.transferred.v1"),
}
"""Which family a file speaks for, and in which message."""


@router.post("/{kind}", status_code=202)
async def start(
    parts: Parts,
    key: Actor,
    kind: Kind,
    file: Annotated[UploadFile, File(description="CSV or XLSX; orders as CSV")],
    catalogue: Annotated[UploadFile | None, File(description="orders: catalogue as CSV")] = None,
    seller: Annotated[str, Form(max_length=4000, description="orders: the seller as JSON; etgb: the tax number")] = "",
    courier: Annotated[str, Form(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")] = "",
    planned_on: Annotated[str, Form(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = "",
    currency: Annotated[str, Form(pattern=r"^[A-Z]{3}$")] = "GBP",
) -> dict[str, Any]:
    """Import a file; the answer has the counts, and `GET /api/imports/{id}` one result per row."""
    if FAMILY[kind][0] not in SOURCES[key.role]:
        raise ProblemError(403, "not-allowed", f"Role {key.role} may not import {kind}.")
    content = await file.read()
    try:
        if kind == "orders":
            options = importer.Options(channel="upload", currency=currency, courier=courier, planned_on=planned_on)
            import_id = await _orders(parts, file.filename or "orders.csv", content, catalogue, seller, options)
        else:
            import_id = await _list(parts, key, kind, file.filename or kind, content, seller.strip(), courier)
    except KervanError as error:
        raise ProblemError(422, "unreadable-file", str(error)) from error
    return await _answer(parts, import_id, 200, 0)


async def _orders(
    parts: Services, name: str, content: bytes, catalogue: UploadFile | None, seller: str, options: importer.Options
) -> UUID:
    with tempfile.TemporaryDirectory() as folder:
        paths = {part: Path(folder) / part for part in ("orders.csv", "catalogue.csv", "seller")}
        paths["orders.csv"].write_bytes(content)
        paths["seller"].write_text(seller, encoding="utf-8")
        known = {}
        if catalogue is not None:
            paths["catalogue.csv"].write_bytes(await catalogue.read())
            known = importer.read_catalogue(paths["catalogue.csv"])
        owner = importer.read_seller(paths["seller"])
        named = Path(folder) / f"{Path(name).name[:80] or 'orders'}"
        paths["orders.csv"].rename(named)
        run = importer.OrderImport(parts.intake, ImportAccounts(parts.pool), catalogue=known, seller=owner, options=options)
        return (await run.run([named])).import_ids[0]


async def _list(parts: Services, key: Key, kind: str, name: str, content: bytes, seller: str, courier: str) -> UUID:
    account = ImportAccounts(parts.pool)
    rows = declarations.cells(content)
    today = istanbul_day(parts.clock())
    found: Reading = declarations.read_etgbs(rows, seller, courier) if kind == "etgb" else declarations.read_vedop(rows, today)
    import_id, finished = await account.begin(kind, key.name, name[:200], sha256(content).hexdigest())
    if finished:
        return import_id
    results = [RowResult(n, reason=reason, detail=detail, raw=raw) for n, reason, detail, raw in found.aside]
    family, message_type = FAMILY[kind]
    source = f"{family}/{key.name}"
    numbers = list(found.groups)
    arrivals = [
        Arrival(
            topology.subject_of(source),
            envelope(
                source=source,
                id=f"{import_id}:{number}",
                type=message_type,
                time=parts.clock(),
                data=found.groups[number].data,
            ),
            f"import:{import_id}:{number}",
        )
        for number in numbers
    ]
    outcomes = await parts.intake.take(arrivals) if arrivals else []
    for number, outcome in zip(numbers, outcomes, strict=True):
        # a row is taken when its ETGB is: what waits for its shipment waits inside Kervan, not in the file
        moved = outcome.shipments[0] if len(set(outcome.shipments)) == 1 else None
        for row in found.groups[number].rows:
            if outcome.state == "refused":
                results.append(RowResult(row, reason=outcome.code, detail=outcome.detail))
            else:
                results.append(RowResult(row, shipment=moved, detail=outcome.state))
    await account.add(import_id, results)
    await account.finish(import_id)
    return import_id


@router.get("/{import_id}")
async def one(
    parts: Parts,
    _: Reader,
    import_id: UUID,
    limit: paging.Limit = 200,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="the last row seen")] = 0,
) -> dict[str, Any]:
    """An import's counts, and its rows a page at a time."""
    return await _answer(parts, import_id, limit, after)


async def _answer(parts: Services, import_id: UUID, limit: int, after: int) -> dict[str, Any]:
    row = await parts.pool.fetchrow("SELECT * FROM import WHERE id = $1", import_id)
    if row is None:
        raise ProblemError(404, "import-unknown", f"There is no import {import_id}.")
    account = ImportAccounts(parts.pool)
    totals = await account.totals([import_id])
    lines = await account.lines(import_id, limit + 1, after)
    for line in lines:
        text = orders.REASONS.get(line["reason"])
        if text is not None:
            said = {"tr": text[0], "en": text[1]}
            line["message"] = {lang: words.format(detail=line["detail"]) for lang, words in said.items()}
    return {
        "id": str(import_id),
        "kind": row["kind"],
        "file_name": row["file_name"],
        "started_at": row["started_at"],
        "finished_at": row["finished_at"],
        "rows": totals["rows"],
        "taken": totals["taken"],
        "set_aside": totals["set_aside"],
        "reasons": totals["reasons"],
        "stages": totals["stages"],
        "items": lines[:limit],
        "next": lines[limit - 1]["row_no"] if len(lines) > limit else None,
    }
