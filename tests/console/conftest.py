"""A browser for the tests, and an eye on what it does: what it asks for, what its console says, how accessible pages are."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.console.installation import PASSWORD, Place, installed
from tests.integration import servers

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "artefacts" / "console"
AXE = Path(__file__).parent / "assets" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


expect.set_options(timeout=30_000)
"""How long what is expected may take: long, since machines are slow and shared, and what comes at once is not waited for."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, for one file of tests: while its driver runs, no loop of other tests can in this thread."""
    if CHROMIUM is None:
        if os.environ.get("KERVAN_TEST_CHROMIUM") == "required":
            pytest.fail("there is no chromium, and KERVAN_TEST_CHROMIUM says that there must be")
        pytest.skip("there is no chromium: tests/console/chromium.sh installs it where it may")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A running installation with something of everything in it."""
    with servers.available() as urls, installed(urls, tmp_path_factory.mktemp("console")) as found:
        yield found


_JUDGED = """axe.run(document, {resultTypes: ["violations"], rules: {"target-size": {enabled: true}}})"""
"""All that axe judges by itself, and what WCAG 2.2 AA added to 2.1 that a program can see: how large targets are (2.5.8)."""
_LEADS_TO = """() => [...document.querySelectorAll("a[href], [hx-get], form[action]:not([method=post])")]
  .flatMap((element) => ["href", "hx-get", "action"].map((name) => element.getAttribute(name)))
  .filter((address) => address !== null).map((address) => new URL(address, location).href)"""


@dataclass
class Eye:
    """A person's browser, with what went wrong in it."""

    page: Page
    place: Place
    elsewhere: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    forgiven: str = r"status of (401|403|404|409|422)"
    """What its console may say: answers that the test asks for."""

    def go(self, path: str) -> int:
        """Open a page; the status with which it answers."""
        answer = self.page.goto(self.place.url + path, wait_until="load")
        return 0 if answer is None else answer.status

    def sign_in(self, name: str) -> None:
        """Sign in: whoever is called by a role is of that role."""
        self.go("/sign-in")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("form[action='/sign-in'] button")
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")

    def links(self) -> set[str]:
        """What the page leads to on this host: its links, what its scripts would ask for, and forms that only ask."""
        found = {link.partition("#")[0] for link in self.page.evaluate(_LEADS_TO)}
        return {link.removeprefix(self.place.url) for link in found if link.startswith(self.place.url + "/")}

    def faults(self) -> list[str]:
        """What axe finds on the page, each with the element."""
        self.page.add_script_tag(path=AXE)
        found = self.page.evaluate(_JUDGED)
        return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]

    def shoot(self, name: str) -> None:
        """Keep a picture of the page."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")


Open = Callable[..., Eye]


@pytest.fixture
def look(chromium: Browser, place: Place) -> Iterator[Open]:
    """Opens a browser: with a role somebody is signed in; what it asked for elsewhere, or complained of, fails the test."""
    opened: list[tuple[BrowserContext, Eye]] = []

    def begin(
        role: str = "",
        *,
        language: str = "tr",
        theme: str = "light",
        scripts: bool = True,
        axe: bool = False,
        width: int = 1440,
        forgiven: str = Eye.forgiven,
    ) -> Eye:
        context = chromium.new_context(
            java_script_enabled=scripts, bypass_csp=axe, viewport={"width": width, "height": 900}, locale=language
        )
        cookies = {"kervan_language": language, "kervan_theme": theme}
        context.add_cookies([{"name": name, "value": value, "url": place.url} for name, value in cookies.items()])
        eye = Eye(context.new_page(), place, forgiven=forgiven)
        eye.page.on("request", lambda request: _mind(eye, request.url))
        eye.page.on("console", lambda message: eye.said.append(message.text) if message.type in {"error", "warning"} else None)
        eye.page.on("pageerror", lambda error: eye.said.append(str(error)))
        opened.append((context, eye))
        if role:
            eye.sign_in(role)
        return eye

    yield begin
    for context, eye in opened:
        context.close()
        assert eye.elsewhere == []
        assert [text for text in eye.said if not re.search(eye.forgiven, text)] == []


def _mind(eye: Eye, url: str) -> None:
    """Note a request that leaves the host; pictures within the page are none."""
    if not url.startswith("data:") and urlsplit(url).netloc != urlsplit(eye.place.url).netloc:
        eye.elsewhere.append(url)
