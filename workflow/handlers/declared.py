"""What an ETGB declares of a shipment, held against its invoice: what does not fit moves it too, and is raised for a person."""

from datetime import date

from workflow import attention, facts
from workflow.batch import Batch
from workflow.etgb import Etgb
from workflow.message import Part
from workflow.shipment import Shipment


def compare_day(batch: Batch, shipment: Shipment, number: str, day: date, part: Part) -> None:
    """Raise an ETGB that was registered before the invoice; its day is known, not inferred."""
    if shipment.invoice_issued_on is not None and day < shipment.invoice_issued_on:
        detail = f"ETGB {number} of {day}, invoice of {shipment.invoice_issued_on}"
        cause = f"{shipment.id} {number}"
        batch.raise_item(attention.Reason.ETGB_BEFORE_INVOICE, cause, detail, shipment=shipment.id, message=part.message)


def compare(batch: Batch, shipment: Shipment, fact: facts.EtgbLineIssued, etgb: Etgb, part: Part) -> None:
    """Raise what does not fit of a line that moves its shipment: the day, unless it is inferred, and the amount."""
    cause = f"{shipment.id} {fact.number}"
    if not etgb.day_inferred:
        day = etgb.registered_on if fact.day_inferred else fact.registered_on
        compare_day(batch, shipment, fact.number, day, part)
    if amount_off(batch, shipment, fact.line):
        line = fact.line
        detail = f"ETGB {fact.number}: {line.amount} {line.currency}; invoice: {shipment.invoice_total} {shipment.currency}"
        batch.raise_item(attention.Reason.ETGB_AMOUNT_OFF, cause, detail, shipment=shipment.id, message=part.message)


def amount_off(batch: Batch, shipment: Shipment, line: facts.EtgbLine) -> bool:
    """Whether a line's amount is told and is not the invoice's, or in another currency."""
    total = shipment.invoice_total
    if line.amount is None or total is None:
        return False
    return line.currency not in ("", shipment.currency) or abs(line.amount - total) > total * batch.policy.etgb_tolerance


def correct(batch: Batch, shipment: Shipment, fact: facts.EtgbLineIssued) -> None:
    """Let an amount that fits stand in place of one that does not, or of none: claims and their dossiers compare with it."""
    etgb = batch.etgb(fact.number)
    for number, line in enumerate(etgb.lines, start=1):
        if batch.world.named.get(line.key) is shipment and (line.amount is None or amount_off(batch, shipment, line)):
            etgb.lines[number - 1] = fact.line
            batch.changes.lines_corrected[fact.number, number] = fact.line
