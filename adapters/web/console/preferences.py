"""Language and colours, kept by the browser."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from adapters.web.console import csrf, rendering
from adapters.web.console.screen import THEME_COOKIE, Seen, local
from adapters.web.reader import LANGUAGE_COOKIE

router = APIRouter(include_in_schema=False)

_YEAR_S = 365 * 24 * 3600


@router.post("/preferences")
async def keep(
    screen: Seen,
    language: Annotated[Literal["tr", "en"] | None, Form()] = None,
    theme: Annotated[Literal["system", "light", "dark"] | None, Form()] = None,
    to: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Keep a choice and come back to where it was made."""
    await csrf.check(screen.request, screen.secret)
    answer = RedirectResponse(local(to), 303)
    for cookie, value in ((LANGUAGE_COOKIE, language), (THEME_COOKIE, theme)):
        if value is not None:
            rendering.keep(screen, answer, cookie, value, max_age=_YEAR_S)
    return answer
