"""Writes the invoice of a micro-export as UBL-TR 2.1 e-Arşiv XML.

The same invoice gives the same bytes, for ever: a document is known by its hash. Where elements stand follows GİB's UBL-TR
guide and samples: ``Item/Name`` is the Turkish name that GİB's own view prints, ``Item/Description`` the order's wording;
a line's discount is an ``AllowanceCharge`` with a factor (0.05 for 5 %), and ``LegalMonetaryTotal`` shows the lines before
discount (``LineExtensionAmount``), the discounts (``AllowanceTotalAmount``) and what is left.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lxml import etree

from adapters.invoicing.ubl import parties
from adapters.invoicing.ubl.tree import INVOICE, NAMESPACES, Node, group, grow, leaf, leaf_if, plain, tag
from workflow.draft import LineKind
from workflow.errors import KervanError
from workflow.invoice import Invoice, InvoiceLine
from workflow.values import ISTANBUL, is_invoice_number

CHARGES: dict[LineKind, str] = {
    LineKind.FREIGHT: "Navlun",
    LineKind.INSURANCE: "Sigorta",
    LineKind.BANK_FEE: "Banka komisyonu",
    LineKind.PACKAGING: "Paketleme",
}
"""What the charges are called on the invoice, where the order does not say it in Turkish."""
ORIGIN_NOTE = "Türk menşelidir."
"""Stands on the invoice where all goods originate in Türkiye."""

_RATE_STEP = Decimal("0.000001")
"""GİB's rule ``CurrencyCodeCheck-7``: a rate has six places at most."""
_FACTOR_STEP = Decimal("0.00000001")
"""Fine enough that the base times the factor, rounded to the cent, is the discount, up to bases of a million."""
_SCHEMA = f"{INVOICE} UBL-Invoice-2.1.xsd"


class UnwritableInvoiceError(KervanError):
    """An invoice lacks something without which GİB's rules refuse it."""

    def __init__(self, number: str, what: str) -> None:
        """Name what is missing."""
        super().__init__(f"Invoice {number} was not written: {what}. Nothing was sent. Correct the shipment and try again.")


def write(invoice: Invoice) -> bytes:
    """The unsigned document, in UTF-8; the seal goes into the placeholder in ``UBLExtensions``.

    Raises:
        UnwritableInvoiceError: there is no rate for the currency, or number, seller or lines cannot be those of an invoice.
    """
    _check(invoice)
    spaces: Any = {None: INVOICE} | NAMESPACES  # the stubs know no default namespace
    root = etree.Element(f"{{{INVOICE}}}Invoice", nsmap=spaces)
    root.set(tag("xsi:schemaLocation"), _SCHEMA)
    for node in (*_head(invoice), *_body(invoice), *(_line(line, invoice) for line in invoice.lines)):
        if node is not None:
            grow(root, node)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _check(invoice: Invoice) -> None:
    seller = invoice.seller.tax_number
    if not is_invoice_number(invoice.number):
        raise UnwritableInvoiceError(invoice.number, "its number is not three characters, the year and nine digits")
    if parties.identity(seller)[1] != seller:
        raise UnwritableInvoiceError(invoice.number, "the seller's tax number is neither a VKN nor a TCKN")
    if not invoice.lines:
        raise UnwritableInvoiceError(invoice.number, "it has no lines")
    if not (invoice.seller.name.strip() and invoice.buyer.name.strip()):
        raise UnwritableInvoiceError(invoice.number, "the seller's or the buyer's name is blank")
    if invoice.currency != "TRY" and (invoice.rate is None or _rate(invoice) <= 0):
        what = f"it is in {invoice.currency} and has no exchange rate of the central bank"
        raise UnwritableInvoiceError(invoice.number, what)


def _head(invoice: Invoice) -> tuple[Node | None, ...]:
    moment = invoice.issued_at.astimezone(ISTANBUL)
    notes = (*invoice.notes, *((ORIGIN_NOTE,) if invoice.is_all_turkish else ()))
    return (
        group("ext:UBLExtensions", group("ext:UBLExtension", group("ext:ExtensionContent", group("kervan:unsigned")))),
        leaf("cbc:UBLVersionID", "2.1"),
        leaf("cbc:CustomizationID", "TR1.2"),
        leaf("cbc:ProfileID", invoice.profile),
        leaf("cbc:ID", invoice.number),
        leaf("cbc:CopyIndicator", "false"),
        leaf("cbc:UUID", str(invoice.ettn)),
        leaf("cbc:IssueDate", invoice.issued_on.isoformat()),
        leaf("cbc:IssueTime", moment.strftime("%H:%M:%S")),
        leaf("cbc:InvoiceTypeCode", invoice.type),
        *(leaf_if("cbc:Note", note) for note in notes),
        leaf("cbc:DocumentCurrencyCode", invoice.currency),
        leaf("cbc:LineCountNumeric", str(len(invoice.lines))),
        _order(invoice.reference, invoice.issued_on),
        _signature(invoice),
    )


def _order(reference: str, day: date) -> Node | None:
    """``cac:OrderReference``; UBL-TR wants a date, and as the order's own is not known, it is the invoice's."""
    if not reference.strip():
        return None
    return group("cac:OrderReference", leaf("cbc:ID", reference), leaf("cbc:IssueDate", day.isoformat()))


def _signature(invoice: Invoice) -> Node:
    """Who will seal it; the schema wants this even of a draft."""
    seller = invoice.seller
    where = group("cac:ExternalReference", leaf("cbc:URI", f"#Signature_{invoice.number}"))
    return group(
        "cac:Signature",
        leaf("cbc:ID", seller.tax_number, schemeID="VKN_TCKN"),
        group("cac:SignatoryParty", parties.identification(seller.tax_number), parties.address(seller.address)),
        group("cac:DigitalSignatureAttachment", where),
    )


def _body(invoice: Invoice) -> tuple[Node | None, ...]:
    return (
        group("cac:AccountingSupplierParty", parties.party(invoice.seller)),
        group("cac:AccountingCustomerParty", parties.party(invoice.buyer)),
        _delivery(invoice, _parcel(invoice)),
        _exchange(invoice),
        _vat(invoice.total, invoice),
        group(
            "cac:LegalMonetaryTotal",
            _money("cbc:LineExtensionAmount", invoice.gross_total, invoice),
            _money("cbc:TaxExclusiveAmount", invoice.total, invoice),
            _money("cbc:TaxInclusiveAmount", invoice.total, invoice),
            _money("cbc:AllowanceTotalAmount", invoice.discount_total, invoice),
            _money("cbc:PayableAmount", invoice.total, invoice),
        ),
    )


def _rate(invoice: Invoice) -> Decimal:
    return Decimal(1) if invoice.rate is None else invoice.rate.value.quantize(_RATE_STEP, ROUND_HALF_UP)


def _exchange(invoice: Invoice) -> Node | None:
    if invoice.rate is None or invoice.currency == "TRY":
        return None
    return group(
        "cac:PricingExchangeRate",
        leaf("cbc:SourceCurrencyCode", invoice.currency),
        leaf("cbc:TargetCurrencyCode", "TRY"),
        leaf("cbc:CalculationRate", plain(_rate(invoice))),
        leaf("cbc:Date", invoice.rate.published_on.isoformat()),
    )


def _money(name: str, amount: Decimal, invoice: Invoice) -> Node:
    return leaf(name, format(amount, "f"), currencyID=invoice.currency)


def _vat(amount: Decimal, invoice: Invoice) -> Node:
    """``cac:TaxTotal``: VAT (KDV, 0015) at 0 %, and the exemption that allows it."""
    category = group(
        "cac:TaxCategory",
        leaf("cbc:TaxExemptionReasonCode", invoice.exemption_code),
        leaf("cbc:TaxExemptionReason", invoice.exemption_reason),
        group("cac:TaxScheme", leaf("cbc:Name", "KDV"), leaf("cbc:TaxTypeCode", "0015")),
    )
    nothing = _money("cbc:TaxAmount", Decimal("0.00"), invoice)
    return group(
        "cac:TaxTotal",
        nothing,
        group(
            "cac:TaxSubtotal",
            _money("cbc:TaxableAmount", amount, invoice),
            nothing,
            leaf("cbc:CalculationSequenceNumeric", "1"),
            leaf("cbc:Percent", "0"),
            category,
        ),
    )


def _delivery(invoice: Invoice, shipment: Node) -> Node:
    terms = group("cac:DeliveryTerms", leaf("cbc:ID", invoice.incoterm, schemeID="INCOTERMS")) if invoice.incoterm else None
    return group("cac:Delivery", parties.address(invoice.buyer.address, "cac:DeliveryAddress"), terms, shipment)


def _weight(name: str, kilograms: Decimal | None) -> Node | None:
    return None if kilograms is None else leaf(name, plain(kilograms), unitCode="KGM")


def _parcel(invoice: Invoice) -> Node:
    """The whole parcel: its weight, its packages, how it travels."""
    return group(
        "cac:Shipment",
        leaf("cbc:ID", "1"),
        _weight("cbc:GrossWeightMeasure", invoice.gross_weight_kg),
        leaf("cbc:TotalTransportHandlingUnitQuantity", str(invoice.packages), unitCode="C62"),
        _stage(invoice),
    )


def _stage(invoice: Invoice) -> Node:
    return group("cac:ShipmentStage", leaf("cbc:TransportModeCode", invoice.transport_mode))


def _line(line: InvoiceLine, invoice: Invoice) -> Node:
    return group(
        "cac:InvoiceLine",
        leaf("cbc:ID", str(line.number)),
        leaf("cbc:InvoicedQuantity", plain(line.quantity), unitCode=line.unit),
        _money("cbc:LineExtensionAmount", line.amount, invoice),
        _delivery(invoice, _goods(line, invoice)) if line.kind is LineKind.GOODS else None,
        _discount(line, invoice),
        _vat(line.amount, invoice),
        _item(line),
        group("cac:Price", leaf("cbc:PriceAmount", _price(line.unit_price), currencyID=invoice.currency)),
    )


def _goods(line: InvoiceLine, invoice: Invoice) -> Node:
    """What customs ask of goods: weights, GTİP, mode of transport."""
    return group(
        "cac:Shipment",
        leaf("cbc:ID", str(line.number)),
        _weight("cbc:GrossWeightMeasure", line.gross_weight_kg),
        _weight("cbc:NetWeightMeasure", line.net_weight_kg),
        group("cac:GoodsItem", leaf("cbc:RequiredCustomsID", line.gtip)),
        _stage(invoice),
    )


def _discount(line: InvoiceLine, invoice: Invoice) -> Node | None:
    """The discount with its rate; the factor says it to more places than ``discount_rate``, so that it gives the amount."""
    if not line.discount:
        return None
    factor = (line.discount / line.gross_amount).quantize(_FACTOR_STEP, ROUND_HALF_UP)
    return group(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", "false"),
        leaf("cbc:AllowanceChargeReason", "İskonto"),
        leaf("cbc:MultiplierFactorNumeric", plain(factor)),
        _money("cbc:Amount", line.discount, invoice),
        _money("cbc:BaseAmount", line.gross_amount, invoice),
    )


def _item(line: InvoiceLine) -> Node:
    name = line.description_tr.strip() or CHARGES.get(line.kind, "") or line.description
    origin = parties.country(line.origin, "cac:OriginCountry") if line.origin else None
    sku = group("cac:SellersItemIdentification", leaf("cbc:ID", line.sku)) if line.sku.strip() else None
    return group("cac:Item", leaf_if("cbc:Description", line.description), leaf("cbc:Name", name), sku, origin)


def _price(amount: Decimal) -> str:
    """A unit price with two places at least."""
    text = plain(amount)
    whole, _, places = text.partition(".")
    return f"{whole}.{places.ljust(2, '0')}"
