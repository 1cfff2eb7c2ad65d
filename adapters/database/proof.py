"""Looks through both logs for what is not as it was written: chains a few thousand shipments at a time, seals one by one.

A month of the transition log that was detached is looked through where its table is still in the database. Where it is kept
elsewhere, its shipments' own rows still have to end as the seals say, and to have made as many moves as were detached with it
and came since; the rest is known when it is attached again (:mod:`adapters.database.log_months`).
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import chains, detached, months, seals, turns
from adapters.database.detached import Detached
from adapters.database.months import Month
from workflow.chain import ORIGIN, Fault, Kind, Log, Standing, Step, faults, link
from workflow.seal import ALL, Head, Kept, Key, act_faults, acts_of, heads_of, seal_faults

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection = Any

AT_ONCE = 2_000
"""How many shipments' logs are in memory at once."""
_NONE = UUID(int=0)
_REMEMBERED = 100_000

_STEPS_AT_ONCE = 10 * AT_ONCE
_NEXT = {
    "SELECT id FROM shipment WHERE id > $1 ORDER BY id OFFSET $2 LIMIT 1": AT_ONCE,
    "SELECT shipment FROM {log} WHERE shipment > $1 ORDER BY shipment, sequence OFFSET $2 LIMIT 1": _STEPS_AT_ONCE,
}
"""Where a part of the logs ends: after so many shipments or so many of their moves, whichever comes first, so that moves
whose shipments are gone fill no memory."""
_STANDS = "SELECT id, sequence, chained, chain, created_at, seller FROM shipment"
_STANDING = f"{_STANDS} WHERE id > $1 AND id <= $2"
_STANDING_OF = f"{_STANDS} WHERE id = ANY($1::uuid[])"
_OF_MONTH = """
SELECT created_at, id FROM shipment WHERE created_at >= $1 AND created_at < $2 AND (created_at, id) > ($3, $4)
ORDER BY created_at, id LIMIT $5
"""
_MADE = """
SELECT (SELECT coalesce(sum(sequence), 0) FROM shipment WHERE created_at >= $1 AND created_at < $2) AS made,
       (SELECT count(*) FROM transition WHERE begun_at >= $1 AND begun_at < $2) AS there
"""
_SEALED = """
SELECT t.hash, t.shipment IS NOT NULL AS there FROM unnest($1::uuid[], $2::int[]) WITH ORDINALITY AS g(shipment, sequence, n)
LEFT JOIN {log} ON (t.shipment, t.sequence) = (g.shipment, g.sequence) ORDER BY n
"""
_MOVED_SINCE = "SELECT DISTINCT shipment FROM transition WHERE batch > $1"
_SEQUENCES = "SELECT sequence FROM {log} WHERE shipment = $1"


@dataclass(slots=True)
class Proof:
    """One look through the logs; what it looked at is counted, and a row is named once."""

    pool: Pool
    keys: Sequence[Key] = ()
    steps: int = 0
    shipments: int = 0
    acts: int = 0
    seals: int = 0
    bare: int = 0
    """Seals that bear no mac of a key that is known here."""
    at_hand: Sequence[Month] = ()
    """Months of the log whose tables are read too, though nothing notes that they are detached."""
    detached: list[Detached] = field(default_factory=list)
    """Those of which it is noted, as it was looked at last."""
    _log: str = ""
    _named: set[tuple[Log, UUID | None, int]] = field(default_factory=set)

    async def everything(self) -> AsyncIterator[Fault]:
        """Both logs and all seals."""
        until = await seals.unhashed_until(self.pool)
        beyond = _NONE
        while beyond != ALL:
            async with self._moment() as connection:
                steps_between, *nexts = self._in_log(chains.STEPS_BETWEEN_IN, *_NEXT)
                ends = [
                    await connection.fetchval(query, beyond, size - 1)
                    for query, size in zip(nexts, _NEXT.values(), strict=True)
                ]
                up_to = min((UUID(int=end.int) for end in ends if end is not None), default=ALL)
                standing = await _standing(connection, _STANDING, beyond, up_to)
                found = await chains.steps_by_shipment(connection, steps_between, beyond, up_to)
            for one in self._judged(found, standing, until):
                yield one
            beyond = up_to
        for one in self._once(await self._elsewhere()):
            yield one
        async for fault in self.sealed(0):
            yield fault
        for fault in self._once(await self._cut()):
            yield fault

    async def of_month(self, month: Month) -> AsyncIterator[Fault]:
        """The logs of all shipments that began in a month."""
        after = (month.begins, _NONE)
        while rows := await self.pool.fetch(_OF_MONTH, month.begins, month.ends, *after, AT_ONCE):
            async for fault in self.of([UUID(int=row["id"].int) for row in rows]):
                yield fault
            after = (rows[-1]["created_at"], rows[-1]["id"])

    @asynccontextmanager
    async def _moment(self) -> AsyncIterator[Connection]:
        """A connection in which all that is read is of one moment, so that a move between two questions is no fault.

        Nor is a month that is detached or attached while it is looked: none goes or comes within a moment, and each moment
        asks anew which are away. A month is waited for outside of the transaction, which then sees what became of it.
        """
        async with (
            turns.beside(self.pool, months.STAND) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            self.detached = await detached.months(connection)
            at_hand = {one.month for one in self.detached if one.here}.union(self.at_hand)
            self._log = detached.read_with(sorted(at_hand))
            yield connection

    def _in_log(self, *queries: str) -> list[str]:
        """The queries, each with what the log is read from at this moment."""
        return [query.format(log=self._log) for query in queries]

    def _is_elsewhere(self, standing: Standing | None) -> bool:
        """Whether a shipment's month was detached and is not at hand."""
        began = None if standing is None else standing.begun_at
        return began is not None and any(not x.here and x.month.begins <= began < x.month.ends for x in self.detached)

    async def _elsewhere(self) -> list[Fault]:
        """Months that are kept elsewhere, of which more or less was detached than their shipments moved."""
        found = []
        async with self._moment() as connection:
            for one in self.detached:
                if not one.here:
                    [(made, there)] = await connection.fetch(_MADE, one.month.begins, one.month.ends)
                    if made != one.moves + there:
                        detail = f"its shipments made {made} moves; {one.moves} were detached, {there} are there"
                        found.append(Fault(Log.MONTH, Kind.CHANGED, one.month.year * 100 + one.month.month, detail))
        return found

    async def _cut(self) -> list[Fault]:
        """Seals at the end that were looked through once, and are not there any more."""
        newest = await seals.last(self.pool)
        there = 0 if newest is None else newest.seal.number
        looked, _ = await seals.looked_through(self.pool)
        return [Fault(Log.SEAL, Kind.REMOVED, n, "it was looked through before") for n in range(there + 1, looked + 1)]

    async def since(self, moment: datetime) -> AsyncIterator[Fault]:
        """The seals from a moment on, the shipments they name, and what was written after the last of them."""
        first = await self.pool.fetchval("SELECT max(number) FROM seal WHERE at < $1", moment) or 0
        async for fault in self.sealed(first, deep=True):
            yield fault
        newest = await seals.last(self.pool)
        rows = await self.pool.fetch(_MOVED_SINCE, newest.seal.batches if newest else 0)
        async for fault in self.of([UUID(int=row["shipment"].int) for row in rows]):
            yield fault

    async def of(self, shipments: Sequence[UUID]) -> AsyncIterator[Fault]:
        """The logs of some shipments, by their chains."""
        until = await seals.unhashed_until(self.pool)
        for begin in range(0, len(shipments), AT_ONCE):
            ids = shipments[begin : begin + AT_ONCE]
            async with self._moment() as connection:
                (steps_of,) = self._in_log(chains.STEPS_OF_IN)
                standing = await _standing(connection, _STANDING_OF, ids)
                found = await chains.steps_by_shipment(connection, steps_of, ids)
            for one in self._judged(found, standing, until):
                yield one

    async def of_sealed(self, shipment: UUID) -> AsyncIterator[Fault]:
        """The log of one shipment: its chain, and every seal that names it."""
        async for fault in self.of([shipment]):
            yield fault
        async for kept in seals.after(self.pool, 0):
            self.seals += 1
            async for fault in self._heads([one for one in heads_of(kept.seal.heads) if one.shipment == shipment], kept):
                yield fault

    async def sealed(self, beyond: int, up_to: int | None = None, *, deep: bool = False) -> AsyncIterator[Fault]:
        """The seals after ``beyond`` and what they sealed; ``deep``: the whole chains of the shipments they name too."""
        before = await seals.before(self.pool, beyond + 1)
        keyed_since = await seals.keyed_since(self.pool)
        known = {key.name for key in self.keys}
        async for kept in seals.after(self.pool, beyond):
            number = kept.seal.number
            if up_to is not None and number > up_to:
                return
            self.seals += 1
            self.bare += kept.key not in known
            for fault in self._once(
                seal_faults(kept, before, self.keys, keyed=keyed_since is not None and keyed_since < number)
            ):
                yield fault
            heads = heads_of(kept.seal.heads)
            if deep:
                async for fault in self.of(sorted({one.shipment for one in heads})):
                    yield fault
            async for fault in self._heads(heads, kept):
                yield fault
            async for fault in self._acts(kept, before):
                yield fault
            before = kept

    def _judged(self, found: dict[UUID, list[Step]], standing: dict[UUID, Standing], until: datetime | None) -> list[Fault]:
        wrong: list[Fault] = []
        for shipment in sorted(found.keys() | standing.keys()):
            steps = found.get(shipment, [])
            self.steps += len(steps)
            self.shipments += 1
            stands = standing.get(shipment)
            wrong += faults(shipment, steps, stands, until, detached=self._is_elsewhere(stands))
        return self._once(wrong)

    def _once(self, found: Sequence[Fault]) -> list[Fault]:
        """Those that were not named yet; beyond a hundred thousand some may be named twice."""
        fresh = []
        for one in found:
            place = (one.log, one.shipment, one.number)
            if place not in self._named:
                fresh.append(one)
                if len(self._named) < _REMEMBERED:
                    self._named.add(place)
        return fresh

    async def _heads(self, heads: Sequence[Head], kept: Kept) -> AsyncIterator[Fault]:
        """What of the sealed moves is not there, or is another now."""
        without: list[Head] = []
        for begin in range(0, len(heads), AT_ONCE):
            part = heads[begin : begin + AT_ONCE]
            async with self._moment() as connection:
                (sealed,) = self._in_log(_SEALED)
                rows = await connection.fetch(sealed, [one.shipment for one in part], [one.sequence for one in part])
                gone = [head for head, (_, there) in zip(part, rows, strict=True) if not there]
                missed = await self._not_there(connection, gone, kept)
            for fault in self._once(missed):
                yield fault
            for head, (there_hash, there) in zip(part, rows, strict=True):
                if not there:
                    continue
                if there_hash is None:
                    without.append(head)
                elif there_hash != head.hash:
                    detail = f"its link is not the one in seal {kept.seal.number}: it was changed, or its log was made anew"
                    for fault in self._once([Fault(Log.TRANSITION, Kind.CHANGED, head.sequence, detail, head.shipment)]):
                        yield fault
        for fault in self._once(await self._unhashed(without, kept)):
            yield fault

    async def _not_there(self, connection: Connection, heads: Sequence[Head], kept: Kept) -> list[Fault]:
        """What is wrong with sealed moves that are not there: nothing more is known of those whose month is kept elsewhere."""
        found: list[Fault] = []
        away = bool(heads) and any(not one.here for one in self.detached)
        standing = await _standing(connection, _STANDING_OF, [one.shipment for one in heads]) if away else {}
        for head in heads:
            stands = standing.get(head.shipment)
            if stands is None or not self._is_elsewhere(stands):
                found += await self._removed(connection, head, kept)
            elif head.sequence == stands.chained and head.hash != stands.chain:
                detail = f"its chain does not end as seal {kept.seal.number} is of"
                found.append(Fault(Log.SHIPMENT, Kind.CHANGED, head.sequence, detail, head.shipment))
        return found

    async def _removed(self, connection: Connection, head: Head, kept: Kept) -> list[Fault]:
        """All moves up to a sealed one that are not there; the seal is proof of each of them."""
        (sequences,) = self._in_log(_SEQUENCES)
        rows = await connection.fetch(sequences, head.shipment)
        there = {row["sequence"] for row in rows}
        detail = f"seal {kept.seal.number} is of {head.sequence} moves"
        gone = [n for n in range(1, head.sequence + 1) if n not in there]
        return [Fault(Log.TRANSITION, Kind.REMOVED, n, detail, head.shipment) for n in gone]

    async def _unhashed(self, heads: Sequence[Head], kept: Kept) -> list[Fault]:
        """Rows of before there were chains: each by the link that it was sealed with."""
        sealed = {(one.shipment, one.sequence): one.hash for one in heads}
        found = []
        ids = sorted({one.shipment for one in heads})
        for begin in range(0, len(ids), AT_ONCE):
            async with self._moment() as connection:
                (steps_of,) = self._in_log(chains.STEPS_OF_IN)
                chain = await chains.steps_by_shipment(connection, steps_of, ids[begin : begin + AT_ONCE])
            for steps in chain.values():
                previous = ORIGIN
                for step in steps:
                    here = link(previous, step)
                    was = sealed.get((step.shipment, step.sequence), step.hash or here)
                    if was != here:
                        detail = f"it does not say what seal {kept.seal.number} is of"
                        found.append(Fault(Log.TRANSITION, Kind.CHANGED, step.sequence, detail, step.shipment))
                    previous = was
        return found

    async def _acts(self, kept: Kept, before: Kept | None) -> AsyncIterator[Fault]:
        """The audit log from one seal to the next."""
        beyond = before.seal.acts if before is not None else -1
        if before is not None and kept.seal.acts == beyond:
            return
        sealed = acts_of(kept.seal.noted)
        there = await seals.acts_between(self.pool, beyond, kept.seal.acts, max(len(sealed) * 2, seals.ACTS_AT_ONCE))
        self.acts += len(there)
        for fault in self._once(act_faults(sealed, there)):
            yield fault


async def _standing(connection: Connection, query: str, *arguments: object) -> dict[UUID, Standing]:
    rows = await connection.fetch(query, *arguments)
    return {
        UUID(int=row["id"].int): Standing(row["sequence"], row["chained"], row["chain"], row["created_at"], row["seller"])
        for row in rows
    }
