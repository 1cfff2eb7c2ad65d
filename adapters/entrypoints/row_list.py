"""How the rows of imports are listed: for people, as CSV for their spreadsheets, and as JSON for programs."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

import orjson

from adapters import spreadsheets
from adapters.imports import reasons

_HEADINGS: dict[str, tuple[str, ...]] = {
    "tr": ("Yükleme", "Tür", "Dosya", "Satır", "Sonuç", "Neden kodu", "Açıklama", "Gönderi", "Satırın kendisi"),
    "en": ("Import", "Kind", "File", "Row", "Outcome", "Reason", "Message", "Shipment", "Row as it stood"),
}
OUTCOMES: dict[str, dict[str, str]] = {
    "tr": {"taken": "alındı", "set_aside": "ayrıldı"},
    "en": {"taken": "taken", "set_aside": "set aside"},
}
Rows = AsyncIterable[dict[str, Any]]


async def as_csv(rows: Rows, language: str) -> AsyncIterator[str]:
    """CSV with headings, a piece at a time."""
    yield spreadsheets.BOM + spreadsheets.line(_HEADINGS[language], language)
    async for row in rows:
        message = reasons.said(row["reason"], row["detail"])[language]
        cells = (
            row["import_id"],
            row["kind"],
            row["file_name"],
            str(row["row_no"]),
            OUTCOMES[language][row["outcome"]],
            row["reason"],
            message,
            row["shipment"] or "",
            row["raw"],
        )
        yield spreadsheets.line([spreadsheets.harmless(cell) for cell in cells], language)


async def as_json(rows: Rows) -> AsyncIterator[str]:
    """A JSON list, one row a line."""
    before = "["
    async for row in rows:
        yield before + "\n" + orjson.dumps(row | {"message": reasons.said(row["reason"], row["detail"])}).decode()
        before = ","
    yield ("[" if before == "[" else "\n") + "]\n"


async def as_text(rows: Rows, language: str) -> AsyncIterator[str]:
    """A few lines a row; what a terminal would take for more than text is replaced."""
    async for row in rows:
        found = f"{row['file_name']}:{row['row_no']}  {OUTCOMES[language][row['outcome']]}"
        if row["shipment"]:
            found += f"  {row['shipment']}"
        told = [reasons.said(row["reason"], row["detail"])[language]] if row["reason"] or row["detail"] else []
        told += [row["raw"]] if row["raw"] else []
        yield "".join(f"{line}\n" for line in (_shown(found), *(f"    {_shown(line)}" for line in told)))


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
