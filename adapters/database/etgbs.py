"""An ETGB as it is shown: its days, its evidence, its lines and the shipments they moved."""

from typing import Any, TypeAlias

import asyncpg

from adapters.database import documents, rows, whole_etgbs
from adapters.database.seller_lock import sellers
from workflow.etgb import Cause, Etgb

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
