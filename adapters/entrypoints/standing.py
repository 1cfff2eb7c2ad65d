"""Keeps how each seller's refunds stand, for the view of all sellers: what changed at once, the rest once an hour.

A worker calculates whoever has news (claims, purchases, VAT returns), then who has no figures yet and only exports that wait
for VEDOP, which it looks for every few minutes, then whoever was calculated an hour ago or more: rates, documents and days go
on too. One process at a time does, by an advisory lock. It works for a quarter of the time at most, so that many sellers with
much news cost the engine no more than that.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg
import structlog

from adapters.database import seller_refunds, turns
from adapters.database.claims import ClaimBooks
from adapters.database.store import LOST
from events import keeping
from workflow.errors import KervanError, StoreUnavailableError
from workflow.ports import Clock
from workflow.refund.standing import standing
from workflow.rules.law import LawBook
from workflow.values import istanbul_day

_log = structlog.get_logger("kervan.standing")

OLD: timedelta = timedelta(hours=1)
AT_ONCE = 50
"""Sellers in one calculation."""
_CHANGES = 500
_AGAIN_S = 10.0
LOOKS: timedelta = timedelta(minutes=5)
"""After which time it looks again for sellers who have exports that wait for VEDOP, and no figures."""
_RESTS = 3
"""How many times as long as it worked it rests."""


@dataclass(slots=True)
class Standings:
    """Calculates how sellers stand, in one process.

    ``looked_at`` is when it last found no more sellers without figures, ``seen`` how far it is in looking for them.
    """

    pool: "asyncpg.Pool[asyncpg.Record]"
    books: ClaimBooks
    law: LawBook
    clock: Clock
    at_once: int = AT_ONCE
    looked_at: datetime | None = None
    seen: str = ""

    async def run(self) -> int | None:
        """Calculate some of whoever has news or old figures, and say how many; ``None`` where another process does."""
        async with turns.turn(self.pool, seller_refunds.TURN) as mine:
            if not mine:
                return None
            changes, sellers = await seller_refunds.stale(self.pool, _CHANGES)
            for begin in range(0, len(sellers), self.at_once):
                await self._calculate(sellers[begin : begin + self.at_once])
            await seller_refunds.heard(self.pool, changes)
            if not sellers:
                sellers = await self._unlisted() or await seller_refunds.long_ago(self.pool, self.clock() - OLD, self.at_once)
                await self._calculate(sellers)
            return len(sellers)

    async def _unlisted(self) -> list[str]:
        """Some more of those who have no figures, and exports that wait for VEDOP; each once in a while."""
        now = self.clock()
        if self.looked_at is not None and now - self.looked_at < LOOKS:
            return []
        found = await seller_refunds.unlisted(self.pool, self.seen, self.at_once)
        self.seen = found[-1] if found else ""
        self.looked_at = None if found else now
        return found

    async def _calculate(self, sellers: Sequence[str]) -> None:
        """Calculate sellers together; where that cannot be done for one, the others are, and it keeps the figures it had."""
        if not sellers:
            return
        now = self.clock()
        today = istanbul_day(now)
        try:
            found, outside = await self.books.unsettled(sellers, today), await self.books.waiting(sellers)
            standings = [
                standing(seller, found.get(seller, ()), self.law, today, outside.get(seller, ())) for seller in sellers
            ]
        except StoreUnavailableError:
            raise
        except KervanError as error:
            if len(sellers) == 1:
                _log.error("a seller's refunds cannot be calculated", error=type(error).__name__)
                await seller_refunds.postpone(self.pool, sellers, now)
                return
            half = len(sellers) // 2
            await self._calculate(sellers[:half])
            await self._calculate(sellers[half:])
            return
        await seller_refunds.save(self.pool, standings, now)


async def keep(standings: Standings) -> None:
    """Calculate and rest, until cancelled."""

    async def turn() -> float:
        begun = time.monotonic()
        done = await standings.run()
        took = time.monotonic() - begun
        return took * _RESTS if done else _AGAIN_S

    await keeping.keep(turn, _FAULTS, _log)


_FAULTS = keeping.Faults(LOST, "sellers' refunds are not calculated yet", "sellers' refunds cannot be calculated", 30.0)
