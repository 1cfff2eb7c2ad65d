"""``/api/etgbs/{number}/documents``: files that show that an ETGB was seen in VEDOP."""

from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from adapters.database import documents, etgbs
from adapters.database.keys import Key
from adapters.documents import (
    EVIDENCE_BYTES,
    DocumentFolder,
    DocumentTooLargeError,
    EmptyFileError,
    UnknownFormError,
)
from adapters.web import files, idempotency
from adapters.web.absent import absent
from adapters.web.idempotency import IdempotencyKey
from adapters.web.kept_etgbs import EtgbPapers
from adapters.web.problems import ProblemError
from adapters.web.services import Actor, Parts, Reader, Services
from workflow import evidence
from workflow.documents import DocumentKind
from workflow.values import is_etgb_number, normalise_etgb_number

router = APIRouter(prefix="/api/etgbs", tags=["documents"])

_FORMS = "PDF, PNG, JPEG, XLSX or CSV by its content, at most 10 MB"


@router.get("/{number}/documents")
async def listed(parts: Parts, _: Reader, number: str) -> dict[str, Any]:
    """The documents of an ETGB itself, oldest first; its shipments' lists have them too."""
    known = await _known(parts, number)
    return {"items": await documents.of_etgb(parts.pool, known), "next": None}


@router.get(
    "/{number}/documents/{document}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The document"}},
)
async def download(parts: Parts, _: Actor, number: str, document: UUID) -> Response:
    """One document, to be saved and not shown."""
    known = await _known(parts, number)
    return await files.sent(
        parts,
        await documents.one_of_etgb(parts.pool, known, document),
        (f"{known} numaralı ETGB'nin", f"ETGB {known}"),
        document,
    )


@router.post("/{number}/documents", status_code=201)
async def upload(
    parts: Parts,
    request: Request,
    key: Actor,
    number: str,
    file: Annotated[UploadFile, File(description=_FORMS)],
    kind: Annotated[Literal["vedop_evidence"], Form()] = "vedop_evidence",  # noqa: ARG001 - so that a form may say it
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Keep a file that shows the ETGB in VEDOP; `evidence` of the answer is what `transfer_to_vedop` takes.

    Keeping it confirms nothing: that is done with `POST /api/shipments/{id}/actions/transfer_to_vedop`.
    """
    content = await file.read(EVIDENCE_BYTES + 1)

    async def work() -> tuple[int, object]:
        return 201, await keep(parts, key, await _known(parts, number), file.filename or "", content)

    return await idempotency.once(parts, request, key, idempotency_key, work, content=sha256(content).digest())


async def keep(parts: Services, key: Key, number: str, name: str, content: bytes) -> dict[str, Any]:
    """Keep a file as evidence of an ETGB, and say how it is named.

    Raises:
        ProblemError: 413 or 422, it is none that is taken; nothing was kept.
    """
    papers = EtgbPapers(parts.pool, DocumentFolder(parts.settings.documents_dir), parts.clock)
    try:
        digest = await papers.keep_evidence([number], name, content, f"ops/{key.name}")
    except DocumentTooLargeError as error:
        raise ProblemError.of(413, "too-large", error) from error
    except (EmptyFileError, UnknownFormError) as error:
        raise ProblemError.of(422, "unreadable-file", error) from error
    kept = await documents.of_etgb(parts.pool, number)
    document = next(one for one in kept if one["sha256"] == digest and one["kind"] == DocumentKind.VEDOP_EVIDENCE)
    return {"document": document, "evidence": {"kind": evidence.FILE, "reference": digest}}


async def _known(parts: Services, number: str) -> str:
    """An ETGB's number as it is kept.

    Raises:
        ProblemError: 404, there is no such ETGB here.
    """
    known = normalise_etgb_number(number)
    if not is_etgb_number(known) or await etgbs.shown(parts.pool, known) is None:
        raise absent("etgb-unknown")
    return known
