"""Keeps what a claim is filed with: it is calculated while the filing is saved, in its transaction.

Whoever files holds the seller's books (:mod:`adapters.database.load`), so what is read here is of one moment, and is what
stands when the transaction commits: what is filed is what was calculated, and only the purchases in it go with the claim.
"""

import zlib
from collections.abc import Collection
from datetime import datetime

import asyncpg

from adapters.database import claim_papers, filings
from adapters.database.claim_statements import LEAVE_PIECES, LEAVE_PURCHASES, TAKE_PURCHASES
from adapters.database.claims import ClaimBooks
from workflow import facts
from workflow.errors import KervanError, NotAsSeenError, PartFailedError
from workflow.refund import ClaimStatus, as_filed, terms
from workflow.refund.sheet import Lines
from workflow.values import istanbul_day
from workflow.world import Changes, Filing

Connection = asyncpg.pool.PoolConnectionProxy

_BEGIN = """
INSERT INTO claim (id, seller, period, supplement, status) SELECT *, 'open' FROM unnest($1::uuid[], $2::text[], $3::text[],
    $4::int[]) ON CONFLICT (seller, period, supplement) DO NOTHING
"""
"""Claims as they stand just before they are filed: those that open with what is saved now begin here."""

_KEEP = """
INSERT INTO claim_filing (claim, version, petition_number, filed_on, exported_try, refundable_try, override, figures,
    calculation, sha256, papers, papers_sha256, source, message_id, recorded_at, seller)
SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
FROM claim_filing WHERE claim = $1
"""


async def leave(connection: "Connection[asyncpg.Record]", changes: Changes) -> None:
    """Let go of the purchases of claims that are rejected, which may be corrected, and of what came back meanwhile."""
    rejected = [claim.id for claim, _, told in changes.claim_moves if told["status"] is ClaimStatus.REJECTED]
    if rejected:
        await connection.execute(LEAVE_PURCHASES, rejected)
        await connection.execute(LEAVE_PIECES, rejected)


async def keep(
    connection: "Connection[asyncpg.Record]", changes: Changes, own: Collection[tuple[str, str]], now: datetime
) -> None:
    """Calculate and keep what is filed; the figures that nobody told become those calculated, but for a refund of nought.

    A batch stops short at a filing (:mod:`workflow.decide`): it is the only one that is saved at once, and the last thing told.
    ``own`` are the messages of the batch: what is wrong with another, that only waited for them, is held against that one.

    Raises:
        NotAsSeenError: the calculation comes out otherwise than whoever files has seen.
        KervanError: it cannot be calculated.
        PartFailedError: one of both, of a filing that waited.
    """
    claims = sorted({one.claim.id: one.claim for one in changes.filings}.items())
    if claims:
        columns = [[getattr(claim, name) for _, claim in claims] for name in ("id", "seller", "period", "supplement")]
        await connection.execute(_BEGIN, *columns)
    for filing in changes.filings:
        try:
            await _keep(connection, filing, now)
        except KervanError as error:
            message = filing.part.message
            if message.identity in own:
                raise
            raise PartFailedError((*message.identity, filing.part.number)) from error


async def _keep(connection: "Connection[asyncpg.Record]", filing: Filing, now: datetime) -> None:
    claim, fact, message = filing.claim, filing.part.fact, filing.part.message
    if not isinstance(fact, facts.ClaimFiled):
        raise TypeError(type(fact))
    books = ClaimBooks(connection, filing.law, filing.rate_policy, filing.tolerance)
    lines = await books.lines(claim.id, istanbul_day(now))
    if lines is None:
        raise LookupError(claim.id)
    calculation = filings.calculation(lines)
    sha256 = filings.summed(calculation)
    if filing.seen and filing.seen != sha256:
        raise NotAsSeenError("claim_changed", _changed(lines))
    found = await claim_papers.of_claim(connection, claim.id)
    deadline = terms.deadline(filing.law, claim.period)
    papers = filings.papers_document(filings.FiledPapers(deadline, filing.tolerance, tuple(lines.sheet.checklist), found))
    calculated = lines.sheet.calculation
    exported = calculated.exported_try if fact.exported_try is None else fact.exported_try
    refundable = calculated.refundable_try if fact.refundable_try is None else fact.refundable_try
    await connection.execute(
        _KEEP,
        claim.id,
        fact.petition_number,
        fact.filed_on,
        exported,
        refundable,
        fact.override,
        filings.figures_document(lines.sheet.figures()),
        zlib.compress(calculation),
        sha256,
        zlib.compress(papers),
        filings.summed(papers),
        *message.identity,
        now,
        claim.seller,
    )
    claim.exported_try, claim.refundable_try = exported, refundable
    if fact.refundable_try is None and not refundable:  # nobody files for nothing: what it asks for is not known here
        claim.refundable_try = None
    borne = as_filed.bears(as_filed.reading(lines))
    await connection.execute(TAKE_PURCHASES, claim.id, list(borne), list(borne.values()), claim.seller)


def _changed(lines: Lines) -> str:
    calculated = lines.sheet.calculation
    return (
        f"the claim comes to {calculated.refundable_try} TRY of {calculated.exported_try} exported by {lines.sheet.shipments} "
        "shipments now, otherwise than whoever filed it has seen; look again, then file it"
    )
