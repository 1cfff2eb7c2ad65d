"""The process that reads the text of one PDF: ``python -m adapters.imports.pdf_process``, PDF in, words out as JSON.

A process of its own can be ended when a PDF takes too long, needs too much memory, or breaks the reading library, and takes
nothing with it. Words have their places, in points from the page's lower left corner; what they mean is
:mod:`adapters.imports.pdf_tables`' to say.
"""

import json
import resource
import sys
from importlib import import_module
from typing import Any

MAX_PAGES = 200
MAX_CHARACTERS = 1_000_000
CPU_S = 15
MEMORY_BYTES = 1 << 30
_SAME_LINE = 0.5
"""By which share of a character's height two characters may differ and still stand on one line."""
_SAME_WORD = 0.15
"""How far apart, in heights, two characters of one word may stand, where no space is written between them."""
_SPACE = " "


def main() -> None:
    """Read one PDF."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    content = sys.stdin.buffer.read()
    json.dump(_read(content), sys.stdout)


def _read(content: bytes) -> dict[str, Any]:
    pypdfium2: Any = import_module("pypdfium2")  # only this process pays for it, and it has no types
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        return {"error": "pdf_locked", "values": {"error": str(error)}}
    if len(document) > MAX_PAGES:
        return {"error": "pdf_too_many_pages", "values": {"pages": len(document), "limit": MAX_PAGES}}
    pages: list[list[list[Any]]] = []
    characters = 0
    for page in document:
        text = page.get_textpage()
        characters += text.count_chars()
        if characters > MAX_CHARACTERS:
            return {"error": "pdf_too_much_text", "values": {"limit": MAX_CHARACTERS}}
        pages.append(words(_characters(text)))
    return {"pages": pages}


Character = tuple[str, float, float, float, float]
"""The character, and its left, bottom, right and top."""


def _characters(text: Any) -> list[Character]:  # noqa: ANN401 - the library's page of text
    pdfium: Any = import_module("pypdfium2.raw")
    found: list[Character] = []
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in {0x20, 0xA0}:
            found.append((_SPACE, 0.0, 0.0, 0.0, 0.0))
        elif code > 32 and code not in {0xAD, 0xFFFE, 0xFFFF} and not 0xD800 <= code <= 0xDFFF:
            found.append((chr(code), *text.get_charbox(index, loose=True)))
    return found


def words(characters: list[Character]) -> list[list[Any]]:
    """Characters as words, ``[text, left, bottom, right, top]``, in the order in which they were written."""
    found: list[list[Any]] = []
    apart = True
    for character, left, bottom, right, top in characters:
        if character == _SPACE:
            apart = True
            continue
        height = max(top - bottom, 1.0)
        last = found[-1] if found and not apart else None
        apart = False
        if last and abs(last[2] - bottom) < _SAME_LINE * height and -height < left - last[3] < _SAME_WORD * height:
            last[0] += character
            last[3], last[4] = max(last[3], right), max(last[4], top)
        else:
            found.append([character, left, bottom, right, top])
    return found


if __name__ == "__main__":
    main()
