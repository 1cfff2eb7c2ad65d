"""``/healthz``, ``/readyz`` and ``/metrics``."""

from fastapi import APIRouter, Response

from adapters.database import queries
from adapters.web.services import Parts

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "Something that is needed does not answer"}})
async def readyz(parts: Parts, response: Response) -> dict[str, object]:
    """Database and broker answer."""
    found: dict[str, object] = {}
    well = True
    for name, check in parts.checks.items():
        try:
            answer = await check()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what there is to report
            answer = {"ok": False, "error": type(error).__name__}
        found[name] = answer
        well = well and bool(answer.get("ok"))
    response.status_code = 200 if well else 503
    return {"status": "ready" if well else "not ready", "checks": found}


@router.get("/metrics", response_class=Response)
async def metrics(parts: Parts) -> Response:
    """Counts for Prometheus."""
    lines = ["# HELP kervan_shipments Shipments by stage", "# TYPE kervan_shipments gauge"]
    for row in await queries.stages(parts.pool):
        lines.append(f'kervan_shipments{{stage="{row["stage"]}"}} {row["count"]}')
        lines.append(f'kervan_shipments_overdue{{stage="{row["stage"]}"}} {row["overdue"]}')
    for name, value in (await queries.figures(parts.pool)).items():
        lines += [f"# TYPE kervan_{name} gauge", f"kervan_{name} {value}"]
    for state, count in sorted(parts.intake.totals.items()):
        lines.append(f'kervan_http_messages_total{{state="{state}"}} {count}')
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")
