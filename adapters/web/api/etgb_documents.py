"""``/api/etgbs/{number}/document``: an ETGB's own PDF, also one that has no text and so cannot be imported as a list."""

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, File, Request, Response, UploadFile

from adapters.database import documents, etgbs
from adapters.documents import DocumentFolder
from adapters.imports import pdf
from adapters.imports.list_files import MAX_BYTES
from adapters.web import idempotency
from adapters.web.absent import absent
from adapters.web.api.documents import download
from adapters.web.idempotency import IdempotencyKey
from adapters.web.kept_etgbs import EtgbPapers
from adapters.web.problems import ProblemError
from adapters.web.services import Actor, Operator, Parts, Services
from events import topology
from events.facts_of import ref_of
from events.translate import Arrival, envelope
from workflow.etgb import EtgbState
from workflow.values import normalise_etgb_number

router = APIRouter(prefix="/api/etgbs", tags=["documents"])


@router.get(
    "/{number}/document",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "The ETGB"}},
)
async def kept(parts: Parts, key: Actor, number: str) -> Response:
    """The PDF of an ETGB, where one was imported or uploaded."""
    found = await papers(parts).kept(normalise_etgb_number(number)) if "\x00" not in number else None
    if found is None:
        said = ("Bu ETGB'nin PDF'i ne içe aktarılmış ne de yüklenmiş.", "No PDF of this ETGB was imported or uploaded.")
        raise ProblemError(404, "document-unknown", said)
    return await download(parts, key, *found)


@router.post("/{number}/document", status_code=201)
async def upload(
    parts: Parts,
    request: Request,
    key: Operator,
    number: str,
    file: Annotated[UploadFile, File(description="the ETGB as PDF, a scan too; at most 10 MB")],
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Keep the PDF of an ETGB that is known with its shipments' documents; its wait for a document is over.

    What stands in the PDF is not read. `POST /api/imports/etgb` reads a PDF with text and keeps it too.
    """
    content = await file.read(MAX_BYTES + 1)

    async def work() -> tuple[int, object]:
        if not pdf.is_pdf(content):
            said = (
                "Dosya PDF değil. Bir şey saklanmadı; ETGB'yi PDF olarak gönderin.",
                "The file is no PDF. Nothing was kept; send the ETGB as a PDF.",
            )
            raise ProblemError(422, "unreadable-file", said)
        etgb = await etgbs.shown(parts.pool, normalise_etgb_number(number)) if "\x00" not in number else None
        if etgb is None:
            raise absent("etgb-unknown")
        if etgb["state"] == EtgbState.CANCELLED:
            why = (
                f"{etgb['number']} numaralı ETGB iptal edilmiş; yerine geçenin PDF'ini yükleyin.",
                f"ETGB {etgb['number']} was cancelled; upload the PDF of the one that replaced it.",
            )
            raise ProblemError(409, "etgb-cancelled", why, why=why)
        url = await papers(parts).keep(etgb["number"], content, f"ops/{key.name}")
        if not url:
            why = (
                f"{etgb['number']} numaralı ETGB'deki gönderilerin hiçbiri henüz bilinmiyor; PDF'in saklanacağı bir yer yok.",
                f"None of the shipments on ETGB {etgb['number']} is known yet, so there is nothing to keep its PDF with.",
            )
            raise ProblemError(409, "shipment-unknown", why, why=why)
        await _tell(parts, key.name, etgb, url, content)
        return 201, await etgbs.shown(parts.pool, etgb["number"])

    return await idempotency.once(parts, request, key, idempotency_key, work, content=sha256(content).digest())


def papers(parts: Services) -> EtgbPapers:
    """Keeps and finds the papers of ETGBs."""
    return EtgbPapers(parts.pool, DocumentFolder(parts.settings.documents_dir), parts.clock)


async def _tell(parts: Services, owner: str, etgb: dict[str, Any], url: str, content: bytes) -> None:
    """Tell the engine where the document is: the ETGB again, with a line that it has already; the same file is told once."""
    number, source = etgb["number"], f"customs/{owner}"
    data = {
        "number": number,
        "registered_on": etgb["registered_on"].isoformat(),
        "registered_on_inferred": etgb["registered_on_inferred"],
        "courier": etgb["courier"] or "unknown",  # it is known by its number; a person may have named none
        "lines": [{"shipment": ref_of(await documents.line_of(parts.pool, number))}],
        "document_url": url,
    }
    message_id = f"{number}:document:{sha256(content).hexdigest()}"
    body = envelope(source=source, id=message_id, type="etgb.issued.v1", time=parts.clock(), data=data)
    await parts.intake.take([Arrival(topology.subject_of(source), body, f"document:{message_id}")])
