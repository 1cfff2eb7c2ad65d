"""What a UBL document says about itself, read without entities, network or trust.

Used to see that what came back from an issuer is what was handed over, and to tell Kervan of it in the document's own words.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from workflow.errors import KervanError

MAX_BYTES = 10 * 1024 * 1024
"""The largest document read; signed invoices have some ten kilobytes, with an embedded style sheet some hundred."""

_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"


class UnreadableDocumentError(KervanError):
    """Something that should be a UBL invoice cannot be read as one; it does not count."""

    def __init__(self, why: str) -> None:
        """Say why, without quoting the document."""
        super().__init__(f"The document cannot be read as a UBL invoice ({why}); it does not count. Ask who made it.")


@dataclass(frozen=True, slots=True)
class Essence:
    """Number, ETTN (lower case), day, currency, payable amount; the rate where one stands."""

    number: str
    ettn: str
    issued_on: date
    currency: str
    payable: Decimal
    rate: Decimal | None = None


def read(xml: bytes) -> Essence:
    """Read a document.

    Raises:
        UnreadableDocumentError: it is too large, not well-formed, has a document type, or lacks a field.
    """
    if len(xml) > MAX_BYTES:
        raise UnreadableDocumentError("it is too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        why = f"line {error.lineno} is not well-formed"
        raise UnreadableDocumentError(why) from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs do not know it
        raise UnreadableDocumentError("it declares a document type")

    def text(path: str) -> str:
        found = root.findtext(path)
        if found is None:
            why = f"{path.rpartition('}')[2]} is missing"
            raise UnreadableDocumentError(why)
        return found.strip()

    rate = root.findtext(f"{_CAC}PricingExchangeRate/{_CBC}CalculationRate")
    try:
        return Essence(
            number=text(f"{_CBC}ID"),
            ettn=text(f"{_CBC}UUID").lower(),
            issued_on=date.fromisoformat(text(f"{_CBC}IssueDate")),
            currency=text(f"{_CBC}DocumentCurrencyCode"),
            payable=Decimal(text(f"{_CAC}LegalMonetaryTotal/{_CBC}PayableAmount")),
            rate=None if rate is None else Decimal(rate.strip()),
        )
    except (ValueError, InvalidOperation):
        raise UnreadableDocumentError("a date or an amount is none") from None
