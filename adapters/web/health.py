"""``/healthz``, ``/readyz`` and ``/metrics``."""

import asyncio
from importlib.metadata import version

from fastapi import APIRouter, Request, Response

from adapters import metrics as figures_of
from adapters.database import tallies
from adapters.web.console.figures import Figures
from adapters.web.services import Check, Parts

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


async def _asked(check: Check) -> dict[str, object]:
    """What a check tells; one that fails, or does not answer within three seconds, is not well."""
    try:
        return await asyncio.wait_for(check(), 3)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what there is to report
        return {"ok": False, "error": type(error).__name__}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", responses={503: {"description": "Something that is needed does not answer"}})
async def readyz(parts: Parts, response: Response) -> dict[str, object]:
    """Database and broker answer."""
    found: dict[str, object] = {}
    well = True
    for name, check in parts.checks.items():
        answer = await _asked(check)
        found[name] = answer
        well = well and bool(answer.get("ok"))
    response.status_code = 200 if well else 503
    return {"status": "ready" if well else "not ready", "checks": found}


@router.get("/metrics", response_class=Response)
async def metrics(parts: Parts, request: Request) -> Response:
    """Figures for Prometheus: what all processes have in the database, and what this one did."""
    kept: Figures = request.app.state.figures  # whoever asks often must not have all shipments counted each time
    stages = await kept.stages()
    figures = await tallies.counted(parts.pool)
    attention = await tallies.attention_by_reason(parts.pool)
    families = [
        *figures_of.of_build(version("kervan")),
        *figures_of.of_stages(stages, parts.clock()),
        *figures_of.of_figures(figures, attention),
        *figures_of.of_intake(parts.intake),
        *figures_of.of_webhooks(parts.webhooks.totals),
        *figures_of.of_pool(parts.pool),
    ]
    if "broker" in parts.checks:
        families += figures_of.of_broker(await _asked(parts.checks["broker"]))
    return Response(figures_of.exposition(families), media_type=figures_of.MEDIA_TYPE)
