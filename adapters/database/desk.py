"""What operations look after, as the console lists it: attention items and messages that are kept aside, by their causes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import items, queries
from adapters.database.seller_lock import sellers
from events import topology
from workflow import attention
from workflow.attention import Reason
from workflow.attention_texts import TEXTS

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Cursor = tuple[datetime, UUID]

_OF = queries.OF_SELLERS
_GROUPS = """
SELECT reason, count(*) AS count, min(raised_at) AS oldest FROM attention WHERE resolved_at IS NULL
GROUP BY reason ORDER BY min(raised_at)
"""
_GROUPS_OF = f"""
SELECT a.reason, count(*) AS count, min(a.raised_at) AS oldest FROM attention a
WHERE a.resolved_at IS NULL AND {_OF.format("$1")} GROUP BY a.reason ORDER BY min(a.raised_at)
"""  # noqa: S608 - constants
_ITEM = f"""
SELECT a.* FROM attention a WHERE a.id = ANY($1::uuid[]) AND {_OF.format("$2")}
"""  # noqa: S608 - constants
_ITEMS = f"""
SELECT a.*, s.reference, s.stage, s.courier, t.consignee_name FROM attention a LEFT JOIN shipment s ON s.id = a.shipment
LEFT JOIN shipment_content t ON t.shipment = a.shipment
WHERE a.resolved_at IS NULL AND {_OF.format("$5")} AND ($2::text[] IS NULL OR a.reason = ANY($2))
    AND ($3::timestamptz IS NULL OR (a.raised_at, a.id) > ($3, $4::uuid))
ORDER BY a.raised_at, a.id LIMIT $1
"""  # noqa: S608 - constants
_SETTLED = f"""
SELECT a.*, s.reference, s.stage, s.courier, t.consignee_name FROM attention a LEFT JOIN shipment s ON s.id = a.shipment
LEFT JOIN shipment_content t ON t.shipment = a.shipment
WHERE a.resolved_at IS NOT NULL AND {_OF.format("$5")} AND ($2::text[] IS NULL OR a.reason = ANY($2))
    AND ($3::timestamptz IS NULL OR (a.resolved_at, a.id) < ($3, $4::uuid))
ORDER BY a.resolved_at DESC, a.id DESC LIMIT $1
"""  # noqa: S608 - constants
_CAUSES = {
    "parked": """SELECT split_part(waits_on, ':', 1) AS code, count(*) AS count, min(parked_at) AS oldest FROM parked
        GROUP BY 1 ORDER BY count(*) DESC""",
    "refused": """SELECT code, count(*) AS count, min(refused_at) AS oldest FROM refused WHERE state = 'refused'
        GROUP BY code ORDER BY count(*) DESC""",
}
_HELD = {
    "parked": """
        SELECT p.id, p.parked_at AS at, p.source, p.message_id, i.type, split_part(p.waits_on, ':', 1) AS code, p.waits_on,
            p.why AS detail, i.event_at FROM parked p JOIN inbox i ON (i.source, i.id) = (p.source, p.message_id)""",
    "refused": """
        SELECT id, refused_at AS at, source, message_id, type, code, subject AS waits_on, detail, refused_at AS event_at
        FROM refused WHERE state = 'refused'""",
}
_IGNORED = "UPDATE refused SET state = 'closed' WHERE id = $1 AND state = 'refused' RETURNING source, message_id, subject, code"
_REFUSED = """
SELECT id, arrival, subject, source, message_id, body, body_size AS size, state, corrected_as, corrected_by
FROM refused WHERE id = $1
"""
_CORRECTED = """
UPDATE refused SET state = 'closed', corrected_as = $2, corrected_by = $3 WHERE arrival = $1 AND state = 'refused'
RETURNING source, message_id, subject, code
"""
"""All that is refused of a message: of an ETGB each line may be, and the corrected message tells of all."""
_MADE_OF = """
SELECT id, message_id, corrected_by FROM refused WHERE corrected_as <> '' AND (subject, corrected_as) = ($1, $2)
ORDER BY part LIMIT 1
"""
CORRECTED: Final = "corrected and sent again"
"""How an item ends whose message was."""
_THEIRS = """
SELECT id FROM attention WHERE reason = 'message_refused' AND source = $1 AND message_id = $2 AND resolved_at IS NULL
"""


async def groups(pool: Pool) -> list[dict[str, Any]]:
    """Open attention by reason, with how many and since when; the oldest first, and who has to act."""
    bound = list(sellers())
    found = await (pool.fetch(_GROUPS_OF, bound) if bound else pool.fetch(_GROUPS))
    return [{**row, "who": TEXTS[Reason(row["reason"])].who} for row in found]


async def attention_items(
    pool: Pool, *, resolved: bool, reasons: list[str] | None, limit: int, after: Cursor | None = None, names: bool = True
) -> list[dict[str, Any]]:
    """A page of items with the shipment each is about: open ones from the oldest, settled ones from the newest."""
    begin = after or (None, None)
    rows = await pool.fetch(_SETTLED if resolved else _ITEMS, limit, reasons, *begin, list(sellers()))
    now = datetime.now(UTC)
    return [
        {
            **queries.item(row, now),
            "reference": row["reference"],
            "stage": row["stage"],
            "courier": row["courier"],
            "consignee": row["consignee_name"] if names else None,
            "uuid": UUID(int=row["id"].int),
        }
        for row in rows
    ]


async def attention_item(pool: Pool, item_id: UUID) -> dict[str, Any] | None:
    """One item; none that is about others' shipments, for whoever is bound to sellers."""
    row = await pool.fetchrow(_ITEM, [item_id], list(sellers()))
    return None if row is None else queries.item(row, datetime.now(UTC))


async def about_etgb(pool: Pool, number: str) -> list[dict[str, Any]]:
    """What is open about an ETGB itself, the oldest first: each reason's item has the number for its cause."""
    wanted = [attention.item(reason, number, "").id for reason in Reason]
    rows = await pool.fetch(f"{_ITEM} AND a.resolved_at IS NULL ORDER BY a.raised_at", wanted, list(sellers()))
    now = datetime.now(UTC)
    return [queries.item(row, now) for row in rows if row["etgb"] == number]


async def reached(pool: Pool, item_ids: Sequence[UUID]) -> list[UUID]:
    """Which of some items are there for whoever asks, in the order in which they were given."""
    found = {UUID(int=row["id"].int) for row in await pool.fetch(_ITEM, list(item_ids), list(sellers()))}
    return [one for one in item_ids if one in found]


async def held_causes(pool: Pool, state: str) -> list[dict[str, Any]]:
    """What is kept aside, by cause: a refusal's code, or the kind of thing that is waited for."""
    return [dict(row) for row in await pool.fetch(_CAUSES[state])]


async def held(pool: Pool, state: str, code: str, limit: int, after: Cursor | None = None) -> list[dict[str, Any]]:
    """A page of what is kept aside, newest first, of one cause or of all."""
    rows = await pool.fetch(
        f"""SELECT * FROM ({_HELD[state]}) AS held WHERE ($2 = '' OR code = $2)
            AND ($3::timestamptz IS NULL OR (at, id) < ($3, $4::uuid)) ORDER BY at DESC, id DESC LIMIT $1""",  # noqa: S608
        limit,
        code,
        *(after or (None, None)),
    )
    return [{**row, "id": UUID(int=row["id"].int)} for row in rows]


async def oldest(pool: Pool, state: str, code: str, limit: int) -> list[UUID]:
    """The oldest of what is kept aside of one cause, or of all: what is tried again and refused again comes last then."""
    rows = await pool.fetch(
        f"SELECT id FROM ({_HELD[state]}) AS held WHERE $2 = '' OR code = $2 ORDER BY at, id LIMIT $1",  # noqa: S608
        limit,
        code,
    )
    return [UUID(int=row["id"].int) for row in rows]


async def held_message(pool: Pool, held_id: UUID) -> dict[str, Any] | None:
    """One message that is kept aside, with its body."""
    row = await pool.fetchrow(
        """SELECT id, source, message_id, type, code, detail, body, body_size, refused_at AS at, subject, 'refused' AS state
           FROM refused WHERE id = $1
           UNION ALL SELECT p.id, p.source, p.message_id, i.type, p.waits_on, p.why, b.body, length(b.body), p.parked_at,
               i.subject, 'parked' FROM parked p JOIN inbox i ON (i.source, i.id) = (p.source, p.message_id)
           JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no) WHERE p.id = $1""",
        held_id,
    )
    return None if row is None else dict(row)


async def ignore(pool: Pool, held_id: UUID, by: str, why: str, now: datetime) -> bool:
    """Close a refused message on a person's word: it is kept and not listed any more; its attention item ends.

    Whether this call closed it.
    """
    row = await pool.fetchrow(_IGNORED, held_id)
    if row is not None:
        await _settled(pool, row, by, why, now)
    return row is not None


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused, as it came, and what was made of it: ``corrected_as`` is the id of the message sent in its place."""

    id: UUID
    arrival: str
    subject: str
    source: str
    message_id: str
    body: bytes
    size: int
    state: str
    corrected_as: str
    corrected_by: str


async def refused(pool: Pool, held_id: UUID) -> Refused | None:
    """A message that was refused, whatever was done about it since."""
    row = await pool.fetchrow(_REFUSED, held_id)
    return None if row is None else Refused(**row)


async def refused_as(pool: Pool, source: str, message_id: str) -> UUID | None:
    """Where a message is kept that was refused, by its own id."""
    row = await pool.fetchval("SELECT id FROM refused WHERE arrival = $1 ORDER BY part LIMIT 1", f"{source} {message_id}")
    return None if row is None else UUID(int=row.int)


async def corrected(pool: Pool, held: Refused, message_id: str, by: str, now: datetime) -> None:
    """Close a refused message in whose place another one was sent; its attention items end."""
    for row in await pool.fetch(_CORRECTED, held.arrival, message_id, by):
        await _settled(pool, row, by, CORRECTED, now)


async def corrects(pool: Pool, source: str, message_id: str) -> dict[str, Any] | None:
    """The refused message that a message was made of by hand, and by whom; ``None`` where it is none of those."""
    row = await pool.fetchrow(_MADE_OF, topology.subject_of(source), message_id)
    return None if row is None else {**row, "id": UUID(int=row["id"].int)}


async def _settled(pool: Pool, row: asyncpg.Record, by: str, why: str, now: datetime) -> None:
    """End what is open about a refused message; of unreadable ones an item counts many, and ends with the last."""
    for item in await pool.fetch(_THEIRS, row["source"], row["message_id"]):
        await items.resolve(pool, UUID(int=item["id"].int), by, why, now)
    left = await pool.fetchval(
        "SELECT EXISTS (SELECT FROM refused WHERE (subject, code) = ($1, $2) AND state = 'refused')",
        row["subject"],
        row["code"],
    )
    if not left:
        cause = f"{row['subject']} {row['code']}"
        await items.resolve(pool, attention.item(Reason.MESSAGE_UNREADABLE, cause, "").id, by, why, now)


async def outbox(pool: Pool, most: int = 10) -> dict[str, Any]:
    """What is decided and not yet published: how much, since when, and the first of it."""
    row = await pool.fetchrow("SELECT count(*) AS count, min(created_at) AS oldest FROM outbox")
    first = await pool.fetch("SELECT message_id, subject, created_at FROM outbox ORDER BY id LIMIT $1", most)
    return {"count": row["count"], "oldest": row["oldest"], "first": [dict(one) for one in first]} if row is not None else {}
