"""One shipment's story, as its page tells it: what came, what it changed and raised, by causes; and the courier's scans."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import orjson

from adapters.database import chains, rows, timelines
from adapters.database.seller_lock import unlocked
from workflow import lifecycle
from workflow.stages import JOURNEY, Stage
from workflow.values import normalise_etgb_number

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_SCANS = f"""
WITH told AS (
    SELECT source, message_id FROM transition WHERE {chains.OF_ONE}
    UNION SELECT source, message_id FROM shipment_message WHERE shipment = $1)
SELECT i.source, i.id, i.event_at, i.received_at, b.body
FROM inbox i JOIN told ON (i.source, i.id) = (told.source, told.message_id)
JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no)
WHERE i.type = 'courier.checkpoint.v1' ORDER BY i.event_at DESC, i.id LIMIT 200
"""  # noqa: S608 - constants
_TELLS = f"""
SELECT EXISTS (SELECT FROM transition WHERE {chains.OF_ONE} AND (source, message_id) = ($2, $3))
    OR EXISTS (SELECT FROM shipment_message WHERE (shipment, source, message_id) = ($1, $2, $3))
"""  # noqa: S608 - constants
_MESSAGE = """
SELECT i.*, b.body FROM inbox i LEFT JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no)
WHERE (i.source, i.id) = ($1, $2)
"""


async def causes(pool: Pool, shipment: UUID) -> list[dict[str, Any]]:
    """What happened to a shipment, newest first, each message with what it moved and raised.

    ``kind`` is ``message``, ``transition`` (one whose message is not kept here), ``attention`` or ``document``; ``moves`` and
    ``raised`` are entries of :func:`adapters.database.timelines.of_shipment`; an attention item carries its ``end``, if it has
    one.
    """
    entries = await timelines.of_shipment(pool, shipment)
    by_message: dict[tuple[str, str], dict[str, Any]] = {}
    by_item: dict[str, dict[str, Any]] = {}
    told: list[dict[str, Any]] = []
    for entry in entries:
        kind = entry["kind"]
        if kind == "resolution":
            if entry["item_id"] in by_item:
                by_item[entry["item_id"]]["end"] = entry
            continue
        cause = {**entry, "moves": [], "end": None}
        if kind == "message":
            by_message[entry["actor"], entry["message_id"]] = cause
        elif kind == "transition" and (entry["actor"], entry["message_id"]) in by_message:
            by_message[entry["actor"], entry["message_id"]]["moves"].append(entry)
            continue
        elif kind == "attention":
            by_item[entry["item_id"]] = cause
        told.append(cause)
    return told[::-1]


@unlocked("the inbox knows no seller; the shipment was seen through the lock before")
async def scans(pool: Pool, shipment: UUID) -> list[dict[str, Any]]:
    """What the courier said of the parcel, newest first: status, place and words, as the scans were taken.

    Scans of months that were detached are not among them; what they moved stands in the log.
    """
    found = []
    for row in await pool.fetch(_SCANS, shipment):
        data = orjson.loads(row["body"]).get("data", {})
        said = {name: data.get(name) or "" for name in ("status", "description", "location", "code", "reason")}
        found.append({"message_id": row["id"], "at": row["event_at"], "source": row["source"], **said})
    return found


def rail(shipment: dict[str, Any], told: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """The stages of its journey: when each was reached last and for how long, which is the present one, which are ahead."""
    moves = [
        move for cause in reversed(told) for move in (*cause["moves"], *([cause] if cause["kind"] == "transition" else []))
    ]
    moves.sort(key=lambda move: move["sequence"])
    reached: dict[str, datetime] = {Stage.DRAFT: shipment["created_at"]}
    left: dict[str, datetime] = {}
    for move in moves:
        left[move["from"]] = move["at"]
        reached[move["to"]] = move["at"]
        for later in JOURNEY[JOURNEY.index(move["to"]) + 1 :] if move["to"] in JOURNEY else ():
            reached.pop(later, None)
            left.pop(later, None)
        left.pop(move["to"], None)
    found = []
    for stage in lifecycle.KNOWN.of(shipment["lifecycle"]).journey:
        here = shipment["stage"] == stage
        since = reached.get(stage)
        until = now if here else left.get(stage)
        lasted: timedelta | None = until - since if since is not None and until is not None else None
        found.append(
            {
                "stage": stage,
                "here": here,
                "at": since,
                "lasted_s": int(lasted.total_seconds()) if lasted is not None and stage != Stage.REFUND_FILED else None,
            }
        )
    return found


async def terms(pool: Pool, shipment: UUID) -> dict[str, Any]:
    """What a shipment declares besides its lines, in the contract's words."""
    return rows.json_object(await pool.fetchval("SELECT terms FROM shipment_content WHERE shipment = $1", shipment))


@unlocked("the inbox knows no seller; that it is of a shipment that was seen was asked before")
async def message(pool: Pool, source: str, message_id: str) -> dict[str, Any] | None:
    """A message as it came; its ``body`` is ``None`` where its month was detached."""
    row = await pool.fetchrow(_MESSAGE, source, message_id)
    return None if row is None else dict(row)


async def tells_of(pool: Pool, shipment: UUID, source: str, message_id: str) -> bool:
    """Whether a message moved a shipment, or concerned it."""
    return bool(await pool.fetchval(_TELLS, shipment, source, message_id))


def etgbs_in(body: bytes | None) -> frozenset[str]:
    """The ETGB that a message is about, whose lines may be of several sellers; none where it is about none."""
    data = {} if body is None else orjson.loads(body).get("data", {})
    named = (data.get(name) for name in ("number", "etgb_number") if data.get("lines") or name == "etgb_number")
    return frozenset(normalise_etgb_number(one) for one in named if isinstance(one, str))
