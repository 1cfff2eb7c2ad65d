"""Tasks that nobody could do: kept, and shown to a person, who has them done again."""

from workflow import attention, facts
from workflow.batch import Batch, Verdict
from workflow.message import Part


def task_failed(batch: Batch, part: Part, fact: facts.TaskFailed) -> Verdict:
    """Keep the task, and raise one item for it; the same task failing again is the same item."""
    shipment = batch.world.named.get(fact.key) if fact.key else None
    batch.changes.failed_tasks[fact.task_id] = fact
    batch.raise_item(
        attention.Reason.TASK_FAILED,
        fact.task_id,
        f"{fact.kind} ({fact.subject.removeprefix('kervan.task.')}), {fact.code}: {fact.detail}",
        shipment=shipment.id if shipment is not None else None,
        message=part.message,
    )
    return None
