"""*Bütün satıcılar*: of each seller what can be claimed, is held back, is out, lapses; for whoever looks after many."""

from datetime import datetime
from typing import Annotated, Final, Literal, get_args

from fastapi import APIRouter, Query, Response

from adapters.web import all_sellers, claim_tables
from adapters.web.all_sellers import Sort
from adapters.web.api import claims
from adapters.web.api.advice import ADVISED
from adapters.web.console import rendering
from adapters.web.console.filters import Filters
from adapters.web.console.language import marked
from adapters.web.console.screen import Inside
from adapters.web.paging import Cursor

router = APIRouter(include_in_schema=False)

ROWS: Final = 50
_SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
SUMS: Final = (
    ("claimable", marked("Verilebilir")),
    ("blocked", marked("Eksiği olan")),
    ("outstanding", marked("Beklenen tutar")),
    ("lapsing", marked("90 gün içinde düşecek")),
    ("lapsed", marked("Süresi geçen")),
    ("waiting", marked("VEDOP bekleyen, en çok")),
)
"""The amounts of a seller, as columns and in the sums above them; each is one of :data:`adapters.web.all_sellers.Sort` too."""
Asked = Annotated[str, Query(max_length=100)]


@router.api_route("/refunds/sellers", methods=["GET", "HEAD"])
async def listed(screen: Inside, sort: Asked = "", q: Asked = "", cursor: Cursor = "") -> Response:
    """A page of sellers, those with the most money or the fewest days first."""
    screen.only(ADVISED)
    by, q = _sort(sort), all_sellers.words(q)
    total = await all_sellers.total(screen.parts, q)
    page = await all_sellers.page(screen.parts, by, q, ROWS, cursor)
    return await rendering.page(
        screen,
        "pages/sellers.html",
        here="refunds",
        sellers=page["items"],
        following=page["next"],
        cursor=cursor,
        total=total,
        as_of=None if total["as_of"] is None else datetime.fromisoformat(total["as_of"]),
        sums=SUMS,
        sort=by,
        q=q,
        query=Filters({"sort": by, "q": q}).query,
        sorted_by=lambda name: Filters({"sort": name, "q": q}).query(),
    )


@router.get("/refunds/sellers.{form}")
async def export(screen: Inside, form: Literal["csv", "xlsx"], sort: Asked = "", q: Asked = "") -> Response:
    """All sellers that match, in the same order, as a file."""
    screen.only(ADVISED)
    by, q = _sort(sort), all_sellers.words(q)
    rows = await all_sellers.every(screen.parts, by, q)
    await screen.note("claim.export", f"sellers.{form}", Filters({"sort": by, "q": q}).query())
    content = claim_tables.written(form, "sellers", claim_tables.SELLERS, rows, screen.language.code)
    return claims.answered(form, f"sellers.{form}", content)


def _sort(asked: str) -> Sort:
    """The order that is asked for; what can be claimed where that makes no sense."""
    return next((one for one in _SORTS if one == asked), _SORTS[0])
