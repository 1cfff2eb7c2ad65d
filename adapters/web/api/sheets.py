"""``/api/shipments/{id}/invoice.pdf`` and ``/proforma.pdf``: a shipment's sheets, printed when they are asked for."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from adapters.invoicing.sheets.content import SheetKind
from adapters.invoicing.sheets.printing import NoInvoiceError, ShipmentChangedError, ShipmentUnknownError
from adapters.invoicing.sheets.signature import SignatureUnusableError
from adapters.press.language import Language
from adapters.web.files import disposition
from adapters.web.problems import ProblemError
from adapters.web.services import Actor, Parts
from workflow.documents import MEDIA_TYPES, DocumentKind

router = APIRouter(prefix="/api", tags=["documents"])

_PDF = MEDIA_TYPES[DocumentKind.INVOICE_PDF]
_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {_PDF: {}}, "description": "The sheet"}}
_Language = Annotated[Language, Query(description="`en`: English with Turkish beneath; `tr`: Turkish")]


@router.get("/shipments/{id}/invoice.pdf", response_class=Response, responses=_ANSWER)
async def invoice(
    parts: Parts,
    _: Actor,
    id: UUID,  # noqa: A002 - the contract's name
    language: _Language = Language.EN,
) -> Response:
    """The invoice that Kervan issued; a viewer, who does not see who the consignee is, gets none."""
    return await _printed(parts, id, SheetKind.INVOICE, language)


@router.get("/shipments/{id}/proforma.pdf", response_class=Response, responses=_ANSWER)
async def proforma(
    parts: Parts,
    _: Actor,
    id: UUID,  # noqa: A002 - the contract's name
    language: _Language = Language.EN,
) -> Response:
    """The proforma of what the shipment declares, before and after its invoice."""
    return await _printed(parts, id, SheetKind.PROFORMA, language)


async def _printed(parts: Parts, shipment: UUID, kind: SheetKind, language: Language) -> Response:
    try:
        sheet = await parts.printer.print(shipment, kind, language)
    except ShipmentUnknownError as error:
        raise ProblemError.of(404, "shipment-unknown", error) from None
    except (NoInvoiceError, ShipmentChangedError) as error:
        raise ProblemError.of(409, "not-printable", error) from None
    except SignatureUnusableError as error:
        raise ProblemError.of(500, "signature-unusable", error) from None
    return Response(sheet.pdf, media_type=_PDF, headers={"Content-Disposition": disposition(sheet.name)})
