"""*Bugün*: what needs doing, and how everything stands."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response

from adapters.database import desk
from adapters.web.console import flow, rendering, words
from adapters.web.console.figures import Figures
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.pages import gate
from adapters.web.console.screen import Inside, MustChooseError, Screen, Seen
from workflow.attention import Reason
from workflow.attention_texts import TEXTS
from workflow.stages import JOURNEY, STAGE_LABELS, Stage
from workflow.values import istanbul_day

home = APIRouter(include_in_schema=False)
router = APIRouter(include_in_schema=False)

PAGE = Page("today", "/", marked("Bugün"), "today", Group.WORK, router)

ARRIVALS = {
    "orders": (marked("yeni sipariş"), "from={0}&to={0}"),
    "handed_over": (marked("kuryeye verilen"), f"reached={Stage.HANDED_TO_COURIER}:{{0}}"),
    "etgbs": (marked("ETGB alan"), f"reached={Stage.ETGB_ISSUED}:{{0}}"),
    "vedop": (marked("VEDOP'a aktarılan"), f"reached={Stage.VEDOP_TRANSFERRED}:{{0}}"),
}
"""What came in today, as it is said, and the filter of the list that it counts, on a day."""


@home.api_route("/", methods=["GET", "HEAD"])
async def first(screen: Seen, span: Annotated[str, Query(alias="flow", max_length=10)] = flow.USUAL) -> Response:
    """The first page: the day's work, or the door to it; ``flow`` is how far back its chart goes."""
    if screen.session is None:
        return await gate.shown(screen)
    if screen.user.must_change:
        raise MustChooseError
    return await _shown(screen, span if span in flow.SPANS else flow.USUAL)


@router.get("/menu")
async def menu(screen: Inside, here: Annotated[str, Query(max_length=40)] = "") -> Response:
    """The menu with its figures, for pages that are open while those change."""
    return await rendering.page(screen, "shell.html", here=here)


async def _shown(screen: Screen, span: str) -> Response:
    pool = screen.parts.pool
    figures: Figures = screen.request.app.state.figures
    stages = {row["stage"]: row for row in await figures.stages()}
    chart = None if screen.sellers else await flow.chart(pool, flow.SPANS[span], screen.now)
    return await rendering.page(
        screen,
        "pages/today.html",
        here="today",
        groups=await desk.groups(pool),
        journey=[stages[stage] for stage in JOURNEY],
        exits=[row for stage, row in stages.items() if stage not in JOURNEY],
        total=sum(row["count"] for row in stages.values()),
        waiting=await figures.waiting(),
        arrived=await figures.arrived(),
        arrivals=ARRIVALS,
        chart=chart,
        drawn="" if chart is None else orjson.dumps(chart.series).decode(),
        span=span,
        spans=flow.SPANS,
        reasons={one.value: words.title(one) for one in Reason},
        texts={one.value: text for one, text in TEXTS.items()},
        who_words=words.WHO,
        stage_labels=STAGE_LABELS,
        today=istanbul_day(screen.now),
    )
