"""Who is led where: each role over all pages of the console, and along every link that is on them."""

import html
import re
from urllib.parse import urljoin

import pytest

from adapters.calls.words import Tried
from tests.console.installation import seed
from tests.console.places import ALL, CLOSED, OF_ALL_SELLERS, SHARED
from tests.integration.http_app import Web
from tests.integration.two_sellers import Two
from tests.stories import SELLER

_TAG = re.compile(r"<([a-z]+)\b([^>]*)>")
_ADDRESS = re.compile(r'(?<=\s)(?:href|hx-get|action)="([^"]+)"')


def links(at: str, page: str) -> set[str]:
    """Where a page leads on this host: its links, what its scripts would ask for, and forms that only ask."""
    found = set()
    for tag, attributes in _TAG.findall(page):
        if tag not in {"link", "use"} and 'method="post"' not in attributes:
            found |= {urljoin(at, html.unescape(address)).partition("#")[0] for address in _ADDRESS.findall(attributes)}
    return {link for link in found if link.startswith("/")}


async def _tried() -> Tried:
    return Tried("ok", "", 0.1)


@pytest.mark.parametrize(
    ("role", "sellers"), [(role, of) for role in CLOSED for of in ((), (SELLER,)) if role != "admin" or not of]
)
async def test_nobody_is_led_where_they_may_not_go(web: Web, role: str, sellers: tuple[str, ...]) -> None:
    """Pages of others are closed; of all others every link can be followed, and none leads to what is not there."""
    await web.intake.take(seed())
    web.app.state.services.counterparts = {("rates", "tcmb"): ("TCMB", _tried)}
    there = Two(web, None, None)  # type: ignore[arg-type]  # its people alone are needed
    closed = CLOSED[role] | (OF_ALL_SELLERS if sellers else set())
    async with there.person(role, *sellers) as person:
        answered: dict[str, int] = {}
        led: dict[str, str] = {}
        for name, path in (ALL | SHARED).items():
            answer = await person.get(path)
            answered[name] = answer.status_code
            led |= dict.fromkeys(links(path, answer.text), name)
        assert {name for name, status in answered.items() if status == 403} == closed
        assert {name for name, status in answered.items() if status == 404} == {"nowhere"}
        assert len(led) > 100
        ends = {link: (await person.get(link)).status_code for link in led}
    assert {(led[link], link): status for link, status in ends.items() if status in {403, 404} or status >= 500} == {}
