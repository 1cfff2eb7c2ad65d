"""Returns: goods came back, or never left customs; and what is told of them afterwards."""

from decimal import Decimal

from workflow import facts, on_etgb, returned, withdrawal
from workflow.attention import Reason
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.draft import LineKind
from workflow.etgb import Etgb
from workflow.handlers import declared, leaving
from workflow.handlers.orders import unknown
from workflow.message import Part
from workflow.refund import MAY_BE_FILED
from workflow.refund.calculation import NOTHING
from workflow.refund.period import stands
from workflow.refund.reversal import Piece
from workflow.returns import Standing
from workflow.shipment import Shipment
from workflow.stages import Stage, Trigger
from workflow.values import shown, to_cents
from workflow.world import PieceBack

_DECLARED = frozenset({Standing.DECLARED, Standing.DECLARED_WITH_OTHERS})


def goods_returned(batch: Batch, part: Part, fact: facts.GoodsReturned) -> Verdict:
    """End a shipment whose goods came back, and ask for what follows (:mod:`workflow.returns`).

    It leaves a claim that is open or was rejected; one that was filed has to be reversed. Where only pieces came back it stays
    where it is; with the last of its goods all of it came back.

    Raises:
        WiderWorldNeededError: its ETGB with all shipments, or a late claim with all of its own, was not loaded.
    """
    shipment = batch.world.named.get(fact.key)
    if shipment is None:
        return unknown(fact.key)
    if shipment.stage is Stage.RETURNED:
        return Repeated("the shipment is returned already")
    if not shipment.may(Trigger.RETURN_GOODS):
        return batch.later(shipment, Trigger.RETURN_GOODS, "nothing_to_return")
    back = _pieces(batch, fact, shipment) if fact.pieces else []
    if isinstance(back, Refused):
        return back
    if back and not _all_back(batch, shipment, back):
        _keep(batch, part, fact, shipment, back)
        return None
    if shipment.etgb_number:
        batch.world.need(facts.by_etgb(shipment.etgb_number))
    leaving.leave_open_claim(batch, shipment)
    batch.move(shipment, Trigger.RETURN_GOODS, part.message)
    if shipment.etgb_number:
        on_etgb.keep(batch, batch.etgb(shipment.etgb_number))
    returned.begin(batch, shipment, fact.reason, part.message)
    return None


def _pieces(batch: Batch, fact: facts.GoodsReturned, shipment: Shipment) -> list[Piece] | Refused:
    """What came back of the order's lines, priced as they are; refused where the order, less what came back before, has less.

    Parts of a line add up to it to the cent: each is what has come back by now less what had before.

    Raises:
        WiderWorldNeededError: what the order consists of was not loaded.
    """
    lines, came, back = batch.draft(shipment).lines, dict(shipment.back), []
    for number, quantity in fact.pieces:
        line = lines[number - 1] if number <= len(lines) else None
        before = came.get(number, Decimal(0))
        if line is None:
            return Refused("not_in_order", f"the order has no line {number}")
        if not 0 < quantity <= line.quantity - before:
            left = shown(line.quantity - before)
            return Refused("not_in_order", f"{quantity} of line {number} came back; {left} of it are with the buyer")
        came[number] = before + quantity
        worth = [to_cents(line.amount * upto / line.quantity) for upto in (before, came[number])]
        back.append(Piece(number, quantity, worth[1] - worth[0]))
    return back


def _all_back(batch: Batch, shipment: Shipment, back: list[Piece]) -> bool:
    """Whether with these pieces nothing of the goods stays with the buyer; charges alone are no export."""
    came = dict(shipment.back)
    for piece in back:
        came[piece.line] = came.get(piece.line, Decimal(0)) + piece.quantity
    goods = [(n, line.quantity) for n, line in enumerate(batch.draft(shipment).lines, start=1) if line.kind is LineKind.GOODS]
    return all(came.get(number) == quantity for number, quantity in goods)


def _keep(batch: Batch, part: Part, fact: facts.GoodsReturned, shipment: Shipment, back: list[Piece]) -> None:
    """Keep what came back in part.

    What is refunded is the VAT of goods that were exported, and what was refunded for goods that come back is given back
    (KDVK 11/1-a, 12 and 32; domain sections 1.3 and 4). So until a refund is asked for the shipment its claim counts only what
    stays abroad, whenever the pieces came back; once it was asked for, the reversal of their part is asked for.
    """
    claim = batch.world.claims.get(shipment.claim) if shipment.claim is not None else None
    asked, message = claim.id if claim is not None and stands(claim) else None, part.message
    for piece in back:
        shipment.back[piece.line] = shipment.back.get(piece.line, Decimal(0)) + piece.quantity
        batch.changes.pieces_back.append(PieceBack(shipment.id, shipment.seller, piece, message, asked))
    batch.changes.links[message.source, message.id, shipment.id] = shipment.seller
    if asked is None:
        if claim is not None and claim.status in MAY_BE_FILED:
            batch.changes.claims[claim.id] = claim  # it comes to something else now, which sums over claims are to hear
        return
    value = sum((piece.amount for piece in back), NOTHING)
    detail = (
        f"claim {asked}: {value} of {shipment.total} {shipment.currency} on {shipment.invoice_number} came back "
        f"({', '.join(f'{piece.quantity} of line {piece.line}' for piece in back)}): {fact.reason}"
    )
    reason, cause = Reason.CLAIM_REVERSAL_NEEDED, str(shipment.id)
    batch.raise_item(reason, cause, detail, shipment=shipment.id, message=message, claim=asked)


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
    batch.changes.links[message.source, message.id, shipment.id] = shipment.seller
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
