"""The central bank's client against a server that answers as the bank does, and as it should not."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import stamina

from adapters.rates.tcmb.bank import TcmbBank
from adapters.rates.tcmb.bulletin import WrongBulletinError
from adapters.rates.tcmb.client import BankRefusedError, BankUnavailableError, TcmbClient
from events.tasks import NotYetError
from events.translate import Arrival
from events.translate import read as read_message
from tests.bulletins import bulletin, recorded
from tests.contract.bank_server import Answer, Server, bank_server
from workflow import facts
from workflow.message import Message

OCTOBER = date(2020, 10, 8)
LATER = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BUSY = Answer(status="503 Service Unavailable")


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Attempts follow each other at once."""
    with stamina.set_testing(testing=True, attempts=3):
        yield


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with bank_server() as found:
        yield found


@pytest.fixture
async def client(server: Server) -> AsyncIterator[TcmbClient]:
    async with TcmbClient(server.url, timeout_s=0.5) as found:
        yield found


class Memory:
    """What is known of days, as the database would have it."""

    def __init__(self) -> None:
        self.days: dict[date, bool] = {}

    async def __call__(self, since: date, until: date) -> Mapping[date, bool]:
        """What is known of some days."""
        return {day: there for day, there in self.days.items() if since <= day <= until}

    def take(self, replies: Any) -> list[facts.Fact]:
        """Understand replies as the engine does, and keep what they tell."""
        told = []
        for one in replies:
            message = read_message(Arrival(one.subject, one.body, one.message_id), LATER)
            assert isinstance(message, Message), message
            told.append(message.fact)
            match message.fact:
                case facts.RatesPublished(published_on=day):
                    self.days[day] = True
                case facts.RatesAbsent(days=days):
                    self.days |= dict.fromkeys(days, False)
        return told


def wanted(*days: date) -> dict[str, Any]:
    return {"type": "rates.requested.v1", "id": "t", "data": {"days": [day.isoformat() for day in days]}}


async def test_a_days_bulletin_stands_under_its_month_and_day(server: Server, client: TcmbClient) -> None:
    """/202010/08102020.xml, byte for byte; the newest under today.xml."""
    server.publish(OCTOBER, Answer(recorded("08102020.xml")))
    server.answers["/today.xml"] = [Answer(recorded("18092026.xml"))]
    assert await client.dated(OCTOBER) == recorded("08102020.xml")
    assert await client.newest() == recorded("18092026.xml")
    assert server.asked == ["/202010/08102020.xml", "/today.xml"]


async def test_a_day_without_a_bulletin_is_none_and_asked_once(server: Server, client: TcmbClient) -> None:
    """404 is an answer, no failure: it is not tried again."""
    assert await client.dated(OCTOBER) is None
    assert len(server.asked) == 1


async def test_a_passing_failure_is_tried_again_three_times_at_most(server: Server, client: TcmbClient) -> None:
    """Busy twice, then there; busy for ever is said to be so."""
    server.publish(OCTOBER, BUSY, BUSY, Answer(bulletin(OCTOBER)))
    assert await client.dated(OCTOBER) == bulletin(OCTOBER)
    server.publish(OCTOBER, BUSY)
    with pytest.raises(BankUnavailableError, match=r"503.*kervan import rates"):
        await client.dated(OCTOBER)
    assert len(server.asked) == 6


async def test_a_bank_that_is_down_is_left_alone(server: Server, client: TcmbClient) -> None:
    """After five failures it is not asked for a while; the task comes again after that."""
    server.publish(OCTOBER, BUSY)
    bank = TcmbBank(client, Memory(), lambda: LATER)
    waits = []
    for _ in range(3):
        with pytest.raises(NotYetError) as error:
            await bank(wanted(OCTOBER))
        waits.append(error.value.seconds)
    assert waits[0] == 120
    assert all(0 < seconds <= 30 for seconds in waits[1:])
    assert len(server.asked) == 5


@pytest.mark.parametrize("body", [b"", b"<Tarih_Date>"])
async def test_a_server_that_falls_silent_is_left(server: Server, body: bytes) -> None:
    """Before or after the first bytes: the time-out is for the attempt as a whole."""
    server.publish(OCTOBER, Answer(body, hangs=True))
    async with TcmbClient(server.url, timeout_s=0.5) as client:
        with pytest.raises(BankUnavailableError, match="Timeout"):
            await client.dated(OCTOBER)
    assert len(server.asked) == 3


async def test_a_bank_that_is_not_there_is_unavailable() -> None:
    """Nobody listens: said with the address."""
    async with TcmbClient("http://127.0.0.1:9", timeout_s=0.5) as client:
        with pytest.raises(BankUnavailableError, match=r"127\.0\.0\.1:9"):
            await client.dated(OCTOBER)


async def test_an_answer_of_five_megabytes_is_not_read_to_its_end(server: Server, client: TcmbClient) -> None:
    """It is refused at one megabyte, and not asked for again."""
    server.publish(OCTOBER, Answer(b"<" * 5_000_000))
    with pytest.raises(WrongBulletinError, match="larger"):
        await client.dated(OCTOBER)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status="302 Found", headers="Location: http://127.0.0.1:9/\r\n"),
        Answer(status="403 Forbidden"),
        Answer(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n"),
    ],
)
async def test_what_is_neither_a_bulletin_nor_404_is_refused(server: Server, client: TcmbClient, answer: Answer) -> None:
    """A redirect is not followed, a ban not tried again, packed bytes (which could unpack to any size) not unpacked."""
    server.publish(OCTOBER, answer)
    with pytest.raises(BankRefusedError):
        await client.dated(OCTOBER)
    assert len(server.asked) == 1


async def test_a_day_gets_its_own_bulletin_and_the_one_in_force(server: Server, client: TcmbClient) -> None:
    """Thursday: its own for the limit, Wednesday's for the invoice; the second time nothing is asked."""
    server.publish(OCTOBER, Answer(recorded("08102020.xml")))
    server.publish(date(2020, 10, 7), Answer(bulletin(date(2020, 10, 7))))
    memory = Memory()
    bank = TcmbBank(client, memory, lambda: LATER)
    told = memory.take(await bank(wanted(OCTOBER)))
    assert [fact.published_on for fact in told if isinstance(fact, facts.RatesPublished)] == [OCTOBER, date(2020, 10, 7)]
    assert await TcmbBank(client, memory, lambda: LATER)(wanted(OCTOBER)) == []
    assert len(server.asked) == 2


async def test_a_bayram_is_walked_back_over_and_never_asked_for_again(server: Server, client: TcmbClient) -> None:
    """31 May 2026, a Sunday after Kurban Bayramı: three 404, no request for the weekend, the bulletin of the 26th."""
    server.publish(date(2026, 5, 26), Answer(bulletin(date(2026, 5, 26))))
    memory = Memory()
    bank = TcmbBank(client, memory, lambda: LATER)
    told = memory.take(await bank(wanted(date(2026, 5, 31))))
    assert [fact.days[0].day for fact in told if isinstance(fact, facts.RatesAbsent)] == [29, 28, 27]
    assert [fact.published_on.day for fact in told if isinstance(fact, facts.RatesPublished)] == [26]
    assert len(server.asked) == 4
    assert await TcmbBank(client, memory, lambda: LATER)(wanted(date(2026, 5, 31), date(2026, 5, 30))) == []
    assert len(server.asked) == 4


async def test_nothing_is_looked_for_more_than_twelve_days_back(server: Server, client: TcmbClient) -> None:
    """A fortnight of 404: every working day is asked for once, nothing is told but that there was none."""
    memory = Memory()
    told = memory.take(await TcmbBank(client, memory, lambda: LATER)(wanted(date(2026, 6, 12))))
    assert {type(fact) for fact in told} == {facts.RatesAbsent}
    assert len(server.asked) == len(set(server.asked)) == 10  # 30 May (the day before's reach) to 12 June


async def test_today_is_not_asked_for_before_its_bulletin_comes_out(server: Server, client: TcmbClient) -> None:
    """At 15:29 in Istanbul yesterday's bulletin has to do; at 15:30 today's is asked for, and a 404 is not remembered."""
    tuesday, monday = date(2026, 11, 24), date(2026, 11, 23)
    server.publish(monday, Answer(bulletin(monday)))
    half_past = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    memory = Memory()
    memory.take(await TcmbBank(client, memory, lambda: half_past - timedelta(minutes=1))(wanted(tuesday)))
    assert memory.days == {monday: True}
    assert len(server.asked) == 1
    memory.take(await TcmbBank(client, memory, lambda: half_past)(wanted(tuesday)))
    assert memory.days == {monday: True}
    assert len(server.asked) == 2
    server.publish(tuesday, Answer(bulletin(tuesday)))
    memory.take(await TcmbBank(client, memory, lambda: half_past)(wanted(tuesday)))
    assert memory.days == {monday: True, tuesday: True}


async def test_tomorrow_gets_the_newest_there_is(server: Server, client: TcmbClient) -> None:
    """A draft planned for a day to come is judged by what there is; no day to come is asked for."""
    monday = date(2026, 11, 23)
    server.publish(monday, Answer(bulletin(monday)))
    replies = await TcmbBank(client, Memory(), lambda: LATER)(wanted(date(2026, 11, 26)))
    assert [reply.message_id for reply in replies] == [f"bulletin:{monday}"]
    assert len(server.asked) == 1


async def test_tasks_at_the_same_time_ask_for_a_day_once(server: Server, client: TcmbClient) -> None:
    """Ten tasks for the same days, before the engine knows anything: two requests, ten answers."""
    server.publish(OCTOBER, Answer(recorded("08102020.xml")))
    server.publish(date(2020, 10, 7), Answer(bulletin(date(2020, 10, 7))))
    bank = TcmbBank(client, Memory(), lambda: LATER)
    answers = await asyncio.gather(*(bank(wanted(OCTOBER)) for _ in range(10)))
    assert [len(answer) for answer in answers] == [2] * 10
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("answer", "again_after"),
    [
        (BUSY, 120),
        (Answer(b"<html>"), 3600),
        (Answer(bulletin(date(2020, 10, 7))), 3600),
        (Answer(status="403 Forbidden"), 3600),
    ],
)
async def test_a_task_that_cannot_be_done_comes_again_later(
    server: Server, client: TcmbClient, answer: Answer, again_after: float
) -> None:
    """A busy bank in two minutes; an answer that cannot be relied on, such as another day's, in an hour. No rate is taken."""
    server.publish(OCTOBER, answer)
    with pytest.raises(NotYetError) as error:
        await TcmbBank(client, Memory(), lambda: LATER)(wanted(OCTOBER))
    assert error.value.seconds == again_after
