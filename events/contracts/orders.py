"""What order channels and people say of a shipment."""

from typing import Annotated, Literal

from pydantic import Field

from events.contracts.base import Amount, Currency, Day, Moment, Name, Price, ShipmentRef, Text, Weight, Wire

_Kind = Literal["goods", "freight", "insurance", "bank_fee", "packaging"]
_Sale = Literal["commercial", "sample", "gift", "repair", "exhibition", "return", "consignment", "inward_processing"]

_SetAside = Literal[
    "charge_not_allowed", "sample", "manual", "gift_voucher", "no_description", "negative_quantity", "malformed", "other"
]


class Address(Wire):
    """A postal address; a missing country or city is a finding. ``country_name``: the source's word for the country."""

    line: Text = ""
    district: Text = ""
    city: Text = ""
    postcode: Text = ""
    country: Annotated[str, Field(max_length=60)] = ""
    country_name: Annotated[str, Field(max_length=200)] = ""


class Seller(Wire):
    """The seller."""

    tax_number: Annotated[str, Field(min_length=1, max_length=20)]
    name: Text
    tax_office: Text = ""
    address: Address = Address()


class Consignee(Wire):
    """Who receives the goods."""

    name: Text = ""
    tax_number: Annotated[str, Field(max_length=40)] = ""
    address: Address = Address()


class Line(Wire):
    """One line of the order."""

    kind: _Kind
    sku: Text = ""
    description: Text
    description_tr: Text = ""
    gtip: Annotated[str, Field(max_length=30)] = ""
    origin: Annotated[str, Field(max_length=60)] = ""
    quantity: Price
    unit: Annotated[str, Field(max_length=20)] = "C62"
    unit_price: Price
    discount: Price = "0"
    net_weight_kg: Weight | None = None


class Proforma(Wire):
    """The proforma invoice."""

    number: Name
    total: Amount
    currency: Currency


class SetAside(Wire):
    """A row of the order that has a price and is no line of the shipment, and why."""

    reason: _SetAside
    sku: Text = ""
    description: Text = ""
    quantity: Price | None = None
    unit_price: Price | None = None


_Lines = Annotated[list[Line], Field(min_length=1, max_length=2000)]
_AllSetAside = Annotated[tuple[SetAside, ...], Field(max_length=2000)]


class ShipmentDrafted(Wire):
    """``shipment.drafted.v1``."""

    seller: Seller
    reference: Name
    consignee: Consignee
    currency: Currency
    lines: _Lines
    gross_weight_kg: Weight
    packages: Annotated[int, Field(ge=1, le=10000)] = 1
    sale_type: _Sale = "commercial"
    incoterm: Annotated[str, Field(max_length=10)] = "DAP"
    courier: Annotated[str, Field(max_length=64)] = ""
    ecommerce: bool = True
    planned_on: Day | None = None
    proforma: Proforma | None = None
    set_aside: _AllSetAside = ()


class ShipmentAmend(Wire):
    """``shipment.amend.v1``: any fields of a draft; what is given replaces what was."""

    shipment: ShipmentRef
    seller: Seller | None = None
    reference: Name | None = None
    consignee: Consignee | None = None
    currency: Currency | None = None
    lines: _Lines | None = None
    gross_weight_kg: Weight | None = None
    packages: Annotated[int, Field(ge=1, le=10000)] | None = None
    sale_type: _Sale | None = None
    incoterm: Annotated[str, Field(max_length=10)] | None = None
    courier: Annotated[str, Field(max_length=64)] | None = None
    ecommerce: bool | None = None
    planned_on: Day | None = None
    proforma: Proforma | None = None
    set_aside: _AllSetAside | None = None


class ShipmentValidate(Wire):
    """``shipment.validate.v1``."""

    shipment: ShipmentRef


class ShipmentJudge(Wire):
    """``shipment.judge.v1``, from Kervan to itself: shipments are judged again.

    Either those that ``shipments`` names, or, with ``without_rate_after``, the drafts that wait for a rate and whose id comes
    after it.
    """

    shipments: Annotated[list[ShipmentRef], Field(max_length=1000)] | None = None
    without_rate_after: Annotated[str, Field(max_length=36)] | None = None


class ShipmentOverdue(Wire):
    """``shipment.overdue.v1``, from Kervan to itself: what a shipment waits for fell due at ``due_at``."""

    shipment: ShipmentRef
    due_at: Moment


class ShipmentCancelled(Wire):
    """``shipment.cancelled.v1`` and ``shipment.cancel.v1``."""

    shipment: ShipmentRef
    reason: Name


class OrderRemarked(Wire):
    """``order.remarked.v1``: a person has to look at an order, because of a credit note or of rows that stand apart."""

    shipment: ShipmentRef
    remark: Literal["credit_note", "rows_apart"]
    about: Name
    detail: Text = ""
