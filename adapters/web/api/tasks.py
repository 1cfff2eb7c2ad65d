"""``/api/tasks``: what was asked of counterparts and could not be done."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from adapters.database import failed_tasks
from adapters.web import idempotency, paging
from adapters.web.absent import absent
from adapters.web.idempotency import IdempotencyKey
from adapters.web.services import Operator, Parts, Reader

router = APIRouter(prefix="/api/tasks", tags=["operations"])


@router.get("")
async def listed(
    parts: Parts,
    _: Reader,
    state: Annotated[Literal["failed", "asked_again"], Query()] = "failed",
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
) -> dict[str, Any]:
    """Tasks that were tried for the last time, the oldest first; or those that a person had tried again."""
    found = await failed_tasks.listed(parts.pool, state, limit + 1, paging.read(cursor))
    return paging.page(found, limit, "failed_at")


@router.post("/{id}/retry")
async def retry(
    parts: Parts,
    request: Request,
    key: Operator,
    id: UUID,  # noqa: A002 - as elsewhere
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Have a failed task done once more; its attention item is settled. `id` is also the item's."""

    async def work() -> tuple[int, object]:
        found = await failed_tasks.ask_again(parts.pool, id, key.name, parts.clock())
        if found is None:
            raise absent("task-unknown", id)
        return 202, found

    return await idempotency.once(parts, request, key, idempotency_key, work)
