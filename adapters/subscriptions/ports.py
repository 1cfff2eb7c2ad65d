"""What the deliverer and the listener need of the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from events.subscriptions import Attempt, Delivery, Listener, Next, Receiver, Told, Why


class Noting(Protocol):
    """Where deliveries are noted."""

    async def listeners(self) -> Sequence[Listener]:
        """Who hears what, at this moment."""
        ...

    async def known_items(self, told: Sequence[Told]) -> Sequence[Told]:
        """The same, with seller and reason of attention items."""
        ...

    async def note(self, heard: Sequence[tuple[UUID, Told]], now: datetime) -> None:
        """Note what is to be delivered to whom; what is noted already stays as it is."""
        ...


class Settling(Protocol):
    """Where deliveries are taken from, and settled."""

    async def take(self, now: datetime, until: datetime, each: int) -> Mapping[Receiver, Sequence[Delivery]]:
        """What is due; nobody else is given it before ``until``."""
        ...

    async def settle(
        self,
        subscription: UUID,
        attempts: Sequence[Attempt],
        following: Sequence[Next],
        now: datetime,
        rest_until: datetime | None,
    ) -> datetime | None:
        """Keep what was tried and what is next; gives since when the subscription has been failing, if it has."""
        ...

    async def disable(self, subscription: UUID, why: Why, now: datetime) -> None:
        """Serve a subscription no more, until a person resumes it."""
        ...

    async def replay_some(self, now: datetime, limit: int) -> bool:
        """Take one replay a step further; whether there was anything to do."""
        ...

    async def clean(self, now: datetime) -> None:
        """Delete what is settled for long."""
        ...
