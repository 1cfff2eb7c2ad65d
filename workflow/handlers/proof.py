"""Rows of the logs that are not as they were written: shown to a person, who has to find out who did it."""

from workflow import attention, facts
from workflow.batch import Batch, Verdict
from workflow.message import Part


def log_broken(batch: Batch, part: Part, fact: facts.LogBroken) -> Verdict:
    """Raise one item for a shipment's log, one for the audit log and one for the seals; each counts its rows."""
    batch.raise_item(attention.Reason.LOG_BROKEN, fact.place, fact.detail, shipment=fact.shipment, message=part.message)
    return None
