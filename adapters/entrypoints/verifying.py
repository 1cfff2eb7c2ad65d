"""``kervan audit verify``: looks through both logs in the database, and compares their seals with those on the broker."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import pool as database
from adapters.database import seals
from adapters.database.proof import Proof
from adapters.entrypoints import broker as brokers
from adapters.entrypoints.sealing import keys
from adapters.settings import Settings
from events import sealed
from workflow.chain import Fault

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look through: all, one shipment's log, or what was sealed since a moment."""

    shipment: UUID | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was looked through, in what time, and how many rows are not as they were written."""

    faults: int
    transitions: int
    shipments: int
    acts: int
    seals: int
    seals_without_known_mac: int
    seals_published: int | None
    """How many the broker has; ``None``: it was not asked."""
    seals_undone: int
    """How many of those the database had no more when it was put back to an earlier moment (``kervan restore``)."""
    detached: tuple[str, ...]
    """Months of the log that are detached, in words: looked at where they are, or kept elsewhere and not looked at."""
    seconds: float

    @property
    def rate(self) -> float:
        """Transitions a second."""
        return self.transitions / self.seconds if self.seconds else 0.0


async def verify(
    settings: Settings, database_url: str, broker_url: str, asked: Asked, named: Callable[[Fault], None]
) -> Verified:
    """Look, and say each row that is not right to ``named`` as it is found. ``broker_url`` is empty: the broker is not asked.

    Raises:
        DatabaseUnreachableError, BrokerUnreachableError: it cannot be looked, or not compared.
    """
    began, wrong = time.perf_counter(), 0
    published: _Published | None = None
    connected = await database.connect(database_url, size=2)
    try:
        proof = Proof(connected, keys(settings))
        async for fault in _asked_for(proof, asked):
            named(fault)
            wrong += 1
        if broker_url and asked.shipment is None:
            published = _Published()
            async for fault in published.faults(settings, broker_url, connected):
                named(fault)
                wrong += 1
    finally:
        await connected.close()
    took = time.perf_counter() - began
    return Verified(
        wrong,
        proof.steps,
        proof.shipments,
        proof.acts,
        proof.seals,
        proof.bare,
        None if published is None else published.seals,
        0 if published is None else published.undone,
        tuple(map(str, proof.detached)),
        took,
    )


def _asked_for(proof: Proof, asked: Asked) -> AsyncIterator[Fault]:
    if asked.shipment is not None:
        return proof.of_sealed(asked.shipment)
    return proof.everything() if asked.since is None else proof.since(asked.since)


@dataclass(slots=True)
class _Published:
    """The seals on the broker, and those of them that a restore undid."""

    seals: int = 0
    undone: int = 0

    async def faults(self, settings: Settings, broker_url: str, pool: Pool) -> AsyncIterator[Fault]:
        """What the database does not have as it was published."""
        client = await brokers.connect_once(broker_url, "kervan audit", authority=settings.broker_ca)
        try:
            restores = await sealed.restored(client)
            async for place, told in sealed.published(client):
                self.seals += 1
                if sealed.undone(place, int(told["number"]), restores):
                    self.undone += 1
                    continue
                for fault in sealed.faults(told, await seals.one(pool, int(told["number"]))):
                    yield fault
        finally:
            await brokers.close(client)


async def tell_restored(settings: Settings, database_url: str, broker_url: str, now: datetime) -> int:
    """Have the broker keep that the database was put back to an earlier moment; the number of the last seal that it has.

    Raises:
        DatabaseUnreachableError, BrokerUnreachableError: nothing was said.
    """
    connected = await database.connect(database_url, size=1)
    try:
        last = await seals.last(connected) if await seals.there_are(connected) else None
    finally:
        await connected.close()
    number = 0 if last is None else last.seal.number
    client = await brokers.connect_once(broker_url, "kervan audit", authority=settings.broker_ca)
    try:
        await sealed.tell_restored(client, number, now)
    finally:
        await brokers.close(client)
    return number
