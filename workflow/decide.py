"""Decide what a batch of messages changes: pure, in memory, message by message, in the order given.

A part that is too early is parked under the key it waits for. Whatever makes a key true (a shipment is created or moves,
gains a tracking number, an ETGB or a claim becomes known) wakes the parts that wait for it, and they are tried again in the
order of their event time, in this same batch.

A claim that is filed is calculated when it is saved, and takes its purchases then; one that is rejected lets them go. So a
batch stops short there: it is saved, and its next stretch decides on what that left, in the same transaction.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

from workflow import attention, facts
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.errors import PartFailedError, WiderWorldNeededError
from workflow.handlers import (
    accounting,
    claims,
    closing,
    courier,
    customs,
    filing,
    invoicing,
    judging,
    lapsing,
    orders,
    parked,
    proof,
    returns,
    subscriptions,
    tasks,
    tax_office,
    timing,
)
from workflow.message import Message, Part, parts
from workflow.world import Changes, Outcome, Policy, Refusal, World

HANDLERS: dict[type, Callable[[Batch, Part, Any], Verdict]] = {
    facts.Drafted: orders.drafted,
    facts.Amended: orders.amended,
    facts.ValidationAsked: orders.validation_asked,
    facts.Cancelled: orders.cancelled,
    facts.OrderRemarked: orders.remarked,
    facts.TaskFailed: tasks.task_failed,
    facts.SubscriptionDisabled: subscriptions.subscription_disabled,
    facts.LogBroken: proof.log_broken,
    facts.JudgingAsked: judging.judging_asked,
    facts.JudgingContinued: judging.judging_continued,
    facts.RatesPublished: judging.rates_published,
    facts.RatesAbsent: judging.rates_absent,
    facts.InvoiceIssued: invoicing.invoice_issued,
    facts.InvoiceRejected: invoicing.invoice_rejected,
    facts.InvoiceCancelled: invoicing.invoice_cancelled,
    facts.Booked: courier.booked,
    facts.Checkpoint: courier.checkpoint,
    facts.HandedOver: courier.handed_over,
    facts.GoodsReturned: returns.goods_returned,
    facts.EtgbIssued: customs.etgb_issued,
    facts.EtgbLineIssued: customs.etgb_line_issued,
    facts.EtgbClosed: closing.etgb_closed,
    facts.ClosingCorrected: closing.closing_corrected,
    facts.EtgbCancelled: customs.etgb_cancelled,
    facts.EtgbLineCancelled: customs.etgb_line_cancelled,
    facts.VedopTransferred: tax_office.vedop_transferred,
    facts.VedopConfirmed: tax_office.vedop_confirmed,
    facts.FilingAsked: filing.filing_asked,
    facts.FilingAwaited: filing.filing_awaited,
    facts.ClaimFiled: claims.claim_filed,
    facts.ClaimProgressed: claims.claim_progressed,
    facts.PurchaseBooked: accounting.purchase_booked,
    facts.PurchaseWithdrawn: accounting.purchase_withdrawn,
    facts.PurchaseCorrected: accounting.purchase_corrected,
    facts.VatReturnTold: accounting.vat_return_told,
    facts.RefundFiled: tax_office.refund_filed,
    facts.ShipmentDue: timing.shipment_due,
    facts.EtgbDue: timing.etgb_due,
    facts.ClaimDue: lapsing.claim_due,
    facts.ParkedDue: parked.parked_due,
    facts.Unreadable: lambda _batch, _part, fact: Refused(fact.code, fact.detail),
}
"""What handles which fact."""


def decide(
    world: World,
    messages: Iterable[Message],
    policy: Policy,
    held_out: frozenset[tuple[str, str, int]] = frozenset(),
    before: Changes | None = None,
) -> Changes:
    """Decide on messages in order; ``world`` holds all they can touch and is changed on the way.

    ``held_out`` names waiting parts (source, message id, number) that cannot be worked on: they are refused untried. Where a
    batch stopped short, ``before`` is what its last stretch changed, and ``world`` is as that was saved.

    Raises:
        WiderWorldNeededError: something must be locked and loaded first; it names all that the whole batch was found to
            need, so that a batch that needs much does not begin again as often.
        PartFailedError: a waiting part made the business fail; decide again on a fresh world with it held out.
    """
    batch = Batch(world, policy)
    if before is not None:
        _go_on(batch, before)
        _release_woken(batch, held_out)
    left = deque(messages)
    while left and not batch.stopped:
        message = left.popleft()
        outcome = Outcome(message.source, message.id, "applied")
        batch.changes.outcomes[message.identity] = outcome
        _conclude(outcome, _try_parts(batch, message, outcome))
        _release_woken(batch, held_out)
    if batch.rates_cause is not None:
        judging.judge_waiting(batch, batch.rates_cause)
        _release_woken(batch, held_out)
    if batch.missing:
        raise WiderWorldNeededError(*batch.missing)
    if batch.stopped:
        _leave(batch, left)
    parked.settle(batch)
    return batch.changes


def _go_on(batch: Batch, before: Changes) -> None:
    """Begin where the last stretch stopped: with what it woke, and with what became of the batch's messages so far."""
    batch.changes.outcomes = before.outcomes
    batch.changes.waiting_before = (before.waiting_before - before.released.keys()) | before.parked.keys()
    batch.woken.extend(sorted(before.to_release))


def _leave(batch: Batch, left: Sequence[Message]) -> None:
    """Leave to the next stretch the messages and woken parts that are not decided yet.

    What is tried anew by one of those messages waits no more and will again: whether its item is over is seen then.
    """
    batch.changes.undecided = tuple(left)
    batch.changes.to_release = frozenset(key for key in batch.woken if batch.world.waiting.get(key))
    if left:
        batch.told_of -= batch.world.unparked


def _try_parts(batch: Batch, message: Message, outcome: Outcome) -> list[Verdict]:
    """Try each part; where the message's own part is refused, its lines are not tried."""
    verdicts: list[Verdict] = []
    for part in parts(message):
        before = len(batch.changes.transitions)
        verdict = _tried(batch, part)
        if isinstance(verdict, Parked) and message.attended:
            verdict = Refused("not_now", verdict.why)
        _settle(batch, part, verdict)
        outcome.shipments.extend(t.shipment for t in batch.changes.transitions[before:])
        verdicts.append(verdict)
        if isinstance(verdict, Refused) and part.number == 0:
            break
    return verdicts


def _tried(batch: Batch, part: Part) -> Verdict:
    """What its handler says of a part; once anything is missing, nothing that is said counts, only what else is missing."""
    try:
        return HANDLERS[type(part.fact)](batch, part, part.fact)
    except WiderWorldNeededError as wider:
        batch.missing |= wider.keys
    except Exception:
        if not batch.missing:  # else the world is half changed already: this may be its fault, and comes again if it is not
            raise
    return Repeated("to be decided again")


def _settle(batch: Batch, part: Part, verdict: Verdict) -> None:
    """Keep what a verdict asks to keep: the parked part, or the refused one with its attention item."""
    message = part.message
    cause = f"{message.source} {message.id} {part.number}"
    if isinstance(verdict, Parked):
        batch.park(part, verdict)
    elif isinstance(verdict, Refused):
        batch.changes.refused.append(Refusal(part, verdict.code, verdict.detail))
        meant = batch.world.named.get(getattr(part.fact, "key", ""))
        if meant is not None:
            batch.changes.links[message.source, message.id, meant.id] = meant.seller
        if not message.attended:
            shipment = meant.id if meant is not None else None
            batch.raise_item(attention.Reason.MESSAGE_REFUSED, cause, verdict.detail, shipment=shipment, message=message)
        return
    if message.replay:  # it was refused before and is not any more
        batch.resolve(attention.Reason.MESSAGE_REFUSED, cause)


def _conclude(outcome: Outcome, verdicts: list[Verdict]) -> None:
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


def _release_woken(batch: Batch, held_out: frozenset[tuple[str, str, int]]) -> None:
    """Try again what waits for woken keys, the earliest event of all first; whatever moves wakes more.

    A part that must go on waiting goes back under its key, and comes again when that is woken. So do those that are not tried
    because the batch stops short; their keys stay woken.
    """
    ready: list[tuple[tuple[datetime, str, str, int], Part]] = []
    while (batch.woken or ready) and not batch.stopped:
        for key in dict.fromkeys(batch.woken):
            for part in batch.world.waiting.pop(key, ()):
                heappush(ready, (part.order, part))
        batch.woken.clear()
        if not ready:
            return
        part = heappop(ready)[1]
        before = len(batch.changes.transitions)
        verdict = _released(batch, part, held_out)
        if isinstance(verdict, Parked) and verdict.key == part.waits_on:
            batch.world.waiting[verdict.key].append(part)
        else:
            _leave_queue(batch, part, verdict, before)
    for _, part in ready:
        batch.world.waiting[part.waits_on].append(part)
        batch.woken.append(part.waits_on)


def _released(batch: Batch, part: Part, held_out: frozenset[tuple[str, str, int]]) -> Verdict:
    """The verdict on a part that waited.

    Raises:
        PartFailedError: its handler failed; the world may be half changed and must not be used any more.
    """
    identity = (part.message.source, part.message.id, part.number)
    if identity in held_out:
        detail = "Kervan could not work on this message when its time came. Replay it once the cause is mended."
        return Refused("cannot_be_processed", detail)
    try:
        return _tried(batch, part)
    except Exception as error:
        raise PartFailedError(identity) from error


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
    others = {(message.source, message.id, other.number) for other in parts(message)}
    waits = others & (batch.changes.parked.keys() | (batch.changes.waiting_before - batch.changes.released.keys()))
    if outcome.state == "parked" and not waits:
        if isinstance(verdict, Refused):
            outcome.state, outcome.code, outcome.detail = "refused", verdict.code, verdict.detail
        else:
            outcome.state = "applied"
            outcome.code = outcome.detail = ""
