"""The way out for URLs that others give, over real connections: nothing is connected but what was looked at."""

from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_network

import httpx
import pytest

from adapters.calls.addresses import ForbiddenAddressError, ForbiddenUrlError, Outside, UnknownHostError
from adapters.calls.caller import Caller
from adapters.calls.counterpart import Counterpart, Operation
from adapters.calls.guarded import GuardedTransport
from tests.contract.bank_server import Answer, Server, bank_server

LOOPBACK = (ip_network("127.0.0.0/8"),)
GLANCE = Operation("glance", most_bytes=100, attempts=1, glances=True)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """On 127.0.0.1, at a port of its own."""
    async with bank_server() as found:
        yield found


class Names:
    """A resolver that gives one answer after the other, as a name server in bad hands does."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The next answer, and then the last one for ever."""
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def client(outside: Outside) -> httpx.AsyncClient:
    """A client that goes the guarded way."""
    return httpx.AsyncClient(transport=GuardedTransport(outside), follow_redirects=False)


def named(server: Server, host: str) -> str:
    """The server's URL under another name."""
    return server.url.replace("127.0.0.1", host)


async def test_a_name_is_looked_up_once_and_the_connection_goes_where_that_led(server: Server) -> None:
    """The server sees the name of the URL; a second look-up that would lead elsewhere is never made."""
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    server.answers["/"] = [Answer(b"here")]
    async with client(Outside(LOOPBACK, http=True, resolve=names)) as http:
        answer = await http.get(named(server, "receiver.example") + "/")
    assert (answer.text, names.asked) == ("here", 1)


async def test_a_name_that_first_led_outside_and_then_inside_connects_to_nothing(server: Server) -> None:
    """What was checked before does not count: each connection is looked at."""
    names = Names(["1.1.1.1"], ["127.0.0.1"])
    outside = Outside(http=True, resolve=names)
    await outside.check(named(server, "receiver.example"))
    async with client(outside) as http:
        with pytest.raises(ForbiddenAddressError):
            await http.get(named(server, "receiver.example") + "/")
    assert server.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]"])
async def test_the_system_own_names_and_numbers_lead_nowhere(server: Server, host: str) -> None:
    """In whatever way this machine is written; the ordinary resolver of the system is asked."""
    async with client(Outside(http=True)) as http:
        with pytest.raises((ForbiddenAddressError, UnknownHostError)):
            await http.get(named(server, host) + "/")
    assert server.asked == []


async def test_the_next_address_is_tried_where_the_first_does_not_answer(server: Server) -> None:
    """As any client does, among those that were looked at."""
    server.answers["/"] = [Answer(b"here")]
    async with client(Outside((*LOOPBACK, ip_network("::1/128")), http=True, resolve=Names(["::1", "127.0.0.1"]))) as http:
        assert (await http.get(named(server, "receiver.example") + "/")).text == "here"


async def test_without_tls_nothing_is_sent(server: Server) -> None:
    """Unless a setting says so; nor does a proxy of the environment get to see it."""
    async with client(Outside(LOOPBACK)) as http:
        with pytest.raises(ForbiddenUrlError):
            await http.get(server.url)
    assert server.asked == []


async def test_a_proxy_of_the_environment_is_not_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would look the name up by itself."""
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.setenv("ALL_PROXY", server.url)
    async with client(Outside(http=True, resolve=Names(["10.0.0.1"]))) as http:
        with pytest.raises(ForbiddenAddressError):
            await http.get("http://receiver.example/")
    assert server.asked == []


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        (Answer(b"x" * 5000), b"x" * 100),
        (Answer(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n"), b""),
        (Answer(b"ok"), b"ok"),
    ],
)
async def test_of_an_answer_that_decides_nothing_the_beginning_will_do(server: Server, answer: Answer, content: bytes) -> None:
    """However long it is, and nothing of a packed one; the status counts all the same."""
    server.answers["/"] = [answer]
    transport = GuardedTransport(Outside(LOOPBACK, http=True))
    async with Caller(Counterpart("test", "test", "The test"), time_out_s=5.0, transport=transport) as caller:
        found = await caller.ask(GLANCE, "GET", server.url + "/")
    assert (found.status, found.content) == (200, content)
