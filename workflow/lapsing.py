"""When a claim's right lapses, and from when on somebody is told of it.

KDVK 32: a refund is to be claimed by the end of the second calendar year after that of the transaction; one that lapses is
lost. So of a claim that is not filed (open, or rejected and not filed again) somebody is told in time, and once more when it is
too late.
"""

from datetime import date, datetime

from workflow.deadlines import end_of
from workflow.refund import Claim, terms
from workflow.waits import Wait
from workflow.world import Policy


def last_day(claim: Claim, policy: Policy) -> date:
    """The last day on which a claim can be filed.

    Raises:
        LawMissingError: the law's tables do not say it; so for the others here.
    """
    return terms.deadline(policy.law, claim.period)


def lapses_at(claim: Claim, policy: Policy) -> datetime:
    """The moment at which the right to a claim ends (UTC)."""
    return end_of(last_day(claim, policy))


def told_from(claim: Claim, policy: Policy) -> datetime | None:
    """From when on somebody is told; ``None`` where nobody is to be."""
    return policy.allowances.before_day(Wait.LAPSE, last_day(claim, policy), claim.seller)


def look_at(claim: Claim, policy: Policy, now: datetime) -> datetime | None:
    """When to look at a claim that can be filed from now on; one that is late already at once."""
    since = told_from(claim, policy)
    return None if since is None else max(since, now)
