"""*Giden kuyruk*: what was decided and waits to go out, and what no counterpart could do."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Response

from adapters.database import desk, failed_tasks
from adapters.web import paging
from adapters.web.console import rendering
from adapters.web.console.actors import FAMILIES
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.screen import Acting, Inside
from adapters.web.services import ACT, OPERATE

router = APIRouter(include_in_schema=False)

PAGE = Page("tasks", "/tasks", marked("Giden kuyruk"), "outbox", Group.TRAFFIC, router, counts="tasks")

ROWS: Final = 50
KINDS: Final = {
    "invoice.requested.v1": marked("Fatura kesilmesi"),
    "invoice_cancellation.requested.v1": marked("Fatura iptali"),
    "booking.requested.v1": marked("Kurye ile anlaşma"),
    "tracking.requested.v1": marked("Kurye hareketlerinin sorulması"),
    "etgb.requested.v1": marked("ETGB'nin sorulması"),
    "pickup.requested.v1": marked("Kolinin alınması"),
    "vedop_check.requested.v1": marked("VEDOP'a bakılması"),
    "rates.requested.v1": marked("Kurların alınması"),
    "claim_filing.requested.v1": marked("İade başvurusunun verilmesi"),
}
"""What was asked; a kind that is not here is shown by its own name."""
WHYS: Final = {
    "rejected": marked("yapmayı reddetti"),
    "changed_protocol": marked("yanıtı beklenen biçimde değil"),
    "not_found": marked("sorulanı bilmiyor"),
    "failed": marked("yapılamadı"),
}
"""Why it was given up."""


@router.api_route("/tasks", methods=["GET", "HEAD"])
async def listed(
    screen: Inside,
    state: Annotated[str, Query(max_length=20)] = "failed",
    counterpart: Annotated[str, Query(pattern=r"^([a-z_]+\.[A-Za-z0-9_-]+)?$", max_length=100)] = "",
    cursor: paging.Cursor = "",
) -> Response:
    """Tasks that were tried for the last time, and what still waits to be published."""
    shown = state if state in {"failed", "asked_again"} else "failed"
    found = await failed_tasks.listed(screen.parts.pool, shown, ROWS + 1, paging.read(cursor), counterpart)
    page = paging.page(found, ROWS, "failed_at")
    return await rendering.page(
        screen,
        "pages/tasks.html",
        here="tasks",
        tasks=page["items"],
        following=page["next"],
        cursor=cursor,
        counterpart=counterpart,
        state=shown,
        kinds=KINDS,
        whys=WHYS,
        families=FAMILIES,
        outbox=await desk.outbox(screen.parts.pool),
        barred=screen.barred(OPERATE),
        may_read=screen.may(ACT),
    )


@router.post("/tasks/retry")
async def retry(screen: Acting, ids: Annotated[list[UUID] | None, Form(alias="id", max_length=200)] = None) -> Response:
    """Have tasks done once more; their attention items are settled."""
    screen.only(OPERATE)
    done = 0
    for task in ids or []:
        if await failed_tasks.ask_again(screen.parts.pool, task, screen.user.name, screen.now) is not None:
            await screen.note("task.retry", f"task/{task}")
            done += 1
    text = screen.language.ngettext("%(num)s görev yeniden istendi.", "%(num)s görev yeniden istendi.", done)
    return rendering.done(screen, "/tasks", text, "good" if done else "warn")
