"""``GET /api/claims/{id}/dossier.zip``: everything that a claim is filed with, in one archive."""

from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from adapters.dossiers.errors import NoClaimError, NoFilingError
from adapters.dossiers.rows import RefundWay
from adapters.web import audited
from adapters.web.files import disposition
from adapters.web.problems import ProblemError
from adapters.web.services import Financier, Parts, Services
from workflow.errors import KervanError

router = APIRouter(prefix="/api", tags=["claims"])

_ZIP = "application/zip"
ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {_ZIP: {}}, "description": "The dossier"}}
"""What a route answers that gives a dossier."""
_CHUNK = 256 * 1024


@router.get("/claims/{id}/dossier.zip", response_class=StreamingResponse, responses=ANSWER)
async def dossier(
    parts: Parts,
    request: Request,
    key: Financier,
    id: UUID,  # noqa: A002 - the contract's name
    way: Annotated[
        RefundWay, Query(description="What the petition asks for: `cash` (nakden), `offset` (mahsuben), or both boxes open")
    ] = RefundWay.UNDECIDED,
) -> StreamingResponse:
    """The lists in the tax office's manner, petition, invoices, ETGBs, report and manifest of a claim.

    It is written whole before the answer begins, so that what goes wrong is an error and not half an archive. What it lacks
    stands in its manifest and its report. Since it holds buyers' names, who took it stands in the audit log.
    """
    answer = await written(parts, id, way)
    await audited.note(parts, request, key, 200)
    return answer


async def written(parts: Services, claim: UUID, way: RefundWay, version: int | None = None) -> StreamingResponse:
    """A claim's dossier as an answer: what it stands with, or as it was filed that time.

    Raises:
        ProblemError: 404, there is no such claim or filing; 409, its dossier cannot be made.
    """
    try:
        file, name = await parts.dossiers.opened(claim, way, version)
    except NoClaimError as error:
        raise ProblemError.of(404, "claim-unknown", error) from None
    except NoFilingError as error:
        raise ProblemError.of(404, "filing-unknown", error) from None
    except KervanError as error:
        raise ProblemError.of(409, "no-dossier", error) from error
    headers = {"Content-Disposition": disposition(name), "Content-Length": str(_size(file))}
    return StreamingResponse(_sent(file), media_type=_ZIP, headers=headers)


def _size(file: BinaryIO) -> int:
    """How long a file is; it is at its beginning again afterwards."""
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _sent(file: BinaryIO) -> Iterator[bytes]:
    """A file a piece at a time; it is closed, and gone, whether all was taken or not."""
    with file:
        while piece := file.read(_CHUNK):
            yield piece
