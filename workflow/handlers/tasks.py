"""Tasks that nobody could do: kept, and shown to a person, who has them done again."""

from workflow import asking, attention, facts
from workflow.batch import Batch, Repeated, Verdict
from workflow.message import Part
from workflow.shipment import Shipment


def task_failed(batch: Batch, part: Part, fact: facts.TaskFailed) -> Verdict:
    """Keep the task, and raise one item for it; the same task failing again is the same item.

    Where its shipment needs it no more by now, there is nothing to look at.

    Raises:
        WiderWorldNeededError: the shipment's ETGB was not loaded.
    """
    shipment = batch.world.named.get(fact.key) if fact.key else None
    if shipment is not None and not _needed(batch, shipment, fact.kind):
        return Repeated("what was asked for has come in another way, or is not needed any more")
    batch.changes.failed_tasks[fact.task_id] = fact
    batch.raise_item(
        attention.Reason.TASK_FAILED,
        fact.task_id,
        f"{fact.kind} ({fact.subject.removeprefix('kervan.task.')}), {fact.code}: {fact.detail}",
        shipment=shipment.id if shipment is not None else None,
        message=part.message,
    )
    return None


def _needed(batch: Batch, shipment: Shipment, kind: str) -> bool:
    """Whether a shipment still needs what was asked about it; the courier is done once the ETGB's document is there."""
    if kind == asking.PICKUP[1] and shipment.etgb_number and batch.etgb(shipment.etgb_number).document_url:
        return False
    return asking.needed(kind, shipment.lifecycle, shipment.stage)
