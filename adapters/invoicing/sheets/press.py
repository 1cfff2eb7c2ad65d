"""Sets a sheet: its template, its words and the seller's signature become a PDF, and the same sheet the same bytes."""

import json
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from adapters.invoicing.sheets.content import Content
from adapters.press.setting import TemplateRefusedError, pages
from workflow.errors import KervanError

if TYPE_CHECKING:
    import typst


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
        return pages(_template(), inputs, made_at, form)
    except TemplateRefusedError as error:
        raise SheetNotSetError(content["number"], error.why) from error


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files(__package__).joinpath("sheet.typ").read_bytes()
