"""What changes, told to open pages: one subscription of the process to the broker, fanned out by topics.

A page is told that something changed, never what: it asks for its own address again, with its own rights. Topics are
``shipments``, ``attention``, ``claims``, and ``shipment-<id>``; what comes in a burst is told once. Whoever is bound to sellers
is told of theirs alone, so that nobody learns when others' shipments move.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import orjson

from events import topology

GATHER_S: Final = 0.5
"""How long what changes is gathered before it is told."""
BEAT_S: Final = 20.0
"""How often a silent line shows that it is open, and whether its session still is."""


_MOST_UNSURE: Final = 1000
"""Of so much it is asked at once whose it is; a page asks for itself every minute anyhow."""


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about, as far as it says so."""

    seller: str = ""
    shipment: UUID | None = None
    claim: UUID | None = None


Own = Callable[[Sequence[UUID], Sequence[UUID]], Awaitable[set[UUID]]]
"""Which of some shipments and of some claims are of the sellers that a page's user is bound to."""


@dataclass(eq=False, slots=True)
class Line:
    """One open page: what it wants to be told of, of which sellers (none: all), and what it was not told yet."""

    wanted: frozenset[str]
    sellers: frozenset[str] = frozenset()
    changed: set[str] = field(default_factory=set)
    unsure: dict[About, set[str]] = field(default_factory=dict)
    """What changed of things of which the message did not say whose they are."""
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Live:
    """The fan-out of one process."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._lines: set[Line] = set()
        self._closed = False

    @property
    def open_lines(self) -> int:
        """How many pages listen."""
        return len(self._lines)

    def heard(self, subject: str, payload: bytes) -> None:
        """Take a message that Kervan published."""
        if not self._lines:
            return
        topics, about = _read(subject, payload)
        for line in self._lines:
            mine = topics & line.wanted
            if not mine:
                continue
            if not line.sellers or about.seller in line.sellers:
                line.changed |= mine
            elif not about.seller and (about.shipment or about.claim) and len(line.unsure) < _MOST_UNSURE:
                line.unsure.setdefault(about, set()).update(mine)
            else:
                continue
            line.news.set()

    def close(self) -> None:
        """End all lines, so that the process can."""
        self._closed = True
        for line in self._lines:
            line.news.set()

    async def follow(
        self, wanted: frozenset[str], sellers: Iterable[str] = (), own: Own | None = None
    ) -> AsyncGenerator[set[str]]:
        """What changed of what is wanted, gathered; an empty set where nothing did for a while. Ends when all is closed.

        With ``sellers`` only what is theirs; ``own`` tells of what a message did not say of whom it is.
        """
        line = Line(wanted, frozenset(sellers))
        self._lines.add(line)
        try:
            while not self._closed:
                try:
                    async with asyncio.timeout(BEAT_S):
                        await line.news.wait()
                except TimeoutError:
                    yield set()
                    continue
                if not self._closed:
                    await asyncio.sleep(GATHER_S)
                    changed, line.changed = line.changed, set()
                    unsure, line.unsure = line.unsure, {}
                    line.news.clear()
                    if unsure and own is not None:
                        theirs = await own([a.shipment for a in unsure if a.shipment], [a.claim for a in unsure if a.claim])
                        changed |= set().union(*(topics for a, topics in unsure.items() if {a.shipment, a.claim} & theirs))
                    if changed:
                        yield changed
        finally:
            self._lines.discard(line)


def _read(subject: str, payload: bytes) -> tuple[set[str], About]:
    """The topics of a message of the broker, and what it is about."""
    kind = subject.removeprefix(f"{topology.OUT}.").partition(".")[0]
    topics = {{"shipment": "shipments", "claim": "claims"}.get(kind, kind)}
    try:
        data = orjson.loads(payload)["data"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return topics, About()
    if not isinstance(data, dict):
        return topics, About()
    shipment, seller = data.get("shipment_id"), data.get("seller")
    about = About(seller if isinstance(seller, str) else "", _id(shipment), _id(data.get("claim")))
    return (topics | {f"shipment-{shipment}"} if isinstance(shipment, str) else topics), about


def _id(said: object) -> UUID | None:
    try:
        return UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None
