"""What a worker does again and again: one supervised loop for all of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from events.cancellation import leave_if_cancelled


@dataclass(frozen=True, slots=True)
class Faults:
    """What may go wrong in a turn, and what is said of it in the log of whoever takes the turns."""

    known: tuple[type[Exception], ...]
    """Servers that are not there, and the like: over them it waits."""
    waits: str
    fails: str
    rest_s: float
    """How long to rest after either, before the next turn."""


async def keep(
    turn: Callable[[], Awaitable[float]],
    faults: Faults,
    log: Any,  # noqa: ANN401 - a structlog logger
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Take one turn after the other until cancelled; each says for how many seconds to rest after it.

    A fault of ours must not end the worker either: it is tried again, and logged each time with its kind alone, since its text
    may hold what came in.
    """
    while True:
        try:
            rest_s = await turn()
        except faults.known as error:
            leave_if_cancelled()
            log.warning(faults.waits, error=type(error).__name__)
            rest_s = faults.rest_s
        except Exception as error:  # noqa: BLE001 - see above
            leave_if_cancelled()
            log.error(faults.fails, error=type(error).__name__)  # noqa: TRY400 - see above
            rest_s = faults.rest_s
        await pause(rest_s)
