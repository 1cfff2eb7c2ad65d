"""What every page knows of who looks at it: language, colours, whether all is a sandbox's, and who it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, Request

from adapters.database import queries
from adapters.web.console.language import LANGUAGES, Language
from adapters.web.services import Parts, Services

LANGUAGE_COOKIE: Final = "kervan_language"
THEME_COOKIE: Final = "kervan_theme"
THEMES: Final = ("system", "light", "dark")


@dataclass(slots=True)
class Screen:
    """One request for a page."""

    request: Request
    parts: Services
    language: Language
    theme: str
    sandbox: bool

    @property
    def now(self) -> datetime:
        """This moment."""
        return self.parts.clock()

    @property
    def address(self) -> str:
        """Where the page is, with its filters: what a form comes back to."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")


async def screen(request: Request, parts: Parts) -> Screen:
    """The screen of a request: what the address says stands above what the browser was told to keep."""
    asked = request.query_params.get("lang", "")
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    code = next((code for code in (asked, kept) if code in LANGUAGES), parts.settings.locale)
    theme = request.cookies.get(THEME_COOKIE, "")
    return Screen(request, parts, LANGUAGES[code], theme if theme in THEMES else "system", await _sandbox(request, parts))


async def _sandbox(request: Request, parts: Services) -> bool:
    """Whether anything here may be a sandbox's; what was heard once is never unheard."""
    state = request.app.state
    if not state.sandbox:
        state.sandbox = await queries.holds_sandbox_data(parts.pool)
    return bool(state.sandbox)


Seen = Annotated[Screen, Depends(screen)]


def local(address: str) -> str:
    """An address to come back to, if it is one of ours; else the first page. It may come from anywhere."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours and len(address) <= 2000 else "/"
