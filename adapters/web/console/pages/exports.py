"""The list of shipments as a file: the same filter, every row, for Turkish Excel as it likes it."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

import xlsxwriter
from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from adapters import spreadsheets
from adapters.database import listing
from adapters.web.api.shipments import MASKED
from adapters.web.console.filters import Filters
from adapters.web.console.language import marked
from adapters.web.console.screen import Inside, Screen
from workflow.delivery import DELIVERY_LABELS
from workflow.stages import STAGE_LABELS
from workflow.values import ISTANBUL, istanbul_day

router = APIRouter(include_in_schema=False)

MOST: Final = 200_000
"""Rows of one file; a spreadsheet with more opens nowhere in reasonable time."""
_IN_MEMORY = 8 * 1024 * 1024

Value = str | Decimal | date | datetime | None

FIELDS: Final[dict[str, tuple[str, Callable[[Screen, dict[str, Any]], Value]]]] = {
    "reference": (marked("Sipariş"), lambda _, row: row["reference"]),
    "seller": (marked("Satıcı VKN/TCKN"), lambda _, row: row["seller"]),
    "seller_name": (marked("Satıcı"), lambda _, row: row["seller_name"]),
    "consignee": (marked("Alıcı"), lambda _, row: row["consignee_name"]),
    "city": (marked("Şehir"), lambda _, row: row["city"]),
    "country": (marked("Ülke"), lambda _, row: row["country"]),
    "stage": (marked("Aşama"), lambda screen, row: screen.language.pair(STAGE_LABELS[row["stage"]])),
    "stage_since": (marked("Aşamanın başı"), lambda _, row: row["stage_since"]),
    "due_at": (marked("Süre sonu"), lambda _, row: row["due_at"]),
    "delivery": (
        marked("Teslimat"),
        lambda screen, row: screen.language.pair(DELIVERY_LABELS[row["delivery_status"]]) if row["delivery_status"] else None,
    ),
    "courier": (marked("Kurye"), lambda _, row: row["courier"]),
    "tracking": (marked("Takip no"), lambda _, row: row["tracking_number"]),
    "invoice": (marked("Fatura no"), lambda _, row: row["invoice_number"]),
    "invoice_day": (marked("Fatura tarihi"), lambda _, row: row["invoice_issued_on"]),
    "etgb": (marked("ETGB no"), lambda _, row: row["etgb_number"]),
    "etgb_day": (marked("ETGB tescil tarihi"), lambda _, row: row["registered_on"]),
    "closed": (marked("İntaç tarihi"), lambda _, row: row["closed_on"]),
    "vedop": (marked("VEDOP'ta görüldü"), lambda _, row: row["vedop_seen_on"]),
    "total": (marked("Tutar"), lambda _, row: row["total"]),
    "currency": (marked("Para birimi"), lambda _, row: row["currency"]),
    "weight": (marked("Brüt kg"), lambda _, row: row["gross_weight_kg"]),
    "planned": (marked("Planlanan gün"), lambda _, row: row["planned_on"]),
    "created": (marked("Alındı"), lambda _, row: row["created_at"]),
}
"""The columns of an export, with their values; all of them, whatever the screen shows."""


@router.get("/shipments/export.csv")
async def as_csv(screen: Inside) -> Response:
    """The filter's shipments as CSV: with a mark of its encoding, semicolons and, in Turkish, decimal commas."""
    await screen.note("shipment.export", "csv", Filters.read(screen.request.query_params).query())
    return StreamingResponse(
        _lines(screen), media_type="text/csv; charset=utf-8", headers=_headers(screen, "csv") | {"X-Accel-Buffering": "no"}
    )


@router.get("/shipments/export.xlsx")
async def as_xlsx(screen: Inside) -> Response:
    """The filter's shipments as a spreadsheet, with days as days and numbers as numbers."""
    await screen.note("shipment.export", "xlsx", Filters.read(screen.request.query_params).query())
    kept: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it is sent
    book = xlsxwriter.Workbook(kept, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(screen.language.gettext("Gönderiler"))
    bold = book.add_format({"bold": True, "bottom": 1})
    forms = {
        date: book.add_format({"num_format": "dd.mm.yyyy"}),
        datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
        Decimal: book.add_format({"num_format": "#,##0.00"}),
    }
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(FIELDS) - 1, 17)
    for column, (title, _) in enumerate(FIELDS.values()):
        sheet.write_string(0, column, screen.language.gettext(title), bold)
    line = 1
    async for rows in _rows(screen):
        for row in rows:
            for column, value in enumerate(_values(screen, row)):
                _cell(sheet, line, column, value, forms)
            line += 1
    sheet.autofilter(0, 0, max(1, line - 1), len(FIELDS) - 1)
    book.close()
    kept.seek(0)
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return StreamingResponse(_blocks(kept), media_type=media_type, headers=_headers(screen, "xlsx"))


def _cell(sheet: Any, line: int, column: int, value: Value, forms: dict[type, Any]) -> None:  # noqa: ANN401 - untyped
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(line, column, value.astimezone(ISTANBUL).replace(tzinfo=None), forms[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), forms[date])  # noqa: DTZ001 - a day
    elif isinstance(value, Decimal):
        sheet.write_number(line, column, float(value), forms[Decimal])
    else:
        sheet.write_string(line, column, value)


def _rows(screen: Screen) -> AsyncIterator[list[dict[str, Any]]]:
    given = Filters.read(screen.request.query_params)
    names = screen.user.role not in MASKED
    return listing.every(screen.parts.pool, given.asked(), names=names, most=MOST)


def _values(screen: Screen, row: dict[str, Any]) -> list[Value]:
    return [value(screen, row) for _, value in FIELDS.values()]


async def _lines(screen: Screen) -> AsyncIterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(spreadsheets.BOM)
    writer.writerow([screen.language.gettext(title) for title, _ in FIELDS.values()])
    async for rows in _rows(screen):
        writer.writerows([_text(screen, value) for value in _values(screen, row)] for row in rows)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _text(screen: Screen, value: Value) -> str:
    """A cell as text; one that a spreadsheet would take for a formula is told apart by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(ISTANBUL).strftime("%d.%m.%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain.replace(".", ",") if screen.language.code == "tr" else plain
    return spreadsheets.harmless(value)


def _blocks(kept: IO[bytes]) -> Iterator[bytes]:
    with kept:
        while block := kept.read(64 * 1024):
            yield block


def _headers(screen: Screen, ending: str) -> dict[str, str]:
    day = istanbul_day(screen.now).isoformat()
    return {"Content-Disposition": f'attachment; filename="kervan-{day}.{ending}"'}
