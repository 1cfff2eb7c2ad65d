"""Work that goes on after its request was answered: started once for each thing, and ended with the process."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

import structlog
from fastapi import Request

_log = structlog.get_logger("kervan.web")


class Background:
    """What is under way, by what it is about; a second start of the same thing joins the first."""

    def __init__(self) -> None:
        """Nothing is."""
        self._tasks: dict[UUID, asyncio.Task[UUID | None]] = {}

    def start(self, about: UUID, work: Coroutine[Any, Any, UUID | None]) -> "asyncio.Task[UUID | None]":
        """Begin work, unless it is under way; it ends with the id of what it made, if it made something."""
        running = self._tasks.get(about)
        if running is not None:
            work.close()
            return running
        task = asyncio.create_task(work)
        self._tasks[about] = task
        task.add_done_callback(lambda done: self._ended(about, done))
        return task

    def under_way(self, about: UUID) -> bool:
        """Whether it goes on, in this process."""
        return about in self._tasks

    async def close(self) -> None:
        """End all; what was committed stays, and the same form goes on from there."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, about: UUID, task: "asyncio.Task[UUID | None]") -> None:
        self._tasks.pop(about, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("work after a request failed", about=str(about), error=type(error).__name__)


def of(request: Request) -> Background:
    """What is under way in the process that answers a request."""
    found: Background = request.app.state.background
    return found
