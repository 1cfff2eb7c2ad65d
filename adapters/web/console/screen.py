"""What every page knows of who looks at it: language, colours, whether all is a sandbox's, and who it is."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import structlog
from fastapi import Depends, Request

from adapters.database import audit, seller_lock, sessions, tallies
from adapters.database.audit import Act
from adapters.database.keys import Key
from adapters.database.sessions import Session
from adapters.database.users import User
from adapters.web import reach
from adapters.web.console import csrf
from adapters.web.console.language import LANGUAGES, Language, marked
from adapters.web.forbidden import forbidden
from adapters.web.reader import LANGUAGE_COOKIE
from adapters.web.services import ACT, ADMIN, FINANCE, OPERATE, Parts, Services

THEME_COOKIE: Final = "kervan_theme"
SESSION_COOKIE: Final = "kervan_session"
FORM_COOKIE: Final = "kervan_form"
"""The secret of forms before the sign-in."""
THEMES: Final = ("system", "light", "dark")

ROLE_NAMES: Final = {
    "viewer": marked("İzleyici"),
    "operations": marked("Operasyon"),
    "finance": marked("Finans"),
    "admin": marked("Yönetici"),
    "courier": marked("Kurye"),
}


_OTHERS: Final = {
    OPERATE: marked("Rolünüz buna izin vermiyor; bunu operasyon ya da yönetici yapar."),
    FINANCE: marked("Rolünüz buna izin vermiyor; bunu finans ya da yönetici yapar."),
    ACT: marked("Rolünüz buna izin vermiyor; bunu operasyon, finans ya da yönetici yapar."),
    ADMIN: marked("Rolünüz buna izin vermiyor; bunu yönetici yapar."),
}
"""Who does what the user may not, in a sentence."""


class NotSignedInError(Exception):
    """Nobody is signed in, or the session has ended."""


class MustChooseError(Exception):
    """The password was made for this user, who has to choose one first."""


@dataclass(slots=True)
class Screen:
    """One request for a page."""

    request: Request
    parts: Services
    language: Language
    theme: str
    sandbox: bool
    session: Session | None
    secret: str
    """What the tokens of this browser's forms follow from."""

    @property
    def now(self) -> datetime:
        """This moment."""
        return self.parts.clock()

    @property
    def address(self) -> str:
        """Where the page is, with its filters: what a form comes back to."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    @property
    def secure(self) -> bool:
        """Whether cookies may travel encrypted only."""
        return self.request.url.scheme == "https"

    @property
    def user(self) -> User:
        """Who looks at it.

        Raises:
            NotSignedInError: nobody is signed in.
        """
        if self.session is None:
            raise NotSignedInError
        return self.session.user

    @property
    def key(self) -> Key:
        """The user as the API's functions know who calls: what they do stands under ``ops/<user>``."""
        return Key(self.user.id, self.user.name, self.user.role, "", self.user.sellers)

    @property
    def sellers(self) -> tuple[str, ...]:
        """Whose rows alone the user reaches; empty: those of all."""
        return () if self.session is None else self.session.user.sellers

    def may(self, roles: frozenset[str]) -> bool:
        """Whether the user is in one of these roles."""
        return self.user.role in roles

    def barred(self, roles: frozenset[str]) -> str:
        """Why the user may not do what these roles may, in their language; empty where they may."""
        return "" if self.may(roles) else self.language.gettext(_OTHERS[roles])

    def only(self, roles: frozenset[str]) -> None:
        """Go on only where the user is in one of these roles.

        Raises:
            ProblemError: 403, they are not.
        """
        if not self.may(roles):
            raise forbidden(self.user.role, roles)

    async def note(self, action: str, thing: str = "", reason: str = "", outcome: str = "done") -> None:
        """Write into the audit log what the user did."""
        request = str(structlog.contextvars.get_contextvars().get("request", ""))
        act = Act("console", f"ops/{self.user.name}", self.user.role, action, thing, reason, outcome, request)
        await audit.note(self.parts.pool, self.now, act)


async def screen(request: Request, parts: Parts) -> Screen:
    """The screen of a request."""
    seen = blind(request, parts)
    token = request.cookies.get(SESSION_COOKIE, "")
    seen.session = await sessions.find(parts.pool, token, parts.clock()) if token else None
    seen.secret = token if seen.session is not None else seen.secret
    seller_lock.bind(seen.sellers)
    seen.sandbox = await _sandbox(request, parts)
    return seen


def blind(request: Request, parts: Services) -> Screen:
    """The screen of a request as far as the request itself says: what may be shown where the database does not answer.

    What the address says stands above what the browser was told to keep.
    """
    asked = request.query_params.get("lang", "")
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    code = next((code for code in (asked, kept) if code in LANGUAGES), parts.settings.locale)
    theme = request.cookies.get(THEME_COOKIE, "")
    secret = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    theme = theme if theme in THEMES else "system"
    return Screen(request, parts, LANGUAGES[code], theme, bool(request.app.state.sandbox), None, secret)


Seen = Annotated[Screen, Depends(screen)]
"""Anybody's screen."""


async def inside(seen: Seen) -> Screen:
    """The screen of somebody who is signed in, and may see the page: whoever is bound to sellers what is theirs alone.

    Raises:
        NotSignedInError: nobody is.
        MustChooseError: they have to choose a password first.
        ProblemError: 403 and 404 as :func:`adapters.web.reach.enter`.
    """
    if seen.user.must_change:
        raise MustChooseError
    await reach.enter(seen.parts.pool, seen.request, seen.sellers)
    return seen


async def acting(seen: Annotated[Screen, Depends(inside)]) -> Screen:
    """The screen of somebody who sends one of our forms.

    Raises:
        ProblemError: 403, the form is not ours.
    """
    await csrf.check(seen.request, seen.secret)
    return seen


Inside = Annotated[Screen, Depends(inside)]
Acting = Annotated[Screen, Depends(acting)]


async def _sandbox(request: Request, parts: Services) -> bool:
    """Whether anything here may be a sandbox's; what was heard once is never unheard."""
    state = request.app.state
    if not state.sandbox:
        state.sandbox = await tallies.holds_sandbox_data(parts.pool)
    return bool(state.sandbox)


def local(address: str) -> str:
    """An address to come back to, if it is one of ours; else the first page. It may come from anywhere."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours and len(address) <= 2000 else "/"
