"""The SANDBOX integrator of the demo, and a desk of invoices that hands to it. Real issuers are put together elsewhere."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import uvicorn
from fastapi import FastAPI

from adapters.database.numbers import Pool
from adapters.entrypoints import issuing
from adapters.entrypoints.embedded import processes
from adapters.entrypoints.serve import Server
from adapters.invoicing import gib
from adapters.invoicing.careful import CarefulIssuer, Retries
from adapters.invoicing.desk import Desk
from adapters.invoicing.news import News, Say
from adapters.invoicing.patience import Patience
from adapters.invoicing.sandbox import client as sandbox
from adapters.invoicing.sandbox import server
from adapters.invoicing.ubl.writing import write
from adapters.sandbox import Event, Manners
from adapters.settings import Settings
from events.tasks import Reply
from workflow.ports import Clock

IMPATIENT = Patience(
    steps=((timedelta(seconds=2), 0.1), (timedelta(minutes=1), 0.5)),
    last_s=5.0,
    lost_after=timedelta(seconds=5),
    lease=timedelta(seconds=20),
)
"""The pace of a demo."""
DEMO_HABITS = server.Habits(report_after_s=0.1, lost=0.02, hung=0.02, failing=0.02)


def mannered(manners: Manners) -> Say:
    """Says news as a sandbox counterpart says it: late, twice, as its manners are."""

    def say(source: str, task: dict[str, object], one: News) -> Sequence[Reply]:
        return manners.plan(source, task, [Event(one.id, one.type, one.data)], since=one.at)

    return say


@asynccontextmanager
async def sandbox_desk(
    settings: Settings, pool: Pool, clock: Clock, manners: Manners, habits: server.Habits = DEMO_HABITS
) -> AsyncIterator[Desk]:
    """The SANDBOX integrator on a free port of this machine, and a desk that hands to it over HTTP."""
    books = server.SandboxBooks(habits)
    async with serving(books) as address, httpx.AsyncClient(base_url=address, timeout=1.0) as http:
        check = gib.checker("if_installed")
        blocking = check.blocking if check is not None else issuing.unchecked
        made = issuing.desk(settings, pool, clock, sandbox.SandboxClient(http), write, blocking)
        made.issuer = CarefulIssuer(sandbox.SandboxClient(http), Retries(first_s=0.05, longest_s=0.5))
        made.series_of, made.patience, made.say = (lambda _: sandbox.SERIES), IMPATIENT, mannered(manners)
        try:
            yield made
        finally:
            if check is not None:
                await check.close()


@asynccontextmanager
async def serving(books: server.SandboxBooks) -> AsyncIterator[str]:
    """Serve a SANDBOX integrator; gives its address."""
    async with listening(server.app(books)) as address:
        yield address


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[str]:
    """Serve an app on a free port of this machine; gives its address."""
    port = processes.any_port()
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=1
    )
    running = Server(config)
    task = asyncio.create_task(running.serve())
    while not running.started and not task.done():  # noqa: ASYNC110 - uvicorn sets no event
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        await task
