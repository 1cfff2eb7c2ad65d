"""The desk of invoices on real PostgreSQL, with the engine on one side and a sandbox integrator on the other."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest

from adapters.database.awaiting import PostgresAwaiting
from adapters.database.numbers import PostgresNumbers, listed
from adapters.database.store import PostgresStore
from adapters.documents import DocumentFolder
from adapters.entrypoints import bootstrap, issuing
from adapters.entrypoints.issuing import Archive
from adapters.invoicing.careful import CarefulIssuer, Retries
from adapters.invoicing.desk import Desk
from adapters.invoicing.paper import Papers
from adapters.invoicing.ports import Write
from adapters.invoicing.sandbox import plain
from adapters.invoicing.sandbox.client import SandboxClient
from adapters.invoicing.sandbox.server import Habits, SandboxBooks, app
from adapters.settings import Settings
from events.intake import Intake
from events.tasks import NotYetError, Reply
from events.translate import Arrival
from tests.law import BOOK
from tests.stories import draft, said
from workflow.apply import Engine
from workflow.shipment import shipment_id
from workflow.stages import Stage

Pool = Any
ID = shipment_id("1234567890", "o1")
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class Office:
    """Engine, desk and integrator, on a clock that the test drives."""

    pool: Pool
    desk: Desk
    intake: Intake
    books: SandboxBooks
    now: datetime = NOW
    said: list[Reply] = field(default_factory=list)
    count: int = 0

    async def tell(self, source: str, kind: str, data: dict[str, Any]) -> str:
        """Say one thing to Kervan; what became of it."""
        self.count += 1
        (outcome,) = await self.intake.take([said(source, kind, f"m{self.count}", data, at=self.now)])
        return outcome.state

    async def tasks(self) -> list[dict[str, Any]]:
        """What the engine has asked of the desk so far, oldest first."""
        rows = await self.pool.fetch("SELECT payload FROM outbox WHERE subject LIKE 'kervan.task.invoicing.%' ORDER BY id")
        return [orjson.loads(row["payload"]) for row in rows]

    async def do(self, number: int = -1) -> Sequence[Reply]:
        """Do one of the tasks, and give Kervan what the desk says."""
        replies = await self.desk((await self.tasks())[number])
        await self.deliver(replies)
        return replies

    async def deliver(self, replies: Sequence[Reply]) -> None:
        """What is said reaches the engine."""
        self.said.extend(replies)
        await self.intake.take([Arrival(one.subject, one.body, one.message_id) for one in replies])

    async def later(self, number: int = -1, **passed: float) -> NotYetError:
        """Do a task that is not done yet, after some time."""
        self.now += timedelta(**passed)
        with pytest.raises(NotYetError) as found:
            await self.do(number)
        await self.deliver(found.value.replies)
        return found.value

    async def stage(self) -> Stage:
        """Where the shipment stands."""
        return Stage(await self.pool.fetchval("SELECT stage FROM shipment WHERE id = $1", ID))

    async def numbers(self) -> list[tuple[str, str]]:
        """Numbers and their states, in the order of the series."""
        return [(one.number, one.state.value) for one in sorted(await listed(self.pool, ID), key=lambda one: one.number)]

    async def open_items(self) -> list[str]:
        """Reasons of the open attention items."""
        rows = await self.pool.fetch("SELECT reason FROM attention WHERE resolved_at IS NULL ORDER BY reason")
        return [row["reason"] for row in rows]

    def live(self) -> list[str]:
        """Numbers of the invoices that stand at the integrator."""
        return [one.number for one in self.books.records if not one.cancelled]


@asynccontextmanager
async def opened(connections: Pool, settings: Settings, write: Write = plain.write) -> AsyncIterator[Office]:
    """One validated shipment that waits for its invoice."""
    books = SandboxBooks(Habits(report_after_s=None))
    transport = httpx.ASGITransport(app(books))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as http:
        made: Office

        def clock() -> datetime:
            made.now += timedelta(milliseconds=1)
            return made.now

        store = PostgresStore(connections, BOOK.version)
        shipments = PostgresAwaiting(connections)
        desk = Desk(
            issuer=CarefulIssuer(SandboxClient(http), Retries(first_s=0.0, longest_s=0.0)),
            shipments=shipments,
            numbers=PostgresNumbers(connections),
            archive=Archive(DocumentFolder(settings.documents_dir), connections, clock),
            papers=Papers(write, issuing.unchecked, issuing.rate_of(settings, connections, clock)),
            series_of=settings.invoice_series,
            clock=clock,
        )
        intake = Intake(Engine(store, clock, bootstrap.policy(settings)), store, clock)
        made = Office(connections, desk, intake, books)
        await connections.execute("INSERT INTO rate VALUES ('EUR', '2026-11-24', 56.1234), ('EUR', '2026-11-25', 57)")
        await made.tell("orders/shop", "shipment.drafted.v1", draft("o1"))
        yield made
