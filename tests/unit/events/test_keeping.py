"""The loop that all of a worker's chores run in: it rests as each turn says, and no fault ends it."""

import asyncio

import pytest

from events import keeping

FAULTS = keeping.Faults((ConnectionError,), "not yet", "cannot", 5.0)


class Log:
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, str]] = []

    def warning(self, event: str, error: str) -> None:
        """As structlog's."""
        self.said.append(("warning", event, error))

    def error(self, event: str, error: str) -> None:
        """As structlog's."""
        self.said.append(("error", event, error))


async def test_it_rests_after_each_turn_and_goes_on_over_every_fault() -> None:
    """Known ones are warned of, others are errors of ours; neither says the error's text, which may hold what came in."""
    log, rests = Log(), list[float]()
    turns: list[float | Exception] = [0.0, ConnectionError("secret"), KeyError("secret"), 1.5]

    async def turn() -> float:
        if not turns:
            raise asyncio.CancelledError
        found = turns.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    async def pause(seconds: float) -> None:
        rests.append(seconds)

    with pytest.raises(asyncio.CancelledError):
        await keeping.keep(turn, FAULTS, log, pause)
    assert rests == [0.0, 5.0, 5.0, 1.5]
    assert log.said == [("warning", "not yet", "ConnectionError"), ("error", "cannot", "KeyError")]
