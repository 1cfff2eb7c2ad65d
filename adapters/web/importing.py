"""How a file is imported, whichever door it comes through: the API and the console call this."""

import asyncio
import csv
import io
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from adapters.database.accounts import ImportAccounts
from adapters.database.keys import Key
from adapters.database.mappings import ColumnMappings
from adapters.database.matches import EtgbMatches
from adapters.documents import DocumentFolder
from adapters.imports import checkpoint_import, companions, importer, list_files, lists, purchase_import, purchases
from adapters.web import reach
from adapters.web.kept_etgbs import EtgbPapers
from adapters.web.problems import ProblemError
from adapters.web.services import SOURCES, Services
from events.contracts.orders import Seller
from workflow.errors import BatchConflictError, KervanError, StoreUnavailableError

FAMILY: dict[str, tuple[str, str]] = {
    "orders": ("orders", "shipment.drafted.v1"),
    **lists.SPEAKS_FOR,
    checkpoint_import.KIND: ("courier", "courier.checkpoint.v1"),
    purchase_import.KIND: (purchase_import.FAMILY, purchase_import.MESSAGE),
}
"""For each kind of file, which family it speaks for, and in which message."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file, and what is said beside it; ``seller`` is JSON for orders, else a tax number."""

    kind: str
    name: str
    content: bytes
    catalogue: bytes = b""
    seller: str = ""
    courier: str = ""
    planned_on: str = ""
    currency: str = "GBP"
    packaging: str = "0"
    mapping: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    bought: str = "direct"
    period: str = ""


def may(role: str, kind: str, bound: tuple[str, ...] = ()) -> bool:
    """Whether a role may import a kind of file; bound to sellers, only what is of one seller."""
    return FAMILY[kind][0] in SOURCES[role] and (not bound or kind in reach.IMPORTED)


def file_name(given: str) -> str:
    """A file's name without folders and without characters that a file system may not like."""
    return re.sub(r"[^\w.() -]", "_", given.replace("\\", "/").rpartition("/")[2])[:80].strip(". ") or "file"


async def run(parts: Services, key: Key, given: Given, account: ImportAccounts | None = None) -> UUID:
    """Import a file in somebody's name; gives its account. The same file again goes on where it ended, or changes nothing.

    Raises:
        ProblemError: 422, the file or what is said beside it cannot be read; 403, it is of a seller who is not the caller's.
        StoreUnavailableError, BatchConflictError: give the same file again.
    """
    try:
        return await _IMPORTS[given.kind](parts, key, given, account or ImportAccounts(parts.pool, parts.clock))
    except (StoreUnavailableError, BatchConflictError):
        raise
    except KervanError as error:
        raise ProblemError.of(422, "unreadable-file", error) from error


async def _orders(parts: Services, key: Key, given: Given, account: ImportAccounts) -> UUID:
    try:
        owner = Seller.model_validate_json(given.seller)
    except ValidationError as error:
        errors = [{"field": ".".join(("seller", *map(str, item["loc"]))), "message": item["msg"]} for item in error.errors()]
        said = (
            "seller, tax_number ve name ile JSON olarak satıcı olmalı; neyin yanlış olduğu `errors` içinde.",
            "seller must be the seller as JSON, with tax_number and name; see errors.",
        )
        raise ProblemError(422, "wrong-data", said, errors=errors) from None
    reach.names(key.sellers, owner.tax_number)
    options = importer.Options(
        channel="upload",
        currency=given.currency,
        courier=given.courier,
        planned_on=given.planned_on,
        packaging=given.packaging,
    )
    with tempfile.TemporaryDirectory() as folder:
        orders_file, catalogue_file = Path(folder) / given.name, Path(folder) / "catalogue" / "catalogue.csv"
        await asyncio.to_thread(orders_file.write_bytes, await asyncio.to_thread(as_csv, given.content))
        known: dict[str, dict[str, str]] = {}
        if given.catalogue:
            catalogue_file.parent.mkdir()
            catalogue_file.write_bytes(given.catalogue)
            known = companions.read_catalogue(catalogue_file)
        one = importer.OrderImport(
            parts.intake, account, catalogue=known, seller=owner.model_dump(exclude_defaults=True), options=options
        )
        return (await one.run([orders_file])).import_ids[0]


def as_csv(content: bytes) -> bytes:
    """A workbook's first sheet as CSV; CSV as it is."""
    if content[:2] != b"PK":
        return content
    text = io.StringIO()
    csv.writer(text).writerows(list_files.cells(content))
    return text.getvalue().encode()


async def _list(parts: Services, key: Key, given: Given, account: ImportAccounts) -> UUID:
    one = lists.ListImport(
        parts.intake,
        account,
        parts.clock,
        EtgbMatches(parts.pool),
        ColumnMappings(parts.pool),
        EtgbPapers(parts.pool, DocumentFolder(parts.settings.documents_dir), parts.clock),
        kind=given.kind,
        owner=key.name,
    )
    import_id, _ = await one.run(
        given.name, given.content, seller=given.seller.strip(), courier=given.courier, mapping=given.mapping
    )
    return import_id


async def _purchases(parts: Services, key: Key, given: Given, account: ImportAccounts) -> UUID:
    reach.names(key.sellers, given.seller)
    one = purchase_import.PurchaseImport(parts.intake, account, parts.clock, ColumnMappings(parts.pool), owner=key.name)
    beside = purchases.Beside(given.seller.strip(), given.bought, given.period.strip())
    import_id, _ = await one.run(given.name, given.content, beside, given.mapping)
    return import_id


async def _checkpoints(parts: Services, key: Key, given: Given, account: ImportAccounts) -> UUID:
    if not given.courier:
        said = (
            "courier eksik: bu hareketlerin hangi kuryenin olduğunu yazın.",
            "courier is missing: name the courier whose scans these are.",
        )
        raise ProblemError(422, "wrong-data", said)
    one = checkpoint_import.CheckpointImport(parts.intake, account, parts.clock, ColumnMappings(parts.pool), owner=key.name)
    import_id, _ = await one.run(
        given.name,
        given.content,
        courier=given.courier,
        seller=given.seller.strip(),
        mapping=given.mapping,
        statuses=given.statuses,
    )
    return import_id


_IMPORTS = {
    "orders": _orders,
    **dict.fromkeys(lists.SPEAKS_FOR, _list),
    checkpoint_import.KIND: _checkpoints,
    purchase_import.KIND: _purchases,
}
