"""Having a claim filed: the counterpart that the settings name is asked, and where that is a person, the person is told."""

from hashlib import blake2b

from workflow import asking, facts
from workflow.attention import Reason
from workflow.batch import Batch, Parked, Refused, Repeated, Verdict
from workflow.message import Part
from workflow.refund import MAY_BE_FILED
from workflow.world import Task


def filing_asked(batch: Batch, part: Part, fact: facts.FilingAsked) -> Verdict:
    """Ask whoever files claims here; that it was filed is told by them, or by a person."""
    claim = batch.world.claims.get(fact.claim)
    if claim is None:
        return Parked(facts.by_claim(fact.claim), f"claim {fact.claim} is not known yet")
    if claim.status not in MAY_BE_FILED:
        return Refused("claim_not_open", f"the claim is {claim.status} with petition {claim.petition_number}")
    family, kind = asking.FILING
    code = batch.policy.tasks.get(family)
    if code is None:
        return Refused("nobody_files", "no counterpart is set for the tax office (KERVAN_TASKS__TAX_OFFICE)")
    cause = part.message
    digest = blake2b(f"{cause.source}\0{cause.id}".encode(), digest_size=8).hexdigest()
    batch.changes.tasks.append(Task(f"{kind}:{claim.id}:{digest}", family, code, kind, claim, cause))
    return None


def filing_awaited(batch: Batch, part: Part, fact: facts.FilingAwaited) -> Verdict:
    """Raise one item for a claim that a person has to file; it ends with the filing."""
    claim = batch.world.claims.get(fact.claim)
    if claim is None:
        return Parked(facts.by_claim(fact.claim), f"claim {fact.claim} is not known yet")
    if claim.status not in MAY_BE_FILED:
        return Repeated("the claim is filed already")
    supplement = f" (supplement {claim.supplement})" if claim.supplement else ""
    detail = f"claim {claim.id} of {claim.seller} for {claim.period}{supplement}"
    claim.awaited = True
    batch.changes.claims[claim.id] = claim
    batch.raise_item(Reason.CLAIM_TO_FILE, str(claim.id), detail, message=part.message, claim=claim.id)
    return None
