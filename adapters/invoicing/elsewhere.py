"""Invoices made elsewhere: what our rules, the shipment it is for, and GİB's own rules say of a document."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.invoicing.gib import GibCheck, GibFinding
from adapters.invoicing.ubl import reading
from workflow.draft import Draft
from workflow.invoice import Rate
from workflow.rules.agreement import agreement, expected
from workflow.rules.findings import Finding, Severity
from workflow.rules.invoice import invoice
from workflow.rules.law import LawBook
from workflow.stated import StatedInvoice

GIB_SOURCE = "GİB e-Fatura Paketi (XSD, şematron)"
_SHOWN = 200
"""Findings shown of one document; more of them say nothing new."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a document says of itself, and what is wrong with it."""

    said: StatedInvoice
    sealed: bool
    """Whether somebody's seal (mali mühür) is on it; whether the seal is good is not looked at here."""
    findings: tuple[Finding, ...]
    by_gib: tuple[GibFinding, ...]

    @property
    def accepted(self) -> bool:
        """Whether nothing blocks."""
        return Severity.BLOCK not in {*(found.severity for found in self.findings), *(found.severity for found in self.by_gib)}

    @property
    def warnings(self) -> list[str]:
        """Codes of what warns, each once; whatever GİB's rules warn of is ``GIB``."""
        ours = {found.code for found in self.findings if found.severity is Severity.WARN}
        theirs = {"GIB" for found in self.by_gib if found.severity is Severity.WARN}
        return sorted(ours | theirs)

    def told(self) -> list[dict[str, Any]]:
        """All findings as people read them, what blocks first."""
        ours: list[dict[str, Any]] = [
            {
                "code": found.code,
                "severity": found.severity.value,
                "path": found.path,
                "message": {language: found.text(language) for language in ("tr", "en")},
                "source": found.source,
                "valid_from": found.valid_from,
                "valid_to": found.valid_to,
            }
            for found in self.findings
        ]
        theirs: list[dict[str, Any]] = [
            {
                "code": found.code,
                "severity": found.severity.value,
                "path": found.path or f"line {found.line}",
                "message": {
                    "tr": f"GİB kuralı: {found.text}",
                    "en": f"A rule of the tax administration (its text is Turkish only): {found.text}",
                },
                "source": GIB_SOURCE,
                "valid_from": None,
                "valid_to": None,
            }
            for found in self.by_gib
            if found.severity is not Severity.INFO
        ]
        order = [severity.value for severity in Severity]
        return sorted((*ours, *theirs), key=lambda found: order.index(found["severity"]))[:_SHOWN]


RateOf = Callable[[str, date], Awaitable[Rate | None]]
"""The central bank's rate of a currency that an invoice of a day states; ``None`` where it is not at hand."""


async def examine(
    xml: bytes, today: date, law: LawBook, draft: Draft | None, gib: GibCheck | None, rate_of: RateOf | None = None
) -> Examined:
    """Examine a document on ``today`` (Istanbul), against a shipment's ``draft`` where one is given.

    GİB's rules are not asked where there is no check for them, nor is the exchange rate compared without ``rate_of``.

    Raises:
        UnsafeDocumentError: it is too large, no UTF-8, with a document type, too deep, or not well-formed.
        NotAnInvoiceError: it is another kind of document.
        UnreadableValueError: a number or a date in it is none.
        GibTooSlowError: GİB's rules did not end in time.
        GibFailedError: GİB's rules broke down over it.
    """
    said, sealed = await asyncio.to_thread(_read, xml)
    bulletin = None
    if rate_of is not None and said.rate is not None and said.issued_on is not None:
        bulletin = await rate_of(said.currency, said.issued_on)
    found = [
        *invoice(said, today, law, draft=draft, bulletin=bulletin),
        *(agreement(said, expected(draft)) if draft is not None else ()),
    ]
    by_gib = await gib.check(xml) if gib is not None else ()
    return Examined(said, sealed, tuple(found), by_gib)


def particulars(said: StatedInvoice) -> dict[str, str]:
    """What ``shipment.invoice.v1`` tells of an accepted invoice, besides which shipment's it is."""
    assert said.issued_on is not None  # noqa: S101 - INV005 and INV007 block what lacks them
    assert said.payable is not None  # noqa: S101
    told = {
        "number": said.number,
        "ettn": said.ettn,
        "issued_on": said.issued_on.isoformat(),
        "profile": said.profile,
        "type": said.type,
        "exemption_code": said.exemption_codes[0],
        "currency": said.currency,
        "total": str(said.payable),
    }
    return told if said.rate is None else told | {"exchange_rate": str(said.rate.value)}


def _read(xml: bytes) -> tuple[StatedInvoice, bool]:
    return reading.read(xml), reading.is_sealed(xml)
