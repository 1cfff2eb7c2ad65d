"""*Bugün*: what needs doing, and how everything stands."""

from fastapi import APIRouter, Response

from adapters.web.console import rendering
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.pages import gate
from adapters.web.console.screen import Inside, MustChooseError, Seen

home = APIRouter(include_in_schema=False)
router = APIRouter(include_in_schema=False)

PAGE = Page("today", "/", marked("Bugün"), "today", Group.WORK, router)


@home.api_route("/", methods=["GET", "HEAD"])
async def first(screen: Seen) -> Response:
    """The first page: the day's work, or the door to it."""
    if screen.session is None:
        return await gate.shown(screen)
    if screen.user.must_change:
        raise MustChooseError
    return await shown(screen)


async def shown(screen: Inside) -> Response:
    """The day's work."""
    return await rendering.page(screen, "pages/today.html", here="today")
