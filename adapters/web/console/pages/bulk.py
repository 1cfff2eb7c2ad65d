"""One action on many shipments: first what it would do, then, on a person's word and with a reason, a job that is kept.

The first batch is done in the request, so that a small job is done when its page opens; workers go on with the rest, also after
a restart. The page shows how far it has come; a job can be paused, resumed and stopped, and what is done stays done.
"""

from typing import Annotated, Any, Final
from uuid import UUID, uuid4

import structlog
from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from adapters.database.bulk import OUTCOMES, STARTER_REVOKED, STARTER_ROLE, BulkJobs
from adapters.web import paging
from adapters.web.absent import absent
from adapters.web.api.shipments import MASKED
from adapters.web.console import refusals, rendering, words
from adapters.web.console.filters import Filters
from adapters.web.console.language import marked
from adapters.web.console.pages.shipments import BULK
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import FIRE, OPERATE
from events.bulk import REASONED, Bulk
from workflow.errors import BatchConflictError, StoreUnavailableError
from workflow.stages import STAGE_LABELS, Trigger
from workflow.world import Outcome

router = APIRouter(include_in_schema=False)
_log = structlog.get_logger("kervan.web")

ROWS: Final = 50

STATES: Final[dict[str, tuple[str, str]]] = {
    "proposed": (marked("onay bekliyor"), "void"),
    "running": (marked("sürüyor"), "accent"),
    "paused": (marked("duraklatıldı"), "warn"),
    "stopped": (marked("durduruldu"), "bad"),
    "finished": (marked("bitti"), "good"),
}
"""Where a job stands, and how it looks."""
RESULTS: Final[dict[str, tuple[str, str, str]]] = {
    "waiting": (marked("sırada"), "void", marked("Sıradaki")),
    "done": (marked("uygulandı"), "good", marked("Uygulanan")),
    "failed": (marked("uygulanamadı"), "bad", marked("Uygulanamayan")),
    "unable": (marked("kabul etmez"), "warn", marked("Kabul etmeyen")),
}
"""What became of a shipment of a job, how that looks, and all those of which it is true."""
STOPPED_FOR: Final[dict[str, str]] = {
    STARTER_REVOKED: marked("Başlatanın hesabı kapatıldığı için durduruldu."),
    STARTER_ROLE: marked("Başlatanın rolü ya da satıcıları artık buna izin vermiyor; bu yüzden durduruldu."),
}
"""Why a job was stopped that nobody stopped."""
_TOLD: Final[dict[str, str]] = {
    "pause": marked("Toplu işlem duraklatıldı."),
    "resume": marked("Toplu işlem sürdürülüyor."),
    "stop": marked("Toplu işlem durduruldu; yapılanlar yapılmış olarak kaldı."),
}


@router.api_route("/shipments/bulk", methods=["GET", "HEAD"])
async def listed(screen: Inside, cursor: paging.Cursor = "") -> Response:
    """What was done to many at once, the newest first."""
    found = await BulkJobs(screen.parts.pool).listed(ROWS + 1, paging.read(cursor))
    page = paging.page(found, ROWS, "made_at")
    return await rendering.page(
        screen,
        "pages/bulk_jobs.html",
        here="shipments",
        jobs=page["items"],
        following=page["next"],
        triggers=words.TRIGGERS,
        states=STATES,
    )


@router.post("/shipments/bulk")
async def propose(
    screen: Acting,
    trigger: Annotated[Trigger, Form()],
    scope: Annotated[str, Form(pattern="^(chosen|all)$")],
    given: Annotated[str, Form(alias="filter", max_length=2000)] = "",
    ids: Annotated[list[UUID] | None, Form(alias="id", max_length=200)] = None,
) -> Response:
    """Keep what an action on the chosen shipments, or on all that the filter lets through, would do."""
    screen.only(FIRE[trigger])
    if trigger not in BULK:
        said = ("Bu işlem birçok gönderiye birden yapılmaz.", f"{trigger} is not done to many at once.")
        raise ProblemError(422, "wrong-data", said)
    filters, job = Filters.of(given), uuid4()
    await BulkJobs(screen.parts.pool).propose(
        job,
        trigger,
        {"ids": ids or []} if scope == "chosen" else filters.asked(),
        shown=filters.query(),
        by=screen.user.name,
        role=screen.user.role,
        names=screen.user.role not in MASKED,
        now=screen.now,
    )
    return RedirectResponse(f"/shipments/bulk/{job}", 303)


@router.api_route("/shipments/bulk/{job_id}", methods=["GET", "HEAD"])
async def one(screen: Inside, job_id: UUID, outcome: str = "", cursor: paging.Cursor = "") -> Response:
    """What a job would do, how far it has come, and what became of each shipment."""
    jobs = BulkJobs(screen.parts.pool)
    job = await _job(screen, job_id)
    shown = outcome if outcome in OUTCOMES else ""
    lines = await jobs.lines(job_id, ROWS + 1, paging.read_row(cursor), shown)
    for line in lines:
        told = Outcome("", "", line["outcome"], line["code"], line["detail"])
        line["why"] = refusals.said(screen.language, told) if line["outcome"] == "failed" else ""
    page = paging.page_of_rows(lines, ROWS, "no")
    return await rendering.page(
        screen,
        "pages/bulk.html",
        here="shipments",
        job=job,
        lines=page["items"],
        following=page["next"],
        outcome=shown,
        trigger=Trigger(job["trigger"]),
        triggers=words.TRIGGERS,
        stage_labels=STAGE_LABELS,
        states=STATES,
        results=RESULTS,
        stopped_for=STOPPED_FOR,
        counted={"waiting": job["left"], **{name: job[name] for name in ("done", "failed", "unable")}},
        needs_reason=job["trigger"] in REASONED,
        acts=screen.may(OPERATE),
        back=f"/shipments?{job['filter']}" if job["filter"] else "/shipments",
    )


@router.post("/shipments/bulk/{job_id}/start")
async def start(screen: Acting, job_id: UUID, reason: Annotated[str, Form(max_length=500)] = "") -> Response:
    """Confirm it; sent twice, it is one job."""
    jobs, job = BulkJobs(screen.parts.pool), await _job(screen, job_id)
    screen.only(FIRE[Trigger(job["trigger"])])
    reason = reason.replace("\x00", "").strip()
    if job["trigger"] in REASONED and not reason:
        raise ProblemError(422, "wrong-data", ("Bu işlem bir neden ister.", "This action asks for a reason."))
    if job["state"] == "proposed" and job["by"] != screen.user.name:
        said = (
            f"Bu gönderileri {job['by']} seçti; kendiniz yeniden seçin.",
            f"User {job['by']} chose these shipments; choose them yourself.",
        )
        raise ProblemError(403, "not-yours", said)
    if await jobs.start(job_id, reason, screen.now):
        await screen.note("shipment.bulk_start", f"bulk/{job_id}", reason, f"{job['trigger']} {job['able']}")
        try:
            await Bulk(jobs, screen.parts.intake, screen.parts.clock).step(job_id)
        except (StoreUnavailableError, BatchConflictError) as error:
            _log.warning("a bulk job is left to the workers", job=str(job_id), error=type(error).__name__)
    return RedirectResponse(f"/shipments/bulk/{job_id}", 303)


@router.post("/shipments/bulk/{job_id}/{action}")
async def move(screen: Acting, job_id: UUID, action: str) -> Response:
    """Pause, resume or stop it."""
    if action not in _TOLD:
        said = (f"Toplu işleme {action} diye bir şey yapılmaz.", f"A bulk job cannot {action}.")
        raise ProblemError(404, "action-unknown", said)
    job = await _job(screen, job_id)
    screen.only(FIRE[Trigger(job["trigger"])])
    here = f"/shipments/bulk/{job_id}"
    if not await BulkJobs(screen.parts.pool).move(job_id, action, screen.now):
        return rendering.done(screen, here, screen.language.gettext("Toplu işlem bunun için uygun durumda değil."), "warn")
    await screen.note(f"shipment.bulk_{action}", f"bulk/{job_id}", outcome=f"{job['done']}/{job['able']}")
    return rendering.done(screen, here, screen.language.gettext(_TOLD[action]))


async def _job(screen: Screen, job_id: UUID) -> dict[str, Any]:
    found = await BulkJobs(screen.parts.pool).find(job_id)
    if found is None:
        raise absent("bulk-unknown")
    return found
