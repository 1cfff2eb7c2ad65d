"""What stands before the sign-in: what Kervan is, the picture of the state machine, and where its documentation is."""

from functools import cache

from fastapi import APIRouter, Response

from adapters.web.console import rendering
from adapters.web.console.screen import Seen
from workflow import diagram
from workflow.lifecycle import STEPS
from workflow.stages import JOURNEY, STAGE_LABELS

router = APIRouter(include_in_schema=False)


@cache
def _picture() -> str:
    return diagram.svg(STEPS)


@router.api_route("/", methods=["GET", "HEAD"])
async def home(screen: Seen) -> Response:
    """The first page."""
    return rendering.page(screen, "gate.html", journey=[STAGE_LABELS[stage] for stage in JOURNEY])


@router.api_route("/stages.svg", methods=["GET", "HEAD"])
async def picture() -> Response:
    """The state machine, drawn from its table."""
    return Response(_picture(), media_type="image/svg+xml", headers={"Cache-Control": "max-age=300"})
