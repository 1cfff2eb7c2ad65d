"""``/api/shipments/{id}/documents``: what is kept of a shipment, the documents themselves, and invoices made elsewhere."""

from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from adapters.database import aside, documents, etgbs, queries
from adapters.database.awaiting import PostgresAwaiting
from adapters.database.keys import Key
from adapters.database.rates import rate_for_invoice
from adapters.documents import EVIDENCE_BYTES, DocumentFolder
from adapters.invoicing import elsewhere
from adapters.invoicing.elsewhere import Examined
from adapters.invoicing.gib import GibFailedError, GibNotInstalledError, GibTooSlowError
from adapters.invoicing.sheets.printing import KEPT_AS
from adapters.invoicing.ubl import safety
from adapters.web import doors, files, idempotency, reach
from adapters.web.absent import absent
from adapters.web.api import evidence
from adapters.web.forbidden import forbidden
from adapters.web.idempotency import IdempotencyKey
from adapters.web.problems import ProblemError
from adapters.web.services import OPERATE, Actor, Parts, Reader, Services
from workflow.bulletins import RATE_ERRORS
from workflow.documents import LABELS, DocumentKind
from workflow.errors import KervanError
from workflow.invoice import Awaiting, Rate
from workflow.values import istanbul_day

router = APIRouter(prefix="/api", tags=["documents"])


@router.get("/shipments/{id}/documents")
async def listed(parts: Parts, _: Reader, id: UUID) -> dict[str, Any]:  # noqa: A002 - the contract's name
    """The documents of a shipment, oldest first, its ETGB's address where the courier gave one, and what can be printed."""
    shipment = await queries.shipment(parts.pool, id)
    if shipment is None:
        raise absent("shipment-unknown", id)
    items = await documents.of_shipment(parts.pool, id)
    if shipment["etgb"] is not None:
        etgb = await etgbs.shown(parts.pool, shipment["etgb"]["number"])
        if etgb is not None and etgb["document_url"]:
            items.append({"kind": "etgb", "number": etgb["number"], "url": etgb["document_url"]})
    printable = [
        {
            "kind": KEPT_AS[kind].value,
            "label": dict(zip(("tr", "en"), LABELS[KEPT_AS[kind]], strict=True)),
            "url": f"/api/shipments/{id}/{kind.value}.pdf",
        }
        for kind in await parts.printer.printable(id)
    ]
    return {"items": items, "printable": printable, "next": None}


@router.get(
    "/shipments/{id}/documents/{document}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The document"}},
)
async def download(parts: Parts, _: Actor, id: UUID, document: UUID) -> Response:  # noqa: A002 - the contract's name
    """One document, to be saved and not shown; a viewer, who does not see who the consignee is, gets none."""
    return await files.sent(
        parts, await documents.one(parts.pool, id, document), (f"{id} gönderisinin", f"Shipment {id}"), document
    )


@router.post("/shipments/{id}/documents", status_code=201)
async def upload(
    parts: Parts,
    request: Request,
    key: Actor,
    id: UUID,  # noqa: A002 - the contract's name
    file: Annotated[UploadFile, File(description="an invoice's UBL-TR XML, at most 5 MB; or evidence of VEDOP, at most 10 MB")],
    kind: Annotated[Literal["invoice", "vedop_evidence"], Form()] = "invoice",
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Give a validated shipment the invoice that the seller's own software made, or keep evidence of its ETGB.

    `vedop_evidence`: a PDF, PNG, JPEG, XLSX or CSV that shows the shipment's ETGB in VEDOP. It is kept with the ETGB, and
    confirms nothing by itself: `evidence` of the answer is what `transfer_to_vedop` takes. An invoice is for operations alone:

    The document's profile decides what it is. It is judged by itself (`INV001`…), against the shipment line by line, and by
    GİB's own rules. With a finding that blocks, the answer is 422 with all `findings`, and nothing is kept. Otherwise the
    shipment becomes `invoiced` and the document is kept; findings that only warn stand in the answer, and
    their codes in an attention item. A paper invoice has no
    XML: enter its fields with `POST /api/shipments/{id}/actions/invoice`, profile `PAPER`.
    """
    if kind == "vedop_evidence":
        return await _evidence(parts, request, key, id, file, idempotency_key)
    if key.role not in OPERATE:
        raise forbidden(key.role, OPERATE)
    xml = await file.read(safety.MAX_BYTES + 1)
    content = sha256(xml).digest()
    message_id = await idempotency.message_id(request, key, idempotency_key, content=content)

    async def work() -> tuple[int, object]:
        shipment = await PostgresAwaiting(parts.pool).awaiting(id)
        if shipment is None:
            raise absent("shipment-unknown", id)
        found = await _examined(parts, xml, shipment)
        if not found.accepted:
            said = (
                "Fatura alınmadı, bir şey saklanmadı: bir bulgu durduruyor. Ne yapılacağı `findings` içinde.",
                "The invoice was not taken and nothing was kept: a finding blocks it. See findings for what to do.",
            )
            raise ProblemError(422, "invoice-refused", said, findings=found.told())
        sha = await DocumentFolder(parts.settings.documents_dir).keep(xml)
        await _invoiced(parts, request, key, shipment, found, message_id)
        kept = await _entered(parts, key, id, found, sha, len(xml))
        return 201, {"document": kept, "findings": found.told(), "shipment": await queries.shipment(parts.pool, id)}

    return await idempotency.once(parts, request, key, idempotency_key, work, content=content)


async def _evidence(
    parts: Services, request: Request, key: Key, shipment: UUID, file: UploadFile, idempotency_key: str
) -> Response:
    content = await file.read(EVIDENCE_BYTES + 1)

    async def work() -> tuple[int, object]:
        found = await queries.shipment(parts.pool, shipment)
        if found is None:
            raise absent("shipment-unknown", shipment)
        if found["etgb"] is None:
            why = (
                "Gönderi bir ETGB'de değil; VEDOP'ta görülecek bir şey yok. Bir şey saklanmadı.",
                "The shipment stands on no ETGB, so there is nothing that could be seen in VEDOP. Nothing was kept.",
            )
            raise ProblemError(409, "not-now", why, why=why, stage=found["stage"])
        await reach.all_of_etgb(parts.pool, found["etgb"]["number"])
        return 201, await evidence.keep(parts, key, found["etgb"]["number"], file.filename or "", content)

    fingerprint = b"vedop_evidence\n" + sha256(content).digest()
    return await idempotency.once(parts, request, key, idempotency_key, work, content=fingerprint)


async def _examined(parts: Services, xml: bytes, shipment: Awaiting) -> Examined:
    if parts.gib is None and parts.settings.gib_check == "required":
        raise ProblemError.of(503, "gib-not-installed", GibNotInstalledError())

    async def rate_of(currency: str, day: date) -> Rate | None:
        try:
            return await rate_for_invoice(parts.pool, currency, day)
        except RATE_ERRORS:
            return None  # then nothing is compared: an invoice is not refused for a bulletin that we lack

    try:
        return await elsewhere.examine(xml, istanbul_day(parts.clock()), parts.law, shipment.draft, parts.gib, rate_of)
    except (GibTooSlowError, GibFailedError) as error:
        raise ProblemError.of(503, "gib-check-failed", error, {"Retry-After": "30"}) from error
    except KervanError as error:
        raise ProblemError.of(422, "unreadable-file", error) from error


async def _invoiced(parts: Services, request: Request, key: Key, shipment: Awaiting, found: Examined, message_id: str) -> None:
    """Tell the engine of the invoice, unless it is the one that the shipment has already and only its document was missing."""
    if shipment.invoice_number == found.said.number:
        return
    data: dict[str, Any] = elsewhere.particulars(found.said) | {
        "shipment": {"id": str(shipment.shipment)},
        "shipment_sequence": shipment.sequence,  # what the document was compared with
        "warnings": found.warnings,
    }
    outcome = await doors.say(parts, request, key, family="ops", kind="shipment.invoice.v1", data=data, message_id=message_id)
    if outcome.code == "duplicate":  # sent before with this Idempotency-Key, and its answer was lost
        outcome = await aside.told_before(parts.pool, outcome)
    if outcome.state != "applied":
        raise ProblemError.refused(outcome.code or "not_now", outcome.detail, stage=shipment.stage)


async def _entered(parts: Services, key: Key, shipment: UUID, found: Examined, sha: str, size: int) -> dict[str, Any]:
    kind = DocumentKind.INVOICE_SIGNED_XML if found.sealed else DocumentKind.INVOICE_XML
    await documents.enter(
        parts.pool,
        shipment,
        kind,
        name=f"{found.said.number}.xml",
        media_type="application/xml",
        sha256=sha,
        size=size,
        source=f"ops/{key.name}",
        now=parts.clock(),
    )
    kept = await documents.of_shipment(parts.pool, shipment)
    return next(one for one in kept if one["sha256"] == sha and one["kind"] == kind)
