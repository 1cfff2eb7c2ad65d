"""Rates as other parts ask for them: what is known of days, and the rate that an invoice of a day states."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import asyncpg

from adapters.database import statements
from events import topology
from events.outgoing import SOURCE, envelope
from workflow import asking
from workflow.bulletins import Bulletins
from workflow.invoice import Rate
from workflow.rules.law import WALK_BACK_DAYS

Reading = asyncpg.Pool | asyncpg.pool.PoolConnectionProxy
"""What queries can be read from: a pool, or a connection in whose transaction they shall be."""


async def known(pool: "asyncpg.Pool[asyncpg.Record]", code: str, since: date, until: date) -> Mapping[date, bool]:
    """What is known of a bank's days: whether it published a bulletin."""
    found = await pool.fetch(
        "SELECT day, published FROM rate_day WHERE code = $1 AND day BETWEEN $2 AND $3 AND published IS NOT NULL",
        code,
        since,
        until,
    )
    return {row["day"]: row["published"] for row in found}


async def bulletins(pool: "Reading", since: date, until: date) -> Bulletins:
    """All bulletins of some days, whoever told them, and the days of which somebody told that there was none."""
    published: dict[date, dict[str, Decimal]] = {}
    for row in await pool.fetch(
        "SELECT currency, published_on, rate FROM rate WHERE published_on BETWEEN $1 AND $2", since, until
    ):
        published.setdefault(row["published_on"], {})[row["currency"]] = row["rate"]
    gone = await pool.fetch("SELECT DISTINCT day FROM rate_day WHERE NOT published AND day BETWEEN $1 AND $2", since, until)
    return Bulletins(published, frozenset(row["day"] for row in gone))


async def names(pool: "Reading", since: date, until: date) -> dict[date, str]:
    """What the bulletins of some days are called, as their bank numbers them."""
    found = await pool.fetch(
        "SELECT published_on, max(bulletin) AS bulletin FROM rate WHERE published_on BETWEEN $1 AND $2 GROUP BY 1", since, until
    )
    return {row["published_on"]: row["bulletin"] for row in found}


async def rate_for_invoice(pool: "asyncpg.Pool[asyncpg.Record]", currency: str, day: date) -> Rate | None:
    """The rate that an invoice issued on ``day`` states: the last bulletin before it; ``None`` for TRY.

    A caller that may wait lets :func:`ask_for` have the day fetched and tries again.

    Raises:
        RateMissingError: it is not known here; the message says what to do.
        CurrencyNotListedError, NoBulletinInReachError: see :mod:`workflow.bulletins`.
    """
    if currency == "TRY":
        return None
    found = await bulletins(pool, day - timedelta(days=WALK_BACK_DAYS), day)
    return found.in_force(currency, day)


async def ask_for(pool: "asyncpg.Pool[asyncpg.Record]", code: str, days: Sequence[date], now: datetime) -> int:
    """Ask a bank for the rates that days need, as the engine does; how many were not asked for in the last hour."""
    family, kind = asking.RATES
    wanted = sorted(set(days))
    async with pool.acquire() as connection, connection.transaction():
        won = await connection.fetch(statements.ASK_FOR_RATES, [code] * len(wanted), wanted, now)
        for row in won:
            task_id = asking.rates_task(code, row["day"])
            payload = envelope(source=SOURCE, id=task_id, type=kind, time=now, data={"days": [row["day"]]})
            await connection.execute(
                "INSERT INTO outbox (message_id, subject, payload) VALUES ($1, $2, $3)",
                task_id,
                topology.task(family, code),
                payload,
            )
        if won:
            await connection.execute(statements.WAKE_RELAY)
    return len(won)
