"""``kervan audit verify``: looks through both logs in the database, and compares their seals with those on the broker."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
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
    began, wrong, published = time.perf_counter(), 0, None
    connected = await database.connect(database_url, size=2)
    try:
        proof = Proof(connected, keys(settings))
        async for fault in _asked_for(proof, asked):
            named(fault)
            wrong += 1
        if broker_url and asked.shipment is None:
            published = 0
            async for told in _published(broker_url):
                published += 1
                for fault in sealed.faults(told, await seals.one(connected, int(told["number"]))):
                    named(fault)
                    wrong += 1
    finally:
        await connected.close()
    took = time.perf_counter() - began
    return Verified(wrong, proof.steps, proof.shipments, proof.acts, proof.seals, proof.bare, published, took)


def _asked_for(proof: Proof, asked: Asked) -> AsyncIterator[Fault]:
    if asked.shipment is not None:
        return proof.of_sealed(asked.shipment)
    return proof.everything() if asked.since is None else proof.since(asked.since)


async def _published(broker_url: str) -> AsyncIterator[dict[str, Any]]:
    client = await brokers.connect_once(broker_url, "kervan audit")
    try:
        async for told in sealed.published(client):
            yield told
    finally:
        await brokers.close(client)
