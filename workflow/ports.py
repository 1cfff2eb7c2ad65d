"""What the business asks of the outside: a store that works in transactions, and a clock."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from workflow.message import Message
from workflow.world import Changes, World

Clock = Callable[[], datetime]
"""Tells the time, aware and in UTC; tests drive it."""


class Unit(Protocol):
    """One transaction."""

    async def admit(self, messages: Sequence[Message]) -> list[Message]:
        """Enter messages into the inbox and give back those that are new (or replayed); a repeated one is counted."""
        ...

    async def load(self, messages: Sequence[Message], more: frozenset[str], now: datetime) -> World:
        """Lock and load what the messages, and the parked ones they may release, can touch.

        ``more`` names keys to lock besides those of the messages; what waits for them is loaded too. A batch that stops short
        loads again what is left of it, once the rest is saved.

        Raises:
            WiderWorldNeededError: parked messages were found that touch more than was locked.
        """
        ...

    async def save(self, messages: Sequence[Message], changes: Changes, now: datetime) -> None:
        """Write all changes; ``messages`` are those that were decided on."""
        ...


class Store(Protocol):
    """Where shipments are kept."""

    def begin(self) -> AbstractAsyncContextManager[Unit]:
        """Open a transaction; it commits where the block ends well and is undone where it raises.

        Raises:
            StoreUnavailableError: the database does not answer.
            BatchConflictError: another worker was in the way.
        """
        ...
