"""Sets a template: the template, the fonts and the data become a document, and the same data the same bytes.

typst works in this process and lets other threads run meanwhile; a press is used by one thread at a time, so each thread
has its own. It reads no file: template and data are handed over in memory, and it knows no fonts but the package's.
"""

import threading
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import typst

from workflow.errors import KervanError

_PPI = 110.0
_OWN = threading.local()
_STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
"""PDF/A-2a stays readable for as long as such papers must be kept, PDF/UA for those who have it read out to them."""


class TemplateRefusedError(KervanError):
    """A template could not be set."""

    def __init__(self, why: str) -> None:
        """Give typst's own words."""
        super().__init__(f"The page could not be set: {why}. No PDF was made. Report it together with what was to be printed.")
        self.why = why


def pages(template: bytes, inputs: Mapping[str, str], made_at: datetime, form: "typst.OutputFormat" = "pdf") -> list[bytes]:
    """A document: one PDF, or a PNG for each page.

    Args:
        template: typst's source.
        inputs: what the template finds in ``sys.inputs``; data only, never markup.
        made_at: the moment in the document's properties; not the clock's, so that the bytes stay the same.
        form: ``pdf``, or ``png`` to look at.

    Raises:
        TemplateRefusedError: typst refuses it.
    """
    try:
        made = _press().compile(
            input=template,
            format=form,
            ppi=_PPI,
            sys_inputs=dict(inputs),
            timestamp=int(made_at.timestamp()),
            pdf_standards=_STANDARDS,
        )
    except typst.TypstError as error:
        raise TemplateRefusedError(error.message) from error
    return [page for page in (made if isinstance(made, list) else [made]) if page is not None]


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    folder = Path(str(files(__package__))) / "fonts"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _press() -> typst.Compiler:
    if not hasattr(_OWN, "press"):
        _OWN.press = typst.Compiler(font_paths=_fonts())
    own: typst.Compiler = _OWN.press
    return own
