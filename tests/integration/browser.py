"""A browser without a screen: pages over HTTP with cookies, forms sent as their page says, no network."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from adapters.database import users
from adapters.entrypoints import bootstrap
from tests.integration.http_app import Web

PASSWORD = "a long and calm caravan"


class Browser:
    """One browser; whoever uses it may sign in."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """A page."""
        return await self.client.get(path, **more)

    async def submit(self, page: str, action: str, values: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """Open a page and send its form to ``action`` with some values filled in."""
        opened = await self.client.get(page)
        return await self.client.post(action, data={"csrf": token(opened.text)} | (values or {}), **more)

    async def sign_in(self, name: str, password: str = PASSWORD, to: str = "/") -> httpx.Response:
        """Sign in by the form."""
        return await self.submit("/sign-in", "/sign-in", {"name": name, "password": password, "next": to})


def token(page: str) -> str:
    """The token of a page's first form."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


@asynccontextmanager
async def browser(web: Web, role: str = "") -> AsyncIterator[Browser]:
    """A browser; with a role, somebody of that role (and name) is signed in."""
    transport = httpx.ASGITransport(web.app, raise_app_exceptions=False)
    headers = {"Accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url="http://kervan.test", headers=headers) as client:
        made = Browser(client)
        if role:
            if not await web.pool.fetchval("SELECT 1 FROM console_user WHERE name = $1", role):
                await users.add(web.pool, role, role, bootstrap.now(), password=PASSWORD)
            assert (await made.sign_in(role)).status_code == 303
        yield made
