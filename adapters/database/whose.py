"""Whether what somebody names is of the sellers that they are bound to, asked past row-level security, the second lock."""

from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import queries
from adapters.database.seller_lock import unlocked

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


class Thing(StrEnum):
    """A kind of thing that is one seller's, or that several have a part in."""

    SHIPMENT = "shipment"
    PURCHASE = "purchase"
    CLAIM = "claim"
    ITEM = "item"
    """Of those that need attention."""
    ETGB = "etgb"
    """One on which some line is theirs; it is named by its number, all others by their id."""
    IMPORT = "import"
    JOB = "job"


_OWN: Final[dict[Thing, str]] = {
    Thing.SHIPMENT: "SELECT EXISTS (SELECT FROM shipment WHERE id = $1 AND seller = ANY($2::text[]))",
    Thing.PURCHASE: """SELECT EXISTS (SELECT FROM purchase WHERE id = $1 AND seller = ANY($2::text[]))
        OR EXISTS (SELECT FROM purchase_withdrawn WHERE id = $1 AND seller = ANY($2))""",
    Thing.CLAIM: "SELECT EXISTS (SELECT FROM claim WHERE id = $1 AND seller = ANY($2::text[]))",
    Thing.ITEM: f"SELECT EXISTS (SELECT FROM attention a WHERE a.id = $1 AND {queries.OF_SELLERS.format('$2')})",  # noqa: S608 - constants
    Thing.ETGB: """SELECT EXISTS (SELECT FROM etgb_line l JOIN shipment s ON s.id = l.shipment
        WHERE l.etgb = $1 AND s.seller = ANY($2::text[]))""",
    Thing.IMPORT: """SELECT EXISTS (SELECT FROM import WHERE id = $1 AND (
        sellers <> '{}' AND sellers <@ $2::text[] OR kind = 'orders' AND owner = ANY($2)))""",
    Thing.JOB: "SELECT EXISTS (SELECT FROM bulk_job WHERE id = $1 AND sellers <> '{}' AND sellers <@ $2::text[])",
}
_WHY: Final = "the first lock asks by itself, whatever the second one shows"


@unlocked(_WHY)
async def is_own(pool: Pool, thing: Thing, named: UUID | str, sellers: tuple[str, ...]) -> bool:
    """Whether the thing of that name is there, and is of one of the sellers; a job or an import of many: of none but these."""
    return bool(await pool.fetchval(_OWN[thing], named, list(sellers)))


@unlocked(_WHY)
async def etgb_is_known(pool: Pool, number: str) -> bool:
    """Whether anybody has an ETGB of that number."""
    return bool(await pool.fetchval("SELECT EXISTS (SELECT FROM etgb WHERE number = $1)", number))
