"""A message as the business sees it: who says what, when, and under which identity."""

from dataclasses import dataclass
from datetime import datetime

from workflow.facts import EtgbIssued, EtgbLineIssued, Fact


@dataclass(slots=True)
class Message:
    """One message of the outside; ``(source, id)`` identifies it for ever.

    ``at`` is the event's own time and ``received_at`` when Kervan got it, both UTC. ``body`` is what came in, byte for
    byte. ``attended`` is true where somebody waits for the answer: such a message is refused instead of parked, and raises
    no attention item. ``replay`` lets a message that was refused before try again.
    """

    source: str
    id: str
    type: str
    at: datetime
    fact: Fact
    subject: str
    body: bytes
    received_at: datetime
    correlation: str = ""
    traceparent: str = ""
    attended: bool = False
    replay: bool = False

    @property
    def identity(self) -> tuple[str, str]:
        """What makes two messages the same one."""
        return (self.source, self.id)


@dataclass(slots=True)
class Part:
    """The piece of a message that concerns one shipment, and is applied, parked or refused on its own.

    Most messages have the one part 0. An ETGB has part 0 for itself and one part per line, so that the line whose shipment
    is not ready waits alone.
    """

    message: Message
    number: int
    fact: Fact
    waits_on: str = ""
    stored: bool = False
    """Whether it was parked before this batch, and so has to be taken off when it moves on."""
    due_at: datetime | None = None
    """When it has waited long enough for somebody to ask."""
    told: bool = False
    """Whether somebody was told that what it waits for does not come; the item is the key's, not the part's."""

    @property
    def order(self) -> tuple[datetime, str, str, int]:
        """Parts that wait for the same thing are applied in this order: by the time of the event."""
        return (self.message.at, self.message.source, self.message.id, self.number)


def parts(message: Message) -> list[Part]:
    """Split a message into its parts, in the order in which they are tried."""
    fact = message.fact
    if not isinstance(fact, EtgbIssued):
        return [Part(message, 0, fact)]
    lines = [
        Part(message, n, EtgbLineIssued(line.key, fact.number, n, fact.registered_on, line, fact.day_inferred))
        for n, line in enumerate(fact.lines, start=1)
    ]
    return [Part(message, 0, fact), *lines]
