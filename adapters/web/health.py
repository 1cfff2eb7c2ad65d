"""``/healthz``, ``/readyz`` and ``/metrics``."""

import asyncio

from fastapi import APIRouter, Response

from adapters.database import queries
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
async def metrics(parts: Parts) -> Response:
    """Counts for Prometheus."""
    stages = await queries.stages(parts.pool)
    lines = ["# HELP kervan_shipments Shipments by stage", "# TYPE kervan_shipments gauge"]
    lines += [f'kervan_shipments{{stage="{row["stage"]}"}} {row["count"]}' for row in stages]
    lines += ["# HELP kervan_shipments_overdue Shipments too long in their stage", "# TYPE kervan_shipments_overdue gauge"]
    lines += [f'kervan_shipments_overdue{{stage="{row["stage"]}"}} {row["overdue"]}' for row in stages]
    for name, value in (await queries.figures(parts.pool)).items():
        lines += [f"# TYPE kervan_{name} gauge", f"kervan_{name} {value}"]
    if parts.intake.totals:
        lines.append("# TYPE kervan_http_messages_total counter")
    for state, count in sorted(parts.intake.totals.items()):
        lines.append(f'kervan_http_messages_total{{state="{state}"}} {count}')
    if parts.webhooks.totals:
        lines.append("# TYPE kervan_webhooks_total counter")
    for state, count in sorted(parts.webhooks.totals.items()):
        lines.append(f'kervan_webhooks_total{{state="{state}"}} {count}')
    if "broker" in parts.checks:
        lines += ["# HELP kervan_lag Messages on the broker that no worker has taken yet", "# TYPE kervan_lag gauge"]
        lines.append(f"kervan_lag {(await _asked(parts.checks['broker'])).get('pending', 'NaN')}")
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")
