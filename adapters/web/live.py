"""What changes, told to open pages: one subscription of the process to the broker, fanned out by topics.

A page is told that something changed, never what: it asks for its own address again, with its own rights. Topics are
``shipments``, ``attention``, ``claims``, and ``shipment-<id>``; what comes in a burst is told once.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Final

import orjson

from events import topology

GATHER_S: Final = 0.5
"""How long what changes is gathered before it is told."""
BEAT_S: Final = 20.0
"""How often a silent line shows that it is open, and whether its session still is."""


@dataclass(eq=False, slots=True)
class Line:
    """One open page: what it wants to be told of, and what it was not told yet."""

    wanted: frozenset[str]
    changed: set[str] = field(default_factory=set)
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
        topics = _topics(subject, payload)
        for line in self._lines:
            mine = topics & line.wanted
            if mine:
                line.changed |= mine
                line.news.set()

    def close(self) -> None:
        """End all lines, so that the process can."""
        self._closed = True
        for line in self._lines:
            line.news.set()

    async def follow(self, wanted: frozenset[str]) -> AsyncGenerator[set[str]]:
        """What changed of what is wanted, gathered; an empty set where nothing did for a while. Ends when all is closed."""
        line = Line(wanted)
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
                    line.news.clear()
                    yield changed
        finally:
            self._lines.discard(line)


def _topics(subject: str, payload: bytes) -> set[str]:
    """What a message of the broker is about."""
    kind = subject.removeprefix(f"{topology.OUT}.").partition(".")[0]
    topics = {{"shipment": "shipments", "claim": "claims"}.get(kind, kind)}
    try:
        data = orjson.loads(payload)["data"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return topics
    shipment = data.get("shipment_id") if isinstance(data, dict) else None
    return topics | {f"shipment-{shipment}"} if isinstance(shipment, str) else topics
