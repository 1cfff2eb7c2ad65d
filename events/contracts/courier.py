"""What couriers and customs feeds say."""

from typing import Annotated, Literal

from pydantic import Field

from events.contracts.base import Amount, Currency, Day, Moment, Name, Price, ShipmentRef, Text, Wire

_Status = Literal[
    "announced",
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "ready_for_pickup",
    "attempt_failed",
    "on_hold",
    "delivered",
    "returned",
    "cancelled",
    "unknown",
]
_Number = Annotated[str, Field(min_length=1, max_length=40)]


class CourierBooked(Wire):
    """``courier.booked.v1``."""

    shipment: ShipmentRef
    courier: Name
    tracking_number: Name


class CourierCheckpoint(Wire):
    """``courier.checkpoint.v1``."""

    courier: Name
    tracking_number: Name
    status: _Status
    code: Text = ""
    description: Text = ""
    occurred_at: Moment
    location: Text = ""
    reason: Text = ""
    occurred_at_inferred: bool = False
    """The courier did not say all of the time, such as its offset: ``occurred_at`` may be hours off, its order is right."""


class ShipmentHandOver(Wire):
    """``shipment.hand_over.v1``: a person's word that the courier took the parcel."""

    shipment: ShipmentRef
    courier: Annotated[str, Field(max_length=200)] = ""
    tracking_number: Annotated[str, Field(max_length=200)] = ""


class PieceBack(Wire):
    """Of a line of the order (1, 2, …), how much came back."""

    line: Annotated[int, Field(ge=1, le=10_000)]
    quantity: Price


class ShipmentReturnGoods(Wire):
    """``shipment.return_goods.v1``."""

    shipment: ShipmentRef
    reason: Name
    lines: Annotated[tuple[PieceBack, ...], Field(max_length=1000)] = ()
    """Only these came back: the shipment stays where it is. Its claim counts what stays abroad; one that was filed before is
    asked to give back their part of the refund."""


class EtgbLine(Wire):
    """One shipment on an ETGB."""

    shipment: ShipmentRef
    invoice_number: Annotated[str, Field(max_length=40)] = ""
    amount: Amount | None = None
    currency: Currency | None = None


class EtgbIssued(Wire):
    """``etgb.issued.v1``."""

    number: _Number
    registered_on: Day
    courier: Name
    lines: Annotated[list[EtgbLine], Field(min_length=1, max_length=2000)]
    document_url: Annotated[str, Field(max_length=2000)] = ""
    registered_on_inferred: bool = False
    """The courier does not tell the day of registration; the one given is that on which the number was first told."""


class ShipmentIssueEtgb(Wire):
    """``shipment.issue_etgb.v1``: a person enters the ETGB of one shipment."""

    shipment: ShipmentRef
    number: _Number
    registered_on: Day
    courier: Annotated[str, Field(max_length=200)] = ""
    invoice_number: Annotated[str, Field(max_length=40)] = ""
    amount: Amount | None = None
    currency: Currency | None = None
    document_url: Annotated[str, Field(max_length=2000)] = ""


class EtgbClosed(Wire):
    """``etgb.closed.v1``."""

    number: _Number
    closed_on: Day


class EtgbCorrectClosing(Wire):
    """``etgb.correct_closing.v1``: a person says which closing day is right; refused where a claim was filed by the other."""

    number: _Number
    closed_on: Day
    reason: Name


class EtgbOverdue(Wire):
    """``etgb.overdue.v1``, from Kervan to itself: something that an ETGB waits for fell due."""

    number: _Number


class EtgbCancelled(Wire):
    """``etgb.cancelled.v1``."""

    number: _Number
    reason: Text
    replaced_by: Annotated[str, Field(max_length=40)] = ""
    shipment: ShipmentRef | None = None
    """Where only this shipment's line was taken off, and the ETGB stands for the others."""


class ShipmentCancelEtgb(Wire):
    """``shipment.cancel_etgb.v1``."""

    shipment: ShipmentRef
    reason: Name
