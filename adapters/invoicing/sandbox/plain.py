"""SANDBOX documents: UBL's names around what identifies an invoice and what it costs, and not a valid invoice by any rule."""

from lxml import etree

from workflow.invoice import Invoice

_ROOT = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"


def write(invoice: Invoice) -> bytes:
    """Write an invoice so that an issuer can tell which it is."""
    root = etree.Element(f"{{{_ROOT}}}Invoice", nsmap={"inv": _ROOT, "cbc": _CBC, "cac": _CAC})
    root.append(etree.Comment("SANDBOX"))

    def put(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
        etree.SubElement(parent, f"{{{_CBC}}}{name}", attributes).text = text

    put(root, "ProfileID", invoice.profile)
    put(root, "ID", invoice.number)
    put(root, "UUID", str(invoice.ettn))
    put(root, "IssueDate", invoice.issued_on.isoformat())
    put(root, "InvoiceTypeCode", invoice.type)
    put(root, "DocumentCurrencyCode", invoice.currency)
    if invoice.rate is not None:
        rate = etree.SubElement(root, f"{{{_CAC}}}PricingExchangeRate")
        put(rate, "CalculationRate", str(invoice.rate.value))
    total = etree.SubElement(root, f"{{{_CAC}}}LegalMonetaryTotal")
    put(total, "PayableAmount", str(invoice.total), currencyID=invoice.currency)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
