"""``/api/imports``: orders, ETGB lists, VEDOP lists, couriers' scans and purchase invoices as files."""

from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from pydantic import TypeAdapter, ValidationError

from adapters.database.accounts import ImportAccounts
from adapters.imports import reasons
from adapters.web import idempotency, importing, paging
from adapters.web.absent import absent
from adapters.web.api.shipments import given
from adapters.web.forbidden import import_forbidden
from adapters.web.idempotency import IdempotencyKey
from adapters.web.importing import Given
from adapters.web.problems import ProblemError
from adapters.web.services import Actor, Parts, Reader, Services

router = APIRouter(prefix="/api/imports", tags=["imports"])

_MAPPING = TypeAdapter(dict[str, str])
_EXAMPLES = {"purchases": ("Evrak", "number")}
Kind = Literal["orders", "etgb", "vedop", "checkpoints", "purchases"]
_KINDS: tuple[Kind, ...] = get_args(Kind)


def _kind(request: Request, key: Actor) -> Kind:
    """The path's last part, where the role may import it; each kind has a route: OpenAPI knows one template a path."""
    kind = next(kind for kind in _KINDS if request.url.path.endswith(f"/{kind}"))
    if not importing.may(key.role, kind, key.sellers):
        raise import_forbidden(key.role, kind)
    return kind


async def start(
    parts: Parts,
    request: Request,
    key: Actor,
    kind: Annotated[Kind, Depends(_kind)],
    file: Annotated[UploadFile, File(description="CSV or XLSX, of ETGBs and VEDOP also PDF; at most 10 MB")],
    catalogue: Annotated[UploadFile | None, File(description="orders: catalogue as CSV")] = None,
    seller: Annotated[str, Form(max_length=4000, description="orders: the seller as JSON; lists: the tax number")] = "",
    courier: Annotated[str, Form(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")] = "",
    planned_on: Annotated[
        date | None, given(date), Form(description="orders: the day whose rules judge; default: each order's")
    ] = None,
    currency: Annotated[str, Form(pattern=r"^[A-Z]{3}$")] = "GBP",
    packaging: Annotated[
        str,
        Form(
            pattern=r"^(0(\.[0-9]{1,4})?|1)$", description="orders: what packing adds to the weight, as a share of the goods'"
        ),
    ] = "0",
    mapping: Annotated[
        str,
        Form(max_length=4000, description="lists: what headings mean, as JSON; remembered for the courier's next list"),
    ] = "",
    statuses: Annotated[
        str,
        Form(max_length=4000, description="checkpoints: what the courier's status words mean, as JSON; remembered too"),
    ] = "",
    bought: Annotated[
        Literal["direct", "general", "depreciation"],
        Form(description="purchases: what rows are that do not say so"),
    ] = "direct",
    period: Annotated[str, Form(max_length=7, description="purchases: VAT period; default: each row's, or its date's")] = "",
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Import a file; the answer has the counts, and `GET /api/imports/{id}` one result per row."""
    content = await file.read()
    known = await catalogue.read() if catalogue is not None else b""
    day = planned_on.isoformat() if planned_on is not None else ""

    async def work() -> tuple[int, object]:
        given = Given(
            kind,
            importing.file_name(file.filename or kind),
            content,
            catalogue=known,
            seller=seller,
            courier=courier,
            planned_on=day,
            currency=currency,
            packaging=packaging,
            mapping=_named(mapping, "mapping", *_EXAMPLES.get(kind, ("Beyan No", "number"))),
            statuses=_named(statuses, "statuses", "Yolda", "in_transit"),
            bought=bought,
            period=period,
        )
        return 202, await _answer(parts, await importing.run(parts, key, given), 200, 0)

    form = "\n".join((seller, courier, str(planned_on), currency, packaging, mapping, statuses, bought, period)).encode()
    same = b"\n".join((sha256(content).digest(), sha256(known).digest(), form))
    return await idempotency.once(parts, request, key, idempotency_key, work, content=same)


def _named(form: str, field: str, said: str, meaning: str) -> dict[str, str]:
    """A field of a form that says what words mean, as JSON."""
    try:
        return _MAPPING.validate_json(form) if form else {}
    except ValidationError:
        example = f'{{"{said}": "{meaning}"}}'
        wrong = (
            f"{field}, sözcükleri anlamlarına götüren JSON olmalı, örneğin {example}.",
            f"{field} must be JSON that maps words to what they mean, as {example}.",
        )
        raise ProblemError(422, "wrong-data", wrong) from None


for _each in _KINDS:
    router.add_api_route(f"/{_each}", start, methods=["POST"], status_code=202, name=f"import_{_each}")


@router.get("/{import_id:uuid}")
async def one(parts: Parts, _: Reader, import_id: UUID, limit: paging.Limit = 50, cursor: paging.Cursor = "") -> dict[str, Any]:
    """An import's counts, and its rows a page at a time."""
    return await _answer(parts, import_id, limit, paging.read_row(cursor))


async def _answer(parts: Services, import_id: UUID, limit: int, after: int) -> dict[str, Any]:
    account = ImportAccounts(parts.pool)
    found = await account.one(import_id)
    if found is None:
        raise absent("import-unknown", import_id)
    totals = await account.totals([import_id])
    lines = await account.lines(import_id, limit + 1, after)
    for line in lines:
        line["message"] = reasons.said(line["reason"], line["detail"])
    return {
        **found,
        "id": str(import_id),
        "rows": totals["rows"],
        "taken": totals["taken"],
        "set_aside": totals["set_aside"],
        "reasons": totals["reasons"],
        "warnings": [{**one, "message": reasons.warned(one)} for one in totals["warnings"]],
        "stages": totals["stages"],
        **paging.page_of_rows(lines, limit, "row_no"),
    }
