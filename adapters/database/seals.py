"""Seals in the database: made of what has settled, each with its news for the broker, and read again.

What has settled is told without a lock that writers would wait for. A turn notes how far the numbers of batches and of the
audit log are drawn (:func:`mark`); once every transaction that was under way then has ended, no row with such a number can
come any more, and a later turn seals up to there. So no seal ever has to be taken back.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import chains
from events.outgoing import Outgoing
from workflow.chain import ORIGIN, Step, links
from workflow.seal import ALL, FIRST, Head, Kept, Key, Seal, SealedAct, act_digest, packed_acts, packed_heads, reason_digest

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection = Any
News = Callable[[Kept], Outgoing]
"""What a seal tells the broker."""

TURN = 0x7365616C73  # "seals": the advisory lock of whoever seals
HEADS_AT_ONCE = 20_000
"""Of how many transitions one seal is, about: a megabyte."""
ACTS_AT_ONCE = 10_000
WALKED_AT_ONCE = 1_000
"""How many shipments of before there were chains one seal takes."""

_DRAWN = """
SELECT (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM transition_batch) AS batches,
       (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM audit_id_seq) AS acts
"""
_UNDER_WAY = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_SETTLED = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= $1"
_COLUMNS = "number, at, previous, batches, acts, walked, unhashed_until, heads, noted, digest, key, mac"
_LAST = f"SELECT {_COLUMNS} FROM seal ORDER BY number DESC LIMIT 1"  # noqa: S608 - constants
_AFTER = f"SELECT {_COLUMNS} FROM seal WHERE number > $1 ORDER BY number LIMIT 1"  # noqa: S608 - constants
_BEFORE = f"SELECT {_COLUMNS} FROM seal WHERE number < $1 ORDER BY number DESC LIMIT 1"  # noqa: S608 - constants
_LOOKED = "UPDATE log_proof SET newest = greatest(newest, $1), round = $2, checked_at = $3"
_ONE = f"SELECT {_COLUMNS} FROM seal WHERE number = $1"  # noqa: S608 - constants
_KEYED = "SELECT min(number) FROM seal WHERE key <> ''"
_START = "SELECT unhashed_until, all_hashed FROM log_proof"
_ADD = f"INSERT INTO seal ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"  # noqa: S608 - constants
_OUT = "INSERT INTO outbox (message_id, subject, payload) VALUES ($1, $2, $3)"
_UP_TO = "SELECT batch FROM transition WHERE batch > $1 AND batch <= $2 ORDER BY batch OFFSET $3 LIMIT 1"
_HEADS = """
SELECT DISTINCT ON (shipment) shipment, sequence, hash FROM transition WHERE batch > $1 AND batch <= $2
ORDER BY shipment, sequence DESC
"""
_WALK = "SELECT id FROM shipment WHERE id > $1 AND chain IS NULL AND sequence > 0 ORDER BY id LIMIT $2"
_ACTS = """
SELECT id, at, door, actor, role, action, thing, outcome, request, reason, salt, reason_digest FROM audit
WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far numbers were drawn at a moment, and the transaction before which all have to have ended."""

    batches: int
    acts: int
    before: int


@dataclass(frozen=True, slots=True)
class NotedAct:
    """A row of the audit log, as :class:`workflow.seal.Noted`."""

    id: int
    at: datetime
    texts: tuple[str, ...]
    reason: bytes


def _noted(record: asyncpg.Record) -> NotedAct:
    number, at, *texts, reason, salt, kept = record
    digest = reason_digest(salt.bytes if salt else None, reason) if kept is None else _erased(kept, reason)
    return NotedAct(number, at, tuple(texts), digest)


def _erased(kept: bytes, reason: str) -> bytes:
    """The digest of a reason that was erased; a reason beside it was put there afterwards, and is told by another digest."""
    return kept if not reason else reason_digest(kept[:16], reason)


async def mark(connection: Connection) -> Mark:
    """Note how far numbers are drawn; the transactions are looked at last, so that none that drew one is missed."""
    drawn = await connection.fetchrow(_DRAWN)
    return Mark(drawn["batches"], drawn["acts"], await connection.fetchval(_UNDER_WAY))


async def settled(connection: Connection, noted: Mark) -> bool:
    """Whether all that was under way at the mark has ended."""
    return bool(await connection.fetchval(_SETTLED, noted.before))


def _kept(record: asyncpg.Record) -> Kept:
    number, at, previous, batches, acts, walked, until, heads, noted, digest, key, mac = record
    seal = Seal(number, at, previous, batches, acts, UUID(int=walked.int), until, heads, noted)
    return Kept(seal, digest, key, mac)


async def there_are(pool: Pool) -> bool:
    """Whether the database has a place for seals: one of an earlier release has none."""
    return bool(await pool.fetchval("SELECT to_regclass('seal') IS NOT NULL"))


async def last(connection: Connection) -> Kept | None:
    """The newest seal."""
    record = await connection.fetchrow(_LAST)
    return None if record is None else _kept(record)


async def before(connection: Connection, number: int) -> Kept | None:
    """The seal before this one."""
    record = await connection.fetchrow(_BEFORE, number)
    return None if record is None else _kept(record)


async def one(connection: Connection, number: int) -> Kept | None:
    """The seal of this number."""
    record = await connection.fetchrow(_ONE, number)
    return None if record is None else _kept(record)


async def after(pool: Pool, number: int) -> AsyncIterator[Kept]:
    """The seals after this one, in their order, one at a time."""
    while (record := await pool.fetchrow(_AFTER, number)) is not None:
        kept = _kept(record)
        number = kept.seal.number
        yield kept


async def keyed_since(pool: Pool) -> int | None:
    """The first seal that bears a mac."""
    found: int | None = await pool.fetchval(_KEYED)
    return found


async def unhashed_until(pool: Pool) -> datetime | None:
    """Until when rows without a hash were written; as the first seal has it, where there is one."""
    async for kept in after(pool, 0):
        return kept.seal.unhashed_until
    found: datetime | None = await pool.fetchval("SELECT unhashed_until FROM log_proof")
    return found


async def looked_through(connection: Connection) -> tuple[int, int]:
    """The last seal that was looked through once, and the last that was looked through again."""
    row = await connection.fetchrow("SELECT newest, round FROM log_proof")
    return (0, 0) if row is None else (row["newest"], row["round"])


async def look_on(connection: Connection, newest: int, again: int, now: datetime) -> None:
    """Note how far seals were looked through."""
    await connection.execute(_LOOKED, newest, again, now)


async def acts_between(connection: Connection, beyond: int, up_to: int, limit: int | None = None) -> list[NotedAct]:
    """Rows of the audit log, by id."""
    return [_noted(record) for record in await connection.fetch(_ACTS, beyond, up_to, limit)]


async def make(connection: Connection, up_to: Mark, now: datetime, key: Key | None, news: News) -> Kept | None:
    """Make the next seal, inside the transaction of ``connection``; ``None`` where there is nothing to seal."""
    newest = await last(connection)
    if newest is None:
        start = await connection.fetchrow(_START)
        until, walked = start["unhashed_until"], ALL if start["all_hashed"] else UUID(int=0)
        batches = acts = 0
    else:
        one = newest.seal
        until, walked, batches, acts = one.unhashed_until, one.walked, one.batches, one.acts
    if walked != ALL:
        walked, heads = await _walk(connection, walked)
        noted: list[NotedAct] = []
        to_batch, to_act = batches, acts
    else:
        to_batch = await connection.fetchval(_UP_TO, batches, up_to.batches, HEADS_AT_ONCE) or up_to.batches
        heads = await _heads(connection, batches, to_batch)
        noted = await acts_between(connection, acts, up_to.acts, ACTS_AT_ONCE)
        to_act = noted[-1].id if len(noted) == ACTS_AT_ONCE else up_to.acts
        if not heads and not noted:
            return None
    seal = Seal(
        number=1 if newest is None else newest.seal.number + 1,
        at=now,
        previous=FIRST if newest is None else newest.digest,
        batches=max(to_batch, batches),
        acts=max(to_act, acts),
        walked=walked,
        unhashed_until=until,
        heads=packed_heads(heads),
        noted=packed_acts(SealedAct(one.id, act_digest(one)) for one in noted),
    )
    digest = seal.digest()
    kept = Kept(seal, digest, key.name if key else "", key.mac(digest) if key else b"")
    await connection.execute(
        _ADD,
        seal.number,
        now,
        seal.previous,
        seal.batches,
        seal.acts,
        walked,
        until,
        seal.heads,
        seal.noted,
        digest,
        kept.key,
        kept.mac,
    )
    told = news(kept)
    await connection.execute(_OUT, told.message_id, told.subject, told.payload)
    return kept


async def _walk(connection: Connection, walked: UUID) -> tuple[UUID, list[Head]]:
    """The next shipments that were there before there were chains: each of their rows, since none bears its link."""
    ids = [UUID(int=row["id"].int) for row in await connection.fetch(_WALK, walked, WALKED_AT_ONCE)]
    chain = await chains.steps_by_shipment(connection, chains.STEPS_OF, ids)
    heads = [one for steps in chain.values() for one in _unhashed(steps)]
    return (ids[-1] if len(ids) == WALKED_AT_ONCE else ALL), heads


async def _heads(connection: Connection, beyond: int, up_to: int) -> list[Head]:
    """The last link of each shipment that moved; where an older release wrote it without, those of all such rows."""
    records = await connection.fetch(_HEADS, beyond, up_to)
    heads = [Head(UUID(int=r["shipment"].int), r["sequence"], r["hash"]) for r in records if r["hash"] is not None]
    without = [r["shipment"] for r in records if r["hash"] is None]
    if without:
        chain = await chains.steps_by_shipment(connection, chains.STEPS_OF, without)
        heads += [one for steps in chain.values() for one in _unhashed(steps)]
    return heads


def _unhashed(steps: Sequence[Step]) -> list[Head]:
    """The links that rows without a hash would have."""
    found, previous = [], ORIGIN
    for step in steps:
        (link,) = links(previous, [step])
        if step.hash is None:
            found.append(Head(step.shipment, step.sequence, link))
        previous = step.hash or link
    return found
