"""What stands on a sheet: one mapping from the invoice model to words and figures, for invoice and proforma alike."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

from adapters.invoicing.sheets import karekod
from adapters.invoicing.sheets.labels import (
    CHARGES,
    EXEMPTION,
    LABELS,
    MODES,
    NOT_AN_INVOICE,
    ORIGIN,
    ORIGINAL,
    RATE,
    SANDBOX,
    TITLES,
    UNITS,
)
from adapters.invoicing.ubl import parties
from adapters.press import wording
from adapters.press.language import Language
from adapters.press.wording import breakable, plain
from workflow.draft import Address, LineKind, Party
from workflow.invoice import Invoice, InvoiceLine

Content: TypeAlias = dict[str, Any]
"""What goes to the template, as JSON."""

_ZERO = Decimal(0)
_RUNNING = 100
"""Characters that have room in the line at the head of a further page."""


class SheetKind(StrEnum):
    """Which of the two sheets; a proforma has no number of the tax series, no ETTN and no QR code."""

    INVOICE = "invoice"
    PROFORMA = "proforma"


def content(invoice: Invoice, kind: SheetKind, language: Language, *, sandbox: bool = False) -> Content:
    """What a sheet says.

    Args:
        invoice: the source; for a proforma ``number`` is its reference.
        kind: which sheet.
        language: of its words and figures.
        sandbox: whether it must say that it is no real invoice.
    """
    goods = [line for line in invoice.lines if line.kind is LineKind.GOODS]
    charges = [line for line in invoice.lines if line.kind is not LineKind.GOODS]
    final = kind is SheetKind.INVOICE
    footing = ORIGINAL if final else NOT_AN_INVOICE
    return {
        "lang": language.value,
        "title": wording.both(TITLES[kind], language),
        "sandbox": [wording.said(SANDBOX, one) for one in Language] if sandbox else [],
        "number": plain(invoice.number),
        "facts": list(_facts(invoice, language, final=final)),
        "ettn": str(invoice.ettn) if final else "",
        "qr": karekod.svg(karekod.text(invoice)) if final else "",
        "parties": [_party("seller", invoice.seller, language), _party("buyer", invoice.buyer, language)],
        "carriage": list(_carriage(invoice, goods, language)),
        "head": [_label(name, language) for name in ("line", "goods", "quantity", "price", "discount", "vat", "amount")],
        "currency": plain(invoice.currency),
        "lines": [_line(line, language) for line in (*goods, *charges)],
        "totals": list(_totals(invoice, language)),
        "payable": {
            "label": _label("payable", language),
            "value": wording.money(invoice.total, invoice.currency, language),
        },
        "notes": list(_notes(invoice, language)),
        "signature": {"label": _label("signature", language), "name": breakable(invoice.seller.name)},
        "footing": [wording.said(footing, one) for one in _languages(language)],
        "page": wording.said(LABELS["page"], language),
        "continued": wording.said(LABELS["continued"], language),
        "author": plain(invoice.seller.name),
        "running": wording.shortened(f"{plain(invoice.number)} · {plain(invoice.seller.name)}", _RUNNING),
    }


def _languages(language: Language) -> tuple[Language, ...]:
    return (Language.TR,) if language is Language.TR else (Language.EN, Language.TR)


def _label(name: str, language: Language) -> dict[str, str]:
    return wording.both(LABELS[name], language)


def _fact(name: str, language: Language, value: str) -> Content:
    return {"label": _label(name, language), "value": value}


def _facts(invoice: Invoice, language: Language, *, final: bool) -> Iterator[Content]:
    """The head of the sheet."""
    yield _fact("number" if final else "reference", language, breakable(invoice.number))
    yield _fact("issued" if final else "dated", language, wording.day(invoice.issued_on, language))
    if final:
        yield _fact("type", language, invoice.type)
        yield _fact("profile", language, invoice.profile)
    if invoice.reference.strip():
        yield _fact("order", language, breakable(invoice.reference))


def _party(role: str, party: Party, language: Language) -> Content:
    scheme, number = parties.identity(party.tax_number)
    ids = [{"label": scheme, "value": number}]
    if party.tax_office.strip():
        ids.append({"label": wording.said(LABELS["tax_office"], language), "value": breakable(party.tax_office)})
    if party.tax_number.strip() and party.tax_number != number:
        foreign = wording.said(LABELS["foreign_tax_number"], language)
        ids.append({"label": foreign, "value": breakable(party.tax_number)})
    return {
        "label": _label(role, language),
        "name": breakable(party.name),
        "address": list(_address(party.address, language)),
        "ids": ids,
    }


def _address(address: Address, language: Language) -> Iterator[str]:
    """Street; postcode with the places; the country by its name, which the operators ask for."""
    street = breakable(address.line)
    places = ", ".join(breakable(one) for one in (address.district, address.city) if one.strip())
    town = " ".join(one for one in (breakable(address.postcode), places) if one)
    for one in (street, town, wording.country(address.country, language)):
        if one:
            yield one


def _carriage(invoice: Invoice, goods: list[InvoiceLine], language: Language) -> Iterator[Content]:
    """How the goods travel, and what they weigh; the net weight only where all lines tell theirs."""
    if invoice.incoterm.strip():
        yield _fact("incoterm", language, plain(invoice.incoterm))
    mode = MODES.get(invoice.transport_mode)
    if mode is not None:
        yield _fact("mode", language, wording.said(mode, language))
    if invoice.courier.strip():
        yield _fact("courier", language, breakable(invoice.courier))
    yield _fact("destination", language, wording.country(invoice.buyer.address.country, language))
    yield _fact("packages", language, wording.figure(Decimal(invoice.packages), language))
    yield _fact("gross", language, wording.kilograms(invoice.gross_weight_kg, language))
    nets = [line.net_weight_kg for line in goods if line.net_weight_kg is not None]
    if nets and len(nets) == len(goods):
        yield _fact("net", language, wording.kilograms(sum(nets, _ZERO), language))


def _line(line: InvoiceLine, language: Language) -> Content:
    turkish = breakable(line.description_tr or (CHARGES[line.kind][0] if line.kind in CHARGES else ""))
    foreign = breakable(line.description)
    first, second = (turkish or foreign, foreign) if language is Language.TR else (foreign or turkish, turkish)
    unit = wording.said(UNITS[line.unit], language) if line.unit in UNITS else plain(line.unit)
    return {
        "no": str(line.number),
        "name": first,
        "also": "" if second == first else second,
        "details": list(_details(line, language)),
        "quantity": wording.figure(line.quantity, language),
        "unit": unit,
        "price": wording.amount(line.unit_price, language),
        "discount": wording.amount(-line.discount, language) if line.discount else "",
        "discount_rate": wording.percent(line.discount_rate, language) if line.discount else "",
        "vat": wording.percent(_ZERO, language),
        "vat_amount": wording.amount(_ZERO, language),
        "amount": wording.amount(line.amount, language),
        "goods": line.kind is LineKind.GOODS,
    }


def _details(line: InvoiceLine, language: Language) -> Iterator[list[Content]]:
    """What customs want to know of goods: what they are and where from; what they weigh."""

    def row(**values: str) -> list[Content]:
        return [{"label": wording.said(LABELS[name], language), "value": value} for name, value in values.items() if value]

    def weight(value: Decimal | None) -> str:
        return "" if value is None else wording.kilograms(value, language)

    origin = wording.country(line.origin, language) if line.origin else ""
    for found in (
        row(gtip=wording.gtip(plain(line.gtip)), origin=origin, sku=breakable(line.sku)),
        row(line_net=weight(line.net_weight_kg), line_gross=weight(line.gross_weight_kg)),
    ):
        if found:
            yield found


def _totals(invoice: Invoice, language: Language) -> Iterator[Content]:
    """From the goods over each kind of charge and the discounts to what VAT would be reckoned from, and VAT itself."""

    def gross(kind: LineKind) -> Decimal:
        return sum((line.gross_amount for line in invoice.lines if line.kind is kind), _ZERO)

    def row(label: Content, value: Decimal) -> Content:
        return {"label": label, "value": wording.amount(value, language)}

    yield row(_label("goods_total", language), gross(LineKind.GOODS))
    present = {line.kind for line in invoice.lines}
    for kind, text in CHARGES.items():
        if kind in present:
            yield row(wording.both(text, language), gross(kind))
    if invoice.discount_total:
        yield row(_label("discounts", language), -invoice.discount_total)
    yield row(_label("base", language), invoice.total)
    yield row(_label("vat_total", language), _ZERO)


def _notes(invoice: Invoice, language: Language) -> Iterator[Content]:
    """Exemption, rate of the day and value in lira, origin, and what the seller remarks."""

    def note(name: str, *texts: str) -> Content:
        return {"label": _label(name, language), "texts": list(texts)}

    def in_each(text: tuple[str, str], **values: str) -> list[str]:
        return [wording.said(text, one).format(**values) for one in _languages(language)]

    yield note("exemption", *in_each(EXEMPTION, code=plain(invoice.exemption_code), reason=plain(invoice.exemption_reason)))
    if invoice.rate is not None:
        rate = wording.figure(invoice.rate.value, language)
        texts = [
            wording.said(RATE, one).format(
                currency=plain(invoice.currency), rate=rate, day=wording.day(invoice.rate.published_on, one)
            )
            for one in _languages(language)[:1]
        ]
        yield note("rate", *texts)
        yield note("in_lira", wording.money(invoice.total_try, "TRY", language))
    if invoice.is_all_turkish:
        yield note("origin_note", *in_each(ORIGIN))
    for remark in invoice.notes:
        if remark.strip():
            yield note("remark", breakable(remark))
