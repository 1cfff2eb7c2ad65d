"""``/api/rules``: the law that shipments are judged by."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from adapters.web.api.shipments import given
from adapters.web.services import Parts, Reader
from workflow.rules.listing import document
from workflow.values import istanbul_day

router = APIRouter(prefix="/api", tags=["rules"])


@router.get("/rules")
async def rules(
    parts: Parts,
    _: Reader,
    on: Annotated[date | None, given(date), Query(description="a day; default: today in Istanbul")] = None,
) -> dict[str, Any]:
    """The rule set: its version, the tables in force on a day with source and certainty, and every finding with its text."""
    return document(parts.law, on or istanbul_day(parts.clock()))
