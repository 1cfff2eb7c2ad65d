"""Returned shipments: what they ask of others, begun and ended as it becomes known how far the goods had come.

What is asked follows from where a shipment stands, not from how it came there: so the same news in any order asks the same.
"""

from collections.abc import Callable
from dataclasses import dataclass

from workflow import facts, withdrawal
from workflow.attention import Reason
from workflow.batch import Batch
from workflow.etgb import Etgb
from workflow.message import Message
from workflow.returns import CONSEQUENCES, Consequence, Standing, back_until, standing
from workflow.shipment import Shipment
from workflow.stages import Stage


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a returned shipment stood, and on which ETGB, before a piece of news was taken."""

    shipment: Shipment
    standing: Standing
    etgb: str


_BY_ITEM: dict[Consequence, Reason] = {
    Consequence.CANCEL_ETGB: Reason.ETGB_NOT_CANCELLED,
    Consequence.CORRECT_ETGB: Reason.ETGB_NOT_CORRECTED,
    Consequence.BRING_IN: Reason.GOODS_NOT_BROUGHT_IN,
    Consequence.REVERSE_CLAIM: Reason.CLAIM_REVERSAL_NEEDED,
}
"""What is asked by an attention item; an invoice is asked for by :mod:`workflow.withdrawal`."""
_OF_ETGB = frozenset({Consequence.CANCEL_ETGB, Consequence.CORRECT_ETGB})
_CAME_BACK = "the goods came back"


def where(batch: Batch, shipment: Shipment) -> Standing:
    """Where a shipment stands.

    Raises:
        WiderWorldNeededError: its ETGB was not loaded.
    """
    etgb = batch.etgb(shipment.etgb_number) if shipment.etgb_number else None
    claim = batch.world.claims.get(shipment.claim) if shipment.claim is not None else None
    shared = etgb is not None and any(batch.world.named.get(line.key) is not shipment for line in etgb.lines)
    return standing(etgb, claim, shared=shared)


def stand(batch: Batch, shipment: Shipment) -> Stood:
    """Note where a shipment stands before news of it is taken."""
    return Stood(shipment, where(batch, shipment), shipment.etgb_number)


def of(batch: Batch, etgb: Etgb) -> list[Stood]:
    """The same for all returned shipments on an ETGB."""
    found = batch.world.of(facts.by_etgb(etgb.number))
    return [stand(batch, shipment) for shipment in found if shipment.stage is Stage.RETURNED]


def begin(batch: Batch, shipment: Shipment, why: str, message: Message) -> None:
    """Ask for all that follows from a return."""
    _ask(batch, shipment, CONSEQUENCES[where(batch, shipment)], why, message)


def follow(batch: Batch, stood: list[Stood], message: Message) -> None:
    """Ask what news has made necessary, and ask no more what it has made needless; the news stands in the timeline."""
    for one in stood:
        shipment = one.shipment
        batch.changes.links[message.source, message.id, shipment.id] = shipment.seller
        now = where(batch, shipment)
        if now is one.standing:
            continue
        asked, had = CONSEQUENCES[now], CONSEQUENCES[one.standing]
        _end(batch, one, had - asked, asked)
        _ask(batch, shipment, asked - had, _CAME_BACK, message)
        batch.woken.append(facts.by_id(shipment.id))


def second_told(batch: Batch, shipment: Shipment, etgb: Etgb, message: Message) -> None:
    """Ask for the cancellation of a second ETGB, beside the one that a shipment stands on."""
    reason, cause = Reason.ETGB_NOT_CANCELLED, _cause(shipment, etgb.number)
    batch.raise_item(reason, cause, f"{_named(etgb, shipment)}: {_CAME_BACK}", shipment=shipment.id, message=message)


def second_gone(batch: Batch, shipment: Shipment, etgb: Etgb) -> None:
    """A second ETGB was cancelled, or is the only one now."""
    batch.resolve(Reason.ETGB_NOT_CANCELLED, _cause(shipment, etgb.number))


def _cause(shipment: Shipment, number: str) -> str:
    return f"{shipment.id} {number}"


def _end(batch: Batch, stood: Stood, over: frozenset[Consequence], asked: frozenset[Consequence]) -> None:
    shipment = stood.shipment
    if over & _OF_ETGB:  # of which kind it was is known only where the ETGB's lines are
        for one in sorted(_OF_ETGB - asked):
            batch.resolve(_BY_ITEM[one], _cause(shipment, stood.etgb))
    batch.settle(shipment, [_BY_ITEM[one] for one in sorted(over - _OF_ETGB) if one in _BY_ITEM])
    if Consequence.CANCEL_INVOICE in over:
        withdrawal.done(batch, shipment, shipment.invoice_number)


def _ask(batch: Batch, shipment: Shipment, consequences: frozenset[Consequence], why: str, message: Message) -> None:
    for one in sorted(consequences):
        if one is Consequence.CANCEL_INVOICE:
            withdrawal.ask(batch, shipment, why, message)
            continue
        cause = _cause(shipment, shipment.etgb_number) if one in _OF_ETGB else str(shipment.id)
        claim = shipment.claim if one is Consequence.REVERSE_CLAIM else None
        detail = f"{_ABOUT[one](batch, shipment)}: {why}"
        batch.raise_item(_BY_ITEM[one], cause, detail, shipment=shipment.id, message=message, claim=claim)


def _named(etgb: Etgb, shipment: Shipment) -> str:
    lines = f", {len(etgb.lines)} lines" if len(etgb.lines) > 1 else ""
    return f"ETGB {etgb.number} of {etgb.registered_on} ({etgb.courier}{lines}), order {shipment.reference}"


def _etgb(batch: Batch, shipment: Shipment) -> str:
    return _named(batch.etgb(shipment.etgb_number), shipment)


def _bring_in(batch: Batch, shipment: Shipment) -> str:
    if not shipment.etgb_number:
        return f"order {shipment.reference}"
    closed_on = batch.etgb(shipment.etgb_number).closed_on
    until = f", closed on {closed_on}, until {back_until(closed_on)}" if closed_on is not None else ""
    return f"ETGB {shipment.etgb_number}{until}"


def _reverse(_: Batch, shipment: Shipment) -> str:
    return f"claim {shipment.claim}: {shipment.invoice_number}, {shipment.invoice_total} {shipment.currency}"


_ABOUT: dict[Consequence, Callable[[Batch, Shipment], str]] = {
    Consequence.CANCEL_ETGB: _etgb,
    Consequence.CORRECT_ETGB: _etgb,
    Consequence.BRING_IN: _bring_in,
    Consequence.REVERSE_CLAIM: _reverse,
}
"""The detail of each item."""
