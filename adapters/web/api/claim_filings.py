"""``/api/claims/{id}/filings``: what a claim was filed with, each time, as it was kept then."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import StreamingResponse

from adapters.dossiers.errors import NoFilingError
from adapters.dossiers.rows import RefundWay
from adapters.web import audited
from adapters.web.api import claim_dossier, claims
from adapters.web.problems import ProblemError
from adapters.web.services import Financier, Parts, Reader
from workflow.refund import listing_filings

router = APIRouter(prefix="/api/claims", tags=["claims"])

Version = Annotated[int, Path(ge=1, le=10_000, description="1 is the first filing, each after a rejection the next")]


@router.get("/{id}/filings")
async def listed(parts: Parts, _: Reader, id: UUID) -> dict[str, Any]:  # noqa: A002 - the contract's name
    """The filings of a claim, the first one first, with who told of each, its sums and what each came to.

    None of a filing that a release before this one recorded: what those filed was not kept.
    """
    await claims.outline_of(parts, id)
    return {"items": [listing_filings.filing(one) for one in await parts.claims.filings(id)], "next": None}


@router.get("/{id}/filings/{version}")
async def one(parts: Parts, _: Reader, id: UUID, version: Version) -> dict[str, Any]:  # noqa: A002 - the contract's name
    """One filing with each step of its calculation and each rate that it used."""
    lines = await parts.claims.as_filed(id, version)
    if lines is None or lines.filing is None:
        raise ProblemError.of(404, "filing-unknown", NoFilingError(id, version))
    return listing_filings.as_filed(lines, lines.filing)


@router.get("/{id}/filings/{version}/dossier.zip", response_class=StreamingResponse, responses=claim_dossier.ANSWER)
async def dossier(
    parts: Parts,
    request: Request,
    key: Financier,
    id: UUID,  # noqa: A002 - the contract's name
    version: Version,
    way: Annotated[
        RefundWay, Query(description="What the petition asks for: `cash` (nakden), `offset` (mahsuben), or both boxes open")
    ] = RefundWay.UNDECIDED,
) -> StreamingResponse:
    """The dossier as it was filed that time, also after the claim was filed anew."""
    answer = await claim_dossier.written(parts, id, way, version)
    await audited.note(parts, request, key, 200)
    return answer
