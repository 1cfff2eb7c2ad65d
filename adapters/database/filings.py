"""What claims were filed with, as documents with their sums: how they are written, and read again.

They are JSON whose form has a number, compressed: a later release reads the earlier forms. Each is held against its sum
whenever it is read.
"""

import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from adapters.database.claim_papers import ClaimPapers
from adapters.database.rates import Reading as Source
from workflow.errors import KervanError
from workflow.refund import as_filed
from workflow.refund.as_filed import Reading
from workflow.refund.readiness import Item
from workflow.refund.sheet import Figures, Filing, Lines

T = TypeVar("T")

FORM = 1
"""The form of the documents that this release writes."""

_FILINGS = """
SELECT version, petition_number, filed_on, exported_try, refundable_try, sha256, papers_sha256, override, figures, source,
    message_id, recorded_at
FROM claim_filing WHERE claim = $1 ORDER BY version
"""
_FIGURES = """
SELECT DISTINCT ON (claim) claim, figures FROM claim_filing WHERE claim = ANY($1::uuid[]) ORDER BY claim, version DESC
"""
_CALCULATION = "SELECT calculation, sha256 FROM claim_filing WHERE (claim, version) = ($1, $2)"
_PAPERS = "SELECT papers, papers_sha256 FROM claim_filing WHERE (claim, version) = ($1, $2)"


class FilingDamagedError(KervanError):
    """A document of a filing is not what its sum says."""

    def __init__(self, claim: UUID, version: int) -> None:
        """Name the filing."""
        super().__init__(
            f"What claim {claim} was filed with (version {version}) is not as it was kept: the database was changed by hand, "
            "or its disk is damaged. Restore it from a backup; until then nothing is shown of that filing."
        )


@dataclass(frozen=True, slots=True)
class FiledPapers:
    """All that a dossier is made of besides the calculation, as it was; ``deadline`` and ``tolerance`` are those of then."""

    deadline: date
    tolerance: Decimal
    checklist: tuple[Item, ...]
    papers: ClaimPapers


@dataclass(frozen=True, slots=True)
class Document(Generic[T]):
    """What is kept, with the number of its form."""

    form: int
    content: T


@cache
def _readings() -> TypeAdapter[Document[Reading]]:
    return TypeAdapter(Document[Reading])


@cache
def _papers() -> TypeAdapter[Document[FiledPapers]]:
    return TypeAdapter(Document[FiledPapers])


@cache
def _figures() -> TypeAdapter[Document[Figures]]:
    return TypeAdapter(Document[Figures])


def calculation(lines: Lines) -> bytes:
    """A claim's calculation as a document: the same calculation, the same bytes."""
    return _readings().dump_json(Document(FORM, as_filed.reading(lines)))


def papers_document(papers: FiledPapers) -> bytes:
    """The papers of a claim as a document."""
    return _papers().dump_json(Document(FORM, papers))


def figures_document(figures: Figures) -> bytes:
    """The figures alone, which lists of claims read."""
    return _figures().dump_json(Document(FORM, figures))


def read(document: bytes) -> Reading:
    """A calculation from its document."""
    return _readings().validate_json(document).content


def read_papers(document: bytes) -> FiledPapers:
    """Papers from their document."""
    return _papers().validate_json(document).content


def read_figures(document: bytes) -> Figures:
    """Figures from their document."""
    return _figures().validate_json(document).content


def summed(document: bytes) -> str:
    """The SHA-256 of a document."""
    return sha256(document).hexdigest()


async def of(source: Source, claim: UUID) -> list[Filing]:
    """The filings of a claim, the first one first; none of one that was filed by a release that kept none."""
    rows = await source.fetch(_FILINGS, claim)
    return [Filing(**dict(row) | {"figures": read_figures(row["figures"])}) for row in rows]


async def figures(source: Source, claims: Collection[UUID]) -> dict[UUID, Figures]:
    """What claims were filed with last, as far as that was kept."""
    rows = await source.fetch(_FIGURES, list(claims)) if claims else []
    return {UUID(int=row["claim"].int): read_figures(row["figures"]) for row in rows}


async def kept(source: Source, claim: UUID, version: int) -> bytes:
    """The calculation of a filing, as its document.

    Raises:
        FilingDamagedError: it is not what its sum says; so for its papers.
    """
    return await _checked(source, _CALCULATION, claim, version)


async def kept_papers(source: Source, claim: UUID, version: int) -> FiledPapers:
    """The papers of a filing."""
    return read_papers(await _checked(source, _PAPERS, claim, version))


async def _checked(source: Source, query: str, claim: UUID, version: int) -> bytes:
    row = await source.fetchrow(query, claim, version)
    try:
        document = b"" if row is None else zlib.decompress(row[0])
    except zlib.error:
        document = b""
    if row is None or summed(document) != row[1]:
        raise FilingDamagedError(claim, version)
    return document
