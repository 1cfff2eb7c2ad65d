"""Returns: goods came back, or never left customs; and what is told of them afterwards."""

from workflow import facts, on_etgb, returned, withdrawal
from workflow.attention import Reason
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.etgb import Etgb
from workflow.handlers import declared, leaving
from workflow.handlers.orders import unknown
from workflow.message import Part
from workflow.refund.calculation import NOTHING
from workflow.refund.period import stands
from workflow.refund.reversal import Piece
from workflow.returns import Standing
from workflow.shipment import Shipment
from workflow.stages import Stage, Trigger
from workflow.values import to_cents

_DECLARED = frozenset({Standing.DECLARED, Standing.DECLARED_WITH_OTHERS})


def goods_returned(batch: Batch, part: Part, fact: facts.GoodsReturned) -> Verdict:
    """End a shipment whose goods came back, and ask for what follows (:mod:`workflow.returns`).

    It leaves a claim that is open or was rejected; one that was filed has to be reversed.

    Raises:
        WiderWorldNeededError: its ETGB with all shipments, or a late claim with all of its own, was not loaded.
    """
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if shipment.stage is Stage.RETURNED:
        return Repeated("the shipment is returned already")
    if fact.pieces:
        return _pieces_returned(batch, part, fact, shipment)
    if not shipment.may(Trigger.RETURN_GOODS):
        return batch.later(shipment, Trigger.RETURN_GOODS, "nothing_to_return")
    if shipment.etgb_number:
        batch.world.need(facts.by_etgb(shipment.etgb_number))
    leaving.leave_open_claim(batch, shipment)
    batch.move(shipment, Trigger.RETURN_GOODS, part.message)
    if shipment.etgb_number:
        on_etgb.keep(batch, batch.etgb(shipment.etgb_number))
    returned.begin(batch, shipment, fact.reason, part.message)
    return None


def _pieces_returned(batch: Batch, part: Part, fact: facts.GoodsReturned, shipment: Shipment) -> Verdict:
    """Keep what came back of a shipment whose refund was asked for, and ask for the reversal of its part.

    Before that nothing was asked for it, and what customs declared has to be put right first: that is a person's work.

    Raises:
        WiderWorldNeededError: what the order consists of was not loaded.
    """
    claim = batch.world.claims.get(shipment.claim) if shipment.claim is not None else None
    if claim is None or not stands(claim):
        why = f"no refund is asked for the shipment now (it is {shipment.stage}): nothing of it can be given back"
        return Refused("part_back_unclaimed", why)
    lines, back = batch.draft(shipment).lines, []
    for number, quantity in fact.pieces:
        line = lines[number - 1] if number <= len(lines) else None
        if line is None or not 0 < quantity <= line.quantity:
            why = f"{quantity} of line {number} came back; the order has {'no such line' if line is None else line.quantity}"
            return Refused("not_in_order", why)
        back.append(Piece(number, quantity, to_cents(line.amount * quantity / line.quantity)))
    message = part.message
    batch.changes.pieces_back += [(shipment.id, piece, message) for piece in back]
    batch.changes.links[message.source, message.id, shipment.id] = None
    value = sum((piece.amount for piece in back), NOTHING)
    detail = (
        f"claim {shipment.claim}: {value} of {shipment.total} {shipment.currency} on {shipment.invoice_number} came back "
        f"({', '.join(f'{piece.quantity} of line {piece.line}' for piece in back)}): {fact.reason}"
    )
    batch.raise_item(Reason.CLAIM_REVERSAL_NEEDED, str(shipment.id), detail, shipment=shipment.id, message=message)
    return None


def declared_after_all(batch: Batch, part: Part, shipment: Shipment, etgb: Etgb) -> Verdict:
    """An ETGB is told of goods that came back already: it stands, so it has to be cancelled, or corrected.

    Where they stand on another one, this one waits for its own cancellation, which is asked for.
    """
    if shipment.etgb_number:
        returned.second_told(batch, shipment, etgb, part.message)
        why = f"the shipment came back, and stands on ETGB {shipment.etgb_number}; this one has to be cancelled"
        return Parked(facts.by_id(shipment.id), why)
    returned.second_gone(batch, shipment, etgb)
    stood = [returned.stand(batch, shipment)]
    on_etgb.enrol(batch, shipment, etgb, declared.keys(batch, shipment, part))
    if etgb.vedop_seen_on is not None:
        shipment.vedop_seen_on = etgb.vedop_seen_on
    batch.touch(shipment)
    returned.follow(batch, stood, part.message)
    return None


def invoice_cancelled(batch: Batch, part: Part, fact: facts.InvoiceCancelled, shipment: Shipment) -> Verdict:
    """The invoice of returned goods is cancelled: taken off where nothing declares it, noted where the goods had left.

    While an ETGB that is not closed declares it, the news waits for what becomes of that.
    """
    message, standing = part.message, returned.where(batch, shipment)
    if fact.number not in ("", shipment.invoice_number):
        return Repeated("the shipment's invoice is another one, or was taken off before")
    if standing in _DECLARED:
        return Parked(
            facts.by_id(shipment.id), f"ETGB {shipment.etgb_number} declares the invoice; it has to be cancelled first"
        )
    batch.changes.links[message.source, message.id, shipment.id] = None
    if standing is Standing.UNDECLARED:
        withdrawal.take_off(batch, shipment)
    return None


def line_cancelled(batch: Batch, part: Part, shipment: Shipment) -> Verdict:
    """The line of goods that came back is taken off their ETGB, which stands for others."""
    if not shipment.etgb_number:
        return Repeated("the shipment stands on no ETGB any more")
    stood = returned.stand(batch, shipment)
    if stood.standing not in _DECLARED:
        why = f"ETGB {shipment.etgb_number} was closed or seen in VEDOP: its lines stand"
        return Refused("cannot_cancel_etgb", why)
    on_etgb.take_off(batch, shipment)
    left_etgb(batch, shipment)
    returned.follow(batch, [stood], part.message)
    return None


def left_etgb(batch: Batch, shipment: Shipment) -> None:
    """Take a returned shipment off an ETGB that was cancelled before it was in VEDOP; else it stays its history."""
    if shipment.vedop_seen_on is None:
        batch.unname(shipment, facts.by_etgb(shipment.etgb_number))
        shipment.etgb_number = ""
        batch.touch(shipment)
