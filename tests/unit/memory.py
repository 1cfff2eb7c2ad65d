"""A store in memory for unit tests of the business: it keeps everything and hands out copies, a batch at a time."""

import copy
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from workflow.message import Message, Part
from workflow.rules.law import Rates
from workflow.shipment import Shipment, Transition
from workflow.world import Changes, World


class MemoryStore:
    """Everything in dictionaries; a block that raises leaves no trace."""

    def __init__(self) -> None:
        self.inbox: dict[tuple[str, str], str] = {}
        self.shipments: dict[UUID, Shipment] = {}
        self.world = World(datetime.min.replace(tzinfo=UTC), Rates())
        self.parked: dict[tuple[str, str, int], Part] = {}
        self.log: list[Transition] = []
        self.changes: list[Changes] = []
        self.comes_to: Decimal | None = None
        """What a claim comes to by the books that this store does not have: its filing's figure, where nobody told one."""

    @asynccontextmanager
    async def begin(self) -> AsyncIterator["MemoryUnit"]:
        """One batch."""
        unit = MemoryUnit(self)
        yield unit
        unit.commit()


class MemoryUnit:
    """One transaction."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.saved: tuple[World, list[Changes]] | None = None
        self.fresh: list[Message] = []

    async def admit(self, messages: Sequence[Message]) -> list[Message]:
        """New ones, once."""
        self.fresh = list({m.identity: m for m in reversed(messages) if m.identity not in self.store.inbox}.values())[::-1]
        return self.fresh

    async def load(self, messages: Sequence[Message], more: frozenset[str], now: datetime) -> World:
        """A copy of everything, as it was saved last."""
        self.loaded = copy.deepcopy(self.store.world if self.saved is None else self.saved[0])
        self.loaded.now = now
        return self.loaded

    async def save(self, messages: Sequence[Message], changes: Changes, now: datetime) -> None:
        """Kept until the block ends."""
        for one in changes.filings:
            if one.claim.refundable_try is None:
                one.claim.refundable_try = self.store.comes_to
        for part, _ in changes.parked.values():
            part.stored = True
        self.saved = (self.loaded, [*([] if self.saved is None else self.saved[1]), changes])

    def commit(self) -> None:
        """Make it true."""
        if self.saved is None:
            return
        world, stretches = self.saved
        self.store.world = world
        for changes in stretches:
            self.store.log.extend(changes.transitions)
            self.store.changes.append(changes)
        for message in self.fresh:
            self.store.inbox[message.identity] = stretches[-1].outcomes[message.identity].state
