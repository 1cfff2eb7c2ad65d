"""What begins may be told to stop before it is done."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from workflow.errors import KervanError

T = TypeVar("T")

_CANCELS = 5
"""How often a task is asked to end: until Python 3.12 ``asyncio.wait_for`` may swallow a cancellation."""


class StoppedError(KervanError):
    """Somebody asked Kervan to stop while it was starting. It has stopped; there is nothing to do."""

    def __init__(self) -> None:
        """Say it."""
        super().__init__("Kervan was asked to stop while it was starting; it has stopped.")


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T:
    """Do something that may take for ever (a server that does not answer), unless ``stop`` is set first.

    Raises:
        StoppedError: ``stop`` was set; the work was cancelled.
    """
    doing = asyncio.create_task(work)
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({doing, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
        raise StoppedError
    finally:
        stopped.cancel()
        for _ in range(_CANCELS):
            if doing.done():
                break
            doing.cancel()
            await asyncio.wait({doing}, timeout=1)
