"""Messages that are kept aside, parked or refused, and what became of a message that came again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database.seller_lock import unlocked
from events.webhooks import KEPT_AS
from workflow.world import Outcome

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_HELD = {
    "parked": """
        SELECT p.id, p.parked_at AS held_at, i.subject, p.source, p.message_id, i.type, 'parked' AS state,
               p.waits_on AS code, p.why AS detail, p.due_at FROM parked p
        JOIN inbox i ON (i.source, i.id) = (p.source, p.message_id)""",
    "refused": """
        SELECT id, refused_at AS held_at, subject, source, message_id, type, state, code, detail,
               NULL::timestamptz AS due_at FROM refused WHERE state = 'refused'""",
}
"""What is kept aside, by state."""


async def listed(pool: Pool, state: str, limit: int, after: tuple[datetime, UUID] | None) -> list[dict[str, Any]]:
    """A page of parked or refused messages, newest first."""
    found = await pool.fetch(
        f"""SELECT * FROM ({_HELD[state]}) AS held
            {"WHERE (held_at, id) < ($2, $3)" if after else ""} ORDER BY held_at DESC, id DESC LIMIT $1""",  # noqa: S608
        limit,
        *(after or ()),
    )
    return [
        {
            "id": str(row["id"]),
            "state": row["state"],
            "at": row["held_at"],
            "subject": row["subject"],
            "source": row["source"] or None,
            "message_id": row["message_id"] or None,
            "type": row["type"] or None,
            "code": row["code"],
            "detail": row["detail"],
            **({"since": row["held_at"], "due_at": row["due_at"]} if row["state"] == "parked" else {}),
        }
        for row in found
    ]


@dataclass(frozen=True, slots=True)
class Held:
    """A message that is kept aside: where it came, what of it was kept, how large it was, and under which code if refused."""

    subject: str
    body: bytes
    size: int
    code: str
    corrected_as: str
    """The id of the message that a person sent in its place; empty where nobody did."""


async def message(pool: Pool, held_id: UUID) -> Held | None:
    """A message that is kept aside; ``None`` where there is none."""
    row = await pool.fetchrow(
        """SELECT subject, body, body_size, code, corrected_as FROM refused WHERE id = $1
           UNION ALL SELECT i.subject, b.body, length(b.body), '', '' FROM parked p
           JOIN inbox i ON (i.source, i.id) = (p.source, p.message_id)
           JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no) WHERE p.id = $1""",
        held_id,
    )
    return None if row is None else Held(*row)


@unlocked("the inbox knows no seller; asked for a message of the caller's own")
async def told_before(pool: Pool, outcome: Outcome) -> Outcome:
    """What became of a message when it came the first time; ``outcome`` is that of its repetition."""
    row = await pool.fetchrow(
        """SELECT i.state, coalesce(r.code, '') AS code, coalesce(r.detail, '') AS detail FROM inbox i
           LEFT JOIN refused r ON r.arrival = i.source || ' ' || i.id AND r.state IN ('refused', 'answered')
           WHERE (i.source, i.id) = ($1, $2) LIMIT 1""",
        outcome.source,
        outcome.id,
    )
    return outcome if row is None else Outcome(outcome.source, outcome.id, row["state"], row["code"], row["detail"])


async def webhook(pool: Pool, held_id: UUID) -> bytes | None:
    """The digest of the webhook that a refused message is; ``None`` where it is a message of the contract."""
    arrival = await pool.fetchval("SELECT arrival FROM refused WHERE id = $1", held_id)
    found = isinstance(arrival, str) and arrival.startswith(KEPT_AS)
    return bytes.fromhex(arrival.removeprefix(KEPT_AS)) if found else None
