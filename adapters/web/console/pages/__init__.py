"""The pages of the console, a module each, and the table of them from which menu and routes are made.

A page's routes let in the roles of its line; what it does besides may ask for more (:meth:`Screen.only`).
"""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Depends, FastAPI

from adapters.web.console import assets, errors, live, preferences
from adapters.web.console.navigation import Page
from adapters.web.console.pages import (
    access,
    account,
    amend,
    attention,
    bulk,
    claim,
    counterparts,
    etgb,
    exports,
    gate,
    imports,
    matches,
    message_correction,
    messages,
    purchase,
    refunds,
    rules,
    sellers,
    shipment,
    shipments,
    subscriptions,
    tasks,
    today,
    unclaimed,
    uploads,
    vat_return,
)
from adapters.web.console.screen import Inside, Screen

PAGES: tuple[Page, ...] = (
    today.PAGE,
    attention.PAGE,
    shipments.PAGE,
    matches.PAGE,
    imports.PAGE,
    messages.PAGE,
    tasks.PAGE,
    refunds.PAGE,
    counterparts.PAGE,
    subscriptions.PAGE,
    rules.PAGE,
    access.PAGE,
)
"""What the menu shows, in this order within each group."""

MORE: dict[str, tuple[APIRouter, ...]] = {
    "shipments": (exports.router, bulk.router, amend.router, shipment.router, etgb.router),
    "imports": (uploads.router,),
    "messages": (message_correction.router,),
    "refunds": (sellers.router, unclaimed.router, claim.router, purchase.router, vat_return.router),
}
"""What belongs to a page and stands in modules of its own; here, because those modules know the page's."""


def install(app: FastAPI) -> None:
    """Put the console into an app, with its errors as pages."""
    app.state.pages = PAGES
    errors.install(app)
    for router in (assets.router, preferences.router, gate.router, account.router, live.router, today.home):
        app.include_router(router)
    for page in PAGES:
        for router in (page.router, *MORE.get(page.name, ())):
            app.include_router(router, dependencies=[Depends(_lets_in(page))])


def _lets_in(page: Page) -> Callable[[Screen], Awaitable[None]]:
    """What stands before each route of a page."""

    async def check(screen: Inside) -> None:
        screen.only(page.roles)

    return check
