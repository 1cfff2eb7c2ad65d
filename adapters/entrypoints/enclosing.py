"""Which kept documents go into a dossier, under which names, and what is missing of them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from adapters.database.claim_papers import DocumentOf, EtgbOf, InvoiceOf
from adapters.dossiers.remarks import remark
from adapters.dossiers.rows import Enclosure, Remark
from workflow.documents import LABELS, DocumentKind

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(slots=True)
class _Book:
    """The documents of a claim, as they are looked for."""

    of: dict[tuple[UUID | str, DocumentKind], list[DocumentOf]] = field(default_factory=lambda: defaultdict(list))
    paths: set[str] = field(default_factory=set)
    enclosures: list[Enclosure] = field(default_factory=list)

    def find(self, owner: UUID | str, kind: DocumentKind, number: str) -> DocumentOf | None:
        """The newest document of a kind that is of this number, or else none."""
        return next((one for one in self.of.get((owner, kind), ()) if number in one.name), None)

    def enclose(self, folder: str, name: str, document: DocumentOf) -> None:
        """Put a document in under a path of its own."""
        stem, dot, ending = _UNSAFE.sub("-", name).strip(".-").rpartition(".")
        path, number = f"{folder}/{stem}{dot}{ending}", 1
        while path in self.paths:
            number += 1
            path = f"{folder}/{stem}-{number}{dot}{ending}"
        self.paths.add(path)
        self.enclosures.append(Enclosure(path, LABELS[document.kind], document.sha256))


def enclosed(
    documents: Sequence[DocumentOf],
    invoices: Sequence[InvoiceOf],
    etgbs: Sequence[EtgbOf],
    of_etgb: Mapping[str, Sequence[InvoiceOf]],
) -> tuple[list[Enclosure], list[Remark]]:
    """The documents that go in, and what is missing of them."""
    book = _Book()
    for document in documents:
        book.of[document.owner, document.kind].append(document)
    lacking = [*_of_invoices(book, invoices), *_of_etgbs(book, etgbs, of_etgb)]
    return book.enclosures, lacking


def _of_invoices(book: _Book, invoices: Sequence[InvoiceOf]) -> Iterator[Remark]:
    """The signed XML or else the unsigned one, and the print; those of the number that stands, not of a cancelled one."""
    for one in invoices:
        signed = book.find(one.shipment, DocumentKind.INVOICE_SIGNED_XML, one.number)
        xml = signed or book.find(one.shipment, DocumentKind.INVOICE_XML, one.number)
        pdf = book.find(one.shipment, DocumentKind.INVOICE_PDF, one.number)
        for ending, found, code in (("xml", xml, "invoice_xml_missing"), ("pdf", pdf, "invoice_pdf_missing")):
            if found is None:
                yield remark(code, one.number)
            else:
                book.enclose("faturalar", f"{one.number}.{ending}", found)


def _of_etgbs(book: _Book, etgbs: Sequence[EtgbOf], of_etgb: Mapping[str, Sequence[InvoiceOf]]) -> Iterator[Remark]:
    """The PDF of each ETGB and the evidence of its being in VEDOP, its own or from whichever of its shipments keeps one.

    Evidence may be a list of very many ETGBs, kept with each: it goes in once.
    """
    put_in: set[str] = set()
    for etgb in etgbs:
        owners: list[UUID | str] = [etgb.number, *(one.shipment for one in of_etgb[etgb.number])]
        pdf = next((found for one in owners if (found := book.find(one, DocumentKind.ETGB_PDF, etgb.number))), None)
        if pdf is not None:
            book.enclose("etgb", f"{etgb.number}.pdf", pdf)
        else:
            yield remark("etgb_document_missing", etgb.number)
        evidence = {found.sha256: found for one in owners for found in book.of.get((one, DocumentKind.VEDOP_EVIDENCE), ())}
        for digest, found in evidence.items():
            if digest not in put_in:
                put_in.add(digest)
                book.enclose("vedop", found.name, found)
        if not evidence:
            yield remark("vedop_evidence_missing", etgb.number)
