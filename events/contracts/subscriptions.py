"""What Kervan tells itself of its subscriptions."""

from typing import Annotated

from pydantic import Field

from events.contracts.base import Name, Text, Wire


class SubscriptionDisabled(Wire):
    """``subscription.disabled.v1``, from Kervan to itself: a subscription failed for long, or its receiver is gone."""

    subscription: Name
    name: Annotated[str, Field(min_length=1, max_length=100)]
    detail: Text = ""
