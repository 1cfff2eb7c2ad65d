"""Sets a sheet: the template, the fonts and the data become a PDF, and the same data the same bytes.

typst works in this process and lets other threads run meanwhile; a press is used by one thread at a time, so each thread
has its own. It reads no file: template, data and a signature's picture are handed over in memory, and it knows no fonts but the
package's.
"""

import json
import threading
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import typst

from adapters.invoicing.sheets.content import Content
from workflow.errors import KervanError

_PPI = 110.0
_OWN = threading.local()
_STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
"""PDF/A-2a stays readable for as long as invoices must be kept, PDF/UA for those who have it read out to them."""


class SheetNotSetError(KervanError):
    """The template could not be set."""

    def __init__(self, number: str, why: str) -> None:
        """Name the sheet and typst's own words."""
        super().__init__(
            f"The sheet of {number} could not be set: {why}. No PDF was made; the invoice itself is not touched by this. "
            "Report it together with the shipment's lines."
        )


def pdf(content: Content, made_at: datetime, picture: bytes = b"") -> bytes:
    """A sheet as PDF.

    Args:
        content: what stands on it.
        made_at: the moment in the document's properties; not the clock's, so that the bytes stay the same.
        picture: the signature, PNG or JPEG; without it there is room to sign by hand.

    Raises:
        SheetNotSetError: typst refuses it.
    """
    (made,) = _set(content, made_at, picture, "pdf")
    return made


def pictures(content: Content, made_at: datetime, picture: bytes = b"") -> list[bytes]:
    """The pages as PNG, to look at."""
    return _set(content, made_at, picture, "png")


def _set(content: Content, made_at: datetime, picture: bytes, form: "typst.OutputFormat") -> list[bytes]:
    inputs = {"sheet": json.dumps(content, ensure_ascii=False), "signature": json.dumps(list(picture))}
    try:
        made = _press().compile(
            input=_template(),
            format=form,
            ppi=_PPI,
            sys_inputs=inputs,
            timestamp=int(made_at.timestamp()),
            pdf_standards=_STANDARDS,
        )
    except typst.TypstError as error:
        raise SheetNotSetError(content["number"], error.message) from error
    return [page for page in (made if isinstance(made, list) else [made]) if page is not None]


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files(__package__).joinpath("sheet.typ").read_bytes()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    folder = Path(str(files(__package__))) / "fonts"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _press() -> typst.Compiler:
    if not hasattr(_OWN, "press"):
        _OWN.press = typst.Compiler(font_paths=_fonts())
    own: typst.Compiler = _OWN.press
    return own
