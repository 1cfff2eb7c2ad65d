"""What happened to a shipment: messages, transitions, documents and attention, in the order in which it was learnt."""

from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import orjson

from adapters.database import chains, documents
from adapters.database.seller_lock import sellers, unlocked
from events import topology

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


@unlocked("the inbox knows no seller; the shipment was seen through the lock before")
async def of_shipment(pool: Pool, shipment_id: UUID) -> list[dict[str, Any]]:
    """Everything that happened to a shipment, oldest first.

    Messages, each before what it moved; transitions; documents, as far as they are there for whoever asks; attention raised,
    and how it was resolved and by whom.
    """
    found = await pool.fetch(
        f"""
        WITH moved AS (SELECT * FROM transition WHERE {chains.OF_ONE}),
        told AS (
            SELECT source, message_id FROM moved
            UNION SELECT source, message_id FROM shipment_message WHERE shipment = $1
            UNION SELECT source, message_id FROM parked WHERE waits_on = 'id:' || $1::text
            UNION SELECT i.source, i.id FROM inbox i WHERE (i.source, i.id) IN (
                SELECT a.source, a.message_id FROM attention a WHERE a.shipment = $1)
        )
        SELECT 'message' AS kind, i.event_at AS at, i.received_at AS noted_at, i.source, i.id AS message_id, i.type,
               i.state, NULL AS origin, NULL AS target, NULL AS trigger, 0 AS sequence,
               CASE WHEN i.type IN ('etgb.issued.v1', 'shipment.issue_etgb.v1') THEN b.body END AS etgb
        FROM inbox i JOIN told ON (i.source, i.id) = (told.source, told.message_id)
        LEFT JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no)
        UNION ALL
        SELECT 'transition', occurred_at, recorded_at, source, message_id, NULL, NULL, origin, target, trigger, sequence, NULL
        FROM moved
        UNION ALL
        SELECT 'attention', raised_at, raised_at, 'kervan', id::text, reason, NULL, detail, NULL, NULL, 0, NULL
        FROM attention WHERE shipment = $1
        UNION ALL
        SELECT 'resolution', resolved_at, resolved_at, resolved_by, id::text, reason, NULL, resolution, NULL, NULL, 0, NULL
        FROM attention WHERE shipment = $1 AND resolved_at IS NOT NULL
        UNION ALL
        SELECT 'document', created_at, created_at, source, sha256, kind, NULL, name, NULL, NULL, 0, NULL
        FROM document WHERE shipment = $1 OR (etgb <> '' AND etgb = (SELECT etgb_number FROM shipment WHERE id = $1))
        ORDER BY noted_at, sequence, at, kind, message_id
        """,  # noqa: S608 - constants
        shipment_id,
    )
    if sellers():
        reached = {one["sha256"] for one in await documents.of_shipment(pool, shipment_id)}
        found = [row for row in found if row["kind"] != "document" or row["message_id"] in reached]
    return [_entry(row) | {"entry_no": n} for n, row in enumerate(found, start=1)]


def _entry(row: asyncpg.Record) -> dict[str, Any]:
    entry = {"kind": row["kind"], "at": row["at"], "recorded_at": row["noted_at"], "actor": row["source"]}
    if row["kind"] in {"attention", "resolution"}:
        return {**entry, "item_id": row["message_id"], "reason": row["type"], "detail": row["origin"]}
    if row["kind"] == "document":
        return {**entry, "type": row["type"], "name": row["origin"], "sha256": row["message_id"]}
    entry["message_id"] = row["message_id"]
    if row["kind"] == "message":
        return {**entry, "type": row["type"], "state": row["state"], **_registered(row["etgb"])}
    if row["source"] == topology.TIMER:  # no scan showed it: the ETGB was the evidence
        entry["inferred"] = True
    return {
        **entry,
        "sequence": row["sequence"],
        "from": row["origin"],
        "to": row["target"],
        "trigger": row["trigger"],
    }


def _registered(body: bytes | None) -> dict[str, Any]:
    """What a message tells of an ETGB's registration: its number, the day, and whether that is inferred."""
    if body is None:
        return {}
    data = orjson.loads(body)["data"]
    day = {"registered_on": data["registered_on"], "registered_on_inferred": data.get("registered_on_inferred", False)}
    return {"etgb": {"number": data["number"], **day}}
