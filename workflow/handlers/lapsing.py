"""Claims whose right is about to lapse, or has: the timer says when to look, and it is decided here under the claim's lock."""

from workflow import facts, lapsing
from workflow.attention import Reason
from workflow.batch import Batch, Repeated, Verdict
from workflow.message import Part
from workflow.refund import MAY_BE_FILED, Claim

_REASONS = (Reason.CLAIM_LAPSING, Reason.CLAIM_LAPSED)


def claim_due(batch: Batch, part: Part, fact: facts.ClaimDue) -> Verdict:
    """Have somebody file a claim before its right lapses, and say so when it has lapsed: one item a claim."""
    claim, now = batch.world.claims.get(fact.claim), batch.world.now
    if claim is None or claim.due_at is None or claim.due_at > now:
        return Repeated("nothing of the claim lapses now")
    members = batch.world.of(facts.by_claim(claim.id))
    if claim.status not in MAY_BE_FILED or not members:
        return Repeated("the claim is filed, or nothing is in it")
    since, ends = lapsing.told_from(claim, batch.policy), lapsing.lapses_at(claim, batch.policy)
    lapsed = now >= ends
    claim.due_at = since if since is None or now < since else None if lapsed else ends
    batch.changes.claims[claim.id] = claim
    if since is None or now < since:
        return None
    if lapsed:
        batch.resolve(Reason.CLAIM_LAPSING, str(claim.id))
    supplement = f" (supplement {claim.supplement})" if claim.supplement else ""
    until = lapsing.last_day(claim, batch.policy)
    detail = f"claim {claim.id} of {claim.seller} for {claim.period}{supplement}: {len(members)} shipments, until {until}"
    reason = Reason.CLAIM_LAPSED if lapsed else Reason.CLAIM_LAPSING
    batch.raise_item(reason, str(claim.id), detail, message=part.message, claim=claim.id)
    return None


def begins(batch: Batch, claim: Claim) -> None:
    """A claim can be filed (again), or is empty: nothing of it lapses now, and it is looked at when something can."""
    claim.due_at = lapsing.look_at(claim, batch.policy, batch.world.now)
    _over(batch, claim)


def ends(batch: Batch, claim: Claim) -> None:
    """A claim is filed, or over: nothing of it can lapse any more."""
    claim.due_at = None
    _over(batch, claim)


def _over(batch: Batch, claim: Claim) -> None:
    batch.changes.claims[claim.id] = claim
    for reason in _REASONS:
        batch.resolve(reason, str(claim.id))


def is_told(batch: Batch, claim: Claim) -> bool:
    """Whether a claim is so late that somebody has been told, or is about to be."""
    since = lapsing.told_from(claim, batch.policy)
    return since is not None and since <= batch.world.now
