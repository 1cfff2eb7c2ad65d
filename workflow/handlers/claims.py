"""Refund claims: filed, asked about, approved and paid in parts, rejected, reversed."""

from dataclasses import replace

from workflow import attention, facts
from workflow.attention import Reason
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.handlers import lapsing
from workflow.message import Part
from workflow.refund import MAY_BE_FILED, NEXT, PASSED, Claim, ClaimStatus, RatePolicy, progress
from workflow.shipment import Shipment
from workflow.stages import Stage, Trigger
from workflow.values import istanbul_day
from workflow.world import Filing

_UNTIL_REVERSED = (Reason.CLAIM_REVERSAL_NEEDED, Reason.ETGB_CANCELLED_LATE)
"""What is over once a claim is reversed."""
_REVIEWED = frozenset({ClaimStatus.FILED, ClaimStatus.UNDER_REVIEW})
"""The statuses in which the tax office asks."""
_OF_MONEY = frozenset({ClaimStatus.APPROVED, ClaimStatus.PAID})
"""News by which what was paid is compared with what was approved."""


def _advance(batch: Batch, claim: Claim, part: Part, status: ClaimStatus, **told: object) -> None:
    """Record what was told of a claim, with who said it; the claim itself may have moved on already."""
    batch.changes.claims[claim.id] = claim
    batch.changes.claim_moves.append((claim, part.message, {"status": status, **told}))
    batch.woken.append(facts.by_claim(claim.id))


def claim_filed(batch: Batch, part: Part, fact: facts.ClaimFiled) -> Verdict:
    """File a claim: all its shipments move in this one step, or none, and what it is calculated from stands still meanwhile.

    Figures that the message tells stand; where it tells none they are those of the calculation, which is kept either way.

    Raises:
        WiderWorldNeededError: the seller's purchases may change meanwhile.
    """
    claim = batch.world.claims.get(fact.claim)
    verdict = _cannot_be_filed(part, fact, claim)
    if claim is None or verdict is not None:
        return verdict
    members = batch.world.of(facts.by_claim(fact.claim))
    if fact.shipments is not None and fact.shipments != len(members):
        return Refused("claim_changed", f"the claim has {len(members)} shipments by now, its figures are of {fact.shipments}")
    batch.world.need_books(claim.seller)
    petition = (claim.seller, fact.petition_number)
    other = batch.world.petitions.setdefault(petition, claim.id)
    if other != claim.id:
        return Refused("petition_taken", f"petition {fact.petition_number} of {claim.seller} is that of claim {other}")
    claim.petition_number, claim.filed_on = fact.petition_number, fact.filed_on
    claim.exported_try, claim.refundable_try = fact.exported_try, fact.refundable_try
    policy = RatePolicy(fact.rate_policy or batch.policy.rate_policy)
    claim.rate_policy, claim.override, claim.reason = policy.value, fact.override, ""
    claim.status, claim.awaited = ClaimStatus.FILED, False
    rules = (batch.policy.law, policy, batch.policy.etgb_tolerance)
    batch.changes.filings.append(Filing(claim, part, *rules, seen=fact.calculation))
    _advance(batch, claim, part, ClaimStatus.FILED, on=fact.filed_on, note=fact.override)
    batch.resolve(Reason.REFUND_OVERDUE, str(claim.id))
    batch.resolve(Reason.CLAIM_TO_FILE, str(claim.id))
    lapsing.ends(batch, claim)
    for shipment in members:
        if shipment.may(Trigger.FILE_REFUND):
            batch.move(shipment, Trigger.FILE_REFUND, part.message)
    batch.stopped = True  # its figures, and which purchases are in it, follow from what is saved
    return None


def _cannot_be_filed(part: Part, fact: facts.ClaimFiled, claim: Claim | None) -> Verdict:
    """The verdict on a filing that does not apply now; ``None`` where it does.

    Its day is judged first, by the message alone, so that the verdict is one in whichever order news comes. A later filing of a
    claim that stands as filed waits for the rejection in between; an earlier one than that which was rejected changes nothing.
    """
    latest = max(istanbul_day(part.message.at), istanbul_day(part.message.received_at))
    if fact.filed_on > latest:
        return Refused("filed_in_future", f"filed on {fact.filed_on}, which is after {latest}, the day on which that was told")
    if claim is None:
        return Parked(facts.by_claim(fact.claim), f"claim {fact.claim} is not known yet")
    if claim.status is ClaimStatus.OPEN or claim.filed_on is None:
        return None
    if claim.petition_number == fact.petition_number and fact.filed_on <= claim.filed_on:
        return Repeated("the claim was filed with this petition already")
    if claim.status in MAY_BE_FILED:
        return Repeated("a later filing of this claim is known") if fact.filed_on < claim.filed_on else None
    if fact.filed_on > claim.filed_on and ClaimStatus.REJECTED in NEXT[claim.stands_as]:
        why = f"the claim stands as filed with petition {claim.petition_number}; it can be filed anew once that is rejected"
        return Parked(facts.by_claim(fact.claim), why)
    return Refused("claim_not_open", f"the claim is {claim.status} with petition {claim.petition_number}")


def claim_progressed(batch: Batch, part: Part, fact: facts.ClaimProgressed) -> Verdict:
    """Note what the tax office did with a claim.

    What is told of a status that the claim has or has passed does not move it back, but an amount in it counts: money comes in
    parts, and news in any order. A reversal without an amount is of the whole, so it names no shipment unless it is all.
    """
    claim = batch.world.claims.get(fact.claim)
    if claim is None:
        return Parked(facts.by_claim(fact.claim), f"claim {fact.claim} is not known yet")
    status = ClaimStatus(fact.status)
    if claim.status is ClaimStatus.OPEN and status is not ClaimStatus.OPEN:
        why = f"the claim is not filed yet; tell of its petition first, then that it is {status}"
        return Parked(facts.by_claim(fact.claim), why)
    if status is ClaimStatus.REJECTED and claim.filed_on is not None and fact.on < claim.filed_on:
        why = f"rejected on {fact.on}, before petition {claim.petition_number} was filed on {claim.filed_on}"
        return Refused("rejected_before_filed", why)
    moves = status in NEXT[claim.stands_as] and status is not ClaimStatus.FILED and not _part_of_nothing(claim, fact)
    verdict = None if moves else _beside(claim, status, fact)
    if verdict is not None:
        return verdict
    members = batch.world.of(facts.by_claim(fact.claim))
    if fact.shipment is not None and all(one.id != fact.shipment for one in members):
        return Refused("not_in_claim", f"shipment {fact.shipment} is not in claim {fact.claim}")
    if status is ClaimStatus.REVERSED and fact.shipment is not None and fact.amount is None and len(members) > 1:
        return Refused("reversal_unmeasured", f"shipment {fact.shipment} is one of {len(members)} of the claim")
    above = progress.too_much(claim, status, fact.amount)
    if above:
        before = progress.told_before(claim, status)
        adds = f"{status} {fact.amount} TRY besides {before} told before"
        return Refused("claim_amount_above", f"{adds}; the claim was for {claim.refundable_try}: {above} too much")
    if moves:
        progress.move(claim, status)
    progress.count(claim, status, fact.amount, fact.on)
    told = {"on": fact.on, "amount": fact.amount, "note": fact.note, "due_on": fact.due_on, "answered": fact.answered}
    _advance(batch, claim, part, status, **told)
    _asked(batch, claim, part, fact)
    _paid(batch, claim, part, status)
    _concluded(batch, claim, fact, members)
    return None


def _concluded(batch: Batch, claim: Claim, fact: facts.ClaimProgressed, members: list[Shipment]) -> None:
    """What a rejection or a reversal leaves behind: its reason, and what is over with it."""
    if fact.status not in {ClaimStatus.REJECTED, ClaimStatus.REVERSED}:
        return
    claim.reason = fact.note
    if fact.status == ClaimStatus.REJECTED:
        claim.approved_try = None  # what was approved of a petition that is rejected now counts for no other
        claim.reversed_try = None  # nor what was reversed of it: what came back is not asked for again
        lapsing.begins(batch, claim)
        _without_returned(batch, claim, members)
        batch.stopped = True  # saving lets go of its purchases, and of what came back meanwhile
        return
    lapsing.ends(batch, claim)
    for shipment in _given_back(claim, fact, members):
        batch.settle(shipment, _UNTIL_REVERSED)
        _settled(batch, claim, shipment)


def _settled(batch: Batch, claim: Claim, shipment: Shipment) -> None:
    """The part of a shipment's pieces that came back so far is given back; what comes back after this is asked for anew.

    The step that settles them says so of the pieces themselves, so that it does not matter what one batch brings together.
    """
    told = batch.changes.pieces_back
    for number, one in enumerate(told):
        if (one.claim, one.shipment) == (claim.id, shipment.id):
            told[number] = replace(one, piece=replace(one.piece, given_back=True))
    batch.changes.given_back[claim.id, shipment.id] = None


def _given_back(claim: Claim, fact: facts.ClaimProgressed, members: list[Shipment]) -> list[Shipment]:
    """Whose reversal is done: all where the whole is reversed; else the one named, or the only one anything came back of.

    An amount is a part while nobody knows what the claim was filed for.
    """
    known = fact.amount is None or claim.refundable_try is not None
    if known and not claim.partly_reversed:
        return members
    if fact.shipment is not None:
        return [one for one in members if one.id == fact.shipment]
    back = [one for one in members if one.stage is Stage.RETURNED or one.back]
    return back if len(back) == 1 else []


def _without_returned(batch: Batch, claim: Claim, members: list[Shipment]) -> None:
    """Goods that came back leave a claim that was rejected: it may be filed again, and nothing of theirs is to be reversed.

    What came back in part is not counted when it is filed again.
    """
    for shipment in members:
        batch.settle(shipment, (Reason.CLAIM_REVERSAL_NEEDED,))
        if shipment.stage is Stage.RETURNED:
            batch.unname(shipment, facts.by_claim(claim.id))
            shipment.claim = None
            batch.touch(shipment)
    told = batch.changes.pieces_back
    told[:] = [replace(one, claim=None) if one.claim == claim.id else one for one in told]


def _part_of_nothing(claim: Claim, fact: facts.ClaimProgressed) -> bool:
    """Whether a part is to be reversed of a claim that was rejected: none was refunded, only the whole can be given up."""
    if claim.status is not ClaimStatus.REJECTED or fact.status != ClaimStatus.REVERSED:
        return False
    return fact.amount is not None and claim.refundable_try is not None and fact.amount < claim.refundable_try


def _beside(claim: Claim, status: ClaimStatus, fact: facts.ClaimProgressed) -> Verdict:
    """The verdict on news that does not move a claim; ``None`` where it says something that counts all the same."""
    stands = claim.stands_as
    if status not in PASSED[stands]:
        return Refused("claim_cannot", f"the claim is {stands}; it cannot become {status}")
    return None if _tells_more(status, fact) else Repeated(f"the claim is {stands} already")


def _paid(batch: Batch, claim: Claim, part: Part, status: ClaimStatus) -> None:
    """Have finance look at money beyond what was approved, until that is approved too (:mod:`workflow.refund.progress`)."""
    if status not in _OF_MONEY:
        return
    above = progress.paid_above(claim)
    if not above:
        batch.resolve(Reason.CLAIM_PAID_ABOVE, str(claim.id))
        return
    detail = (
        f"claim {claim.id} of {claim.seller} for {claim.period}: "
        f"{claim.paid_try} TRY paid, {claim.approved_try} approved, {above} more"
    )
    batch.raise_item(Reason.CLAIM_PAID_ABOVE, str(claim.id), detail, message=part.message, claim=claim.id)


def _tells_more(status: ClaimStatus, fact: facts.ClaimProgressed) -> bool:
    """Whether a message says more than the status that is known."""
    asks = status is ClaimStatus.UNDER_REVIEW and (fact.due_on is not None or fact.answered)
    return asks or (fact.amount is not None and progress.counts(status))


def _asked(batch: Batch, claim: Claim, part: Part, fact: facts.ClaimProgressed) -> None:
    """Keep a question of the tax office, and have somebody answer it; an answer, or a decision, ends it.

    An answer that is known already answers what was asked before it, in whichever order the two were told.
    """
    if fact.answered:
        claim.answered_on = max(fact.on, claim.answered_on or fact.on)
    elif fact.due_on is not None:
        claim.question, claim.question_due = fact.note, fact.due_on
        open_still = claim.stands_as in _REVIEWED and (claim.answered_on is None or claim.answered_on < fact.on)
        if open_still:
            detail = f"seller {claim.seller}, period {claim.period}, until {fact.due_on}: {fact.note}"
            batch.raise_item(attention.Reason.CLAIM_QUESTION, str(claim.id), detail, message=part.message, claim=claim.id)
            return
    if fact.answered or claim.stands_as not in _REVIEWED:
        batch.resolve(attention.Reason.CLAIM_QUESTION, str(claim.id))
