"""The web application over the test's database, without a network: what the HTTP tests share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import httpx

from adapters.database import keys
from adapters.entrypoints import bootstrap, dossiers, printing
from adapters.invoicing.gib import GibCheck
from adapters.settings import Settings
from adapters.web.app import create
from adapters.web.services import Check, Services
from events.intake import Intake
from tests.law import BOOK


class Web:
    """The app, and a client for each role; the courier's key speaks for ``pts``."""

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        intake: Intake,
        settings: Settings,
        checks: dict[str, Check] | None = None,
        gib: GibCheck | None = None,
    ) -> None:
        self.pool, self.intake, self.gib = pool, intake, gib
        printer = printing.printer(settings, pool, bootstrap.now)
        exporter = dossiers.dossiers(settings, pool, BOOK, bootstrap.now)
        self.app = create(Services(pool, intake, settings, bootstrap.now, BOOK, printer, exporter, checks or {}, gib))
        self.secrets: dict[str, str] = {}

    def stand_on(self, day: date) -> None:
        """Let it be a day, at noon, for all that the web decides."""
        self.app.state.services.clock = lambda: datetime(day.year, day.month, day.day, 9, tzinfo=UTC)

    @asynccontextmanager
    async def as_(self, role: str = "") -> AsyncIterator[httpx.AsyncClient]:
        """A client with a key of this role, or without any."""
        headers = {}
        if role:
            if role not in self.secrets:
                name = {"courier": "pts-key"}.get(role, role)
                self.secrets[role] = await keys.add(self.pool, name, role, "pts" if role == "courier" else "")
            headers["Authorization"] = f"Bearer {self.secrets[role]}"
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://kervan.test", headers=headers) as client:
            yield client


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer, checked for its form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["type"] == f"urn:kervan:problem:{code}"
    assert found["status"] == status
    assert found["title"]
    assert found["detail"]
    assert found["message"]["tr"] != found["message"]["en"], "whoever meets it reads it in their own language"
    assert found["detail"] in found["message"].values()
    return found
