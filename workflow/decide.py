"""Decide what a batch of messages changes: pure, in memory, message by message, in the order given.

A part that is too early is parked under the key it waits for. Whatever makes a key true (a shipment is created or moves,
gains a tracking number, an ETGB or a claim becomes known) wakes the parts that wait for it, and they are tried again in the
order of their event time, in this same batch.
"""

from collections.abc import Callable, Iterable
from typing import Any

from workflow import attention, facts
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.handlers import courier, customs, invoicing, orders, tax_office
from workflow.message import Message, Part, parts
from workflow.world import Changes, Outcome, Policy, Refusal, World

HANDLERS: dict[type, Callable[[Batch, Part, Any], Verdict]] = {
    facts.Drafted: orders.drafted,
    facts.Amended: orders.amended,
    facts.ValidationAsked: orders.validation_asked,
    facts.Cancelled: orders.cancelled,
    facts.RatesPublished: orders.rates_published,
    facts.InvoiceIssued: invoicing.invoice_issued,
    facts.InvoiceCancelled: invoicing.invoice_cancelled,
    facts.Booked: courier.booked,
    facts.Checkpoint: courier.checkpoint,
    facts.HandedOver: courier.handed_over,
    facts.GoodsReturned: courier.goods_returned,
    facts.EtgbIssued: customs.etgb_issued,
    facts.EtgbLineIssued: customs.etgb_line_issued,
    facts.EtgbClosed: customs.etgb_closed,
    facts.EtgbCancelled: customs.etgb_cancelled,
    facts.EtgbLineCancelled: customs.etgb_line_cancelled,
    facts.VedopTransferred: tax_office.vedop_transferred,
    facts.VedopConfirmed: tax_office.vedop_confirmed,
    facts.ClaimFiled: tax_office.claim_filed,
    facts.ClaimProgressed: tax_office.claim_progressed,
    facts.RefundFiled: tax_office.refund_filed,
}
"""What handles which fact."""


def decide(world: World, messages: Iterable[Message], policy: Policy) -> Changes:
    """Decide on messages in order; ``world`` holds all they can touch and is changed on the way."""
    batch = Batch(world, policy)
    for message in messages:
        outcome = Outcome(message.source, message.id, "applied")
        batch.changes.outcomes[message.identity] = outcome
        _conclude(batch, message, outcome, _try_parts(batch, message, outcome))
        _release_woken(batch)
    if batch.last_bulletin is not None:
        orders.judge_waiting(batch, batch.last_bulletin)
        _release_woken(batch)
    return batch.changes


def _release_woken(batch: Batch) -> None:
    """Try again what waits for any woken key; that may wake more."""
    while batch.woken:
        _release(batch, batch.woken.pop(0))


def _try_parts(batch: Batch, message: Message, outcome: Outcome) -> list[Verdict]:
    """Try each part; where the message's own part is refused, its lines are not tried."""
    verdicts: list[Verdict] = []
    for part in parts(message):
        before = len(batch.changes.transitions)
        verdict = HANDLERS[type(part.fact)](batch, part, part.fact)
        if isinstance(verdict, Parked) and message.attended:
            verdict = Refused("not_now", verdict.why)
        _settle(batch, part, verdict)
        outcome.shipments.extend(t.shipment for t in batch.changes.transitions[before:])
        verdicts.append(verdict)
        if isinstance(verdict, Refused) and part.number == 0:
            break
    return verdicts


def _settle(batch: Batch, part: Part, verdict: Verdict) -> None:
    """Keep what a verdict asks to keep: the parked part, or the refused one with its attention item."""
    message = part.message
    if isinstance(verdict, Parked):
        batch.park(part, verdict)
    elif isinstance(verdict, Refused):
        batch.changes.refused.append(Refusal(part, verdict.code, verdict.detail))
        meant = batch.world.named.get(getattr(part.fact, "key", ""))
        if meant is not None:
            batch.changes.links[message.source, message.id, meant.id] = None
        if not message.attended:
            cause = f"{message.source} {message.id} {part.number}"
            shipment = meant.id if meant is not None else None
            batch.raise_item(attention.Reason.MESSAGE_REFUSED, cause, verdict.detail, shipment=shipment, message=message)


def _conclude(batch: Batch, message: Message, outcome: Outcome, verdicts: list[Verdict]) -> None:
    """Say what became of the whole message: parked while any part waits, refused if nothing of it could apply."""
    worked = verdicts if len(verdicts) == 1 else verdicts[1:]
    refused = [v for v in worked if isinstance(v, Refused)]
    parked = [v for v in worked if isinstance(v, Parked)]
    if parked:
        outcome.state, outcome.code, outcome.detail = "parked", parked[0].key, parked[0].why
    elif refused and len(refused) == len(worked):
        outcome.state, outcome.code, outcome.detail = "refused", refused[0].code, refused[0].detail
    elif isinstance(worked[0], Repeated) and all(isinstance(v, Repeated) for v in worked):
        outcome.state, outcome.detail = "repeated", worked[0].detail
    if message.replay and outcome.state in {"applied", "repeated"}:
        for number in range(len(verdicts)):
            cause = f"{message.source} {message.id} {number}"
            batch.changes.resolved[attention.item(attention.Reason.MESSAGE_REFUSED, cause, "").id] = None


def _release(batch: Batch, key: str) -> None:
    """Try again what waits for a woken key, the earliest event first; a move gives those passed over another chance."""
    again = True
    while again:
        again = False
        queue = sorted(batch.world.waiting.pop(key, ()), key=lambda p: p.order)
        kept: list[Part] = []
        for position, part in enumerate(queue, start=1):
            before = len(batch.changes.transitions)
            verdict = HANDLERS[type(part.fact)](batch, part, part.fact)
            if isinstance(verdict, Parked) and verdict.key == key:
                kept.append(part)
                continue
            _leave_queue(batch, part, verdict, before)
            if kept and len(batch.changes.transitions) > before:
                kept.extend(queue[position:])
                again = True
                break
        if kept:
            batch.world.waiting[key] = kept + batch.world.waiting.get(key, [])


def _leave_queue(batch: Batch, part: Part, verdict: Verdict, before: int) -> None:
    """Note that a parked part has moved on; where it was parked in this very batch, its outcome follows."""
    message = part.message
    identity = (message.source, message.id, part.number)
    batch.changes.parked.pop(identity, None)
    if part.stored:
        batch.changes.released[identity] = None
    _settle(batch, part, verdict)
    outcome = batch.changes.outcomes.get(message.identity)
    if outcome is None:
        return
    outcome.shipments.extend(t.shipment for t in batch.changes.transitions[before:])
    waits = any((message.source, message.id, other.number) in batch.changes.parked for other in parts(message))
    if outcome.state == "parked" and not waits:
        if isinstance(verdict, Refused):
            outcome.state, outcome.code, outcome.detail = "refused", verdict.code, verdict.detail
        else:
            outcome.state = "applied"
            outcome.code = outcome.detail = ""
