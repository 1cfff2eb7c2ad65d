"""``/api/subscriptions``: who is told what by signed webhooks (Standard Webhooks)."""

from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from adapters.database import subscriptions as table
from adapters.web import audited, idempotency, paging
from adapters.web import subscriptions as doing
from adapters.web.idempotency import IdempotencyKey
from adapters.web.services import Admin, Operator, Parts, Services
from events.subscriptions import Hears
from workflow.attention import Reason
from workflow.stages import Stage

router = APIRouter(prefix="/api/subscriptions", tags=["subscriptions"])

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]
Url = Annotated[str, Field(min_length=1, max_length=2000)]
Action = Literal["pause", "resume", "rotate", "replay"]


class Heard(BaseModel):
    """What a subscription hears; a list that is empty or left out asks for nothing.

    `stages`: where a transition leads to. `reasons`: what an attention item is raised for. `sellers`: whose shipments; what is
    of no seller is not heard then.
    """

    model_config = ConfigDict(extra="forbid")

    types: list[Literal["shipment.transitioned.v1", "attention.raised.v1", "attention.resolved.v1", "claim.progressed.v1"]] = (
        Field(default_factory=list, max_length=20)
    )
    stages: list[Stage] = Field(default_factory=list, max_length=50)
    sellers: list[Annotated[str, Field(pattern=r"^[0-9]{10,11}$")]] = Field(default_factory=list, max_length=1000)
    reasons: list[Reason] = Field(default_factory=list, max_length=100)

    def read(self) -> Hears:
        """In our own words."""
        return Hears(*(frozenset(map(str, words)) for words in (self.types, self.stages, self.sellers, self.reasons)))


class NewSubscription(BaseModel):
    """Who wants to be told, where, and of what."""

    name: Name
    url: Url
    hears: Heard = Field(default_factory=Heard)


class ChangedSubscription(BaseModel):
    """What is to be otherwise; what is left out stays."""

    name: Name | None = None
    url: Url | None = None
    hears: Heard | None = None


class Asked(BaseModel):
    """With what an action is asked: `replay` takes `since` and `again`, `rotate` takes `overlap_hours`."""

    since: AwareDatetime | None = None
    again: bool = Field(default=False, description="send again what was delivered too")
    overlap_hours: Annotated[float, Field(ge=0, le=doing.LONGEST_OVERLAP / timedelta(hours=1))] = 24


@router.get("")
async def listed(parts: Parts, _: Operator, limit: paging.Limit = 50, cursor: paging.Cursor = "") -> dict[str, Any]:
    """All subscriptions, the oldest first; secrets are not among what is shown."""
    found = await table.listed(parts.pool, limit + 1, paging.read(cursor))
    return paging.page(found, limit, "made_at")


@router.post("", status_code=201)
async def add(
    parts: Parts, request: Request, key: Admin, asked: NewSubscription, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Make a subscription; the answer has its `secret`, this once. What is told from now on is sent to it."""

    async def work() -> tuple[int, object]:
        made = await doing.add(parts, name=asked.name, url=asked.url, hears=asked.hears.read(), by=key.name)
        return 201, made

    return await _with_secret(parts, await idempotency.once(parts, request, key, idempotency_key, work))


@router.get("/{id}")
async def one(
    parts: Parts,
    _: Operator,
    id: UUID,  # noqa: A002 - as elsewhere
) -> dict[str, Any]:
    """One subscription, with how it fares."""
    return await doing.known(parts, id)


@router.patch("/{id}")
async def change(
    parts: Parts,
    request: Request,
    key: Admin,
    id: UUID,  # noqa: A002 - as elsewhere
    asked: ChangedSubscription,
) -> dict[str, Any]:
    """Change name, address or what it hears; what is noted already is delivered to the new address."""
    hears = None if asked.hears is None else asked.hears.read()
    changed = await doing.change(parts, id, name=asked.name, url=asked.url, hears=hears)
    await audited.note(parts, request, key, 200)
    return changed


@router.delete("/{id}", status_code=204)
async def remove(
    parts: Parts,
    request: Request,
    key: Admin,
    id: UUID,  # noqa: A002 - as elsewhere
) -> None:
    """End it; what waits for it is not delivered."""
    await doing.remove(parts, id, key.name)
    await audited.note(parts, request, key, 204)


@router.get("/{id}/attempts")
async def attempts(
    parts: Parts,
    _: Operator,
    id: UUID,  # noqa: A002 - as elsewhere
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
) -> dict[str, Any]:
    """What was tried for it in the last thirty days, the newest first, with what the receiver answered."""
    await doing.known(parts, id)
    return paging.page(await table.attempts(parts.pool, id, limit + 1, paging.read(cursor)), limit, "at")


@router.post("/{id}/attempts/{attempt}/resend")
async def resend(
    parts: Parts,
    request: Request,
    key: Admin,
    id: UUID,  # noqa: A002 - as elsewhere
    attempt: UUID,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Send the message of an attempt once more, at once; the answer is the new attempt."""

    async def work() -> tuple[int, object]:
        return 200, await doing.resend(parts, id, attempt, key.name)

    return await idempotency.once(parts, request, key, idempotency_key, work)


@router.post("/{id}/test")
async def try_out(
    parts: Parts,
    request: Request,
    key: Admin,
    id: UUID,  # noqa: A002 - as elsewhere
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Send a `subscription.tested.v1`, at once; the answer is the attempt."""

    async def work() -> tuple[int, object]:
        return 200, await doing.try_out(parts, id, key.name)

    return await idempotency.once(parts, request, key, idempotency_key, work)


@router.post("/{id}/actions/{action}")
async def act(
    parts: Parts,
    request: Request,
    key: Admin,
    id: UUID,  # noqa: A002 - as elsewhere
    action: Action,
    asked: Asked | None = None,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Pause (what it hears is kept), resume, replay since a time, or rotate the secret: the answer of that has the new one."""
    given = asked or Asked()
    told = doing.Asked(given.since, given.again, timedelta(hours=given.overlap_hours))

    async def work() -> tuple[int, object]:
        return 200, await doing.act(parts, id, action, key.name, told)

    answer = await idempotency.once(parts, request, key, idempotency_key, work)
    return await _with_secret(parts, answer) if action == "rotate" else answer


async def _with_secret(parts: Services, answer: Response) -> Response:
    """An answer with the secret that it tells of, as long as it is in use; kept answers have none, so that none lies about."""
    if answer.status_code >= 400:
        return answer
    told = orjson.loads(answer.body)
    now = orjson.loads(orjson.dumps(await doing.known(parts, UUID(told["id"]))))
    if now["secret_since"] == told["secret_since"]:
        told["secret"] = await doing.secret(parts, UUID(told["id"]))
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return Response(orjson.dumps(told), answer.status_code, headers=headers)
