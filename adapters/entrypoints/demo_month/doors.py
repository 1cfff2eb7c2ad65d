"""The doors through which people and programs come in the demo's past: the console with its forms, and the API."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import httpx
from fastapi import FastAPI

from adapters.database import audit, keys, passwords, users
from adapters.entrypoints import bootstrap, dossiers, printing
from adapters.settings import Settings
from adapters.web import app as web
from adapters.web.services import Services
from events.intake import Intake
from workflow.errors import KervanError
from workflow.ports import Clock

PEOPLE: Final = {"ayse": "operations", "mehmet": "finance", "denetci": "viewer"}
"""Who works in the demo, and in which role."""
_TOKEN: Final = re.compile(r'name="csrf" value="([^"]+)"')


class DemoRefusedError(KervanError):
    """Something of the demo's past was not taken."""

    def __init__(self, what: str, answer: httpx.Response) -> None:
        """Say what, and the answer's own words."""
        super().__init__(
            f"The demo could not tell its past: {what} was answered {answer.status_code} ({answer.text[:300]}). "
            "This is a fault of the demo; `kervan demo --no-month` does without."
        )


@dataclass(slots=True)
class Person:
    """Somebody at the console, who signs in for each thing that is to be done."""

    client: httpx.AsyncClient
    name: str
    password: str

    async def submits(self, path: str, **values: Any) -> httpx.Response:  # noqa: ANN401 - whatever a form holds
        """Sign in and send a form.

        Raises:
            DemoRefusedError: it was not taken.
        """
        self.client.cookies.clear()
        await self._send("/sign-in", self._token(await self.client.get("/sign-in")), name=self.name, password=self.password)
        return await self._send(path, self._token(await self.client.get("/account")), work=str(uuid4()), **values)

    async def _send(self, path: str, token: str, **values: Any) -> httpx.Response:  # noqa: ANN401 - see above
        answer = await self.client.post(path, data={"csrf": token, **values})
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise DemoRefusedError(path, answer)
        return answer

    @staticmethod
    def _token(page: httpx.Response) -> str:
        found = _TOKEN.search(page.text)
        if found is None:
            raise DemoRefusedError(str(page.url), page)
        return found[1]


@dataclass(slots=True)
class Doors:
    """All of them, open."""

    people: dict[str, Person] = field(default_factory=dict)
    shop: httpx.AsyncClient = field(default_factory=httpx.AsyncClient)
    """The shop's own program, with a key of the role ``operations``."""
    books: httpx.AsyncClient = field(default_factory=httpx.AsyncClient)
    """The bookkeeper's, with a key of the role ``admin``."""


async def posted(client: httpx.AsyncClient, path: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
    """What the API answers.

    Raises:
        DemoRefusedError: it was not taken.
    """
    answer = await client.post(path, **more)
    if not answer.is_success:
        raise DemoRefusedError(path, answer)
    return answer.json()


@asynccontextmanager
async def opened(settings: Settings, parts: bootstrap.Parts, intake: Intake, clock: Clock) -> AsyncIterator[Doors]:
    """A web application on the set clock that no network reaches, people who may sign in, and keys for two programs."""
    printer, exporter = printing.printer(settings, parts.pool, clock), dossiers.dossiers(settings, parts.pool, parts.law, clock)
    services = Services(parts.pool, intake, settings, clock, parts.law, printer, exporter)
    app = web.create(services, sandbox=True)
    doors = Doors()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(services.sender.close)
        stack.push_async_callback(app.state.background.close)
        for name, role in PEOPLE.items():
            password = passwords.made()
            await users.add(parts.pool, name, role, clock(), password=password)
            await audit.note(parts.pool, clock(), audit.Act("cli", "cli/demo", "", "user.add", f"user/{name}"))
            doors.people[name] = Person(await stack.enter_async_context(_client(app)), name, password)
        for name, role in (("magaza", "operations"), ("muhasebe", "admin")):
            key = await keys.add(parts.pool, name, role)
            await audit.note(parts.pool, clock(), audit.Act("cli", "cli/demo", "", "key.add", f"key/{name}"))
            client = await stack.enter_async_context(_client(app, {"Authorization": f"Bearer {key}"}))
            if name == "magaza":
                doors.shop = client
            else:
                doors.books = client
        yield doors


def _client(app: FastAPI, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://kervan.demo", headers=headers or {"Accept": "text/html"})
