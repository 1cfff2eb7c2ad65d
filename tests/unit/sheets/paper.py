"""Prints sheets and reads them back, for tests."""

import io
from pathlib import Path

import pypdf
from PIL import Image

from adapters.invoicing.sheets.content import Content, SheetKind, content
from adapters.invoicing.sheets.press import pdf
from adapters.invoicing.sheets.printing import printed
from adapters.press.language import Language
from workflow.invoice import Invoice

INVOICE, PROFORMA = SheetKind
TR, EN = Language
SAMPLE = "ğ ş ı İ ö ü ç Ğ Ş I Ö Ü Ç"


def said(made: Invoice, kind: SheetKind = INVOICE, language: Language = EN, *, sandbox: bool = False) -> Content:
    """What a sheet says, as data."""
    return content(made, kind, language, sandbox=sandbox)


def sheet(
    made: Invoice,
    kind: SheetKind = INVOICE,
    language: Language = EN,
    *,
    sandbox: bool = False,
    signatures: Path | None = None,
) -> bytes:
    """A sheet as PDF."""
    return printed(made, kind, language, sandbox=sandbox, signatures=signatures).pdf


def pages(document: bytes) -> list[str]:
    """The text of each page, blanks made one and where a long word may break forgotten."""
    reader = pypdf.PdfReader(io.BytesIO(document), strict=True)
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in reader.pages]


def text(document: bytes) -> str:
    """The text of all pages."""
    return " ".join(pages(document))


def unbroken(document: bytes) -> str:
    """The text without any blank: what a column breaks stays comparable."""
    return "".join(text(document).split())


def images(document: bytes) -> int:
    """How many pictures of dots (a scanned signature; the QR code is lines) are on the pages."""
    return sum(len(page.images) for page in pypdf.PdfReader(io.BytesIO(document)).pages)


def picture(form: str = "PNG", size: tuple[int, int] = (300, 120)) -> bytes:
    """A scanned signature, as far as a program can tell."""
    out = io.BytesIO()
    Image.new("RGB", size, (20, 30, 120)).save(out, form)
    return out.getvalue()


__all__ = [
    "EN",
    "INVOICE",
    "PROFORMA",
    "SAMPLE",
    "TR",
    "images",
    "pages",
    "pdf",
    "picture",
    "said",
    "sheet",
    "text",
    "unbroken",
]
