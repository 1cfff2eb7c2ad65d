"""Subscriptions to our webhooks that are served no more: shown to a person, who has to speak with the receiver."""

from workflow import attention, facts
from workflow.batch import Batch, Verdict
from workflow.message import Part


def subscription_disabled(batch: Batch, part: Part, fact: facts.SubscriptionDisabled) -> Verdict:
    """Raise one item for it; the same subscription failing again is the same item."""
    batch.raise_item(
        attention.Reason.SUBSCRIPTION_DISABLED, str(fact.subscription), f"{fact.name}: {fact.detail}", message=part.message
    )
    return None
