"""Every page in both languages and themes: axe finds nothing, nothing leaves the host, the browser's console is silent."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from adapters.web.console.navigation import Group
from adapters.web.console.pages import PAGES
from tests.console.conftest import Open
from tests.console.installation import DONE, FILED, HANDED, OPEN_CLAIM
from tests.console.places import ALL
from tests.stories import etgb_number

LOOKS = [("tr", "light"), ("tr", "dark"), ("en", "light"), ("en", "dark")]


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_every_page_is_accessible_and_keeps_to_itself(look: Open, language: str, theme: str) -> None:
    """Each page, in each language and theme, passes axe; a picture of each is kept."""
    eye = look("admin", language=language, theme=theme, axe=True)
    found: dict[str, list[str]] = {}
    for name, path in ALL.items():
        eye.go(path)
        assert eye.page.locator("html").get_attribute("lang") == language
        eye.shoot(f"{name}-{language}-{theme}")
        if faults := eye.faults():
            found[name] = faults
    assert found == {}


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_what_stands_over_a_page_or_is_made_is_accessible_too(look: Open, language: str, theme: str) -> None:
    """A dialog, a form with what is wrong in it, a job that is proposed, a page that failed: axe finds nothing on any."""
    eye = look("admin", language=language, theme=theme, axe=True, forgiven=r"status of (409|422|500)")
    found: dict[str, list[str]] = {}

    def judged(name: str) -> None:
        eye.shoot(f"{name}-{language}-{theme}")
        if faults := eye.faults():
            found[name] = faults

    eye.go(f"/shipments/{HANDED}")
    eye.page.click(f"ul.actions a[href$='/{HANDED}/actions/issue_etgb']")
    expect(eye.page.locator("dialog[open] h1")).to_be_visible()
    judged("action-dialog")
    eye.page.fill("dialog[open] [name=number]", "no number")
    eye.page.click("dialog[open] button.main")
    expect(eye.page.locator("main [role=alert]")).to_be_visible()
    judged("action-wrong")
    eye.go("/shipments?stage=draft")
    eye.page.locator("#results tbody [type=checkbox]").first.check()
    eye.page.select_option("[name=trigger]", "cancel")
    eye.page.click("#results button[name=scope][value=chosen]")
    expect(eye.page).to_have_url(re.compile(r"/shipments/bulk/[0-9a-f-]{36}$"))
    judged("bulk-job")
    assert found == {}


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_the_door_is_accessible(look: Open, language: str, theme: str) -> None:
    """So is the page before the sign-in."""
    eye = look(language=language, theme=theme, axe=True)
    eye.go("/")
    eye.shoot(f"gate-{language}-{theme}")
    assert eye.faults() == []


@pytest.mark.parametrize(("language", "theme"), [("tr", "light"), ("en", "dark")])
def test_a_narrow_window_needs_no_scrolling_sideways(look: Open, language: str, theme: str) -> None:
    """On a telephone each page is as wide as the screen; only menu, rails and tables scroll within themselves, also by keys."""
    eye = look("admin", language=language, theme=theme, width=390, axe=True)
    found: dict[str, list[str]] = {}
    for name, path in ALL.items():
        eye.go(path)
        width = eye.page.evaluate("document.documentElement.scrollWidth")
        eye.shoot(f"{name}-{language}-{theme}-narrow")
        assert width <= 392, (name, width)
        if faults := eye.faults():
            found[name] = faults
    assert found == {}


@pytest.mark.parametrize(
    ("role", "language", "theme", "width"),
    [("viewer", "en", "dark", 390), ("operations", "tr", "dark", 1440), ("finance", "en", "light", 390)],
)
def test_each_role_sees_its_pages(look: Open, role: str, language: str, theme: str, width: int) -> None:
    """The menu offers a role its pages; on none that it may see does axe find anything, nor does anything jut out."""
    eye = look(role, language=language, theme=theme, width=width, axe=True)
    links = [link.get_attribute("href") or "" for link in eye.page.locator(".menu nav a").all()]
    assert links == [page.path for group in Group for page in PAGES if page.group is group and role in page.roles]
    found: dict[str, list[str]] = {}
    for name, path in ALL.items():
        if eye.go(path) == 200:
            found |= {name: faults} if (faults := eye.faults()) else {}
            assert eye.page.evaluate("document.documentElement.scrollWidth") <= width + 2, name
    assert found == {}


_ON_PAPER = """() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const wrong = [...document.querySelectorAll(".menu, .top, .button, .tabs, form.filters, nav")].filter(shown);
  const cut = [...document.querySelectorAll("main *")].filter((element) => shown(element)
    && element.clientWidth > 2 && element.scrollWidth > element.clientWidth + 1
    && getComputedStyle(element).overflowX !== "visible");
  const dark = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) < 300;
  const pale = dark(getComputedStyle(document.querySelector("h1")).color) ? [] : [document.querySelector("h1")];
  return [...wrong, ...cut, ...pale].map((element) => element.outerHTML.slice(0, 120));
}"""
"""What has no place on paper, what is cut off there, and light letters."""


@pytest.mark.parametrize(
    "path",
    [f"/shipments/{DONE}", f"/etgbs/{etgb_number(50)}", f"/refunds/{FILED}", f"/refunds/{OPEN_CLAIM}?tab=shipments"],
)
def test_what_is_printed_is_whole_and_dark_on_white(look: Open, path: str) -> None:
    """On paper there are no menus and buttons and nothing to scroll; who works in the dark prints like everybody else."""
    eye = look("finance", theme="dark", width=794, axe=True)
    eye.go(path)
    eye.page.emulate_media(media="print")
    eye.shoot(f"print-{path.strip('/').replace('/', '-').partition('?')[0][:24]}")
    assert eye.page.evaluate(_ON_PAPER) == []
    assert eye.page.evaluate("document.documentElement.scrollWidth") <= 796
    assert eye.page.locator("h1").is_visible()
    assert eye.faults() == []


@pytest.mark.parametrize(("role", "path"), [("", "/"), ("admin", "/"), ("admin", "/shipments"), ("finance", "/refunds")])
def test_the_first_page_is_light(look: Open, role: str, path: str) -> None:
    """All that a page needs on a first visit, fonts too, is at most 200 KB as it travels: bytes on the wire, with headers."""
    eye = look(role)
    eye.go("/healthz")
    session = eye.page.context.new_cdp_session(eye.page)
    sizes: list[float] = []
    fetched: list[str] = []
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.responseReceived", lambda event: fetched.append(urlsplit(event["response"]["url"]).path))
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    eye.go(path)
    eye.page.evaluate("document.fonts.ready")
    eye.page.wait_for_function("document.fonts.size === 0 || document.fonts.status === 'loaded'")
    wanted = {path, "/assets/console.css", "/assets/vendor/inter-latin.woff2", "/assets/vendor/inter-latin-ext.woff2"}
    wanted |= {"/assets/console.js", "/assets/vendor/htmx.min.js"} if role else set()
    wanted |= {"/assets/vendor/uplot.min.js"} if role and path == "/" else set()
    assert wanted <= set(fetched)
    assert 50_000 < sum(sizes) <= 200_000, sum(sizes)
