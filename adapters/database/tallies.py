"""What operators watch, as counts, and whether a sandbox was ever heard here."""

from typing import TypeAlias

import asyncpg

from adapters.database.seller_lock import unlocked
from events import topology

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


async def counted(pool: Pool) -> dict[str, int]:
    """Counts for operators."""
    row = await pool.fetchrow(
        """SELECT (SELECT count(*) FROM parked) AS parked,
                  (SELECT count(*) FROM refused WHERE state = 'refused') AS refused,
                  (SELECT count(*) FROM webhook WHERE handled_at IS NULL) AS webhooks,
                  (SELECT count(*) FROM outbox) AS outbox,
                  (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::int FROM outbox) AS outbox_age_s,
                  coalesce((SELECT extract(epoch FROM now() - checked_at)::int FROM log_proof), 0) AS logs_checked_age_s,
                  (SELECT count(*) FROM attention WHERE resolved_at IS NULL) AS attention,
                  (SELECT count(*) FROM subscription s JOIN delivery d ON d.subscription = s.id AND d.state = 'waiting'
                   WHERE s.state = 'active') AS deliveries,
                  (SELECT count(*) FROM subscription WHERE state = 'active' AND failing_since IS NOT NULL)
                      AS subscriptions_failing,
                  (SELECT coalesce(sum(repeats), 0)::bigint FROM inbox WHERE repeats > 0) AS repeats"""
    )
    return {name: int(value) for name, value in row.items()} if row is not None else {}


async def attention_by_reason(pool: Pool) -> dict[str, int]:
    """How many items are open, for each reason that has some."""
    found = await pool.fetch("SELECT reason, count(*) AS open FROM attention WHERE resolved_at IS NULL GROUP BY reason")
    return {row["reason"]: row["open"] for row in found}


HEARD_OF = """
SELECT EXISTS (SELECT FROM unnest($1::text[]) AS asked(source),
    LATERAL (SELECT FROM inbox i WHERE i.source = asked.source ORDER BY i.source, i.id LIMIT 1) AS heard)
"""
"""Whether any of some sources was ever heard. Each is looked up in the inbox's key, which its order asks for: for one that was
never heard all messages would be read else, in the hope to meet it soon."""
_SANDBOXES = [f"{family}/sandbox" for family in topology.FAMILIES]


@unlocked("whether anything here is a sandbox's is told to all")
async def holds_sandbox_data(pool: Pool) -> bool:
    """Whether a sandbox counterpart was ever heard here, so that shipments may stand on documents that are not real.

    The inbox keeps every message for ever, so this needs no mark of its own that could be forgotten.
    """
    return bool(await pool.fetchval(HEARD_OF, _SANDBOXES))
