"""``/api/shipments/{id}/documents``: what is kept of a shipment, and the documents themselves."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Response

from adapters.database import documents, queries
from adapters.documents import DocumentDamagedError, DocumentFolder, DocumentMissingError
from adapters.web.problems import ProblemError
from adapters.web.services import Actor, Parts, Reader

router = APIRouter(prefix="/api", tags=["documents"])

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_. ")


@router.get("/shipments/{id}/documents")
async def listed(parts: Parts, _: Reader, id: UUID) -> dict[str, Any]:  # noqa: A002 - the contract's name
    """The documents of a shipment, oldest first, and the address of its ETGB where the courier gave one."""
    shipment = await queries.shipment(parts.pool, id)
    if shipment is None:
        raise ProblemError(404, "shipment-unknown", f"There is no shipment {id}.")
    items = await documents.of_shipment(parts.pool, id)
    if shipment["etgb"] is not None:
        etgb = await queries.etgb(parts.pool, shipment["etgb"]["number"])
        if etgb is not None and etgb["document_url"]:
            items.append({"kind": "etgb", "number": etgb["number"], "url": etgb["document_url"]})
    return {"items": items, "next": None}


@router.get(
    "/shipments/{id}/documents/{document}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The document"}},
)
async def download(parts: Parts, _: Actor, id: UUID, document: UUID) -> Response:  # noqa: A002 - the contract's name
    """One document, to be saved and not shown; a viewer, who does not see who the consignee is, gets none."""
    found = await documents.one(parts.pool, id, document)
    if found is None:
        raise ProblemError(404, "document-unknown", f"Shipment {id} has no document {document}.")
    try:
        content = await DocumentFolder(parts.settings.documents_dir).read(found["sha256"])
    except (DocumentMissingError, DocumentDamagedError) as error:
        raise ProblemError(500, "document-lost", str(error)) from error
    headers = {"Content-Disposition": disposition(found["name"]), "ETag": f'"{found["sha256"]}"'}
    return Response(content, media_type=found["media_type"], headers=headers)


def disposition(name: str) -> str:
    """``Content-Disposition`` for a file name of any characters (RFC 6266): none of them can end the header or its quotes."""
    plain = "".join(c if c in _PLAIN else "_" for c in name).lstrip(".")[:150] or "document"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name[:150], safe='')}"
