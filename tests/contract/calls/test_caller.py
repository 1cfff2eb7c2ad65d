"""A call, against a server that is busy, slow, broken or too talkative, on a clock that the test drives."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import stamina

from adapters.calls.breaker import BreakerState
from adapters.calls.caller import Caller
from adapters.calls.counterpart import Breaking, Counterpart, Limit, Operation
from adapters.calls.errors import (
    CallError,
    OversizeError,
    PackedError,
    ShutError,
    TooManyCallsError,
    UnavailableError,
)
from tests.contract.bank_server import Answer, Server, bank_server

NOW = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)
MINUTE = NOW.replace(second=0)
BUSY, BROKEN, MANY = "503 Service Unavailable", "500 Internal Server Error", "429 Too Many Requests"
LOOK = Operation("look", Limit(3, 10.0, "the test"), most_bytes=1000)
PATIENT = Operation("patient", Limit(3, 10.0, "the test"), waits_s=25.0)
SEND = Operation("send", attempts=1)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Attempts follow each other at once."""
    with stamina.set_testing(testing=True, attempts=3):
        yield


class Clock:
    """Shows what the test says; a pause moves it on."""

    def __init__(self) -> None:
        self.at = 0.0
        self.pauses: list[float] = []

    def now(self) -> float:
        """Seconds."""
        return self.at

    def wall(self) -> datetime:
        """The same as a time of day."""
        return NOW + timedelta(seconds=self.at)

    async def pause(self, seconds: float) -> None:
        """Let them pass."""
        self.pauses.append(seconds)
        self.at += seconds


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with bank_server() as found:
        found.answers["/"] = [Answer(b"well")]
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock()


def clear(status: int, content: bytes) -> bool:
    """The server tells a wrong client by a 500, as Navlungo's identity server does."""
    return status == 500 and content == b"wrong client"


WHO = Counterpart(
    "test",
    "server",
    "The server",
    clear_no=clear,
    key_header="Idempotency-Key",
    breaking=Breaking(after=5, first_s=30.0, longest_s=100.0),
)


def made(clock: Clock, *, callers: int = 1, time_out_s: float = 20.0) -> Caller:
    return Caller(WHO, time_out_s=time_out_s, callers=callers, clock=clock.wall, now=clock.now, pause=clock.pause)


@pytest.fixture
async def caller(clock: Clock) -> AsyncIterator[Caller]:
    async with made(clock) as found:
        yield found


async def refused(caller: Caller, server: Server, operation: Operation = SEND) -> CallError:
    """A call that does not come to an answer."""
    with pytest.raises(CallError) as found:
        await caller.ask(operation, "GET", f"{server.url}/")
    return found.value


async def test_an_answer_is_an_answer_whatever_its_status(server: Server, caller: Caller) -> None:
    """What a 404 means is the counterpart's folder to say; it is asked once, and counts for the counterpart."""
    server.answers["/"] = [Answer(b"no such thing", status="404 Not Found")]
    found = await caller.ask(LOOK, "GET", f"{server.url}/")
    assert (found.status, found.content, len(server.asked)) == (404, b"no such thing", 1)
    assert caller.breaker.state is BreakerState.CLOSED


async def test_a_failure_that_may_pass_is_tried_again_as_often_as_the_operation_allows(server: Server, caller: Caller) -> None:
    """Busy twice, then there; an operation that must be looked after is tried once."""
    server.answers["/"] = [Answer(status=BUSY), Answer(status=BUSY), Answer(b"well")]
    assert (await caller.ask(LOOK, "GET", f"{server.url}/")).content == b"well"
    assert len(server.asked) == 3
    server.answers["/"] = [Answer(status=BUSY)]
    with stamina.set_testing(testing=False):
        assert isinstance(await refused(caller, server, SEND), UnavailableError)
    assert len(server.asked) == 4


async def test_a_500_is_not_tried_again_at_once(server: Server, caller: Caller) -> None:
    """Nobody knows what it did; and one that is a decision all the same is an answer."""
    server.answers["/"] = [Answer(status=BROKEN)]
    error = await refused(caller, server, LOOK)
    assert (type(error), error.why, len(server.asked)) == (UnavailableError, "HTTP 500", 1)
    server.answers["/"] = [Answer(b"wrong client", status=BROKEN)]
    assert (await caller.ask(LOOK, "GET", f"{server.url}/")).status == 500


@pytest.mark.parametrize("said", [b"", b"the beginning"])
async def test_a_server_that_hangs_is_left(server: Server, clock: Clock, said: bytes) -> None:
    """Before or after the first bytes: the time-out is for an attempt as a whole."""
    server.answers["/"] = [Answer(said, hangs=True)]
    async with made(clock, time_out_s=0.05) as caller:
        error = await refused(caller, server, LOOK)
    assert isinstance(error, UnavailableError)
    assert "Timeout" in error.why
    assert len(server.asked) == 3


async def test_an_answer_that_is_too_large_is_not_read_to_its_end(server: Server, caller: Caller) -> None:
    """Nor asked for again; the server is well, only its answer is not."""
    server.answers["/"] = [Answer(b"x" * 5_000_000)]
    assert isinstance(await refused(caller, server, LOOK), OversizeError)
    assert len(server.asked) == 1
    assert caller.breaker.state is BreakerState.CLOSED


async def test_an_answer_that_comes_packed_is_not_unpacked(server: Server, caller: Caller) -> None:
    """It was asked not to be, and could unpack to any size."""
    server.answers["/"] = [Answer(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n")]
    assert isinstance(await refused(caller, server, LOOK), PackedError)


@pytest.mark.parametrize("answer", [Answer(b"x" * 5_000_000, BUSY), Answer(b"\x1f\x8b", BUSY, "Content-Encoding: gzip\r\n")])
async def test_a_failure_is_a_failure_however_it_is_said(server: Server, caller: Caller, answer: Answer) -> None:
    """The page of a proxy that is out of order may be long, or packed: it is tried again and counts as what it is."""
    server.answers["/"] = [answer]
    assert isinstance(await refused(caller, server, SEND), UnavailableError)
    assert isinstance(await refused(caller, server, SEND), UnavailableError)
    assert (len(server.asked), caller.breaker.state) == (5, BreakerState.OPEN)


async def test_a_limit_is_kept_without_asking(server: Server, clock: Clock, caller: Caller) -> None:
    """Three in ten seconds; the fourth hears when, to the second, and is then let through."""
    for second in (0.0, 4.0, 5.0):
        clock.at = second
        await caller.ask(LOOK, "GET", f"{server.url}/")
    clock.at = 9.0
    error = await refused(caller, server, LOOK)
    assert isinstance(error, TooManyCallsError)
    assert error.seconds == pytest.approx(1.0)
    assert len(server.asked) == 3
    clock.at = 10.0
    await caller.ask(LOOK, "GET", f"{server.url}/")
    assert (await refused(caller, server, LOOK)).seconds == pytest.approx(4.0)
    await caller.ask(SEND, "GET", f"{server.url}/")
    assert len(server.asked) == 5


async def test_an_operation_may_wait_for_its_turn(server: Server, clock: Clock, caller: Caller) -> None:
    """For twenty-five seconds here: nine calls are made by themselves, in three windows."""
    for _ in range(9):
        await caller.ask(PATIENT, "GET", f"{server.url}/")
    assert (clock.at, len(server.asked)) == (20.0, 9)


@pytest.mark.parametrize(("callers", "most", "within_s"), [(1, 3, 10.0), (2, 1, 10.0), (3, 1, 10.0), (6, 1, 20.0)])
def test_several_callers_share_a_limit(callers: int, most: int, within_s: float) -> None:
    """Together they stay within it; more callers than calls make the window longer."""
    shared = Limit(3, 10.0, "the test").shared(callers)
    assert (shared.most, shared.within_s) == (most, within_s)
    assert callers * shared.most / shared.within_s <= 3 / 10.0


@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("Tue, 24 Nov 2026 09:01:00 GMT", 30.0), ("99999999", 3600.0)])
async def test_a_429_is_waited_for_as_long_as_it_says(
    server: Server, clock: Clock, caller: Caller, said: str, seconds: float
) -> None:
    """In seconds or as a date; until then the server is not asked for that, and it does not count against it."""
    server.answers["/"] = [Answer(status=MANY, headers=f"Retry-After: {said}\r\n"), Answer(b"well")]
    error = await refused(caller, server, LOOK)
    assert isinstance(error, TooManyCallsError)
    assert error.seconds == pytest.approx(seconds)
    clock.at = seconds - 1
    assert (await refused(caller, server, LOOK)).seconds == pytest.approx(1.0)
    assert len(server.asked) == 1
    assert caller.breaker.state is BreakerState.CLOSED
    clock.at = seconds
    assert (await caller.ask(LOOK, "GET", f"{server.url}/")).content == b"well"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Retry-After: soon\r\n",
        "Retry-After: ²\r\n",
        "Retry-After: Tue, 24 Nov 99999999999999999999 09:01:00 GMT\r\n",
        "Retry-After: Tue, 24 Nov 2026 09:01:00 +99999999999999\r\n",
    ],
)
async def test_a_429_that_does_not_say_is_waited_for_by_the_limits_window(server: Server, caller: Caller, said: str) -> None:
    """What cannot be read is as if nothing had been said."""
    server.answers["/"] = [Answer(status=MANY, headers=said)]
    assert (await refused(caller, server, LOOK)).seconds == 10.0


async def test_a_503_that_says_when_to_come_again_is_left_alone_until_then(
    server: Server, clock: Clock, caller: Caller
) -> None:
    """By every operation, and not tried again at once."""
    server.answers["/"] = [Answer(status=BUSY, headers="Retry-After: 120\r\n"), Answer(b"well")]
    assert (await refused(caller, server, LOOK)).seconds == 120.0
    clock.at = 100.0
    error = await refused(caller, server, SEND)
    assert (type(error), error.seconds, len(server.asked)) == (ShutError, 20.0, 1)
    clock.at = 120.0
    await caller.ask(SEND, "GET", f"{server.url}/")


async def test_a_server_that_is_down_is_left_alone_for_longer_and_longer(server: Server, clock: Clock, caller: Caller) -> None:
    """After five failures, whatever the calls; each trial that fails doubles the pause, up to the longest."""
    server.answers["/"] = [Answer(status=BUSY)]
    assert isinstance(await refused(caller, server, LOOK), UnavailableError)
    assert isinstance(await refused(caller, server, SEND), UnavailableError)
    assert len(server.asked) == 5, "the second call is tried again until the breaker opens"
    for pause in (30.0, 60.0, 100.0, 100.0):
        asked = len(server.asked)
        error = await refused(caller, server)
        assert (type(error), error.seconds, len(server.asked)) == (ShutError, pause, asked)
        clock.at += pause
        assert caller.breaker.state is BreakerState.HALF_OPEN
        assert isinstance(await refused(caller, server), UnavailableError)
        assert len(server.asked) == asked + 1, "one trial, and no second attempt of it"


async def test_a_server_that_is_back_is_found_by_one_call(server: Server, clock: Clock, caller: Caller) -> None:
    """Of many that come at once; once it has answered they all get through, and the next failure is the first again."""
    server.answers["/"] = [Answer(status=BROKEN)]
    for _ in range(5):
        await refused(caller, server)
    clock.at = 30.0
    server.answers["/"] = [Answer(b"well")]
    found = await asyncio.gather(*(caller.ask(SEND, "GET", f"{server.url}/") for _ in range(20)), return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in found) == 1
    assert {one.seconds for one in found if isinstance(one, ShutError)} == {20.0}
    assert len(server.asked) == 6
    await asyncio.gather(*(caller.ask(SEND, "GET", f"{server.url}/") for _ in range(20)))
    server.answers["/"] = [Answer(status=BROKEN)]
    await refused(caller, server)
    assert caller.breaker.state is BreakerState.CLOSED


async def test_a_trial_that_is_given_up_leaves_the_next_one_its_turn(server: Server, clock: Clock, caller: Caller) -> None:
    """The worker stops in the middle of it."""
    server.answers["/"] = [Answer(status=BROKEN)]
    for _ in range(5):
        await refused(caller, server)
    clock.at = 30.0
    server.answers["/"] = [Answer(hangs=True)]
    trial = asyncio.create_task(caller.ask(SEND, "GET", f"{server.url}/"))
    while len(server.asked) == 5:
        await asyncio.sleep(0)
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial
    server.answers["/"] = [Answer(b"well")]
    assert (await caller.ask(SEND, "GET", f"{server.url}/")).content == b"well"


async def test_decisions_never_open_the_breaker(server: Server, caller: Caller) -> None:
    """Twenty times no is twenty answers; neither are 429s a failure of the server."""
    for status in ("400 Bad Request", "404 Not Found", "409 Conflict", "422 Unprocessable Entity", MANY):
        server.answers["/"] = [Answer(b"no", status=status)]
        for _ in range(10):
            if status is MANY:
                await refused(caller, server)
            else:
                await caller.ask(SEND, "GET", f"{server.url}/")
    assert caller.breaker.state is BreakerState.CLOSED


async def test_who_is_shut_out_knocks_no_more(server: Server, caller: Caller) -> None:
    """A wrong key is refused for every call alike; so it is not tried with a thousand of them."""
    await caller.ask(SEND, "GET", f"{server.url}/")
    caller.shut_out("invalid_client")
    error = await refused(caller, server)
    assert (type(error), error.seconds) == (ShutError, 100.0)
    news = caller.fare.take()
    assert news is not None
    assert (news.calls, news.failures, news.failure) == ({MINUTE: 1}, {MINUTE: 1}, "not_authorised")


async def test_the_idempotency_key_goes_along_with_every_attempt(server: Server, caller: Caller) -> None:
    """Where the counterpart takes one; where it does not, nothing is made up."""
    seen: list[str | None] = []

    async def note(request: httpx.Request) -> None:
        seen.append(request.headers.get("Idempotency-Key"))

    caller._http.event_hooks["request"].append(note)
    server.answers["/"] = [Answer(status=BUSY), Answer(b"well")]
    await caller.ask(LOOK, "POST", f"{server.url}/", key="task-1")
    await caller.ask(LOOK, "GET", f"{server.url}/")
    assert seen == ["task-1", "task-1", None]
    async with Caller(Counterpart("test", "plain", "Plain"), time_out_s=1.0) as plain:
        plain._http.event_hooks["request"].append(note)
        await plain.ask(SEND, "POST", f"{server.url}/", key="task-1")
    assert seen[-1] is None


async def test_a_server_that_is_not_there_is_unavailable(caller: Caller) -> None:
    """Nobody listens; what was sent, if anything, has no effect that we know of."""
    with pytest.raises(UnavailableError, match="The server did not answer"):
        await caller.ask(SEND, "GET", "http://127.0.0.1:9/")


async def test_how_it_fares_is_counted_and_taken_once(server: Server, clock: Clock, caller: Caller) -> None:
    """Attempts by the minute, the last of each kind with its time, and the breaker; what could not be kept comes again."""
    await caller.ask(SEND, "GET", f"{server.url}/")
    clock.at = 40.0
    server.answers["/"] = [Answer(status=BROKEN)]
    for _ in range(5):
        await refused(caller, server)
    await refused(caller, server)
    news = caller.fare.take()
    assert news is not None
    later = MINUTE + timedelta(minutes=1)
    assert (news.calls, news.failures) == ({MINUTE: 1, later: 5}, {later: 5}), "what was never sent is no call"
    assert (news.succeeded_at, news.failed_at) == (NOW, NOW + timedelta(seconds=40))
    assert (news.failure, news.detail) == ("unavailable", "HTTP 500")
    assert (news.opened_at, news.open_until) == (news.failed_at, NOW + timedelta(seconds=70))
    assert caller.fare.take() is None
    caller.fare.give_back(news)
    again = caller.fare.take()
    assert again == news
