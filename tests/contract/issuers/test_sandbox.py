"""The sandbox integrator over real HTTP, with its manners."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.entrypoints.sandbox_issuing import serving
from adapters.invoicing.careful import CarefulIssuer
from adapters.invoicing.ports import Handover, Issued, Pending, Rejected, Withdrawn
from adapters.invoicing.sandbox.client import SandboxClient
from adapters.invoicing.sandbox.server import Habits, SandboxBooks, app
from tests.contract.issuers.suite import AT_ONCE, Suite, World
from tests.invoices import document

UNTIL_TOLD = Habits(report_after_s=None)
TIME_OUT_S = 0.3


class Sandbox(World):
    """The server's books, and a client over HTTP."""

    def __init__(self, books: SandboxBooks, http: httpx.AsyncClient) -> None:
        self.books, self.http = books, http
        self.integrator = SandboxClient(http)

    async def settle(self, handed: Handover) -> None:
        """The evening report, for this document."""
        for record in self.books.records:
            record.reported |= record.ettn == str(handed.ettn)

    async def refuse(self, handed: Handover) -> None:
        """Refuse the next two deliveries."""
        self.books.script.extend(("refused", "refused"))

    async def cancel(self, handed: Handover) -> None:
        """Cancel it in the books."""
        record = self.books.find(str(handed.ettn))
        assert record is not None
        record.cancelled = True

    async def forge(self, handed: Handover, xml: bytes) -> None:
        """Put another document into the books."""
        record = self.books.find(str(handed.ettn))
        assert record is not None
        record.xml, record.reported = xml, True

    async def times(self, handed: Handover) -> int:
        """Entries in the books."""
        return sum(one.number == handed.number for one in self.books.records)


@asynccontextmanager
async def sandbox(books: SandboxBooks) -> AsyncIterator[Sandbox]:
    """A server on a free port."""
    async with serving(books) as address, httpx.AsyncClient(base_url=address, timeout=TIME_OUT_S) as http:
        yield Sandbox(books, http)


class TestSandbox(Suite):
    """The contract, over HTTP."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        """A server whose reports come when they are told to."""
        async with sandbox(SandboxBooks(UNTIL_TOLD)) as found:
            yield found


@pytest.mark.parametrize("manner", ["lost", "hung", "failing"])
async def test_bad_manners_cost_time_and_no_second_invoice(manner: str) -> None:
    """A 200 that did nothing, a time-out after success, a 503: asked until it is issued, it is issued once."""
    async with sandbox(SandboxBooks(Habits())) as world:
        world.books.script.append(manner)
        issuer, handed = CarefulIssuer(world.integrator, AT_ONCE), document(1)
        first = await issuer.issue(handed)
        assert isinstance(first, Pending) == (manner == "lost")
        assert isinstance(await issuer.issue(handed), Issued)
        assert await world.times(handed) == 1


async def test_a_server_that_is_gone_is_pending() -> None:
    """Nothing is known, and nothing is concluded."""
    async with sandbox(SandboxBooks()) as world:
        pass
    async with httpx.AsyncClient(base_url=str(world.http.base_url), timeout=TIME_OUT_S) as http:
        issuer = CarefulIssuer(SandboxClient(http), AT_ONCE)
        assert isinstance(await issuer.issue(document(1)), Pending)
        assert isinstance(await issuer.look_up(document(1)), Pending)
        assert isinstance(await issuer.cancel(document(1), "x"), Pending)


async def test_a_cancellation_counts_when_it_is_seen() -> None:
    """A 200 that did nothing is pending, a refusal is told, and what is cancelled stays so."""
    async with sandbox(SandboxBooks(Habits())) as world:
        issuer, handed = CarefulIssuer(world.integrator, AT_ONCE), document(1)
        await issuer.issue(handed)
        world.books.script.extend(("lost", "refused"))
        assert isinstance(await issuer.cancel(handed, "x"), Pending)
        assert isinstance(await issuer.cancel(handed, "x"), Rejected)
        assert await issuer.cancel(handed, "x") == Withdrawn()


async def test_everything_it_says_says_sandbox() -> None:
    """Pages, answers and documents."""
    async with sandbox(SandboxBooks(Habits())) as world:
        handed = document(1)
        await CarefulIssuer(world.integrator, AT_ONCE).issue(handed)
        ettn = handed.ettn
        for path in ("/", f"/sandbox/invoices/{ettn}", f"/sandbox/invoices/{ettn}/xml", "/sandbox/invoices/nobody"):
            assert "SANDBOX" in (await world.http.get(path)).text


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["ok", "lost", "failing", "refused"]), max_size=6),
    st.lists(st.booleans(), min_size=1, max_size=5),
)
async def test_whatever_goes_wrong_nothing_is_issued_twice(script: list[str], reports: list[bool]) -> None:
    """Any bad manners in any order, with reports in between; over ASGI, to be fast."""
    books = SandboxBooks(UNTIL_TOLD)
    books.script.extend(script)
    transport = httpx.ASGITransport(app(books))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as http:
        issuer, handed = CarefulIssuer(SandboxClient(http), AT_ONCE), document(1)
        for report in reports:
            await issuer.issue(handed)
            if report:
                books.report()
    assert len(books.records) <= 1
