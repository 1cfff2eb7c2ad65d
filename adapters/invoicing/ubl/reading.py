"""Reads an invoice that somebody else made: what its XML says of itself, without judging it.

The profile (``cbc:ProfileID``) says what the document is. What a style sheet prints on top of it, a logo or the word
"e-Fatura", is picture and not looked at (the seed: such an invoice is accepted where its scenario says e-Arşiv).
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lxml import etree

from adapters.invoicing.ubl import safety
from adapters.invoicing.ubl.tree import INVOICE, NAMESPACES
from workflow.errors import Pair, SaidError
from workflow.stated import StatedInvoice, StatedLine, StatedParty, StatedRate
from workflow.values import normalise_gtip

_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ZERO = Decimal(0)
_XML_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_TAXES = "cac:TaxTotal/cac:TaxSubtotal/"
_PARCEL = "cac:Delivery/cac:Shipment/"
_KILOGRAMS = {"KGM": Decimal(1), "GRM": Decimal("0.001"), "TNE": Decimal(1000)}


class NotAnInvoiceError(SaidError):
    """It is XML, but no UBL invoice."""

    TEXTS = (
        (
            "Belgenin kökü {root}; UBL faturası (Invoice) değil. Okunmadı. Faturanın kendi XML dosyasını verin; "
            "zarfın önce açılması gerekir."
        ),
        (
            "The document's root is {root}, not a UBL Invoice. It was not read. Give the invoice's own XML; an "
            "envelope (zarf) has to be unpacked first."
        ),
    )

    def __init__(self, root: str) -> None:
        """Name what it is instead."""
        super().__init__(root=root[:80])


class UnreadableValueError(SaidError):
    """A number or a date in the document is none."""

    TEXTS = (
        "Belgede {path} alanı {wanted} değil. Fatura okunmadı. Belgeyi üreten yazılımdan düzeltmesini isteyin.",
        "{path} in the document is not {wanted}. The invoice was not read. Ask the software that made it to correct it.",
    )

    def __init__(self, path: str, wanted: Pair) -> None:
        """Say where; the value itself may be anything, and stays out."""
        super().__init__(path=path, wanted=wanted)


def read(xml: bytes) -> StatedInvoice:
    """What the document says.

    Raises:
        UnsafeDocumentError: it is too large, no UTF-8, with a document type, too deep, or not well-formed.
        NotAnInvoiceError: it is another kind of document.
        UnreadableValueError: a number or a date in it is none.
    """
    root = safety.parse(xml)
    if root.tag != f"{{{INVOICE}}}Invoice":
        raise NotAnInvoiceError(etree.QName(root).localname)
    reasons = tuple(_texts(root, f"{_TAXES}cac:TaxCategory/cbc:TaxExemptionReason"))
    return StatedInvoice(
        profile=_text(root, "cbc:ProfileID"),
        type=_text(root, "cbc:InvoiceTypeCode"),
        number=_text(root, "cbc:ID"),
        ettn=_text(root, "cbc:UUID"),
        issued_on=_day(root, "cbc:IssueDate"),
        currency=_text(root, "cbc:DocumentCurrencyCode"),
        payable=_number(root, "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        exemption_codes=tuple(_texts(root, f"{_TAXES}cac:TaxCategory/cbc:TaxExemptionReasonCode")),
        exemption_reasons=reasons,
        vat_percents=tuple(_numbers(root, f"{_TAXES}cbc:Percent")),
        vat_amount=sum(_numbers(root, "cac:TaxTotal/cbc:TaxAmount"), _ZERO),
        before_vat=_number(root, "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount"),
        with_vat=_number(root, "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount"),
        allowances=_allowances(root, charge=False),
        charges=_allowances(root, charge=True),
        rate=_rate(root),
        seller=_party(root, "cac:AccountingSupplierParty/cac:Party"),
        buyer=_party(root, "cac:AccountingCustomerParty/cac:Party"),
        order_reference=_text(root, "cac:OrderReference/cbc:ID"),
        incoterm=_text(root, "cac:Delivery/cac:DeliveryTerms/cbc:ID"),
        gross_weight_kg=_kilograms(root, f"{_PARCEL}cbc:GrossWeightMeasure"),
        lines=tuple(_line(line) for line in root.iterfind("cac:InvoiceLine", NAMESPACES)),
    )


def is_sealed(xml: bytes) -> bool:
    """Whether a seal (mali mühür, XAdES) is on the document; whether it is a good one is not looked at.

    Raises:
        UnsafeDocumentError: as :func:`read`.
    """
    return safety.parse(xml).find(f".//{{{_XML_SIGNATURE}}}SignatureValue") is not None


def _line(line: etree._Element) -> StatedLine:
    quantity = line.find("cbc:InvoicedQuantity", NAMESPACES)
    return StatedLine(
        number=_text(line, "cbc:ID"),
        name=_text(line, "cac:Item/cbc:Name"),
        description=" ".join(_texts(line, "cac:Item/cbc:Description")),
        sku=_text(line, "cac:Item/cac:SellersItemIdentification/cbc:ID"),
        gtip=normalise_gtip(_text(line, f"{_PARCEL}cac:GoodsItem/cbc:RequiredCustomsID")),
        origin=_text(line, "cac:Item/cac:OriginCountry/cbc:IdentificationCode"),
        quantity=_number(line, "cbc:InvoicedQuantity"),
        unit="" if quantity is None else str(quantity.get("unitCode") or ""),
        unit_price=_number(line, "cac:Price/cbc:PriceAmount"),
        amount=_number(line, "cbc:LineExtensionAmount"),
        discount=_allowances(line, charge=False) - _allowances(line, charge=True),
        vat_percents=tuple(_numbers(line, f"{_TAXES}cbc:Percent")),
        vat_amount=sum(_numbers(line, "cac:TaxTotal/cbc:TaxAmount"), _ZERO),
        exemption_codes=tuple(_texts(line, f"{_TAXES}cac:TaxCategory/cbc:TaxExemptionReasonCode")),
        incoterm=_text(line, "cac:Delivery/cac:DeliveryTerms/cbc:ID"),
        transport_mode=_text(line, f"{_PARCEL}cac:ShipmentStage/cbc:TransportModeCode"),
        gross_weight_kg=_kilograms(line, f"{_PARCEL}cbc:GrossWeightMeasure"),
        net_weight_kg=_kilograms(line, f"{_PARCEL}cbc:NetWeightMeasure"),
    )


def _party(root: etree._Element, path: str) -> StatedParty | None:
    found = root.find(path, NAMESPACES)
    if found is None:
        return None
    scheme = number = ""
    for identity in found.iterfind("cac:PartyIdentification/cbc:ID", NAMESPACES):
        if identity.get("schemeID") in {"VKN", "TCKN"}:
            scheme, number = str(identity.get("schemeID")), (identity.text or "").strip()
            break
    person = " ".join((*_texts(found, "cac:Person/cbc:FirstName"), *_texts(found, "cac:Person/cbc:FamilyName")))
    where = "cac:PostalAddress/"
    return StatedParty(
        scheme,
        number,
        _text(found, "cac:PartyName/cbc:Name") or person,
        _text(found, f"{where}cbc:CityName"),
        _text(found, f"{where}cac:Country/cbc:IdentificationCode"),
        _text(found, f"{where}cac:Country/cbc:Name"),
    )


def _rate(root: etree._Element) -> StatedRate | None:
    value = _number(root, "cac:PricingExchangeRate/cbc:CalculationRate")
    if value is None:
        return None
    at = "cac:PricingExchangeRate/cbc:"
    return StatedRate(
        _text(root, f"{at}SourceCurrencyCode"), _text(root, f"{at}TargetCurrencyCode"), value, _day(root, f"{at}Date")
    )


def _allowances(parent: etree._Element, *, charge: bool) -> Decimal:
    """Discounts, or surcharges, that stand on ``parent`` itself."""
    wanted = "true" if charge else "false"
    found = _ZERO
    for one in parent.iterfind("cac:AllowanceCharge", NAMESPACES):
        if _text(one, "cbc:ChargeIndicator").lower() == wanted:
            found += _number(one, "cbc:Amount") or _ZERO
    return found


def _texts(parent: etree._Element, path: str) -> Iterator[str]:
    for found in parent.iterfind(path, NAMESPACES):
        text = (found.text or "").strip()
        if text:
            yield text


def _text(parent: etree._Element, path: str) -> str:
    return next(_texts(parent, path), "")


def _numbers(parent: etree._Element, path: str) -> Iterator[Decimal]:
    for text in _texts(parent, path):
        if not _NUMBER.fullmatch(text):
            raise UnreadableValueError(path, ("12 ya da 3.75 gibi bir sayı", "a number like 12 or 3.75"))
        yield Decimal(text)


def _number(parent: etree._Element, path: str) -> Decimal | None:
    return next(_numbers(parent, path), None)


def _kilograms(parent: etree._Element, path: str) -> Decimal | None:
    """A weight in kilograms; ``None`` where there is none, or its unit is not one of weight that invoices are written in."""
    found = _number(parent, path)
    unit = parent.find(path, NAMESPACES)
    factor = None if unit is None else _KILOGRAMS.get(str(unit.get("unitCode") or "KGM"))
    return None if found is None or factor is None else found * factor


def _day(parent: etree._Element, path: str) -> date | None:
    text = _text(parent, path)
    if not text:
        return None
    try:
        if _DAY.fullmatch(text[:10]):
            return date.fromisoformat(text[:10])
    except ValueError:
        pass
    raise UnreadableValueError(path, ("2026-11-20 gibi bir gün", "a day like 2026-11-20"))
