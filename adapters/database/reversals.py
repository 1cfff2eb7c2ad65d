"""What is to be given back of a claim: read from what came back of its shipments, as a whole or piece by piece."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from adapters.database import claim_queries
from adapters.database.rates import Reading
from workflow.refund.calculation import NOTHING
from workflow.refund.reversal import Piece, Proposal, propose


async def of(source: Reading, claim: UUID, asked: Mapping[UUID, Decimal]) -> dict[UUID, Proposal]:
    """By shipment what is proposed to be given back; ``asked`` is what the claim asked for each, in TRY."""
    found: dict[UUID, Proposal] = {}
    for shipment, rows in groupby(await source.fetch(claim_queries.BACK, claim), key=lambda row: UUID(int=row["id"].int)):
        told = list(rows)
        back = [row for row in told if row["line_no"] is not None]
        pieces = [Piece(row["line_no"], row["quantity"], row["amount"], row["given_back"]) for row in back]
        first = told[0]
        found[shipment] = propose(asked.get(shipment, NOTHING), first["total"], first["currency"], pieces, whole=first["whole"])
    return found
