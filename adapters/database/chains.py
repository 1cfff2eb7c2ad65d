"""The transition log's chains in the database: rows get their links as they are written, and are read again to be judged."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from workflow.chain import ORIGIN, Step, link_of, links, microseconds
from workflow.shipment import Shipment, Transition

COLUMNS = (
    "shipment",
    "sequence",
    "origin",
    "target",
    "trigger",
    "occurred_at",
    "recorded_at",
    "source",
    "message_id",
    "batch",
    "hash",
    "begun_at",
    "seller",
)
"""As :func:`linked` gives them."""

LOG = "transition AS t"
COLUMNS_READ = """shipment, sequence, batch, occurred_at, recorded_at, origin, target, "trigger", source, message_id, hash,
    begun_at, seller"""
_STEPS = f"SELECT {COLUMNS_READ} FROM {{log}}"  # noqa: S608 - constants
STEPS_AFTER = f"""{_STEPS.format(log=LOG)} WHERE EXISTS (
    SELECT FROM unnest($1::uuid[], $2::int[]) AS g(shipment, chained) WHERE g.shipment = t.shipment AND t.sequence > g.chained)
AND t.shipment = ANY($1::uuid[]) ORDER BY shipment, sequence
"""
STEPS_OF_IN = f"{_STEPS} WHERE shipment = ANY($1::uuid[]) ORDER BY shipment, sequence"
"""Of the shipments ``$1``, from whatever the log is read from (``{log}``)."""
STEPS_BETWEEN_IN = f"{_STEPS} WHERE shipment > $1 AND shipment <= $2 ORDER BY shipment, sequence"
STEPS_OF = STEPS_OF_IN.format(log=LOG)

OF_ONE = "shipment = $1 AND (begun_at = (SELECT created_at FROM shipment WHERE id = $1) OR begun_at IS NULL)"
"""Which rows of the log are shipment ``$1``'s, so that only the part of its month is read.

None has no such time but between the two steps of the upgrade that brought parts: what was there then.
"""

Connection = Any
Row = tuple[object, ...]


def step(record: asyncpg.Record) -> Step:
    """A row of the log, by position for speed."""
    values = list(record)
    values[0] = UUID(int=values[0].int)
    return Step(*values)


async def steps_by_shipment(connection: Connection, query: str, *arguments: object) -> dict[UUID, list[Step]]:
    """The rows that a query gives, by shipment, each shipment's in their order."""
    found: defaultdict[UUID, list[Step]] = defaultdict(list)
    for record in await connection.fetch(query, *arguments):
        one = step(record)
        found[one.shipment].append(one)
    return dict(found)


def behind(shipments: Mapping[UUID, Shipment], transitions: Iterable[Transition]) -> list[Shipment]:
    """The shipments whose chain ends before their log does: an older release wrote the rows since."""
    first: dict[UUID, int] = {}
    for t in transitions:
        first.setdefault(t.shipment, t.sequence)
    return [shipments[i] for i, sequence in first.items() if shipments[i].chained < sequence - 1]


async def catch_up(connection: Connection, shipments: Sequence[Shipment]) -> None:
    """Go on with chains over rows that were written without a link; the rows stay as they are."""
    if not shipments:
        return
    ids, chained = [one.id for one in shipments], [one.chained for one in shipments]
    found = await steps_by_shipment(connection, STEPS_AFTER, ids, chained)
    for shipment in shipments:
        steps = found.get(shipment.id, [])
        *_, shipment.chain = links(shipment.chain or ORIGIN, steps)
        shipment.chained = steps[-1].sequence


def linked(
    shipments: Mapping[UUID, Shipment], transitions: Iterable[Transition], now: datetime, batch: int | None
) -> list[Row]:
    """Rows for the log; each shipment's chain ends with the last of its own then."""
    rows: list[Row] = []
    recorded = microseconds(now)
    for t in transitions:
        shipment = shipments[t.shipment]
        texts = (t.origin, t.target, t.trigger, t.actor, t.message_id)
        link = link_of(
            shipment.chain or ORIGIN, t.shipment, t.sequence, batch or 0, (microseconds(t.occurred_at), recorded), texts
        )
        shipment.chain, shipment.chained = link, t.sequence
        rows.append(
            (
                t.shipment,
                t.sequence,
                t.origin,
                t.target,
                t.trigger,
                t.occurred_at,
                now,
                t.actor,
                t.message_id,
                batch,
                link,
                shipment.begun_at or now,
                shipment.seller,
            )
        )
    return rows
