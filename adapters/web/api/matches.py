"""``/api/matches``: lines of ETGB lists that may mean several shipments, for a person to decide."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from adapters.database import matches
from adapters.database.matches import EtgbMatches
from adapters.imports import doubts
from adapters.web import idempotency, paging
from adapters.web.api.work import told
from adapters.web.idempotency import IdempotencyKey
from adapters.web.problems import ProblemError
from adapters.web.services import Operator, Parts, Reader
from workflow.errors import texts_of

router = APIRouter(prefix="/api/matches", tags=["imports"])


class Decision(BaseModel):
    """What a person says of a line."""

    shipment: UUID | None = None
    """To confirm: the shipment that the line means, a candidate or another of the same seller."""


@router.get("")
async def listed(
    parts: Parts,
    _: Reader,
    state: Literal["open", "confirmed", "rejected"] = "open",
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
) -> dict[str, Any]:
    """Lines that wait for a person, oldest first, each with its candidates side by side."""
    found = await matches.listed(parts.pool, state, limit + 1, paging.read(cursor))
    return paging.page(found, limit, "raised_at")


@router.post("/{id}/actions/{action}")
async def act(
    parts: Parts,
    request: Request,
    key: Operator,
    id: UUID,  # noqa: A002 - the contract's name
    action: Literal["confirm", "reject"],
    decision: Decision,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Say which shipment a line means (`confirm`, with `shipment`), or that it means none (`reject`)."""

    async def work() -> tuple[int, object]:
        store = EtgbMatches(parts.pool)
        try:
            if action == "reject":
                await doubts.reject(store, parts.clock, id, owner=key.name)
                return 200, {"id": str(id), "state": "rejected"}
            if decision.shipment is None:
                said = (
                    "Onaylamak için satırın hangi gönderi olduğunu yazın (`shipment`).",
                    "To confirm, name the shipment that the line means (`shipment`).",
                )
                raise ProblemError(422, "wrong-data", said)
            outcome = await doubts.confirm(parts.intake, store, parts.clock, id, decision.shipment, owner=key.name)
        except doubts.NotOpenError as error:
            raise ProblemError.of(404, "match-unknown", error) from error
        except doubts.BeingSettledError as error:
            raise ProblemError.of(409, "match-being-settled", error, why=texts_of(error)) from error
        except doubts.NotForThisLineError as error:
            raise ProblemError.of(409, "not-for-this-line", error, why=texts_of(error)) from error
        return 200, {"id": str(id), "state": "confirmed", "message": told(outcome)}

    return await idempotency.once(parts, request, key, idempotency_key, work)
