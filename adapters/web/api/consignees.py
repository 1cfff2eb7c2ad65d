"""``/api/consignees``: all that is held of one consignee, shown and erased (KVKK 11)."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from adapters.database import audit, consignees
from adapters.database.consignees import Selection
from adapters.documents import DocumentFolder
from adapters.web import idempotency
from adapters.web.idempotency import IdempotencyKey
from adapters.web.services import Admin, Parts
from workflow.personal import KEPT, Kept

router = APIRouter(prefix="/api/consignees", tags=["people"])


class Whose(BaseModel):
    """Whose data: a whole name, narrowed by seller and country, or shipments."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=500)] = ""
    seller: Annotated[str, Field(max_length=11)] = ""
    country: Annotated[str, Field(max_length=2)] = ""
    shipments: Annotated[list[UUID], Field(max_length=1000)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_of_both(self) -> "Whose":
        if bool(self.name.strip()) == bool(self.shipments):
            message = "give a name, or shipments"
            raise ValueError(message)
        return self

    @property
    def selection(self) -> Selection:
        """The same in the words of the database."""
        return Selection(self.name.strip(), self.seller, self.country, tuple(self.shipments))


class ToErase(Whose):
    """Whom to erase, and on what that stands."""

    basis: Annotated[str, Field(min_length=1, max_length=1000)]
    """Goes into the audit log, which cannot be changed: without names."""
    dry_run: bool = False


class KeptNow(BaseModel):
    """What stays, and why."""

    what: str
    """A shipment's id, ``document/<id>``, or ``audit``."""
    why: Kept
    text: dict[str, str]


class Erased(BaseModel):
    """What an erasure did, or would do."""

    done: bool
    erased: list[UUID]
    counts: dict[str, int]
    kept: list[KeptNow]


@router.post("/export")
async def export(parts: Parts, key: Admin, whose: Whose) -> dict[str, Any]:
    """All that is held of a consignee. A POST, so that no name stands in an address and so in a log."""
    told = await consignees.export(parts.pool, whose.selection)
    await audit.note(parts.pool, parts.clock(), audit.Act("api", f"ops/{key.name}", key.role, "consignee.export"))
    return told


@router.post("/erase", response_model=Erased)
async def erase(parts: Parts, request: Request, key: Admin, asked: ToErase, idempotency_key: IdempotencyKey = "") -> Response:
    """Erase a consignee wherever nothing needs the data any more, and say what stays and why; `dry_run` only says it.

    Shipments under way and refunds that are not settled keep theirs; issued invoices stay for their legal time.
    """

    async def work() -> tuple[int, object]:
        act = audit.Act("api", f"ops/{key.name}", key.role, "consignee.erase", reason=asked.basis)
        done = await consignees.erase(parts.pool, asked.selection, parts.clock(), None if asked.dry_run else act)
        if not asked.dry_run:
            for digest in done.files:
                await asyncio.to_thread(DocumentFolder(parts.settings.documents_dir).remove, digest)
        kept = [KeptNow(what=what, why=why, text=dict(zip(("tr", "en"), KEPT[why], strict=True))) for what, why in done.kept]
        return 200, Erased(done=not asked.dry_run, erased=done.erased, counts=done.counts, kept=kept).model_dump(mode="json")

    return await idempotency.once(parts, request, key, idempotency_key, work)
