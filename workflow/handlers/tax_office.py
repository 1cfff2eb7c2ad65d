"""VEDOP: an ETGB is seen in it, and a shipment follows its claim."""

from workflow import evidence, facts, on_etgb, returned
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.etgb import Etgb, cause_of
from workflow.handlers.customs import etgb_unknown, malformed
from workflow.handlers.orders import unknown
from workflow.message import Part
from workflow.refund import ClaimStatus
from workflow.shipment import Shipment
from workflow.stages import Stage, Trigger


def vedop_transferred(batch: Batch, part: Part, fact: facts.VedopTransferred) -> Verdict:
    """Note that an ETGB is in VEDOP and move its shipments; those whose line still waits follow when it applies."""
    etgb = batch.world.etgbs.get(fact.number)
    if etgb is None:
        return malformed(fact.number) or etgb_unknown(fact.number)
    if etgb.cancel_cause is not None:
        return Refused("etgb_cancelled", f"ETGB {fact.number} was cancelled; it cannot be in VEDOP")
    learnt = on_etgb.close(batch, etgb, fact.closed_on, part.message)
    if etgb.vedop_cause is not None:
        return None if learnt else Repeated("the ETGB was seen in VEDOP already")
    _seen(batch, part, etgb, fact)
    return None


def _seen(batch: Batch, part: Part, etgb: Etgb, fact: facts.VedopTransferred | facts.VedopConfirmed) -> None:
    stood = returned.of(batch, etgb)
    etgb.vedop_cause, etgb.vedop_seen_on = cause_of(part.message), fact.seen_on
    etgb.evidence_kind, etgb.evidence_reference = fact.evidence_kind, fact.evidence_reference
    on_etgb.keep(batch, etgb)
    for shipment in batch.world.of(facts.by_etgb(etgb.number)):
        if shipment.may(Trigger.TRANSFER_TO_VEDOP):
            on_etgb.transfer(batch, shipment, etgb, part.message)
        elif shipment.stage is Stage.RETURNED:
            shipment.vedop_seen_on = etgb.vedop_seen_on
            batch.touch(shipment)
    returned.follow(batch, stood, part.message)


def vedop_confirmed(batch: Batch, part: Part, fact: facts.VedopConfirmed) -> Verdict:
    """Note on a person's word, with evidence, that a shipment's ETGB is in VEDOP; all that stand on it are, then.

    Raises:
        WiderWorldNeededError: the others on the ETGB were not loaded.
    """
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if not shipment.may(Trigger.TRANSFER_TO_VEDOP):
        return batch.later(shipment, Trigger.TRANSFER_TO_VEDOP, "vedop_too_late")
    refused = _without_evidence(batch, shipment, fact)
    if refused is not None:
        return refused
    batch.world.need(facts.by_etgb(shipment.etgb_number))
    etgb = batch.etgb(shipment.etgb_number)
    on_etgb.close(batch, etgb, fact.closed_on, part.message)
    _seen(batch, part, etgb, fact)
    return None


def _without_evidence(batch: Batch, shipment: Shipment, fact: facts.VedopConfirmed) -> Refused | None:
    kind, reference = fact.evidence_kind, fact.evidence_reference
    if not reference.strip():
        return Refused("evidence_missing", f"evidence {kind!r} has no reference; a note needs its text, a file its SHA-256")
    if kind == evidence.FILE and (shipment.etgb_number, reference.lower()) not in batch.world.evidence:
        why = f"no file {reference[:64]} is kept as evidence of ETGB {shipment.etgb_number}"
        return Refused("evidence_unknown", why)
    return None


def refund_filed(batch: Batch, part: Part, fact: facts.RefundFiled) -> Verdict:
    """Move one shipment whose claim has been filed already."""
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if shipment.stage is Stage.REFUND_FILED:
        return Repeated("the shipment's refund is filed already")
    if not shipment.may(Trigger.FILE_REFUND):
        return batch.later(shipment, Trigger.FILE_REFUND, "refund_too_late")
    claim = batch.world.claims.get(shipment.claim) if shipment.claim is not None else None
    if claim is None or claim.status is ClaimStatus.OPEN:
        return Parked(facts.by_id(shipment.id), "the shipment's claim has not been filed; file the claim, not the shipment")
    batch.move(shipment, Trigger.FILE_REFUND, part.message)
    return None
