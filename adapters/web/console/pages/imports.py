"""*İçe aktar*: what was imported, what became of each row, and a form for another file, which a module of its own takes."""

import csv
import io
from datetime import timedelta
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response

from adapters import spreadsheets
from adapters.database import listing, uploads
from adapters.database.accounts import ImportAccounts
from adapters.imports import reasons
from adapters.web import importing, paging
from adapters.web.absent import absent
from adapters.web.console import background, rendering
from adapters.web.console.importing_words import ASIDE, BOUGHT, KINDS
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.screen import Inside
from adapters.web.services import ACT, FINANCE, OPERATE

router = APIRouter(include_in_schema=False)

PAGE = Page("imports", "/imports", marked("İçe aktar"), "imports", Group.WORK, router, roles=ACT)

ROWS: Final = 50
_LONGEST: Final = timedelta(hours=1)
"""So long after it began an import that has no end may still go on; the list is looked at again meanwhile."""


@router.api_route("/imports", methods=["GET", "HEAD"])
async def listed(screen: Inside, kind: str = "", cursor: paging.Cursor = "") -> Response:
    """What was imported, the newest first, and a form for another file."""
    pool = screen.parts.pool
    page = paging.page(await uploads.imports(pool, ROWS + 1, paging.read(cursor)), ROWS, "started_at")
    kinds = {name: word for name, word in KINDS.items() if importing.may(screen.user.role, name, screen.sellers)}
    return await rendering.page(
        screen,
        "pages/imports.html",
        here="imports",
        imports=page["items"],
        under_way=any(one["finished_at"] is None and screen.now - one["started_at"] < _LONGEST for one in page["items"]),
        following=page["next"],
        cursor=cursor,
        kinds=kinds,
        kind=kind if kind in kinds else next(iter(kinds)),
        all_kinds=KINDS,
        closed=[word for name, word in KINDS.items() if not importing.may(screen.user.role, name)],
        barred=screen.barred(OPERATE) or screen.barred(FINANCE),
        bought=BOUGHT,
    )


@router.api_route("/imports/{import_id}", methods=["GET", "HEAD"])
async def one(screen: Inside, import_id: UUID, cursor: paging.Cursor = "", outcome: str = "") -> Response:
    """What became of each row; of one that is under way, how far it is."""
    found = await uploads.imports(screen.parts.pool, 1, only=import_id)
    if not found:
        raise absent("import-unknown", import_id)
    account = ImportAccounts(screen.parts.pool)
    totals = await account.totals([import_id])
    shown = outcome if outcome in {"taken", "set_aside"} else ""
    lines = await account.lines(import_id, ROWS + 1, paging.read_row(cursor), shown)
    for line in lines:
        line["message"] = reasons.said(line["reason"], line["detail"])
    named = sorted({UUID(line["shipment"]) for line in lines if line["shipment"]})
    known = await listing.by_stage(screen.parts.pool, {"ids": named}, names=True, most=len(named)) if named else []
    page = paging.page_of_rows(lines, ROWS, "row_no")
    code = screen.language.code
    upload_id = found[0]["upload"]
    return await rendering.page(
        screen,
        "pages/import.html",
        here="imports",
        one=found[0],
        kind=KINDS.get(found[0]["kind"], found[0]["kind"]),
        running=upload_id is not None and background.of(screen.request).under_way(UUID(int=upload_id.int)),
        totals=totals,
        reasons=sorted(((reasons.title(name, code), n) for name, n in totals["reasons"].items()), key=lambda pair: -pair[1]),
        warnings=[reasons.warned(warning)[code] for warning in totals["warnings"]],
        lines=page["items"],
        references={str(shipment): reference for shipment, _, reference in known},
        following=page["next"],
        outcome=shown,
    )


@router.get("/imports/{import_id}/aside.csv")
async def aside(screen: Inside, import_id: UUID) -> Response:
    """The rows that were set aside as they stood, each with its reason, for whoever corrects them."""
    code, text = screen.language.code, io.StringIO()
    text.write(spreadsheets.BOM)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([screen.language.gettext(word) for word in ASIDE])
    async for row in ImportAccounts(screen.parts.pool).rows(import_id, "set_aside"):
        why = reasons.said(row["reason"], row["detail"])[code]
        writer.writerow([row["row_no"], spreadsheets.harmless(why), spreadsheets.harmless(row["raw"])])
    await screen.note("import.export", f"import/{import_id}")
    headers = {"Content-Disposition": f'attachment; filename="kervan-{import_id}.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
