"""Opens XML that a stranger made: small enough, UTF-8, without a document type, not too deep; or one clear error a cause.

UBL-TR documents are UTF-8 and declare no document type, so whatever does is refused before any parser sees it: without a
document type there are no entities to expand, and no file or address to fetch.
"""

import re

from lxml import etree

from workflow.errors import Pair, SaidError

MAX_BYTES = 5 * 1024 * 1024
"""The largest document; a signed invoice with its style sheet embedded has some hundred kilobytes."""

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_ZIP = b"PK\x03\x04"
_DECLARATION = re.compile(rb"<\?xml\s(.*?)\?>", re.DOTALL)
_DECLARED = re.compile(rb"\bencoding\s*=\s*[\"']([^\"']*)[\"']")
_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class UnsafeDocumentError(SaidError):
    """A document was refused before it was read."""


class DocumentTooLargeError(UnsafeDocumentError):
    """It has more bytes than any invoice."""

    TEXTS = (
        (
            "Belge {limit} MB sınırını aşıyor; hiçbir fatura bu kadar büyük olmaz. Okunmadı. Tek bir faturanın "
            "XML dosyasını verin."
        ),
        ("The document has more than {limit} MB, which no invoice has. It was not read. Give the XML of one invoice."),
    )

    def __init__(self) -> None:
        """Say the limit; how large it is nobody knows, since no more of it is taken in."""
        super().__init__(limit=MAX_BYTES // 1024**2)


class CompressedDocumentError(UnsafeDocumentError):
    """It is a ZIP archive."""

    TEXTS = (
        "Belge XML değil, ZIP arşivi. Okunmadı. Açıp içindeki XML dosyasını verin.",
        "The document is a ZIP archive, not XML. It was not read. Unpack it and give the XML file inside.",
    )

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__()


class WrongEncodingError(UnsafeDocumentError):
    """It is not UTF-8."""

    TEXTS = (
        "Belge {what}; UBL-TR belgeleri UTF-8'dir. Okunmadı. Belgeyi üreten yazılımdan UTF-8 isteyin.",
        "The document {what}; UBL-TR documents are UTF-8. It was not read. Ask the software that made it for UTF-8.",
    )

    def __init__(self, what: Pair) -> None:
        """Say what it is instead."""
        super().__init__(what=what)


class DocumentTypeError(UnsafeDocumentError):
    """It declares a document type, which is how entities come in."""

    TEXTS = (
        (
            "Belgede belge türü ya da varlık tanımı (<!DOCTYPE …>) var; faturada olmaz, saldırıda olabilir. "
            "Okunmadı. Belgeyi kimin ürettiğini sorun."
        ),
        (
            "The document declares a document type or entities (<!DOCTYPE …>), which an invoice never does and "
            "an attack may. It was not read. Ask who made it."
        ),
    )

    def __init__(self) -> None:
        """Say what it means."""
        super().__init__()


class TooDeepError(UnsafeDocumentError):
    """Its elements are nested deeper than any invoice's."""

    TEXTS = (
        ("Belgenin öğeleri 256 düzeyden derin; faturada böyle olmaz. Okunmadı. Belgeyi kimin ürettiğini sorun."),
        (
            "The document's elements are nested more than 256 deep, which an invoice's never are. It was not "
            "read. Ask who made it."
        ),
    )

    def __init__(self) -> None:
        """Say the limit."""
        super().__init__()


class BrokenXmlError(UnsafeDocumentError):
    """It is not well-formed."""

    TEXTS = (
        "Belge düzgün bir XML değil ({line}. satır). Okunmadı. Belgeyi üreten yazılımdan yeniden alın.",
        ("The document is not well-formed XML (line {line}). It was not read. Export it again from the software that made it."),
    )

    def __init__(self, line: int | None) -> None:
        """Say where; not what, for the text may be anything."""
        super().__init__(line=line or 1)


def look(xml: bytes) -> None:
    """Look at the bytes alone.

    Raises:
        UnsafeDocumentError: one of its kinds: too large, a ZIP archive, not UTF-8, with a document type.
    """
    if len(xml) > MAX_BYTES:
        raise DocumentTooLargeError
    if xml.startswith(_ZIP):
        raise CompressedDocumentError
    if xml.startswith(_UTF_16):
        raise WrongEncodingError(("UTF-16", "is UTF-16"))
    declaration = _DECLARATION.match(xml.removeprefix(_BOM))
    for declared in _DECLARED.findall(declaration[1]) if declaration is not None else ():
        if declared.lower() not in {b"utf-8", b"utf8"}:
            encoding = declared[:40].decode("ascii", "replace")
            raise WrongEncodingError((f"kodlamasını {encoding} diye bildiriyor", f"declares the encoding {encoding}"))
    try:
        xml.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongEncodingError(("UTF-8 olmayan baytlar içeriyor", "has bytes that are not UTF-8")) from None
    if _TYPE.search(xml):
        raise DocumentTypeError


def parse(xml: bytes) -> etree._Element:
    """The root of a document.

    Raises:
        UnsafeDocumentError: as :func:`look`, or it is not well-formed, or too deep.
    """
    look(xml)
    parser = etree.XMLParser(
        encoding="utf-8",  # whatever it declares: nothing else is ever decoded
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise TooDeepError from None
        raise BrokenXmlError(error.lineno) from None
