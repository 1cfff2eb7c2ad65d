"""Orders: a draft comes, is corrected, judged again at a person's wish, or cancelled."""

import dataclasses

from workflow import facts, lifecycle, together, withdrawal
from workflow.attention import Reason
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.message import Part
from workflow.shipment import Shipment, shipment_id
from workflow.stages import Stage, Trigger

_ABOUT_LINES = (Reason.ORDER_CREDITED, Reason.ORDER_ROWS_APART)
_REMARKS: dict[facts.Remark, Reason] = {
    facts.Remark.CREDIT_NOTE: Reason.ORDER_CREDITED,
    facts.Remark.ROWS_APART: Reason.ORDER_ROWS_APART,
}


def unknown(key: str) -> Parked:
    """The verdict on a message whose shipment is not known yet."""
    return Parked(key, "its shipment is not known yet")


def drafted(batch: Batch, part: Part, fact: facts.Drafted) -> Verdict:
    """Create the shipment and judge it; the same seller and reference again changes nothing."""
    key = facts.by_id(shipment_id(fact.draft.seller.tax_number, fact.draft.reference))
    if key in batch.world.named:
        return Repeated("this seller's reference is known already; to change it send shipment.amend.v1")
    shipment = Shipment.from_draft(fact.draft, part.message.at, lifecycle.KNOWN.at(batch.world.now))
    batch.begin_to_wait(shipment)
    batch.changes.created[shipment.id] = shipment
    batch.changes.redrafted.add(shipment.id)
    # its story begins here, even if it is held
    batch.changes.links[part.message.source, part.message.id, shipment.id] = shipment.seller
    batch.world.add((shipment,))
    batch.woken.append(key)
    batch.judge(shipment, part.message)
    return None


def amended(batch: Batch, part: Part, fact: facts.Amended) -> Verdict:
    """Put the changes into the draft and judge it again; a validated shipment goes back to ``draft`` first."""
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if not shipment.may(Trigger.AMEND):
        return batch.later(shipment, Trigger.AMEND, "too_late_to_amend")
    draft = dataclasses.replace(batch.draft(shipment), **fact.changes)
    if (draft.seller.tax_number, draft.reference) != (shipment.seller, shipment.reference):
        return Refused("identity_changed", "seller and reference identify the shipment; cancel it and draft a new one")
    group = together.group_of(draft)
    batch.world.fellows.hold(group)
    shipment.draft, shipment.together = draft, group
    shipment.currency, shipment.total = draft.currency, draft.total
    shipment.gross_weight_kg, shipment.country = draft.gross_weight_kg, draft.consignee.address.country
    shipment.planned_on = draft.planned_on
    if not shipment.tracking_number:
        shipment.courier = draft.courier
    batch.changes.redrafted.add(shipment.id)
    if "lines" in fact.changes:
        batch.settle(shipment, _ABOUT_LINES)
    batch.move(shipment, Trigger.AMEND, part.message)
    batch.judge(shipment, part.message)
    return None


def validation_asked(batch: Batch, part: Part, fact: facts.ValidationAsked) -> Verdict:
    """Judge a draft again, and validate it where nothing blocks."""
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if shipment.stage is Stage.VALIDATED:
        return Repeated("the shipment is validated already")
    if not shipment.may(Trigger.VALIDATE):
        return batch.later(shipment, Trigger.VALIDATE, "not_a_draft")
    clear = batch.judge(shipment, part.message)
    if clear and shipment.may(Trigger.VALIDATE):
        batch.move(shipment, Trigger.VALIDATE, part.message)
    elif not clear:
        codes = sorted({f.code for f in batch.changes.judged[shipment.id] if f.severity == "block"})
        batch.touch(shipment)
        return Refused("findings_block", f"findings block the shipment: {', '.join(codes)}")
    return None


def cancelled(batch: Batch, part: Part, fact: facts.Cancelled) -> Verdict:
    """Cancel a shipment that has not left."""
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if shipment.stage is Stage.CANCELLED:
        return Repeated("the shipment is cancelled already")
    if not shipment.may(Trigger.CANCEL):
        return batch.later(shipment, Trigger.CANCEL, "goods_have_left")
    batch.move(shipment, Trigger.CANCEL, part.message)
    withdrawal.ask(batch, shipment, fact.reason, part.message)
    batch.world.fellows.count(shipment.id, None)
    return None


def remarked(batch: Batch, part: Part, fact: facts.OrderRemarked) -> Verdict:
    """Have a person look at an order; nothing moves, since only a person knows whether the remark is about this order."""
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if shipment.stage in {Stage.CANCELLED, Stage.RETURNED}:
        return Repeated(f"the shipment is {shipment.stage} already")
    reason, cause = _REMARKS[fact.remark], f"{shipment.id} {fact.about}"
    batch.raise_item(reason, cause, fact.detail, shipment=shipment.id, message=part.message)
    batch.changes.links[part.message.source, part.message.id, shipment.id] = shipment.seller
    return None
