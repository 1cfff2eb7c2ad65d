"""Lists of imported rows: for a terminal, for a spreadsheet, for a program."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import orjson
import pytest

from adapters import spreadsheets
from adapters.entrypoints import row_list

IMPORT, SHIPMENT = str(UUID(int=1)), str(UUID(int=2))
TAKEN = {
    "import_id": IMPORT,
    "kind": "orders",
    "file_name": "günler.csv",
    "row_no": 1,
    "outcome": "taken",
    "reason": "",
    "detail": "",
    "shipment": SHIPMENT,
    "raw": "",
}
ASIDE = TAKEN | {
    "row_no": 2,
    "outcome": "set_aside",
    "reason": "malformed",
    "detail": "not_a_number Quantity",
    "shipment": None,
    "raw": '=HYPERLINK("http://x");ÇAY',
}


async def listed(*rows: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    """Rows as the database gives them."""
    for row in rows:
        yield row


async def whole(pieces: AsyncIterator[str]) -> str:
    """All that is printed."""
    return "".join([piece async for piece in pieces])


@pytest.mark.parametrize(
    ("language", "separator", "outcomes"), [("tr", ";", ["alındı", "ayrıldı"]), ("en", ",", ["taken", "set aside"])]
)
async def test_csv_is_for_excel_in_the_readers_language(language: str, separator: str, outcomes: list[str]) -> None:
    """Byte order mark, Excel's own list separator, headings, and reasons in words; nothing is taken for a formula."""
    text = await whole(row_list.as_csv(listed(TAKEN, ASIDE), language))
    assert text.startswith("\ufeff")
    heading, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=separator)
    assert len(heading) == len(rows[0]) == len(rows[1]) == 9
    assert [row[4] for row in rows] == outcomes
    assert [row[3] for row in rows] == ["1", "2"]
    assert rows[1][5:] == [
        "malformed",
        {"tr": "Satır okunamadı: Quantity 12 ya da 3.75 gibi bir sayı değil.", "en": rows[1][6]}[language],
        "",
        '\'=HYPERLINK("http://x");ÇAY',
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_a_cell_that_would_be_a_formula_is_text(cell: str) -> None:
    """An apostrophe before it makes it text, and what it said can still be read."""
    assert spreadsheets.harmless(cell) == f"'{cell}"
    assert spreadsheets.harmless(f"x{cell}") == f"x{cell}"
    assert spreadsheets.harmless("") == ""


@pytest.mark.parametrize("rows", [(), (TAKEN,), (TAKEN, ASIDE)])
async def test_json_is_one_list_with_both_languages(rows: tuple[dict[str, Any], ...]) -> None:
    """However many rows there are, programs read one list."""
    found = orjson.loads(await whole(row_list.as_json(listed(*rows))))
    assert [row["row_no"] for row in found] == [row["row_no"] for row in rows]
    assert all(set(row["message"]) == {"tr", "en"} for row in found)


async def test_a_terminal_shows_what_a_row_says_and_obeys_none_of_it() -> None:
    """File and row, outcome, why, and the row as it stood; control characters are replaced."""
    text = await whole(row_list.as_text(listed(TAKEN, ASIDE | {"raw": "a\x1b[2Jb"}), "en"))
    assert text.splitlines() == [
        f"günler.csv:1  taken  {SHIPMENT}",
        "günler.csv:2  set aside",
        "    The row cannot be read: Quantity is not a number like 12 or 3.75.",
        "    a\ufffd[2Jb",
    ]
