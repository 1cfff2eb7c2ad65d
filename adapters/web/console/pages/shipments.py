"""*Gönderiler*: all shipments, narrowed by what the address says, in the columns that one chose."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from adapters.database import listing
from adapters.web import paging
from adapters.web.api.shipments import MASKED
from adapters.web.console import rendering, words
from adapters.web.console.filters import NAMES, Filters
from adapters.web.console.language import marked, order
from adapters.web.console.navigation import Group, Page
from adapters.web.console.screen import Inside, Screen
from adapters.web.services import OPERATE
from workflow.attention import Reason
from workflow.delivery import DELIVERY_LABELS
from workflow.stages import STAGE_LABELS, Stage, Trigger

router = APIRouter(include_in_schema=False)

PAGE = Page("shipments", "/shipments", marked("Gönderiler"), "shipments", Group.WORK, router)

ROWS: Final = 50
COUNTED: Final = 1000
"""How far matches are counted; beyond, "more than" is said, since nobody reads on and counting costs."""

COLUMNS: Final[dict[str, str]] = {
    "consignee": marked("Alıcı"),
    "seller": marked("Satıcı"),
    "stage": marked("Aşama"),
    "age": marked("Aşamada"),
    "due": marked("Beklenen"),
    "looked": marked("Sıradaki bakış"),
    "delivery": marked("Teslimat"),
    "courier": marked("Kurye ve takip no"),
    "invoice": marked("Fatura"),
    "etgb": marked("ETGB"),
    "vedop": marked("VEDOP"),
    "total": marked("Tutar"),
    "weight": marked("Brüt ağırlık"),
    "planned": marked("Planlanan gün"),
    "created": marked("Alındı"),
}
"""Columns that one may choose; the order's number always stands first."""
USUAL: Final = ("consignee", "stage", "age", "due", "delivery", "courier", "etgb", "total")

BULK: Final = (Trigger.VALIDATE, Trigger.CANCEL, Trigger.RETURN_GOODS)
"""What can be done to many at once: what needs no number of the single shipment."""


def columns(asked: list[str]) -> list[str]:
    """The columns to show, in the table's own order."""
    chosen = [name for name in COLUMNS if name in asked]
    return chosen or list(USUAL)


@router.api_route("/shipments", methods=["GET", "HEAD"])
async def listed(
    screen: Inside,
    col: Annotated[list[str] | None, Query(max_length=len(COLUMNS))] = None,
    cursor: paging.Cursor = "",
) -> Response:
    """A page of the list."""
    given = Filters.read(screen.request.query_params)
    shown = columns(col or [])
    if "hx-request" not in screen.request.headers and _has_empty(screen.request.query_params):
        return RedirectResponse(_address(given, shown), 303)
    pool, names = screen.parts.pool, screen.user.role not in MASKED
    found = await listing.page(pool, given.asked(), ROWS + 1, paging.read(cursor), names=names)
    page = paging.page(found, ROWS, "created_at")
    choices = await listing.choices(pool)
    matching = (
        len(found)
        if len(found) <= ROWS and not cursor
        else await listing.count(pool, given.asked(), names=names, most=COUNTED + 1)
    )
    answer = await rendering.page(
        screen,
        "pages/shipments.html",
        here="shipments",
        given=given,
        find=given.get("q"),
        rows=page["items"],
        following=page["next"],
        cursor=cursor,
        columns=shown,
        all_columns=COLUMNS,
        matching=matching,
        counted=COUNTED,
        address=_address(given, shown),
        choices=choices,
        sellers=sorted(choices["sellers"], key=lambda seller: order(seller[1])),
        **vocabulary(screen),
    )
    if "hx-request" in screen.request.headers and "hx-current-url" in screen.request.headers and not cursor:
        answer.headers["HX-Push-Url"] = _address(given, shown)
    return answer


def vocabulary(screen: Screen) -> dict[str, Any]:
    """The words that rows of shipments are written with."""
    return {
        "stage_labels": STAGE_LABELS,
        "stages": list(Stage),
        "tones": words.TONES,
        "delivery_labels": DELIVERY_LABELS,
        "wait_words": words.WAITS,
        "reasons": {reason: words.title(reason) for reason in Reason},
        "triggers": words.TRIGGERS,
        "bulk": BULK if screen.may(OPERATE) else (),
        "barred": screen.barred(OPERATE),
    }


def _address(given: Filters, shown: list[str]) -> str:
    """The list's address: only what is set, and the columns only where they are not the usual ones."""
    query = given.query()
    chosen = "" if tuple(shown) == USUAL else "&".join(f"col={name}" for name in shown)
    both = "&".join(part for part in (query, chosen) if part)
    return f"/shipments?{both}" if both else "/shipments"


def _has_empty(values: Mapping[str, str]) -> bool:
    """Whether a form without a script sent filters that are not set."""
    return any(name in values and not values[name] for name in NAMES)
