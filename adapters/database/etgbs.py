"""An ETGB as it is shown: its days, its evidence, its lines and the shipments they moved."""

from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import documents, rows, whole_etgbs
from adapters.database.seller_lock import sellers
from workflow.etgb import Cause, Etgb
from workflow.refund import ClaimStatus
from workflow.refund.moved import OnEtgb, Preview, preview
from workflow.stages import Stage
from workflow.values import vat_period

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


def _evidence(known: Etgb, kept: list[dict[str, Any]]) -> dict[str, Any] | None:
    """By what an ETGB was seen in VEDOP; where that is a file, the kept one."""
    if not known.evidence_kind:
        return None
    named = known.evidence_reference.lower().partition(" ")[0]
    document = next((one for one in kept if one["sha256"] == named), None)
    return {"kind": known.evidence_kind, "reference": known.evidence_reference, "document": document}


async def shown(pool: Pool, number: str) -> dict[str, Any] | None:
    """An ETGB with its lines, and the shipments they moved.

    Whoever is bound to sellers sees it where it has a line of theirs, and of it those lines; where others have lines on it
    too, neither its address nor its evidence, which are papers of them all.
    """
    bound = list(sellers())
    row = await pool.fetchrow("SELECT * FROM etgb WHERE number = $1", number)
    if row is None:
        return None
    lines = await pool.fetch(
        """SELECT l.*, s.seller, s.reference, s.stage FROM etgb_line l LEFT JOIN shipment s ON s.id = l.shipment
           WHERE l.etgb = $1 AND ($2::text[] = '{}' OR s.seller = ANY($2)) ORDER BY l.line_no""",
        number,
        bound,
    )
    if bound and not lines:
        return None
    whole = number in await whole_etgbs.among(pool, [number])
    known: Etgb = rows.etgb(row)
    cancelled: Cause | None = known.cancel_cause
    return {
        "number": known.number,
        "state": known.state.value,
        "registered_on": known.registered_on,
        "registered_on_inferred": known.day_inferred,
        "courier": known.courier,
        "document_url": (known.document_url or None) if whole else None,
        "closed_on": known.closed_on,
        "vedop_seen_on": known.vedop_seen_on,
        "due_at": known.due_at,
        "overdue": sorted(known.overdue),
        "evidence": _evidence(known, await documents.of_etgb(pool, number)) if whole else None,
        "cancelled_at": cancelled.at if cancelled is not None else None,
        "replaced_by": known.replaced_by or None,
        "lines": [
            {
                "line_no": line["line_no"],
                "invoice_number": line["invoice_number"] or None,
                "amount": str(line["amount"]) if line["amount"] is not None else None,
                "currency": line["currency"] or None,
                "taken_off": line["taken_off"],
                "shipment": None
                if line["shipment"] is None
                else {
                    "id": str(line["shipment"]),
                    "seller": line["seller"],
                    "reference": line["reference"],
                    "stage": line["stage"],
                },
            }
            for line in lines
        ],
    }


_ON_IT = """
SELECT s.seller, s.stage, s.claim, coalesce(c.period, '') AS period, c.status,
    coalesce(c.petition_number, '') AS petition_number
FROM shipment_key k JOIN shipment s ON s.id = k.shipment LEFT JOIN claim c ON c.id = s.claim
WHERE k.key = 'etgb:' || $1::text ORDER BY s.id
"""
_CLAIMS = "SELECT seller, supplement, status FROM claim WHERE seller = ANY($1::text[]) AND period = $2"
_GATHERS = frozenset({Stage.VEDOP_TRANSFERRED, Stage.REFUND_FILED})


async def correction(pool: Pool, number: str, closed_on: date) -> Preview:
    """What a correction of the closing day of an ETGB that is known would move."""
    stands = await pool.fetchval("SELECT closed_on FROM etgb WHERE number = $1", number)
    members = [
        OnEtgb(
            row["seller"],
            Stage(row["stage"]) in _GATHERS,
            None if row["claim"] is None else UUID(int=row["claim"].int),
            row["period"],
            None if row["status"] is None else ClaimStatus(row["status"]),
            row["petition_number"],
        )
        for row in await pool.fetch(_ON_IT, number)
        if row["stage"] != Stage.RETURNED
    ]
    found = await pool.fetch(_CLAIMS, sorted({one.seller for one in members}), vat_period(closed_on))
    claims = {(row["seller"], row["supplement"]): ClaimStatus(row["status"]) for row in found}
    return preview(stands, closed_on, members, claims)
