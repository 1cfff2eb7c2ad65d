"""Documents of a shipment: which kinds there are, and how long each must be kept."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DocumentKind(StrEnum):
    """What a kept document is."""

    INVOICE_XML = "invoice_xml"
    INVOICE_SIGNED_XML = "invoice_signed_xml"
    INVOICE_PDF = "invoice_pdf"
    PROFORMA_PDF = "proforma_pdf"
    ETGB_PDF = "etgb_pdf"
    VEDOP_EVIDENCE = "vedop_evidence"


LABELS: dict[DocumentKind, tuple[str, str]] = {
    DocumentKind.INVOICE_XML: ("Fatura (UBL, imzasız)", "Invoice (UBL, unsigned)"),
    DocumentKind.INVOICE_SIGNED_XML: ("Fatura (UBL, imzalı)", "Invoice (UBL, signed)"),
    DocumentKind.INVOICE_PDF: ("Fatura (PDF)", "Invoice (PDF)"),
    DocumentKind.PROFORMA_PDF: ("Proforma fatura (PDF)", "Proforma invoice (PDF)"),
    DocumentKind.ETGB_PDF: ("ETGB (PDF)", "ETGB (PDF)"),
    DocumentKind.VEDOP_EVIDENCE: ("VEDOP kanıtı", "VEDOP evidence"),
}
"""What people read for a kind: Turkish, English."""

MEDIA_TYPES: dict[DocumentKind, str] = {
    DocumentKind.INVOICE_XML: "application/xml",
    DocumentKind.INVOICE_SIGNED_XML: "application/xml",
    DocumentKind.INVOICE_PDF: "application/pdf",
    DocumentKind.PROFORMA_PDF: "application/pdf",
    DocumentKind.ETGB_PDF: "application/pdf",
}
"""The form of the kinds that have one form; evidence may be anything."""

INVOICES = frozenset({DocumentKind.INVOICE_XML, DocumentKind.INVOICE_SIGNED_XML, DocumentKind.INVOICE_PDF})


@dataclass(frozen=True, slots=True)
class Retention:
    """Documents of ``kinds`` made on or after ``valid_from`` are kept ``years`` from the end of their calendar year."""

    valid_from: date
    kinds: frozenset[DocumentKind]
    years: int
    source: str


RETENTION: tuple[Retention, ...] = (
    Retention(date(1, 1, 1), frozenset(DocumentKind), 5, "VUK 253: five years from the start of the next calendar year"),
    Retention(
        date(1, 1, 1), INVOICES, 10, "Trendyol sendInvoiceLink (04.10.2026): a micro-export's invoice stays reachable ten years"
    ),
)
"""Who asks for how long; where several rows hold, the longest wins."""


def keep_until(kind: DocumentKind, made_on: date, policy: tuple[Retention, ...] = RETENTION) -> date:
    """The last day on which a document made on ``made_on`` (a day in Istanbul) must still be there."""
    years = max(row.years for row in policy if kind in row.kinds and row.valid_from <= made_on)
    return date(made_on.year + years, 12, 31)
