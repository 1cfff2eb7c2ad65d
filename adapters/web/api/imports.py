"""``/api/imports``: orders, ETGB lists, VEDOP lists, couriers' scans and purchase invoices as files."""

import asyncio
import csv
import io
import re
import tempfile
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from pydantic import TypeAdapter, ValidationError

from adapters.database.accounts import ImportAccounts
from adapters.database.keys import Key
from adapters.database.mappings import ColumnMappings
from adapters.database.matches import EtgbMatches
from adapters.documents import DocumentFolder
from adapters.imports import checkpoint_import, companions, importer, list_files, lists, purchase_import, purchases, reasons
from adapters.web import idempotency, paging
from adapters.web.idempotency import IdempotencyKey
from adapters.web.kept_etgbs import EtgbPapers
from adapters.web.problems import ProblemError
from adapters.web.services import SOURCES, Actor, Parts, Reader, Services
from events.contracts.orders import Seller
from workflow.errors import BatchConflictError, KervanError, StoreUnavailableError

router = APIRouter(prefix="/api/imports", tags=["imports"])

_MAPPING = TypeAdapter(dict[str, str])
Kind = Literal["orders", "etgb", "vedop", "checkpoints", "purchases"]
FAMILY: dict[str, tuple[str, str]] = {
    "orders": ("orders", "shipment.drafted.v1"),
    **lists.SPEAKS_FOR,
    checkpoint_import.KIND: ("courier", "courier.checkpoint.v1"),
    purchase_import.KIND: (purchase_import.FAMILY, purchase_import.MESSAGE),
}
"""Which family a file speaks for, and in which message."""


@router.post("/{kind}", status_code=202)
async def start(
    parts: Parts,
    request: Request,
    key: Actor,
    kind: Kind,
    file: Annotated[UploadFile, File(description="CSV or XLSX, of ETGBs and VEDOP also PDF; at most 10 MB")],
    catalogue: Annotated[UploadFile | None, File(description="orders: catalogue as CSV")] = None,
    seller: Annotated[str, Form(max_length=4000, description="orders: the seller as JSON; lists: the tax number")] = "",
    courier: Annotated[str, Form(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")] = "",
    planned_on: Annotated[date | None, Form(description="orders: the day whose rules judge; default: each order's")] = None,
    currency: Annotated[str, Form(pattern=r"^[A-Z]{3}$")] = "GBP",
    packaging: Annotated[
        str,
        Form(
            pattern=r"^(0(\.[0-9]{1,4})?|1)$", description="orders: what packing adds to the weight, as a share of the goods'"
        ),
    ] = "0",
    mapping: Annotated[
        str,
        Form(max_length=4000, description="lists: what headings mean, as JSON; remembered for the courier's next list"),
    ] = "",
    statuses: Annotated[
        str,
        Form(max_length=4000, description="checkpoints: what the courier's status words mean, as JSON; remembered too"),
    ] = "",
    bought: Annotated[
        Literal["direct", "general", "depreciation"],
        Form(description="purchases: what rows are that do not say so"),
    ] = "direct",
    period: Annotated[str, Form(max_length=7, description="purchases: VAT period; default: each row's, or its date's")] = "",
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Import a file; the answer has the counts, and `GET /api/imports/{id}` one result per row."""
    if FAMILY[kind][0] not in SOURCES[key.role]:
        raise ProblemError(403, "not-allowed", f"Role {key.role} may not import {kind}.")
    content = await file.read()
    known = await catalogue.read() if catalogue is not None else b""
    name = _name(file.filename or kind)

    async def work() -> tuple[int, object]:
        try:
            if kind == "orders":
                day = planned_on.isoformat() if planned_on is not None else ""
                options = importer.Options(
                    channel="upload", currency=currency, courier=courier, planned_on=day, packaging=packaging
                )
                import_id = await _orders(parts, name, content, known, seller, options)
            elif kind == checkpoint_import.KIND:
                beside = (_named(mapping, "mapping", "Beyan No", "number"), _named(statuses, "statuses", "Yolda", "in_transit"))
                import_id = await _checkpoints(parts, key, name, content, seller.strip(), courier, *beside)
            elif kind == purchase_import.KIND:
                beside_ = purchases.Beside(seller.strip(), bought, period.strip())
                import_id = await _purchases(parts, key, name, content, beside_, _named(mapping, "mapping", "Evrak", "number"))
            else:
                import_id = await _list(
                    parts, key, kind, name, content, seller.strip(), courier, _named(mapping, "mapping", "Beyan No", "number")
                )
        except (StoreUnavailableError, BatchConflictError):
            raise
        except KervanError as error:
            raise ProblemError(422, "unreadable-file", str(error)) from error
        return 202, await _answer(parts, import_id, 200, 0)

    form = "\n".join((seller, courier, str(planned_on), currency, packaging, mapping, statuses, bought, period)).encode()
    same = b"\n".join((sha256(content).digest(), sha256(known).digest(), form))
    return await idempotency.once(parts, request, key, idempotency_key, work, content=same)


def _name(given: str) -> str:
    """A file's name without folders and without characters that a file system may not like."""
    return re.sub(r"[^\w.() -]", "_", given.replace("\\", "/").rpartition("/")[2])[:80].strip(". ") or "file"


async def _orders(parts: Services, name: str, content: bytes, catalogue: bytes, seller: str, options: importer.Options) -> UUID:
    try:
        owner = Seller.model_validate_json(seller)
    except ValidationError as error:
        errors = [{"field": ".".join(("seller", *map(str, item["loc"]))), "message": item["msg"]} for item in error.errors()]
        detail = "seller must be the seller as JSON, with tax_number and name; see errors."
        raise ProblemError(422, "wrong-data", detail, errors=errors) from None
    with tempfile.TemporaryDirectory() as folder:
        orders_file, catalogue_file = Path(folder) / name, Path(folder) / "catalogue" / "catalogue.csv"
        await asyncio.to_thread(orders_file.write_bytes, await asyncio.to_thread(_as_csv, content))
        known: dict[str, dict[str, str]] = {}
        if catalogue:
            catalogue_file.parent.mkdir()
            catalogue_file.write_bytes(catalogue)
            known = companions.read_catalogue(catalogue_file)
        run = importer.OrderImport(
            parts.intake,
            ImportAccounts(parts.pool),
            catalogue=known,
            seller=owner.model_dump(exclude_defaults=True),
            options=options,
        )
        return (await run.run([orders_file])).import_ids[0]


def _as_csv(content: bytes) -> bytes:
    """A workbook's first sheet as CSV; CSV as it is."""
    if content[:2] != b"PK":
        return content
    text = io.StringIO()
    csv.writer(text).writerows(list_files.cells(content))
    return text.getvalue().encode()


async def _list(
    parts: Services, key: Key, kind: str, name: str, content: bytes, seller: str, courier: str, mapping: dict[str, str]
) -> UUID:
    one = lists.ListImport(
        parts.intake,
        ImportAccounts(parts.pool),
        parts.clock,
        EtgbMatches(parts.pool),
        ColumnMappings(parts.pool),
        EtgbPapers(parts.pool, DocumentFolder(parts.settings.documents_dir), parts.clock),
        kind=kind,
        owner=key.name,
    )
    import_id, _ = await one.run(name, content, seller=seller, courier=courier, mapping=mapping)
    return import_id


async def _purchases(
    parts: Services, key: Key, name: str, content: bytes, beside: purchases.Beside, mapping: dict[str, str]
) -> UUID:
    account, mappings = ImportAccounts(parts.pool), ColumnMappings(parts.pool)
    one = purchase_import.PurchaseImport(parts.intake, account, parts.clock, mappings, owner=key.name)
    import_id, _ = await one.run(name, content, beside, mapping)
    return import_id


async def _checkpoints(
    parts: Services,
    key: Key,
    name: str,
    content: bytes,
    seller: str,
    courier: str,
    mapping: dict[str, str],
    statuses: dict[str, str],
) -> UUID:
    if not courier:
        raise ProblemError(422, "wrong-data", "courier is missing: name the courier whose scans these are.")
    account, mappings = ImportAccounts(parts.pool), ColumnMappings(parts.pool)
    one = checkpoint_import.CheckpointImport(parts.intake, account, parts.clock, mappings, owner=key.name)
    import_id, _ = await one.run(name, content, courier=courier, seller=seller, mapping=mapping, statuses=statuses)
    return import_id


def _named(form: str, field: str, said: str, meaning: str) -> dict[str, str]:
    """A field of a form that says what words mean, as JSON."""
    try:
        return _MAPPING.validate_json(form) if form else {}
    except ValidationError:
        detail = f'{field} must be JSON that maps words to what they mean, as {{"{said}": "{meaning}"}}.'
        raise ProblemError(422, "wrong-data", detail) from None


@router.get("/{import_id}")
async def one(parts: Parts, _: Reader, import_id: UUID, limit: paging.Limit = 50, cursor: paging.Cursor = "") -> dict[str, Any]:
    """An import's counts, and its rows a page at a time."""
    return await _answer(parts, import_id, limit, paging.read_row(cursor))


async def _answer(parts: Services, import_id: UUID, limit: int, after: int) -> dict[str, Any]:
    account = ImportAccounts(parts.pool)
    found = await account.one(import_id)
    if found is None:
        raise ProblemError(404, "import-unknown", f"There is no import {import_id}.")
    totals = await account.totals([import_id])
    lines = await account.lines(import_id, limit + 1, after)
    for line in lines:
        line["message"] = reasons.said(line["reason"], line["detail"])
    return {
        **found,
        "id": str(import_id),
        "rows": totals["rows"],
        "taken": totals["taken"],
        "set_aside": totals["set_aside"],
        "reasons": totals["reasons"],
        "warnings": [{**one, "message": reasons.warned(one)} for one in totals["warnings"]],
        "stages": totals["stages"],
        **paging.page_of_rows(lines, limit, "row_no"),
    }
