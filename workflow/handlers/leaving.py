"""Shipments that leave a claim which can still be filed."""

from workflow import facts
from workflow.attention import Reason
from workflow.batch import Batch
from workflow.handlers import lapsing
from workflow.refund import MAY_BE_FILED
from workflow.shipment import Shipment


def leave_open_claim(batch: Batch, shipment: Shipment) -> None:
    """Take a shipment out of a claim that can be filed; nobody is asked any more for one that it leaves empty."""
    claim = batch.world.claims.get(shipment.claim) if shipment.claim is not None else None
    if claim is None or claim.status not in MAY_BE_FILED:
        return
    late = shipment.overdue or (shipment.due_at is not None and shipment.due_at <= batch.world.now)
    lapses = lapsing.is_told(batch, claim)
    if late or lapses or claim.awaited:
        batch.world.need_members(claim.id)
    batch.unname(shipment, facts.by_claim(claim.id))
    shipment.claim = None
    if batch.world.of(facts.by_claim(claim.id)):
        return
    if late:
        batch.resolve(Reason.REFUND_OVERDUE, str(claim.id))
    if lapses:
        lapsing.begins(batch, claim)
    if claim.awaited:
        batch.resolve(Reason.CLAIM_TO_FILE, str(claim.id))
