"""When a delivery that failed is tried again, and when a subscription that fails is given up: as data."""

import random
from datetime import timedelta

PAUSES: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=15),
)
"""What lies between one try and the next: eight tries in all, over a day."""

DISABLED_AFTER = timedelta(days=3)
"""For how long nothing may be delivered, while something fails, before a subscription is served no more: longer than a day's
tries, and than a weekend."""

_SPREAD = 0.2


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many tries, never quite the same for two deliveries; ``None`` after the last."""
    if tries > len(PAUSES):
        return None
    return PAUSES[tries - 1] * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - spreads retries, no secret
