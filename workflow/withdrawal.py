"""Invoices that must not stand any more: their issuer is asked to cancel them, or a person where Kervan cannot ask."""

from workflow import asking, facts
from workflow.attention import Reason
from workflow.batch import Batch
from workflow.message import Message
from workflow.shipment import Shipment


def cause(shipment: Shipment, number: str) -> str:
    """What makes two items about an invoice that was not cancelled the same one."""
    return f"{shipment.id} {number}" if number else str(shipment.id)


def ask(batch: Batch, shipment: Shipment, why: str, message: Message) -> None:
    """Have a shipment's invoice cancelled; nothing is asked where it has none.

    Where an issuer is set, the desk of invoices asks it, and says so where it cannot.
    """
    number = shipment.invoice_number
    if not number or batch.ask(asking.CANCELLATION, shipment, message):
        return
    detail = f"{number}: {why}; no issuer of invoices is set that could be asked"
    batch.raise_item(Reason.INVOICE_NOT_CANCELLED, cause(shipment, number), detail, shipment=shipment.id, message=message)


def done(batch: Batch, shipment: Shipment, number: str) -> None:
    """An invoice is cancelled: nobody has to do it any more. Without a number, all of the shipment's are meant."""
    if number:
        batch.resolve(Reason.INVOICE_NOT_CANCELLED, cause(shipment, number))
    else:
        batch.settle(shipment, (Reason.INVOICE_NOT_CANCELLED,))


def take_off(batch: Batch, shipment: Shipment) -> None:
    """A shipment has its invoice no more."""
    done(batch, shipment, shipment.invoice_number)
    batch.unname(shipment, facts.by_invoice(shipment.seller, shipment.invoice_number))
    shipment.invoice_number = shipment.invoice_ettn = ""
    shipment.invoice_issued_on = shipment.invoice_total = None
    batch.touch(shipment)
