"""Which bulletins a day needs, and how they are found: what is known first, then the bank, a day at a time backwards.

A day needs two bulletins at most: the newest of the day or before (the limit test converts with it) and the newest before
the day (it is in force on the day, since a bulletin comes out at 15:30 and is used from the next day on; domain sections 4
and 6.2). The bank publishes on working days only: weekends are not asked for, holidays answer 404, and what is more than
twelve days back is not looked for. A past day that answered 404 is told as such and so never asked for again; today is not
asked for before 15:30, and its 404 is not remembered.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from adapters.calls.caller import Caller
from adapters.rates.tcmb import PUBLISHED_AT, SOURCE, bulletin
from adapters.rates.tcmb.bulletin import Bulletin, WrongBulletinError
from adapters.rates.tcmb.client import BankRefusedError, BankUnavailableError, TcmbClient
from events import topology
from events.tasks import NotYetError, Reply
from workflow.bulletins import is_weekend
from workflow.ports import Clock
from workflow.rules.law import WALK_BACK_DAYS
from workflow.values import ISTANBUL

Known = Callable[[date, date], Awaitable[Mapping[date, bool]]]
"""What is known of the days from one to another: whether the bank published a bulletin."""

_log = structlog.get_logger("kervan.rates.tcmb")

_AGAIN_S, _MUCH_LATER_S = 120.0, 3600.0
_REMEMBERED = 400
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank said of a day: its bulletin, or that there is none; ``final`` unless it may still come."""

    day: date
    bulletin: Bulletin | None
    final: bool = True


class TcmbBank:
    """Finds bulletins; also the handler of the tasks ``rates.requested.v1`` (``days``)."""

    def __init__(self, client: TcmbClient, known: Known, clock: Clock) -> None:
        """Ask ``known`` before the bank."""
        self._client = client
        self._known = known
        self._clock = clock
        self._turn = asyncio.Lock()
        self._answers: dict[date, Answer] = {}

    @property
    def caller(self) -> Caller:
        """What calls the bank."""
        return self._client.caller

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Find what the days of a task need.

        Raises:
            NotYetError: the bank is not there (again in two minutes, or when it says), or its answer cannot be relied on
                (in an hour).
        """
        if task["type"] != "rates.requested.v1":
            _log.warning("the bank does not do this", type=task["type"])
            return ()
        days = sorted({date.fromisoformat(day) for day in task["data"]["days"]})
        try:
            async with self._turn:
                answers = [answer for day in days async for answer in self.needed(day)]
        except BankUnavailableError as error:
            _log.warning("no rates yet", error=str(error))
            raise NotYetError(error.seconds or _AGAIN_S) from error
        except (BankRefusedError, WrongBulletinError) as error:
            _log.exception("the bank's answer is of no use")
            raise NotYetError(_MUCH_LATER_S) from error
        return [reply(answer) for answer in answers if answer.final]

    async def needed(self, day: date) -> AsyncIterator[Answer]:
        """What had to be asked for so that a day has its bulletins; nothing where all is known.

        Raises:
            BankUnavailableError, BankRefusedError, WrongBulletinError: as the client and the reader say.
        """
        known = dict(await self._known(day - (WALK_BACK_DAYS + 1) * _DAY, day))
        for newest in (day, day - _DAY):
            found = False
            for one in (newest - back * _DAY for back in range(WALK_BACK_DAYS + 1)):
                if one not in known and self._may_have_one(one):
                    answer = await self._ask(one)
                    known[one] = answer.bulletin is not None
                    yield answer
                if found := known.get(one, False):
                    break
            if not found:
                _log.warning("no bulletin in reach", day=newest.isoformat(), days_back=WALK_BACK_DAYS)

    async def between(self, since: date, until: date) -> AsyncIterator[Answer | None]:
        """For each day what the bank says, ``None`` where it need not be asked; errors as :meth:`needed`."""
        known = await self._known(since, until)
        for day in days(since, until):
            yield await self._ask(day) if day not in known and self._may_have_one(day) else None

    async def newest(self) -> Answer | None:
        """The newest bulletin, whatever its day; errors as :meth:`needed`."""
        content = await self._client.newest()
        if content is None:
            return None
        found = bulletin.read(content, "today.xml")
        return Answer(found.published_on, found)

    def _may_have_one(self, day: date) -> bool:
        now = self._clock().astimezone(ISTANBUL)
        return not is_weekend(day) and now >= datetime.combine(day, PUBLISHED_AT, ISTANBUL)

    async def _ask(self, day: date) -> Answer:
        """Ask the bank, or say again what it said to this process before."""
        if day in self._answers:
            return self._answers[day]
        content = await self._client.dated(day)
        if content is None:
            return self._remember(Answer(day, None, final=day < self._clock().astimezone(ISTANBUL).date()))
        return self._remember(Answer(day, bulletin.read(content, f"bulletin of {day}", day)))

    def _remember(self, answer: Answer) -> Answer:
        if answer.final:
            while len(self._answers) >= _REMEMBERED:
                del self._answers[next(iter(self._answers))]
            self._answers[answer.day] = answer
        return answer


def days(since: date, until: date) -> list[date]:
    """The days from one to another, both included."""
    return [since + n * _DAY for n in range((until - since).days + 1)]


def reply(answer: Answer) -> Reply:
    """What is told of an answer; the same answer, the same message."""
    message_id, body = bulletin.absent(answer.day) if answer.bulletin is None else bulletin.published(answer.bulletin)
    return Reply(topology.subject_of(SOURCE), message_id, body)
