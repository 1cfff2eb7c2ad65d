"""The desk: Kervan's tasks for the tax office become calls of an office, what it says becomes messages in its name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from adapters.tax_office.ports import FAMILY, FILING, VEDOP_CHECK, Filing, News, TaxOffice
from events import topology
from events.outgoing import envelope
from events.tasks import RejectedError, Reply, carried_on

_log = structlog.get_logger("kervan.tax_office")


class TaxOfficeDesk:
    """The handler of an office's tasks. The same task again gives the same messages, since none has a clock's time."""

    def __init__(self, office: TaxOffice) -> None:
        """Work with one office."""
        self._office = office
        self._source = f"{FAMILY}/{office.code}"

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Do what a task asks.

        Raises:
            TaskRefusedError: the office will not do it, or the task is not one.
        """
        if task["type"] == FILING:
            news = await self._office.file(filing_of(task))
        elif task["type"] == VEDOP_CHECK:
            news = await self._office.look_up(str(task["data"]["etgb_number"]))
        else:
            _log.warning("the tax office is not asked for this", type=task["type"], office=self._office.code)
            return ()
        return [self._reply(task, one) for one in news]

    def _reply(self, task: dict[str, Any], news: News) -> Reply:
        body = envelope(
            source=self._source,
            id=news.id,
            type=news.type,
            time=datetime.fromisoformat(task["time"]),
            data=news.data,
            **carried_on(task),
        )
        return Reply(topology.subject_of(self._source), news.id, body)


def filing_of(task: dict[str, Any]) -> Filing:
    """The claim that a task is about.

    Raises:
        RejectedError: it names none.
    """
    data = task["data"]
    try:
        return Filing(UUID(data["claim"]), str(task["id"]), str(data.get("petition_number") or ""))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise RejectedError("the task names no claim; ask for the filing again") from None
