"""What e-Arşiv integrators say; people say the same of paper invoices."""

from typing import Annotated, Literal

from pydantic import Field

from events.contracts.base import Amount, Currency, Day, Name, Price, ShipmentRef, Text, Wire

FindingCode = Annotated[str, Field(pattern=r"^[A-Z]{3,8}[0-9]{0,3}$")]


class InvoiceIssued(Wire):
    """``invoice.issued.v1`` and ``shipment.invoice.v1``."""

    shipment: ShipmentRef
    number: Annotated[str, Field(min_length=1, max_length=40)]
    ettn: Annotated[str, Field(max_length=60)]
    """The e-document's UUID; empty only for a paper invoice, which has none."""
    issued_on: Day
    profile: Annotated[str, Field(max_length=40)]
    type: Annotated[str, Field(max_length=40)]
    exemption_code: Annotated[str, Field(max_length=10)]
    currency: Currency
    total: Amount
    exchange_rate: Price | None = None
    shipment_sequence: Annotated[int, Field(ge=0)] | None = None
    warnings: Annotated[list[FindingCode], Field(max_length=50)] = Field(default_factory=list)
    """Codes of findings that warned when the document was examined; who examined it says so."""


class InvoiceRejected(Wire):
    """``invoice.rejected.v1``: no invoice came of a request, or one was not cancelled, and a person has to look."""

    shipment: ShipmentRef
    about: Literal["rejected", "withheld", "unanswered", "not_cancelled"]
    reason: Text
    number: Annotated[str, Field(max_length=40)] = ""


class InvoiceCancelled(Wire):
    """``invoice.cancelled.v1``."""

    shipment: ShipmentRef
    number: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Text
    shipment_sequence: Annotated[int, Field(ge=0)] | None = None
    """The shipment's sequence that the invoice was made for: one that was amended since has another invoice, or none."""


class ShipmentCancelInvoice(Wire):
    """``shipment.cancel_invoice.v1``: a person's form of the same."""

    shipment: ShipmentRef
    number: Annotated[str, Field(max_length=40)] = ""
    reason: Name
